//! Content that can show something else without the file being changed. It was there when the document
//! was signed, so it breaks no signature; but what a reader sees is not all that was signed.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, Pdf, PdfError, ReadAt, View};

use super::summary::{Rank, Summary};
use crate::difference::edges;
use crate::difference::form::{Form, FormError};
use crate::report::{Reason, ReasonCode};

/// Most annotations looked at; a page of a large form has some hundreds.
const MAX_ANNOTATIONS: usize = 20_000;
/// Actions (ISO 32000-2 table 201) that go beyond a place in this document or a web address.
const ACTIVE: &[&str] = &[
    "JavaScript",
    "Launch",
    "SubmitForm",
    "ResetForm",
    "ImportData",
    "GoToR",
    "GoToE",
    "Hide",
    "SetOCGState",
    "Rendition",
    "Movie",
    "Sound",
    "RichMediaExecute",
    "Trans",
];

/// Whether an object may be active or lie elsewhere. The walk that accounts for all bytes asks it of every object, so
/// that pages are read for this only where something is to be found.
pub fn is_suspect(object: &Object) -> bool {
    match object {
        Object::Array(items) => items.iter().any(is_suspect),
        Object::Dictionary(_) | Object::Stream(_) => {
            let dict = object.as_dict();
            is_external(object)
                || dict.is_some_and(|dict| acts(dict) || dict.iter().any(|(_, v)| is_suspect(v)))
        }
        _ => false,
    }
}

/// Notes active content of the newest revision.
pub(super) fn active_content<S: ReadAt>(pdf: &Pdf<S>, summary: &mut Summary) {
    let mut found = Vec::new();
    // What cannot be read here was refused, or will be, where it matters.
    let _ = of_document(pdf.latest(), &mut found);
    let suspects = pdf.watched().cloned().unwrap_or_default();
    if !suspects.is_empty() {
        let _ = of_pages(pdf.latest(), &mut found);
    }
    if is_shown_from_elsewhere(pdf.latest(), &suspects).unwrap_or(false) {
        let reason = Reason::new(ReasonCode::ExternalContent, "");
        summary.reason(Rank::Indeterminate, reason);
    }
    if !found.is_empty() {
        found.sort_unstable();
        found.dedup();
        summary.warning(Reason::new(ReasonCode::ActiveContent, found.join(", ")));
    }
}

/// What the catalog and the form say of the whole document.
fn of_document<S: ReadAt>(
    view: View<'_, S>,
    found: &mut Vec<&'static str>,
) -> Result<(), PdfError> {
    let catalog = view.catalog()?;
    if is_active(view, &catalog, "OpenAction")? {
        found.push("OpenAction");
    }
    note(view, &catalog, found)?;
    let names = view.get(&catalog, "Names")?;
    if let Some(names) = names.as_dict() {
        for key in ["JavaScript", "EmbeddedFiles"] {
            if !view.get(names, key)?.is_null() {
                found.push(key);
            }
        }
    }
    let layers = view.get(&catalog, "OCProperties")?;
    if let Some(layers) = layers.as_dict() {
        let default = view.get(layers, "D")?;
        // Layers that switch by themselves with zoom, printing or the language (ISO 32000-2 8.11.4.4).
        if default
            .as_dict()
            .is_some_and(|default| default.contains("AS"))
        {
            found.push("OCProperties");
        }
    }
    let form = view.get(&catalog, "AcroForm")?;
    if form.as_dict().is_some_and(|form| form.contains("XFA")) {
        found.push("XFA");
    }
    Ok(())
}

/// Actions of fields, pages and annotations.
fn of_pages<S: ReadAt>(view: View<'_, S>, found: &mut Vec<&'static str>) -> Result<(), PdfError> {
    if let Some(form) = Form::read(view).ok().flatten() {
        for node in form.nodes.values() {
            note(view, &node.dict, found)?;
        }
    }
    let mut left = MAX_ANNOTATIONS;
    for page in view.pages()? {
        note(view, &page.dict, found)?;
        let annotations = view.get(&page.dict, "Annots")?;
        for item in annotations.as_array().unwrap_or_default() {
            let Some(rest) = left.checked_sub(1) else {
                return Ok(());
            };
            left = rest;
            if let Some(annotation) = view.resolve(item)?.as_dict() {
                note(view, annotation, found)?;
            }
        }
    }
    Ok(())
}

/// Whether the pages draw with a stream whose data are in another file.
fn is_shown_from_elsewhere<S: ReadAt>(
    view: View<'_, S>,
    suspects: &BTreeSet<ObjectId>,
) -> Result<bool, FormError> {
    let mut elsewhere = suspects
        .iter()
        .filter(|id| view.object(**id).is_ok_and(|object| is_external(&object)))
        .peekable();
    if elsewhere.peek().is_none() {
        return Ok(false);
    }
    let of_pages = edges::reached_from_pages(view)?;
    Ok(elsewhere.any(|id| of_pages.contains(id)))
}

/// `/A` and `/AA` of a catalog, page, field or annotation.
fn note<S: ReadAt>(
    view: View<'_, S>,
    dict: &Dict,
    found: &mut Vec<&'static str>,
) -> Result<(), PdfError> {
    if view
        .get(dict, "AA")?
        .as_dict()
        .is_some_and(|actions| !actions.is_empty())
    {
        found.push("AA");
    }
    if is_active(view, dict, "A")? {
        found.push("A");
    }
    Ok(())
}

fn is_active<S: ReadAt>(view: View<'_, S>, dict: &Dict, key: &str) -> Result<bool, PdfError> {
    let action = view.get(dict, key)?;
    let Some(action) = action.as_dict() else {
        return Ok(false);
    };
    Ok(action.contains("Next") || is_beyond(&view.get(action, "S")?))
}

/// What may make [`note`] or [`is_active`] find something: an action that goes beyond a place, one that has further
/// ones behind it, additional actions.
fn acts(dict: &Dict) -> bool {
    let kind = dict.get("S");
    let named_elsewhere = kind.is_some_and(|kind| kind.as_reference().is_some());
    let follows = kind.is_some() && dict.contains("Next");
    dict.contains("AA") || follows || named_elsewhere || kind.is_some_and(is_beyond)
}

fn is_beyond(kind: &Object) -> bool {
    let kind = kind.as_name();
    kind.is_some_and(|kind| ACTIVE.iter().any(|known| *kind == *known))
}

/// A stream whose data are in another file (ISO 32000-2 table 5).
fn is_external(object: &Object) -> bool {
    object
        .as_stream()
        .is_some_and(|stream| stream.dict.contains("F"))
}
