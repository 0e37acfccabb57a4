//! From cross-reference sections to revisions.

use std::ops::Range;

use super::ending;
use crate::{
    Object, PdfError, ReadAt, Revision, XrefEntry,
    cursor::{is_space, with_window},
    parse::{self, Body},
    source::read_exact,
    xref::{Section, fault, merge, size},
};

/// White space that may stand between the two sections of a fresh hybrid file.
const MAX_BLANK: u64 = 64;

/// The revisions, oldest first; `chain` begins with the newest section.
pub(super) fn revisions(
    source: &dyn ReadAt,
    chain: Vec<Section>,
) -> Result<Vec<Revision>, PdfError> {
    let mut sections = chain.into_iter().rev().peekable();
    let mut revisions: Vec<Revision> = Vec::new();
    while let Some(mut section) = sections.next() {
        // Only the first page's section of a linearized file points forward, to the section of the rest (annex F.3.4).
        let is_rest = revisions.is_empty()
            && sections
                .peek()
                .is_some_and(|s| s.span.start < section.span.start);
        let mut partner = if is_rest { sections.next() } else { None };
        if partner.is_some() && !is_linearized(source)? {
            return Err(fault(section.span.start, "/Prev points forward"));
        }
        for section in partner.iter_mut().chain([&mut section]) {
            settle(section, &revisions)?;
        }
        let completes = completes(source, &section, &revisions)?;
        let start = revisions.last().map_or(0, |r| r.end);
        let next = revision(source, revisions.len(), start, section, partner)?;
        match revisions.last_mut() {
            Some(last) if completes => complete(last, next)?,
            _ => revisions.push(next),
        }
    }
    Ok(revisions)
}

/// Brings the entries of a hybrid section together (7.5.8.4): the table's, then those of the stream beside it.
fn settle(section: &mut Section, older: &[Revision]) -> Result<(), PdfError> {
    let Some(hidden) = &section.hidden else {
        return Ok(());
    };
    let place = section.span.start;
    if !older.iter().any(|r| r.sections.contains(&hidden.span)) {
        section.entries = merge(
            std::mem::take(&mut section.entries),
            hidden.entries.clone(),
            place,
        )?;
        return Ok(());
    }
    // Signing programs copy /XRefStm from the old trailer. Such a stream says nothing new; but where the table is
    // silent it would bring back what a revision between has replaced, for some readers and not for others.
    for (number, entry) in &hidden.entries {
        let now = |entries: &[(u32, XrefEntry)]| {
            entries
                .binary_search_by_key(number, |(n, _)| *n)
                .ok()
                .and_then(|at| entries.get(at).map(|(_, e)| *e))
        };
        let stands = match now(&section.entries) {
            Some(XrefEntry::Free { .. }) => false,
            Some(_) => true,
            None => older.iter().rev().find_map(|r| r.entry(*number)) == Some(*entry),
        };
        if entry.id(*number).is_some() && !stands {
            return Err(fault(
                place,
                "/XRefStm brings back an object that was replaced",
            ));
        }
    }
    Ok(())
}

/// Word writes a complete table and at once, after its `%%EOF`, an empty one that names the stream with the objects
/// hidden from old readers. The two are one act of writing.
fn completes(source: &dyn ReadAt, section: &Section, older: &[Revision]) -> Result<bool, PdfError> {
    let (Some(hidden), [first]) = (&section.hidden, older) else {
        return Ok(false);
    };
    let blank = first.end..section.span.start;
    let adjoins = blank.start <= blank.end && blank.end - blank.start <= MAX_BLANK;
    if !adjoins || hidden.span.start >= first.end || first.sections.contains(&hidden.span) {
        return Ok(false);
    }
    let length = usize::try_from(blank.end - blank.start).unwrap_or(0);
    Ok(read_exact(source, blank.start, length)?
        .into_iter()
        .all(is_space))
}

fn complete(first: &mut Revision, rest: Revision) -> Result<(), PdfError> {
    let place = rest.startxref;
    first.entries = merge(std::mem::take(&mut first.entries), rest.entries, place)?;
    first.offsets = offsets(&first.entries);
    first.sections.extend(rest.sections);
    first.endings.extend(rest.endings);
    (first.eof, first.end, first.startxref) = (rest.eof, rest.end, rest.startxref);
    (first.xref, first.trailer) = (rest.xref, rest.trailer);
    Ok(())
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
    let (linearized, last_in_pieces) = (first_page.is_some(), last.pieces > 1);
    let named = first_page
        .as_ref()
        .map_or(last.span.start, |s| s.span.start);
    let (tail, _) = after(source, &last)?;
    let (closing, startxref) = ending(source, tail, source.len())?;
    if !leads_to(source, startxref, named)? {
        return Err(fault(tail, "startxref does not name the section before it"));
    }
    let mut sections: Vec<Range<u64>> = spans(&last).collect();
    let mut endings = Vec::new();
    let head = match first_page {
        None => last,
        Some(mut head) => {
            // After a stream this ending may be left out (annex F.3.4).
            if let (place, true) = after(source, &head)? {
                endings.push(ending(source, place, source.len())?.0);
            }
            sections.extend(spans(&head));
            head.entries = merge(head.entries, last.entries, last.span.start)?;
            head
        }
    };
    let (eof, end) = (eof_of(source, &closing)?, closing.end);
    endings.push(closing);
    // Numbers from /Size on are to be taken as missing (table 15); viewers differ. A first revision may count its
    // objects wrongly, as poppler's pdfunite does: nothing older can stand in for what one viewer misses.
    let size = size(&head.trailer, named)?;
    let beyond =
        |(number, entry): &(u32, XrefEntry)| *number >= size && entry.id(*number).is_some();
    if number > 0 && head.entries.iter().any(beyond) {
        return Err(fault(named, "an object number is not below /Size"));
    }
    let offsets = offsets(&head.entries);
    if offsets.first() == Some(&0) || offsets.last().is_some_and(|last| *last >= end) {
        return Err(fault(named, "an entry points outside its revision"));
    }
    Ok(Revision {
        number,
        start,
        eof,
        end,
        startxref,
        xref: head.kind,
        trailer: head.trailer,
        linearized,
        fragmented: last_in_pieces || head.pieces > 1,
        entries: head.entries,
        offsets,
        sections,
        endings,
    })
}

fn spans(section: &Section) -> impl Iterator<Item = Range<u64>> {
    [section.span.clone()]
        .into_iter()
        .chain(section.hidden.as_ref().map(|h| h.span.clone()))
}

fn offsets(entries: &[(u32, XrefEntry)]) -> Vec<u64> {
    let in_file = entries.iter().filter_map(|(_, entry)| match entry {
        XrefEntry::InFile { offset, .. } => Some(*offset),
        _ => None,
    });
    let mut offsets: Vec<u64> = in_file.collect();
    offsets.sort_unstable();
    offsets
}

/// The place after a section, white space and comments, and whether `startxref` stands there.
fn after(source: &dyn ReadAt, section: &Section) -> Result<(u64, bool), PdfError> {
    with_window(source, section.span.end, source.len(), |cursor| {
        cursor.skip_filler()?;
        Ok((cursor.offset(), cursor.eat(b"startxref")?))
    })
}

/// Whether `offset` names what begins at `start`, or white space before it.
fn leads_to(source: &dyn ReadAt, offset: u64, start: u64) -> Result<bool, PdfError> {
    with_window(source, offset, source.len(), |cursor| {
        cursor.skip_space()?;
        Ok(cursor.offset() == start)
    })
}

/// Where `%%EOF` ends, without the line end that the ending includes.
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
