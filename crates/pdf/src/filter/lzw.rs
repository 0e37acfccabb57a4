//! LZW (7.4.4), which producers of the nineties wrote and scanners' software still does.

use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::{broken, within};
use crate::{Dict, Limits, Object, PdfError};

/// Bits of the first codes, without the two that clear and end.
const CODE_BITS: u8 = 8;
/// Bytes decoded at a time: a bomb is noticed that early.
const CHUNK: usize = 64 << 10;

pub(super) fn decode(
    data: &[u8],
    parms: Option<&Dict>,
    limits: &Limits,
) -> Result<Vec<u8>, PdfError> {
    let damaged = || broken("LZWDecode", "the compressed data are damaged");
    // Table 8: codes grow one code early, as in TIFF, unless 0 says otherwise.
    let early = parms.and_then(|parms| parms.get("EarlyChange"));
    let mut decoder = match early.map(Object::as_integer) {
        None | Some(Some(1)) => Decoder::with_tiff_size_switch(BitOrder::Msb, CODE_BITS),
        Some(Some(0)) => Decoder::new(BitOrder::Msb, CODE_BITS),
        Some(_) => return Err(broken("LZWDecode", "unusable parameters")),
    };
    let (mut plain, mut chunk, mut rest) = (Vec::new(), vec![0; CHUNK], data);
    loop {
        let step = decoder.decode_bytes(rest, &mut chunk);
        plain.extend(chunk.get(..step.consumed_out).unwrap_or_default());
        within(&plain, limits)?;
        rest = rest.get(step.consumed_in..).unwrap_or_default();
        match step.status.map_err(|_| damaged())? {
            LzwStatus::Done => return Ok(plain),
            LzwStatus::Ok => {}
            LzwStatus::NoProgress => return Err(damaged()),
        }
    }
}

#[cfg(test)]
mod tests {
    use weezl::encode::Encoder;

    use super::*;

    fn run(data: &[u8], early: i64) -> Result<Vec<u8>, PdfError> {
        let parms = Dict::new().with("EarlyChange", early);
        decode(data, Some(&parms), &Limits::default())
    }

    #[test]
    fn the_example_of_the_standard() {
        let data = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        let plain = [45, 45, 45, 45, 45, 65, 45, 45, 45, 66];
        assert_eq!(decode(&data, None, &Limits::default()).unwrap(), plain);
    }

    #[test]
    fn codes_grow_early_or_late() {
        let plain: Vec<u8> = (0..5_000_u32).map(|n| (n * n % 251) as u8).collect();
        let late = Encoder::new(BitOrder::Msb, CODE_BITS).encode(&plain);
        let early = Encoder::with_tiff_size_switch(BitOrder::Msb, CODE_BITS).encode(&plain);
        assert_eq!(run(&late.unwrap(), 0).unwrap(), plain);
        let early = early.unwrap();
        assert_eq!(run(&early, 1).unwrap(), plain);
        assert!(run(&early[..early.len() / 2], 1).is_err());
        assert!(run(&early, 2).is_err());
    }

    #[test]
    fn a_bomb_is_stopped() {
        let bomb = Encoder::with_tiff_size_switch(BitOrder::Msb, CODE_BITS).encode(&[0; 1 << 20]);
        let limits = Limits {
            stream_bytes: 1 << 16,
            ..Limits::default()
        };
        let found = decode(&bomb.unwrap(), None, &limits);
        assert!(matches!(found, Err(PdfError::Limit { .. })));
    }
}
