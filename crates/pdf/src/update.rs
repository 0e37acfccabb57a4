//! One incremental update (7.5.6): new and changed objects after the old end, which stays as it is.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    Dict, Object, ObjectId, Pdf, PdfError, ReadAt, Stream, StreamData, View, XrefKind,
    account::gaps::first_visible,
    cursor::Cursor,
    filter,
    limits::{MAX_FILE_BYTES, MAX_OBJECT_NUMBER},
    parse,
    source::read_exact,
};

pub(crate) mod section;

/// Where new objects go: an [`Update`] or a fresh [`crate::write::Document`].
pub trait ObjectSink {
    /// Reserves a number for an object that is set later, as circles of references need it.
    fn allocate(&mut self) -> ObjectId;

    /// Sets or replaces an object.
    fn set(&mut self, id: ObjectId, object: impl Into<Object>);

    /// Adds an object and returns where it is.
    fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.allocate();
        self.set(id, object);
        id
    }

    /// Adds a stream, compressed with Flate if asked; `/Length` and `/Filter` are set here.
    fn add_stream(&mut self, mut dict: Dict, data: Vec<u8>, compress: bool) -> ObjectId {
        // Compressing in memory cannot fail; were it to, plain data are as good.
        let data = match compress.then(|| filter::deflate(&data)) {
            Some(Ok(packed)) => {
                dict.set("Filter", Object::name("FlateDecode"));
                packed
            }
            _ => data,
        };
        self.add(Stream {
            dict,
            data: StreamData::Owned(data),
        })
    }
}

/// A revision in the making. It holds what is new and nothing of the file.
///
/// Room that is filled in later, such as `/ByteRange` and `/Contents`, is written as a value of the widest form (ten
/// digits per number, a hexadecimal string of zeros) and found again by [`Appended::value_span`].
pub struct Update<'a, S> {
    pdf: &'a Pdf<S>,
    next: u32,
    objects: BTreeMap<ObjectId, Object>,
}

/// The bytes of a finished update.
#[derive(Debug, Clone)]
pub struct Appended {
    /// To be put at the end of the file.
    pub bytes: Vec<u8>,
    /// Where they begin: the length of the old file.
    pub base: u64,
    objects: BTreeMap<ObjectId, Range<u64>>,
}

impl<'a, S: ReadAt> Update<'a, S> {
    /// Begins an update of the newest revision.
    ///
    /// # Errors
    /// [`PdfError::Encrypted`]; [`PdfError::TrailingBytes`] when the file does not end with its last revision.
    pub fn new(pdf: &'a Pdf<S>) -> Result<Self, PdfError> {
        if pdf.encrypted() {
            return Err(PdfError::Encrypted);
        }
        let end = pdf.latest().revision()?.end;
        if let Some(offset) = first_visible(pdf.source(), &(end..pdf.len()))? {
            return Err(PdfError::TrailingBytes { offset });
        }
        let sizes = pdf
            .revisions()
            .iter()
            .filter_map(|r| r.trailer.get("Size")?.as_integer());
        let last = pdf
            .revisions()
            .iter()
            .filter_map(|r| r.entries().last())
            .map(|(n, _)| n)
            .max()
            .unwrap_or(0);
        let next = sizes
            .filter_map(|s| u32::try_from(s).ok())
            .max()
            .unwrap_or(1)
            .max(last + 1);
        Ok(Self {
            pdf,
            next,
            objects: BTreeMap::new(),
        })
    }

    /// The document that is being updated, as it stood.
    pub fn before(&self) -> View<'a, S> {
        self.pdf.latest()
    }

    /// An object as it will be: set in this update, or as it stood.
    ///
    /// # Errors
    /// As [`View::object`].
    pub fn object(&self, id: ObjectId) -> Result<Object, PdfError> {
        self.objects
            .get(&id)
            .map_or_else(|| self.before().object(id), |object| Ok(object.clone()))
    }

    /// The objects set so far.
    pub fn changed(&self) -> impl Iterator<Item = ObjectId> {
        self.objects.keys().copied()
    }

    /// Writes the objects by rising number and a cross-reference section of the kind that the file ends with: a table
    /// after a table or a hybrid section, a stream after a stream. Viewers refuse a mixture.
    ///
    /// # Errors
    /// [`PdfError::FileTooLarge`] when an offset would not fit ten digits, [`PdfError::Limit`] when the object numbers
    /// are used up.
    pub fn finish(self) -> Result<Appended, PdfError> {
        let base = self.pdf.len();
        if self.next >= MAX_OBJECT_NUMBER {
            return Err(PdfError::Limit {
                offset: base,
                what: "object numbers",
                limit: MAX_OBJECT_NUMBER.into(),
            });
        }
        let last = self.before().revision()?;
        let mut bytes = Vec::new();
        if base > 0
            && !matches!(
                read_exact(self.pdf.source(), base - 1, 1)?.first(),
                Some(b'\n' | b'\r')
            )
        {
            bytes.push(b'\n');
        }
        let mut placed = BTreeMap::new();
        for (id, object) in &self.objects {
            let object = self.owned(object)?;
            let range = section::write_object(*id, &object, base, &mut bytes);
            placed.insert(*id, range);
        }
        let mut trailer = kept(&last.trailer);
        trailer.set(
            "Prev",
            i64::try_from(last.startxref).map_err(|_| PdfError::FileTooLarge)?,
        );
        section::renew_id(&mut trailer, &bytes);
        let offsets: BTreeMap<ObjectId, u64> = placed
            .iter()
            .map(|(id, range)| (*id, range.start))
            .collect();
        match last.xref {
            XrefKind::Stream => {
                section::write_stream(offsets, trailer, self.next, base, &mut bytes)?
            }
            XrefKind::Table | XrefKind::Hybrid => {
                section::write_table(&offsets, trailer, self.next, base, &mut bytes)
            }
        }
        if base.saturating_add(bytes.len() as u64) >= MAX_FILE_BYTES {
            return Err(PdfError::FileTooLarge);
        }
        Ok(Appended {
            bytes,
            base,
            objects: placed,
        })
    }

    /// A stream of the old file that is set again brings its data along.
    fn owned(&self, object: &Object) -> Result<Object, PdfError> {
        match object {
            Object::Stream(stream) if matches!(stream.data, StreamData::InFile(_)) => {
                let data = StreamData::Owned(self.before().raw_stream(stream)?);
                Ok(Object::Stream(Stream {
                    dict: stream.dict.clone(),
                    data,
                }))
            }
            other => Ok(other.clone()),
        }
    }
}

impl<S: ReadAt> ObjectSink for Update<'_, S> {
    fn allocate(&mut self) -> ObjectId {
        let id = ObjectId {
            number: self.next,
            generation: 0,
        };
        // A file whose numbers are used up is refused when it is finished: no reader would take it.
        self.next = self.next.saturating_add(1).min(MAX_OBJECT_NUMBER);
        id
    }

    fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, object.into());
    }
}

impl Appended {
    /// The bytes `n g obj … endobj` of an object of this update, as a range of the new file.
    #[must_use]
    pub fn span(&self, id: ObjectId) -> Option<Range<u64>> {
        self.objects.get(&id).cloned()
    }

    /// The exact bytes of a direct value inside an object of this update, as a range of the new file.
    #[must_use]
    pub fn value_span(&self, id: ObjectId, path: &[&str]) -> Option<Range<u64>> {
        let span = self.span(id)?;
        let start = usize::try_from(span.start - self.base).ok()?;
        parse::value_span(
            &mut Cursor::new(self.bytes.get(start..)?, span.start, true),
            path,
        )
        .ok()?
    }

    /// Overwrites bytes of this update, given by their place in the new file. Says whether they lie in it.
    pub fn patch(&mut self, offset: u64, with: &[u8]) -> bool {
        let start = offset
            .checked_sub(self.base)
            .and_then(|s| usize::try_from(s).ok());
        let target = start.and_then(|s| self.bytes.get_mut(s..s.checked_add(with.len())?));
        match target {
            Some(target) => {
                target.copy_from_slice(with);
                true
            }
            None => false,
        }
    }

    /// Length of the new file.
    #[must_use]
    pub fn file_len(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }
}

/// What of the old trailer is said again: the catalog, `/Info` and `/ID`, and private keys, but nothing that belongs to
/// the old section itself.
pub(crate) fn kept(trailer: &Dict) -> Dict {
    const OF_THE_SECTION: [&str; 11] = [
        "Size",
        "Prev",
        "XRefStm",
        "Type",
        "W",
        "Index",
        "Length",
        "Filter",
        "DecodeParms",
        "DL",
        "F",
    ];
    let keys = trailer
        .iter()
        .filter(|(key, _)| !OF_THE_SECTION.iter().any(|k| *key == k));
    Dict::from_distinct(keys.map(|(k, v)| (k.clone(), v.clone())).collect())
}
