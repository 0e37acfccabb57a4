//! Content that can show something else without the file being changed. It was there when the document
//! was signed, so it breaks no signature; but what a reader sees is not all that was signed.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, Pdf, PdfError, ReadAt, View};

use super::summary::{Rank, Summary};
use crate::difference::form::Form;
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

/// Notes active content of the newest revision.
pub(super) fn active_content<S: ReadAt>(pdf: &Pdf<S>, summary: &mut Summary) {
    let mut found = Vec::new();
    let mut external = false;
    // What cannot be read here was refused, or will be, where it matters.
    let _ = look(pdf.latest(), &mut found, &mut external);
    if external {
        let reason = Reason::new(ReasonCode::ExternalContent, "");
        summary.reason(Rank::Indeterminate, reason);
    }
    if !found.is_empty() {
        found.sort_unstable();
        found.dedup();
        summary.warning(Reason::new(ReasonCode::ActiveContent, found.join(", ")));
    }
}

fn look<S: ReadAt>(
    view: View<'_, S>,
    found: &mut Vec<&'static str>,
    external: &mut bool,
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
    if let Some(form) = Form::read(view).ok().flatten() {
        if form.dict.contains("XFA") {
            found.push("XFA");
        }
        for node in form.nodes.values() {
            note(view, &node.dict, found)?;
        }
    }
    let (mut left, mut seen) = (MAX_ANNOTATIONS, BTreeSet::new());
    for page in view.pages()? {
        note(view, &page.dict, found)?;
        let contents = view.get(&page.dict, "Contents")?;
        let parts = contents
            .as_array()
            .map_or(vec![contents.clone()], <[Object]>::to_vec);
        for part in parts {
            *external |= is_external(&view.resolve(&part)?);
        }
        if let Some(images) = view.get(&page.resources, "XObject")?.as_dict() {
            for (_, image) in images.iter() {
                // Pages share letterheads and forms.
                if image.as_reference().is_none_or(|id| seen.insert(id)) {
                    *external |= is_external(&view.resolve(image)?);
                }
            }
        }
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
    let kind = action.get("S").and_then(Object::as_name);
    let active = kind.is_some_and(|kind| ACTIVE.iter().any(|known| *kind == *known));
    Ok(active || action.contains("Next"))
}

/// A stream whose data are in another file (ISO 32000-2 table 5).
fn is_external(object: &Object) -> bool {
    object
        .as_stream()
        .is_some_and(|stream| stream.dict.contains("F"))
}
