//! What a content stream paints, and where (ISO 32000-2 clauses 8 and 9).
//!
//! Glyphs, images and painted paths are followed to where they are drawn. What cannot be followed
//! (shadings, inline images, Type 3 fonts) is said to be there without being known.

mod alpha;
mod face;
mod matrix;
mod path;
pub(super) mod reading;
mod resources;
mod scan;
mod standard;
mod state;
mod unseen;

use std::collections::BTreeMap;
use std::rc::Rc;

use trien_pdf::{Dict, Object, Page, PdfError, PdfString, ReadAt, Rect, Stream, View};

use super::content::{Token, Tokens};
use alpha::Alpha;
use face::Shows;
use path::Path;
use state::State;

pub(super) use matrix::Matrix;
use matrix::bounds;
pub(crate) use unseen::Unseen;

/// Deepest nesting of form XObjects followed.
const MAX_DEPTH: usize = 8;
/// Most tokens of one page looked at; a dense page has some hundred thousand.
const MAX_TOKENS: usize = 2_000_000;
/// Most bytes of content and forms looked at, repeated ones too; 30 to a token are plenty.
const MAX_BYTES: usize = 64 << 20;
/// Most pieces within one mark; a page full of 8 pt text has some six thousand letters.
const MAX_PIECES: usize = 50_000;

/// Something painted.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The upright rectangle around it, in default user space.
    pub place: Rect,
    /// The area of the whole of it, seen or not, in square points.
    pub whole: f64,
    /// What it is.
    pub what: What,
    /// It hides what lies beneath.
    solid: bool,
    /// Its colour can be told from paper.
    dark: bool,
    /// Its colour is known, and is that of paper.
    pale: bool,
}

/// The kinds of things that are painted.
#[derive(Debug)]
pub(crate) enum What {
    /// A letter, where its font tells which.
    Glyph(Option<char>),
    /// An image.
    Image(Box<Picture>),
    /// A filled upright rectangle: a background, a bar, a cell of a table.
    Bar,
    /// A part of a line.
    Line,
    /// A filled outline of any other form.
    Shape,
}

/// An image as it is drawn.
#[derive(Debug)]
pub(crate) struct Picture {
    alpha: Alpha,
    stream: Stream,
    /// From the unit square to default user space.
    ctm: Matrix,
}

impl Piece {
    /// Whether it hides what lies beneath at this point.
    pub fn hides(&self, x: f64, y: f64) -> bool {
        let inside = (self.place.x0..=self.place.x1).contains(&x)
            && (self.place.y0..=self.place.y1).contains(&y);
        match &self.what {
            _ if !self.solid || !inside => false,
            What::Image(picture) => picture.alpha.hides(x, y),
            _ => true,
        }
    }
}

/// What is painted within a rectangle.
#[derive(Debug, Default)]
pub(crate) struct Ink {
    /// Everything that could be followed.
    pub pieces: Vec<Piece>,
    /// Something there could not be followed.
    pub unknown: bool,
    /// Where letters stand that are drawn without paint: the text layer of a scan.
    unpainted: Vec<Rect>,
    /// Letters are drawn beyond what is looked at.
    outside: bool,
    /// A piece of text is said to be another than its letters are (`/ActualText`).
    renamed: bool,
}

/// What `page` itself paints within `rect`; its annotations are not part of it.
pub(crate) fn of_page<S: ReadAt>(
    view: View<'_, S>,
    page: &Page,
    rect: Rect,
) -> Result<Ink, PdfError> {
    let parts = match view.get(&page.dict, "Contents")? {
        Object::Array(parts) => parts,
        other => vec![other],
    };
    let mut bytes = Vec::new();
    for part in parts {
        match view.resolve(&part)? {
            Object::Stream(stream) => match view.stream_bytes(&stream) {
                Ok(data) => bytes.extend_from_slice(&data),
                Err(PdfError::Io(error)) => return Err(PdfError::Io(error)),
                Err(_) => return Ok(Ink::not_followed()),
            },
            Object::Null => {}
            _ => return Ok(Ink::not_followed()),
        }
        bytes.push(b'\n');
    }
    let mut painter = Painter::new(view, rect);
    let start = State::new(Matrix::IDENTITY, rect);
    painter.finish(|painter| painter.run(&bytes, &page.resources, start, 0))
}

/// What the form XObject `form` paints where it is the appearance of an annotation at `rect`
/// (ISO 32000-2 12.5.5).
pub(super) fn of_appearance<S: ReadAt>(
    view: View<'_, S>,
    form: &Stream,
    rect: Rect,
) -> Result<Ink, PdfError> {
    let mut painter = Painter::new(view, rect);
    painter.finish(|painter| {
        let (bbox, matrix) = painter.frame(form)?;
        let bbox = bbox.ok_or(Stop::NotFollowed)?;
        let turned = matrix.rect(bbox);
        if turned.width() <= 0.0 || turned.height() <= 0.0 {
            return Ok(()); // Nothing of it is shown.
        }
        let fit = Matrix::fit(turned, rect);
        painter.form(form, &Dict::new(), State::new(fit, rect), 0)
    })
}

impl Ink {
    /// All of `rect` is hidden.
    pub fn solid(rect: Rect) -> Self {
        let piece = Piece {
            place: rect,
            whole: rect.width() * rect.height(),
            what: What::Bar,
            solid: true,
            dark: true,
            pale: false,
        };
        Self {
            pieces: vec![piece],
            ..Self::default()
        }
    }

    /// How many letters can be read: dark enough for paper, and nothing painted over them later.
    pub fn readable_letters(&self) -> usize {
        let readable = |(at, piece): &(usize, &Piece)| {
            let later = self.pieces.iter().skip(at + 1);
            let (x, y) = (
                f64::midpoint(piece.place.x0, piece.place.x1),
                f64::midpoint(piece.place.y0, piece.place.y1),
            );
            let mut later =
                later.filter(|later| !matches!(later.what, What::Glyph(_) | What::Line));
            matches!(piece.what, What::Glyph(_))
                && piece.dark
                && !later.any(|later| later.hides(x, y))
        };
        self.pieces.iter().enumerate().filter(readable).count()
    }

    /// Nothing is known.
    pub fn not_followed() -> Self {
        Self {
            unknown: true,
            ..Self::default()
        }
    }
}

/// Why the walk ended early.
enum Stop {
    NotFollowed,
    Pdf(PdfError),
}

impl From<PdfError> for Stop {
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::Io(_) => Self::Pdf(error),
            _ => Self::NotFollowed,
        }
    }
}

/// Marked content (ISO 32000-2 14.6), as far as it says what its letters are.
#[derive(Default)]
struct Marked {
    /// Its `/ActualText`, where that stands in the content itself.
    said: Option<String>,
    /// The first piece drawn of it.
    from: usize,
}

impl Marked {
    fn begin(operands: &[Token], from: usize) -> Self {
        let mut pairs = operands.iter().zip(operands.iter().skip(1));
        let said = pairs.find_map(|pair| match pair {
            (Token::Name(key), Token::String(bytes)) if key == b"ActualText" => {
                Some(PdfString::literal(bytes.as_slice()).to_text())
            }
            _ => None,
        });
        Self { said, from }
    }
}

struct Painter<'a, S> {
    view: View<'a, S>,
    within: Rect,
    ink: Ink,
    tokens: usize,
    bytes: usize,
}

impl<'a, S: ReadAt> Painter<'a, S> {
    fn new(view: View<'a, S>, within: Rect) -> Self {
        Self {
            view,
            within,
            ink: Ink::default(),
            tokens: 0,
            bytes: 0,
        }
    }

    fn finish(
        &mut self,
        walk: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<Ink, PdfError> {
        match walk(self) {
            Ok(()) => {}
            Err(Stop::NotFollowed) => self.ink.unknown = true,
            Err(Stop::Pdf(error)) => return Err(error),
        }
        Ok(std::mem::take(&mut self.ink))
    }

    fn run(
        &mut self,
        bytes: &[u8],
        resources: &Dict,
        start: State,
        depth: usize,
    ) -> Result<(), Stop> {
        self.bytes += bytes.len();
        if depth > MAX_DEPTH || self.bytes > MAX_BYTES {
            return Err(Stop::NotFollowed);
        }
        let (mut state, mut saved) = (start, Vec::new());
        let mut path = Path::default();
        let mut operands: Vec<Token> = Vec::new();
        let mut faces = BTreeMap::new();
        let mut marked: Vec<Marked> = Vec::new();
        for token in Tokens::new(bytes) {
            self.tokens += 1;
            if self.tokens > MAX_TOKENS {
                return Err(Stop::NotFollowed);
            }
            let Token::Word(word) = token else {
                operands.push(token);
                continue;
            };
            let numbers = numbers(&operands);
            match (word.as_slice(), numbers.as_slice()) {
                (b"q", _) => saved.push(state.clone()),
                (b"Q", _) => state = saved.pop().unwrap_or(state),
                (b"BDC", _) => marked.push(Marked::begin(&operands, self.ink.pieces.len())),
                (b"BMC", _) => marked.push(Marked::default()),
                (b"EMC", _) => self.end(marked.pop()),
                (b"cs", _) => self.colour_space(resources, &operands, &mut state)?,
                (b"gs", _) => self.graphics_state(resources, &operands, &mut state)?,
                (b"Tf", [size]) => {
                    state.size = *size;
                    state.font = Some(self.face(resources, &operands, &mut faces)?);
                }
                (b"Tj" | b"TJ", _) => self.show(&mut state, &operands)?,
                (b"'" | b"\"", values) => {
                    state.next_line(values);
                    self.show(&mut state, &operands)?;
                }
                (b"Do", _) => self.draw(resources, &operands, &state, depth)?,
                (b"sh" | b"BI", _) => return Err(Stop::NotFollowed),
                (b"f" | b"F" | b"f*", _) => self.paint(&mut state, &mut path, true, false),
                (b"S" | b"s", _) => self.paint(&mut state, &mut path, false, true),
                (b"B" | b"B*" | b"b" | b"b*", _) => self.paint(&mut state, &mut path, true, true),
                (b"n", _) => self.paint(&mut state, &mut path, false, false),
                (word, numbers) => {
                    if !path.operator(word, numbers, state.ctm) {
                        state.operator(word, numbers).ok_or(Stop::NotFollowed)?;
                    }
                }
            }
            operands.clear();
        }
        Ok(())
    }

    /// Notes a piece as far as it is seen.
    fn note(&mut self, state: &State, place: Rect, what: What) {
        let Some(seen) = self.seen(state, place) else {
            return;
        };
        if self.ink.pieces.len() >= MAX_PIECES {
            self.ink.unknown = true;
            return;
        }
        let solid = state.solid(matches!(what, What::Line));
        let whole = place.width() * place.height();
        // A letter keeps its whole box, so that a part of it does not count as the whole.
        let place = if matches!(what, What::Glyph(_)) {
            place
        } else {
            seen
        };
        self.ink.pieces.push(Piece {
            place,
            whole,
            what,
            solid,
            dark: state.dark(),
            pale: state.pale(),
        });
    }

    /// Letters that are not painted, or not on the page.
    fn note_unseen(&mut self, state: &State, place: Rect) {
        if !place.overlaps(self.within) {
            self.ink.outside = true;
        } else if !state.paints_text() && self.ink.unpainted.len() < MAX_PIECES {
            self.ink.unpainted.push(place);
        }
    }

    /// Compares what a piece of text is said to be with the letters that were drawn of it.
    fn end(&mut self, marked: Option<Marked>) {
        let Some(Marked {
            said: Some(said),
            from,
        }) = marked
        else {
            return;
        };
        let drawn = self.ink.pieces.get(from..).unwrap_or_default();
        self.ink.renamed |= unseen::says_other(&said, drawn);
    }

    /// The part of `place` that is shown and matters.
    fn seen(&self, state: &State, place: Rect) -> Option<Rect> {
        let seen = place.intersection(state.clip);
        seen.filter(|seen| seen.overlaps(self.within))
    }

    fn paint(&mut self, state: &mut State, path: &mut Path, fill: bool, stroke: bool) {
        if fill {
            for (place, bar) in path.filled() {
                self.note(state, place, if bar { What::Bar } else { What::Shape });
            }
        }
        if stroke {
            for place in path.stroked(state.line_width()) {
                self.note(state, place, What::Line);
            }
        }
        if path.clips {
            let clip = path.bounds().and_then(|all| all.intersection(state.clip));
            state.clip = clip.unwrap_or(Rect::new(0.0, 0.0, 0.0, 0.0));
        }
        *path = Path::default();
    }

    fn show(&mut self, state: &mut State, operands: &[Token]) -> Result<(), Stop> {
        let font = Rc::clone(state.font.as_ref().ok_or(Stop::NotFollowed)?);
        for token in operands {
            let bytes = match token {
                Token::String(bytes) => bytes,
                Token::Number(adjust) if operands.len() > 1 => {
                    state.advance(-adjust / 1000.0 * state.size * state.scale);
                    continue;
                }
                _ => continue,
            };
            for code in bytes.chunks(font.bytes) {
                let number = code
                    .iter()
                    .fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
                let width = font.width(number) / 1000.0 * state.size;
                if let Some(place) = bounds(&state.letter(width))
                    && let Shows::Letter(letter) = font.shows(code, number)
                {
                    if state.paints_text() && self.seen(state, place).is_some() {
                        self.note(state, place, What::Glyph(letter));
                    } else {
                        self.note_unseen(state, place);
                    }
                }
                let spacing = if code == [32] { state.word } else { 0.0 };
                state.advance((width + state.character + spacing) * state.scale);
            }
        }
        Ok(())
    }

    fn draw(
        &mut self,
        resources: &Dict,
        operands: &[Token],
        state: &State,
        depth: usize,
    ) -> Result<(), Stop> {
        let Object::Stream(stream) = self.resource(resources, "XObject", operands)? else {
            return Err(Stop::NotFollowed);
        };
        if stream.dict.is("Subtype", "Form") {
            return self.form(&stream, resources, state.clone(), depth);
        }
        let place = state.ctm.rect(Rect::new(0.0, 0.0, 1.0, 1.0));
        if self.seen(state, place).is_some() {
            let alpha = Alpha::read(self.view, &stream, state.ctm)?;
            let picture = Picture {
                alpha,
                stream,
                ctm: state.ctm,
            };
            self.note(state, place, What::Image(Box::new(picture)));
        }
        Ok(())
    }

    fn form(
        &mut self,
        stream: &Stream,
        resources: &Dict,
        mut state: State,
        depth: usize,
    ) -> Result<(), Stop> {
        let (bbox, matrix) = self.frame(stream)?;
        state.ctm = matrix.then(state.ctm);
        if let Some(bbox) = bbox {
            let Some(clip) = state.ctm.rect(bbox).intersection(state.clip) else {
                return Ok(());
            };
            state.clip = clip;
        }
        let own = self.view.get(&stream.dict, "Resources")?;
        let own = own.as_dict().unwrap_or(resources).clone();
        let bytes = self.view.stream_bytes(stream)?;
        self.run(&bytes, &own, state, depth + 1)
    }
}

fn numbers(operands: &[Token]) -> Vec<f64> {
    let numbers = operands.iter().filter_map(|token| match token {
        Token::Number(number) => Some(*number),
        _ => None,
    });
    numbers.collect()
}
