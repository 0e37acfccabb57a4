//! The document at the end of one revision.

use std::ops::Range;

use crate::{
    Dict, Object, ObjectId, Page, Pdf, PdfError, ReadAt, Revision, Stream, StreamData, XrefEntry,
    cursor::with_window, limits::MAX_REFERENCES, pages, parse, source::read_exact,
};

mod lookup;
mod samples;

pub use samples::Samples;

/// What a reader of the file saw when a revision was the newest.
pub struct View<'a, S> {
    pdf: &'a Pdf<S>,
    revision: usize,
}

impl<S> Clone for View<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for View<'_, S> {}

impl<'a, S: ReadAt> View<'a, S> {
    pub(crate) fn new(pdf: &'a Pdf<S>, revision: usize) -> Self {
        Self { pdf, revision }
    }

    /// The file.
    pub fn pdf(&self) -> &'a Pdf<S> {
        self.pdf
    }

    /// The revision's number.
    pub fn number(&self) -> usize {
        self.revision
    }

    /// The revision, with its trailer.
    ///
    /// # Errors
    /// Never for a file that has opened.
    pub fn revision(&self) -> Result<&'a Revision, PdfError> {
        self.pdf
            .revisions()
            .get(self.revision)
            .ok_or(PdfError::NoStartxref)
    }

    /// The document catalog's identity (7.7.2).
    ///
    /// # Errors
    /// [`PdfError::WrongType`] when the trailer's `/Root` is not a reference.
    pub fn root(&self) -> Result<ObjectId, PdfError> {
        let root = self
            .revision()?
            .trailer
            .get("Root")
            .and_then(Object::as_reference);
        root.ok_or(PdfError::WrongType { what: "/Root" })
    }

    /// The document catalog.
    ///
    /// # Errors
    /// When it is missing or no dictionary.
    pub fn catalog(&self) -> Result<Dict, PdfError> {
        self.dict(self.root()?, "document catalog")
    }

    /// An indirect object that must be a dictionary; `what` names it in the error.
    ///
    /// # Errors
    /// [`PdfError::WrongType`] when it is something else.
    pub fn dict(&self, id: ObjectId, what: &'static str) -> Result<Dict, PdfError> {
        match self.object(id)? {
            Object::Dictionary(dict) => Ok(dict),
            _ => Err(PdfError::WrongType { what }),
        }
    }

    /// An indirect object. One that is free, of another generation or unknown is `null` (7.3.10).
    ///
    /// # Errors
    /// When it is not where the cross-reference entry says, or broken.
    pub fn object(&self, id: ObjectId) -> Result<Object, PdfError> {
        self.object_within(id, MAX_REFERENCES)
    }

    /// Follows references until something else stands there.
    ///
    /// # Errors
    /// [`PdfError::ReferenceLoop`] when they lead too far.
    pub fn resolve(&self, object: &Object) -> Result<Object, PdfError> {
        let mut current = object.clone();
        for _ in 0..MAX_REFERENCES {
            match current {
                Object::Reference(id) => current = self.object(id)?,
                other => return Ok(other),
            }
        }
        match current {
            Object::Reference(id) => Err(PdfError::ReferenceLoop { id }),
            other => Ok(other),
        }
    }

    /// The resolved value of a key; `null` when the key is missing.
    ///
    /// # Errors
    /// As [`View::resolve`].
    pub fn get(&self, dict: &Dict, key: &str) -> Result<Object, PdfError> {
        dict.get(key)
            .map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// A stream's data with all filters undone.
    ///
    /// # Errors
    /// [`PdfError::UnsupportedFilter`] for image codecs, [`PdfError::Encrypted`]; otherwise when the data are damaged or
    /// too large.
    pub fn stream_bytes(&self, stream: &Stream) -> Result<Vec<u8>, PdfError> {
        self.decoded(stream, self.pdf.limits())
    }

    /// A stream's data as they stand in the file, decrypted where it is encrypted.
    ///
    /// # Errors
    /// When they are larger than the limit, or the source fails.
    pub fn raw_stream(&self, stream: &Stream) -> Result<Vec<u8>, PdfError> {
        match &stream.data {
            StreamData::Owned(bytes) => Ok(bytes.clone()),
            StreamData::InFile(range) => self.data(range),
            StreamData::Encrypted { range, holder } => {
                let encryption = self.pdf.encryption().ok_or(PdfError::Encrypted)?;
                encryption.stream(*holder, &stream.dict, self.data(range)?)
            }
        }
    }

    fn data(&self, range: &Range<u64>) -> Result<Vec<u8>, PdfError> {
        let length = range.end.saturating_sub(range.start);
        let limit = self.pdf.limits().stream_bytes;
        if length > limit || range.end > self.pdf.len() {
            return Err(PdfError::Limit {
                offset: range.start,
                what: "stream data",
                limit,
            });
        }
        let length = usize::try_from(length).map_err(|_| PdfError::FileTooLarge)?;
        Ok(read_exact(self.pdf.source(), range.start, length)?)
    }

    /// The cross-reference entry that holds for an object number in this view.
    pub fn entry(&self, number: u32) -> Option<XrefEntry> {
        self.entry_and_revision(number).map(|(_, entry)| entry)
    }

    /// The revision that last spoke of an object number, as seen from this view.
    pub fn written_in(&self, number: u32) -> Option<usize> {
        self.entry_and_revision(number)
            .map(|(revision, _)| revision)
    }

    /// All objects that exist in this view, by rising number.
    pub fn objects(&self) -> Vec<ObjectId> {
        let seen = self.pdf.revisions().iter().take(self.revision + 1);
        let numbers: std::collections::BTreeSet<u32> =
            seen.flat_map(|r| r.entries().map(|(n, _)| n)).collect();
        numbers
            .into_iter()
            .filter_map(|n| self.entry(n)?.id(n))
            .collect()
    }

    /// The bytes `n g obj … endobj`. `None` for an object that is free, unknown or in an object stream.
    ///
    /// # Errors
    /// When the object is broken.
    pub fn span(&self, id: ObjectId) -> Result<Option<Range<u64>>, PdfError> {
        Ok(self.in_file(id, MAX_REFERENCES)?.map(|found| found.span))
    }

    /// The exact bytes of a direct value inside an object that stands in the file: `&["Contents"]` of a signature
    /// dictionary gives `<…>` with its brackets. Each further key leads one dictionary deeper.
    ///
    /// # Errors
    /// When the object is broken.
    pub fn value_span(&self, id: ObjectId, path: &[&str]) -> Result<Option<Range<u64>>, PdfError> {
        match self.entry(id.number) {
            Some(XrefEntry::InFile { offset, generation }) if generation == id.generation => {
                let end = self.pdf.end_of_object(offset);
                with_window(self.pdf.source(), offset, end, |cursor| {
                    parse::value_span(cursor, path)
                })
            }
            _ => Ok(None),
        }
    }

    /// The pages in reading order, inherited attributes filled in (7.7.3.4).
    ///
    /// # Errors
    /// [`PdfError::PageTree`] and the limits on depth and number.
    pub fn pages(&self) -> Result<Vec<Page>, PdfError> {
        pages::pages(*self)
    }
}
