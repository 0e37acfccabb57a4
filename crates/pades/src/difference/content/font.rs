//! How a font's codes become text.

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, ReadAt, View};

use super::tokens::{Token, Tokens};
use super::{MAX_BYTES, TextError};

/// Most codes that a map may give, repeated ones too: there are 65,536 of two bytes.
const MAX_CODES: usize = 1 << 16;

/// How a font's codes become text.
pub enum Font {
    /// Through a `/ToUnicode` map, codes of one or two bytes.
    Mapped {
        width: usize,
        map: BTreeMap<u32, String>,
    },
    /// ASCII letters in one of the standard encodings.
    Ascii,
}

impl Font {
    pub fn read<S: ReadAt>(view: View<'_, S>, font: &Dict) -> Result<Self, TextError> {
        let composite = font.is("Subtype", "Type0");
        if font.is("Subtype", "Type3") {
            return Err(TextError::NotUnderstood);
        }
        if let Object::Stream(map) = view.get(font, "ToUnicode")? {
            let bytes = view.stream_bytes(&map)?;
            if bytes.len() > MAX_BYTES || (composite && !font.is("Encoding", "Identity-H")) {
                return Err(TextError::NotUnderstood);
            }
            let width = if composite { 2 } else { 1 };
            let map = to_unicode(&bytes).ok_or(TextError::NotUnderstood)?;
            return Ok(Self::Mapped { width, map });
        }
        let encoding = view.get(font, "Encoding")?;
        let standard = match &encoding {
            Object::Null => true,
            Object::Name(name) => *name == "WinAnsiEncoding" || *name == "StandardEncoding",
            Object::Dictionary(dict) => !dict.contains("Differences"),
            _ => false,
        };
        if composite || !standard {
            Err(TextError::NotUnderstood)
        } else {
            Ok(Self::Ascii)
        }
    }

    pub fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Ascii => {
                let ascii = bytes.iter().all(|byte| (0x20..0x7f).contains(byte));
                ascii.then(|| String::from_utf8_lossy(bytes).into_owned())
            }
            Self::Mapped { width, map } => {
                let mut codes = bytes.chunks_exact(*width);
                let text = codes
                    .by_ref()
                    .map(|code| map.get(&number(code)).map(String::as_str))
                    .collect();
                codes.remainder().is_empty().then_some(text).flatten()
            }
        }
    }
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
    fn a_map_that_repeats_itself_without_end_is_refused() {
        let all = "<0000> <ffff> <0030> ";
        let map = |times: usize| to_unicode(format!("{}endbfrange", all.repeat(times)).as_bytes());
        assert_eq!(map(1).unwrap().len(), 1 << 16);
        assert!(map(100_000).is_none());
    }
}
