//! The worst of everything found becomes the verdict.

mod active;
mod after;
mod identity;
mod own_part;
mod summary;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use trien_pdf::{Pdf, ReadAt};

use super::policy::Peer;
use super::standing::Standing;
use crate::difference;
use crate::path::Trust;
use crate::report::{
    FileFacts, Hidden, Legal, Reason, ReasonCode, Report, SCHEMA, SignatureKind, Verdict,
};
use active::active_content;
pub use active::is_suspect;
use after::{after, peer};
use identity::{doubts, legal};
use own_part::{own_part, page_numbers};
use summary::{Rank, Summary};

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
    active_content(pdf, &mut summary);
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
    doubts(&signatures)
        .into_iter()
        .for_each(|doubt| summary.warning(doubt));
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

/// ISO 32000-2 12.8.1: a certification signature is the first of the document.
fn certification_is_first(standings: &[Standing]) -> bool {
    let mut approvals = standings
        .iter()
        .filter(|standing| standing.placed.kind == SignatureKind::Signature);
    approvals.by_ref().next();
    approvals.all(|standing| standing.permissions.certification.is_none())
}

fn rfc3339(instant: OffsetDateTime) -> String {
    let instant = instant.replace_nanosecond(0).unwrap_or(instant);
    instant.format(&Rfc3339).unwrap_or_default()
}
