//! Stream filters (7.4): those that structure is written with. Image codecs are left to the renderer.

use std::io::Read;

use crate::{
    Dict, Limits, Object, PdfError, cursor::is_space, limits::MAX_FILTERS, parse::hex_digit,
};

mod lzw;
mod predictor;

/// Undoes all filters of a stream. `dict` holds direct values of `/Filter` and `/DecodeParms`.
pub(crate) fn decode(dict: &Dict, raw: Vec<u8>, limits: &Limits) -> Result<Vec<u8>, PdfError> {
    let filters = list(dict.get("Filter"));
    let parms = list(dict.get("DecodeParms"));
    if filters.len() > MAX_FILTERS {
        return Err(PdfError::Limit {
            offset: 0,
            what: "filters on one stream",
            limit: MAX_FILTERS as u64,
        });
    }
    let mut data = raw;
    for (i, filter) in filters.iter().enumerate() {
        let filter = filter
            .as_name()
            .and_then(|n| n.as_str())
            .ok_or(PdfError::WrongType { what: "/Filter" })?;
        data = match filter {
            "FlateDecode" | "Fl" => {
                let plain = inflate(&data, limits)?;
                predictor::undo(plain, parms.get(i).and_then(Object::as_dict))?
            }
            "LZWDecode" | "LZW" => {
                let parms = parms.get(i).and_then(Object::as_dict);
                predictor::undo(lzw::decode(&data, parms, limits)?, parms)?
            }
            "ASCIIHexDecode" | "AHx" => ascii_hex(&data)?,
            "ASCII85Decode" | "A85" => ascii85(&data, limits)?,
            "RunLengthDecode" | "RL" => run_length(&data, limits)?,
            // Undone before all others, where the data are read.
            "Crypt" => data,
            other => return Err(PdfError::UnsupportedFilter(other.to_owned())),
        };
    }
    Ok(data)
}

/// Compresses for writing; the same bytes every time.
pub(crate) fn deflate(data: &[u8]) -> std::io::Result<Vec<u8>> {
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data)?;
    encoder.finish()
}

fn list(value: Option<&Object>) -> Vec<Object> {
    match value {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
    }
}

fn inflate(data: &[u8], limits: &Limits) -> Result<Vec<u8>, PdfError> {
    let mut plain = Vec::new();
    flate2::read::ZlibDecoder::new(data)
        .take(limits.stream_bytes + 1)
        .read_to_end(&mut plain)
        .map_err(|_| broken("FlateDecode", "the compressed data are damaged"))?;
    within(&plain, limits)?;
    Ok(plain)
}

fn ascii_hex(data: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut digits = Vec::new();
    for byte in data.iter().copied().filter(|b| !is_space(*b)) {
        if byte == b'>' {
            break;
        }
        digits.push(
            hex_digit(byte).ok_or_else(|| broken("ASCIIHexDecode", "not a hexadecimal digit"))?,
        );
    }
    Ok(digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |b, d| b << 4 | d) << (4 * (2 - pair.len())))
        .collect())
}

fn ascii85(data: &[u8], limits: &Limits) -> Result<Vec<u8>, PdfError> {
    let fault = || broken("ASCII85Decode", "not base-85");
    let mut plain = Vec::new();
    let mut group: Vec<u8> = Vec::with_capacity(5);
    for byte in data.iter().copied().filter(|b| !is_space(*b)) {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => plain.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => return Err(fault()),
        }
        if group.len() == 5 {
            plain.extend(group85(&group).ok_or_else(fault)?);
            group.clear();
        }
        // One letter z is four bytes, so that a chain of filters grows.
        within(&plain, limits)?;
    }
    match group.len() {
        0 => Ok(plain),
        1 => Err(fault()),
        n => {
            group.resize(5, 84);
            plain.extend(group85(&group).ok_or_else(fault)?.iter().take(n - 1));
            Ok(plain)
        }
    }
}

fn group85(group: &[u8]) -> Option<[u8; 4]> {
    let value = group
        .iter()
        .try_fold(0_u32, |v, d| v.checked_mul(85)?.checked_add(u32::from(*d)))?;
    Some(value.to_be_bytes())
}

fn run_length(data: &[u8], limits: &Limits) -> Result<Vec<u8>, PdfError> {
    let fault = || broken("RunLengthDecode", "the data end too early");
    let mut plain = Vec::new();
    let mut rest = data;
    while let Some((length, tail)) = rest.split_first().filter(|(length, _)| **length != 128) {
        let count = usize::from(*length);
        if count < 128 {
            let (copy, after) = tail.split_at_checked(count + 1).ok_or_else(fault)?;
            plain.extend(copy);
            rest = after;
        } else {
            let (byte, after) = tail.split_first().ok_or_else(fault)?;
            plain.resize(plain.len() + 257 - count, *byte);
            rest = after;
        }
        within(&plain, limits)?;
    }
    Ok(plain)
}

fn within(plain: &[u8], limits: &Limits) -> Result<(), PdfError> {
    match plain.len() as u64 <= limits.stream_bytes {
        true => Ok(()),
        false => Err(PdfError::Limit {
            offset: 0,
            what: "decoded stream data",
            limit: limits.stream_bytes,
        }),
    }
}

fn broken(filter: &str, reason: &'static str) -> PdfError {
    PdfError::Filter {
        filter: filter.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(filter: &str, data: &[u8]) -> Result<Vec<u8>, PdfError> {
        decode(
            &Dict::new().with("Filter", Object::name(filter)),
            data.to_vec(),
            &Limits::default(),
        )
    }

    #[test]
    fn ascii_filters() {
        assert_eq!(run("ASCIIHexDecode", b"4a 4B4>rest").unwrap(), b"JK@");
        assert_eq!(
            run("ASCII85Decode", b"87cURD]i,\"Ebo80~>").unwrap(),
            b"Hello World!"
        );
        assert_eq!(run("ASCII85Decode", b"z5sb~>").unwrap(), b"\0\0\0\0AB");
        assert_eq!(
            run("RunLengthDecode", &[1, 7, 8, 254, 9, 128, 1]).unwrap(),
            [7, 8, 9, 9, 9]
        );
        assert!(run("ASCII85Decode", b"s8W-\"~>").is_err());
    }

    #[test]
    fn flate_is_bounded_and_checked() {
        let bomb = deflate(&vec![0; 100_000]).unwrap();
        let limits = Limits {
            stream_bytes: 99_999,
            ..Limits::default()
        };
        let dict = Dict::new().with("Filter", Object::name("FlateDecode"));
        assert!(matches!(
            decode(&dict, bomb.clone(), &limits),
            Err(PdfError::Limit { .. })
        ));
        assert_eq!(run("FlateDecode", &bomb).unwrap().len(), 100_000);
        assert!(run("FlateDecode", &bomb[..bomb.len() / 2]).is_err());
    }

    #[test]
    fn what_grows_is_stopped_before_it_has_grown() {
        let limits = Limits {
            stream_bytes: 100,
            ..Limits::default()
        };
        let all = b"z".repeat(26);
        let long = [129, 0];
        for (filter, data) in [("A85", all.as_slice()), ("RL", &long)] {
            let dict = Dict::new().with("Filter", Object::name(filter));
            let found = decode(&dict, data.to_vec(), &limits);
            assert!(matches!(found, Err(PdfError::Limit { .. })), "{filter}");
        }
    }

    #[test]
    fn a_chain_of_filters_and_an_unknown_one() {
        let dict = Dict::new().with("Filter", vec![Object::name("AHx"), Object::name("A85")]);
        assert_eq!(
            decode(&dict, b"35 73 62 7e 3e>".to_vec(), &Limits::default()).unwrap(),
            b"AB"
        );
        assert!(matches!(
            run("DCTDecode", b""),
            Err(PdfError::UnsupportedFilter(_))
        ));
    }
}
