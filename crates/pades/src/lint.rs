//! What a signer must know of a PDF before signing it: things that could change what the page says after the
//! signature, or that a signature would break.
//!
//! A file with bytes before its `%PDF-` header, or one that only a repairing reader understands, does not come this
//! far: `Pdf::open` refuses it.

mod content;
mod finding;
mod fonts;
mod history;
mod walk;

pub use finding::{Finding, FindingCode};

use std::collections::BTreeMap;

use trien_pdf::{Object, ObjectId, Pdf, ReadAt, View};

use crate::error::PadesError;
use crate::form::{Form, Restriction};
use crate::prepare::FieldName;

/// Looks at every live object of the document as it stands. Each code is reported once, with the first place.
///
/// # Errors
/// [`PadesError::Pdf`] where an object cannot be read strictly: such a file is not signed either.
pub fn lint<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<Finding>, PadesError> {
    let mut found = Found::default();
    if pdf.encrypted() {
        // Nothing else can be said of a file whose strings and streams are not readable.
        found.add(FindingCode::Encrypted, "trailer");
        let findings = found.into_findings().into_iter();
        return Ok(findings.map(|(finding, _)| finding).collect());
    }
    let view = pdf.latest();
    look_at_catalog(&view, &mut found)?;
    let form = Form::read(&view)?;
    if let Some(form) = &form {
        look_at_form(form, &view, &mut found)?;
    }
    history::look_at_history(pdf, form.as_ref(), &mut found)?;
    walk::look_at_objects(&view, &mut found)?;
    content::look_at_pages(&view, &mut found)?;
    if found.0.is_empty() {
        return Ok(Vec::new());
    }
    let pages = content::pages_of(&view, &view.pages()?)?;
    let mut findings = found.into_findings();
    for (finding, object) in &mut findings {
        finding.page = object.and_then(|id| pages.get(&id).copied());
    }
    Ok(findings.into_iter().map(|(finding, _)| finding).collect())
}

/// First place of each code, and the object that it is.
#[derive(Default)]
struct Found(BTreeMap<FindingCode, (String, Option<ObjectId>)>);

impl Found {
    fn add(&mut self, code: FindingCode, place: impl std::fmt::Display) {
        self.0
            .entry(code)
            .or_insert_with(|| (place.to_string(), None));
    }

    fn add_at(&mut self, code: FindingCode, id: ObjectId) {
        self.0
            .entry(code)
            .or_insert_with(|| (id.to_string(), Some(id)));
    }

    fn into_findings(self) -> Vec<(Finding, Option<ObjectId>)> {
        let findings = self.0.into_iter().map(|(code, (place, object))| {
            let finding = Finding {
                code,
                refuses: code.refuses(),
                place,
                page: None,
            };
            (finding, object)
        });
        findings.collect()
    }
}

fn look_at_catalog<S: ReadAt>(view: &View<'_, S>, found: &mut Found) -> Result<(), PadesError> {
    let catalog = view.catalog()?;
    if let Some(action) = catalog.get("OpenAction") {
        // An array is a destination, and so is a GoTo: they only say which page is shown first.
        match view.resolve(action)? {
            Object::Dictionary(action) if !action.is("S", "GoTo") || action.contains("Next") => {
                found.add(FindingCode::OpenAction, "catalog");
            }
            _ => {}
        }
    }
    if catalog.contains("OCProperties") {
        found.add(FindingCode::OptionalContent, "catalog");
    }
    Ok(())
}

fn look_at_form<S: ReadAt>(
    form: &Form,
    view: &View<'_, S>,
    found: &mut Found,
) -> Result<(), PadesError> {
    if form.dict.contains("XFA") {
        found.add(FindingCode::Xfa, "AcroForm");
    }
    if form.dict.get("NeedAppearances").and_then(Object::as_bool) == Some(true) {
        found.add(FindingCode::NeedAppearances, "AcroForm");
    }
    let ours = form
        .fields
        .iter()
        .any(|field| FieldName::parse(&field.name).is_some());
    for field in &form.fields {
        let prepared = FieldName::parse(&field.name)
            .is_some_and(|name| field.is_flat(if name.is_signature() { "Sig" } else { "Tx" }));
        // A signature of others is judged below and by the verifier; any other field is one that nobody prepared.
        if !prepared && field.signature.is_none() {
            found.add(
                FindingCode::ForeignFields,
                format!("field {:?}", field.name),
            );
        }
        if field.signature.is_some() && !ours {
            found.add(
                FindingCode::SignedElsewhere,
                format!("field {:?}", field.name),
            );
        }
        for restriction in field.restrictions(view)? {
            let code = match restriction {
                Restriction::Document(2 | 3) => FindingCode::Certified,
                Restriction::Document(_) => FindingCode::CertifiedWithoutChanges,
                Restriction::Fields(lock) if lock.action != "Include" => FindingCode::WideLock,
                Restriction::Fields(_) => continue,
            };
            found.add(code, format!("field {:?}", field.name));
        }
    }
    Ok(())
}
