//! From the last `startxref` back to the first revision.

use std::{collections::HashSet, ops::Range};

use crate::{
    Limits, Object, PdfError, ReadAt, Revision, XrefEntry,
    cursor::with_window,
    limits::TAIL_BYTES,
    parse::{self, Body},
    source::read_exact,
    xref::{self, Section, fault},
};

/// The revisions of a file, oldest first.
pub(crate) fn revisions(source: &dyn ReadAt, limits: &Limits) -> Result<Vec<Revision>, PdfError> {
    if !with_window(source, 0, source.len(), |cursor| cursor.eat(b"%PDF-"))? {
        return Err(PdfError::NotPdf);
    }
    let last = last_startxref(source)?;
    let (_, newest) = ending(source, last, source.len())?;
    let chain = chain(source, newest, limits)?;
    let revisions = assemble(source, chain)?;
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

fn last_startxref(source: &dyn ReadAt) -> Result<u64, PdfError> {
    const WORD: &[u8] = b"startxref";
    let take = source.len().min(TAIL_BYTES);
    let start = source.len() - take;
    let tail = read_exact(source, start, usize::try_from(take).unwrap_or(0))?;
    let at = tail
        .windows(WORD.len())
        .rposition(|window| window == WORD)
        .ok_or(PdfError::NoStartxref)?;
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

fn assemble(source: &dyn ReadAt, chain: Vec<Section>) -> Result<Vec<Revision>, PdfError> {
    let mut sections = chain.into_iter().rev().peekable();
    let mut revisions: Vec<Revision> = Vec::new();
    while let Some(section) = sections.next() {
        // Only the first page's section of a linearized file points forward, to the section of the rest (annex F.3.4).
        let is_rest = revisions.is_empty()
            && sections
                .peek()
                .is_some_and(|s| s.span.start < section.span.start);
        let partner = if is_rest { sections.next() } else { None };
        if partner.is_some() && !is_linearized(source)? {
            return Err(fault(section.span.start, "/Prev points forward"));
        }
        let start = revisions.last().map_or(0, |r| r.end);
        revisions.push(revision(source, revisions.len(), start, section, partner)?);
    }
    Ok(revisions)
}

/// `last` is the section that ends the revision; `first_page` the one before it in a linearized file.
fn revision(
    source: &dyn ReadAt,
    number: usize,
    start: u64,
    last: Section,
    first_page: Option<Section>,
) -> Result<Revision, PdfError> {
    if last.span.start < start {
        return Err(fault(last.span.start, "/Prev points forward"));
    }
    let tail = with_window(source, last.span.end, source.len(), |cursor| {
        cursor.skip_filler()?;
        Ok(cursor.offset())
    })?;
    let (mut endings, mut sections) = (Vec::new(), Vec::new());
    let (linearized, named) = (
        first_page.is_some(),
        first_page
            .as_ref()
            .map_or(last.span.start, |s| s.span.start),
    );
    let (closing, startxref) = ending(source, tail, source.len())?;
    if startxref != named {
        return Err(fault(tail, "startxref does not name the section before it"));
    }
    sections.extend(last.beside.clone());
    sections.push(last.span.clone());
    let head = match first_page {
        None => last,
        Some(mut head) => {
            // After a stream this ending may be left out (annex F.3.4).
            let next = with_window(source, head.span.end, source.len(), |cursor| {
                cursor.skip_filler()?;
                Ok((cursor.offset(), cursor.eat(b"startxref")?))
            })?;
            if let (place, true) = next {
                endings.push(ending(source, place, source.len())?.0);
            }
            sections.push(head.span.clone());
            sections.extend(head.beside.clone());
            head.entries = xref::merge(head.entries, last.entries, last.span.start)?;
            head
        }
    };
    let eof = eof_of(source, &closing)?;
    let end = closing.end;
    endings.push(closing);
    let outside = |entry: &XrefEntry| matches!(entry, XrefEntry::InFile { offset, .. } if *offset == 0 || *offset >= end);
    if head.entries.iter().any(|(_, entry)| outside(entry)) {
        return Err(fault(named, "an entry points outside its revision"));
    }
    let offsets = head.entries.iter().filter_map(|(_, entry)| match entry {
        XrefEntry::InFile { offset, .. } => Some(*offset),
        _ => None,
    });
    let mut offsets: Vec<u64> = offsets.collect();
    offsets.sort_unstable();
    Ok(Revision {
        number,
        offsets,
        start,
        eof,
        end,
        startxref,
        xref: head.kind,
        trailer: head.trailer,
        linearized,
        entries: head.entries,
        sections,
        endings,
    })
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

fn eof_of(source: &dyn ReadAt, ending: &Range<u64>) -> Result<u64, PdfError> {
    let length = usize::try_from(ending.end - ending.start).unwrap_or(0);
    let bytes = read_exact(source, ending.start, length)?;
    let eol = bytes
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'\r' | b'\n'))
        .count();
    Ok(ending.end - eol as u64)
}

/// Whether the first object of the file is a linearization dictionary (annex F.3.1).
fn is_linearized(source: &dyn ReadAt) -> Result<bool, PdfError> {
    with_window(source, 0, source.len(), |cursor| {
        cursor.skip_filler()?;
        let (_, body) = parse::indirect(cursor, None)?;
        Ok(matches!(body, Body::Plain(Object::Dictionary(dict), _) if dict.contains("Linearized")))
    })
}
