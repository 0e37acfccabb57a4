//! Predictors (7.4.4.4): PNG's five and TIFF's for eight-bit components.

use super::broken;
use crate::{Dict, PdfError};

/// Columns times colours times bits that are still a row and not an attack.
const MAX_ROW_BYTES: i64 = 1 << 24;

pub(super) fn undo(data: Vec<u8>, parms: Option<&Dict>) -> Result<Vec<u8>, PdfError> {
    let Some(parms) = parms else { return Ok(data) };
    let value = |key: &str, default: i64| match parms.get(key) {
        None => Ok(default),
        Some(object) => object
            .as_integer()
            .filter(|v| (1..=MAX_ROW_BYTES).contains(v))
            .ok_or_else(fault),
    };
    let predictor = value("Predictor", 1)?;
    let (colors, bits, columns) = (
        value("Colors", 1)?,
        value("BitsPerComponent", 8)?,
        value("Columns", 1)?,
    );
    let row_bits = colors
        .checked_mul(bits)
        .and_then(|b| b.checked_mul(columns))
        .filter(|b| *b <= 8 * MAX_ROW_BYTES);
    let row = usize::try_from((row_bits.ok_or_else(fault)? + 7) / 8).map_err(|_| fault())?;
    let pixel = usize::try_from((colors * bits + 7) / 8).map_err(|_| fault())?;
    match predictor {
        1 => Ok(data),
        2 if bits == 8 => Ok(tiff(data, row, pixel)),
        10..=15 => png(&data, row, pixel),
        _ => Err(fault()),
    }
}

fn fault() -> PdfError {
    broken("FlateDecode", "unusable predictor parameters")
}

fn tiff(mut data: Vec<u8>, row: usize, pixel: usize) -> Vec<u8> {
    for line in data.chunks_mut(row) {
        for i in pixel..line.len() {
            let left = line.get(i - pixel).copied().unwrap_or(0);
            if let Some(byte) = line.get_mut(i) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    data
}

fn png(data: &[u8], row: usize, pixel: usize) -> Result<Vec<u8>, PdfError> {
    let mut plain: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; row];
    for line in data.chunks(row + 1) {
        let Some((kind, encoded)) = line
            .split_first()
            .filter(|(_, encoded)| encoded.len() == row)
        else {
            return Err(broken("FlateDecode", "the last predicted row is cut"));
        };
        let mut current = Vec::with_capacity(row);
        for (i, (byte, up)) in encoded.iter().zip(&above).enumerate() {
            let back = |line: &[u8]| {
                i.checked_sub(pixel)
                    .and_then(|j| line.get(j).copied())
                    .unwrap_or(0)
            };
            let (left, corner) = (back(&current), back(&above));
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => *up,
                3 => left.midpoint(*up),
                4 => paeth(left, *up, corner),
                _ => return Err(broken("FlateDecode", "unknown PNG predictor")),
            };
            current.push(byte.wrapping_add(guess));
        }
        plain.extend(&current);
        above = current;
    }
    Ok(plain)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |byte: u8| (estimate - i16::from(byte)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_rows() {
        let parms = Dict::new().with("Predictor", 12).with("Columns", 3);
        let data = vec![0, 1, 2, 3, 2, 1, 1, 1, 1, 5, 1, 1, 4, 1, 0, 0];
        assert_eq!(
            undo(data, Some(&parms)).unwrap(),
            [1, 2, 3, 2, 3, 4, 5, 6, 7, 6, 6, 7]
        );
        assert!(undo(vec![0, 1, 2], Some(&parms)).is_err());
        assert!(undo(vec![9, 1, 2, 3], Some(&parms)).is_err());
    }

    #[test]
    fn hostile_parameters() {
        for entry in [
            ("Columns", 0),
            ("Columns", -1),
            ("Columns", i64::MAX),
            ("Colors", 1 << 40),
            ("Predictor", 99),
        ] {
            assert!(
                undo(vec![0; 10], Some(&Dict::new().with(entry.0, entry.1))).is_err(),
                "{entry:?}"
            );
        }
    }
}
