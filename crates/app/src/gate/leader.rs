//! What the gate asks of the leader's signature. It needs no profile: the file and its report say it all.

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};
use trien_domain::calendar::{vietnam_day, written};
use trien_pades::FieldName;
use trien_pades::report::{
    Change, ChangeKind, Indication, Reason, ReasonCode, Report, Signature, Subindication,
};
use trien_store::Outgoing;

use super::persons;
use crate::elsewhere;
use crate::error::{AppError, ErrorCode, Result};

/// The part of the gate that needs no profile: the leader has signed, nothing came after, and the
/// signature is not known to be bad. Trust that is not given is not asked for. Gives the leader's signature.
pub(crate) fn check_file(report: &Report) -> Result<&Signature> {
    let leader = leader_of(report).ok_or(ErrorCode::LeaderSignatureMissing)?;
    check_leader_file(report, leader)?;
    Ok(leader)
}

/// The same of a leader's signature that was found.
pub(crate) fn check_leader_file(report: &Report, leader: &Signature) -> Result<()> {
    unchanged(report, leader)?;
    match valid(leader) {
        Err(error) if error.code == ErrorCode::LeaderSignatureUnknown => Ok(()),
        other => other.map(|_| ()),
    }
}

/// A document bears no date on which nobody had signed it (Decree 30/2020 art. 15).
///
/// # Errors
/// `DateBeforeSignature`.
pub(crate) fn check_date(leader: &Signature, date: Date) -> Result<()> {
    match claimed_time(leader).map(vietnam_day) {
        Some(signed) if date < signed => Err(AppError::new(
            ErrorCode::DateBeforeSignature,
            format!("{} < {}", written(date), written(signed)),
        )),
        _ => Ok(()),
    }
}

/// When a signature claims to be made.
pub(super) fn claimed_time(signature: &Signature) -> Option<OffsetDateTime> {
    let claimed = signature.signed_at.claimed.as_deref()?;
    OffsetDateTime::parse(claimed, &Rfc3339).ok()
}

/// When a signature was made: as a trusted timestamp says, else as it claims itself.
pub(crate) fn signing_time(signature: &Signature) -> Option<OffsetDateTime> {
    let trusted = signature.signed_at.trusted.as_deref();
    let trusted = trusted.and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
    trusted.or_else(|| claimed_time(signature))
}

fn leader_of(report: &Report) -> Option<&Signature> {
    let leader = FieldName::Leader.to_string();
    report.signatures.iter().find(|s| s.field == leader)
}

/// The leader's signature of a document: in its own field, or by name where it was signed elsewhere.
pub(crate) fn leader_in<'r>(report: &'r Report, document: &Outgoing) -> Option<&'r Signature> {
    leader_of(report).or_else(|| elsewhere::leader_of(report, &document.draft.signatory.full_name))
}

/// Every byte after the leader's revision is accounted for, and is another person's signature.
pub(super) fn unchanged(report: &Report, leader: &Signature) -> Result<String> {
    let touched = |change: &&Change| change.field.is_some() && change.kind >= ChangeKind::FormFill;
    if let Some(change) = leader.changes.iter().find(touched) {
        let field = change.field.clone().unwrap_or_default();
        return Err(AppError::new(
            ErrorCode::FieldFilledAfterLeader,
            format!("{field}: {}", change.rule),
        ));
    }
    if !leader.intact {
        return Err(AppError::new(
            ErrorCode::LeaderSignatureBroken,
            reasons(leader),
        ));
    }
    let only_signed = leader.changes_after <= ChangeKind::Sign
        && leader.changes.iter().all(persons::is_another_signature);
    if !only_signed || !report.hidden.is_empty() {
        return Err(AppError::new(
            ErrorCode::ChangedAfterLeader,
            reasons(leader),
        ));
    }
    Ok(String::new())
}

/// A certificate that has expired leaves a signature without trusted time to the reader's judgement; an office puts no
/// seal on it (Decree 30/2020 art. 32.2.d).
pub(super) fn valid(leader: &Signature) -> Result<String> {
    let expired = |reason: &Reason| reason.code == ReasonCode::CertificateExpired;
    if leader.indication == Indication::TotalPassed && leader.reasons.iter().any(expired) {
        let code = ErrorCode::LeaderCertificateExpired;
        return Err(AppError::new(code, reasons(leader)));
    }
    let code = match (leader.indication, leader.subindication) {
        (Indication::TotalPassed, _) => return Ok(String::new()),
        (_, Some(Subindication::Revoked | Subindication::RevokedNoPoe)) => {
            ErrorCode::LeaderCertificateRevoked
        }
        (
            _,
            Some(
                Subindication::Expired
                | Subindication::OutOfBoundsNoPoe
                | Subindication::OutOfBoundsNotRevoked,
            ),
        ) => ErrorCode::LeaderCertificateExpired,
        (Indication::TotalFailed, _) => ErrorCode::LeaderSignatureBroken,
        (Indication::Indeterminate, _) => ErrorCode::LeaderSignatureUnknown,
    };
    Err(AppError::new(code, reasons(leader)))
}

pub(super) fn reasons(signature: &Signature) -> String {
    let codes: Vec<_> = signature.reasons.iter().map(|r| r.code.code()).collect();
    codes.join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use time::macros::datetime;
    use trien_pades::verify;

    use super::*;
    use crate::trust;

    /// Files that pyHanko signed; their README says how.
    fn corpus(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../pades/corpus")
            .join(name)
    }

    fn refused(file: &[u8], crls: &str) -> Option<ErrorCode> {
        let places = trust::Places {
            roots: &[corpus("root.pem")],
            intermediates: &[corpus("issuer.pem")],
            crls: &[corpus(crls)],
            ocsps: &[],
        };
        let trust = trust::load(places, datetime!(2026-11-22 00:00 UTC));
        let report = verify(file, &trust.unwrap());
        check_file(&report).err().map(|error| error.code)
    }

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(corpus(name)).unwrap()
    }

    #[test]
    fn the_gate_opens_for_what_the_leader_signed_and_nobody_touched() {
        assert_eq!(refused(&file("approval_pades.pdf"), "crls.pem"), None);
    }

    #[test]
    fn the_gate_says_why_it_stays_shut() {
        let flipped = {
            let mut bytes = file("approval_pades.pdf");
            let at = bytes.windows(9).position(|w| w == b"/MediaBox").unwrap();
            let digit = bytes[at..].iter().position(u8::is_ascii_digit).unwrap();
            bytes[at + digit] ^= 1;
            bytes
        };
        let cases = [
            (
                file("approval_ecdsa_sha384.pdf"),
                ErrorCode::LeaderSignatureMissing,
            ),
            (file("h1.pdf"), ErrorCode::FieldFilledAfterLeader),
            (
                file("filled_without_seal.pdf"),
                ErrorCode::FieldFilledAfterLeader,
            ),
            (
                file("c1_approval_comment.pdf"),
                ErrorCode::ChangedAfterLeader,
            ),
            (flipped, ErrorCode::LeaderSignatureBroken),
        ];
        for (bytes, code) in cases {
            assert_eq!(refused(&bytes, "crls.pem"), Some(code));
        }
        let revoked = refused(
            &file("approval_pades.pdf"),
            "crls_leader_revoked_before.pem",
        );
        assert_eq!(revoked, Some(ErrorCode::LeaderCertificateRevoked));
    }
}
