//! From object numbers to objects.

use std::sync::Arc;

use super::View;
use crate::{
    Dict, Limits, Object, ObjectId, PdfError, ReadAt, Stream, StreamData, XrefEntry, filter,
    indirect,
    indirect::Indirect,
    limits::{COST_OF_OBJECT, MAX_OBJECT_STREAM_BYTES},
    object_stream::ObjectStream,
};

impl<S: ReadAt> View<'_, S> {
    pub(super) fn entry_and_revision(&self, number: u32) -> Option<(usize, XrefEntry)> {
        let seen = self.pdf.revisions().get(..=self.revision)?;
        seen.iter()
            .rev()
            .find_map(|r| r.entry(number).map(|entry| (r.number, entry)))
    }

    pub(super) fn object_within(&self, id: ObjectId, left: usize) -> Result<Object, PdfError> {
        if let Some(found) = self.in_file(id, left)? {
            return Ok(found.object);
        }
        match self.entry_and_revision(id.number) {
            Some((written, XrefEntry::InStream { stream, index })) if id.generation == 0 => {
                let stream = self.object_stream(stream, written, left)?;
                let (object, length) = stream.object(id.number, index)?;
                self.pdf.spend(length + COST_OF_OBJECT)?;
                Ok(object)
            }
            _ => Ok(Object::Null),
        }
    }

    pub(super) fn in_file(&self, id: ObjectId, left: usize) -> Result<Option<Indirect>, PdfError> {
        let Some(XrefEntry::InFile { offset, generation }) = self.entry(id.number) else {
            return Ok(None);
        };
        if generation != id.generation {
            return Ok(None);
        }
        self.indirect_at(id, offset, left).map(Some)
    }

    /// The object that stands at `offset`, which must be this one.
    pub(crate) fn indirect_at(
        &self,
        id: ObjectId,
        offset: u64,
        left: usize,
    ) -> Result<Indirect, PdfError> {
        let range = offset..self.pdf.end_of_object(offset);
        let mut found = indirect::read(self.pdf.source(), Some(id), range, |length| {
            self.length(length, left)
        })?;
        let data = match &found.object {
            Object::Stream(Stream {
                data: StreamData::InFile(range),
                ..
            }) => range.end - range.start,
            _ => 0,
        };
        self.pdf
            .spend(found.span.end - found.span.start - data + COST_OF_OBJECT)?;
        if let Some(encryption) = self.pdf.encryption() {
            found.object = encryption.object(id, found.object)?;
        }
        Ok(found)
    }

    fn length(&self, value: &Object, left: usize) -> Result<u64, PdfError> {
        match value {
            Object::Reference(id) if left == 0 => Err(PdfError::ReferenceLoop { id: *id }),
            Object::Reference(id) => indirect::direct_length(&self.object_within(*id, left - 1)?),
            direct => indirect::direct_length(direct),
        }
    }

    /// The object stream that the entries of revision `written` mean.
    pub(crate) fn object_stream(
        &self,
        number: u32,
        written: usize,
        left: usize,
    ) -> Result<Arc<ObjectStream>, PdfError> {
        let id = ObjectId {
            number,
            generation: 0,
        };
        let Some(left) = left.checked_sub(1) else {
            return Err(PdfError::ReferenceLoop { id });
        };
        let Some(XrefEntry::InFile {
            offset,
            generation: 0,
        }) = self.entry(number)
        else {
            return Err(PdfError::ObjectStream {
                number,
                reason: "it is not an object of the file",
            });
        };
        // Replacing a stream would replace every object in it without one word about them in the new section.
        if self.pdf.at(written).entry(number) != self.entry(number) {
            return Err(PdfError::ObjectStream {
                number,
                reason: "it was replaced under its objects",
            });
        }
        let kept = self
            .pdf
            .object_streams
            .lock()
            .ok()
            .and_then(|mut cache| cache.get(offset));
        if let Some(stream) = kept {
            return Ok(stream);
        }
        let Object::Stream(stream) = self.indirect_at(id, offset, left)?.object else {
            return Err(PdfError::ObjectStream {
                number,
                reason: "not a stream",
            });
        };
        let decoded = Arc::new(self.decode_object_stream(number, &stream)?);
        if let Ok(mut cache) = self.pdf.object_streams.lock() {
            cache.put(offset, decoded.clone());
        }
        Ok(decoded)
    }

    pub(crate) fn decode_object_stream(
        &self,
        number: u32,
        stream: &Stream,
    ) -> Result<ObjectStream, PdfError> {
        let limits = Limits {
            stream_bytes: MAX_OBJECT_STREAM_BYTES.min(self.pdf.limits().stream_bytes),
            ..*self.pdf.limits()
        };
        ObjectStream::new(number, &stream.dict, self.decoded(stream, &limits)?)
    }

    pub(super) fn decoded(&self, stream: &Stream, limits: &Limits) -> Result<Vec<u8>, PdfError> {
        let mut direct = Dict::new();
        for key in ["Filter", "DecodeParms"] {
            if let Some(value) = stream.dict.get(key) {
                direct.set(key, self.resolve_items(value)?);
            }
        }
        if self.pdf.locked() {
            return Err(PdfError::Encrypted);
        }
        // Data in another file are not part of the document that was signed (7.3.8.2).
        if stream.dict.contains("F") {
            return Err(PdfError::UnsupportedFilter("external file".to_owned()));
        }
        let data = filter::decode(&direct, self.raw_stream(stream)?, limits)?;
        self.pdf.spend(data.len() as u64)?;
        Ok(data)
    }

    /// Resolves a value and, if it is an array, its items.
    fn resolve_items(&self, value: &Object) -> Result<Object, PdfError> {
        match self.resolve(value)? {
            Object::Array(items) => Ok(Object::Array(
                items
                    .iter()
                    .map(|i| self.resolve(i))
                    .collect::<Result<_, _>>()?,
            )),
            other => Ok(other),
        }
    }
}
