//! Does a signature permit a change that was made after it?

use super::permissions::Permissions;
use crate::difference::{Act, Finding};
use crate::report::{ChangeKind, ReasonCode};

/// A signature as the rules see it when others are judged.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Its field.
    pub field: String,
    /// The revision that it signs.
    pub revision: Option<usize>,
    /// Its bytes and cryptography hold.
    pub intact: bool,
    /// Nothing about it or its certificate failed.
    pub not_failed: bool,
    /// It is a document timestamp.
    pub is_timestamp: bool,
}

/// The answer for one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Kind of change.
    pub kind: ChangeKind,
    /// Permitted, undecidable, or not permitted.
    pub ruling: Ruling,
    /// Told to the reader although it is permitted.
    pub warning: Option<ReasonCode>,
}

/// See [`Answer::ruling`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// A rule permits it.
    Permitted,
    /// No rule can tell.
    Unsure(ReasonCode),
    /// It is not permitted.
    Denied(ReasonCode),
}

/// Judges `finding` for a signature with `permissions`; `peers` are all signatures of the document.
pub fn judge(finding: &Finding, permissions: &Permissions, peers: &[Peer]) -> Answer {
    let field = finding.field.as_deref().unwrap_or_default();
    let signed_by = peers
        .iter()
        .find(|peer| peer.field == field && peer.revision == Some(finding.revision));
    let (kind, ruling) = match finding.act {
        Act::Maintain => (ChangeKind::Lta, Ruling::Permitted),
        Act::Sign => sign(field, permissions, signed_by),
        Act::AddField {
            signed,
            timestamp,
            visible,
            free,
        } => add_field(
            field,
            permissions,
            signed_by,
            signed,
            timestamp && !visible,
            free,
        ),
        Act::Fill { value, overwrites } => {
            let later = peers.iter().any(|peer| {
                !peer.is_timestamp
                    && peer.intact
                    && peer.revision.is_some_and(|r| r >= finding.revision)
            });
            (
                ChangeKind::FormFill,
                fill(field, permissions, value, overwrites, later),
            )
        }
        Act::Annotate if permissions.docmdp == Some(3) => (ChangeKind::Annotate, Ruling::Permitted),
        Act::Annotate => (
            ChangeKind::NotPermitted,
            Ruling::Denied(ReasonCode::AnnotationChanged),
        ),
        Act::Unsure(_) if permissions.docmdp == Some(1) => (
            ChangeKind::NotPermitted,
            Ruling::Denied(ReasonCode::DocmdpForbids),
        ),
        Act::Unsure(_) if permissions.locked(field) => (
            ChangeKind::NotPermitted,
            Ruling::Denied(ReasonCode::FieldLocked),
        ),
        Act::Unsure(code) => (ChangeKind::FormFill, Ruling::Unsure(code)),
        Act::Deny(code) => (ChangeKind::NotPermitted, Ruling::Denied(code)),
    };
    let warning = match (finding.act, finding.rule) {
        (Act::Annotate, _) => Some(ReasonCode::CommentAdded),
        (Act::Maintain, "metadata" | "document_information") => Some(ReasonCode::MetadataChanged),
        (
            Act::AddField {
                timestamp: false, ..
            },
            _,
        ) if permissions.certification.is_some() => Some(ReasonCode::NewFieldAfterCertification),
        _ => None,
    };
    let kind = if matches!(ruling, Ruling::Denied(_)) {
        ChangeKind::NotPermitted
    } else {
        kind
    };
    Answer {
        kind,
        ruling,
        warning: warning.filter(|_| ruling == Ruling::Permitted),
    }
}

fn sign(field: &str, permissions: &Permissions, signed_by: Option<&Peer>) -> (ChangeKind, Ruling) {
    if signed_by.is_some_and(|peer| peer.is_timestamp) {
        return (ChangeKind::Lta, Ruling::Permitted);
    }
    let ruling = if permissions.docmdp == Some(1) {
        Ruling::Denied(ReasonCode::DocmdpForbids)
    } else if permissions.locked(field) {
        Ruling::Denied(ReasonCode::FieldLocked)
    } else if !signed_by.is_some_and(|peer| peer.intact) {
        Ruling::Denied(ReasonCode::NewFieldNotSigned)
    } else {
        Ruling::Permitted
    };
    (ChangeKind::Sign, ruling)
}

fn add_field(
    field: &str,
    permissions: &Permissions,
    signed_by: Option<&Peer>,
    signed: bool,
    unseen_timestamp: bool,
    free: bool,
) -> (ChangeKind, Ruling) {
    // An archive timestamp changes nothing that a reader sees; every P and every lock allows it
    // (ISO 32000-2 table 257; locks speak of fields that a person fills).
    if unseen_timestamp {
        return (ChangeKind::Lta, Ruling::Permitted);
    }
    let holds = signed_by.is_some_and(|peer| peer.intact);
    let ruling = match permissions.docmdp {
        Some(1) => Ruling::Denied(ReasonCode::DocmdpForbids),
        _ if permissions.locked(field) => Ruling::Denied(ReasonCode::FieldLocked),
        _ if signed && !holds => Ruling::Denied(ReasonCode::NewFieldNotSigned),
        None => Ruling::Permitted,
        // After a certification the new field must be a signature that verifies, and its mark must
        // not cover what was certified. Where it touches something it may be a transparent seal over
        // text, which the law permits, or an opaque patch: that is for a person to see.
        Some(_) if !signed || !signed_by.is_some_and(|peer| peer.not_failed) => {
            Ruling::Denied(ReasonCode::NewFieldNotSigned)
        }
        Some(_) if !free => Ruling::Unsure(ReasonCode::NewFieldMayCover),
        Some(_) => Ruling::Permitted,
    };
    (ChangeKind::Sign, ruling)
}

fn fill(
    field: &str,
    permissions: &Permissions,
    value: bool,
    overwrites: bool,
    later: bool,
) -> Ruling {
    if permissions.docmdp == Some(1) {
        Ruling::Denied(ReasonCode::DocmdpForbids)
    } else if permissions.locked(field) {
        Ruling::Denied(ReasonCode::FieldLocked)
    } else if later || !value {
        Ruling::Permitted
    } else if overwrites {
        Ruling::Denied(ReasonCode::FieldOverwritten)
    } else {
        Ruling::Unsure(ReasonCode::FieldFilledNotSigned)
    }
}
