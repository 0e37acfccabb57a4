//! Everything that the report says of one signature by itself.

use std::collections::BTreeMap;

use trien_pdf::{Object, ObjectId, Pdf, ReadAt, Rect};

use super::rfc3339;
use crate::path::Certificate;
use crate::report::{ChangeKind, Covers, Revocation, Role, Signature, SignedAt, Signer};
use crate::verify::level;
use crate::verify::standing::Standing;

/// Everything about a signature but what came after it.
pub(super) fn own_part<S: ReadAt>(
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
        level: level::of(standing, all),
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
            trusted: judged.trusted.as_ref().map(|stamp| rfc3339(stamp.time)),
            tsa: judged
                .trusted
                .as_ref()
                .and_then(|stamp| stamp.authority.clone()),
        },
        algorithm: judged.algorithm.clone(),
        reasons,
    }
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

/// Page objects and their numbers, read only if a signature names a page.
pub(super) fn page_numbers<S: ReadAt>(
    pdf: &Pdf<S>,
    standings: &[Standing],
) -> BTreeMap<ObjectId, usize> {
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
