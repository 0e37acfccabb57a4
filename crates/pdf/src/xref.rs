//! Cross-reference sections: tables, streams, and tables with a stream beside them (7.5.4, 7.5.8).

use std::ops::Range;

use crate::{
    Dict, Limits, Object, PdfError, ReadAt, StreamData, XrefEntry, XrefKind,
    cursor::{Cursor, with_window},
    filter,
    indirect::{self, direct_length},
    limits::{MAX_OBJECT_NUMBER, MAX_XREF_STREAM_BYTES},
    parse,
    source::read_exact,
};

/// One section as it stands in the file.
pub(crate) struct Section {
    pub kind: XrefKind,
    /// From `xref` to the end of the trailer dictionary, or the stream object.
    pub span: Range<u64>,
    /// The stream that `/XRefStm` names.
    pub beside: Option<Range<u64>>,
    pub trailer: Dict,
    /// Sorted by number, each number once.
    pub entries: Vec<(u32, XrefEntry)>,
    pub prev: Option<u64>,
}

/// Reads the section at `offset`, and the stream beside it if it is hybrid. `budget` is how many entries may come.
pub(crate) fn read(
    source: &dyn ReadAt,
    offset: u64,
    limits: &Limits,
    budget: &mut usize,
) -> Result<Section, PdfError> {
    let end = source.len();
    if offset >= end {
        return Err(fault(offset, "the offset lies outside the file"));
    }
    let is_table = with_window(source, offset, end, |cursor| cursor.eat(b"xref"))?;
    if !is_table {
        return stream(source, offset, limits, budget);
    }
    let mut section = with_window(source, offset, end, |cursor| table(cursor, offset, *budget))?;
    *budget = budget.saturating_sub(section.entries.len());
    if let Some(beside) = place(&section.trailer, "XRefStm", offset)? {
        if beside >= offset {
            return Err(fault(offset, "/XRefStm points forward"));
        }
        let hidden = stream(source, beside, limits, budget)?;
        section.kind = XrefKind::Hybrid;
        section.entries = merge(section.entries, hidden.entries, offset)?;
        section.beside = Some(hidden.span);
    }
    Ok(section)
}

/// Adds `more` to `entries`. Where both speak of an object they must agree; else two readers see two documents.
/// A free entry in the first gives way: so a hybrid file hides objects from old readers (7.5.8.4).
pub(crate) fn merge(
    entries: Vec<(u32, XrefEntry)>,
    more: Vec<(u32, XrefEntry)>,
    offset: u64,
) -> Result<Vec<(u32, XrefEntry)>, PdfError> {
    let mut all: Vec<(u32, XrefEntry)> = Vec::with_capacity(entries.len() + more.len());
    let (mut first, mut second) = (entries.into_iter().peekable(), more.into_iter().peekable());
    loop {
        match (first.peek().copied(), second.peek().copied()) {
            (None, None) => return Ok(all),
            (Some(a), Some(b)) if a.0 == b.0 => {
                all.push(match (a.1, b.1) {
                    (XrefEntry::Free { .. }, _) => b,
                    (_, XrefEntry::Free { .. }) => a,
                    (x, y) if x == y => a,
                    _ => {
                        return Err(fault(
                            offset,
                            "two sections of one revision disagree on an object",
                        ));
                    }
                });
                first.next();
                second.next();
            }
            (Some(a), b) if b.is_none_or(|b| a.0 < b.0) => {
                all.push(a);
                first.next();
            }
            (_, b) => {
                all.extend(b);
                second.next();
            }
        }
    }
}

fn table(cursor: &mut Cursor<'_>, offset: u64, budget: usize) -> Result<Section, PdfError> {
    cursor.keyword(b"xref", "xref")?;
    let mut entries = Vec::new();
    cursor.skip_space()?;
    while !cursor.eat(b"trailer")? {
        let first = cursor.unsigned("a subsection or the trailer")?;
        cursor.expect(b" ", "one space in the subsection's head")?;
        let count = cursor.unsigned("the subsection's length")?;
        cursor.skip_space()?;
        let numbers = numbers(first, count, entries.len(), budget, offset)?;
        for number in numbers {
            entries.push((number, table_entry(cursor, number)?));
        }
        cursor.skip_space()?;
    }
    cursor.skip_filler()?;
    let Object::Dictionary(trailer) = parse::object(cursor, 0)? else {
        return Err(fault(offset, "the trailer is not a dictionary"));
    };
    finish(XrefKind::Table, offset..cursor.offset(), trailer, entries)
}

/// Twenty bytes: `nnnnnnnnnn ggggg n` and a line end of two bytes (7.5.4).
fn table_entry(cursor: &mut Cursor<'_>, number: u32) -> Result<XrefEntry, PdfError> {
    let fault = fault(
        cursor.offset(),
        "an entry is not twenty bytes of the given form",
    );
    let line = cursor.take(20)?;
    let digits = |range: Range<usize>| {
        let text = std::str::from_utf8(line.get(range)?).ok()?;
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())?
    };
    let (Some(offset), Some(generation)) = (digits(0..10), digits(11..16)) else {
        return Err(fault);
    };
    let Ok(generation) = u16::try_from(generation) else {
        return Err(fault);
    };
    let end = matches!(line.get(18..20), Some(b" \r" | b" \n" | b"\r\n"));
    match (line.get(10), line.get(16..18), end) {
        (Some(b' '), Some(b" f"), true) => Ok(XrefEntry::Free { generation }),
        (Some(b' '), Some(b" n"), true) if number != 0 => {
            Ok(XrefEntry::InFile { offset, generation })
        }
        _ => Err(fault),
    }
}

fn stream(
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
    let limits = Limits {
        stream_bytes: MAX_XREF_STREAM_BYTES.min(limits.stream_bytes),
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
    let entries = stream_entries(&stream.dict, &data, offset, *budget)?;
    *budget = budget.saturating_sub(entries.len());
    finish(XrefKind::Stream, found.span, stream.dict, entries)
}

fn stream_entries(
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
                stream_entry(row, [kind, second, third], number, offset)?,
            ));
        }
    }
    if rows.next().is_some() || !rows.remainder().is_empty() {
        return Err(fault(offset, "the stream is longer than /Index says"));
    }
    Ok(entries)
}

fn stream_entry(
    row: &[u8],
    widths: [u64; 3],
    number: u32,
    offset: u64,
) -> Result<XrefEntry, PdfError> {
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

/// The object numbers of a subsection, if they and the entries before them stay within bounds.
fn numbers(
    first: u64,
    count: u64,
    have: usize,
    budget: usize,
    offset: u64,
) -> Result<Range<u32>, PdfError> {
    let last = first
        .checked_add(count)
        .filter(|last| *last <= u64::from(MAX_OBJECT_NUMBER) + 1);
    let last = last.ok_or_else(|| fault(offset, "object numbers are too large"))?;
    if have as u64 + count > budget as u64 {
        return Err(PdfError::Limit {
            offset,
            what: "cross-reference entries",
            limit: budget as u64,
        });
    }
    let narrow =
        |n: u64| u32::try_from(n).map_err(|_| fault(offset, "object numbers are too large"));
    Ok(narrow(first)?..narrow(last)?)
}

fn finish(
    kind: XrefKind,
    span: Range<u64>,
    trailer: Dict,
    mut entries: Vec<(u32, XrefEntry)>,
) -> Result<Section, PdfError> {
    entries.sort_by_key(|(number, _)| *number);
    if entries
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.0 == b.0))
    {
        return Err(fault(span.start, "one object stands twice in the section"));
    }
    // Numbers from /Size on are to be taken as missing (table 15); viewers differ, so they are refused.
    let size = size(&trailer, span.start)?;
    if entries
        .iter()
        .any(|(number, entry)| *number >= size && entry.id(*number).is_some())
    {
        return Err(fault(span.start, "an object number is not below /Size"));
    }
    let prev = place(&trailer, "Prev", span.start)?;
    Ok(Section {
        kind,
        span,
        beside: None,
        trailer,
        entries,
        prev,
    })
}

fn size(trailer: &Dict, offset: u64) -> Result<u32, PdfError> {
    let size = trailer
        .get("Size")
        .and_then(Object::as_integer)
        .and_then(|v| u32::try_from(v).ok());
    size.filter(|s| *s <= MAX_OBJECT_NUMBER + 1)
        .ok_or_else(|| fault(offset, "/Size is missing or unusable"))
}

fn place(trailer: &Dict, key: &str, offset: u64) -> Result<Option<u64>, PdfError> {
    match trailer.get(key) {
        None => Ok(None),
        Some(Object::Integer(value)) if *value > 0 => Ok(Some(value.unsigned_abs())),
        Some(_) => Err(fault(
            offset,
            "/Prev or /XRefStm is not a direct positive integer",
        )),
    }
}

pub(crate) fn fault(offset: u64, reason: &'static str) -> PdfError {
    PdfError::Xref { offset, reason }
}
