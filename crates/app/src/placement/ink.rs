//! What is drawn on a page, as a reader sees it: text, pictures of scans, marks of other signatures.

use std::io::Cursor;
use std::path::Path;

use trien_pades::PageFrame;
use trien_pdf::Rect;
use trien_render::{Picture, Renderer};

use crate::error::{AppError, ErrorCode, Result};

/// Pixels for each printed point: letters of 6 pt are seen, a page of A4 is half a million pixels.
const SCALE: f32 = 1.0;
/// Darker than this, of 255, is ink; a scan's yellowed paper is lighter.
const INK: u8 = 160;
/// This share of a box may be specks: dust on a scanner's glass.
const SPECKS: f64 = 0.003;

/// The ink of one page.
#[derive(Debug, Clone, PartialEq)]
pub struct Ink {
    columns: usize,
    rows: usize,
    /// The page as shown, in printed points.
    size: (f64, f64),
    /// The darkest of red, green and blue of each pixel, from the upper left.
    pixels: Vec<u8>,
}

impl Ink {
    /// Draws a page of a file and takes its ink.
    ///
    /// # Errors
    /// Those of the renderer.
    pub fn of(renderer: &Renderer, path: &Path, page: u32, frame: &PageFrame) -> Result<Self> {
        let picture = Picture {
            page,
            scale: SCALE,
            clip: None,
        };
        let png = renderer.render(path, &picture)?.png;
        let broken = |why: String| AppError::new(ErrorCode::RenderFailed, why);
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|e| broken(e.to_string()))?;
        let bytes = reader.output_buffer_size();
        let mut drawn = vec![0; bytes.ok_or_else(|| broken("too large".to_owned()))?];
        let info = (reader.next_frame(&mut drawn)).map_err(|e| broken(e.to_string()))?;
        let samples = info.color_type.samples();
        let darkest = |pixel: &[u8]| pixel.iter().take(3).min().copied().unwrap_or(u8::MAX);
        Ok(Self {
            columns: info.width as usize,
            rows: info.height as usize,
            size: (frame.width(), frame.height()),
            pixels: drawn.chunks(samples).map(darkest).collect(),
        })
    }

    /// Whether nothing but specks is drawn in a box of the page as shown.
    pub fn is_free(&self, shown: Rect) -> bool {
        let (width, height) = self.size;
        let column =
            |x: f64| ((x / width * self.columns as f64).max(0.0) as usize).min(self.columns);
        let row = |y: f64| {
            let from_above = (height - y) / height * self.rows as f64;
            (from_above.max(0.0) as usize).min(self.rows)
        };
        let (left, right) = (column(shown.x0), column(shown.x1));
        let (top, bottom) = (row(shown.y1), row(shown.y0));
        let lines = self
            .pixels
            .chunks(self.columns.max(1))
            .take(bottom)
            .skip(top);
        let within = lines.flat_map(|line| line.iter().take(right).skip(left));
        let dark = within.filter(|pixel| **pixel < INK).count();
        let area = right.saturating_sub(left) * bottom.saturating_sub(top);
        area > 0 && dark as f64 <= SPECKS * area as f64
    }

    /// A blank page with black boxes.
    #[cfg(test)]
    pub(super) fn blank(size: (f64, f64), boxes: &[Rect]) -> Self {
        let (columns, rows) = (size.0 as usize, size.1 as usize);
        let mut pixels = vec![u8::MAX; columns * rows];
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (x, y) = ((at % columns) as f64, size.1 - (at / columns) as f64);
            if boxes
                .iter()
                .any(|b| b.x0 <= x && x < b.x1 && b.y0 <= y && y < b.y1)
            {
                *pixel = 0;
            }
        }
        Self {
            columns,
            rows,
            size,
            pixels,
        }
    }
}
