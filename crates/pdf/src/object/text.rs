//! Text strings (7.9.2): PDFDocEncoding, UTF-16BE and UTF-8.

use super::PdfString;

/// PDFDocEncoding where it differs from Latin-1 (annex D.2): 0x18..=0x1F, then 0x80..=0xA0.
const LOW: [char; 8] = [
    '\u{2d8}', '\u{2c7}', '\u{2c6}', '\u{2d9}', '\u{2dd}', '\u{2db}', '\u{2da}', '\u{2dc}',
];
const HIGH: [char; 33] = [
    '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}',
    '\u{2039}', '\u{203a}', '\u{2212}', '\u{2030}', '\u{201e}', '\u{201c}', '\u{201d}', '\u{2018}',
    '\u{2019}', '\u{201a}', '\u{2122}', '\u{fb01}', '\u{fb02}', '\u{141}', '\u{152}', '\u{160}',
    '\u{178}', '\u{17d}', '\u{131}', '\u{142}', '\u{153}', '\u{161}', '\u{17e}', '\u{fffd}',
    '\u{20ac}',
];

impl PdfString {
    /// A literal string of these bytes.
    #[must_use]
    pub fn literal(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            hex: false,
        }
    }

    /// A text string: ASCII as it is, everything else as UTF-16BE with its mark, which every viewer reads.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        if text.is_ascii() {
            return Self::literal(text.as_bytes());
        }
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        Self {
            bytes: units.flat_map(u16::to_be_bytes).collect(),
            hex: true,
        }
    }

    /// Decodes a text string. Broken surrogates and undefined bytes become U+FFFD.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self.bytes.as_slice() {
            [0xfe, 0xff, rest @ ..] => {
                let units: Vec<u16> = rest
                    .chunks(2)
                    .map(|pair| {
                        pair.iter()
                            .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
                    })
                    .collect();
                String::from_utf16_lossy(&units)
            }
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
            bytes => bytes.iter().map(|byte| from_pdf_doc(*byte)).collect(),
        }
    }
}

fn from_pdf_doc(byte: u8) -> char {
    let special = match byte {
        0x18..=0x1f => LOW.get(usize::from(byte - 0x18)),
        0x80..=0xa0 => HIGH.get(usize::from(byte - 0x80)),
        _ => None,
    };
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_survives_as_utf16() {
        let s = PdfString::from_text("Số văn bản");
        assert_eq!(s.to_text(), "Số văn bản");
        assert!(s.bytes.starts_with(&[0xfe, 0xff]));
    }

    #[test]
    fn other_producers_write_doc_encoding_or_utf8() {
        assert_eq!(
            PdfString::literal(b"caf\xe9 \x80 \xa0").to_text(),
            "café • €"
        );
        assert_eq!(PdfString::literal("\u{feff}ký nháy").to_text(), "ký nháy");
    }
}
