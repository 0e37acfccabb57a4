//! Embedded fonts: what is shown must be in the file, and a reader must be able to copy it out again.
//!
//! Liberation Serif 2 has the metrics of Times New Roman, which Decree 30/2020/NĐ-CP asks for (annex I), and all
//! Vietnamese letters. Text is expected in NFC: one letter, one glyph.

use crate::PdfError;

mod embed;
mod glyphs;

pub use embed::Subset;
pub use glyphs::Glyphs;

/// A TrueType font file.
#[derive(Clone)]
pub struct Face<'a> {
    data: &'a [u8],
    face: ttf_parser::Face<'a>,
}

/// Liberation Serif, upright.
///
/// # Errors
/// Never: the file is part of the program.
pub fn serif() -> Result<Face<'static>, PdfError> {
    Face::parse(include_bytes!("../fonts/LiberationSerif-Regular.ttf"))
}

/// Liberation Serif Italic.
///
/// # Errors
/// Never: the file is part of the program.
pub fn serif_italic() -> Result<Face<'static>, PdfError> {
    Face::parse(include_bytes!("../fonts/LiberationSerif-Italic.ttf"))
}

/// Liberation Serif Bold.
///
/// # Errors
/// Never: the file is part of the program.
pub fn serif_bold() -> Result<Face<'static>, PdfError> {
    Face::parse(include_bytes!("../fonts/LiberationSerif-Bold.ttf"))
}

/// Liberation Serif Bold Italic.
///
/// # Errors
/// Never: the file is part of the program.
pub fn serif_bold_italic() -> Result<Face<'static>, PdfError> {
    Face::parse(include_bytes!("../fonts/LiberationSerif-BoldItalic.ttf"))
}

impl<'a> Face<'a> {
    /// Reads a font file with TrueType outlines.
    ///
    /// # Errors
    /// [`PdfError::Font`] for anything else, and for fonts that forbid subsetting.
    pub fn parse(data: &'a [u8]) -> Result<Self, PdfError> {
        let face =
            ttf_parser::Face::parse(data, 0).map_err(|_| PdfError::Font("not a TrueType font"))?;
        if face.tables().glyf.is_none() {
            return Err(PdfError::Font("no TrueType outlines"));
        }
        if !face.is_subsetting_allowed() {
            return Err(PdfError::Font("its licence forbids subsetting"));
        }
        Ok(Self { data, face })
    }

    /// The first character of a text for which the font has no glyph.
    #[must_use]
    pub fn missing(&self, text: &str) -> Option<char> {
        text.chars().find(|c| self.face.glyph_index(*c).is_none())
    }

    /// Width of a line of text in points. Characters without a glyph count as nothing.
    #[must_use]
    pub fn width(&self, text: &str, size: f64) -> f64 {
        let advances = text
            .chars()
            .filter_map(|c| self.face.glyph_hor_advance(self.face.glyph_index(c)?));
        advances.map(|a| self.em(a.into())).sum::<f64>() * size
    }

    /// Height of the tallest letters with marks above the baseline, in points.
    #[must_use]
    pub fn ascent(&self, size: f64) -> f64 {
        self.em(self.face.ascender().into()) * size
    }

    /// Depth of the letters below the baseline, in points; negative.
    #[must_use]
    pub fn descent(&self, size: f64) -> f64 {
        self.em(self.face.descender().into()) * size
    }

    /// Height of capital letters and figures, in points.
    #[must_use]
    pub fn cap_height(&self, size: f64) -> f64 {
        self.em(self
            .face
            .capital_height()
            .unwrap_or(self.face.ascender())
            .into())
            * size
    }

    /// Font units as parts of an em.
    fn em(&self, units: f64) -> f64 {
        units / f64::from(self.face.units_per_em())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter of the Vietnamese alphabet with its tone marks, and what documents need besides.
    const LETTERS: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ\
        AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ0123456789–-/.,;:()“”…";

    #[test]
    fn every_face_has_every_vietnamese_letter() {
        for face in [serif(), serif_italic(), serif_bold(), serif_bold_italic()] {
            assert_eq!(face.unwrap().missing(LETTERS), None);
        }
        assert_eq!(serif().unwrap().missing("số 漢"), Some('漢'));
    }

    #[test]
    fn metrics_are_those_of_times_new_roman() {
        let face = serif().unwrap();
        // A digit of Times New Roman is half an em wide.
        assert!((face.width("123", 13.0) - 19.5).abs() < 1e-9);
        assert!(face.ascent(10.0) > face.cap_height(10.0) && face.descent(10.0) < 0.0);
    }

    #[test]
    fn not_a_font() {
        assert!(matches!(Face::parse(b"%PDF-1.7"), Err(PdfError::Font(_))));
    }
}
