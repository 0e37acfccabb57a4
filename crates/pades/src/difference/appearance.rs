//! Does a field show what it holds?

use trien_pdf::{Dict, Object, ReadAt, Rect, Stream, View};

use super::content::{self, TextError};
use super::fields::Wanted;
use super::form::{Form, FormError, Node};
use super::ink::{self, reading};

/// `/Ff` of a field that shows as many stars as letters (ISO 32000-2 table 231).
const PASSWORD: i64 = 1 << 13;

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

/// Compares what the widget should show with the text that its normal appearance draws.
pub fn agreement<S: ReadAt>(
    view: View<'_, S>,
    form: &Form,
    widget: &Node,
    wanted: &Wanted,
) -> Result<Agreement, FormError> {
    let appearances = view.get(&widget.dict, "AP")?;
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
        let empty = matches!(wanted, Wanted::Text(text) if text.is_empty());
        return Ok(if normal.is_null() && empty {
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
    let shown = match content::text(view, &stream, &fallback) {
        Ok(shown) => letters(&shown),
        Err(TextError::Contradiction) => return Ok(Agreement::Different),
        Err(TextError::NotUnderstood) => return Ok(Agreement::NotUnderstood),
        Err(TextError::Pdf(error)) => return Err(error.into()),
    };
    if let Ok(rect) = Rect::from_object(&view.get(&widget.dict, "Rect")?) {
        let ink = ink::of_appearance(view, &with_fonts(view, stream, &fallback)?, rect)?;
        // Letters that were read are not all seen: clipped away, drawn in paper's colour or painted over.
        if ink.unknown || ink.readable_letters() < shown.chars().count() {
            return Ok(Agreement::NotUnderstood);
        }
        let turned = turn(view, &widget.dict)?;
        if !reading::in_order(&ink, turned) && !matches!(wanted, Wanted::SomeOf(_)) {
            return Ok(Agreement::Different);
        }
    }
    let flags = form
        .inherited(view, widget, "Ff")?
        .as_integer()
        .unwrap_or(0);
    let same = match wanted {
        Wanted::Text(text) if flags & PASSWORD != 0 => {
            shown.chars().all(|letter| matches!(letter, '*' | '•')) || shown == letters(text)
        }
        Wanted::Text(text) => shown == letters(text),
        Wanted::SomeOf(lines) => letters(lines).contains(&shown),
        Wanted::Unknown => return Ok(Agreement::NotUnderstood),
    };
    Ok(if same {
        Agreement::Same
    } else {
        Agreement::Different
    })
}

/// The appearance with the fonts of the form that it lacks, as viewers draw it.
fn with_fonts<S: ReadAt>(
    view: View<'_, S>,
    mut stream: Stream,
    form: &Dict,
) -> Result<Stream, FormError> {
    let own = view.get(&stream.dict, "Resources")?;
    let mut resources = own.as_dict().cloned().unwrap_or_default();
    let mut fonts = Dict::new();
    for source in [form, &resources] {
        let listed = view.get(source, "Font")?;
        for (name, font) in listed.as_dict().into_iter().flat_map(Dict::iter) {
            fonts.set(name.clone(), font.clone());
        }
    }
    resources.set("Font", fonts);
    stream.dict.set("Resources", resources);
    Ok(stream)
}

/// Quarters by which the widget is turned, against the clock (ISO 32000-2 table 192); it was signed with the field.
fn turn<S: ReadAt>(view: View<'_, S>, widget: &Dict) -> Result<i64, FormError> {
    let look = view.get(widget, "MK")?;
    let angle = match look.as_dict() {
        Some(look) => view.get(look, "R")?.as_integer(),
        None => None,
    };
    Ok(angle.unwrap_or(0).rem_euclid(360) / 90)
}

/// Whether rich text (XHTML) says `text`.
pub fn says(rich: &str, text: &str) -> bool {
    let mut plain = String::new();
    let mut inside = false;
    for letter in rich.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            letter => plain.push(letter),
        }
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let plain = entities.iter().fold(plain, |plain, (entity, letter)| {
        plain.replace(entity, letter)
    });
    letters(&plain) == letters(text)
}

/// Text without white space: lines and combs are drawn piece by piece.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rich_text_without_its_tags() {
        let rich = "<?xml version=\"1.0\"?><body><p>Số <b>125</b> &amp; ngày</p></body>";
        assert!(says(rich, "Số 125 & ngày"));
        assert!(!says(rich, "Số 126 & ngày"));
    }
}
