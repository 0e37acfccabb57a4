//! Base64 as senders write it, decoded piece by piece.

use std::io::{Read, Write};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::EdxmlError;

/// Padding is left out by some senders.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Digits read at once; whole groups of four.
const CHUNK: usize = 96 << 10;

/// What went wrong while decoding.
pub(crate) enum Trouble {
    /// It is no base64.
    Digits,
    /// The one side or the other.
    Io(std::io::Error),
}

impl Trouble {
    /// The trouble with the attachment of this name.
    pub(crate) fn of(self, name: &str) -> EdxmlError {
        match self {
            Self::Digits => EdxmlError::BadBase64 {
                name: name.to_owned(),
            },
            Self::Io(error) => error.into(),
        }
    }
}

/// Decodes everything that `digits` gives.
pub(crate) fn decode(mut digits: impl Read, out: &mut impl Write) -> Result<(), Trouble> {
    let mut held = Vec::with_capacity(CHUNK);
    let mut bytes = vec![0; CHUNK];
    let mut padded = false;
    loop {
        let room = (CHUNK - held.len()) as u64;
        let read = digits.by_ref().take(room).read_to_end(&mut held);
        let last = read.map_err(Trouble::Io)? as u64 != room;
        padded = batch(&mut held, last, padded, &mut bytes, out)?;
        if last {
            return Ok(());
        }
    }
}

/// Decodes what can be; the rest is held until more comes. Whether the padding has come.
fn batch(
    held: &mut Vec<u8>,
    last: bool,
    padded: bool,
    bytes: &mut [u8],
    out: &mut impl Write,
) -> Result<bool, Trouble> {
    let whole = |held: &[u8]| if last { held.len() } else { held.len() / 4 * 4 };
    let mut end = whole(held);
    // Most senders write one line: what decodes as it is needs no look at each digit.
    let mut decoded = BASE64.decode_slice(held.get(..end).unwrap_or_default(), bytes);
    if decoded.is_err() {
        compact(held, last)?;
        end = match held.iter().position(|byte| *byte == b'&') {
            // A reference that the next piece completes.
            Some(cut) => cut / 4 * 4,
            None => whole(held),
        };
        decoded = BASE64.decode_slice(held.get(..end).unwrap_or_default(), bytes);
    }
    let size = decoded.map_err(|_| Trouble::Digits)?;
    if padded && size > 0 {
        return Err(Trouble::Digits);
    }
    out.write_all(bytes.get(..size).unwrap_or_default())
        .map_err(Trouble::Io)?;
    let ends = held.get(..end).is_some_and(|digits| digits.ends_with(b"="));
    held.drain(..end);
    Ok(padded || ends)
}

/// Takes out what breaks lines: white space, and the references to it that serialisers write.
fn compact(held: &mut Vec<u8>, last: bool) -> Result<(), Trouble> {
    let broken = std::mem::take(held);
    let mut from = broken.as_slice();
    while let Some((byte, after)) = from.split_first() {
        from = match byte {
            b'&' => match is_break(from) {
                Some(length) => from.get(length..).unwrap_or_default(),
                None if !last && from.len() < LONGEST => {
                    held.extend_from_slice(from);
                    return Ok(());
                }
                None => return Err(Trouble::Digits),
            },
            _ if byte.is_ascii_whitespace() => after,
            _ => {
                held.push(*byte);
                after
            }
        };
    }
    Ok(())
}

/// The longest of the references below.
const LONGEST: usize = 6;

/// The length of a reference to white space.
fn is_break(text: &[u8]) -> Option<usize> {
    const BREAKS: [&[u8]; 9] = [
        b"&#13;", b"&#10;", b"&#9;", b"&#32;", b"&#xD;", b"&#xA;", b"&#xd;", b"&#xa;", b"&#x9;",
    ];
    let found = BREAKS.iter().find(|one| text.starts_with(one))?;
    Some(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        decode(text.as_bytes(), &mut out).ok()?;
        Some(out)
    }

    #[test]
    fn lines_references_and_missing_padding_are_read() {
        for text in ["QUJDRA==", "QUJDRA", " QUJD\r\nRA==\n", "QUJD&#13;&#xA;RA="] {
            assert_eq!(decoded(text).as_deref(), Some(&b"ABCD"[..]), "{text:?}");
        }
        assert_eq!(decoded("").as_deref(), Some(&b""[..]));
        for text in ["QUJD!", "QUJD&amp;RA==", "QQ==QUJD", "QUJD&#13"] {
            assert_eq!(decoded(text), None, "{text:?}");
        }
    }

    #[test]
    fn long_files_are_the_same_however_their_lines_break() {
        let file: Vec<u8> = (0..500_000_u32).map(|n| (n % 251) as u8).collect();
        let line = base64::engine::general_purpose::STANDARD.encode(&file);
        assert!(decoded(&line).is_some_and(|got| got == file));
        for broken in [76, 1_000, 98_304] {
            for end in ["\n", "\r\n", "&#13;\n"] {
                let pieces = line.as_bytes().chunks(broken);
                let lines = pieces.map(|piece| std::str::from_utf8(piece).unwrap());
                let text = lines.collect::<Vec<_>>().join(end);
                assert!(
                    decoded(&text).is_some_and(|got| got == file),
                    "{broken} {end:?}"
                );
            }
        }
        let early = format!("{}=={line}", &line[..131_070]);
        assert_eq!(decoded(&early), None, "padding in the middle");
    }
}
