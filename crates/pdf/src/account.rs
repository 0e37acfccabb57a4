//! Byte accounting: which revision explains which bytes, and what hides in the bytes that none explains.
//!
//! One walk over all objects of all revisions answers both questions of this module. Each object is read where its
//! cross-reference entry says, its stream data skipped by `/Length`.

use std::{collections::BTreeSet, ops::Range};

use crate::{
    Dict, Object, ObjectId, Pdf, PdfError, ReadAt, Revision, Stream, XrefEntry,
    indirect::Indirect,
    limits::{MAX_REFERENCES, MAX_SIGNATURES},
    object_stream::ObjectStream,
};

pub(crate) mod gaps;

/// Bytes that no revision explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unaccounted {
    /// Where, without the white space around.
    pub range: Range<u64>,
    /// The revision in whose bytes they lie; the number of revisions for bytes after the last.
    pub revision: usize,
    /// What they look like.
    pub kind: UnaccountedKind,
}

/// What unexplained bytes look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaccountedKind {
    /// Comments and nothing else. Some producers sign their work so; every reader skips them.
    Comment,
    /// `n g obj`: an object that the revision's cross-reference section does not list.
    UnlistedObject,
    /// `xref`, `trailer` or `startxref`: a revision that `/Prev` skips, or a second ending.
    UnlistedRevision,
    /// Anything else between the objects of a revision.
    Junk,
    /// Anything after the last revision.
    AfterLastRevision,
    /// An entry that leads to no whole object; the range is empty and marks the place.
    BrokenObject,
    /// Two objects in one place: an object that runs into the next entry's, or begins inside something else.
    Overlap,
    /// An entry that leads into an earlier revision, where no section lists that object: perhaps into a stream's data.
    /// The range is empty and marks the place.
    Borrowed,
}

/// A dictionary with `/ByteRange`: a signature or timestamp, wherever it hides.
#[derive(Debug, Clone, PartialEq)]
pub struct ByteRangeDictionary {
    /// Where its object stands (for one in an object stream: where the stream stands), or where the key was found
    /// in unexplained bytes.
    pub offset: u64,
    /// The object that holds it; `None` in unexplained bytes.
    pub object: Option<ObjectId>,
    /// The revision in whose bytes it lies; the number of revisions for bytes after the last.
    pub revision: usize,
    /// The dictionary.
    pub dict: Dict,
}

/// The result of the walk.
pub(crate) struct Account {
    pub unaccounted: Vec<Unaccounted>,
    pub signatures: Vec<ByteRangeDictionary>,
    pub watched: BTreeSet<ObjectId>,
}

impl Account {
    pub fn take<S: ReadAt>(pdf: &Pdf<S>) -> Result<Self, PdfError> {
        let mut account = Self {
            unaccounted: Vec::new(),
            signatures: Vec::new(),
            watched: BTreeSet::new(),
        };
        for revision in pdf.revisions() {
            account.revision(pdf, revision)?;
        }
        let end = pdf.revisions().last().map_or(0, |r| r.end);
        account.gap(pdf, end..pdf.len(), pdf.revisions().len())?;
        account
            .unaccounted
            .sort_by_key(|u| (u.range.start, u.range.end));
        account.signatures.sort_by_key(|s| s.offset);
        Ok(account)
    }

    fn revision<S: ReadAt>(&mut self, pdf: &Pdf<S>, revision: &Revision) -> Result<(), PdfError> {
        let mut explained: Vec<Range<u64>> = Vec::new();
        explained.extend(gaps::header(pdf.source(), revision)?);
        // The stream of a hybrid section may stand among the objects of the revision before.
        let sections = pdf.revisions().iter().flat_map(|r| r.sections.iter());
        explained.extend(
            sections
                .filter(|s| (revision.start..revision.end).contains(&s.start))
                .cloned(),
        );
        explained.extend(revision.endings.iter().cloned());
        self.objects(pdf, revision, &mut explained)?;
        explained.sort_by_key(|range| (range.start, range.end));
        // A cross-reference stream may list itself.
        explained.dedup();
        let mut at = revision.start;
        for range in explained {
            if range.start < at {
                self.find(range.clone(), revision.number, UnaccountedKind::Overlap);
            } else {
                self.gap(pdf, at..range.start, revision.number)?;
            }
            at = at.max(range.end);
        }
        self.gap(pdf, at..revision.end, revision.number)
    }

    /// Reads every object that the revision's entries name, adds its bytes and searches it.
    fn objects<S: ReadAt>(
        &mut self,
        pdf: &Pdf<S>,
        revision: &Revision,
        explained: &mut Vec<Range<u64>>,
    ) -> Result<(), PdfError> {
        let view = pdf.at(revision.number);
        for (offset, id) in entries_in_file(revision) {
            if offset < revision.start {
                if !listed_before(pdf, revision.number, offset, id) {
                    self.find(offset..offset, revision.number, UnaccountedKind::Borrowed);
                }
                continue;
            }
            let end = pdf.end_of_object(offset);
            match view.indirect_at(id, offset, MAX_REFERENCES) {
                Ok(found) => {
                    self.signatures_in(pdf, revision, &found)?;
                    explained.push(found.span);
                }
                Err(error @ (PdfError::Io(_) | PdfError::Work { .. })) => return Err(error),
                Err(PdfError::UnexpectedEnd { .. }) if end < revision.end => {
                    self.find(offset..end, revision.number, UnaccountedKind::Overlap);
                }
                Err(_) => self.find(
                    offset..offset,
                    revision.number,
                    UnaccountedKind::BrokenObject,
                ),
            }
        }
        Ok(())
    }

    fn find(&mut self, range: Range<u64>, revision: usize, kind: UnaccountedKind) {
        self.unaccounted.push(Unaccounted {
            range,
            revision,
            kind,
        });
    }

    /// Reports what is in a gap besides white space, and the signatures hidden there.
    fn gap<S: ReadAt>(
        &mut self,
        pdf: &Pdf<S>,
        gap: Range<u64>,
        revision: usize,
    ) -> Result<(), PdfError> {
        let Some(found) = gaps::inspect(pdf.source(), gap)? else {
            return Ok(());
        };
        let after_last = revision == pdf.revisions().len();
        let kind = if after_last {
            UnaccountedKind::AfterLastRevision
        } else {
            found.kind
        };
        for (offset, dict) in found.byte_ranges {
            self.signatures.push(ByteRangeDictionary {
                offset,
                object: None,
                revision,
                dict,
            });
        }
        self.find(found.range, revision, kind);
        Ok(())
    }

    /// Searches an object, and the objects inside it if it is an object stream.
    fn signatures_in<S: ReadAt>(
        &mut self,
        pdf: &Pdf<S>,
        revision: &Revision,
        found: &Indirect,
    ) -> Result<(), PdfError> {
        self.report(pdf, revision, found.span.start, found.id, &found.object)?;
        let stream = match &found.object {
            Object::Stream(stream) if stream.dict.is("Type", "ObjStm") => stream,
            _ => return Ok(()),
        };
        let view = pdf.at(revision.number);
        let decoded = match view.decode_object_stream(found.id.number, stream) {
            Err(error @ (PdfError::Io(_) | PdfError::Work { .. })) => return Err(error),
            // What cannot be read is an error for whoever asks for it; here it holds nothing.
            other => other.ok(),
        };
        let mut listed = true;
        for (index, (number, object)) in decoded.iter().flat_map(ObjectStream::objects).enumerate()
        {
            if let Ok(object) = object {
                let generation = 0;
                let id = ObjectId { number, generation };
                self.report(pdf, revision, found.span.start, id, &object)?;
            }
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let stream = found.id.number;
            listed &= revision.entry(number) == Some(XrefEntry::InStream { stream, index });
        }
        if !listed {
            let kind = UnaccountedKind::UnlistedObject;
            self.find(found.span.clone(), revision.number, kind);
        }
        Ok(())
    }

    fn report<S: ReadAt>(
        &mut self,
        pdf: &Pdf<S>,
        revision: &Revision,
        offset: u64,
        id: ObjectId,
        object: &Object,
    ) -> Result<(), PdfError> {
        if pdf.watch.is_some_and(|watch| watch(object)) {
            self.watched.insert(id);
        }
        let mut dicts = Vec::new();
        with_byte_range(object, &mut dicts);
        let of = |dict| ByteRangeDictionary {
            offset,
            object: Some(id),
            revision: revision.number,
            dict,
        };
        self.signatures.extend(dicts.into_iter().map(of));
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(PdfError::Limit {
                offset,
                what: "signatures",
                limit: MAX_SIGNATURES as u64,
            });
        }
        Ok(())
    }
}

/// Objects by rising offset, so that the file is read once and in order.
fn entries_in_file(revision: &Revision) -> Vec<(u64, ObjectId)> {
    let in_file = |(number, entry)| match entry {
        XrefEntry::InFile { offset, generation } => Some((offset, ObjectId { number, generation })),
        _ => None,
    };
    let mut entries: Vec<(u64, ObjectId)> = revision.entries().filter_map(in_file).collect();
    entries.sort_unstable();
    entries
}

/// Whether an earlier revision, or the stream of a hybrid section, stands for an object at this place.
fn listed_before<S: ReadAt>(pdf: &Pdf<S>, revision: usize, offset: u64, id: ObjectId) -> bool {
    let entry = XrefEntry::InFile {
        offset,
        generation: id.generation,
    };
    let mut earlier = pdf.revisions().iter().take(revision);
    let mut sections = pdf.revisions().iter().flat_map(|r| r.sections.iter());
    earlier.any(|r| r.entry(id.number) == Some(entry))
        || sections.any(|section| section.start == offset)
}

/// Collects the dictionaries with `/ByteRange` inside an object, the outermost of each; the parser has bounded its depth.
fn with_byte_range(object: &Object, found: &mut Vec<Dict>) {
    match object {
        Object::Array(items) => items.iter().for_each(|item| with_byte_range(item, found)),
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            if dict.contains("ByteRange") {
                found.push(dict.clone());
                return;
            }
            // The integrity code of an encrypted file has one too and stands in the trailer (ISO/TS 32004 5.2).
            let is_trailer = dict.is("Type", "XRef");
            dict.iter()
                .filter(|(key, _)| !is_trailer || **key != "AuthCode")
                .for_each(|(_, value)| with_byte_range(value, found));
        }
        _ => {}
    }
}
