//! All signatures of a file, each with its own judgement.

use trien_pdf::{Pdf, ReadAt};

use super::hashing::{self, Job};
use super::permissions::Permissions;
use super::placement::Placed;
use super::signature::{Container, Judged, Stamp, judge_signature, judge_timestamp};
use super::store;
use crate::difference::form::FormError;
use crate::path::{Material, Sources, Trust};
use crate::report::SignatureKind;

/// How often the file's bytes may be hashed in all. Behind its gap each signature hashes the rest of
/// its own revision, so that real files need one pass; thousands of signatures in one revision would
/// need thousands.
const MAX_PASSES: u64 = 16;

/// A signature with everything known of it but what came after it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where it is.
    pub placed: Placed,
    /// The judgement.
    pub judged: Judged,
    /// What it permits.
    pub permissions: Permissions,
    /// The document security store is part of what it signs.
    pub signs_store: bool,
}

/// The SHA-256 of the file, and every signature, oldest first.
pub fn all<S: ReadAt>(
    pdf: &Pdf<S>,
    placed: Vec<Placed>,
    trust: &Trust,
) -> Result<(Vec<u8>, Vec<Standing>), FormError> {
    let containers: Vec<Container> = placed.iter().map(Container::read).collect();
    let (jobs, owners) = jobs(&placed, &containers);
    let hashed = jobs.iter().map(|job| job.end.saturating_sub(job.gap.end));
    if hashed.fold(0, u64::saturating_add) > MAX_PASSES.saturating_mul(pdf.len()) {
        return Err(FormError::TooLarge);
    }
    let (sha256, digests) = hashing::run(pdf.source(), &jobs).map_err(trien_pdf::PdfError::from)?;
    let mut digest_of: Vec<&[u8]> = vec![&[]; placed.len()];
    for (owner, digest) in owners.iter().zip(&digests) {
        if let Some(slot) = digest_of.get_mut(*owner) {
            *slot = digest;
        }
    }
    // What signers put beside their signatures comes first: a store that is added later cannot push it out of a bound.
    let mut material = Material::default();
    for container in &containers {
        container.bring(&mut material);
    }
    material.add(&store::newest(pdf)?);
    let sources = Sources::new(trust).with(&material);
    let found = placed.iter().zip(&containers).zip(digest_of);
    // The newest first: each document timestamp proves the age of all before it (EN 319 102-1 5.6.2.3).
    let mut stamps: Vec<(Option<usize>, Stamp)> = Vec::new();
    let mut standings = Vec::new();
    for ((placed, container), digest) in found.rev() {
        let stamped = earliest_over(placed, &stamps);
        let judged = match placed.kind {
            SignatureKind::Timestamp => {
                let proven = stamped.map(|stamp| stamp.time);
                judge_timestamp(placed, container, digest, &sources, proven)
            }
            SignatureKind::Signature => {
                judge_signature(placed, container, digest, &sources, stamped)
            }
        };
        if let (SignatureKind::Timestamp, Some(stamp)) = (placed.kind, &judged.trusted) {
            stamps.push((placed.revision, stamp.clone()));
        }
        let view = pdf.at(placed.revision.unwrap_or(usize::MAX));
        standings.push(Standing {
            permissions: Permissions::read(view, placed),
            signs_store: store::is_in(view),
            placed: placed.clone(),
            judged,
        });
    }
    standings.reverse();
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
fn earliest_over(placed: &Placed, stamps: &[(Option<usize>, Stamp)]) -> Option<Stamp> {
    let own = placed.revision?;
    let over = stamps
        .iter()
        .filter(|(revision, _)| revision.is_some_and(|revision| revision > own));
    over.map(|(_, stamp)| stamp)
        .min_by_key(|stamp| stamp.time)
        .cloned()
}
