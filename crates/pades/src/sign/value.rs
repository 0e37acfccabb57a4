//! The signature dictionary (ISO 32000-2 table 255) with room for what is known only after hashing.

use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};
use trien_pdf::{Dict, Object, ObjectId};

use super::SignRequest;
use crate::error::PadesError;
use crate::form::FieldLock;

/// Vietnam's offset: /M shows the time as the signer's wall clock does.
const VIETNAM: UtcOffset = match UtcOffset::from_hms(7, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};
/// Every slot of /ByteRange is ten digits wide, as wide as an offset in a cross-reference table.
const SLOT: i64 = 9_999_999_999;

/// The dictionary with its three slots and `room` bytes of empty /Contents.
pub(super) fn dictionary(
    request: &SignRequest,
    lock: Option<&FieldLock>,
    catalog: ObjectId,
    room: usize,
) -> Result<Dict, PadesError> {
    let mut value = Dict::new()
        .with("Type", Object::name("Sig"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.CAdES.detached"))
        .with("M", Object::text(&date(request.claimed_time)?));
    let texts = [
        ("Name", &request.name),
        ("Reason", &request.reason),
        ("Location", &request.location),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            value.set(key, Object::text(text));
        }
    }
    value.set("ByteRange", byte_range_slots());
    value.set("Contents", Object::hex(vec![0; room]));
    let mut references = Vec::new();
    if request.certify {
        references.push(Object::Dictionary(doc_mdp()));
    }
    if let Some(lock) = lock {
        references.push(Object::Dictionary(field_mdp(lock, catalog)));
    }
    if !references.is_empty() {
        value.set("Reference", references);
    }
    Ok(value)
}

/// A /ByteRange with its slots empty.
pub(crate) fn byte_range_slots() -> Vec<Object> {
    [0, SLOT, SLOT, SLOT].map(Object::Integer).to_vec()
}

/// The text of a filled /ByteRange, as long as the one with empty slots.
pub(super) fn byte_range(
    width: usize,
    first: u64,
    second: u64,
    rest: u64,
) -> Result<String, PadesError> {
    let numbers = format!("[0 {first} {second} {rest}");
    match width.checked_sub(numbers.len() + 1) {
        Some(padding) => Ok(format!("{numbers}{}]", " ".repeat(padding))),
        None => Err(PadesError::Internal("room for /ByteRange")),
    }
}

/// The reference that a /Lock needs beside it: without it Acrobat calls the document corrupted.
fn field_mdp(lock: &FieldLock, catalog: ObjectId) -> Dict {
    let mut parameters = Dict::new()
        .with("Type", Object::name("TransformParams"))
        .with("V", Object::name("1.2"))
        .with("Action", Object::name(&lock.action));
    if lock.action != "All" {
        parameters.set(
            "Fields",
            lock.fields
                .iter()
                .map(|name| Object::text(name))
                .collect::<Vec<_>>(),
        );
    }
    Dict::new()
        .with("Type", Object::name("SigRef"))
        .with("TransformMethod", Object::name("FieldMDP"))
        .with("Data", catalog)
        .with("TransformParams", parameters)
}

/// The reference of a certification that permits filling fields and signing (P=2, ISO 32000-2 table 257).
fn doc_mdp() -> Dict {
    let parameters = Dict::new()
        .with("Type", Object::name("TransformParams"))
        .with("P", 2i64)
        .with("V", Object::name("1.2"));
    Dict::new()
        .with("Type", Object::name("SigRef"))
        .with("TransformMethod", Object::name("DocMDP"))
        .with("TransformParams", parameters)
}

/// A PDF date (ISO 32000-2 7.9.4) in Vietnam time.
fn date(time: OffsetDateTime) -> Result<String, PadesError> {
    let format = format_description!("D:[year][month][day][hour][minute][second]+07'00'");
    time.to_offset(VIETNAM)
        .format(format)
        .map_err(|_| PadesError::Internal("a claimed time that a PDF date can say"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn the_claimed_time_is_shown_in_vietnam_time() {
        assert_eq!(
            date(datetime!(2026-11-22 00:15:00 UTC)).unwrap(),
            "D:20261122071500+07'00'"
        );
    }

    #[test]
    fn a_byte_range_fills_its_room_exactly() {
        let room = "[0 9999999999 9999999999 9999999999]".len();
        let short = byte_range(room, 73779, 84187, 764).unwrap();
        assert!(
            short.starts_with("[0 73779 84187 764 ")
                && short.ends_with(" ]")
                && short.len() == room
        );
        assert_eq!(
            byte_range(room, 9_999_999_999, 9_999_999_999, 9_999_999_999)
                .unwrap()
                .len(),
            room
        );
        assert!(byte_range(10, 73779, 84187, 764).is_err());
    }
}
