//! Cross-reference tables (7.5.4).

use std::ops::Range;

use super::{Section, fault, finish, numbers};
use crate::{Object, PdfError, XrefEntry, XrefKind, cursor::Cursor, parse};

/// From `xref` to the end of the trailer dictionary.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    offset: u64,
    budget: usize,
) -> Result<Section, PdfError> {
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
            entries.push((number, entry(cursor, number)?));
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
fn entry(cursor: &mut Cursor<'_>, number: u32) -> Result<XrefEntry, PdfError> {
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
        // Ghostscript writes so for numbers that it never used: no object can stand where the header is.
        (Some(b' '), Some(b" n"), true) if offset == 0 => Ok(XrefEntry::Free { generation }),
        (Some(b' '), Some(b" n"), true) if number != 0 => {
            Ok(XrefEntry::InFile { offset, generation })
        }
        _ => Err(fault),
    }
}
