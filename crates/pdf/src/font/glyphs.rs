//! Which letters the glyphs of an embedded font draw, whatever a `/ToUnicode` map says of them.

use std::{collections::HashMap, sync::LazyLock};

use ttf_parser::{GlyphId, OutlineBuilder, PlatformId};

use super::{Face, serif, serif_bold, serif_bold_italic, serif_italic};

/// The letters looked for: ASCII, Latin letters with marks, and the Vietnamese ones.
fn letters() -> impl Iterator<Item = char> {
    ('!'..='~')
        .chain('\u{c0}'..='\u{1b0}')
        .chain('\u{1ea0}'..='\u{1ef9}')
}

/// Outlines of our own faces, by which a glyph is known even where its font has no character map.
static OUTLINES: LazyLock<HashMap<Vec<u8>, char>> = LazyLock::new(|| {
    let faces = [serif(), serif_italic(), serif_bold(), serif_bold_italic()];
    let mut known = HashMap::new();
    for Face { face, .. } in faces.into_iter().flatten() {
        for letter in letters() {
            if let Some(outline) = face
                .glyph_index(letter)
                .and_then(|glyph| outline(&face, glyph))
            {
                known.entry(outline).or_insert(letter);
            }
        }
    }
    known
});

/// The glyphs of an embedded TrueType program.
pub struct Glyphs<'a> {
    face: ttf_parser::Face<'a>,
    /// Glyph to letters, by the program's own character map.
    mapped: HashMap<u16, Vec<char>>,
}

impl<'a> Glyphs<'a> {
    /// Reads a program; `None` for one that is not TrueType.
    #[must_use]
    pub fn parse(program: &'a [u8]) -> Option<Self> {
        let face = ttf_parser::Face::parse(program, 0).ok()?;
        face.tables().glyf?;
        let mut mapped: HashMap<u16, Vec<char>> = HashMap::new();
        for letter in letters() {
            if let Some(glyph) = face.glyph_index(letter) {
                mapped.entry(glyph.0).or_default().push(letter);
            }
        }
        Some(Self { face, mapped })
    }

    /// The glyph of a code of a simple font without an encoding, by the map that its program has inside: the symbolic one,
    /// whose codes begin at 0xF000, then the Roman one (ISO 32000-2 9.6.5.4).
    #[must_use]
    pub fn of_code(&self, code: u8) -> Option<u16> {
        let maps = self.face.tables().cmap?.subtables.into_iter();
        let glyph = |map: ttf_parser::cmap::Subtable<'_>| {
            let codes = match (map.platform_id, map.encoding_id) {
                (PlatformId::Windows, 0) => [0xf000 + u32::from(code), u32::from(code)],
                (PlatformId::Macintosh, 0) => [u32::from(code); 2],
                _ => return None,
            };
            codes.into_iter().find_map(|code| map.glyph_index(code))
        };
        maps.into_iter().find_map(glyph).map(|glyph| glyph.0)
    }

    /// The letters that a glyph is known to draw; none where that cannot be told. A form that is known
    /// counts more than the character map: a program may lie there too.
    #[must_use]
    pub fn letters(&self, glyph: u16) -> Vec<char> {
        let drawn = outline(&self.face, GlyphId(glyph));
        match drawn.and_then(|outline| OUTLINES.get(&outline)) {
            Some(letter) => vec![*letter],
            None => self.mapped.get(&glyph).cloned().unwrap_or_default(),
        }
    }
}

/// A glyph's outline as bytes in thousandths of an em, to compare; `None` for an empty one.
fn outline(face: &ttf_parser::Face<'_>, glyph: GlyphId) -> Option<Vec<u8>> {
    struct Pen(Vec<u8>, f32);
    impl Pen {
        fn put(&mut self, kind: u8, numbers: &[f32]) {
            self.0.push(kind);
            for number in numbers {
                #[allow(clippy::cast_possible_truncation)] // Glyphs are a few em large.
                let rounded = (number * self.1).round() as i16;
                self.0.extend(rounded.to_be_bytes());
            }
        }
    }
    impl OutlineBuilder for Pen {
        fn move_to(&mut self, x: f32, y: f32) {
            self.put(0, &[x, y]);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.put(1, &[x, y]);
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.put(2, &[x1, y1, x, y]);
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.put(3, &[x1, y1, x2, y2, x, y]);
        }
        fn close(&mut self) {
            self.put(4, &[]);
        }
    }
    let mut pen = Pen(Vec::new(), 1000.0 / f32::from(face.units_per_em()));
    face.outline_glyph(glyph, &mut pen)?;
    (!pen.0.is_empty()).then_some(pen.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_known_by_the_character_map_and_by_their_form() {
        let face = serif().unwrap();
        let glyphs = Glyphs::parse(face.data).unwrap();
        let nine = face.face.glyph_index('9').unwrap().0;
        assert_eq!(glyphs.letters(nine), ['9']);
        let mut remapper = subsetter::GlyphRemapper::new();
        let subset_nine = remapper.remap(nine);
        let program = subsetter::subset(face.data, 0, &remapper).unwrap();
        let subset = Glyphs::parse(&program).unwrap();
        assert!(subset.mapped.is_empty(), "a subset has no character map");
        assert_eq!(subset.letters(subset_nine), ['9']);
        assert!(Glyphs::parse(b"OTTO").is_none());
    }
}
