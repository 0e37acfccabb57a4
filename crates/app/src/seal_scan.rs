//! A seal's scan at its true size (Decree 30/2020, Annex I, part I, II.8a: *kích thước bằng kích thước thực tế của
//! dấu*). A scanner leaves margins around the seal; the picture that is drawn as wide as the seal must end where the
//! seal ends, so it is cut to the seal's disc once, as the desk is set up.

use std::io::Cursor;

use serde::{Deserialize, Serialize};
use trien_pdf::image::Image;

/// Paler pixels, of 255, are what a scanner leaves around the ink.
const INK: u8 = 128;
/// A seal is round: ink whose box is longer than it is wide by more than this part is more than the seal.
const ROUND: f64 = 0.04;

/// Where the seal lies in its scan, in pixels from the upper left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disc {
    /// Left edge.
    pub left: u32,
    /// Upper edge.
    pub top: u32,
    /// From its left edge to its right one.
    pub diameter: u32,
}

/// The scan, cut to where the seal lies; where nobody says where, to its ink.
///
/// # Errors
/// What is wrong with it: no PNG that can be put on a page, no transparent ground, ink that is not round, a disc that
/// reaches beyond the picture.
pub(crate) fn cut(png: &[u8], disc: Option<Disc>) -> Result<Vec<u8>, String> {
    let scan = Scan::read(png)?;
    let disc = match disc {
        Some(disc) => scan.checked(disc)?,
        None => scan.around_ink()?,
    };
    if (disc.left, disc.top) == (0, 0) && [scan.width, scan.height] == [disc.diameter; 2] {
        return Ok(png.to_vec());
    }
    scan.within(disc)
}

/// A picture with eight bits of red, green, blue and alpha.
struct Scan {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 4]>,
}

impl Scan {
    fn read(png: &[u8]) -> Result<Self, String> {
        // Bounds on its size are those of every picture on a page.
        let image = Image::from_png(png).map_err(|error| error.to_string())?;
        if !image.has_alpha() {
            return Err("the seal's picture has no transparent ground".to_owned());
        }
        let failed = |error: png::DecodingError| error.to_string();
        let mut decoder = png::Decoder::new(Cursor::new(png));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(failed)?;
        let mut bytes = vec![0; reader.output_buffer_size().ok_or("too large")?];
        let frame = reader.next_frame(&mut bytes).map_err(failed)?;
        bytes.truncate(frame.buffer_size());
        let pixel = |pixel: &[u8]| match *pixel {
            [grey, alpha] => [grey, grey, grey, alpha],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => [0; 4],
        };
        Ok(Self {
            width: frame.width,
            height: frame.height,
            pixels: bytes
                .chunks(frame.color_type.samples())
                .map(pixel)
                .collect(),
        })
    }

    fn checked(&self, disc: Disc) -> Result<Disc, String> {
        let end = |from: u32| from.saturating_add(disc.diameter);
        let inside = end(disc.left) <= self.width && end(disc.top) <= self.height;
        if disc.diameter > 0 && inside {
            return Ok(disc);
        }
        let Self { width, height, .. } = self;
        Err(format!(
            "the disc reaches beyond the picture of {width} × {height} pixels"
        ))
    }

    fn around_ink(&self) -> Result<Disc, String> {
        let width = self.width.max(1) as usize;
        let mut around: Option<[usize; 4]> = None;
        for (at, [.., alpha]) in self.pixels.iter().enumerate() {
            if *alpha >= INK {
                let (x, y) = (at % width, at / width);
                let [x0, y0, x1, y1] = around.unwrap_or([x, y, x, y]);
                around = Some([x0.min(x), y0.min(y), x1.max(x), y1.max(y)]);
            }
        }
        let [x0, y0, x1, y1] = around.ok_or("the seal's picture is empty")?;
        let (wide, high) = (x1 - x0 + 1, y1 - y0 + 1);
        let longer = wide.max(high);
        if wide.abs_diff(high) as f64 > ROUND * longer as f64 {
            return Err(format!(
                "the ink is {wide} × {high} pixels and not round: say where the seal lies by `disc`"
            ));
        }
        let pixels = |side: usize| u32::try_from(side).map_err(|_| "too large".to_owned());
        // A box that is a pixel higher than wide is no reason to draw an ellipse.
        let diameter = pixels(wide.min(high))?;
        Ok(Disc {
            left: pixels(x0)?,
            top: pixels(y0)?,
            diameter,
        })
    }

    fn within(&self, disc: Disc) -> Result<Vec<u8>, String> {
        let Disc {
            left,
            top,
            diameter,
        } = disc;
        let (left, side) = (left as usize, diameter as usize);
        let rows = self.pixels.chunks(self.width.max(1) as usize);
        let rows = rows.skip(top as usize).take(side);
        let cut: Vec<u8> = rows
            .flat_map(|row| row.iter().skip(left).take(side).flatten().copied())
            .collect();
        let failed = |error: png::EncodingError| error.to_string();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, diameter, diameter);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&cut).map_err(failed)?;
        drop(writer);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red ink where it is said to be, on a transparent ground.
    fn scan(width: u32, height: u32, ink: impl Fn(i64, i64) -> bool) -> Vec<u8> {
        let pixels =
            (0..i64::from(height)).flat_map(|y| (0..i64::from(width)).map(move |x| (x, y)));
        let alpha = |inked: bool| if inked { 255 } else { 0 };
        let pixels: Vec<u8> = pixels
            .flat_map(|(x, y)| [214, 20, 30, alpha(ink(x, y))])
            .collect();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder
            .write_header()
            .unwrap()
            .write_image_data(&pixels)
            .unwrap();
        bytes
    }

    fn disc(x: i64, y: i64) -> bool {
        (x - 60).pow(2) + (y - 45).pow(2) <= 30 * 30
    }

    fn size(png: &[u8]) -> (u32, u32) {
        let image = Image::from_png(png).unwrap();
        (image.width(), image.height())
    }

    #[test]
    fn a_scan_with_margins_is_cut_to_the_seal() {
        let cut_out = cut(&scan(140, 100, disc), None).unwrap();
        assert_eq!(size(&cut_out), (61, 61));
        assert_eq!(cut(&cut_out, None).unwrap(), cut_out, "once is enough");
    }

    #[test]
    fn a_scan_with_something_beside_the_seal_needs_to_be_told_where_it_lies() {
        let with_dust = scan(140, 100, |x, y| disc(x, y) || (x, y) == (139, 99));
        assert!(cut(&with_dust, None).unwrap_err().contains("`disc`"));
        let told = Disc {
            left: 30,
            top: 15,
            diameter: 61,
        };
        assert_eq!(size(&cut(&with_dust, Some(told)).unwrap()), (61, 61));
        let beyond = Disc { left: 100, ..told };
        assert!(cut(&with_dust, Some(beyond)).is_err());
        assert!(cut(&scan(60, 60, |_, _| false), None).is_err());
        assert!(
            cut(&scan(60, 60, |_, _| true), None)
                .unwrap_err()
                .contains("ground")
        );
    }
}
