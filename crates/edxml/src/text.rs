//! Bytes to Unicode text: BOM, UTF-16 and junk before the prolog.

use std::io::{Read, Write};

use crate::{EdxmlError, Note};

/// How much may stand before the first `<`: the junk that was seen is a handful of digits, and a
/// file with more before it is something else.
const JUNK_MAX: usize = 1024;

/// UTF-16 that is read at once.
const CHUNK: u64 = 256 << 10;

/// Whether XML that starts so is UTF-16: by its mark, or by half of its first `<` (XML 1.0, appendix F).
pub(crate) fn is_utf16(head: &[u8]) -> bool {
    matches!(
        head,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]
    )
}

/// The package, or the XML in it, as text that starts with its first `<`.
pub(crate) fn of<'a>(bytes: &'a [u8], notes: &mut Vec<Note>) -> Result<&'a str, EdxmlError> {
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

/// Writes UTF-16 as UTF-8 without its mark, piece by piece.
pub(crate) fn from_utf16(source: &mut impl Read, out: &mut impl Write) -> Result<(), EdxmlError> {
    let mut mark = [0; 2];
    source.read_exact(&mut mark)?;
    let unit = match mark {
        [0xff, 0xfe] | [b'<', 0] => u16::from_le_bytes,
        _ => u16::from_be_bytes,
    };
    if mark.contains(&b'<') {
        out.write_all(b"<")?;
    }
    let mut held = Vec::new();
    loop {
        let read = source.by_ref().take(CHUNK).read_to_end(&mut held)?;
        let last = (read as u64) < CHUNK;
        let pairs = held.as_chunks().0.iter();
        let mut units: Vec<u16> = pairs.map(|pair| unit(*pair)).collect();
        // The first half of a character whose second half is yet to come.
        if !last
            && units
                .last()
                .is_some_and(|half| (0xd800..0xdc00).contains(half))
        {
            units.pop();
        }
        let text = String::from_utf16(&units).map_err(|e| EdxmlError::NotXml {
            position: 0,
            reason: e.to_string(),
        })?;
        out.write_all(text.as_bytes())?;
        held.drain(..2 * units.len());
        if last {
            return Ok(());
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_the_same_text_wherever_its_pieces_break() {
        // Characters of one and of two units, so that one of them is cut at each end of a piece.
        let text = format!("<a>{}", "ế𝄞".repeat(CHUNK as usize / 6));
        for start in ["", "x", "xy"] {
            let text = format!("{start}{text}");
            let little = text.encode_utf16().flat_map(u16::to_le_bytes);
            let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(little).collect();
            let big = text.encode_utf16().flat_map(u16::to_be_bytes);
            let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(big).collect();
            for bytes in [little, big] {
                let mut out = Vec::new();
                from_utf16(&mut bytes.as_slice(), &mut out).unwrap();
                assert!(out == text.as_bytes());
            }
        }
        let half = [0xff, 0xfe, 0x00, 0xd8];
        assert!(from_utf16(&mut half.as_slice(), &mut Vec::new()).is_err());
    }
}
