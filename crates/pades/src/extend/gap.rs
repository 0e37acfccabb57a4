//! The gap of a signature: where its /Contents stands in a file.

use std::ops::Range;

use trien_pdf::{Dict, Object, Pdf, ReadAt, View};

use crate::error::PadesError;
use crate::form::Form;

/// More than any CMS: a larger gap is a hostile one.
const MAX_GAP: u64 = 4 << 20;

/// A signed field's gap, brackets included, and where what it signs ends.
pub(super) struct Gap {
    pub(super) range: Range<u64>,
    pub(super) end: u64,
}

/// The gap of a signed field. A document timestamp is none: nothing comes into it after it was made.
pub(super) fn of_field<S: ReadAt>(pdf: &Pdf<S>, field: &str) -> Result<Gap, PadesError> {
    let view = pdf.latest();
    let form = Form::read(&view)?;
    let value = form
        .as_ref()
        .and_then(|form| form.field(field))
        .and_then(|field| field.signature.as_ref())
        .ok_or_else(|| PadesError::NoSuchField(field.to_owned()))?;
    if value.is("Type", "DocTimeStamp") {
        return Err(PadesError::TimestampTooLate(field.to_owned()));
    }
    of_value(&view, value)?.ok_or_else(|| PadesError::WrongField(field.to_owned()))
}

/// The gap that a signature dictionary's /ByteRange leaves.
pub(super) fn of_value<S: ReadAt>(
    view: &View<'_, S>,
    value: &Dict,
) -> Result<Option<Gap>, PadesError> {
    let range = match value.get("ByteRange") {
        Some(range) => view.resolve(range)?,
        None => return Ok(None),
    };
    let numbers = range.as_array().unwrap_or_default().iter();
    let numbers: Vec<u64> = numbers
        .filter_map(Object::as_integer)
        .filter_map(|number| u64::try_from(number).ok())
        .collect();
    let [0, first, second, rest] = numbers.as_slice() else {
        return Ok(None);
    };
    let fits = second > first && second - first <= MAX_GAP;
    Ok(fits.then(|| Gap {
        range: *first..*second,
        end: second.saturating_add(*rest),
    }))
}

impl Gap {
    /// The bytes in the gap, without the zeros after the DER.
    pub(super) fn contents<S: ReadAt>(&self, pdf: &Pdf<S>) -> Result<Vec<u8>, PadesError> {
        let digits = self.digits();
        let mut text = vec![0; usize::try_from(digits.end - digits.start).unwrap_or(0)];
        let mut filled = 0;
        while let Some(rest) = text.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let read = pdf.source().read_at(digits.start + filled as u64, rest)?;
            if read == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
            filled += read;
        }
        let mut der = hex::decode(&text).map_err(|_| unreadable())?;
        let length = der_length(&der).ok_or_else(unreadable)?;
        der.truncate(length);
        Ok(der)
    }

    /// The hexadecimal digits between the brackets.
    pub(super) fn digits(&self) -> Range<u64> {
        self.range.start + 1..self.range.end - 1
    }
}

fn unreadable() -> PadesError {
    PadesError::Timestamp("the signature's /Contents cannot be read".to_owned())
}

/// Bytes of the DER value at the beginning.
fn der_length(bytes: &[u8]) -> Option<usize> {
    let first = usize::from(*bytes.get(1)?);
    let length = match first {
        0..=0x7F => 2 + first,
        0x81..=0x84 => {
            let octets = bytes.get(2..2 + (first & 0x7F))?;
            let value = octets
                .iter()
                .fold(0_usize, |value, octet| (value << 8) | usize::from(*octet));
            2 + (first & 0x7F) + value
        }
        _ => return None,
    };
    (length <= bytes.len()).then_some(length)
}
