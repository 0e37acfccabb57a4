//! How a font's codes become text.

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, ReadAt, View};

use super::drawn::Drawn;
use super::tokens::{Token, Tokens};
use super::{MAX_BYTES, TextError};

/// Most codes that a map may give, repeated ones too: there are 65,536 of two bytes.
const MAX_CODES: usize = 1 << 16;

/// How a font's codes become text: by what it says of them, checked against what it draws.
pub struct Font {
    /// Bytes of one code.
    width: usize,
    /// What `/ToUnicode` says.
    said: Option<BTreeMap<u32, String>>,
    drawn: Drawn,
}

impl Font {
    /// Reads a font with the program that draws its letters.
    pub fn read<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        Self::read_with(view, font, Drawn::of_composite)
    }

    /// Reads a font as [`Font::read`] does; what its encoding does not tell is taken from its program.
    pub fn of_page<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        let mut read = Self::read(view, font)?;
        if read.drawn.is_unknown() && read.width == 1 {
            read.drawn = Drawn::of_program(view, font)?;
        }
        Ok(read)
    }

    /// Whether it says of a letter that it is another one than it draws.
    pub fn misleads(&self) -> bool {
        let reader = self.drawn.reader();
        let mut said = self.said.iter().flatten();
        said.any(|(code, said)| contradicts(said, &reader.letters(*code)))
    }

    /// Reads a font whose word is taken for what it draws: programs of pages are large.
    pub fn unchecked<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        Self::read_with(view, font, |_, _| Ok(Drawn::Unknown))
    }

    fn read_with<S: ReadAt>(
        view: View<'_, S>,
        font: &Dict,
        of_composite: impl FnOnce(View<'_, S>, &Dict) -> Result<Drawn, TextError>,
    ) -> Result<Self, TextError> {
        let composite = font.is("Subtype", "Type0");
        if font.is("Subtype", "Type3") || (composite && !font.is("Encoding", "Identity-H")) {
            return Err(TextError::NotUnderstood);
        }
        let said = match view.get(font, "ToUnicode")? {
            Object::Stream(map) => {
                let bytes = view.stream_bytes(&map)?;
                if bytes.len() > MAX_BYTES {
                    return Err(TextError::NotUnderstood);
                }
                Some(to_unicode(&bytes).ok_or(TextError::NotUnderstood)?)
            }
            _ => None,
        };
        let drawn = if composite {
            of_composite(view, font)?
        } else {
            Drawn::of_simple(view, font)?
        };
        if said.is_none() && drawn.is_unknown() {
            return Err(TextError::NotUnderstood);
        }
        let width = if composite { 2 } else { 1 };
        Ok(Self { width, said, drawn })
    }

    /// The text of a string; a font that says one letter and draws another contradicts itself.
    pub fn text(&self, bytes: &[u8]) -> Result<String, TextError> {
        if !bytes.len().is_multiple_of(self.width) {
            return Err(TextError::NotUnderstood);
        }
        let mut text = String::new();
        let reader = self.drawn.reader();
        for code in bytes.chunks(self.width).map(number) {
            let drawn = reader.letters(code);
            match self.said.as_ref().and_then(|said| said.get(&code)) {
                Some(said) if contradicts(said, &drawn) => return Err(TextError::Contradiction),
                Some(said) => text.push_str(said),
                None => text.push(*drawn.first().ok_or(TextError::NotUnderstood)?),
            }
        }
        Ok(text)
    }

    /// The text of a string as far as it can be told.
    pub fn decode(&self, bytes: &[u8]) -> Option<String> {
        self.text(bytes).ok()
    }
}

/// Whether a glyph that draws one of `drawn` is said to be something else. Only letters and figures
/// of ASCII count: of others many look alike.
fn contradicts(said: &str, drawn: &[char]) -> bool {
    let mut letters = said.chars();
    let (Some(said), None) = (letters.next(), letters.next()) else {
        return false;
    };
    let plain = said.is_ascii_alphanumeric() || drawn.iter().all(char::is_ascii_alphanumeric);
    !drawn.is_empty() && plain && !drawn.contains(&said)
}

/// `bfchar` and `bfrange` of a character map (ISO 32000-2 9.10.3); `None` for one beyond [`MAX_CODES`].
fn to_unicode(bytes: &[u8]) -> Option<BTreeMap<u32, String>> {
    let mut given = Vec::new();
    let mut operands: Vec<Token> = Vec::new();
    for token in Tokens::new(bytes) {
        match token {
            Token::Word(word) => {
                match word.as_slice() {
                    b"endbfchar" => characters(&operands, &mut given),
                    b"endbfrange" => ranges(&operands, &mut given),
                    _ => {}
                }
                operands.clear();
            }
            token => operands.push(token),
        }
        if given.len() > MAX_CODES {
            return None;
        }
    }
    Some(given.into_iter().collect())
}

fn characters(operands: &[Token], given: &mut Vec<(u32, String)>) {
    for pair in operands.chunks_exact(2) {
        if let [Token::String(code), Token::String(text)] = pair {
            given.push((number(code), utf16(text)));
        }
    }
}

fn ranges(operands: &[Token], given: &mut Vec<(u32, String)>) {
    let mut rest = operands;
    while let [Token::String(first), Token::String(last), tail @ ..] = rest {
        if given.len() > MAX_CODES {
            return;
        }
        let (first, last) = (number(first), number(last).min(0xffff));
        match tail {
            [Token::String(text), more @ ..] => {
                let codes = (first..=last).enumerate();
                given.extend(codes.map(|(step, code)| (code, advanced(text, step))));
                rest = more;
            }
            [Token::Open, more @ ..] => {
                let mut code = first;
                rest = more;
                while let [token, more @ ..] = rest {
                    rest = more;
                    match token {
                        Token::String(text) if code <= last => {
                            given.push((code, utf16(text)));
                            code += 1;
                        }
                        Token::Close => break,
                        _ => {}
                    }
                }
            }
            _ => return,
        }
    }
}

/// The text whose last unit is `step` further.
fn advanced(text: &[u8], step: usize) -> String {
    let mut units: Vec<u16> = text
        .chunks_exact(2)
        .map(|unit| u16::try_from(number(unit)).unwrap_or(0))
        .collect();
    if let Some(last) = units.last_mut() {
        *last = last.wrapping_add(u16::try_from(step).unwrap_or(0));
    }
    String::from_utf16_lossy(&units)
}

fn utf16(text: &[u8]) -> String {
    advanced(text, 0)
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |value: u32, byte| {
        value.wrapping_shl(8) | u32::from(*byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_maps() {
        let map = to_unicode(b"1 beginbfchar <0003> <01B0> endbfchar 2 beginbfrange <0010> <0012> <0030> <0020> <0021> [<0041> <00420043>] endbfrange").unwrap();
        assert_eq!(map[&3], "ư");
        assert_eq!((map[&0x10].as_str(), map[&0x12].as_str()), ("0", "2"));
        assert_eq!((map[&0x20].as_str(), map[&0x21].as_str()), ("A", "BC"));
    }

    #[test]
    fn a_figure_that_is_said_to_be_another_is_a_contradiction() {
        assert!(contradicts("1", &['9']) && contradicts("é", &['e']));
        assert!(!contradicts("1", &['1']) && !contradicts("1", &[]));
        assert!(!contradicts("fi", &['f']) && !contradicts("Đ", &['Ð']));
    }

    #[test]
    fn a_map_that_repeats_itself_without_end_is_refused() {
        let all = "<0000> <ffff> <0030> ";
        let map = |times: usize| to_unicode(format!("{}endbfrange", all.repeat(times)).as_bytes());
        assert_eq!(map(1).unwrap().len(), 1 << 16);
        assert!(map(100_000).is_none());
    }
}
