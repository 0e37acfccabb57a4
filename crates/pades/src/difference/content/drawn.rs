//! What the codes of a font draw, by its encoding or its embedded program (ISO 32000-2 9.6.5 and 9.7.4).

use std::collections::BTreeMap;

use trien_pdf::font::Glyphs;
use trien_pdf::{Dict, Object, ReadAt, View};

use super::{MAX_BYTES, TextError};

/// What the codes of a font draw.
pub enum Drawn {
    /// Letters of a simple font, by its encoding.
    Simple(BTreeMap<u32, char>),
    /// An embedded TrueType program, and the glyph of each code where that is not the code itself.
    TrueType {
        program: Vec<u8>,
        glyphs: Option<Vec<u8>>,
    },
    /// The embedded TrueType program of a simple font without an encoding: it has a map of codes inside.
    Symbolic(Vec<u8>),
    /// Nothing can be told.
    Unknown,
}

impl Drawn {
    /// What the embedded program of a simple font draws.
    pub fn of_program<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        let descriptor = view.get(font, "FontDescriptor")?;
        let program = match descriptor.as_dict() {
            Some(descriptor) => view.get(descriptor, "FontFile2")?,
            None => Object::Null,
        };
        let Object::Stream(program) = program else {
            return Ok(Self::Unknown);
        };
        let program = view.stream_bytes(&program)?;
        Ok(match program.len() {
            0..=MAX_BYTES => Self::Symbolic(program),
            _ => Self::Unknown,
        })
    }

    pub fn of_composite<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        let descendants = view.get(font, "DescendantFonts")?;
        let first = descendants.as_array().and_then(<[Object]>::first);
        let descendant = view.resolve(first.unwrap_or(&Object::Null))?;
        let Some(descendant) = descendant.as_dict() else {
            return Ok(Self::Unknown);
        };
        let descriptor = view.get(descendant, "FontDescriptor")?;
        let program = match descriptor.as_dict() {
            Some(descriptor) => view.get(descriptor, "FontFile2")?,
            None => Object::Null,
        };
        let Object::Stream(program) = program else {
            return Ok(Self::Unknown);
        };
        let glyphs = match view.get(descendant, "CIDToGIDMap")? {
            Object::Stream(map) => Some(view.stream_bytes(&map)?),
            _ => None,
        };
        let program = view.stream_bytes(&program)?;
        if program.len() > MAX_BYTES {
            return Ok(Self::Unknown);
        }
        Ok(Self::TrueType { program, glyphs })
    }

    /// The encoding of a simple font: a standard one, then its `/Differences`. The encoding that an
    /// embedded program has inside is not read.
    pub fn of_simple<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        let encoding = view.get(font, "Encoding")?;
        let descriptor = view.get(font, "FontDescriptor")?;
        let embedded = descriptor.as_dict().is_some_and(|descriptor| {
            let files = ["FontFile", "FontFile2", "FontFile3"];
            files.iter().any(|file| descriptor.contains(file))
        });
        let base = match &encoding {
            Object::Name(name) => name.as_str().map(str::to_owned),
            Object::Dictionary(dict) => match view.get(dict, "BaseEncoding")? {
                Object::Name(name) => name.as_str().map(str::to_owned),
                _ => None,
            },
            _ => None,
        };
        let standard = match base.as_deref() {
            Some("WinAnsiEncoding" | "StandardEncoding" | "MacRomanEncoding") => true,
            Some(_) => false,
            None => !embedded && !is_symbolic(view, font)?,
        };
        let mut letters = BTreeMap::new();
        if standard {
            letters.extend(
                ('!'..='~')
                    .chain([' '])
                    .map(|letter| (u32::from(letter), letter)),
            );
        }
        if standard && base.as_deref() != Some("WinAnsiEncoding") {
            letters.retain(|_, letter| !matches!(letter, '\'' | '`'));
        }
        if let Object::Dictionary(dict) = &encoding {
            let differences = view.get(dict, "Differences")?;
            let mut code = 0;
            for item in differences.as_array().unwrap_or_default() {
                match item {
                    Object::Name(name) => {
                        letters.remove(&code);
                        let letter = name.as_str().and_then(letter_named);
                        letters.extend(letter.map(|letter| (code, letter)));
                        code += 1;
                    }
                    other => {
                        let number = other.as_integer().and_then(|code| u32::try_from(code).ok());
                        code = number.ok_or(TextError::NotUnderstood)?;
                    }
                }
            }
        }
        Ok(if letters.is_empty() {
            Self::Unknown
        } else {
            Self::Simple(letters)
        })
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Reads the program once; then tells of any code.
    pub fn reader(&self) -> Reader<'_> {
        let glyphs = match self {
            Self::TrueType { program, .. } | Self::Symbolic(program) => Glyphs::parse(program),
            _ => None,
        };
        Reader {
            drawn: self,
            glyphs,
        }
    }
}

/// Tells what codes draw.
pub struct Reader<'a> {
    drawn: &'a Drawn,
    glyphs: Option<Glyphs<'a>>,
}

impl Reader<'_> {
    /// The letters that a code may draw; none where that cannot be told.
    pub fn letters(&self, code: u32) -> Vec<char> {
        match (self.drawn, &self.glyphs) {
            (Drawn::Simple(letters), _) => letters.get(&code).copied().into_iter().collect(),
            (Drawn::TrueType { glyphs: map, .. }, Some(glyphs)) => {
                let glyph = match map {
                    None => u16::try_from(code).ok(),
                    Some(map) => {
                        let pair = map.chunks_exact(2).nth(code as usize);
                        pair.map(|pair| {
                            pair.iter().fold(0, |all, byte| all << 8 | u16::from(*byte))
                        })
                    }
                };
                glyph.map(|glyph| glyphs.letters(glyph)).unwrap_or_default()
            }
            (Drawn::Symbolic(_), Some(glyphs)) => {
                let glyph = u8::try_from(code)
                    .ok()
                    .and_then(|code| glyphs.of_code(code));
                glyph.map(|glyph| glyphs.letters(glyph)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// Symbol and ZapfDingbats draw other things than letters.
fn is_symbolic<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<bool, TextError> {
    let name = view.get(font, "BaseFont")?;
    let name = name
        .as_name()
        .and_then(|name| name.as_str())
        .unwrap_or_default()
        .to_owned();
    Ok(name.contains("Symbol") || name.contains("Dingbats"))
}

/// The letter that a glyph name of the Adobe Glyph List stands for, where it is one of ASCII or is
/// named by its number.
fn letter_named(name: &str) -> Option<char> {
    const NAMES: &[(&str, char)] = &[
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("space", ' '),
        ("period", '.'),
        ("comma", ','),
        ("colon", ':'),
        ("semicolon", ';'),
        ("hyphen", '-'),
        ("slash", '/'),
        ("parenleft", '('),
        ("parenright", ')'),
        ("plus", '+'),
        ("equal", '='),
        ("percent", '%'),
        ("ampersand", '&'),
    ];
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_ascii_alphabetic().then_some(letter);
    }
    if let Some((_, letter)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*letter);
    }
    let digits = name
        .strip_prefix("uni")
        .or_else(|| name.strip_prefix('u'))?;
    u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyph_names() {
        let named = ["nine", "A", "uni01B0", "u1EA1", "Aacute", "space"].map(letter_named);
        assert_eq!(
            named,
            [Some('9'), Some('A'), Some('ư'), Some('ạ'), None, Some(' ')]
        );
    }
}
