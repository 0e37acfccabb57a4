//! The timestamp of a signature (EN 319 142-1 6.3, level B-T): an unsigned attribute, so it can come after the signature,
//! as long as nobody has signed on top.

use trien_pdf::{Pdf, ReadAt};

use super::{gap, tsp};
use crate::cms::build::{signature_of, with_timestamp};
use crate::error::PadesError;
use crate::sign::DigestAlgorithm;

/// Bytes that take the place of as many others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// Where, from the file's beginning.
    pub offset: u64,
    /// What.
    pub bytes: Vec<u8>,
}

impl Patch {
    /// Puts the bytes into a file in memory; `false` where it is too short.
    #[must_use]
    pub fn apply(&self, file: &mut [u8]) -> bool {
        let start = usize::try_from(self.offset).ok();
        let target = start.and_then(|start| file.get_mut(start..start + self.bytes.len()));
        match target {
            Some(target) => {
                target.copy_from_slice(&self.bytes);
                true
            }
            None => false,
        }
    }
}

/// SHA-256 of what the timestamp of a signature is over: its value (RFC 3161 appendix A).
///
/// # Errors
/// [`PadesError::NoSuchField`] where the field is not signed, [`PadesError::Timestamp`] where its CMS cannot be read.
pub fn timestamp_imprint<S: ReadAt>(pdf: &Pdf<S>, field: &str) -> Result<[u8; 32], PadesError> {
    imprint(&gap::of_field(pdf, field)?.contents(pdf)?)
}

fn imprint(cms: &[u8]) -> Result<[u8; 32], PadesError> {
    let value = DigestAlgorithm::Sha256.digest(&signature_of(cms)?);
    value
        .try_into()
        .map_err(|_| PadesError::Internal("a SHA-256 of 32 bytes"))
}

/// Puts a token into a signature. Only the bytes in its own gap change, which no signature covers but a later one's.
///
/// # Errors
/// [`PadesError::TimestampTooLate`] where something was appended since, [`PadesError::ContentsTooSmall`], and
/// [`PadesError::Timestamp`] where the token is over something else.
pub fn add_timestamp<S: ReadAt>(
    pdf: &Pdf<S>,
    field: &str,
    token: &[u8],
) -> Result<Patch, PadesError> {
    let gap = gap::of_field(pdf, field)?;
    if gap.end != pdf.source().len() {
        return Err(PadesError::TimestampTooLate(field.to_owned()));
    }
    let cms = gap.contents(pdf)?;
    let expected = imprint(&cms)?;
    match tsp::info(token) {
        Some((imprint, _)) if imprint == expected => {}
        _ => {
            return Err(PadesError::Timestamp(
                "the token is not over this signature".to_owned(),
            ));
        }
    }
    let stamped = with_timestamp(&cms, token)?;
    let digits = gap.digits();
    let room = usize::try_from(digits.end - digits.start).unwrap_or(0);
    let mut bytes = hex::encode(&stamped).into_bytes();
    if bytes.len() > room {
        return Err(PadesError::ContentsTooSmall {
            needed: stamped.len(),
            room: room / 2,
        });
    }
    bytes.resize(room, b'0');
    Ok(Patch {
        offset: digits.start,
        bytes,
    })
}
