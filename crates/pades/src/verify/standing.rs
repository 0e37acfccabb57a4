//! All signatures of a file, each with its own judgement.

use time::OffsetDateTime;
use trien_pdf::{Dict, Object, Pdf, ReadAt, View};

use super::hashing::{self, Job};
use super::permissions::Permissions;
use super::placement::Placed;
use super::signature::{Container, Judged, judge_signature, judge_timestamp};
use crate::difference::form::FormError;
use crate::path::{Certificate, Crl, Material, Trust};
use crate::report::SignatureKind;

/// Most certificates or lists taken from the document security store.
const MAX_MATERIAL: usize = 2_000;

/// A signature with everything known of it but what came after it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where it is.
    pub placed: Placed,
    /// The judgement.
    pub judged: Judged,
    /// What it permits.
    pub permissions: Permissions,
    /// The document security store holds revocation data for it.
    pub has_stored_revocation: bool,
}

/// The SHA-256 of the file, and every signature, oldest first.
pub fn all<S: ReadAt>(
    pdf: &Pdf<S>,
    placed: Vec<Placed>,
    trust: &Trust,
) -> Result<(Vec<u8>, Vec<Standing>), FormError> {
    let containers: Vec<Container> = placed.iter().map(Container::read).collect();
    let (jobs, owners) = jobs(&placed, &containers);
    let (sha256, digests) = hashing::run(pdf.source(), &jobs).map_err(trien_pdf::PdfError::from)?;
    let mut digest_of: Vec<&[u8]> = vec![&[]; placed.len()];
    for (owner, digest) in owners.iter().zip(&digests) {
        if let Some(slot) = digest_of.get_mut(*owner) {
            *slot = digest;
        }
    }
    let material = material(pdf.latest())?;
    let all = || placed.iter().zip(&containers).zip(&digest_of);
    let stamps: Vec<(usize, Judged)> = all()
        .enumerate()
        .filter(|(_, ((placed, _), _))| placed.kind == SignatureKind::Timestamp)
        .map(|(index, ((placed, container), digest))| {
            (
                index,
                judge_timestamp(placed, container, digest, &material, trust),
            )
        })
        .collect();
    let mut standings = Vec::new();
    for (index, ((placed, container), digest)) in all().enumerate() {
        let judged = match stamps.iter().find(|(stamp, _)| *stamp == index) {
            Some((_, judged)) => judged.clone(),
            None => {
                let stamped = earliest_stamp(
                    placed,
                    &stamps,
                    &all().map(|((p, _), _)| p).collect::<Vec<_>>(),
                );
                judge_signature(placed, container, digest, &material, trust, stamped)
            }
        };
        let view = pdf.at(placed.revision.unwrap_or(usize::MAX));
        standings.push(Standing {
            permissions: Permissions::read(view, placed),
            has_stored_revocation: judged
                .certificate
                .as_ref()
                .is_some_and(|certificate| material.crls.iter().any(|crl| crl.is_for(certificate))),
            placed: placed.clone(),
            judged,
        });
    }
    Ok((sha256, standings))
}

/// The digests wanted, and whose they are.
fn jobs(placed: &[Placed], containers: &[Container]) -> (Vec<Job>, Vec<usize>) {
    let mut jobs = Vec::new();
    let mut owners = Vec::new();
    for (index, (placed, container)) in placed.iter().zip(containers).enumerate() {
        if let (Some((gap, end)), Some(digest)) = (&placed.range, container.digest()) {
            jobs.push(Job {
                digest,
                gap: gap.clone(),
                end: *end,
            });
            owners.push(index);
        }
    }
    (jobs, owners)
}

/// The earliest trusted document timestamp over the revision that `placed` signs.
fn earliest_stamp(
    placed: &Placed,
    stamps: &[(usize, Judged)],
    all: &[&Placed],
) -> Option<(OffsetDateTime, Option<String>)> {
    let over = stamps.iter().filter(|(index, _)| {
        let stamp = all.get(*index).and_then(|stamp| stamp.revision);
        matches!((stamp, placed.revision), (Some(stamp), Some(own)) if stamp > own)
    });
    over.filter_map(|(_, judged)| judged.trusted.clone())
        .min_by_key(|(time, _)| *time)
}

/// Certificates and lists of the document security store; what cannot be read there helps nobody
/// and harms nobody.
fn material<S: ReadAt>(view: View<'_, S>) -> Result<Material, FormError> {
    let store = view.get(&view.catalog()?, "DSS")?;
    let store = store.as_dict().cloned().unwrap_or_default();
    let certificates = streams(view, &store, "Certs")
        .filter_map(|der| Certificate::from_der(&der).ok())
        .collect();
    let crls = streams(view, &store, "CRLs")
        .filter_map(|der| Crl::from_der(&der).ok())
        .collect();
    Ok(Material { certificates, crls })
}

fn streams<'a, S: ReadAt>(
    view: View<'a, S>,
    store: &Dict,
    key: &str,
) -> impl Iterator<Item = Vec<u8>> + use<'a, S> {
    let items = match view.get(store, key) {
        Ok(Object::Array(items)) => items,
        _ => Vec::new(),
    };
    items
        .into_iter()
        .take(MAX_MATERIAL)
        .filter_map(move |item| match view.resolve(&item) {
            Ok(Object::Stream(stream)) => view.stream_bytes(&stream).ok(),
            _ => None,
        })
}
