//! The two marks: their size, their overlap, and what is really painted.

use std::fs::File;
use std::io::BufReader;

use trien_pdf::Rect;

use super::{Finding, holds};
use crate::files::{Files, PICTURE_SCALE, SEALED, field, open, read};

/// The diameter of the commune's seal.
const SEAL_MM: f64 = 36.0;
const TOLERANCE_MM: f64 = 0.5;
/// "About a third to the left" (Decree 30/2020, Annex I, II.8.a), as the demo promises it.
const COVER: std::ops::RangeInclusive<f64> = 0.30..=0.37;
const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// Painted pixels that a mark has at least, in the picture of the page.
const PAINTED: usize = 500;

pub fn seal_size(files: &Files) -> Finding {
    let (_, seal) = rects(files)?;
    let (width, height) = (seal.width() / POINTS_PER_MM, seal.height() / POINTS_PER_MM);
    let true_size = |mm: f64| (mm - SEAL_MM).abs() <= TOLERANCE_MM;
    holds(
        true_size(width) && true_size(height),
        format!("{width:.2} × {height:.2} mm of {SEAL_MM} mm"),
    )
}

pub fn overlap(files: &Files) -> Finding {
    let (leader, seal) = rects(files)?;
    let common = leader.intersection(seal).ok_or("they do not touch")?;
    let area = |rect: Rect| rect.width() * rect.height();
    let cover = area(common) / area(leader);
    holds(
        COVER.contains(&cover) && seal.x0 < leader.x0,
        format!("{:.1} % of its area, from the left", cover * 100.0),
    )
}

/// Red lies in the seal's box and nowhere else, blue in the leader's, and both where they overlap.
pub fn colours(files: &Files) -> Finding {
    let (leader, seal) = rects(files)?;
    let both = leader.intersection(seal).ok_or("they do not touch")?;
    // PDFium smooths the text of form fields with coloured edges (ClearType), so they are not looked at.
    let filled = rects_of(files, ["vb_so", "vb_ngay", "vb_thang"])?;
    let in_text = |at: &(f64, f64)| filled.iter().any(|field| within(*field, *at));
    let picture = Picture::read(files)?;
    let painted = |colour| {
        let mut pixels = picture.painted(colour);
        pixels.retain(|at| !in_text(at));
        pixels
    };
    let (red, blue) = (painted(is_red), painted(is_blue));
    let inside = |pixels: &[(f64, f64)], rect| {
        let seen = drawn(rect);
        pixels.iter().filter(|at| within(seen, **at)).count()
    };
    let stray_red = red.len() - inside(&red, seal);
    let stray_blue = blue.len() - inside(&blue, leader);
    let shared = inside(&red, both) > 0 && inside(&blue, both) > 0;
    holds(
        red.len() >= PAINTED && blue.len() >= PAINTED && stray_red + stray_blue == 0 && shared,
        format!(
            "{} red pixels, {stray_red} outside the seal; {} blue, {stray_blue} outside the signature; both where \
             they overlap: {shared}",
            red.len(),
            blue.len()
        ),
    )
}

/// A box as it is drawn: a mark that ends at its edge paints a part of the pixels that the edge runs through.
fn drawn(rect: Rect) -> Rect {
    let pixel = 1.0 / PICTURE_SCALE;
    Rect::new(
        rect.x0 - pixel,
        rect.y0 - pixel,
        rect.x1 + pixel,
        rect.y1 + pixel,
    )
}

/// The boxes of the leader's and the seal's fields.
fn rects(files: &Files) -> Result<(Rect, Rect), String> {
    let [leader, seal] = rects_of(files, ["ky_lanhdao", "ky_condau"])?;
    Ok((leader, seal))
}

fn rects_of<const N: usize>(files: &Files, names: [&str; N]) -> Result<[Rect; N], String> {
    let bytes = read(&files.pdf(SEALED))?;
    let pdf = open(&bytes)?;
    let mut rects = [Rect::new(0.0, 0.0, 0.0, 0.0); N];
    for (rect, name) in rects.iter_mut().zip(names) {
        let (_, dict) = field(pdf.latest(), name)?;
        let object = pdf.latest().get(&dict, "Rect").map_err(|e| e.to_string())?;
        *rect = Rect::from_object(&object).map_err(|e| e.to_string())?;
    }
    Ok(rects)
}

/// The picture of the page, with the page's height in points.
struct Picture {
    width: usize,
    channels: usize,
    height: f64,
    bytes: Vec<u8>,
}

impl Picture {
    fn read(files: &Files) -> Result<Picture, String> {
        let file = File::open(files.picture()).map_err(|e| e.to_string())?;
        let decoder = png::Decoder::new(BufReader::new(file));
        let mut reader = decoder.read_info().map_err(|e| e.to_string())?;
        let size = reader.output_buffer_size().ok_or("a picture too large")?;
        let mut bytes = vec![0; size];
        let info = reader.next_frame(&mut bytes).map_err(|e| e.to_string())?;
        Ok(Picture {
            width: usize::try_from(info.width).map_err(|e| e.to_string())?,
            channels: info.color_type.samples(),
            height: f64::from(info.height) / PICTURE_SCALE,
            bytes,
        })
    }

    /// The places of the pixels of a colour, in the page's points from its lower left.
    fn painted(&self, colour: fn(u8, u8, u8) -> bool) -> Vec<(f64, f64)> {
        let pixels = self.bytes.chunks_exact(self.channels).enumerate();
        let matching = pixels.filter(|(_, pixel)| match pixel {
            [red, green, blue, ..] => colour(*red, *green, *blue),
            _ => false,
        });
        let point = |pixel: usize| (pixel as f64 + 0.5) / PICTURE_SCALE;
        matching
            .map(|(n, _)| (point(n % self.width), self.height - point(n / self.width)))
            .collect()
    }
}

fn is_red(red: u8, green: u8, blue: u8) -> bool {
    red > 150 && green < 80 && blue < 90
}

fn is_blue(red: u8, green: u8, blue: u8) -> bool {
    blue > 120 && red < 90 && green < 110
}

fn within(rect: Rect, (x, y): (f64, f64)) -> bool {
    rect.contains(Rect::new(x, y, x, y))
}
