//! From the last `startxref` back to the first revision.

use std::{collections::HashSet, ops::Range};

use crate::{
    Limits, PdfError, ReadAt, Revision,
    cursor::{is_space, with_window},
    limits::{HEAD_BYTES, TAIL_BYTES},
    source::read_exact,
    xref::{self, Section, fault},
};

mod assemble;

/// The revisions of a file, oldest first.
pub(crate) fn revisions(source: &dyn ReadAt, limits: &Limits) -> Result<Vec<Revision>, PdfError> {
    header(source)?;
    let last = last_startxref(source)?;
    let (_, newest) = ending(source, last, source.len())?;
    let chain = chain(source, newest, limits)?;
    let revisions = assemble::revisions(source, chain)?;
    // A startxref that does not follow its own section is how incremental-saving attacks begin.
    if revisions
        .last()
        .and_then(|r| r.endings.last())
        .is_none_or(|ending| ending.start != last)
    {
        return Err(fault(
            last,
            "startxref does not follow the section that it names",
        ));
    }
    Ok(revisions)
}

/// `%PDF-` at byte 0. Viewers take it anywhere in the first bytes, and then count offsets from there or from byte 0.
fn header(source: &dyn ReadAt) -> Result<(), PdfError> {
    const WORD: &[u8] = b"%PDF-";
    let take = source.len().min(HEAD_BYTES);
    let head = read_exact(source, 0, usize::try_from(take).unwrap_or(0))?;
    match head.windows(WORD.len()).position(|window| window == WORD) {
        Some(0) => Ok(()),
        Some(offset) => Err(PdfError::HeaderOffset {
            offset: offset as u64,
        }),
        None => Err(PdfError::NotPdf),
    }
}

/// The end of the file without the white space with which mail and disk tools fill it up.
fn visible_end(source: &dyn ReadAt) -> Result<u64, PdfError> {
    const MAX_CHUNK: u64 = 64 << 10;
    let (mut end, mut chunk) = (source.len(), 16);
    while end > 0 {
        let start = end.saturating_sub(chunk);
        chunk = MAX_CHUNK;
        let bytes = read_exact(source, start, usize::try_from(end - start).unwrap_or(0))?;
        if let Some(last) = bytes.iter().rposition(|b| !is_space(*b)) {
            return Ok(start + last as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

fn last_startxref(source: &dyn ReadAt) -> Result<u64, PdfError> {
    const WORD: &[u8] = b"startxref";
    let end = visible_end(source)?;
    let start = end.saturating_sub(TAIL_BYTES);
    let tail = read_exact(source, start, usize::try_from(end - start).unwrap_or(0))?;
    let at = tail.windows(WORD.len()).rposition(|window| window == WORD);
    let at = at.ok_or(PdfError::NoStartxref)?;
    Ok(start + at as u64)
}

/// The sections from the newest to the oldest.
fn chain(source: &dyn ReadAt, newest: u64, limits: &Limits) -> Result<Vec<Section>, PdfError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut seen = HashSet::new();
    let mut budget = limits.entries;
    let mut next = Some(newest);
    while let Some(offset) = next {
        if !seen.insert(offset) {
            return Err(fault(offset, "/Prev leads in a circle"));
        }
        // A linearized file has one section more than revisions.
        if sections.len() > limits.revisions {
            return Err(PdfError::Limit {
                offset,
                what: "revisions",
                limit: limits.revisions as u64,
            });
        }
        let section = xref::read(source, offset, limits, &mut budget)?;
        next = section.prev;
        sections.push(section);
    }
    Ok(sections)
}

/// `startxref`, an offset, `%%EOF` and the line end after it: their range and the offset (7.5.5).
fn ending(source: &dyn ReadAt, place: u64, end: u64) -> Result<(Range<u64>, u64), PdfError> {
    with_window(source, place, end, |cursor| {
        cursor.keyword(b"startxref", "startxref")?;
        cursor.skip_space()?;
        let offset = cursor.unsigned("an offset")?;
        cursor.skip_space()?;
        cursor.expect(b"%%EOF", "%%EOF")?;
        cursor.eat_eol()?;
        Ok((place..cursor.offset(), offset))
    })
}
