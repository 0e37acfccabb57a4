//! The text of a page with its places.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::geometry::{PageGeometry, Rect};

/// One character as it stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TextChar {
    /// The character. Spaces and `\r\n` may be PDFium's own, added where the gap asks for them.
    pub ch: char,
    /// Its advance box: as wide as the glyph's advance, as high as the font's line. Empty where PDFium
    /// added the character itself.
    pub rect: Rect,
    /// The glyph's origin on the base line.
    pub origin: (f64, f64),
    /// The font's size in points as shown.
    pub size: f64,
}

/// The text of one page, in reading order as PDFium sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// How the page lies on the screen.
    pub geometry: PageGeometry,
    /// All characters.
    pub chars: Vec<TextChar>,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// Its characters without the line end.
    pub text: String,
    /// The box around them.
    pub rect: Rect,
    /// Where they stand in [`PageText::chars`].
    pub range: Range<usize>,
}

impl PageText {
    /// The plain text, lines ended with `\n`.
    pub fn plain(&self) -> String {
        let chars = self.chars.iter().map(|c| c.ch);
        chars.filter(|ch| *ch != '\r').collect()
    }

    /// The lines that hold anything.
    pub fn lines(&self) -> Vec<TextLine> {
        let is_end = |c: &TextChar| matches!(c.ch, '\r' | '\n');
        let mut lines = Vec::new();
        let mut start = 0;
        for chars in self.chars.split(is_end) {
            if !chars.is_empty() {
                lines.push(TextLine {
                    text: chars.iter().map(|c| c.ch).collect(),
                    rect: around(chars),
                    range: start..start + chars.len(),
                });
            }
            start += chars.len() + 1;
        }
        lines
    }

    /// Every place where the text stands within one line, in characters, not overlapping. Compared
    /// character by character: bring both to the same normal form first.
    pub fn find(&self, wanted: &str) -> Vec<Range<usize>> {
        let wanted: Vec<char> = wanted.chars().collect();
        let mut found: Vec<Range<usize>> = Vec::new();
        if wanted.is_empty() {
            return found;
        }
        for (start, window) in self.chars.windows(wanted.len()).enumerate() {
            let free = found.last().is_none_or(|last| last.end <= start);
            if free && window.iter().map(|c| c.ch).eq(wanted.iter().copied()) {
                found.push(start..start + wanted.len());
            }
        }
        found
    }

    /// The box around a range of characters; empty where the range is.
    pub fn rect_of(&self, range: Range<usize>) -> Rect {
        self.chars.get(range).map(around).unwrap_or_default()
    }
}

fn around(chars: &[TextChar]) -> Rect {
    let boxes = chars.iter().map(|c| c.rect);
    boxes.fold(Rect::default(), |all, one| all.union(&one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::PageSize;

    /// Characters 10 points wide on lines 20 points high, as PDFium would give them.
    fn page(text: &str) -> PageText {
        let (mut x, mut y) = (0.0, 700.0);
        let mut chars = Vec::new();
        for ch in text.chars() {
            let end = matches!(ch, '\r' | '\n');
            let rect = Rect {
                x0: x,
                y0: y,
                x1: x + 10.0,
                y1: y + 20.0,
            };
            chars.push(TextChar {
                ch,
                rect: if end { Rect::default() } else { rect },
                origin: (x, y),
                size: 14.0,
            });
            x = if end { 0.0 } else { x + 10.0 };
            y = if ch == '\n' { y - 20.0 } else { y };
        }
        let size = PageSize {
            width: 595.0,
            height: 842.0,
        };
        PageText {
            geometry: PageGeometry {
                size,
                rotation: 0,
                view: Rect::default(),
            },
            chars,
        }
    }

    #[test]
    fn lines_keep_their_place() {
        let page = page("Số: 1\r\n\r\nngày");
        let lines = page.lines();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["Số: 1", "ngày"]);
        let range = lines[1].range.clone();
        assert_eq!(page.rect_of(range), lines[1].rect);
        assert_eq!(lines[1].rect.y0, 660.0);
        assert_eq!(page.plain(), "Số: 1\n\nngày");
    }

    #[test]
    fn a_word_is_found_with_its_box() {
        let page = page("Số: aaa / Số:");
        assert_eq!(page.find("Số:"), [0..3, 10..13]);
        assert_eq!(page.find("aa").first(), Some(&(4..6)));
        assert_eq!(page.find("aa").len(), 1);
        assert_eq!(page.find(""), []);
        assert_eq!(page.rect_of(10..13).x0, 100.0);
        assert!(page.rect_of(10..99).is_empty());
    }
}
