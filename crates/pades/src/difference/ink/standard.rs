//! Widths of the standard fonts (ISO 32000-2 9.6.2.2), which a file need not give.

use trien_pdf::font;

/// Widths of ` ` to `~` in thousandths, from the metrics that Adobe published for Helvetica.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// The same for Helvetica-Bold.
const HELVETICA_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// Widths of the codes ` ` to `~` of the font `name`, in thousandths; none for a font unknown here.
pub(super) fn widths(name: &str) -> Vec<(u32, f64)> {
    let bold = name.contains("Bold");
    let italic = name.contains("Italic") || name.contains("Oblique");
    if name.contains("Courier") {
        return (32..127).map(|code| (code, 600.0)).collect();
    }
    if name.contains("Helvetica") || name.contains("Arial") {
        let table = if bold { HELVETICA_BOLD } else { HELVETICA };
        return (32..).zip(table.map(f64::from)).collect();
    }
    if !name.contains("Times") {
        return Vec::new();
    }
    // Liberation Serif has the widths of Times.
    let face = match (bold, italic) {
        (false, false) => font::serif(),
        (false, true) => font::serif_italic(),
        (true, false) => font::serif_bold(),
        (true, true) => font::serif_bold_italic(),
    };
    let Ok(face) = face else { return Vec::new() };
    let letters =
        (' '..='~').map(|letter| (u32::from(letter), face.width(&letter.to_string(), 1000.0)));
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::widths;

    #[test]
    fn widths_of_a_figure() {
        let of = |name, letter| {
            let found = widths(name)
                .into_iter()
                .find(|(code, _)| *code == u32::from(letter));
            found.map(|(_, width)| width)
        };
        assert_eq!(of("Helvetica", b'5'), Some(556.0));
        assert_eq!(of("Courier-Bold", b'5'), Some(600.0));
        assert_eq!(of("Times-Roman", b'5'), Some(500.0));
        assert_eq!(of("ABCDEF+Calibri", b'5'), None);
        assert_eq!(of("Helvetica-Bold", b'~'), Some(584.0));
    }
}
