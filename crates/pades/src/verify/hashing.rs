//! All digests in one read of the file.
//!
//! Every byte range starts at the first byte, so one state per algorithm runs through the file and
//! is forked where a signature's gap begins; each fork skips the gap and ends at its own end.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use trien_pdf::ReadAt;

use crate::path::algorithm::{Digest, Hasher};

/// Bytes read at a time: large enough for the disk, small beside the memory bar.
const BLOCK: usize = 256 * 1024;

/// One digest wanted: everything before `end` but for `gap`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// With which algorithm.
    pub digest: Digest,
    /// What is left out.
    pub gap: Range<u64>,
    /// Where it ends.
    pub end: u64,
}

/// The SHA-256 of the whole file, and the digest of each job in its order.
pub fn run<S: ReadAt + ?Sized>(source: &S, jobs: &[Job]) -> io::Result<(Vec<u8>, Vec<Vec<u8>>)> {
    let length = source.len();
    let mut points: Vec<u64> = jobs
        .iter()
        .flat_map(|job| [job.gap.start, job.gap.end, job.end])
        .collect();
    points.push(length);
    points.retain(|point| *point <= length);
    points.sort_unstable();
    points.dedup();
    let mut mains: BTreeMap<Digest, (Hasher, u64)> = BTreeMap::new();
    for job in jobs {
        let main = mains
            .entry(job.digest)
            .or_insert_with(|| (job.digest.hasher(), 0));
        main.1 = main.1.max(job.gap.start);
    }
    mains
        .entry(Digest::Sha256)
        .or_insert_with(|| (Digest::Sha256.hasher(), 0))
        .1 = length;
    let mut forks: Vec<Option<Hasher>> = vec![None; jobs.len()];
    let mut buffer = vec![0; BLOCK];
    let mut at = 0;
    for point in points {
        while at < point {
            let want = usize::try_from(point - at).unwrap_or(BLOCK).min(BLOCK);
            let Some(room) = buffer.get_mut(..want) else {
                break;
            };
            let got = source.read_at(at, room)?;
            let block = room.get(..got).unwrap_or_default();
            if block.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            for (main, until) in mains.values_mut().filter(|(_, until)| at < *until) {
                debug_assert!(at + block.len() as u64 <= *until);
                main.update(block);
            }
            for (job, fork) in jobs.iter().zip(&mut forks) {
                if let Some(state) = fork.as_mut().filter(|_| job.gap.end <= at && at < job.end) {
                    state.update(block);
                }
            }
            at += block.len() as u64;
        }
        for (job, fork) in jobs
            .iter()
            .zip(&mut forks)
            .filter(|(job, _)| job.gap.start == point)
        {
            *fork = mains.get(&job.digest).map(|(main, _)| main.clone());
        }
    }
    let whole = mains
        .remove(&Digest::Sha256)
        .map(|(main, _)| main.finish())
        .unwrap_or_default();
    let digests = forks
        .into_iter()
        .map(|fork| fork.map(Hasher::finish).unwrap_or_default())
        .collect();
    Ok((whole, digests))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forks_give_the_digests_of_separate_passes() {
        let file: Vec<u8> = (0..700_000u32).map(|i| (i % 251) as u8).collect();
        let jobs = [
            Job {
                digest: Digest::Sha256,
                gap: 100..300,
                end: 600_000,
            },
            Job {
                digest: Digest::Sha384,
                gap: 300_000..300_010,
                end: 700_000,
            },
            Job {
                digest: Digest::Sha256,
                gap: 0..5,
                end: 20,
            },
            Job {
                digest: Digest::Sha1,
                gap: 650_000..699_999,
                end: 700_000,
            },
        ];
        let (whole, digests) = run(&file, &jobs).unwrap();
        assert_eq!(whole, Digest::Sha256.of(&file));
        for (job, digest) in jobs.iter().zip(digests) {
            let (a, b, end) = (
                job.gap.start as usize,
                job.gap.end as usize,
                job.end as usize,
            );
            assert_eq!(
                digest,
                job.digest.of(&[&file[..a], &file[b..end]].concat()),
                "{job:?}"
            );
        }
    }
}
