//! Paragraphs: greedy line breaking at spaces, justified as Decree 30 asks for the text of a document.

use super::{Document, Style};
use crate::PdfError;

/// Where a paragraph stands and how its lines follow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paragraph {
    /// Left edge.
    pub x: f64,
    /// Baseline of the first line.
    pub y: f64,
    /// Width of a full line.
    pub width: f64,
    /// How much further right the first line begins.
    pub indent: f64,
    /// From one baseline to the next.
    pub leading: f64,
    /// Whether full lines are stretched to the right edge.
    pub justify: bool,
}

impl Document {
    /// Sets a paragraph and returns the baseline on which the next line would stand. It does not break pages.
    ///
    /// # Errors
    /// As [`Document::text`].
    pub fn paragraph(
        &mut self,
        place: Paragraph,
        style: Style,
        text: &str,
    ) -> Result<f64, PdfError> {
        let lines = self.break_lines(place, style, text);
        let mut y = place.y;
        for (i, line) in lines.iter().enumerate() {
            let indent = if i == 0 { place.indent } else { 0.0 };
            let spaces = line.matches(' ').count();
            let room = place.width - indent - self.width(style, line);
            let stretch = place.justify && i + 1 < lines.len() && spaces > 0;
            #[allow(clippy::cast_precision_loss)] // A line has a few dozen spaces.
            let extra = if stretch { room / spaces as f64 } else { 0.0 };
            self.spaced_text(place.x + indent, y, style, line, extra)?;
            y -= place.leading;
        }
        Ok(y)
    }

    /// A word wider than the line stands alone and runs over.
    fn break_lines(&self, place: Paragraph, style: Style, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut current = String::new();
        for word in text.split_whitespace() {
            let indent = if lines.is_empty() { place.indent } else { 0.0 };
            let longer = if current.is_empty() {
                word.to_owned()
            } else {
                format!("{current} {word}")
            };
            if current.is_empty() || self.width(style, &longer) <= place.width - indent {
                current = longer;
            } else {
                lines.push(std::mem::replace(&mut current, word.to_owned()));
            }
        }
        lines.push(current);
        lines
    }
}
