//! Cross-reference streams (7.5.8).

use super::{Section, fault, finish, numbers, size};
use crate::{
    Dict, Limits, Object, PdfError, ReadAt, StreamData, XrefEntry, XrefKind, filter,
    indirect::{self, direct_length},
    limits::{MAX_OBJECT_NUMBER, MAX_XREF_STREAM_BYTES, WIDEST_ENTRY},
    source::read_exact,
};

/// The stream object at `offset`.
pub(super) fn read(
    source: &dyn ReadAt,
    offset: u64,
    limits: &Limits,
    budget: &mut usize,
) -> Result<Section, PdfError> {
    let found = indirect::read(source, None, offset..source.len(), direct_length)?;
    let Object::Stream(stream) = found.object else {
        return Err(fault(offset, "neither a table nor a stream"));
    };
    if !stream.dict.is("Type", "XRef") {
        return Err(fault(offset, "the stream is not of /Type /XRef"));
    }
    let StreamData::InFile(range) = &stream.data else {
        return Err(fault(offset, "no data"));
    };
    // What decodes to more than the entries that may still come holds none of them.
    let room = (*budget as u64).saturating_mul(WIDEST_ENTRY);
    let limits = Limits {
        stream_bytes: MAX_XREF_STREAM_BYTES.min(limits.stream_bytes).min(room),
        ..*limits
    };
    let length = range.end - range.start;
    if length > limits.stream_bytes {
        return Err(PdfError::Limit {
            offset,
            what: "a cross-reference stream",
            limit: limits.stream_bytes,
        });
    }
    let length = usize::try_from(length).map_err(|_| PdfError::FileTooLarge)?;
    let raw = read_exact(source, range.start, length)?;
    let data = filter::decode(&stream.dict, raw, &limits)?;
    let entries = entries_of(&stream.dict, &data, offset, *budget)?;
    let decoded = usize::try_from(data.len() as u64 / WIDEST_ENTRY).unwrap_or(usize::MAX);
    *budget = budget.saturating_sub(entries.len().max(decoded));
    finish(XrefKind::Stream, found.span, stream.dict, entries)
}

fn entries_of(
    dict: &Dict,
    data: &[u8],
    offset: u64,
    budget: usize,
) -> Result<Vec<(u32, XrefEntry)>, PdfError> {
    let integers = |key: &str| -> Option<Vec<u64>> {
        dict.get(key)?
            .as_array()?
            .iter()
            .map(|o| o.as_integer().and_then(|v| u64::try_from(v).ok()))
            .collect()
    };
    let widths = integers("W").filter(|w| w.len() == 3 && w.iter().all(|w| *w <= 8));
    let Some(&[kind, second, third]) = widths.as_deref() else {
        return Err(fault(offset, "/W is unusable"));
    };
    let index = match dict.get("Index") {
        None => vec![0, size(dict, offset)?.into()],
        Some(_) => integers("Index")
            .filter(|i| i.len() % 2 == 0)
            .ok_or_else(|| fault(offset, "/Index is unusable"))?,
    };
    let width = usize::try_from(kind + second + third).unwrap_or(0);
    if width == 0 {
        return Err(fault(offset, "/W is unusable"));
    }
    let mut rows = data.chunks_exact(width);
    let mut entries = Vec::new();
    for pair in index.chunks_exact(2) {
        let (first, count) = (
            pair.first().copied().unwrap_or(0),
            pair.get(1).copied().unwrap_or(0),
        );
        for number in numbers(first, count, entries.len(), budget, offset)? {
            let row = rows
                .next()
                .ok_or_else(|| fault(offset, "the stream is shorter than /Index says"))?;
            entries.push((
                number,
                entry_of(row, [kind, second, third], number, offset)?,
            ));
        }
    }
    // What the stream holds besides is named by no number.
    Ok(entries)
}

fn entry_of(row: &[u8], widths: [u64; 3], number: u32, offset: u64) -> Result<XrefEntry, PdfError> {
    let mut rest = row;
    let mut fields = [1, 0, 0]; // A missing type field means type 1 (table 18).
    for (field, width) in fields.iter_mut().zip(widths) {
        let (bytes, after) = rest.split_at(rest.len().min(usize::try_from(width).unwrap_or(0)));
        if width > 0 {
            *field = bytes
                .iter()
                .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        }
        rest = after;
    }
    let unusable = || fault(offset, "an entry of the stream is unusable");
    match fields {
        // Some producers write the generation of entry 0 with as many bytes as the field has.
        [0, _, generation] => Ok(XrefEntry::Free {
            generation: u16::try_from(generation).unwrap_or(u16::MAX),
        }),
        [1, place, generation] if number != 0 => {
            let generation = u16::try_from(generation).map_err(|_| unusable())?;
            Ok(XrefEntry::InFile {
                offset: place,
                generation,
            })
        }
        [2, stream, index] if number != 0 => {
            let stream = u32::try_from(stream)
                .ok()
                .filter(|n| (1..=MAX_OBJECT_NUMBER).contains(n));
            let index = u32::try_from(index).map_err(|_| unusable())?;
            Ok(XrefEntry::InStream {
                stream: stream.ok_or_else(unusable)?,
                index,
            })
        }
        _ => Err(unusable()),
    }
}
