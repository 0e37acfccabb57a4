//! Number and date: one line of text, centred in its box on the printed baseline.

use trien_pdf::font::{Face, Subset, serif, serif_italic};
use trien_pdf::{Dict, ObjectId, ObjectSink};

use super::marks::BASELINE_PT;
use super::{Canvas, TEXT_PT, thousandths};
use crate::error::PadesError;

/// A text that is too wide for its box shrinks to this at most, in points.
const MIN_PT: f64 = 11.0;
/// Resource name of the font in each appearance.
const FONT: &str = "F0";

/// One text to draw.
pub(crate) struct TextRun {
    pub(crate) field: String,
    pub(crate) text: String,
    pub(crate) italic: bool,
    pub(crate) canvas: Canvas,
}

/// One appearance for each run, in their order. All upright runs share one font subset, all italic ones another; a
/// font is written once its letters are known, and only if there are any.
pub(crate) fn text_appearances(
    sink: &mut impl ObjectSink,
    runs: &[TextRun],
) -> Result<Vec<ObjectId>, PadesError> {
    let (mut upright, mut italic) = (Subset::new(serif()?), Subset::new(serif_italic()?));
    let mut contents = Vec::new();
    for run in runs {
        contents.push(set_line(
            run,
            if run.italic {
                &mut italic
            } else {
                &mut upright
            },
        )?);
    }
    let (upright, italic) = (write_font(sink, &upright)?, write_font(sink, &italic)?);
    let mut appearances = Vec::new();
    for (run, content) in runs.iter().zip(contents) {
        let font = if run.italic { italic } else { upright };
        let font = font.ok_or(PadesError::Internal("the font of a text"))?;
        let resources = Dict::new().with("Font", Dict::new().with(FONT, font));
        appearances.push(run.canvas.form(sink, resources, &content));
    }
    Ok(appearances)
}

fn write_font(
    sink: &mut impl ObjectSink,
    subset: &Subset<'_>,
) -> Result<Option<ObjectId>, PadesError> {
    if subset.is_empty() {
        return Ok(None);
    }
    Ok(Some(subset.write(sink)?))
}

/// The content stream that shows one run.
fn set_line(run: &TextRun, subset: &mut Subset<'_>) -> Result<String, PadesError> {
    let codes = subset.encode(&run.text)?;
    let unit = run.canvas.unit();
    let size = size(run, subset.face())? / unit;
    let x = thousandths((run.canvas.width - subset.face().width(&run.text, size)) / 2.0);
    let y = thousandths(BASELINE_PT / unit);
    let size = thousandths(size);
    let codes: String = codes.iter().map(|byte| format!("{byte:02X}")).collect();
    // ISO 32000-2 12.7.4.3: what stands between /Tx BMC and EMC is the field's value.
    Ok(format!(
        "/Tx BMC\nq\nBT\n/{FONT} {size} Tf\n0 g\n{x} {y} Td\n<{codes}> Tj\nET\nQ\nEMC"
    ))
}

/// Printed size in points: 13, or as much less as makes the text fit.
fn size(run: &TextRun, face: &Face<'_>) -> Result<f64, PadesError> {
    let wanted = f64::from(TEXT_PT);
    let room_pt = run.canvas.width * run.canvas.unit();
    let fitting = wanted * room_pt / face.width(&run.text, wanted);
    if fitting >= MIN_PT {
        return Ok(fitting.min(wanted));
    }
    let needed_pt = face.width(&run.text, MIN_PT);
    Err(PadesError::TextTooWide {
        field: run.field.clone(),
        text: run.text.clone(),
        needed_pt,
        room_pt,
    })
}
