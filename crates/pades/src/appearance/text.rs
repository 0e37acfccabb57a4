//! Number and date: one line of text, centred in its box on the printed baseline. The mark on attachments and copies:
//! lines from the top of its box.

use trien_pdf::font::{Face, Subset, serif, serif_italic};
use trien_pdf::{Dict, ObjectId, ObjectSink};

use super::marks::BASELINE_PT;
use super::{Canvas, TEXT_PT, thousandths};
use crate::error::PadesError;

/// A text that is too wide for its box shrinks to this at most, in points.
const MIN_PT: f64 = 11.0;
/// Type size and leading of the mark on attachments and copies (Decree 30/2020, Annex I, II.8b), in points.
const BLOCK_PT: f64 = 10.0;
const BLOCK_LEADING_PT: f64 = 12.0;
/// Height of a digit of Times by its type size: what is filled is digits.
const DIGIT_HEIGHT: f64 = 0.68;
/// Resource name of the font in each appearance.
const FONT: &str = "F0";

/// One text to draw.
pub(crate) struct TextRun {
    pub(crate) field: String,
    pub(crate) text: String,
    pub(crate) italic: bool,
    /// Right and up of where it would stand, in printed points.
    pub(crate) shift: (f64, f64),
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

/// The appearance of a signature that shows one line as a filled field would.
pub(crate) fn line_appearance(
    sink: &mut impl ObjectSink,
    run: &TextRun,
) -> Result<ObjectId, PadesError> {
    let face = if run.italic {
        serif_italic()?
    } else {
        serif()?
    };
    let mut subset = Subset::new(face);
    let content = shown_line(run, &mut subset)?;
    one_font_form(sink, &run.canvas, &subset, &content)
}

/// The appearance of a signature that shows lines of 10 pt, flush right under the upper edge of its box.
///
/// # Errors
/// [`PadesError::TextTooWide`] where a line is wider than the box: it would be cut off.
pub(crate) fn block_appearance(
    sink: &mut impl ObjectSink,
    field: &str,
    canvas: &Canvas,
    lines: &[String],
) -> Result<ObjectId, PadesError> {
    let mut subset = Subset::new(serif()?);
    let unit = canvas.unit();
    let room_pt = canvas.width * unit;
    let mut content = String::from("q\nBT\n0 g\n");
    let size = thousandths(BLOCK_PT / unit);
    content.push_str(&format!("/{FONT} {size} Tf\n"));
    for (line, text) in (0u8..).zip(lines) {
        let needed_pt = subset.face().width(text, BLOCK_PT);
        if needed_pt > room_pt {
            return Err(PadesError::TextTooWide {
                field: field.to_owned(),
                text: text.clone(),
                needed_pt,
                room_pt,
            });
        }
        let x = thousandths((room_pt - needed_pt) / unit);
        let baseline_pt = BLOCK_PT + f64::from(line) * BLOCK_LEADING_PT;
        let y = thousandths(canvas.height - baseline_pt / unit);
        let codes = hexadecimal(&subset.encode(text)?);
        content.push_str(&format!("1 0 0 1 {x} {y} Tm\n<{codes}> Tj\n"));
    }
    content.push_str("ET\nQ");
    one_font_form(sink, canvas, &subset, &content)
}

fn one_font_form(
    sink: &mut impl ObjectSink,
    canvas: &Canvas,
    subset: &Subset<'_>,
    content: &str,
) -> Result<ObjectId, PadesError> {
    let mut fonts = Dict::new();
    if let Some(font) = write_font(sink, subset)? {
        fonts.set(FONT, font);
    }
    Ok(canvas.form(sink, Dict::new().with("Font", fonts), content))
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

/// The content stream that shows one run as a field's value.
fn set_line(run: &TextRun, subset: &mut Subset<'_>) -> Result<String, PadesError> {
    // ISO 32000-2 12.7.4.3: what stands between /Tx BMC and EMC is the field's value.
    Ok(format!("/Tx BMC\n{}\nEMC", shown_line(run, subset)?))
}

fn shown_line(run: &TextRun, subset: &mut Subset<'_>) -> Result<String, PadesError> {
    let codes = hexadecimal(&subset.encode(&run.text)?);
    let unit = run.canvas.unit();
    let size = size(run, subset.face())? / unit;
    let room = run.canvas.width - subset.face().width(&run.text, size);
    let x = room / 2.0 + run.shift.0 / unit;
    let y = (BASELINE_PT + run.shift.1) / unit;
    let highest = run.canvas.height - DIGIT_HEIGHT * size;
    if run.shift != (0.0, 0.0) && !((0.0..=room).contains(&x) && (0.0..=highest).contains(&y)) {
        return Err(PadesError::OutOfBox {
            field: run.field.clone(),
            text: run.text.clone(),
        });
    }
    let [x, y, size] = [x, y, size].map(thousandths);
    Ok(format!(
        "q\nBT\n/{FONT} {size} Tf\n0 g\n{x} {y} Td\n<{codes}> Tj\nET\nQ"
    ))
}

pub(super) fn hexadecimal(codes: &[u8]) -> String {
    codes.iter().map(|byte| format!("{byte:02X}")).collect()
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
