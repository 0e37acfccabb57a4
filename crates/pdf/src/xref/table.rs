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
    cursor.skip_space()?;
    let start = cursor.offset();
    cursor.keyword(b"xref", "xref")?;
    let (mut entries, mut pieces) = (Vec::new(), 0);
    cursor.skip_space()?;
    while !cursor.eat(b"trailer")? {
        let first = cursor.unsigned("a subsection or the trailer")?;
        cursor.expect(b" ", "a space in the subsection's head")?;
        cursor.skip_space()?;
        let count = cursor.unsigned("the subsection's length")?;
        cursor.skip_space()?;
        let numbers = numbers(first, count, entries.len(), budget, offset)?;
        for number in numbers {
            entries.push((number, entry(cursor, number)?));
        }
        cursor.skip_space()?;
        pieces += 1;
    }
    cursor.skip_filler()?;
    let Object::Dictionary(trailer) = parse::object(cursor, 0)? else {
        return Err(fault(offset, "the trailer is not a dictionary"));
    };
    let section = finish(XrefKind::Table, start..cursor.offset(), trailer, entries)?;
    Ok(Section { pieces, ..section })
}

/// Bytes of an entry without its line end.
const ENTRY: usize = 18;

/// `nnnnnnnnnn ggggg n` and a line end, which 7.5.4 wants to have two bytes. Many a program writes one: no reader takes
/// another entry from that, because the digits before it are as many as ever.
fn entry(cursor: &mut Cursor<'_>, number: u32) -> Result<XrefEntry, PdfError> {
    let fault = fault(
        cursor.offset(),
        "an entry is not ten digits, five digits and n or f",
    );
    let line = cursor.take(ENTRY)?;
    let digits = |range: Range<usize>| {
        let text = std::str::from_utf8(line.get(range)?).ok()?;
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())?
    };
    let (Some(offset), Some(generation)) = (digits(0..10), digits(11..16)) else {
        return Err(fault);
    };
    if line.get(10) != Some(&b' ') || !line_end(cursor)? {
        return Err(fault);
    }
    // Several programs write 65536 for the head of the free objects.
    let free = XrefEntry::Free {
        generation: u16::try_from(generation).unwrap_or(u16::MAX),
    };
    match (line.get(16..18), u16::try_from(generation)) {
        (Some(b" f"), _) => Ok(free),
        // Ghostscript writes so for numbers that it never used: no object can stand where the header is.
        (Some(b" n"), Ok(_)) if offset == 0 => Ok(free),
        (Some(b" n"), Ok(generation)) if number != 0 => {
            Ok(XrefEntry::InFile { offset, generation })
        }
        _ => Err(fault),
    }
}

/// A space and a line end, or a line end alone.
fn line_end(cursor: &mut Cursor<'_>) -> Result<bool, PdfError> {
    cursor.eat(b" ")?;
    cursor.eat_eol()
}
