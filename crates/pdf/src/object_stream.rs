//! Object streams (7.5.7).

use std::{collections::HashSet, sync::Arc};

use crate::{Dict, Object, PdfError, cursor::Cursor, limits::MAX_OBJECTS_IN_STREAM, parse};

/// Decoded object streams kept at hand: a walk over a page tree comes back to the same few.
const KEPT: usize = 8;

/// Decoded object streams by the offset at which they stand in the file, the most recent last.
#[derive(Default)]
pub(crate) struct Cache {
    streams: Vec<(u64, Arc<ObjectStream>)>,
}

impl Cache {
    pub fn get(&mut self, offset: u64) -> Option<Arc<ObjectStream>> {
        let at = self.streams.iter().position(|(o, _)| *o == offset)?;
        let hit = self.streams.remove(at);
        self.streams.push(hit);
        self.streams.last().map(|(_, stream)| stream.clone())
    }

    pub fn put(&mut self, offset: u64, stream: Arc<ObjectStream>) {
        if self.streams.len() >= KEPT {
            self.streams.remove(0);
        }
        self.streams.push((offset, stream));
    }
}

/// A decoded object stream.
pub(crate) struct ObjectStream {
    number: u32,
    data: Vec<u8>,
    /// Object numbers and absolute places in `data`.
    index: Vec<(u32, usize)>,
}

impl ObjectStream {
    pub fn new(number: u32, dict: &Dict, data: Vec<u8>) -> Result<Self, PdfError> {
        let fault = |reason| PdfError::ObjectStream { number, reason };
        if !dict.is("Type", "ObjStm") {
            return Err(fault("not of /Type /ObjStm"));
        }
        let integer = |key| {
            dict.get(key)
                .and_then(Object::as_integer)
                .and_then(|v| usize::try_from(v).ok())
        };
        let (Some(count), Some(first)) = (integer("N"), integer("First")) else {
            return Err(fault("/N or /First is unusable"));
        };
        if count > MAX_OBJECTS_IN_STREAM || first > data.len() {
            return Err(fault("/N or /First is unusable"));
        }
        let mut cursor = Cursor::new(data.get(..first).unwrap_or_default(), 0, true);
        let mut index = Vec::new();
        let mut seen = HashSet::new();
        for _ in 0..count {
            cursor.skip_filler()?;
            let object = cursor.unsigned("an object number")?;
            cursor.skip_filler()?;
            let place = cursor.unsigned("an offset")?;
            let place = usize::try_from(place)
                .ok()
                .and_then(|p| p.checked_add(first))
                .filter(|p| *p <= data.len());
            let object =
                u32::try_from(object).map_err(|_| fault("an object number is too large"))?;
            // Some viewers go by the number and some by the place in the stream.
            if !seen.insert(object) {
                return Err(fault("it holds two objects of one number"));
            }
            index.push((
                object,
                place.ok_or_else(|| fault("an object lies outside the stream"))?,
            ));
        }
        Ok(Self {
            number,
            data,
            index,
        })
    }

    /// The object at `index`, which must be the object of this number, and how many bytes it has.
    pub fn object(&self, number: u32, index: u32) -> Result<(Object, u64), PdfError> {
        let fault = |reason| PdfError::ObjectStream {
            number: self.number,
            reason,
        };
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        match self.index.get(at) {
            Some((found, place)) if *found == number => self.parse(*place),
            _ => Err(fault(
                "it does not hold the object that the cross-reference section promises",
            )),
        }
    }

    /// All objects with their numbers.
    pub fn objects(&self) -> impl Iterator<Item = (u32, Result<Object, PdfError>)> {
        self.index
            .iter()
            .map(|(number, place)| (*number, self.parse(*place).map(|(object, _)| object)))
    }

    fn parse(&self, place: usize) -> Result<(Object, u64), PdfError> {
        let bytes = self.data.get(place..).unwrap_or_default();
        let mut cursor = Cursor::new(bytes, 0, true);
        cursor.skip_filler()?;
        let object = parse::object(&mut cursor, 0)?;
        Ok((object, cursor.offset()))
    }
}
