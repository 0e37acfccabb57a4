//! Moving prepared boxes before anybody has signed: afterwards a /Rect belongs to what was signed.

use trien_pdf::{Appended, ObjectSink, Pdf, ReadAt, Rect, Update};

use super::{FieldName, box_object, check_box};
use crate::error::PadesError;
use crate::form::Form;

/// Gives prepared fields other boxes, in default user space and on the pages that they stand on, as one update.
///
/// # Errors
/// [`PadesError::Fixed`] where anything is signed or the field is filled, [`PadesError::OffPage`] where a box does not
/// lie on the visible part of its page, [`PadesError::NoSuchField`].
pub fn move_fields<S: ReadAt>(
    pdf: &Pdf<S>,
    moves: &[(FieldName, Rect)],
) -> Result<Appended, PadesError> {
    let view = pdf.latest();
    let pages = view.pages()?;
    let form = Form::read(&view)?;
    let signed = !pdf.byte_range_dictionaries()?.is_empty();
    let mut update = Update::new(pdf)?;
    for (name, rect) in moves {
        let name = name.to_string();
        let field = form.as_ref().and_then(|form| form.field(&name));
        let field = field.ok_or_else(|| PadesError::NoSuchField(name.clone()))?;
        if signed || field.dict.contains("V") || field.dict.contains("AP") {
            return Err(PadesError::Fixed(name));
        }
        let page = field.dict.get("P").and_then(|page| page.as_reference());
        let page = pages.iter().find(|candidate| Some(candidate.id) == page);
        let page = page.ok_or_else(|| PadesError::WrongField(name.clone()))?;
        check_box(&name, *rect, page)?;
        let id = field
            .id
            .ok_or_else(|| PadesError::WrongField(name.clone()))?;
        update.set(id, field.dict.clone().with("Rect", box_object(*rect)));
    }
    Ok(update.finish()?)
}
