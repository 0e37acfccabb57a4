//! A file written anew, with one contiguous cross-reference table.
//!
//! Acrobat calls the first signature of a file invalid whose first table is in pieces, although 7.5.4 allows that, and
//! whatever an unsigned file has in its history is nothing that anybody signs. Once a file is signed, no byte of it is
//! ever written again.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    ops::Range,
};

use crate::{
    Dict, Object, ObjectId, Pdf, PdfError, ReadAt, Stream, StreamData, View, XrefKind,
    limits::MAX_FILE_BYTES,
    serialize::write,
    source::read_exact,
    update::{kept, section::renew_id},
};

/// Bytes of stream data copied at a time.
const CHUNK: u64 = 256 << 10;
/// `%PDF-1.7`, or whatever version the old header names.
const HEADER_BYTES: usize = 8;

impl<S: ReadAt> Pdf<S> {
    /// Whether the first cross-reference table is in pieces, so that the file should be normalised before its first
    /// signature.
    pub fn fragmented(&self) -> bool {
        let first = self.revisions().first();
        first.is_some_and(|first| first.xref != XrefKind::Stream && first.fragmented)
    }
}

/// Writes the newest state of an unsigned file into `out`: the objects that the document reaches, under their numbers,
/// and one table. Nothing is held in memory but one object at a time. Gives the length of the new file.
///
/// # Errors
/// [`PdfError::Encrypted`], [`PdfError::Signed`], [`PdfError::FileTooLarge`], [`PdfError::Io`] also of `out`; otherwise
/// when an object cannot be read.
pub fn normalise<S: ReadAt>(pdf: &Pdf<S>, out: impl Write) -> Result<u64, PdfError> {
    if pdf.encrypted() {
        return Err(PdfError::Encrypted);
    }
    if let Some(signature) = pdf.byte_range_dictionaries()?.first() {
        return Err(PdfError::Signed {
            offset: signature.offset,
        });
    }
    let view = pdf.latest();
    let trailer = kept(&view.revision()?.trailer);
    let mut file = File { out, at: 0 };
    file.put(&header(pdf)?)?;
    let mut places = BTreeMap::new();
    for id in reached(view, &trailer)? {
        places.insert(id.number, (id.generation, file.at));
        let object = view.object(id)?;
        file.object(pdf.source(), id, object)?;
    }
    file.table(&places, trailer)?;
    file.out.flush()?;
    Ok(file.at)
}

/// The old header's version, and the comment that makes programs treat the file as binary (7.5.2).
fn header<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<u8>, PdfError> {
    let mut header = read_exact(pdf.source(), 0, HEADER_BYTES)?;
    header.extend(b"\n%\xe2\xe3\xcf\xd3\n");
    Ok(header)
}

/// Every object that exists and that the trailer leads to.
fn reached<S: ReadAt>(view: View<'_, S>, trailer: &Dict) -> Result<BTreeSet<ObjectId>, PdfError> {
    let mut reached = BTreeSet::new();
    let mut next = Vec::new();
    references(&Object::Dictionary(trailer.clone()), &mut next);
    while let Some(id) = next.pop() {
        let exists = view.entry(id.number).and_then(|entry| entry.id(id.number)) == Some(id);
        if exists && reached.insert(id) {
            references(&direct_length(view.object(id)?), &mut next);
        }
    }
    Ok(reached)
}

/// The references inside an object; the parser has bounded its depth.
fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            dict.iter().for_each(|(_, value)| references(value, found));
        }
        _ => {}
    }
}

/// A stream with its length in its own dictionary.
fn direct_length(object: Object) -> Object {
    match object {
        Object::Stream(Stream {
            mut dict,
            data: StreamData::InFile(range),
        }) => {
            let length = i64::try_from(range.end - range.start).unwrap_or(i64::MAX);
            dict.set("Length", length);
            let data = StreamData::InFile(range);
            Object::Stream(Stream { dict, data })
        }
        other => other,
    }
}

/// What is being written, and how much there is of it.
struct File<W> {
    out: W,
    at: u64,
}

impl<W: Write> File<W> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), PdfError> {
        self.at += bytes.len() as u64;
        if self.at >= MAX_FILE_BYTES {
            return Err(PdfError::FileTooLarge);
        }
        Ok(self.out.write_all(bytes)?)
    }

    fn object(
        &mut self,
        source: &dyn ReadAt,
        id: ObjectId,
        object: Object,
    ) -> Result<(), PdfError> {
        let object = direct_length(object);
        let mut text = format!("{} {} obj\n", id.number, id.generation).into_bytes();
        write(&object, &mut text);
        self.put(&text)?;
        if let Object::Stream(Stream {
            data: StreamData::InFile(range),
            ..
        }) = object
        {
            self.put(b"\nstream\n")?;
            self.copy(source, range)?;
            self.put(b"\nendstream")?;
        }
        self.put(b"\nendobj\n")
    }

    fn copy(&mut self, source: &dyn ReadAt, range: Range<u64>) -> Result<(), PdfError> {
        let mut at = range.start;
        while at < range.end {
            let take = CHUNK.min(range.end - at);
            let take = usize::try_from(take).map_err(|_| io::Error::from(io::ErrorKind::Other))?;
            self.put(&read_exact(source, at, take)?)?;
            at += take as u64;
        }
        Ok(())
    }

    /// One subsection from 0 on; what is not there is free and never used again.
    fn table(
        &mut self,
        places: &BTreeMap<u32, (u16, u64)>,
        mut trailer: Dict,
    ) -> Result<(), PdfError> {
        let startxref = self.at;
        let size = places.keys().last().map_or(1, |last| last + 1);
        self.put(format!("xref\n0 {size}\n").as_bytes())?;
        let mut free = (0..size).filter(|number| !places.contains_key(number));
        let mut next_free = free.next().and_then(|_| free.next());
        for number in 0..size {
            let line = match places.get(&number) {
                Some((generation, place)) => format!("{place:010} {generation:05} n \n"),
                None => {
                    let line = format!("{:010} 65535 f \n", next_free.unwrap_or(0));
                    next_free = free.next();
                    line
                }
            };
            self.put(line.as_bytes())?;
        }
        trailer.set("Size", size);
        renew_id(&mut trailer, &startxref.to_be_bytes());
        let mut text = b"trailer\n".to_vec();
        write(&Object::Dictionary(trailer), &mut text);
        text.extend(format!("\nstartxref\n{startxref}\n%%EOF\n").bytes());
        self.put(&text)
    }
}
