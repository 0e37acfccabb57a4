//! A small builder of clean one-revision PDF 1.7 files: drafts for practice and tests.
//!
//! Coordinates are points from the lower left corner; text stands on its baseline.

use std::collections::BTreeMap;

use crate::{
    Dict, Object, ObjectId, ObjectSink, PdfError, Rect,
    font::{self, Subset},
    image::Image,
};

mod finish;
mod layout;

pub use layout::Paragraph;

/// A4 upright, as annex I of Decree 30/2020/NĐ-CP asks.
pub const A4: Rect = Rect {
    x0: 0.0,
    y0: 0.0,
    x1: 595.276,
    y1: 841.89,
};

/// Points in a millimetre.
pub const MM: f64 = 72.0 / 25.4;

/// Liberation Serif in four cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Upright.
    Regular,
    /// Italic.
    Italic,
    /// Bold.
    Bold,
    /// Bold italic.
    BoldItalic,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The cut.
    pub cut: Cut,
    /// Size in points.
    pub size: f64,
    /// Red, green, blue, 0 to 1.
    pub color: [f64; 3],
}

impl Style {
    /// Black text.
    #[must_use]
    pub fn new(cut: Cut, size: f64) -> Self {
        Self {
            cut,
            size,
            color: [0.0; 3],
        }
    }
}

/// A document in the making. It is its own [`ObjectSink`], so that annotations and other objects can be put in too.
pub struct Document {
    objects: BTreeMap<ObjectId, Object>,
    next: u32,
    fonts: [(Subset<'static>, ObjectId); 4],
    pages: Vec<Sheet>,
    catalog: Dict,
    info: Dict,
}

/// One page in the making.
struct Sheet {
    id: ObjectId,
    media_box: Rect,
    content: Vec<u8>,
    images: Vec<ObjectId>,
    extra: Dict,
}

impl Document {
    /// An empty document; it needs at least one page.
    ///
    /// # Errors
    /// Never: the fonts are part of the program.
    pub fn new() -> Result<Self, PdfError> {
        let id = |number| ObjectId {
            number,
            generation: 0,
        };
        // 1 is the catalog, 2 the page tree, 3 the information dictionary.
        Ok(Self {
            objects: BTreeMap::new(),
            next: 8,
            fonts: [
                (Subset::new(font::serif()?), id(4)),
                (Subset::new(font::serif_italic()?), id(5)),
                (Subset::new(font::serif_bold()?), id(6)),
                (Subset::new(font::serif_bold_italic()?), id(7)),
            ],
            pages: Vec::new(),
            catalog: Dict::new(),
            info: Dict::new(),
        })
    }

    /// Further entries of the catalog.
    pub fn catalog(&mut self) -> &mut Dict {
        &mut self.catalog
    }

    /// The information dictionary: `/Title`, `/Author` and so on.
    pub fn info(&mut self) -> &mut Dict {
        &mut self.info
    }

    /// Begins a new page; what is drawn from now on goes there. Its number holds for references within this document;
    /// the finished file is numbered without gaps.
    pub fn page(&mut self, media_box: Rect) -> ObjectId {
        let id = self.allocate();
        self.pages.push(Sheet {
            id,
            media_box,
            content: Vec::new(),
            images: Vec::new(),
            extra: Dict::new(),
        });
        id
    }

    /// Further entries of the current page, such as `/Annots`.
    ///
    /// # Errors
    /// When there is no page yet.
    pub fn page_dict(&mut self) -> Result<&mut Dict, PdfError> {
        Ok(&mut self.sheet()?.extra)
    }

    /// Puts raw content operators on the current page.
    ///
    /// # Errors
    /// When there is no page yet.
    pub fn draw(&mut self, operators: &str) -> Result<(), PdfError> {
        let content = &mut self.sheet()?.content;
        content.extend(operators.bytes());
        content.push(b'\n');
        Ok(())
    }

    /// Width of a line of text in points.
    #[must_use]
    pub fn width(&self, style: Style, text: &str) -> f64 {
        self.fonts
            .get(style.cut as usize)
            .map_or(0.0, |(subset, _)| subset.face().width(text, style.size))
    }

    /// A line of text that begins at `x`.
    ///
    /// # Errors
    /// [`PdfError::MissingGlyph`], or when there is no page yet.
    pub fn text(&mut self, x: f64, y: f64, style: Style, text: &str) -> Result<(), PdfError> {
        self.spaced_text(x, y, style, text, 0.0)
    }

    /// A line of text whose middle is at `x`.
    ///
    /// # Errors
    /// As [`Document::text`].
    pub fn centred(&mut self, x: f64, y: f64, style: Style, text: &str) -> Result<(), PdfError> {
        let x = x - self.width(style, text) / 2.0;
        self.text(x, y, style, text)
    }

    /// A straight black line.
    ///
    /// # Errors
    /// When there is no page yet.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64) -> Result<(), PdfError> {
        self.draw(&format!(
            "q {width:.3} w {:.3} {:.3} m {:.3} {:.3} l S Q",
            from.0, from.1, to.0, to.1
        ))
    }

    /// A picture that fills a rectangle.
    ///
    /// # Errors
    /// When there is no page yet.
    pub fn image(&mut self, image: &Image, place: Rect) -> Result<(), PdfError> {
        let id = image.write(self);
        let sheet = self.sheet()?;
        let name = sheet.images.len();
        sheet.images.push(id);
        let (w, h) = (place.width(), place.height());
        self.draw(&format!(
            "q {w:.3} 0 0 {h:.3} {:.3} {:.3} cm /Im{name} Do Q",
            place.x0, place.y0
        ))
    }

    /// A line of text with `extra` points after each space, as justified lines need.
    fn spaced_text(
        &mut self,
        x: f64,
        y: f64,
        style: Style,
        text: &str,
        extra: f64,
    ) -> Result<(), PdfError> {
        let Some((subset, _)) = self.fonts.get_mut(style.cut as usize) else {
            return Ok(());
        };
        let mut shown = String::new();
        for word in text.split_inclusive(' ') {
            let codes = subset.encode(word)?;
            shown.push('<');
            shown.extend(codes.iter().map(|byte| format!("{byte:02x}")));
            shown.push('>');
            if extra != 0.0 && word.ends_with(' ') {
                shown.push_str(&format!(" {:.1} ", -extra * 1000.0 / style.size));
            }
        }
        let [r, g, b] = style.color;
        let (cut, size) = (style.cut as usize, style.size);
        self.draw(&format!(
            "BT /F{cut} {size} Tf {r} {g} {b} rg {x:.3} {y:.3} Td [{shown}] TJ ET"
        ))
    }

    fn sheet(&mut self) -> Result<&mut Sheet, PdfError> {
        self.pages
            .last_mut()
            .ok_or(PdfError::WrongType { what: "page" })
    }
}

impl ObjectSink for Document {
    fn allocate(&mut self) -> ObjectId {
        let id = ObjectId {
            number: self.next,
            generation: 0,
        };
        self.next += 1;
        id
    }

    fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects.insert(id, object.into());
    }
}
