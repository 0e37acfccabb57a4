//! The glyphs of a page by base line: PDFium's own line breaks join columns, so lines are told by
//! geometry.

use trien_domain::text::{compose, fold};
use trien_render::{PageText, Rect, TextChar};

/// Glyphs within this many points of a base line stand on it: half of the smallest leading in use.
const SAME_LINE: f64 = 3.0;

/// A gap of more than this many times the font size separates two words or columns.
const WORD_GAP: f64 = 0.2;

/// The visible glyphs of one page.
#[derive(Debug, Clone, Default)]
pub struct Glyphs {
    /// What is shown of the page.
    pub view: Rect,
    glyphs: Vec<TextChar>,
}

/// A run of glyphs that stand close together on one base line.
#[derive(Debug, Clone)]
pub struct Word {
    /// The text, composed.
    pub text: String,
    /// The box around it.
    pub rect: Rect,
    /// Base line.
    pub baseline: f64,
    /// Font size in points.
    pub size: f64,
}

impl Glyphs {
    /// The glyphs that PDFium found drawn; spaces and line ends are told by gaps.
    pub fn of(page: &PageText) -> Self {
        let drawn =
            |c: &&TextChar| !c.ch.is_whitespace() && !c.ch.is_control() && !c.rect.is_empty();
        Self {
            view: page.geometry.view,
            glyphs: page.chars.iter().filter(drawn).copied().collect(),
        }
    }

    /// Whether no glyph stands in the box.
    pub fn is_free(&self, rect: &Rect) -> bool {
        !self.glyphs.iter().any(|glyph| overlap(&glyph.rect, rect))
    }

    /// All words, top to bottom, left to right.
    pub fn words(&self) -> Vec<Word> {
        let mut glyphs = self.glyphs.clone();
        glyphs.sort_by(|a, b| b.origin.1.total_cmp(&a.origin.1));
        let mut lines: Vec<Vec<TextChar>> = Vec::new();
        for glyph in glyphs {
            match lines.last_mut() {
                Some(line)
                    if line
                        .first()
                        .is_some_and(|f| (f.origin.1 - glyph.origin.1).abs() < SAME_LINE) =>
                {
                    line.push(glyph)
                }
                _ => lines.push(vec![glyph]),
            }
        }
        lines.into_iter().flat_map(split_into_words).collect()
    }
}

/// Whether two boxes have a point inside both.
pub fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1
}

fn split_into_words(mut line: Vec<TextChar>) -> Vec<Word> {
    line.sort_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let mut words: Vec<Word> = Vec::new();
    for glyph in line {
        match words.last_mut() {
            Some(word) if glyph.rect.x0 - word.rect.x1 < WORD_GAP * glyph.size => {
                word.text.push(glyph.ch);
                word.rect = word.rect.union(&glyph.rect);
            }
            _ => words.push(Word {
                text: glyph.ch.to_string(),
                rect: glyph.rect,
                baseline: glyph.origin.1,
                size: glyph.size,
            }),
        }
    }
    for word in &mut words {
        word.text = compose(&word.text);
    }
    words
}

impl Word {
    /// Whether the word is this one but for marks and case; punctuation around it is not counted.
    pub fn is(&self, folded: &str) -> bool {
        fold(&self.text) == folded
    }

    /// Whether the other word stands on this one's base line.
    pub fn same_line(&self, other: &Word) -> bool {
        (self.baseline - other.baseline).abs() < SAME_LINE
    }
}
