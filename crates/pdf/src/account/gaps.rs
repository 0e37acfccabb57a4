//! The bytes between what a revision explains.

use std::ops::Range;

use super::{UnaccountedKind, with_byte_range};
use crate::{
    Dict, Object, PdfError, ReadAt, Revision,
    cursor::{Cursor, is_regular, is_space, with_window},
    parse::{self, Body},
    source::read_exact,
};

/// Bytes of a gap that are looked at: a hidden revision with its signature fits many times over; an attacker who
/// hides more than this is reported all the same, only without the list of signatures inside.
const MAX_INSPECTED: u64 = 64 << 20;
/// How far around `/ByteRange` its dictionary may reach: the hexadecimal `/Contents` may stand on either side.
const MAX_REACH: usize = 256 << 10;
/// Objects read in one gap: a skipped revision has some tens; what cannot be read costs [`MAX_REACH`] each.
const MAX_OBJECTS: usize = 256;
/// Bytes of a name that decodes to `ByteRange`: each letter may be written `#xx`.
const MAX_NAME: usize = 27;
/// Bytes of `n g obj`: seven digits, five digits and white space.
const MAX_HEADER: usize = 64;
/// Names looked at, and signatures reported, in one gap; one is enough to refuse the file.
const MAX_FOUND: usize = 16;

/// What a gap holds besides white space.
pub(super) struct Found {
    pub range: Range<u64>,
    pub kind: UnaccountedKind,
    /// Dictionaries with `/ByteRange` and where they stand.
    pub byte_ranges: Vec<(u64, Dict)>,
}

/// The header line and the binary comment that 7.5.2 asks for after it.
pub(super) fn header(
    source: &dyn ReadAt,
    revision: &Revision,
) -> Result<Option<Range<u64>>, PdfError> {
    if revision.number > 0 {
        return Ok(None);
    }
    with_window(source, 0, revision.end, |cursor| {
        cursor.expect(b"%PDF-", "%PDF-")?;
        skip_line(cursor)?;
        if cursor.eat(b"%")? {
            skip_line(cursor)?;
        }
        Ok(Some(0..cursor.offset()))
    })
}

fn skip_line(cursor: &mut Cursor<'_>) -> Result<(), PdfError> {
    while !cursor.eat_eol()? {
        cursor.next()?;
    }
    Ok(())
}

/// `None` for a gap of white space alone.
pub(super) fn inspect(source: &dyn ReadAt, gap: Range<u64>) -> Result<Option<Found>, PdfError> {
    let Some(start) = first_visible(source, &gap)? else {
        return Ok(None);
    };
    let whole = gap.end - start <= MAX_INSPECTED;
    let length = usize::try_from((gap.end - start).min(MAX_INSPECTED)).unwrap_or(0);
    let bytes = read_exact(source, start, length)?;
    let last = bytes
        .iter()
        .rposition(|b| !is_space(*b))
        .map_or(0, |last| last + 1);
    let content = bytes.get(..last).unwrap_or_default();
    let kind = kind(content, whole);
    // What stands in a comment is read by nobody, whatever it looks like.
    let byte_ranges = match kind {
        UnaccountedKind::Comment => Vec::new(),
        _ => byte_ranges(content, start),
    };
    Ok(Some(Found {
        range: start..if whole { start + last as u64 } else { gap.end },
        kind,
        byte_ranges,
    }))
}

/// The first byte that is not white space.
pub(crate) fn first_visible(
    source: &dyn ReadAt,
    gap: &Range<u64>,
) -> Result<Option<u64>, PdfError> {
    const CHUNK: u64 = 64 << 10;
    let mut at = gap.start;
    while at < gap.end {
        let length = usize::try_from(CHUNK.min(gap.end - at)).unwrap_or(0);
        let bytes = read_exact(source, at, length)?;
        if let Some(first) = bytes.iter().position(|b| !is_space(*b)) {
            return Ok(Some(at + first as u64));
        }
        at += length as u64;
    }
    Ok(None)
}

fn kind(content: &[u8], whole: bool) -> UnaccountedKind {
    let mut cursor = Cursor::new(content, 0, true);
    let skipped = cursor.skip_filler().is_ok();
    let at = usize::try_from(cursor.offset()).unwrap_or(0);
    let rest = content.get(at..).unwrap_or_default();
    // "%%EOF" is a comment by grammar and an ending by meaning.
    let ends_twice = content.windows(5).any(|window| window == b"%%EOF");
    match rest {
        [] if skipped && whole && !ends_twice => UnaccountedKind::Comment,
        _ if parse::header(&mut cursor.clone()).is_ok() => UnaccountedKind::UnlistedObject,
        _ if ends_twice
            || [&b"xref"[..], b"trailer", b"startxref"]
                .iter()
                .any(|word| rest.starts_with(word)) =>
        {
            UnaccountedKind::UnlistedRevision
        }
        _ => UnaccountedKind::Junk,
    }
}

/// The dictionaries with `/ByteRange`: of the objects that can be read here, and elsewhere the innermost one around
/// each name that decodes to `ByteRange`. A string that only looks so is none.
fn byte_ranges(content: &[u8], base: u64) -> Vec<(u64, Dict)> {
    let (mut found, read) = in_objects(content, base);
    let slashes = content
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/');
    let names = slashes.map(|(at, _)| at).filter(|at| {
        // Only a name that starts like ByteRange, or hides a letter as #xx, is worth decoding.
        matches!(content.get(at + 1), Some(b'B' | b'#')) && is_byte_range(content, *at)
    });
    let outside = names.filter(|at| !read.iter().any(|range| range.contains(at)));
    for at in outside.take(MAX_FOUND) {
        found.extend(enclosing(content, at).map(|dict| (base + at as u64, dict)));
    }
    found
}

/// Whether the name at `at` decodes to `ByteRange`.
fn is_byte_range(content: &[u8], at: usize) -> bool {
    let rest = content.get(at..).unwrap_or_default();
    let raw = rest
        .iter()
        .skip(1)
        .take_while(|b| is_regular(**b))
        .take(MAX_NAME)
        .count();
    let token = rest.get(..=raw).unwrap_or_default();
    parse::name(&mut Cursor::new(token, 0, true)).is_ok_and(|name| name == "ByteRange")
}

/// The dictionaries inside objects `n g obj …`, and the ranges of `content` that those objects fill.
fn in_objects(content: &[u8], base: u64) -> (Vec<(u64, Dict)>, Vec<Range<usize>>) {
    let (mut found, mut read) = (Vec::new(), Vec::new());
    let (mut at, mut tries) = (0, 0);
    while let Some(start) = next_header(content, at).filter(|_| tries < MAX_OBJECTS) {
        tries += 1;
        let window = content.len().min(start + MAX_REACH);
        let rest = content.get(start..window).unwrap_or_default();
        let (object, end) = match parse::indirect(&mut Cursor::new(rest, 0, true), None) {
            Ok((_, Body::Plain(object, end))) => (object, end),
            Ok((_, Body::Stream(dict, end))) => (Object::Dictionary(dict), end),
            Err(_) => {
                at = start + 1;
                continue;
            }
        };
        at = start + usize::try_from(end).unwrap_or(usize::MAX - start);
        let mut dicts = Vec::new();
        with_byte_range(&object, &mut dicts);
        found.extend(dicts.into_iter().map(|dict| (base + start as u64, dict)));
        found.truncate(MAX_FOUND);
        read.push(start..at);
    }
    (found, read)
}

/// The next place from `from` on where `n g obj` stands.
fn next_header(content: &[u8], from: usize) -> Option<usize> {
    let starts = (from..content.len()).filter(|at| {
        let before = at.checked_sub(1).and_then(|at| content.get(at));
        content.get(*at).is_some_and(u8::is_ascii_digit) && !before.is_some_and(u8::is_ascii_digit)
    });
    starts.into_iter().find(|at| {
        let end = content.len().min(at + MAX_HEADER);
        let head = content.get(*at..end).unwrap_or_default();
        parse::header(&mut Cursor::new(head, 0, true)).is_ok()
    })
}

fn enclosing(content: &[u8], at: usize) -> Option<Dict> {
    let floor = at.saturating_sub(MAX_REACH);
    let before = content.get(floor..at)?;
    let starts = before
        .windows(2)
        .enumerate()
        .rev()
        .filter(|(_, pair)| *pair == b"<<")
        .map(|(i, _)| floor + i);
    // A few nested dictionaries (references, build data) may close before the key comes.
    starts.take(8).find_map(|start| {
        let end = content.len().min(at + MAX_REACH);
        let object = parse::object(&mut Cursor::new(content.get(start..end)?, 0, true), 0).ok()?;
        match object {
            Object::Dictionary(dict) if dict.contains("ByteRange") => Some(dict),
            _ => None,
        }
    })
}
