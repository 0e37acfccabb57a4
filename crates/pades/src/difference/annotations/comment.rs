//! What a comment lies over. Where P = 3 permits comments (ISO 32000-2 table 257), a box or a stamp
//! that hides what was certified is an attack all the same (evil annotation attack).

use trien_pdf::{Dict, Object, ObjectId, ReadAt, Rect, View};

use crate::difference::cover::{self, Cover};
use crate::difference::form::FormError;
use crate::difference::ink::{self, Ink};

/// Comments that lie on text by their nature. Without an appearance a viewer draws lines, or light
/// colour that the text shines through.
const ON_TEXT: &[&str] = &["Highlight", "Underline", "Squiggly", "StrikeOut"];
/// Comments that without an appearance are drawn as an icon, or not on the page.
const ICONS: &[&str] = &["Text", "Popup", "Caret"];
/// Comments that without an appearance hide nothing but along their lines, unless they are filled.
const LINES: &[&str] = &["Square", "Circle", "Polygon", "PolyLine", "Line", "Ink"];
/// A highlight darker than this hides dark text under it.
const LIGHT: f64 = 0.5;

/// What the comment `id` lies over on `page`.
pub(super) fn cover<S: ReadAt>(
    old: View<'_, S>,
    new: View<'_, S>,
    page: ObjectId,
    id: ObjectId,
    comment: &Dict,
) -> Result<Cover, FormError> {
    let kind = comment.get("Subtype").and_then(Object::as_name);
    let is_one_of =
        |kinds: &[&str]| kind.is_some_and(|kind| kinds.iter().any(|known| *kind == *known));
    let Ok(rect) = Rect::from_object(&new.get(comment, "Rect")?) else {
        return Ok(Cover::Unclear);
    };
    let Some(page) = old
        .pages()?
        .into_iter()
        .find(|candidate| candidate.id == page)
    else {
        return Ok(Cover::Unclear);
    };
    let normal = cover::normal_look(new, comment)?;
    let filled = !new.get(comment, "IC")?.is_null();
    let ink = match normal {
        Object::Stream(form) => ink::of_appearance(new, &form, rect)?,
        Object::Null if is_one_of(ICONS) => return Ok(Cover::Free),
        Object::Null if is_one_of(ON_TEXT) => {
            return Ok(if light(new, comment)? {
                Cover::Free
            } else {
                Cover::Covers
            });
        }
        Object::Null if is_one_of(LINES) && !filled => return Ok(Cover::Unclear),
        Object::Null => Ink::solid(rect),
        _ => Ink::not_followed(),
    };
    let found = cover::of_ink(old, &page, id, rect, &ink)?;
    // A comment is no mark of law: what it touches, it may falsify. Lines on text are what these are for.
    let touches = found == Cover::Free && cover::touches(old, &page, id, rect, &ink)?;
    Ok(if touches && !is_one_of(ON_TEXT) {
        Cover::Unclear
    } else {
        found
    })
}

/// Whether the colour of a comment lets dark text shine through.
fn light<S: ReadAt>(view: View<'_, S>, comment: &Dict) -> Result<bool, FormError> {
    if !comment.is("Subtype", "Highlight") {
        return Ok(true);
    }
    let colour = view.get(comment, "C")?;
    let parts: Vec<f64> = colour
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(Object::as_number)
        .collect();
    Ok(parts.len() != 4
        && (parts.is_empty() || parts.iter().sum::<f64>() / parts.len() as f64 >= LIGHT))
}
