//! A composite font with Identity-H (9.7): glyph numbers in the text, a `/ToUnicode` map to get the letters back.

use std::{collections::BTreeMap, fmt::Write as _};

use subsetter::GlyphRemapper;

use super::Face;
use crate::{
    Dict, Object, ObjectId, ObjectSink, PdfError, PdfString, Rect, update::section::fingerprint,
};

/// The glyphs of a face that a text needs. Encode all text first, then write the font once.
#[derive(Clone)]
pub struct Subset<'a> {
    face: Face<'a>,
    remapper: GlyphRemapper,
    /// New glyph number to character and advance in thousandths of an em.
    glyphs: BTreeMap<u16, (char, f64)>,
}

impl<'a> Subset<'a> {
    /// No glyph yet.
    #[must_use]
    pub fn new(face: Face<'a>) -> Self {
        Self {
            face,
            remapper: GlyphRemapper::new(),
            glyphs: BTreeMap::new(),
        }
    }

    /// The face.
    #[must_use]
    pub fn face(&self) -> &Face<'a> {
        &self.face
    }

    /// Whether nothing was encoded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// The bytes of a string to show with this font: two per character.
    ///
    /// # Errors
    /// [`PdfError::MissingGlyph`]; a box in an official document is worse than a refusal.
    pub fn encode(&mut self, text: &str) -> Result<Vec<u8>, PdfError> {
        let mut codes = Vec::with_capacity(2 * text.len());
        for c in text.chars() {
            let glyph = self
                .face
                .face
                .glyph_index(c)
                .filter(|g| g.0 != 0)
                .ok_or(PdfError::MissingGlyph(c))?;
            let advance = f64::from(self.face.face.glyph_hor_advance(glyph).unwrap_or(0));
            let code = self.remapper.remap(glyph.0);
            self.glyphs
                .entry(code)
                .or_insert((c, (self.face.em(advance) * 1000.0).round()));
            codes.extend(code.to_be_bytes());
        }
        Ok(codes)
    }

    /// Writes the font and everything under it; returns the `/Font` object for `/Resources`.
    ///
    /// # Errors
    /// [`PdfError::Font`] when the subset cannot be made.
    pub fn write(&self, sink: &mut impl ObjectSink) -> Result<ObjectId, PdfError> {
        let id = sink.allocate();
        self.write_as(id, sink)?;
        Ok(id)
    }

    /// As [`Subset::write`], under a number that was allocated before.
    ///
    /// # Errors
    /// As [`Subset::write`].
    pub fn write_as(&self, id: ObjectId, sink: &mut impl ObjectSink) -> Result<(), PdfError> {
        let program = subsetter::subset(self.face.data, 0, &self.remapper)
            .map_err(|_| PdfError::Font("the subset could not be made"))?;
        let name = Object::name(&self.tagged_name(&program));
        let length = i64::try_from(program.len()).map_err(|_| PdfError::Font("too large"))?;
        let file = sink.add_stream(Dict::new().with("Length1", length), program, true);
        let descriptor = sink.add(self.descriptor(name.clone(), file));
        let system = Dict::new()
            .with("Registry", PdfString::literal(b"Adobe"))
            .with("Ordering", PdfString::literal(b"Identity"))
            .with("Supplement", 0);
        let descendant = Dict::new()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("CIDFontType2"))
            .with("BaseFont", name.clone())
            .with("CIDSystemInfo", system)
            .with("FontDescriptor", descriptor)
            .with("DW", 0)
            .with("W", self.widths())
            .with("CIDToGIDMap", Object::name("Identity"));
        let descendant = sink.add(descendant);
        let unicode = sink.add_stream(Dict::new(), self.to_unicode().into_bytes(), true);
        let font = Dict::new()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type0"))
            .with("BaseFont", name)
            .with("Encoding", Object::name("Identity-H"))
            .with("DescendantFonts", vec![descendant.into()])
            .with("ToUnicode", unicode);
        sink.set(id, font);
        Ok(())
    }

    /// Six capital letters that tell subsets apart (9.6.4), made from the subset itself.
    fn tagged_name(&self, program: &[u8]) -> String {
        let tag = fingerprint(&[program])
            .into_iter()
            .take(6)
            .map(|byte| char::from(b'A' + byte % 26));
        let names = self.face.face.names();
        let name = names
            .into_iter()
            .find(|n| n.name_id == ttf_parser::name_id::POST_SCRIPT_NAME && n.is_unicode());
        let name = name
            .and_then(|n| n.to_string())
            .unwrap_or_else(|| "Font".to_owned());
        tag.chain(['+'])
            .chain(name.chars().filter(char::is_ascii_graphic))
            .collect()
    }

    fn descriptor(&self, name: Object, file: ObjectId) -> Dict {
        let face = &self.face.face;
        let scaled = |units: f64| (self.face.em(units) * 1000.0).round();
        let bbox = face.global_bounding_box();
        let bbox = [bbox.x_min, bbox.y_min, bbox.x_max, bbox.y_max].map(|v| scaled(v.into()));
        let flags = 2 + 4 + if face.is_italic() { 64 } else { 0 }; // serif, symbolic, italic (table 123)
        Dict::new()
            .with("Type", Object::name("FontDescriptor"))
            .with("FontName", name)
            .with("Flags", flags)
            .with(
                "FontBBox",
                Rect {
                    x0: bbox[0],
                    y0: bbox[1],
                    x1: bbox[2],
                    y1: bbox[3],
                }
                .to_object(),
            )
            .with("ItalicAngle", f64::from(face.italic_angle()))
            .with("Ascent", self.face.ascent(1000.0).round())
            .with("Descent", self.face.descent(1000.0).round())
            .with("CapHeight", self.face.cap_height(1000.0).round())
            .with(
                "StemV",
                if face.weight().to_number() >= 600 {
                    140
                } else {
                    80
                },
            )
            .with("FontFile2", file)
    }

    fn widths(&self) -> Vec<Object> {
        let each = self.glyphs.iter().flat_map(|(code, (_, width))| {
            [
                Object::Integer((*code).into()),
                Object::Array(vec![Object::Real(*width)]),
            ]
        });
        each.collect()
    }

    /// The CMap of 9.10.3.
    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n",
        );
        let glyphs: Vec<_> = self.glyphs.iter().collect();
        // A block holds at most a hundred lines.
        for block in glyphs.chunks(100) {
            // Writing to a string cannot fail.
            let _ = writeln!(map, "{} beginbfchar", block.len());
            for (code, (c, _)) in block {
                let units: String = c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|u| format!("{u:04x}"))
                    .collect();
                let _ = writeln!(map, "<{code:04x}> <{units}>");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}
