//! Pictures of seals and signatures: PNG with transparency (8.9, 11.6.5.3).

use std::io::Cursor;

use png::{ColorType, Decoder, Transformations};

use crate::{Dict, Object, ObjectId, ObjectSink, PdfError};

/// Pixels of one picture: a page of A4 at 600 dpi, far more than any seal.
pub(crate) const MAX_PIXELS: u64 = 35_000_000;
/// Bytes that the PNG decoder may use beside the pixels themselves.
const MAX_DECODER_BYTES: usize = 64 << 20;

/// A decoded picture, eight bits per component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    gray: bool,
    color: Vec<u8>,
    alpha: Option<Vec<u8>>,
}

impl Image {
    /// Decodes a PNG file; palettes and 16-bit components become eight bits, transparency stays.
    ///
    /// # Errors
    /// [`PdfError::Image`] when the file is damaged or too large.
    pub fn from_png(bytes: &[u8]) -> Result<Self, PdfError> {
        let damaged = |_| PdfError::Image("not a readable PNG file");
        let limits = png::Limits {
            bytes: MAX_DECODER_BYTES,
        };
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(damaged)?;
        if u64::from(reader.info().width) * u64::from(reader.info().height) > MAX_PIXELS {
            return Err(PdfError::Image("more pixels than a page at 600 dpi"));
        }
        let size = reader
            .output_buffer_size()
            .ok_or(PdfError::Image("too large"))?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).map_err(damaged)?;
        pixels.truncate(info.buffer_size());
        let (components, has_alpha) = match info.color_type {
            ColorType::Grayscale => (1, false),
            ColorType::GrayscaleAlpha => (1, true),
            ColorType::Rgb => (3, false),
            ColorType::Rgba => (3, true),
            ColorType::Indexed => return Err(PdfError::Image("the palette was not expanded")),
        };
        let (color, alpha) = split(pixels, components, has_alpha);
        Ok(Self {
            width: info.width,
            height: info.height,
            gray: components == 1,
            color,
            alpha,
        })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Whether parts of it let the paper through.
    #[must_use]
    pub fn has_alpha(&self) -> bool {
        self.alpha.is_some()
    }

    /// Writes the image and its soft mask; returns the image XObject, drawn in the unit square.
    pub fn write(&self, sink: &mut impl ObjectSink) -> ObjectId {
        let mut dict = self.dict(self.gray);
        if let Some(alpha) = &self.alpha {
            dict.set(
                "SMask",
                sink.add_stream(self.dict(true), alpha.clone(), true),
            );
        }
        sink.add_stream(dict, self.color.clone(), true)
    }

    fn dict(&self, gray: bool) -> Dict {
        Dict::new()
            .with("Type", Object::name("XObject"))
            .with("Subtype", Object::name("Image"))
            .with("Width", self.width)
            .with("Height", self.height)
            .with(
                "ColorSpace",
                Object::name(if gray { "DeviceGray" } else { "DeviceRGB" }),
            )
            .with("BitsPerComponent", 8)
    }
}

/// Colour and alpha apart; an alpha channel that is opaque everywhere is dropped.
fn split(pixels: Vec<u8>, components: usize, has_alpha: bool) -> (Vec<u8>, Option<Vec<u8>>) {
    if !has_alpha {
        return (pixels, None);
    }
    let (mut color, mut alpha) = (Vec::new(), Vec::new());
    for pixel in pixels.chunks_exact(components + 1) {
        if let Some((opacity, rest)) = pixel.split_last() {
            color.extend(rest);
            alpha.push(*opacity);
        }
    }
    let opaque = alpha.iter().all(|a| *a == u8::MAX);
    (color, (!opaque).then_some(alpha))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(color: ColorType, width: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, 1);
        encoder.set_color(color);
        encoder
            .write_header()
            .unwrap()
            .write_image_data(data)
            .unwrap();
        bytes
    }

    #[test]
    fn a_red_seal_keeps_its_transparency() {
        let image =
            Image::from_png(&png(ColorType::Rgba, 2, &[255, 0, 0, 255, 0, 0, 0, 0])).unwrap();
        assert_eq!((image.width(), image.height(), image.gray), (2, 1, false));
        assert_eq!(image.color, [255, 0, 0, 0, 0, 0]);
        assert_eq!(image.alpha.as_deref(), Some(&[255, 0][..]));
    }

    #[test]
    fn opaque_and_gray() {
        assert!(
            !Image::from_png(&png(ColorType::Rgba, 1, &[1, 2, 3, 255]))
                .unwrap()
                .has_alpha()
        );
        assert!(
            Image::from_png(&png(ColorType::Grayscale, 3, &[1, 2, 3]))
                .unwrap()
                .gray
        );
    }

    #[test]
    fn damaged_and_huge() {
        let mut bytes = png(ColorType::Rgb, 1, &[1, 2, 3]);
        assert!(Image::from_png(&bytes[..20]).is_err());
        // Width and height in the header, its checksum made right again.
        bytes[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        let crc = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(matches!(Image::from_png(&bytes), Err(PdfError::Image(_))));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                if c & 1 == 1 {
                    c >> 1 ^ 0xedb8_8320
                } else {
                    c >> 1
                }
            })
        })
    }
}
