//! Does a new mark on a page lie over anything that the page shows?
//!
//! Glyphs, images and painted paths are followed to where they are drawn. What cannot be followed
//! (shadings, inline images, fonts without widths) counts as lying underneath.

mod face;
mod matrix;

use std::collections::BTreeMap;
use std::rc::Rc;

use trien_pdf::{Dict, Object, Page, PdfError, ReadAt, Rect, Stream, View};

use super::content::{Token, Tokens};
use super::form::FormError;
use face::Face;
use matrix::{Matrix, bounds};

/// Deepest nesting of form XObjects followed.
const MAX_DEPTH: usize = 8;
/// Most tokens of one page looked at; a dense page has some hundred thousand.
const MAX_TOKENS: usize = 2_000_000;
/// Most bytes of content and forms looked at, repeated ones too; 30 to a token are plenty.
const MAX_BYTES: usize = 64 << 20;

/// Whether `rect` is free of everything that `page` shows by itself, as far as can be told.
pub fn is_free<S: ReadAt>(view: View<'_, S>, page: &Page, rect: Rect) -> Result<bool, FormError> {
    let contents = view.get(&page.dict, "Contents")?;
    let parts = match contents {
        Object::Array(parts) => parts,
        other => vec![other],
    };
    let mut bytes = Vec::new();
    for part in parts {
        match view.resolve(&part)? {
            Object::Stream(stream) => match view.stream_bytes(&stream) {
                Ok(data) => bytes.extend_from_slice(&data),
                Err(PdfError::Io(error)) => return Err(PdfError::Io(error).into()),
                Err(_) => return Ok(false),
            },
            Object::Null => {}
            _ => return Ok(false),
        }
        bytes.push(b'\n');
    }
    let mut painter = Painter {
        view,
        rect,
        tokens: 0,
        bytes: 0,
    };
    match painter.run(&bytes, &page.resources, Matrix::IDENTITY, 0) {
        Ok(()) => Ok(true),
        Err(Stop::Underneath) => Ok(false),
        Err(Stop::Pdf(error)) => Err(error.into()),
    }
}

/// Why the walk ended early.
enum Stop {
    Underneath,
    Pdf(PdfError),
}

impl From<PdfError> for Stop {
    fn from(error: PdfError) -> Self {
        Self::Pdf(error)
    }
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Face>>,
    size: f64,
    character: f64,
    word: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

struct Painter<'a, S> {
    view: View<'a, S>,
    rect: Rect,
    tokens: usize,
    bytes: usize,
}

impl<S: ReadAt> Painter<'_, S> {
    fn run(
        &mut self,
        bytes: &[u8],
        resources: &Dict,
        ctm: Matrix,
        depth: usize,
    ) -> Result<(), Stop> {
        self.bytes += bytes.len();
        if depth > MAX_DEPTH || self.bytes > MAX_BYTES {
            return Err(Stop::Underneath);
        }
        let start = State {
            ctm,
            font: None,
            size: 0.0,
            character: 0.0,
            word: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let (mut state, mut saved) = (start, Vec::new());
        let (mut line, mut text) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut path: Vec<(f64, f64)> = Vec::new();
        let mut only_rectangles = true;
        let mut operands: Vec<Token> = Vec::new();
        let mut faces = BTreeMap::new();
        for token in Tokens::new(bytes) {
            self.tokens += 1;
            if self.tokens > MAX_TOKENS {
                return Err(Stop::Underneath);
            }
            let Token::Word(word) = token else {
                operands.push(token);
                continue;
            };
            let numbers = numbers(&operands);
            match (word.as_slice(), numbers.as_slice()) {
                (b"q", _) => saved.push(state.clone()),
                (b"Q", _) => state = saved.pop().unwrap_or(state),
                (b"cm", six) => {
                    state.ctm = Matrix::of(six).ok_or(Stop::Underneath)?.then(state.ctm);
                }
                (b"BT", _) => (line, text) = (Matrix::IDENTITY, Matrix::IDENTITY),
                (b"Tc", [value]) => state.character = *value,
                (b"Tw", [value]) => state.word = *value,
                (b"Tz", [value]) => state.scale = value / 100.0,
                (b"TL", [value]) => state.leading = *value,
                (b"Ts", [value]) => state.rise = *value,
                (b"Tf", [size]) => {
                    state.size = *size;
                    state.font = Some(self.face(resources, &operands, &mut faces)?);
                }
                (b"Td", [x, y]) => {
                    line = Matrix::shift(*x, *y).then(line);
                    text = line;
                }
                (b"TD", [x, y]) => {
                    state.leading = -y;
                    line = Matrix::shift(*x, *y).then(line);
                    text = line;
                }
                (b"Tm", six) => {
                    line = Matrix::of(six).ok_or(Stop::Underneath)?;
                    text = line;
                }
                (b"T*", _) => {
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                }
                (b"Tj" | b"TJ", _) => self.show(&state, &mut text, &operands)?,
                (b"'" | b"\"", values) => {
                    if let [word, character] = values {
                        (state.word, state.character) = (*word, *character);
                    }
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                    self.show(&state, &mut text, &operands)?;
                }
                (b"re", [x, y, w, h]) => {
                    path.extend(
                        [(*x, *y), (x + w, *y), (x + w, y + h), (*x, y + h)]
                            .map(|(x, y)| state.ctm.point(x, y)),
                    );
                }
                (b"m" | b"l" | b"c" | b"v" | b"y", points) => {
                    only_rectangles = false;
                    for pair in points.chunks_exact(2) {
                        if let [x, y] = pair {
                            path.push(state.ctm.point(*x, *y));
                        }
                    }
                }
                (b"n", _) => (path, only_rectangles) = (Vec::new(), true),
                (b"f" | b"F" | b"f*" | b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*", _) => {
                    // A rectangle all around is a background, not something to read.
                    let background =
                        only_rectangles && bounds(&path).is_some_and(|all| all.contains(self.rect));
                    if !background {
                        self.paint(&path)?;
                    }
                    (path, only_rectangles) = (Vec::new(), true);
                }
                (b"Do", _) => self.draw(resources, &operands, state.ctm, depth)?,
                (b"sh" | b"BI", _) => return Err(Stop::Underneath),
                _ => {}
            }
            operands.clear();
        }
        Ok(())
    }

    /// Ends the walk if what spans these points touches the mark.
    fn paint(&self, points: &[(f64, f64)]) -> Result<(), Stop> {
        match bounds(points) {
            Some(bounds) if bounds.overlaps(self.rect) => Err(Stop::Underneath),
            _ => Ok(()),
        }
    }

    fn show(&self, state: &State, text: &mut Matrix, operands: &[Token]) -> Result<(), Stop> {
        let font = state.font.as_ref().ok_or(Stop::Underneath)?;
        for token in operands {
            let bytes = match token {
                Token::String(bytes) => bytes,
                Token::Number(adjust) if operands.len() > 1 => {
                    *text =
                        Matrix::shift(-adjust / 1000.0 * state.size * state.scale, 0.0).then(*text);
                    continue;
                }
                _ => continue,
            };
            for code in bytes.chunks(font.bytes) {
                let number = code
                    .iter()
                    .fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
                let width = font.width(number) / 1000.0 * state.size;
                if !font.is_space(code, number) {
                    let (low, high) = (
                        state.rise - 0.25 * state.size,
                        state.rise + 0.95 * state.size,
                    );
                    let whole = text.then(state.ctm);
                    let corners = [
                        (0.0, low),
                        (width * state.scale, low),
                        (width * state.scale, high),
                        (0.0, high),
                    ];
                    self.paint(&corners.map(|(x, y)| whole.point(x, y)))?;
                }
                let spacing = if code == [32] { state.word } else { 0.0 };
                let advance = (width + state.character + spacing) * state.scale;
                *text = Matrix::shift(advance, 0.0).then(*text);
            }
        }
        Ok(())
    }

    fn draw(
        &mut self,
        resources: &Dict,
        operands: &[Token],
        ctm: Matrix,
        depth: usize,
    ) -> Result<(), Stop> {
        let Some(Token::Name(name)) = operands.last() else {
            return Err(Stop::Underneath);
        };
        let objects = self.view.get(resources, "XObject")?;
        let entry = objects
            .as_dict()
            .and_then(|objects| objects.get_bytes(name))
            .cloned();
        let Object::Stream(stream) = self.view.resolve(&entry.unwrap_or(Object::Null))? else {
            return Err(Stop::Underneath);
        };
        if stream.dict.is("Subtype", "Form") {
            return self.form(&stream, resources, ctm, depth);
        }
        self.paint(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| ctm.point(x, y)))
    }

    fn form(
        &mut self,
        stream: &Stream,
        resources: &Dict,
        ctm: Matrix,
        depth: usize,
    ) -> Result<(), Stop> {
        let matrix = match self.view.get(&stream.dict, "Matrix")? {
            Object::Array(items) => {
                let six: Vec<f64> = items.iter().filter_map(Object::as_number).collect();
                Matrix::of(&six).ok_or(Stop::Underneath)?
            }
            _ => Matrix::IDENTITY,
        };
        let own = self.view.get(&stream.dict, "Resources")?;
        let own = own.as_dict().unwrap_or(resources).clone();
        let bytes = self.view.stream_bytes(stream)?;
        self.run(&bytes, &own, matrix.then(ctm), depth + 1)
    }

    /// The font that `Tf` names, read once for each content stream.
    fn face(
        &self,
        resources: &Dict,
        operands: &[Token],
        known: &mut BTreeMap<Vec<u8>, Rc<Face>>,
    ) -> Result<Rc<Face>, Stop> {
        let name = operands.iter().find_map(|token| match token {
            Token::Name(name) => Some(name),
            _ => None,
        });
        let name = name.ok_or(Stop::Underneath)?;
        if let Some(face) = known.get(name) {
            return Ok(Rc::clone(face));
        }
        let fonts = self.view.get(resources, "Font")?;
        let entry = fonts.as_dict().and_then(|fonts| fonts.get_bytes(name));
        let font = self.view.resolve(entry.unwrap_or(&Object::Null))?;
        let face = Face::read(self.view, font.as_dict().ok_or(Stop::Underneath)?)?;
        let face = Rc::new(face);
        known.insert(name.clone(), Rc::clone(&face));
        Ok(face)
    }
}

fn numbers(operands: &[Token]) -> Vec<f64> {
    let numbers = operands.iter().filter_map(|token| match token {
        Token::Number(number) => Some(*number),
        _ => None,
    });
    numbers.collect()
}
