//! Indirect objects where they stand in the file (7.3.10).

use std::ops::Range;

use crate::{
    Object, ObjectId, PdfError, ReadAt, Stream, StreamData,
    cursor::with_window,
    parse::{self, Body},
};

/// `n g obj … endobj`.
pub(crate) struct Indirect {
    pub id: ObjectId,
    pub object: Object,
    pub span: Range<u64>,
}

/// Reads the object at the start of `range`, seeing nothing after its end. If `wanted` is given, no other object will
/// do. `length` turns the value of `/Length` into a number.
pub(crate) fn read(
    source: &dyn ReadAt,
    wanted: Option<ObjectId>,
    range: Range<u64>,
    length: impl FnOnce(&Object) -> Result<u64, PdfError>,
) -> Result<Indirect, PdfError> {
    let end = range.end;
    let (offset, (id, body)) = with_window(source, range.start, end, |cursor| {
        // Many a program names the line end before the object.
        cursor.skip_space()?;
        Ok((cursor.offset(), parse::indirect(cursor, wanted)?))
    })?;
    match body {
        Body::Plain(object, after) => Ok(Indirect {
            id,
            object,
            span: offset..after,
        }),
        Body::Stream(dict, start) => {
            let value = dict
                .get("Length")
                .ok_or(PdfError::StreamLength { offset: start })?;
            let stop = start
                .checked_add(length(value)?)
                .filter(|stop| *stop <= end);
            let data = start..stop.ok_or(PdfError::UnexpectedEnd { offset: end })?;
            let after = stream_end(source, &data, end)?;
            let object = Object::Stream(Stream {
                dict,
                data: StreamData::InFile(data),
            });
            Ok(Indirect {
                id,
                object,
                span: offset..after,
            })
        }
    }
}

/// `/Length` where only a direct integer will do, as in a cross-reference stream (7.5.8.2).
pub(crate) fn direct_length(value: &Object) -> Result<u64, PdfError> {
    value
        .as_integer()
        .and_then(|v| u64::try_from(v).ok())
        .ok_or(PdfError::WrongType { what: "/Length" })
}

/// Checks that `endstream` and `endobj` follow the data at once, nothing but white space between: 7.3.8.1 wants a line
/// end, programs write none or more than one.
fn stream_end(source: &dyn ReadAt, data: &Range<u64>, end: u64) -> Result<u64, PdfError> {
    with_window(source, data.end, end, |cursor| {
        cursor.skip_space()?;
        match cursor.keyword(b"endstream", "endstream") {
            Err(PdfError::Syntax { .. }) => {
                return Err(PdfError::StreamLength { offset: data.start });
            }
            other => other?,
        }
        cursor.skip_filler()?;
        cursor.keyword(b"endobj", "endobj")?;
        Ok(cursor.offset())
    })
}
