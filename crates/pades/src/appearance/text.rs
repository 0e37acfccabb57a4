//! Number and date: one line of text, centred in its box on the printed baseline.

use trien_pdf::font::{Face, Subset, serif, serif_italic};
use trien_pdf::{Dict, ObjectId, ObjectSink};

use super::marks::BASELINE_PT;
use super::{Canvas, TEXT_PT};
use crate::error::PadesError;

/// A text that is too wide for its box shrinks to this at most, in points.
const MIN_PT: f64 = 11.0;

/// One text to draw.
pub(crate) struct TextRun {
    pub(crate) field: String,
    pub(crate) text: String,
    pub(crate) italic: bool,
    pub(crate) canvas: Canvas,
}

/// One appearance for each run, in their order. All upright runs share one font subset, all italic ones another.
pub(crate) fn text_appearances(
    sink: &mut impl ObjectSink,
    runs: &[TextRun],
) -> Result<Vec<ObjectId>, PadesError> {
    let (mut upright, mut italic) = (
        Style::new(sink, serif()?),
        Style::new(sink, serif_italic()?),
    );
    let appearances = runs
        .iter()
        .map(|run| {
            if run.italic {
                italic.draw(sink, run)
            } else {
                upright.draw(sink, run)
            }
        })
        .collect::<Result<_, _>>()?;
    upright.write(sink)?;
    italic.write(sink)?;
    Ok(appearances)
}

/// A font subset that is written once all its letters are known.
struct Style<'a> {
    subset: Subset<'a>,
    font: ObjectId,
}

impl<'a> Style<'a> {
    fn new(sink: &mut impl ObjectSink, face: Face<'a>) -> Self {
        Self {
            subset: Subset::new(face),
            font: sink.allocate(),
        }
    }

    fn draw(&mut self, sink: &mut impl ObjectSink, run: &TextRun) -> Result<ObjectId, PadesError> {
        let codes = self.subset.encode(&run.text)?;
        let unit = run.canvas.unit();
        let size = self.size(run)? / unit;
        let x = (run.canvas.width - self.subset.face().width(&run.text, size)) / 2.0;
        let y = BASELINE_PT / unit;
        // ISO 32000-2 12.7.4.3: what stands between /Tx BMC and EMC is the field's value.
        let mut content = format!(
            "/Tx BMC\nq\nBT\n/F0 {} Tf\n0 g\n{} {} Td\n<",
            short(size),
            short(x),
            short(y)
        );
        content.extend(codes.iter().map(|byte| format!("{byte:02X}")));
        content.push_str("> Tj\nET\nQ\nEMC");
        let resources = Dict::new().with("Font", Dict::new().with("F0", self.font));
        Ok(run.canvas.form(sink, resources, &content))
    }

    /// Printed size in points: 13, or as much less as makes the text fit.
    fn size(&self, run: &TextRun) -> Result<f64, PadesError> {
        let wanted = f64::from(TEXT_PT);
        let room_pt = run.canvas.width * run.canvas.unit();
        let fitting = wanted * room_pt / self.subset.face().width(&run.text, wanted);
        if fitting >= MIN_PT {
            return Ok(fitting.min(wanted));
        }
        let needed_pt = self.subset.face().width(&run.text, MIN_PT);
        Err(PadesError::TextTooWide {
            field: run.field.clone(),
            text: run.text.clone(),
            needed_pt,
            room_pt,
        })
    }

    fn write(self, sink: &mut impl ObjectSink) -> Result<(), PadesError> {
        if !self.subset.is_empty() {
            self.subset.write_as(self.font, sink)?;
        }
        Ok(())
    }
}

/// Thousandths are far below what a printer resolves.
fn short(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
