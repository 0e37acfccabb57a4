//! The worst of everything found becomes the verdict.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use trien_pdf::{Object, ObjectId, Pdf, ReadAt, Rect};

use super::policy::{self, Peer, Ruling};
use super::standing::Standing;
use crate::difference::{self, Finding};
use crate::path::{Certificate, Trust};
use crate::report::{
    Change, ChangeKind, Covers, FileFacts, Hidden, Indication, Legal, Level, Reason, ReasonCode,
    Report, Revocation, Role, SCHEMA, Signature, SignatureKind, SignedAt, Signer, Verdict,
};

/// How bad something is for the whole file; the order is that of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Valid,
    Permitted,
    Indeterminate,
    Invalid,
}

/// The report on a file that was read.
pub fn report<S: ReadAt>(
    pdf: &Pdf<S>,
    trust: &Trust,
    sha256: Vec<u8>,
    standings: Vec<Standing>,
    hidden: Vec<Hidden>,
    strange: Vec<Reason>,
) -> Report {
    let oldest = standings
        .iter()
        .filter_map(|standing| standing.placed.revision)
        .min();
    let findings = oldest
        .map(|oldest| difference::after(pdf, oldest))
        .unwrap_or_default();
    let peers: Vec<Peer> = standings.iter().map(peer).collect();
    let pages = page_numbers(pdf, &standings);
    let certified_first = certification_is_first(&standings);
    let mut summary = Summary::default();
    for found in hidden.iter().map(|hidden| &hidden.reason).chain(&strange) {
        summary.reason(Rank::Invalid, found.clone());
    }
    let mut signatures = Vec::new();
    for standing in &standings {
        let after = after(standing, &findings, &peers);
        let mut judged = own_part(pdf, standing, &standings, &pages);
        if !certified_first && standing.permissions.certification.is_some() {
            let reason = Reason::new(
                ReasonCode::CertificationNotFirst,
                standing.placed.node.name.clone(),
            );
            summary.reason(Rank::Invalid, reason.clone());
            judged.reasons.push(reason);
        }
        summary.take(standing, &after);
        judged
            .reasons
            .extend(after.reasons.iter().map(|(_, reason)| reason.clone()));
        judged.reasons.extend(after.warnings.iter().cloned());
        judged.changes_after = after.widest;
        judged.changes = after.changes;
        signatures.push(judged);
    }
    let signed = signatures
        .iter()
        .any(|signature| signature.kind == SignatureKind::Signature);
    let verdict = match summary.rank {
        Rank::Invalid => Verdict::Invalid,
        _ if !signed => Verdict::Unsigned,
        Rank::Indeterminate => Verdict::Indeterminate,
        Rank::Permitted => Verdict::ValidWithPermittedChanges,
        Rank::Valid => Verdict::Valid,
    };
    let (reasons, warnings) = summary.finish();
    Report {
        schema: SCHEMA.to_owned(),
        file: FileFacts {
            sha256: hex::encode(sha256),
            bytes: pdf.len(),
        },
        at: rfc3339(trust.at),
        verdict,
        warnings,
        reasons,
        legal: legal(verdict, &signatures),
        hidden,
        signatures,
    }
}

/// The report on a file that could not be read, or that must not be repaired to be read.
pub fn unreadable(
    bytes: u64,
    sha256: &[u8],
    trust: &Trust,
    code: ReasonCode,
    hidden: Vec<Hidden>,
) -> Report {
    let mut reasons = vec![Reason::new(code, "")];
    reasons.extend(hidden.iter().map(|hidden| hidden.reason.clone()));
    Report {
        schema: SCHEMA.to_owned(),
        file: FileFacts {
            sha256: hex::encode(sha256),
            bytes,
        },
        at: rfc3339(trust.at),
        verdict: if hidden.is_empty() {
            Verdict::Unreadable
        } else {
            Verdict::Invalid
        },
        warnings: Vec::new(),
        reasons,
        legal: Legal::InformationOnly,
        hidden,
        signatures: Vec::new(),
    }
}

/// Collects reasons and warnings, each once.
struct Summary {
    rank: Rank,
    reasons: Vec<(Rank, Reason)>,
    warnings: Vec<Reason>,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            rank: Rank::Valid,
            reasons: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

impl Summary {
    fn reason(&mut self, rank: Rank, reason: Reason) {
        self.rank = self.rank.max(rank);
        if !self.reasons.iter().any(|(_, known)| *known == reason) {
            self.reasons.push((rank, reason));
        }
    }

    fn warning(&mut self, reason: Reason) {
        if !self.warnings.contains(&reason) {
            self.warnings.push(reason);
        }
    }

    fn take(&mut self, standing: &Standing, after: &After) {
        let judged = &standing.judged;
        judged
            .warnings
            .iter()
            .chain(&after.warnings)
            .for_each(|warning| self.warning(warning.clone()));
        // A timestamp that fails costs its time, not the signatures.
        if standing.placed.kind == SignatureKind::Timestamp {
            return judged
                .failures
                .iter()
                .for_each(|failure| self.warning(failure.clone()));
        }
        let rank = match judged.indication {
            Indication::TotalPassed => Rank::Valid,
            Indication::Indeterminate => Rank::Indeterminate,
            Indication::TotalFailed => Rank::Invalid,
        };
        self.rank = self.rank.max(rank);
        judged
            .failures
            .iter()
            .for_each(|failure| self.reason(rank, failure.clone()));
        after
            .reasons
            .iter()
            .for_each(|(rank, reason)| self.reason(*rank, reason.clone()));
        if matches!(
            after.widest,
            ChangeKind::Sign | ChangeKind::FormFill | ChangeKind::Annotate
        ) {
            self.rank = self.rank.max(Rank::Permitted);
        }
    }

    /// The worst reasons first.
    fn finish(mut self) -> (Vec<Reason>, Vec<Reason>) {
        self.reasons
            .sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        (
            self.reasons.into_iter().map(|(_, reason)| reason).collect(),
            self.warnings,
        )
    }
}

/// What happened after one signature, in its eyes.
struct After {
    widest: ChangeKind,
    changes: Vec<Change>,
    reasons: Vec<(Rank, Reason)>,
    warnings: Vec<Reason>,
}

fn after(standing: &Standing, findings: &[Finding], peers: &[Peer]) -> After {
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
        let answer = policy::judge(finding, &standing.permissions, peers);
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

fn peer(standing: &Standing) -> Peer {
    Peer {
        field: standing.placed.node.name.clone(),
        revision: standing.placed.revision,
        intact: standing.judged.intact,
        not_failed: standing.judged.intact && standing.judged.indication != Indication::TotalFailed,
        is_timestamp: standing.placed.kind == SignatureKind::Timestamp,
    }
}

/// ISO 32000-2 12.8.1: a certification signature is the first of the document.
fn certification_is_first(standings: &[Standing]) -> bool {
    let mut approvals = standings
        .iter()
        .filter(|standing| standing.placed.kind == SignatureKind::Signature);
    approvals.by_ref().next();
    approvals.all(|standing| standing.permissions.certification.is_none())
}

/// Everything about a signature but what came after it.
fn own_part<S: ReadAt>(
    pdf: &Pdf<S>,
    standing: &Standing,
    all: &[Standing],
    pages: &BTreeMap<ObjectId, usize>,
) -> Signature {
    let (placed, judged) = (&standing.placed, &standing.judged);
    let covers = match (&placed.range, placed.revision) {
        (None, _) => Covers::Unclear,
        (Some(_), _) if !placed.faults.is_empty() => Covers::Unclear,
        (Some(_), None) => Covers::Partial,
        (Some(_), Some(revision)) if revision + 1 == pdf.revisions().len() => Covers::WholeFile,
        (Some(_), Some(_)) => Covers::WholeRevision,
    };
    let rect = pdf.latest().get(&placed.node.dict, "Rect").ok();
    let rect = rect.and_then(|rect| Rect::from_object(&rect).ok());
    let rect = rect.filter(|rect| rect.width() != 0.0 || rect.height() != 0.0);
    let page = placed.node.dict.get("P").and_then(Object::as_reference);
    let mut reasons = judged.failures.clone();
    reasons.extend(judged.warnings.iter().cloned());
    Signature {
        field: placed.node.name.clone(),
        kind: placed.kind,
        role: judged.certificate.as_ref().map_or(Role::Unknown, role),
        subfilter: placed.subfilter.clone(),
        revision: placed.revision,
        byte_range: placed.byte_range.clone(),
        page: page.and_then(|page| pages.get(&page).copied()),
        rect: rect.map(|rect| [rect.x0, rect.y0, rect.x1, rect.y1]),
        intact: judged.intact,
        covers,
        indication: judged.indication,
        subindication: judged.subindication,
        level: level(standing, all),
        docmdp: standing.permissions.certification,
        lock: standing.permissions.locks.first().cloned(),
        changes_after: ChangeKind::None,
        changes: Vec::new(),
        signer: judged.certificate.as_ref().map(signer),
        revocation: Revocation {
            status: judged.revocation.status,
            source: judged.revocation.source,
            as_of: judged.revocation.as_of.map(rfc3339),
            revoked_at: judged.revocation.revoked_at.map(rfc3339),
        },
        signed_at: SignedAt {
            claimed: judged.claimed.map(rfc3339),
            trusted: judged.trusted.as_ref().map(|(time, _)| rfc3339(*time)),
            tsa: judged.trusted.as_ref().and_then(|(_, name)| name.clone()),
        },
        algorithm: judged.algorithm.clone(),
        reasons,
    }
}

/// ETSI EN 319 142-1 clause 6: each level stands on the one below.
fn level(standing: &Standing, all: &[Standing]) -> Level {
    let (placed, judged) = (&standing.placed, &standing.judged);
    let baseline = placed.subfilter == "ETSI.CAdES.detached" && judged.names_certificate;
    if !judged.intact || !baseline {
        return Level::Other;
    }
    if judged.trusted.is_none() {
        return Level::BB;
    }
    if !standing.has_stored_revocation {
        return Level::BT;
    }
    let archived = all.iter().any(|other| {
        other.placed.kind == SignatureKind::Timestamp
            && other.judged.trusted.is_some()
            && other.placed.revision > placed.revision
    });
    if archived { Level::BLTA } else { Level::BLT }
}

fn role(certificate: &Certificate) -> Role {
    match (certificate.names_person(), certificate.names_organisation()) {
        (true, false) => Role::Person,
        (false, true) => Role::Organisation,
        _ => Role::Unknown,
    }
}

fn signer(certificate: &Certificate) -> Signer {
    let (not_before, not_after) = certificate.validity();
    Signer {
        common_name: certificate.common_name(),
        title: certificate.title(),
        organization: certificate.organization(),
        organization_unit: certificate.organization_unit(),
        serial: hex::encode(certificate.serial()),
        issuer: certificate.x509().tbs_certificate.issuer.to_string(),
        not_before: rfc3339(not_before),
        not_after: rfc3339(not_after),
        sha256: certificate.sha256(),
    }
}

/// Decree 30/2020 art. 5: an original carries the signature of the competent person and of the
/// organisation; with the organisation's alone it is a copy at best.
fn legal(verdict: Verdict, signatures: &[Signature]) -> Legal {
    if !matches!(verdict, Verdict::Valid | Verdict::ValidWithPermittedChanges) {
        return Legal::InformationOnly;
    }
    let has = |role| {
        signatures
            .iter()
            .any(|s| s.kind == SignatureKind::Signature && s.role == role)
    };
    match (has(Role::Person), has(Role::Organisation)) {
        (true, true) => Legal::Original,
        (false, true) => Legal::Copy,
        _ => Legal::InformationOnly,
    }
}

/// Page objects and their numbers, read only if a signature names a page.
fn page_numbers<S: ReadAt>(pdf: &Pdf<S>, standings: &[Standing]) -> BTreeMap<ObjectId, usize> {
    if !standings
        .iter()
        .any(|standing| standing.placed.node.dict.contains("P"))
    {
        return BTreeMap::new();
    }
    let pages = pdf.latest().pages().unwrap_or_default();
    pages
        .iter()
        .enumerate()
        .map(|(index, page)| (page.id, index + 1))
        .collect()
}

fn object_name(id: ObjectId) -> String {
    format!("{} {}", id.number, id.generation)
}

fn rfc3339(instant: OffsetDateTime) -> String {
    let instant = instant.replace_nanosecond(0).unwrap_or(instant);
    instant.format(&Rfc3339).unwrap_or_default()
}
