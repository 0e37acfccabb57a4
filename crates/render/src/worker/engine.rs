//! PDFium's documents and pages.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pdfium_render::prelude::{
    PdfDocument, PdfPage, PdfPageRenderRotation, PdfPageTextChar, PdfRect, Pdfium, PdfiumError,
    PdfiumInternalError,
};

use super::picture;
use crate::error::RenderError;
use crate::geometry::{PageGeometry, PageSize, PixelRect, Rect};
use crate::protocol::{MAX_CHARS, MAX_PAGES, Reply, Request};
use crate::text::{PageText, TextChar};

/// Documents kept open: the one that is read, the one beside it, and what was read just before.
const KEPT_OPEN: usize = 4;

/// Holds the open documents, the most recently used one last.
pub struct Engine<'p> {
    pdfium: &'p Pdfium,
    pixels: u64,
    open: Vec<Open<'p>>,
}

struct Open<'p> {
    path: PathBuf,
    stamp: Stamp,
    document: PdfDocument<'p>,
}

/// Tells a file from its successor of the same name.
type Stamp = (u64, Option<SystemTime>);

impl<'p> Engine<'p> {
    pub fn new(pdfium: &'p Pdfium, pixels: u64) -> Engine<'p> {
        Engine {
            pdfium,
            pixels,
            open: Vec::new(),
        }
    }

    pub fn answer(&mut self, request: &Request) -> Result<(Reply, Vec<u8>), RenderError> {
        let only = |reply| (reply, Vec::new());
        match request {
            Request::Open { path } => self.sizes(path).map(only),
            Request::Page { path, page } => {
                let page = self.page(path, *page)?;
                geometry(&page).map(Reply::Page).map(only)
            }
            Request::Render {
                path,
                page,
                scale,
                clip,
            } => {
                let page = self.page(path, *page)?;
                self.render(&page, *scale, *clip)
            }
            Request::Text { path, page } => {
                let page = self.page(path, *page)?;
                text(&page).map(Reply::Text).map(only)
            }
        }
    }

    fn sizes(&mut self, path: &Path) -> Result<Reply, RenderError> {
        let pages = self.document(path)?.pages();
        within("pages", pages.len() as u64, MAX_PAGES)?;
        let size = |index| {
            let size = pages.page_size(index).map_err(refused("page size"))?;
            Ok(PageSize {
                width: size.width().value.into(),
                height: size.height().value.into(),
            })
        };
        let pages = pages
            .as_range()
            .map(size)
            .collect::<Result<Vec<_>, RenderError>>()?;
        Ok(Reply::Document { pages })
    }

    fn page(&mut self, path: &Path, index: u32) -> Result<PdfPage<'p>, RenderError> {
        let pages = self.document(path)?.pages();
        let count = pages.len();
        let number = i32::try_from(index).ok().filter(|index| *index < count);
        let number = number.ok_or(RenderError::NoSuchPage {
            page: index,
            pages: u32::try_from(count).unwrap_or(0),
        })?;
        pages.get(number).map_err(refused("loading the page"))
    }

    fn render(
        &self,
        page: &PdfPage,
        scale: f32,
        clip: Option<PixelRect>,
    ) -> Result<(Reply, Vec<u8>), RenderError> {
        let whole = picture::scaled_size(page, scale);
        let part = clip.unwrap_or(PixelRect {
            x: 0,
            y: 0,
            width: whole.0,
            height: whole.1,
        });
        let pixels = u64::from(part.width) * u64::from(part.height);
        within("picture in pixels", pixels, self.pixels)?;
        // PDFium counts pixels in 32 bits; a part of a page beyond this would wrap around.
        let edge = whole.0.max(whole.1).max(part.x).max(part.y);
        within("edge of the page in pixels", edge.into(), 1 << 24)?;
        let (width, height) = (part.width, part.height);
        Ok((
            Reply::Picture { width, height },
            picture::draw(page, whole, part)?,
        ))
    }

    /// The document at a path, opened again where the file has changed.
    fn document(&mut self, path: &Path) -> Result<&PdfDocument<'p>, RenderError> {
        let unreadable = |error: std::io::Error| RenderError::Unreadable {
            path: path.to_path_buf(),
            reason: error.to_string(),
        };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        let stamp = (metadata.len(), metadata.modified().ok());
        let known = self.open.iter().position(|open| open.path == path);
        let kept = known
            .map(|at| self.open.remove(at))
            .filter(|open| open.stamp == stamp);
        let open = match kept {
            Some(open) => open,
            None => {
                let file = File::open(path).map_err(unreadable)?;
                let document = self.pdfium.load_pdf_from_reader(file, None);
                Open {
                    path: path.to_path_buf(),
                    stamp,
                    document: document.map_err(not_opened)?,
                }
            }
        };
        if self.open.len() >= KEPT_OPEN {
            self.open.remove(0);
        }
        self.open.push(open);
        let last = self.open.last().map(|open| &open.document);
        last.ok_or_else(|| RenderError::Refused {
            reason: "no document is open".into(),
        })
    }
}

fn within(what: &str, value: u64, limit: u64) -> Result<(), RenderError> {
    if value <= limit {
        return Ok(());
    }
    let what = what.into();
    Err(RenderError::TooLarge { what, value, limit })
}

fn not_opened(error: PdfiumError) -> RenderError {
    use PdfiumInternalError::{PasswordError, SecurityError};
    match error {
        PdfiumError::PdfiumLibraryInternalError(PasswordError | SecurityError) => {
            RenderError::Encrypted
        }
        _ => RenderError::NotAPdf,
    }
}

/// Names the step in which PDFium failed; it says no more itself.
pub fn refused(step: &'static str) -> impl Fn(PdfiumError) -> RenderError {
    move |error| RenderError::Refused {
        reason: format!("{step}: {error}"),
    }
}

fn geometry(page: &PdfPage) -> Result<PageGeometry, RenderError> {
    let rotation = match page.rotation().map_err(refused("rotation"))? {
        PdfPageRenderRotation::None => 0,
        PdfPageRenderRotation::Degrees90 => 90,
        PdfPageRenderRotation::Degrees180 => 180,
        PdfPageRenderRotation::Degrees270 => 270,
    };
    let view = page.boundaries().bounding().map_err(refused("page box"))?;
    Ok(PageGeometry {
        size: PageSize {
            width: page.width().value.into(),
            height: page.height().value.into(),
        },
        rotation,
        view: rect(&view.bounds),
    })
}

fn text(page: &PdfPage) -> Result<PageText, RenderError> {
    let text = page.text().map_err(refused("text"))?;
    let chars = text.chars();
    within("characters on the page", chars.len() as u64, MAX_CHARS)?;
    Ok(PageText {
        geometry: geometry(page)?,
        chars: chars.iter().map(|one| text_char(&one)).collect(),
    })
}

fn text_char(one: &PdfPageTextChar) -> TextChar {
    /// PDFium's mark for a hyphen at a line's end.
    const LINE_END_HYPHEN: char = '\u{2}';
    let ch = match one.unicode_char() {
        Some(LINE_END_HYPHEN) => '-',
        Some(ch) => ch,
        None => char::REPLACEMENT_CHARACTER,
    };
    let origin = one
        .origin()
        .map(|(x, y)| (x.value.into(), y.value.into()))
        .unwrap_or_default();
    let axes = Axes::of(one);
    TextChar {
        ch,
        rect: axes.advance_box(one, origin).unwrap_or_default(),
        origin,
        size: f64::from(one.unscaled_font_size().value) * axes.up.0.hypot(axes.up.1),
    }
}

/// Where a character's line leads, and where it is up, in the page's default user space.
struct Axes {
    along: (f64, f64),
    up: (f64, f64),
}

impl Axes {
    fn of(one: &PdfPageTextChar) -> Self {
        let matrix = one.matrix();
        let part = |a: f32, b: f32| (f64::from(a), f64::from(b));
        matrix.map_or(
            Self {
                along: (1.0, 0.0),
                up: (0.0, 1.0),
            },
            |m| Self {
                along: part(m.a(), m.b()),
                up: part(m.c(), m.d()),
            },
        )
    }

    /// As wide as the glyph's advance and as high as the font's line. PDFium makes that box of text that runs from left
    /// to right only; of a scan's or a landscape page's, which is turned back by /Rotate, it is made of the glyph's ink
    /// along the line and of the font's size across it.
    fn advance_box(&self, one: &PdfPageTextChar, (x, y): (f64, f64)) -> Option<Rect> {
        /// What of a line's height lies above and below the base line, of Times and its kin.
        const ABOVE: f64 = 0.8;
        const BELOW: f64 = -0.2;
        let (a, b) = self.along;
        let level = a > 0.0 && b == 0.0;
        if level {
            return one.loose_bounds().as_ref().map(rect).ok();
        }
        let ink = one.tight_bounds().as_ref().map(rect).ok()?;
        let size = f64::from(one.unscaled_font_size().value);
        let across = |origin: f64, up: f64| {
            let (one, other) = (origin + ABOVE * size * up, origin + BELOW * size * up);
            (one.min(other), one.max(other))
        };
        if ink.is_empty() {
            None
        } else if a == 0.0 {
            let (x0, x1) = across(x, self.up.0);
            Some(Rect { x0, x1, ..ink })
        } else if b == 0.0 {
            let (y0, y1) = across(y, self.up.1);
            Some(Rect { y0, y1, ..ink })
        } else {
            Some(ink)
        }
    }
}

fn rect(bounds: &PdfRect) -> Rect {
    Rect {
        x0: bounds.left().value.into(),
        y0: bounds.bottom().value.into(),
        x1: bounds.right().value.into(),
        y1: bounds.top().value.into(),
    }
}
