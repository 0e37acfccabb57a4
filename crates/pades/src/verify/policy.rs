//! Does a signature permit a change that was made after it?

use super::permissions::Permissions;
use crate::difference::{Act, Cover, Finding};
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

/// Judges `finding` for a signature of revision `own` with `permissions`; `peers` are all signatures
/// of the document.
pub fn judge(finding: &Finding, own: usize, permissions: &Permissions, peers: &[Peer]) -> Answer {
    let field = finding.field.as_deref().unwrap_or_default();
    let signed_by = peers
        .iter()
        .find(|peer| peer.field == field && peer.revision >= Some(finding.revision));
    let later = peers.iter().any(|peer| {
        !peer.is_timestamp && peer.intact && peer.revision.is_some_and(|r| r >= finding.revision)
    });
    let (kind, ruling) = match finding.act {
        Act::Maintain => (ChangeKind::Lta, Ruling::Permitted),
        Act::Sign { since, cover } => {
            let (kind, ruling) = sign(field, permissions, signed_by, cover);
            // The place of a field that was there is what its signer saw, not the look that it gets now.
            (
                kind,
                if since > own {
                    ruling
                } else {
                    of_prepared(ruling)
                },
            )
        }
        Act::AddField {
            timestamp: true,
            visible: false,
            ..
        } => (ChangeKind::Lta, Ruling::Permitted),
        Act::AddField { signed, cover, .. } => {
            let ruling = add_field(field, permissions, signed_by, signed, cover);
            (ChangeKind::Sign, ruling)
        }
        Act::Fill {
            value,
            overwrites,
            cover,
            ..
        } => {
            let filled = fill(field, permissions, value, overwrites, later);
            let ruling = match filled {
                Ruling::Denied(_) => filled,
                _ => hiding(permissions, cover, later).unwrap_or(filled),
            };
            (ChangeKind::FormFill, ruling)
        }
        Act::ViewerDraws if permissions.docmdp != Some(1) && later => {
            (ChangeKind::FormFill, Ruling::Permitted)
        }
        Act::ViewerDraws => (
            ChangeKind::FormFill,
            Ruling::Denied(ReasonCode::FormChanged),
        ),
        Act::Annotate { cover } => annotate(permissions, cover),
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
    let warning = warning(finding, own, permissions);
    let kind = if matches!(ruling, Ruling::Denied(_)) {
        ChangeKind::NotPermitted
    } else {
        kind
    };
    Answer {
        kind,
        ruling,
        warning: warning.filter(|_| !matches!(ruling, Ruling::Denied(_))),
    }
}

/// What a careful reader is told although it is permitted.
fn warning(finding: &Finding, own: usize, permissions: &Permissions) -> Option<ReasonCode> {
    match (finding.act, finding.rule) {
        (Act::Sign { since, cover }, _) if since <= own && cover != Cover::Free => {
            Some(ReasonCode::FieldMayCover)
        }
        (Act::Annotate { .. }, _) => Some(ReasonCode::CommentAdded),
        (Act::Maintain, "metadata" | "document_information") => Some(ReasonCode::MetadataChanged),
        // Permitted only where a later signature covers it; the reader is told all the same.
        (
            Act::Fill {
                overwrites: true, ..
            },
            _,
        ) => Some(ReasonCode::FieldOverwritten),
        (Act::Fill { cover, .. }, _) if cover != Cover::Free => Some(ReasonCode::FieldMayCover),
        (Act::Fill { shown: false, .. } | Act::ViewerDraws, _) => {
            Some(ReasonCode::ValueWithoutAppearance)
        }
        (
            Act::AddField {
                timestamp: false,
                visible: true,
                ..
            },
            _,
        ) if permissions.certification.is_some() => Some(ReasonCode::NewFieldAfterCertification),
        (Act::AddField { cover, .. } | Act::Sign { cover, .. }, _) if cover != Cover::Free => {
            Some(ReasonCode::NewFieldMayCover)
        }
        _ => None,
    }
}

fn sign(
    field: &str,
    permissions: &Permissions,
    signed_by: Option<&Peer>,
    cover: Cover,
) -> (ChangeKind, Ruling) {
    if signed_by.is_some_and(|peer| peer.is_timestamp) && cover == Cover::Free {
        return (ChangeKind::Lta, Ruling::Permitted);
    }
    let ruling = if permissions.docmdp == Some(1) {
        Ruling::Denied(ReasonCode::DocmdpForbids)
    } else if permissions.locked(field) {
        Ruling::Denied(ReasonCode::FieldLocked)
    } else if !signed_by.is_some_and(|peer| peer.intact) {
        Ruling::Denied(ReasonCode::NewFieldNotSigned)
    } else {
        covering(permissions, cover)
    };
    (ChangeKind::Sign, ruling)
}

/// A new field; archive timestamps that nobody sees are judged before: every P and every lock allows
/// them (ISO 32000-2 table 257; locks speak of fields that a person fills).
fn add_field(
    field: &str,
    permissions: &Permissions,
    signed_by: Option<&Peer>,
    signed: bool,
    cover: Cover,
) -> Ruling {
    let holds = signed_by.is_some_and(|peer| peer.intact);
    match permissions.docmdp {
        Some(1) => Ruling::Denied(ReasonCode::DocmdpForbids),
        _ if permissions.locked(field) => Ruling::Denied(ReasonCode::FieldLocked),
        _ if signed && !holds => Ruling::Denied(ReasonCode::NewFieldNotSigned),
        None => Ruling::Permitted,
        // After a certification the new field must be a signature that verifies.
        Some(_) if !signed_by.is_some_and(|peer| peer.not_failed) => {
            Ruling::Denied(ReasonCode::NewFieldNotSigned)
        }
        Some(_) => covering(permissions, cover),
    }
}

/// P = 2 permits signing (ISO 32000-2 table 257), not hiding what was certified (shadow signature
/// attack). An approval that restricts nothing leaves it to the reader, who is told.
fn covering(permissions: &Permissions, cover: Cover) -> Ruling {
    match (permissions.docmdp, cover) {
        (None, _) | (_, Cover::Free) => Ruling::Permitted,
        (_, Cover::Unclear) => Ruling::Unsure(ReasonCode::NewFieldMayCover),
        (_, Cover::Covers) => Ruling::Denied(ReasonCode::NewFieldCovers),
        (_, Cover::Oversized) => Ruling::Denied(ReasonCode::NewFieldOversized),
    }
}

/// The words for a mark in a field that stood there when the document was certified.
fn of_prepared(ruling: Ruling) -> Ruling {
    match ruling {
        Ruling::Unsure(ReasonCode::NewFieldMayCover) => Ruling::Unsure(ReasonCode::FieldMayCover),
        Ruling::Denied(ReasonCode::NewFieldCovers | ReasonCode::NewFieldOversized) => {
            Ruling::Denied(ReasonCode::FieldCovers)
        }
        other => other,
    }
}

/// A field is filled to be read, not to hide what was signed; where no later signature covers it, or what was signed is
/// certified, it must not.
fn hiding(permissions: &Permissions, cover: Cover, later: bool) -> Option<Ruling> {
    let refused = !later || permissions.docmdp.is_some();
    match cover {
        Cover::Free => None,
        Cover::Unclear if later => None,
        Cover::Unclear => Some(Ruling::Unsure(ReasonCode::FieldMayCover)),
        Cover::Covers | Cover::Oversized => {
            refused.then_some(Ruling::Denied(ReasonCode::FieldCovers))
        }
    }
}

/// Comments are permitted by P = 3 alone (ISO 32000-2 table 257), and nowhere may they hide what was
/// certified (evil annotation attack).
fn annotate(permissions: &Permissions, cover: Cover) -> (ChangeKind, Ruling) {
    let ruling = match (permissions.docmdp, cover) {
        (Some(3), Cover::Free) => Ruling::Permitted,
        (Some(3), Cover::Unclear) => Ruling::Unsure(ReasonCode::AnnotationMayCover),
        (Some(3), _) => Ruling::Denied(ReasonCode::AnnotationCovers),
        _ => Ruling::Denied(ReasonCode::AnnotationChanged),
    };
    (ChangeKind::Annotate, ruling)
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
