//! The leader's mark and the seal: a transparent PNG in the middle of its box.

use trien_pdf::image::Image;
use trien_pdf::{Dict, ObjectId, ObjectSink, Rect};

use super::{Canvas, marks};
use crate::error::PadesError;

/// An appearance that shows the PNG as large as the box allows while it keeps its aspect.
pub(crate) fn image_appearance(
    sink: &mut impl ObjectSink,
    canvas: &Canvas,
    png: &[u8],
) -> Result<ObjectId, PadesError> {
    let image = Image::from_png(png)?;
    let place = marks::fit(
        canvas.area(),
        f64::from(image.width()) / f64::from(image.height()),
    );
    let xobject = image.write(sink);
    let Rect { x0, y0, .. } = place;
    let content = format!(
        "q\n{} 0 0 {} {x0} {y0} cm\n/Im0 Do\nQ",
        place.width(),
        place.height()
    );
    let resources = Dict::new().with("XObject", Dict::new().with("Im0", xobject));
    Ok(canvas.form(sink, resources, &content))
}
