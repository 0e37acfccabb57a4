//! How wide the glyphs of a font are.

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, ReadAt, View};

use super::{Stop, standard};
use crate::difference::content::{Font, TextError};

/// Most widths that a font may list, repeated ones too: there are 65,536 codes of two bytes.
const MAX_WIDTHS: usize = 1 << 16;

/// Widths of a font, in thousandths of its size.
pub(super) struct Face {
    /// Bytes of one code.
    pub bytes: usize,
    widths: BTreeMap<u32, f64>,
    default: f64,
    text: Option<Font>,
}

impl Face {
    pub fn read<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, Stop> {
        if font.is("Subtype", "Type3") {
            return Err(Stop::NotFollowed); // Its widths are in a space of its own.
        }
        let text = match Font::unchecked(view, font) {
            Ok(text) => Some(text),
            Err(TextError::Pdf(error)) => return Err(error.into()),
            Err(_) => None,
        };
        if !font.is("Subtype", "Type0") {
            let first = view
                .get(font, "FirstChar")?
                .as_integer()
                .and_then(|first| u32::try_from(first).ok());
            let listed = view.get(font, "Widths")?;
            let listed = listed.as_array().unwrap_or_default();
            let mut widths: BTreeMap<u32, f64> = (first.unwrap_or(0)..)
                .zip(listed.iter().filter_map(Object::as_number))
                .collect();
            if widths.is_empty() {
                let name = view.get(font, "BaseFont")?;
                let name = name.as_name().and_then(|name| name.as_str());
                let name = name.unwrap_or_default().to_owned();
                widths.extend(standard::widths(&name));
            }
            // No glyph of another font is wider than its size.
            return Ok(Self {
                bytes: 1,
                widths,
                default: 1000.0,
                text,
            });
        }
        let descendants = view.get(font, "DescendantFonts")?;
        let first = descendants
            .as_array()
            .and_then(<[Object]>::first)
            .cloned()
            .unwrap_or(Object::Null);
        let descendant = view.resolve(&first)?;
        let descendant = descendant.as_dict().ok_or(Stop::NotFollowed)?;
        let default = view.get(descendant, "DW")?.as_number().unwrap_or(1000.0);
        let listed = view.get(descendant, "W")?;
        let widths = composite_widths(view, listed.as_array().unwrap_or_default())?;
        Ok(Self {
            bytes: 2,
            widths,
            default,
            text,
        })
    }

    pub fn width(&self, code: u32) -> f64 {
        self.widths.get(&code).copied().unwrap_or(self.default)
    }

    /// What a code shows, as far as the font tells.
    pub fn shows(&self, code: &[u8], number: u32) -> Shows {
        match self.text.as_ref().and_then(|font| font.decode(code)) {
            None if self.bytes == 1 && number == 32 => Shows::Space,
            Some(text) if text.chars().all(char::is_whitespace) => Shows::Space,
            text => {
                let text = text.unwrap_or_default();
                let mut letters = text.chars();
                let letter = letters.next().filter(|_| letters.next().is_none());
                Shows::Letter(letter)
            }
        }
    }
}

/// What a code shows.
pub(super) enum Shows {
    /// Nothing.
    Space,
    /// A letter, where it is one and the font tells which.
    Letter(Option<char>),
}

/// `/W`: `c [w1 w2 …]` and `first last w` (ISO 32000-2 9.7.4.3).
fn composite_widths<S: ReadAt>(
    view: View<'_, S>,
    items: &[Object],
) -> Result<BTreeMap<u32, f64>, Stop> {
    let mut widths = Vec::new();
    let code = |object: &Object| {
        object
            .as_integer()
            .and_then(|code| u32::try_from(code).ok())
    };
    let mut rest = items;
    while let [first, second, tail @ ..] = rest {
        if widths.len() > MAX_WIDTHS {
            return Err(Stop::NotFollowed);
        }
        let first = code(first).ok_or(Stop::NotFollowed)?;
        match view.resolve(second)? {
            Object::Array(list) => {
                widths.extend((first..).zip(list.iter().filter_map(Object::as_number)));
                rest = tail;
            }
            last => {
                let [width, more @ ..] = tail else {
                    return Err(Stop::NotFollowed);
                };
                let last = code(&last).ok_or(Stop::NotFollowed)?.min(0xffff);
                let width = width.as_number().ok_or(Stop::NotFollowed)?;
                widths.extend((first..=last).map(|code| (code, width)));
                rest = more;
            }
        }
    }
    Ok(widths.into_iter().collect())
}
