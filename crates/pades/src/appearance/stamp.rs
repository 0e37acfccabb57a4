//! The stamp of a degree of urgency.

use trien_pdf::font::{Subset, serif_bold};
use trien_pdf::{Dict, ObjectId, ObjectSink};

use super::text::hexadecimal;
use super::{Canvas, TEXT_PT, thousandths};
use crate::error::PadesError;

/// The border's width in printed points: "viền đơn" as a rubber stamp leaves it.
const BORDER_PT: f64 = 1.0;
/// Resource name of the font.
const FONT: &str = "F0";

/// A form XObject as large as the canvas: the text in bold capitals of 13 pt in the middle of a border, bright red
/// (Decree 30/2020, Annex I, part I, box 10b).
///
/// # Errors
/// [`PadesError::TextTooWide`] where the text does not fit into the border.
pub(crate) fn stamp_form(
    sink: &mut impl ObjectSink,
    canvas: &Canvas,
    text: &str,
) -> Result<ObjectId, PadesError> {
    let mut subset = Subset::new(serif_bold()?);
    let codes = hexadecimal(&subset.encode(text)?);
    let (unit, size_pt) = (canvas.unit(), f64::from(TEXT_PT));
    let (needed_pt, room_pt) = (
        subset.face().width(text, size_pt),
        canvas.width * unit - 2.0 * BORDER_PT,
    );
    if needed_pt > room_pt {
        return Err(PadesError::TextTooWide {
            field: "stamp".to_owned(),
            text: text.to_owned(),
            needed_pt,
            room_pt,
        });
    }
    let cap_pt = subset.face().cap_height(size_pt);
    let [x, y, size] = [
        (canvas.width - needed_pt / unit) / 2.0,
        (canvas.height - cap_pt / unit) / 2.0,
        size_pt / unit,
    ]
    .map(thousandths);
    let border = BORDER_PT / unit;
    let [inset, width, height, border] = [
        border / 2.0,
        canvas.width - border,
        canvas.height - border,
        border,
    ]
    .map(thousandths);
    let content = format!(
        "q\n1 0 0 RG {border} w {inset} {inset} {width} {height} re S\n\
         BT 1 0 0 rg /{FONT} {size} Tf {x} {y} Td <{codes}> Tj ET\nQ"
    );
    let font = subset.write(sink)?;
    let resources = Dict::new().with("Font", Dict::new().with(FONT, font));
    Ok(canvas.form(sink, resources, &content))
}
