//! Reading a plan back from the file in which it was prepared.

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
            plan.fields.push(PlannedField { name, page, rect });
        }
    }
    Ok(plan)
}
