//! Cross-reference sections: tables, streams, and tables with a stream beside them (7.5.4, 7.5.8).

use std::ops::Range;

use crate::{
    Dict, Limits, Object, PdfError, ReadAt, XrefEntry, XrefKind, cursor::with_window,
    limits::MAX_OBJECT_NUMBER,
};

mod stream;
mod table;

/// One section as it stands in the file.
pub(crate) struct Section {
    pub kind: XrefKind,
    /// From `xref` to the end of the trailer dictionary, or the stream object.
    pub span: Range<u64>,
    /// The stream that `/XRefStm` names.
    pub hidden: Option<Hidden>,
    pub trailer: Dict,
    /// Subsections.
    pub pieces: usize,
    /// Sorted by number, each number once.
    pub entries: Vec<(u32, XrefEntry)>,
    pub prev: Option<u64>,
}

/// What a hybrid section hides from readers that know tables only.
pub(crate) struct Hidden {
    pub span: Range<u64>,
    pub entries: Vec<(u32, XrefEntry)>,
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
    // Some programs name the line end before the section: no reader can take that for anything else.
    let is_table = with_window(source, offset, end, |cursor| {
        cursor.skip_space()?;
        cursor.eat(b"xref")
    })?;
    if !is_table {
        return stream::read(source, offset, limits, budget);
    }
    let mut section = with_window(source, offset, end, |cursor| {
        table::read(cursor, offset, *budget)
    })?;
    *budget = budget.saturating_sub(section.entries.len());
    if let Some(beside) = place(&section.trailer, "XRefStm", offset)? {
        if beside >= offset {
            return Err(fault(offset, "/XRefStm points forward"));
        }
        let hidden = stream::read(source, beside, limits, budget)?;
        section.kind = XrefKind::Hybrid;
        section.hidden = Some(Hidden {
            span: hidden.span,
            entries: hidden.entries,
        });
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
    size(&trailer, span.start)?;
    let prev = place(&trailer, "Prev", span.start)?;
    Ok(Section {
        kind,
        span,
        hidden: None,
        trailer,
        pieces: 1,
        entries,
        prev,
    })
}

pub(crate) fn size(trailer: &Dict, offset: u64) -> Result<u32, PdfError> {
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
