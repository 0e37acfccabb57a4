//! What happened after one signature, in its eyes.

use trien_pdf::ObjectId;

use super::summary::Rank;
use crate::difference::Finding;
use crate::report::{Change, ChangeKind, Indication, Reason, ReasonCode, SignatureKind};
use crate::verify::policy::{self, Peer, Ruling};
use crate::verify::standing::Standing;

/// The judgement on later changes.
pub(super) struct After {
    pub widest: ChangeKind,
    pub changes: Vec<Change>,
    pub reasons: Vec<(Rank, Reason)>,
    pub warnings: Vec<Reason>,
}

/// What the findings after `standing` mean to it.
pub(super) fn after(standing: &Standing, findings: &[Finding], peers: &[Peer]) -> After {
    let mut after = After {
        widest: ChangeKind::None,
        changes: Vec::new(),
        reasons: Vec::new(),
        warnings: Vec::new(),
    };
    let Some(own) = standing.placed.revision else {
        return after;
    };
    if standing.permissions.not_understood {
        let reason = Reason::new(
            ReasonCode::DocmdpNotUnderstood,
            standing.placed.node.name.clone(),
        );
        after.reasons.push((Rank::Indeterminate, reason));
    }
    for finding in findings.iter().filter(|finding| finding.revision > own) {
        let answer = policy::judge(finding, own, &standing.permissions, peers);
        let place = finding
            .field
            .clone()
            .unwrap_or_else(|| object_name(finding.object));
        let rule = match answer.ruling {
            Ruling::Permitted => finding.rule.to_owned(),
            Ruling::Unsure(code) => {
                after
                    .reasons
                    .push((Rank::Indeterminate, Reason::new(code, place.clone())));
                code.code().to_owned()
            }
            Ruling::Denied(code) => {
                after
                    .reasons
                    .push((Rank::Invalid, Reason::new(code, place.clone())));
                code.code().to_owned()
            }
        };
        after
            .warnings
            .extend(answer.warning.map(|code| Reason::new(code, place)));
        after.widest = after.widest.max(answer.kind);
        after.changes.push(Change {
            revision: finding.revision,
            kind: answer.kind,
            field: finding.field.clone(),
            object: object_name(finding.object),
            rule,
            permitted: answer.ruling == Ruling::Permitted,
        });
    }
    after
}

/// What the others need to know of a signature.
pub(super) fn peer(standing: &Standing) -> Peer {
    Peer {
        field: standing.placed.node.name.clone(),
        revision: standing.placed.revision,
        intact: standing.judged.intact,
        not_failed: standing.judged.intact && standing.judged.indication != Indication::TotalFailed,
        is_timestamp: standing.placed.kind == SignatureKind::Timestamp,
    }
}

fn object_name(id: ObjectId) -> String {
    format!("{} {}", id.number, id.generation)
}
