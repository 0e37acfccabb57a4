//! Bytes to Unicode text: BOM, UTF-16 and junk before the prolog.

use std::borrow::Cow;

use crate::{EdxmlError, Note};

/// How much may stand before the first `<`: the junk that was seen is a handful of digits, and a
/// file with more before it is something else.
const JUNK_MAX: usize = 1024;

/// Whether a package that starts so is UTF-16.
pub(crate) fn is_utf16(head: &[u8]) -> bool {
    matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// The package as text that starts with its first `<`.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    notes: &mut Vec<Note>,
) -> Result<Cow<'a, str>, EdxmlError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes, notes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes, notes).map(Cow::Owned),
        _ => utf8(bytes, notes).map(Cow::Borrowed),
    }
}

fn utf8<'a>(bytes: &'a [u8], notes: &mut Vec<Note>) -> Result<&'a str, EdxmlError> {
    let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = rest
        .iter()
        .take(JUNK_MAX)
        .position(|b| *b == b'<')
        .ok_or_else(no_markup)?;
    let (junk, xml) = rest.split_at(start);
    note_junk(junk.trim_ascii().len(), notes);
    std::str::from_utf8(xml).map_err(|e| EdxmlError::NotXml {
        position: (bytes.len() - xml.len() + e.valid_up_to()) as u64,
        reason: "not UTF-8".to_owned(),
    })
}

fn utf16(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    notes: &mut Vec<Note>,
) -> Result<String, EdxmlError> {
    let units = bytes
        .as_chunks()
        .0
        .iter()
        .map(|pair| unit(*pair))
        .collect::<Vec<_>>();
    let text = String::from_utf16(&units).map_err(|e| EdxmlError::NotXml {
        position: 0,
        reason: e.to_string(),
    })?;
    let start = text
        .bytes()
        .take(JUNK_MAX)
        .position(|b| b == b'<')
        .ok_or_else(no_markup)?;
    let (junk, xml) = text.split_at(start);
    note_junk(junk.trim().len(), notes);
    Ok(xml.to_owned())
}

fn note_junk(bytes: usize, notes: &mut Vec<Note>) {
    if bytes > 0 {
        notes.push(Note::JunkBefore { bytes });
    }
}

fn no_markup() -> EdxmlError {
    EdxmlError::NotXml {
        position: 0,
        reason: "no markup at its start".to_owned(),
    }
}
