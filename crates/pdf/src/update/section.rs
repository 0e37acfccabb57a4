//! Objects and cross-reference sections as bytes.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    Dict, Object, ObjectId, PdfError, Stream, StreamData,
    serialize::{write, write_body},
};

/// Object 0, the head of the list of free objects, with which a file's first section begins (7.5.4).
pub(crate) const FREE_HEAD: ObjectId = ObjectId {
    number: 0,
    generation: 65_535,
};

/// Writes `n g obj … endobj` and a line end; returns the object's place in the new file.
pub(crate) fn write_object(
    id: ObjectId,
    object: &Object,
    base: u64,
    out: &mut Vec<u8>,
) -> Range<u64> {
    let start = base + out.len() as u64;
    out.extend(format!("{} {} obj\n", id.number, id.generation).bytes());
    write_body(object, out);
    out.extend(b"\nendobj");
    let end = base + out.len() as u64;
    out.push(b'\n');
    start..end
}

/// A table of the given objects, the trailer and the ending.
pub(crate) fn write_table(
    offsets: &BTreeMap<ObjectId, u64>,
    mut trailer: Dict,
    size: u32,
    base: u64,
    out: &mut Vec<u8>,
) {
    let startxref = base + out.len() as u64;
    out.extend(b"xref\n");
    for run in runs(offsets) {
        let first = run.first().map_or(0, |(id, _)| id.number);
        out.extend(format!("{first} {}\n", run.len()).bytes());
        for (id, offset) in run {
            let kind = if id == FREE_HEAD { 'f' } else { 'n' };
            out.extend(format!("{offset:010} {:05} {kind} \n", id.generation).bytes());
        }
    }
    trailer.set("Size", size);
    out.extend(b"trailer\n");
    write(&Object::Dictionary(trailer), out);
    out.extend(format!("\nstartxref\n{startxref}\n%%EOF\n").bytes());
}

/// A cross-reference stream of the given objects and itself, and the ending. It is not compressed: an update has few
/// entries, and plain bytes can be read by eye in an archive.
pub(crate) fn write_stream(
    mut offsets: BTreeMap<ObjectId, u64>,
    mut dict: Dict,
    next: u32,
    base: u64,
    out: &mut Vec<u8>,
) -> Result<(), PdfError> {
    let startxref = base + out.len() as u64;
    let own = ObjectId {
        number: next,
        generation: 0,
    };
    offsets.insert(own, startxref);
    let (mut index, mut data) = (Vec::new(), Vec::new());
    for run in runs(&offsets) {
        let count = u32::try_from(run.len()).map_err(|_| PdfError::FileTooLarge)?;
        index.push(run.first().map_or(0, |(id, _)| id.number).into());
        index.push(count.into());
        for (id, offset) in run {
            data.push(u8::from(id != FREE_HEAD));
            data.extend(offset.to_be_bytes().get(3..).unwrap_or_default());
            data.extend(id.generation.to_be_bytes());
        }
    }
    dict.set("Type", Object::name("XRef"));
    dict.set("Size", next + 1);
    dict.set("Index", index);
    dict.set(
        "W",
        vec![Object::Integer(1), Object::Integer(5), Object::Integer(2)],
    );
    write_object(
        own,
        &Object::Stream(Stream {
            dict,
            data: StreamData::Owned(data),
        }),
        base,
        out,
    );
    out.extend(format!("startxref\n{startxref}\n%%EOF\n").bytes());
    Ok(())
}

/// Gives `/ID` a new second half made from the update's bytes; the first names the document for ever (14.4). A file
/// without `/ID` stays without.
pub(crate) fn renew_id(trailer: &mut Dict, bytes: &[u8]) {
    let Some([first, second]) = trailer.get("ID").and_then(Object::as_array) else {
        return;
    };
    let old = second
        .as_string()
        .map(|s| s.bytes.as_slice())
        .unwrap_or_default();
    let renewed = vec![first.clone(), Object::hex(fingerprint(&[old, bytes]))];
    trailer.set("ID", renewed);
}

/// FNV-1a with 128 bits: `/ID` wants a value that differs, not one that nobody can forge, and the same input must give
/// the same file.
pub(crate) fn fingerprint(parts: &[&[u8]]) -> [u8; 16] {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = parts.iter().flat_map(|part| part.iter());
    bytes
        .fold(BASIS, |hash, byte| {
            (hash ^ u128::from(*byte)).wrapping_mul(PRIME)
        })
        .to_be_bytes()
}

/// Runs of consecutive object numbers.
fn runs(offsets: &BTreeMap<ObjectId, u64>) -> Vec<Vec<(ObjectId, u64)>> {
    let mut runs: Vec<Vec<(ObjectId, u64)>> = Vec::new();
    for (id, offset) in offsets {
        match runs.last_mut() {
            Some(run)
                if run
                    .last()
                    .is_some_and(|(last, _)| last.number + 1 == id.number) =>
            {
                run.push((*id, *offset))
            }
            _ => runs.push(vec![(*id, *offset)]),
        }
    }
    runs
}
