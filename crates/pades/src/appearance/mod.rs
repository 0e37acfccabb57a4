//! What a field shows: own form XObjects with an embedded font or an image, upright on the page as it is printed.

mod frame;
mod image;
pub mod marks;
mod stamp;
mod text;

pub use frame::{POINTS_PER_MM, PageFrame};
pub(crate) use image::image_appearance;
pub(crate) use stamp::stamp_form;
pub(crate) use text::{TextRun, block_appearance, line_appearance, text_appearances};

use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Rect};

/// Type size of number and date in printed points (Decree 30/2020/NĐ-CP, Annex I, II.3–4).
pub(crate) const TEXT_PT: u32 = 13;

/// The drawing area of one field: its box in user units, as wide and high as it is shown.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) width: f64,
    pub(crate) height: f64,
    frame: PageFrame,
}

impl Canvas {
    /// The canvas of a field's /Rect on a page.
    pub(crate) fn new(frame: PageFrame, rect: Rect) -> Self {
        let shown = frame.to_shown(rect);
        Self {
            width: shown.width() / frame.unit(),
            height: shown.height() / frame.unit(),
            frame,
        }
    }

    /// The whole of it.
    pub(crate) fn area(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width, self.height)
    }

    /// Printed points in one unit of the canvas.
    pub(crate) fn unit(&self) -> f64 {
        self.frame.unit()
    }

    /// Writes the form XObject (ISO 32000-2 8.10) that draws `content`.
    pub(crate) fn form(
        &self,
        update: &mut impl ObjectSink,
        resources: Dict,
        content: &str,
    ) -> ObjectId {
        let numbers = |values: &[f64]| {
            values
                .iter()
                .map(|value| Object::Real(*value))
                .collect::<Vec<_>>()
        };
        let dict = Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Form"))
            .with("BBox", numbers(&[0.0, 0.0, self.width, self.height]))
            .with("Matrix", numbers(&self.frame.upright()))
            .with("Resources", resources);
        update.add_stream(dict, content.as_bytes().to_vec(), false)
    }
}

/// Coordinates are written to thousandths of a point, far below what a printer resolves.
pub(crate) fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
