//! What an attachment's element carries: base64, and often a zip of one entry around the file.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zip::ZipArchive;

use crate::attachment::extension;
use crate::parts::Content;
use crate::{EdxmlError, Limits, Note};

/// Padding is left out by some senders.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Files that are zips by nature carry one of these entries (ECMA-376 part 2, ODF 1.2 part 3).
const OFFICE_ENTRIES: [&str; 2] = ["[Content_Types].xml", "mimetype"];

/// Expansion below this size is never a bomb: a page of blanks compresses a thousandfold.
const HARMLESS: usize = 1 << 20;

/// The file in an attachment's content.
pub(crate) fn decode(
    name: &str,
    content: &Content<'_>,
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Vec<u8>, EdxmlError> {
    let bytes = match content {
        Content::Raw(bytes) => bytes.to_vec(),
        Content::Base64(text) => base64(name, text)?,
    };
    if !(bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")) {
        return Ok(bytes);
    }
    match unwrap(name, &bytes, limits) {
        Ok(Some(inner)) => {
            notes.push(Note::Unwrapped {
                name: name.to_owned(),
            });
            Ok(inner)
        }
        Ok(None) => Ok(bytes),
        Err(Trouble::Refused(error)) => Err(error),
        Err(Trouble::Broken) => {
            notes.push(Note::BrokenZip {
                name: name.to_owned(),
            });
            Ok(bytes)
        }
    }
}

fn base64(name: &str, text: &str) -> Result<Vec<u8>, EdxmlError> {
    let text = text.trim();
    let compact: Cow<'_, str> = if text.bytes().any(|b| b.is_ascii_whitespace()) {
        Cow::Owned(text.split_ascii_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    };
    BASE64
        .decode(compact.as_bytes())
        .map_err(|_| EdxmlError::BadBase64 {
            name: name.to_owned(),
        })
}

enum Trouble {
    Broken,
    Refused(EdxmlError),
}

/// The one entry of a wrapper; `None` where the zip is the file itself.
///
/// Decided by content: one entry that no office format would have. A file sent as `.zip` is
/// unwrapped only if its entry is a `.zip` again, since the library that wraps never wraps those.
/// Nothing inside the entry is opened, so nesting cannot multiply.
fn unwrap(name: &str, bytes: &[u8], limits: &Limits) -> Result<Option<Vec<u8>>, Trouble> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Trouble::Broken)?;
    if archive.len() != 1 {
        return Ok(None);
    }
    let entry = archive.by_index(0).map_err(|_| Trouble::Broken)?;
    let inner = entry.name().to_owned();
    let zip_in_zip = extension(name) != "zip" || extension(&inner) == "zip";
    if entry.is_dir() || OFFICE_ENTRIES.contains(&inner.as_str()) || !zip_in_zip {
        return Ok(None);
    }
    let ratio_bound = bytes.len().saturating_mul(limits.zip_ratio).max(HARMLESS);
    let bound = ratio_bound.min(limits.attachment_bytes);
    let mut file = Vec::new();
    // What the entry declares as its size is not believed: one byte past the bound is enough.
    entry
        .take(bound as u64 + 1)
        .read_to_end(&mut file)
        .map_err(|_| Trouble::Broken)?;
    if file.len() <= bound {
        return Ok(Some(file));
    }
    Err(Trouble::Refused(if bound < limits.attachment_bytes {
        EdxmlError::ZipBomb {
            name: name.to_owned(),
            ratio: limits.zip_ratio,
        }
    } else {
        EdxmlError::TooMuch {
            what: "bytes in an attachment",
            limit: limits.attachment_bytes,
        }
    }))
}
