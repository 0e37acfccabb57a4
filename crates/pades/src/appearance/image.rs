//! The leader's mark and the seal: a transparent PNG in the middle of its box.

use trien_pdf::image::Image;
use trien_pdf::{Dict, ObjectId, ObjectSink};

use super::{Canvas, marks, thousandths};
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
    let [w, h, x, y] = [place.width(), place.height(), place.x0, place.y0].map(thousandths);
    let content = format!("q\n{w} 0 0 {h} {x} {y} cm\n/Im0 Do\nQ");
    let resources = Dict::new().with("XObject", Dict::new().with("Im0", xobject));
    Ok(canvas.form(sink, resources, &content))
}
