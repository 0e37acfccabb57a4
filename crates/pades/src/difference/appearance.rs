//! Does a field show what it holds?

use trien_pdf::{Dict, Object, ReadAt, View};

use super::content::{self, TextError};
use super::form::{Form, FormError};

/// The comparison of a field's value with the text of its appearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// They agree.
    Same,
    /// They differ.
    Different,
    /// There is a value and no appearance.
    NotShown,
    /// The appearance draws something that cannot be read as text.
    NotUnderstood,
}

/// Compares `value` with the text that the widget's normal appearance draws.
pub fn agreement<S: ReadAt>(
    view: View<'_, S>,
    form: &Form,
    widget: &Dict,
    value: &Object,
) -> Result<Agreement, FormError> {
    let wanted = match value {
        Object::Null => String::new(),
        Object::String(string) => string.to_text(),
        _ => return Ok(Agreement::NotUnderstood),
    };
    let appearances = view.get(widget, "AP")?;
    // Other looks (on touch, on press) would show what nobody compared.
    if appearances
        .as_dict()
        .is_some_and(|looks| looks.iter().any(|(key, _)| *key != "N"))
    {
        return Ok(Agreement::NotUnderstood);
    }
    let normal = match appearances.as_dict() {
        Some(dict) => view.get(dict, "N")?,
        None => Object::Null,
    };
    let Object::Stream(stream) = normal else {
        let empty = normal.is_null() && wanted.is_empty();
        return Ok(if empty {
            Agreement::Same
        } else {
            Agreement::NotShown
        });
    };
    let fallback = view
        .get(&form.dict, "DR")?
        .as_dict()
        .cloned()
        .unwrap_or_default();
    match content::text(view, &stream, &fallback) {
        Ok(shown) if letters(&shown) == letters(&wanted) => Ok(Agreement::Same),
        Ok(_) => Ok(Agreement::Different),
        Err(TextError::NotUnderstood) => Ok(Agreement::NotUnderstood),
        Err(TextError::Pdf(error)) => Err(error.into()),
    }
}

/// Text without white space: lines and combs are drawn piece by piece.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}
