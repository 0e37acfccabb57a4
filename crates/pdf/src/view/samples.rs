//! The samples of images, as far as a verdict may look at them (8.9.5): grey and RGB, plain or as JPEG.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::View;
use crate::image::MAX_PIXELS;
use crate::{Dict, Object, PdfError, ReadAt, Stream};

/// Where the tags of a colour profile are listed: 128 bytes, then 12 for each of some dozens.
const PROFILE_HEAD: usize = 1024;

/// An image, eight bits for each component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    /// Pixels in a row.
    pub width: usize,
    /// Rows, the uppermost first.
    pub height: usize,
    /// Components of a pixel: 1 or 3.
    pub components: usize,
    /// All components of all pixels.
    pub data: Vec<u8>,
}

impl<S: ReadAt> View<'_, S> {
    /// The samples of an image; `None` for one of another kind: colours that a palette or four inks make, other codecs,
    /// masks, and what contradicts itself.
    ///
    /// # Errors
    /// When the data are damaged or too large.
    pub fn samples(&self, image: &Stream) -> Result<Option<Samples>, PdfError> {
        let size = |key| self.get(&image.dict, key).map(|value| value.as_integer());
        let (Some(width), Some(height)) = (size("Width")?, size("Height")?) else {
            return Ok(None);
        };
        let pixels = width
            .checked_mul(height)
            .and_then(|all| u64::try_from(all).ok());
        let pixels = pixels.filter(|pixels| width > 0 && *pixels <= MAX_PIXELS);
        let (Some(components), Some(pixels)) = (self.components(&image.dict)?, pixels) else {
            return Ok(None);
        };
        for key in ["Decode", "Mask", "SMask", "ImageMask", "Alternates", "OC"] {
            if !self.get(&image.dict, key)?.is_null() {
                return Ok(None);
            }
        }
        let bits = size("BitsPerComponent")?;
        let [width, height] = [width, height].map(|side| usize::try_from(side).unwrap_or(0));
        let mut plain = image.clone();
        let jpeg = self.without_jpeg(&mut plain.dict)?;
        if (jpeg && bits.is_some_and(|bits| bits != 8)) || (!jpeg && !matches!(bits, Some(1 | 8))) {
            return Ok(None);
        }
        let data = match self.stream_bytes(&plain) {
            Err(PdfError::UnsupportedFilter(_)) => return Ok(None),
            data => data?,
        };
        self.pdf.spend(pixels.saturating_mul(components as u64))?;
        let data = match (jpeg, bits) {
            (true, _) => decoded(&data, (width, height), components),
            (false, Some(1)) => Some(spread(&data, width * components)),
            _ => Some(data),
        };
        let data = data.filter(|data| data.len() == width * height * components);
        Ok(data.map(|data| Samples {
            width,
            height,
            components,
            data,
        }))
    }

    /// How many components a pixel has, where they are grey or red, green and blue.
    fn components(&self, image: &Dict) -> Result<Option<usize>, PdfError> {
        let space = self.get(image, "ColorSpace")?;
        let (family, profile) = match &space {
            Object::Array(items) => match items.as_slice() {
                [family, profile, ..] => (self.resolve(family)?, self.resolve(profile)?),
                _ => return Ok(None),
            },
            name => (name.clone(), Object::Null),
        };
        Ok(match family.as_name().and_then(|name| name.as_str()) {
            Some("DeviceGray" | "CalGray") => Some(1),
            Some("DeviceRGB" | "CalRGB") => Some(3),
            Some("ICCBased") => {
                let Object::Stream(profile) = profile else {
                    return Ok(None);
                };
                // A table of colours (ICC.1 9.2.1) may make anything of any sample.
                let head = self.stream_bytes(&profile)?;
                let head = head.get(..PROFILE_HEAD).unwrap_or(&head);
                let by_table = head.windows(3).any(|tag| tag == b"A2B");
                match self.get(&profile.dict, "N")?.as_integer() {
                    Some(1) if !by_table => Some(1),
                    Some(3) if !by_table => Some(3),
                    _ => None,
                }
            }
            _ => None,
        })
    }

    /// Takes the JPEG filter off, which is the last one; whether there was one. What its parameters say of colours, none
    /// of the samples can tell: such an image keeps the filter.
    fn without_jpeg(&self, image: &mut Dict) -> Result<bool, PdfError> {
        let is_jpeg = |filter: &Object| {
            let name = filter.as_name().and_then(|name| name.as_str());
            matches!(name, Some("DCTDecode" | "DCT"))
        };
        let filters = match self.get(image, "Filter")? {
            Object::Array(filters) => filters,
            one => vec![one],
        };
        let Some((last, before)) = filters.split_last() else {
            return Ok(false);
        };
        if !is_jpeg(&self.resolve(last)?) || (before.is_empty() && image.contains("DecodeParms")) {
            return Ok(false);
        }
        image.set("Filter", before.to_vec());
        Ok(true)
    }
}

fn decoded(data: &[u8], (width, height): (usize, usize), components: usize) -> Option<Vec<u8>> {
    let wanted = if components == 1 {
        ColorSpace::Luma
    } else {
        ColorSpace::RGB
    };
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(width)
        .set_max_height(height)
        .jpeg_set_out_colorspace(wanted);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    decoder.decode_headers().ok()?;
    let found = decoder.info()?;
    let same = (usize::from(found.width), usize::from(found.height)) == (width, height);
    let same = same && usize::from(found.components) == components;
    same.then(|| decoder.decode().ok()).flatten()
}

/// One byte for each bit; a row begins with a byte of its own.
fn spread(data: &[u8], row: usize) -> Vec<u8> {
    let rows = data.chunks(row.div_ceil(8).max(1));
    let bits = rows.flat_map(|bytes| {
        let all = bytes
            .iter()
            .flat_map(|byte| (0..8).map(move |at| byte << at & 0x80 != 0));
        all.take(row)
    });
    bits.map(|bit| if bit { u8::MAX } else { 0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 16 by 8 grey pixels, the left half light and the right half dark, by libjpeg.
    const JPEG: &str = "ffd8ffe000104a46494600010100000100010000ffdb0043000d090a0b0a080d0b0a0b0e0e0d0f13201513121213271c1e17202e2931\
                        302e292d2c333a4a3e333646372c2d405741464c4e525352323e5a615a50604a51524fffc0000b080008001001011100ffc40015\
                        00010100000000000000000000000000000708ffc40014100100000000000000000000000000000000ffda0008010100003f0045\
                        4fcfffd9";

    #[test]
    fn jpeg() {
        let file = hex(JPEG);
        let pixels = decoded(&file, (16, 8), 1).unwrap();
        assert!(
            pixels
                .chunks(16)
                .all(|row| row[..8].iter().all(|grey| *grey > 220))
        );
        assert!(
            pixels
                .chunks(16)
                .all(|row| row[8..].iter().all(|grey| *grey < 50))
        );
        assert!(
            decoded(&file, (16, 9), 1).is_none(),
            "another size than the dictionary's"
        );
        assert!(decoded(&file, (16, 8), 3).is_none(), "grey is no colour");
        assert!(decoded(&file[..140], (16, 8), 1).is_none(), "cut off");
    }

    #[test]
    fn bits_row_by_row() {
        assert_eq!(
            spread(&[0b1010_0000, 0b0100_0000], 3),
            [255, 0, 255, 0, 255, 0]
        );
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter_map(crate::parse::hex_digit).collect();
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    }
}
