//! The text that a small content stream draws (ISO 32000-2 9.4), and nothing it cannot vouch for.
//!
//! Made for appearances of text fields: whatever else could look like letters (images, shadings,
//! curves, layers, invisible text) makes the stream "not understood".

mod drawn;
mod font;
mod tokens;

use trien_pdf::{Dict, PdfError, ReadAt, Stream, View};

pub(crate) use font::Font;
pub(crate) use tokens::{Token, Tokens};

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
    /// A font says of a letter that it is another one than it draws.
    #[error("the font contradicts itself")]
    Contradiction,
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
    if bytes.len() > MAX_BYTES || stream.dict.contains("OC") {
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
                // A layer that is switched off shows nothing of its text (8.11.3.2).
                b"BDC" if operands.first().is_some_and(is_optional) => {
                    return Err(TextError::NotUnderstood);
                }
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
                self.shown.push_str(&font.text(bytes)?);
            }
        }
        Ok(())
    }
}

fn is_optional(tag: &Token) -> bool {
    matches!(tag, Token::Name(name) if name == b"OC")
}
