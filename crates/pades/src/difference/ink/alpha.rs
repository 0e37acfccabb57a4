//! Where an image lets the page shine through (ISO 32000-2 8.9.6 and 11.6.5.2).

use trien_pdf::{Dict, Object, PdfError, ReadAt, Stream, View};

use super::Matrix;

/// Most pixels of a mask looked at: a seal of 42 mm at 1200 dpi has four million.
const MAX_PIXELS: usize = 16 << 20;

/// Where an image hides what lies beneath.
#[derive(Debug)]
pub(crate) enum Alpha {
    /// Everywhere.
    Solid,
    /// The mask cannot be read: it is taken to hide everything.
    Unread,
    /// As its mask says.
    Masked {
        mask: Mask,
        /// From default user space to the unit square of the image.
        inverse: Matrix,
    },
}

/// The samples of a mask as they stand in its data, looked at one by one: of a million few are asked for.
#[derive(Debug)]
pub(crate) struct Mask {
    width: usize,
    height: usize,
    bits: usize,
    data: Vec<u8>,
    /// Whether it hides where the highest bit of a sample is set.
    high_hides: bool,
}

impl Mask {
    fn hides(&self, column: usize, row: usize) -> bool {
        let at = column * self.bits;
        let byte = self.data.get(row * self.stride() + at / 8);
        // The highest bit of a sample tells whether it is more than half.
        byte.is_none_or(|byte| (byte << (at % 8) & 0x80 != 0) == self.high_hides)
    }

    fn stride(&self) -> usize {
        (self.width * self.bits).div_ceil(8)
    }
}

impl Alpha {
    /// Reads the mask of `image`, drawn with `ctm`.
    pub fn read<S: ReadAt>(
        view: View<'_, S>,
        image: &Stream,
        ctm: Matrix,
    ) -> Result<Self, PdfError> {
        let Some(inverse) = ctm.inverse() else {
            return Ok(Self::Solid);
        };
        let stencil = view.get(&image.dict, "ImageMask")?.as_bool() == Some(true);
        let mask = match view.get(&image.dict, "SMask")? {
            Object::Stream(mask) => Some((mask, false)),
            _ if stencil => Some((image.clone(), true)),
            _ => match view.get(&image.dict, "Mask")? {
                Object::Stream(mask) => Some((mask, true)),
                _ => None,
            },
        };
        let Some((mask, stencil)) = mask else {
            return Ok(Self::Solid);
        };
        let mask = match samples(view, &mask, stencil) {
            Ok(mask) => mask,
            Err(PdfError::Io(error)) => return Err(PdfError::Io(error)),
            Err(_) => None,
        };
        Ok(mask.map_or(Self::Unread, |mask| Self::Masked { mask, inverse }))
    }

    /// Whether the image hides this point, which lies in it.
    pub fn hides(&self, x: f64, y: f64) -> bool {
        let Self::Masked { mask, inverse } = self else {
            return true;
        };
        let (u, v) = inverse.point(x, y);
        match (cell(u, mask.width), cell(1.0 - v, mask.height)) {
            (Some(column), Some(row)) => mask.hides(column, row),
            _ => false,
        }
    }
}

/// The cell of `count` in which a fraction lies.
fn cell(fraction: f64, count: usize) -> Option<usize> {
    if !(0.0..=1.0).contains(&fraction) {
        return None;
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let index = (fraction * count as f64) as usize; // Between 0 and `count`.
    Some(index.min(count.saturating_sub(1)))
}

/// The samples of a mask; `None` for a form that is not read.
fn samples<S: ReadAt>(
    view: View<'_, S>,
    mask: &Stream,
    stencil: bool,
) -> Result<Option<Mask>, PdfError> {
    let dict = &mask.dict;
    let size = |key| -> Result<Option<usize>, PdfError> {
        let number = view.get(dict, key)?.as_integer();
        Ok(number.and_then(|n| usize::try_from(n).ok()))
    };
    let (Some(width), Some(height)) = (size("Width")?, size("Height")?) else {
        return Ok(None);
    };
    let bits = if stencil {
        1
    } else {
        size("BitsPerComponent")?.unwrap_or(8)
    };
    let fits = width > 0 && height > 0 && width.saturating_mul(height) <= MAX_PIXELS;
    if !fits || ![1, 2, 4, 8, 16].contains(&bits) {
        return Ok(None);
    }
    let inverted = first_decode(view, dict)? == Some(1.0);
    let mask = Mask {
        width,
        height,
        bits,
        data: view.stream_bytes(mask)?,
        // A stencil paints where it is 0, a soft mask where it is high.
        high_hides: stencil == inverted,
    };
    let whole = mask.data.len() >= mask.stride() * height;
    Ok(whole.then_some(mask))
}

fn first_decode<S: ReadAt>(view: View<'_, S>, dict: &Dict) -> Result<Option<f64>, PdfError> {
    let decode = view.get(dict, "Decode")?;
    Ok(decode
        .as_array()
        .and_then(<[Object]>::first)
        .and_then(Object::as_number))
}
