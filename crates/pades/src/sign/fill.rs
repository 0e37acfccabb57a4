//! Number and date: value, appearance and ReadOnly of prepared text fields.

use trien_pdf::{Dict, Object, ObjectSink, Page};

use super::{Fill, canvas};
use crate::appearance::{TextRun, text_appearances};
use crate::error::PadesError;
use crate::form::{Form, FormField};

/// Field flag (ISO 32000-2 table 227).
const READ_ONLY: i64 = 1;

/// Fills empty text fields. Fields of one style share one font subset.
pub(super) fn fill(
    update: &mut impl ObjectSink,
    form: &Form,
    pages: &[Page],
    fills: &[Fill],
) -> Result<(), PadesError> {
    for (index, fill) in fills.iter().enumerate() {
        if fills
            .iter()
            .take(index)
            .any(|earlier| earlier.field == fill.field)
        {
            return Err(PadesError::AlreadyFilled(fill.field.to_string()));
        }
    }
    let fields = fills
        .iter()
        .map(|fill| empty_field(form, fill))
        .collect::<Result<Vec<_>, _>>()?;
    let runs = fills
        .iter()
        .zip(&fields)
        .map(|(fill, field)| {
            let canvas = canvas(field, pages)?;
            Ok(TextRun {
                field: field.name.clone(),
                text: fill.text.clone(),
                italic: fill.field.is_italic(),
                shift: fill.shift,
                canvas,
            })
        })
        .collect::<Result<Vec<_>, PadesError>>()?;
    let appearances = text_appearances(update, &runs)?;
    for ((fill, field), appearance) in fills.iter().zip(fields).zip(appearances) {
        let flags = field
            .dict
            .get("Ff")
            .and_then(Object::as_integer)
            .unwrap_or(0)
            | READ_ONLY;
        let dict = field
            .dict
            .clone()
            .with("V", Object::text(&fill.text))
            .with("Ff", flags)
            .with("AP", Dict::new().with("N", appearance));
        let id = field
            .id
            .ok_or_else(|| PadesError::WrongField(field.name.clone()))?;
        update.set(id, dict);
    }
    Ok(())
}

fn empty_field<'f>(form: &'f Form, fill: &Fill) -> Result<&'f FormField, PadesError> {
    let name = fill.field.to_string();
    let field = form
        .field(&name)
        .ok_or_else(|| PadesError::NoSuchField(name.clone()))?;
    if !field.is_flat("Tx") {
        return Err(PadesError::WrongField(name));
    }
    if field.dict.contains("V") || field.dict.contains("AP") {
        return Err(PadesError::AlreadyFilled(name));
    }
    check_text(field, &fill.text)?;
    Ok(field)
}

/// Control characters have no glyph, so the font refuses them; the rest is for the reader who compares /V with what
/// is shown.
fn check_text(field: &FormField, text: &str) -> Result<(), PadesError> {
    let max_len = field
        .dict
        .get("MaxLen")
        .and_then(Object::as_integer)
        .unwrap_or(i64::MAX);
    let reason = if text.trim() != text || text.is_empty() {
        "it is empty or has space around it"
    } else if i64::try_from(text.chars().count()).is_ok_and(|length| length > max_len) {
        "it is longer than the field allows"
    } else {
        return Ok(());
    };
    Err(PadesError::BadText {
        field: field.name.clone(),
        text: text.to_owned(),
        reason,
    })
}
