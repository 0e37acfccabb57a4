//! The text that a small content stream draws (ISO 32000-2 9.4), and nothing it cannot vouch for.
//!
//! Made for appearances of text fields: whatever else could look like letters (images, shadings,
//! curves, invisible text) makes the stream "not understood".

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, PdfError, ReadAt, Stream, View};

/// Longest content or character map looked at; a text field's is some hundred bytes.
const MAX_BYTES: usize = 4 << 20;
/// Most painted rectangles (background, border, comb lines): more could draw digits.
const MAX_RECTANGLES: usize = 4;

/// Why no text could be told.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// Something is drawn that is not plain text.
    #[error("the content is not plain text")]
    NotUnderstood,
    /// The file is broken underneath.
    #[error(transparent)]
    Pdf(#[from] PdfError),
}

/// The text drawn by `stream`; fonts that its resources lack are taken from `fallback`.
pub fn text<S: ReadAt>(
    view: View<'_, S>,
    stream: &Stream,
    fallback: &Dict,
) -> Result<String, TextError> {
    let bytes = view.stream_bytes(stream)?;
    if bytes.len() > MAX_BYTES {
        return Err(TextError::NotUnderstood);
    }
    let resources = view.get(&stream.dict, "Resources")?;
    let mut reader = Reader {
        view,
        resources: resources.as_dict(),
        fallback,
        font: None,
        shown: String::new(),
    };
    reader.run(&bytes)?;
    Ok(reader.shown)
}

struct Reader<'a, S> {
    view: View<'a, S>,
    resources: Option<&'a Dict>,
    fallback: &'a Dict,
    font: Option<Font>,
    shown: String,
}

impl<S: ReadAt> Reader<'_, S> {
    fn run(&mut self, bytes: &[u8]) -> Result<(), TextError> {
        let mut operands: Vec<Token> = Vec::new();
        let mut rectangles = 0;
        for token in Tokens::new(bytes) {
            let Token::Word(word) = token else {
                operands.push(token);
                continue;
            };
            match word.as_slice() {
                // Graphics state, colours, clipping by rectangles, marked content, text state.
                b"q" | b"Q" | b"cm" | b"w" | b"J" | b"j" | b"M" | b"d" | b"ri" | b"i" | b"g"
                | b"G" | b"rg" | b"RG" | b"k" | b"K" | b"cs" | b"CS" | b"sc" | b"SC" | b"W"
                | b"W*" | b"n" | b"BMC" | b"BDC" | b"EMC" | b"BT" | b"ET" | b"Tc" | b"Tw"
                | b"Tz" | b"TL" | b"Ts" | b"Td" | b"TD" | b"Tm" | b"T*" => {}
                b"re" => rectangles += 1,
                b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => {}
                b"Tr" if matches!(operands.last(), Some(Token::Number(mode)) if *mode == 0.0) => {}
                b"Tf" => self.font = Some(self.find_font(&operands)?),
                b"Tj" | b"TJ" | b"'" | b"\"" => self.show(&operands)?,
                _ => return Err(TextError::NotUnderstood),
            }
            if rectangles > MAX_RECTANGLES {
                return Err(TextError::NotUnderstood);
            }
            operands.clear();
        }
        Ok(())
    }

    fn find_font(&self, operands: &[Token]) -> Result<Font, TextError> {
        let name = operands.iter().find_map(|token| match token {
            Token::Name(name) => Some(name.as_slice()),
            _ => None,
        });
        let name = name.ok_or(TextError::NotUnderstood)?;
        for resources in self.resources.into_iter().chain([self.fallback]) {
            let fonts = self.view.get(resources, "Font")?;
            let Some(entry) = fonts.as_dict().and_then(|fonts| fonts.get_bytes(name)) else {
                continue;
            };
            if let Some(font) = self.view.resolve(entry)?.as_dict() {
                return Font::read(self.view, font);
            }
        }
        Err(TextError::NotUnderstood)
    }

    fn show(&mut self, operands: &[Token]) -> Result<(), TextError> {
        let font = self.font.as_ref().ok_or(TextError::NotUnderstood)?;
        for token in operands {
            if let Token::String(bytes) = token {
                self.shown
                    .push_str(&font.decode(bytes).ok_or(TextError::NotUnderstood)?);
            }
        }
        Ok(())
    }
}

/// How a font's codes become text.
pub(super) enum Font {
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
            return Ok(Self::Mapped {
                width,
                map: to_unicode(&bytes),
            });
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

/// `bfchar` and `bfrange` of a character map (ISO 32000-2 9.10.3).
fn to_unicode(bytes: &[u8]) -> BTreeMap<u32, String> {
    let mut map = BTreeMap::new();
    let mut operands: Vec<Token> = Vec::new();
    for token in Tokens::new(bytes) {
        match token {
            Token::Word(word) => {
                match word.as_slice() {
                    b"endbfchar" => characters(&operands, &mut map),
                    b"endbfrange" => ranges(&operands, &mut map),
                    _ => {}
                }
                operands.clear();
            }
            token => operands.push(token),
        }
    }
    map
}

fn characters(operands: &[Token], map: &mut BTreeMap<u32, String>) {
    for pair in operands.chunks_exact(2) {
        if let [Token::String(code), Token::String(text)] = pair {
            map.insert(number(code), utf16(text));
        }
    }
}

fn ranges(operands: &[Token], map: &mut BTreeMap<u32, String>) {
    let mut rest = operands;
    while let [Token::String(first), Token::String(last), tail @ ..] = rest {
        let (first, last) = (number(first), number(last).min(0xffff));
        match tail {
            [Token::String(text), more @ ..] => {
                for (step, code) in (first..=last).enumerate() {
                    map.insert(code, advanced(text, step));
                }
                rest = more;
            }
            [Token::Open, more @ ..] => {
                let mut code = first;
                rest = more;
                while let [token, more @ ..] = rest {
                    rest = more;
                    match token {
                        Token::String(text) if code <= last => {
                            map.insert(code, utf16(text));
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

/// A token of a content stream, as far as it matters here.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    String(Vec<u8>),
    Name(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self
            .rest
            .iter()
            .position(|byte| !keep(*byte))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut depth, mut bytes) = (1, Vec::new());
        while let Some(byte) = self.rest.first().copied() {
            self.skip(1);
            match byte {
                b'\\' => self.escape(&mut bytes),
                b'(' => {
                    depth += 1;
                    bytes.push(byte);
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    bytes.push(byte);
                }
                _ => bytes.push(byte),
            }
        }
        bytes
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(byte) = self.rest.first().copied() else {
            return;
        };
        if (b'0'..=b'7').contains(&byte) {
            let digits = self
                .rest
                .iter()
                .take(3)
                .take_while(|b| (b'0'..=b'7').contains(*b))
                .count();
            let value = self
                .rest
                .iter()
                .take(digits)
                .fold(0u32, |v, b| v * 8 + u32::from(*b - b'0'));
            bytes.push(u8::try_from(value & 0xff).unwrap_or(0));
            return self.skip(digits);
        }
        self.skip(1);
        match byte {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\n' => {}
            b'\r' if self.rest.first() == Some(&b'\n') => self.skip(1),
            b'\r' => {}
            other => bytes.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let digits: Vec<u8> = self
            .take_while(|byte| byte != b'>')
            .iter()
            .copied()
            .filter_map(digit)
            .collect();
        self.skip(1);
        digits
            .chunks(2)
            .map(|pair| pair.first().map_or(0, |d| d << 4) | pair.get(1).copied().unwrap_or(0))
            .collect()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            self.take_while(|byte| matches!(byte, 0 | 9 | 10 | 12 | 13 | 32));
            if self.rest.first() == Some(&b'%') {
                self.take_while(|byte| !matches!(byte, b'\r' | b'\n'));
            } else {
                break;
            }
        }
        let regular = |byte: u8| {
            !matches!(
                byte,
                0 | 9
                    | 10
                    | 12
                    | 13
                    | 32
                    | b'('
                    | b')'
                    | b'<'
                    | b'>'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'/'
                    | b'%'
            )
        };
        let first = *self.rest.first()?;
        if regular(first) {
            let word = self.take_while(regular);
            let number = std::str::from_utf8(word)
                .ok()
                .filter(|_| first != b'i' && first != b'n');
            return Some(match number.and_then(|word| word.parse().ok()) {
                Some(number) => Token::Number(number),
                None => Token::Word(word.to_vec()),
            });
        }
        self.skip(1);
        Some(match first {
            b'/' => Token::Name(self.take_while(regular).to_vec()),
            b'(' => Token::String(self.literal()),
            b'<' if self.rest.first() == Some(&b'<') => {
                self.skip(1);
                Token::Open
            }
            b'<' => Token::String(self.hexadecimal()),
            b'>' if self.rest.first() == Some(&b'>') => {
                self.skip(1);
                Token::Close
            }
            b'[' => Token::Open,
            b']' => Token::Close,
            // Braces and stray brackets have no meaning in a content stream.
            other => Token::Word(vec![other]),
        })
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_a_content_stream() {
        let tokens: Vec<Token> =
            Tokens::new(b"/F1 12.5 Tf [(a\\)\\101) -20 <0041>] TJ % end\n").collect();
        assert_eq!(
            tokens,
            [
                Token::Name(b"F1".to_vec()),
                Token::Number(12.5),
                Token::Word(b"Tf".to_vec()),
                Token::Open,
                Token::String(b"a)A".to_vec()),
                Token::Number(-20.0),
                Token::String(vec![0, 0x41]),
                Token::Close,
                Token::Word(b"TJ".to_vec()),
            ]
        );
    }

    #[test]
    fn character_maps() {
        let map = to_unicode(b"1 beginbfchar <0003> <01B0> endbfchar 2 beginbfrange <0010> <0012> <0030> <0020> <0021> [<0041> <00420043>] endbfrange");
        assert_eq!(map[&3], "ư");
        assert_eq!((map[&0x10].as_str(), map[&0x12].as_str()), ("0", "2"));
        assert_eq!((map[&0x20].as_str(), map[&0x21].as_str()), ("A", "BC"));
    }
}
