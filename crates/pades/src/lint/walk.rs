//! Every live object, however it is reached: a document hides an action where no list of places looks for it.

use trien_pdf::{Dict, Object, ObjectId, ReadAt, View};

use super::{FindingCode, Found};
use crate::error::PadesError;

/// Actions (ISO 32000-2 table 201) beyond going to a place in this document or to a web address.
const ACTIVE: [&str; 13] = [
    "Launch",
    "SubmitForm",
    "ResetForm",
    "ImportData",
    "GoToR",
    "GoToE",
    "Hide",
    "SetOCGState",
    "Rendition",
    "Sound",
    "Movie",
    "GoTo3DView",
    "RichMediaExecute",
];
/// Annotations that play.
const PLAYING: [&str; 6] = ["Sound", "Movie", "Screen", "3D", "RichMedia", "Projection"];
/// Annotations that belong to any document.
const PLAIN: [&str; 3] = ["Link", "Widget", "Popup"];

pub(super) fn look_at_objects<S: ReadAt>(
    view: &View<'_, S>,
    found: &mut Found,
) -> Result<(), PadesError> {
    for id in view.objects() {
        look_at(&view.object(id)?, id, found);
    }
    Ok(())
}

/// The reader bounds how deep objects nest, so recursion is bounded too.
fn look_at(object: &Object, id: ObjectId, found: &mut Found) {
    match object {
        Object::Array(items) => items.iter().for_each(|item| look_at(item, id, found)),
        Object::Dictionary(dict) => look_at_dictionary(dict, id, found),
        Object::Stream(stream) => {
            if stream.dict.contains("F") {
                found.add_at(FindingCode::ExternalStream, id);
            }
            look_at_dictionary(&stream.dict, id, found);
        }
        _ => {}
    }
}

fn look_at_dictionary(dict: &Dict, id: ObjectId, found: &mut Found) {
    let name = |key| {
        dict.get(key)
            .and_then(Object::as_name)
            .and_then(|name| name.as_str())
            .unwrap_or_default()
    };
    if dict.contains("JS") || dict.contains("JavaScript") || name("S") == "JavaScript" {
        found.add_at(FindingCode::JavaScript, id);
    }
    if dict.get("AA").is_some_and(|actions| !actions.is_null()) {
        found.add_at(FindingCode::AdditionalActions, id);
    }
    if ACTIVE.contains(&name("S")) && matches!(name("Type"), "" | "Action") {
        found.add_at(FindingCode::ActiveAction, id);
    }
    if name("Type") == "EmbeddedFile" || dict.contains("EF") || dict.contains("EmbeddedFiles") {
        found.add_at(FindingCode::EmbeddedFiles, id);
    }
    if dict.contains("Rect") && dict.contains("Subtype") {
        match name("Subtype") {
            kind if PLAYING.contains(&kind) => found.add_at(FindingCode::Multimedia, id),
            kind if !PLAIN.contains(&kind) => found.add_at(FindingCode::Annotations, id),
            _ => {}
        }
    }
    dict.iter().for_each(|(_, value)| look_at(value, id, found));
}
