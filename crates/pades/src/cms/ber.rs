//! BER to DER, and slicing of DER.
//!
//! Signature containers come in BER (indefinite lengths, strings in pieces; ISO 32000-2 12.8.3.3
//! asks for DER, older signers do not keep to it) while the decoders used here want DER.
//! Elements that are DER already come out as they went in, so certificates keep their bytes.

use std::ops::Range;

/// Deepest nesting followed; a real SignedData with a timestamp inside needs about 20.
const MAX_DEPTH: usize = 64;

/// Rewrites the first element of `input` as DER; returns it and the number of bytes it took.
///
/// `None` when the element is malformed, or nested deeper than a budget.
pub fn to_der(input: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut output = Vec::with_capacity(input.len());
    let used = element(input, &mut output, 0)?;
    Some((output, used))
}

/// Range of the first element inside the constructed element that `der` is.
pub fn first_element(der: &[u8]) -> Option<Range<usize>> {
    let outer = header(der)?;
    let inner = der.get(outer.size..)?;
    let first = header(inner)?;
    let end = outer
        .size
        .checked_add(first.size)?
        .checked_add(first.length?)?;
    (end <= der.len()).then_some(outer.size..end)
}

struct Header {
    /// Bytes of tag and length.
    size: usize,
    /// `None` for the indefinite form.
    length: Option<usize>,
    /// Bytes of the tag alone.
    tag_size: usize,
}

fn header(input: &[u8]) -> Option<Header> {
    let mut tag_size = 1;
    if input.first()? & 0x1f == 0x1f {
        // High tag numbers: no structure read here has them beyond a few bytes.
        while input.get(tag_size)? & 0x80 != 0 {
            tag_size += 1;
            if tag_size > 5 {
                return None;
            }
        }
        tag_size += 1;
    }
    let first = *input.get(tag_size)?;
    if first < 0x80 {
        return Some(Header {
            size: tag_size + 1,
            length: Some(usize::from(first)),
            tag_size,
        });
    }
    if first == 0x80 {
        return Some(Header {
            size: tag_size + 1,
            length: None,
            tag_size,
        });
    }
    let count = usize::from(first & 0x7f);
    let digits = input.get(tag_size + 1..tag_size + 1 + count)?;
    let mut length = 0usize;
    for digit in digits {
        length = length.checked_mul(256)?.checked_add(usize::from(*digit))?;
    }
    Some(Header {
        size: tag_size + 1 + count,
        length: Some(length),
        tag_size,
    })
}

fn element(input: &[u8], output: &mut Vec<u8>, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH {
        return None;
    }
    let header = header(input)?;
    let tag = *input.first()?;
    let constructed = tag & 0x20 != 0;
    let Some(length) = header.length else {
        if !constructed {
            return None;
        }
        let mut children = Vec::new();
        let mut at = header.size;
        while input.get(at..at + 2)? != [0, 0] {
            at += element(input.get(at..)?, &mut children, depth + 1)?;
        }
        write(input, &header, tag, &children, output, depth)?;
        return Some(at + 2);
    };
    let end = header.size.checked_add(length)?;
    let content = input.get(header.size..end)?;
    if !constructed {
        put(input.get(..header.tag_size)?, content, output);
        return Some(end);
    }
    let mut children = Vec::with_capacity(length);
    let mut at = 0;
    while at < content.len() {
        at += element(content.get(at..)?, &mut children, depth + 1)?;
    }
    write(input, &header, tag, &children, output, depth)?;
    Some(end)
}

/// Writes a constructed element; an OCTET STRING in pieces becomes one string.
fn write(
    input: &[u8],
    header: &Header,
    tag: u8,
    children: &[u8],
    output: &mut Vec<u8>,
    depth: usize,
) -> Option<()> {
    const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
    if tag != CONSTRUCTED_OCTET_STRING {
        put(input.get(..header.tag_size)?, children, output);
        return Some(());
    }
    if depth > MAX_DEPTH {
        return None;
    }
    let mut joined = Vec::with_capacity(children.len());
    let mut rest = children;
    while !rest.is_empty() {
        if *rest.first()? != 0x04 {
            return None;
        }
        let piece = self::header(rest)?;
        let end = piece.size.checked_add(piece.length?)?;
        joined.extend_from_slice(rest.get(piece.size..end)?);
        rest = rest.get(end..)?;
    }
    put(&[0x04], &joined, output);
    Some(())
}

fn put(tag: &[u8], content: &[u8], output: &mut Vec<u8>) {
    output.extend_from_slice(tag);
    let length = content.len();
    if let Ok(short @ 0..=127) = u8::try_from(length) {
        output.push(short);
    } else {
        let digits = length.to_be_bytes();
        let skip = digits.iter().take_while(|digit| **digit == 0).count();
        output.push(0x80 | u8::try_from(digits.len() - skip).unwrap_or(8));
        output.extend_from_slice(digits.get(skip..).unwrap_or_default());
    }
    output.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_stays_as_it_is() {
        let der = [0x30, 0x05, 0x02, 0x01, 0x01, 0x04, 0x00, 0xff];
        assert_eq!(to_der(&der), Some((der[..7].to_vec(), 7)));
    }

    #[test]
    fn indefinite_lengths_and_strings_in_pieces_become_der() {
        let ber = [
            0x30, 0x80, 0x24, 0x80, 0x04, 0x01, 0xaa, 0x04, 0x01, 0xbb, 0, 0, 0, 0, 0x77,
        ];
        assert_eq!(
            to_der(&ber),
            Some((vec![0x30, 0x04, 0x04, 0x02, 0xaa, 0xbb], 14))
        );
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let bomb = [0x30, 0x80].repeat(10_000);
        assert_eq!(to_der(&bomb), None);
    }

    #[test]
    fn cut_off_input_is_refused() {
        for input in [
            &[][..],
            &[0x30],
            &[0x30, 0x05, 0x02],
            &[0x30, 0x80, 0x02, 0x01, 0x01],
        ] {
            assert_eq!(to_der(input), None, "{input:x?}");
        }
    }
}
