//! Reading back from a file what was prepared in it, and what was filled in since.

use trien_pdf::{Object, Pdf, ReadAt, Rect};

use super::{FieldName, FieldPlan, PlannedField};
use crate::error::PadesError;
use crate::form::Form;

/// The prepared fields of a document, where they stand and in the form's order; fields of other kinds are left out.
///
/// # Errors
/// [`PadesError::Pdf`] where the form cannot be read strictly.
pub fn planned<S: ReadAt>(pdf: &Pdf<S>) -> Result<FieldPlan, PadesError> {
    let view = pdf.latest();
    let pages = view.pages()?;
    let Some(form) = Form::read(&view)? else {
        return Ok(FieldPlan::default());
    };
    let mut plan = FieldPlan::default();
    for field in &form.fields {
        let page = field.dict.get("P").and_then(Object::as_reference);
        let page = pages.iter().position(|p| Some(p.id) == page);
        let rect = field
            .dict
            .get("Rect")
            .map(|rect| view.resolve(rect))
            .transpose()?;
        let rect = rect.and_then(|rect| Rect::from_object(&rect).ok());
        if let (Some(name), Some(page), Some(rect)) = (FieldName::parse(&field.name), page, rect) {
            let tooltip = field
                .dict
                .get("TU")
                .map(|tooltip| view.resolve(tooltip))
                .transpose()?;
            let tooltip = tooltip.as_ref().and_then(Object::as_string);
            let signer = tooltip.and_then(|text| PlannedField::signer_in(name, &text.to_text()));
            plan.fields.push(PlannedField {
                name,
                page,
                rect,
                signer,
            });
        }
    }
    Ok(plan)
}

/// The signature fields of a document that carry a signature, by name and in the form's order; ours and others'.
///
/// # Errors
/// [`PadesError::Pdf`] where the form cannot be read strictly.
pub fn signed_fields<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<String>, PadesError> {
    let form = Form::read(&pdf.latest())?;
    let fields = form.map(|form| form.fields).unwrap_or_default();
    let signed = fields.into_iter().filter(|field| field.signature.is_some());
    Ok(signed.map(|field| field.name).collect())
}

/// The text fields of ours that have a value, with it, in the form's order. PDFium's text of a page
/// does not include what stands in fields.
///
/// # Errors
/// [`PadesError::Pdf`] where the form cannot be read strictly.
pub fn filled<S: ReadAt>(pdf: &Pdf<S>) -> Result<Vec<(FieldName, String)>, PadesError> {
    let view = pdf.latest();
    let Some(form) = Form::read(&view)? else {
        return Ok(Vec::new());
    };
    let mut values = Vec::new();
    for field in &form.fields {
        let name = FieldName::parse(&field.name).filter(|name| !name.is_signature());
        let (Some(name), Some(value)) = (name, field.dict.get("V")) else {
            continue;
        };
        if let Some(text) = view.resolve(value)?.as_string() {
            values.push((name, text.to_text()));
        }
    }
    Ok(values)
}
