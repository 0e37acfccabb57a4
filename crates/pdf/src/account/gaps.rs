//! The bytes between what a revision explains.

use std::ops::Range;

use super::UnaccountedKind;
use crate::{
    Dict, Object, PdfError, ReadAt, Revision,
    cursor::{Cursor, is_regular, is_space, with_window},
    parse,
    source::read_exact,
};

/// Bytes of a gap that are looked at: a hidden revision with its signature fits many times over; an attacker who
/// hides more than this is reported all the same, only without the list of signatures inside.
const MAX_INSPECTED: u64 = 64 << 20;
/// How far around `/ByteRange` its dictionary may reach: the hexadecimal `/Contents` may stand on either side.
const MAX_REACH: usize = 256 << 10;
/// Signatures reported from unexplained bytes; one is enough to refuse the file.
const MAX_FOUND: usize = 16;

/// What a gap holds besides white space.
pub(super) struct Found {
    pub range: Range<u64>,
    pub kind: UnaccountedKind,
    pub byte_ranges: Vec<(u64, Option<Dict>)>,
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
    Ok(Some(Found {
        range: start..if whole { start + last as u64 } else { gap.end },
        kind: kind(content, whole),
        byte_ranges: byte_ranges(content, start),
    }))
}

/// The first byte that is not white space.
fn first_visible(source: &dyn ReadAt, gap: &Range<u64>) -> Result<Option<u64>, PdfError> {
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

/// Places of names that decode to `ByteRange`, with the innermost dictionary that can be read around each.
fn byte_ranges(content: &[u8], base: u64) -> Vec<(u64, Option<Dict>)> {
    let mut found = Vec::new();
    let slashes = content
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
        .map(|(at, _)| at);
    for at in slashes {
        // Only a name that starts like ByteRange, or hides a letter as #xx, is worth decoding.
        if !matches!(content.get(at + 1), Some(b'B' | b'#')) {
            continue;
        }
        let rest = content.get(at..).unwrap_or_default();
        let raw = rest
            .get(1..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| is_regular(**b))
            .count();
        let token = rest.get(..=raw).unwrap_or_default();
        if parse::name(&mut Cursor::new(token, 0, true)).is_ok_and(|name| name == "ByteRange") {
            found.push((base + at as u64, enclosing(content, at)));
        }
        if found.len() >= MAX_FOUND {
            break;
        }
    }
    found
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
