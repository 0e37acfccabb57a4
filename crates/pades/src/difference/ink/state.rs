//! The graphics state of a content stream (ISO 32000-2 8.4 and 9.3), as far as it decides where ink lies.

use std::rc::Rc;

use trien_pdf::Rect;

use super::Matrix;
use super::face::Face;

/// Paint that lets more than half of what lies beneath shine through hides nothing.
const SEE_THROUGH: f64 = 0.5;
/// A colour at least this light, multiplied, leaves dark letters readable (highlighters).
const LIGHT: f64 = 0.5;
/// A colour as light as this, or paint as thin, is not seen on paper.
const PAPER: f64 = 0.9;
const FAINT: f64 = 0.2;
/// Ink of letters below and above the baseline, in parts of the size: g and p; capitals, and the
/// marks above Vietnamese ones count as half.
const DESCENT: f64 = -0.2;
const ASCENT: f64 = 0.8;
/// Text rendering mode that paints nothing: the text layer of a scanned page.
const INVISIBLE: f64 = 3.0;
/// Those that draw a letter's outline, too.
const OUTLINED: [f64; 4] = [1.0, 2.0, 5.0, 6.0];

#[derive(Clone)]
pub(super) struct State {
    pub ctm: Matrix,
    /// What is seen lies within.
    pub clip: Rect,
    pub font: Option<Rc<Face>>,
    pub size: f64,
    pub character: f64,
    pub word: f64,
    pub scale: f64,
    pub width: f64,
    pub fill_alpha: f64,
    pub stroke_alpha: f64,
    pub multiplies: bool,
    leading: f64,
    rise: f64,
    mode: f64,
    /// Lightness of the fill, 0 is black; `None` where its colour space does not tell.
    light: Option<f64>,
    /// Colours are given in a space of which their numbers do not tell how light they are: inks by name, patterns, tables.
    named: bool,
    line: Matrix,
    text: Matrix,
}

impl State {
    pub fn new(ctm: Matrix, clip: Rect) -> Self {
        Self {
            ctm,
            clip,
            font: None,
            size: 0.0,
            character: 0.0,
            word: 0.0,
            scale: 1.0,
            width: 1.0,
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            multiplies: false,
            leading: 0.0,
            rise: 0.0,
            mode: 0.0,
            light: Some(0.0),
            named: false,
            line: Matrix::IDENTITY,
            text: Matrix::IDENTITY,
        }
    }

    /// Takes an operator; those that move no ink do nothing. `None` if its operands make no sense.
    pub fn operator(&mut self, word: &[u8], numbers: &[f64]) -> Option<()> {
        match (word, numbers) {
            (b"cm", six) => self.ctm = Matrix::of(six)?.then(self.ctm),
            (b"w", [width]) => self.width = *width,
            (b"BT", _) => (self.line, self.text) = (Matrix::IDENTITY, Matrix::IDENTITY),
            (b"Tc", [value]) => self.character = *value,
            (b"Tw", [value]) => self.word = *value,
            (b"Tz", [value]) => self.scale = value / 100.0,
            (b"TL", [value]) => self.leading = *value,
            (b"Ts", [value]) => self.rise = *value,
            (b"Tr", [mode]) => self.mode = *mode,
            (b"Td", [x, y]) => self.move_line(*x, *y),
            (b"TD", [x, y]) => {
                self.leading = -y;
                self.move_line(*x, *y);
            }
            (b"Tm", six) => (self.line, self.text) = (Matrix::of(six)?, Matrix::of(six)?),
            (b"T*", _) => self.move_line(0.0, -self.leading),
            (b"g" | b"rg" | b"k", [_, ..]) => self.colour(lightness(numbers)),
            (b"sc" | b"scn", [_, ..]) if !self.named => self.light = Some(lightness(numbers)),
            _ => {}
        }
        Some(())
    }

    /// The operators `'` and `"`: word and character spacing if given, then the next line.
    pub fn next_line(&mut self, values: &[f64]) {
        if let [word, character] = values {
            (self.word, self.character) = (*word, *character);
        }
        self.move_line(0.0, -self.leading);
    }

    pub fn advance(&mut self, by: f64) {
        self.text = Matrix::shift(by, 0.0).then(self.text);
    }

    /// Corners of the box of a letter of this width.
    pub fn letter(&self, width: f64) -> [(f64, f64); 4] {
        let (low, high) = (
            self.rise + DESCENT * self.size,
            self.rise + ASCENT * self.size,
        );
        let whole = self.text.then(self.ctm);
        let right = width * self.scale;
        [(0.0, low), (right, low), (right, high), (0.0, high)].map(|(x, y)| whole.point(x, y))
    }

    pub fn paints_text(&self) -> bool {
        self.mode != INVISIBLE
    }

    pub fn line_width(&self) -> f64 {
        self.width * self.ctm.scale()
    }

    /// Whether paint hides what lies beneath it.
    pub fn solid(&self, stroke: bool) -> bool {
        let alpha = if stroke {
            self.stroke_alpha
        } else {
            self.fill_alpha
        };
        let light = self.light.is_some_and(|light| light >= LIGHT);
        alpha > SEE_THROUGH && !(self.multiplies && light)
    }

    /// Whether the fill can be told from paper.
    pub fn dark(&self) -> bool {
        self.light.is_some_and(|light| light < PAPER) && self.fill_alpha > FAINT
    }

    /// Whether the fill is known not to be told from paper, and nothing outlines it.
    pub fn pale(&self) -> bool {
        let light = self.light.is_some_and(|light| light >= PAPER);
        (light || self.fill_alpha <= FAINT) && !OUTLINED.contains(&self.mode)
    }

    /// Takes a colour space by whether its numbers tell how light a colour is; its first colour is black.
    pub fn colour_space(&mut self, tells: bool) {
        self.named = !tells;
        self.light = tells.then_some(0.0);
    }

    fn colour(&mut self, light: f64) {
        (self.named, self.light) = (false, Some(light));
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }
}

/// Of one component of grey, three of light or four of ink.
fn lightness(numbers: &[f64]) -> f64 {
    match numbers {
        [c, m, y, k] => (1.0 - (c + m + y) / 3.0) * (1.0 - k),
        _ => numbers.iter().sum::<f64>() / numbers.len() as f64,
    }
}
