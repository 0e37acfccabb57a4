//! A revision whose /Contents is still empty: /ByteRange filled, the file hashed around the gap.

use std::ops::Range;

use trien_pdf::{Appended, ObjectId, ReadAt};

use super::algorithm::Hasher;
use super::{DigestAlgorithm, value};
use crate::error::PadesError;

/// How much of the old file is in memory at a time while it is hashed.
const BLOCK: usize = 256 * 1024;

/// The new bytes only, never the file.
pub(crate) struct Hashed {
    revision: Vec<u8>,
    base: u64,
    /// Where the hexadecimal digits of /Contents stand in `revision`, without their `<` and `>`.
    contents: Range<usize>,
    digest: Vec<u8>,
}

impl Hashed {
    /// Fills the /ByteRange of the object `value`, which has `room` bytes of empty /Contents, and hashes.
    pub(crate) fn new<S: ReadAt>(
        source: &S,
        appended: Appended,
        value: ObjectId,
        room: usize,
        algorithm: DigestAlgorithm,
    ) -> Result<Self, PadesError> {
        let span = |key, name| {
            let span = appended
                .value_span(value, &[key])
                .ok_or(PadesError::Internal(name))?;
            let within = |offset: u64| {
                offset
                    .checked_sub(appended.base)
                    .and_then(|offset| usize::try_from(offset).ok())
            };
            within(span.start)
                .zip(within(span.end))
                .map(|(a, b)| a..b)
                .ok_or(PadesError::Internal(name))
        };
        let (ranges, gap) = (
            span("ByteRange", "/ByteRange")?,
            span("Contents", "/Contents")?,
        );
        let base = appended.base;
        let mut revision = appended.bytes;
        if gap.len() != 2 * room + 2 {
            return Err(PadesError::Internal(
                "/Contents of the room that was asked for",
            ));
        }

        let (first, second) = (base + gap.start as u64, base + gap.end as u64);
        let rest = revision.len().saturating_sub(gap.end) as u64;
        let text = value::byte_range(ranges.len(), first, second, rest)?;
        let slots = revision
            .get_mut(ranges)
            .ok_or(PadesError::Internal("/ByteRange"))?;
        slots.copy_from_slice(text.as_bytes());

        let mut hasher = Hasher::new(algorithm);
        hash_source(source, base, &mut hasher)?;
        for part in [revision.get(..gap.start), revision.get(gap.end..)] {
            hasher.update(part.ok_or(PadesError::Internal("/Contents"))?);
        }
        Ok(Self {
            revision,
            base,
            contents: gap.start + 1..gap.end - 1,
            digest: hasher.finish(),
        })
    }

    /// The digest of all but the gap.
    pub(crate) fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The length of the file before.
    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    /// The revision with its gap still empty.
    pub(crate) fn revision(&self) -> &[u8] {
        &self.revision
    }

    /// Puts the DER into the gap: the bytes to append.
    pub(crate) fn close(self, der: &[u8]) -> Result<Vec<u8>, PadesError> {
        let digits = hex::encode(der);
        let mut appended = self.revision;
        let room = appended
            .get_mut(self.contents)
            .ok_or(PadesError::Internal("/Contents"))?;
        let available = room.len() / 2;
        match room.get_mut(..digits.len()) {
            Some(start) => start.copy_from_slice(digits.as_bytes()),
            None => {
                return Err(PadesError::ContentsTooSmall {
                    needed: der.len(),
                    room: available,
                });
            }
        }
        Ok(appended)
    }
}

fn hash_source<S: ReadAt>(source: &S, length: u64, hasher: &mut Hasher) -> Result<(), PadesError> {
    let mut block = vec![0; BLOCK];
    let mut offset = 0;
    while offset < length {
        let wanted = usize::try_from(length - offset).map_or(BLOCK, |left| left.min(BLOCK));
        let read = source.read_at(offset, block.get_mut(..wanted).unwrap_or_default())?;
        if read == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        }
        hasher.update(block.get(..read).unwrap_or_default());
        offset += read as u64;
    }
    Ok(())
}
