//! A page's bitmap as a PNG.

use pdfium_render::prelude::{PdfBitmap, PdfBitmapFormat, PdfPage, PdfRenderConfig};

use super::engine::refused;
use crate::error::RenderError;
use crate::geometry::PixelRect;

/// The size of a whole page in pixels at a scale: at least one each way.
pub fn scaled_size(page: &PdfPage, scale: f32) -> (u32, u32) {
    let pixels = |points: f32| (points * scale).round().max(1.0) as u32;
    (pixels(page.width().value), pixels(page.height().value))
}

/// Draws the part of the page that is asked for: content, annotations and form fields, on white.
///
/// The page is laid out at its full size and moved, so that the bitmap holds only the part. PDFium's own
/// clipping is not used because it leaves form fields out, and so the number, the date and the seal.
pub fn draw(page: &PdfPage, whole: (u32, u32), part: PixelRect) -> Result<Vec<u8>, RenderError> {
    let int = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let format = PdfBitmapFormat::BGRx;
    let mut bitmap = PdfBitmap::empty(int(part.width), int(part.height), format)
        .map_err(refused("allocating the picture"))?;
    let config = PdfRenderConfig::new()
        .set_fixed_size(int(whole.0), int(whole.1))
        .set_origin(-int(part.x), -int(part.y))
        .set_format(format)
        .render_annotations(true)
        .render_form_data(true);
    page.render_into_bitmap_with_config(&mut bitmap, &config)
        .map_err(refused("drawing"))?;
    encode(&bitmap.as_raw_bytes(), part.width, part.height)
}

/// Four bytes a pixel (RGBx) to a PNG. `Fastest` because the picture lives for one look.
fn encode(rgbx: &[u8], width: u32, height: u32) -> Result<Vec<u8>, RenderError> {
    let mut rgb = Vec::with_capacity(rgbx.len() / 4 * 3);
    for pixel in rgbx.chunks_exact(4) {
        rgb.extend_from_slice(pixel.get(..3).unwrap_or_default());
    }
    let failed = |error: png::EncodingError| RenderError::Refused {
        reason: format!("packing the picture: {error}"),
    };
    let mut out = Vec::with_capacity(rgb.len() / 8);
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&rgb).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}
