//! What is printed on a scan: where its pixels differ from the paper around.
//!
//! Nothing is said of what the print means. A part that has one colour as samples has one on every screen, whatever the
//! colour space makes of it; so paper is what most pixels are, light or not.

use std::collections::BTreeMap;

use trien_pdf::{PdfError, ReadAt, Rect, Samples, View};

use super::{Matrix, Picture};

/// Side of the squares in which print is looked for, in points: about a letter of 13 points.
const TILE: f64 = 6.0;
/// Points around a mark from which the paper's colour is taken, too: a mark may cover all of a word.
const AROUND: f64 = 24.0;
/// Difference of a component from the paper's that is print: six times what half of the pixels differ by, within bounds.
/// Scanners and JPEG make some 20 of clean paper; more than a quarter of all is print on any.
const NOISE: u8 = 6;
const CONTRAST: (u8, u8) = (32, 64);
/// Part of a square that must differ: a full stop of 13 points is 4 %, dust less.
const SPECK: f64 = 0.03;
/// Height in points up to which print may be dots or a ruled line, and how many squares of it in a row are one: there to
/// be written on.
const THIN: f64 = 2.0;
const ROW: i64 = 3;

/// Something printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Print {
    /// Where, within one square.
    pub place: Rect,
    /// With what is printed in the squares beside it: some letters, of which a line through them hides little.
    pub word: Rect,
}

impl Picture {
    /// Where something is printed within `within` and a square around it; `None` where the image cannot be read.
    pub fn prints<S: ReadAt>(
        &self,
        view: View<'_, S>,
        within: Rect,
    ) -> Result<Option<Vec<Print>>, PdfError> {
        let samples = match view.samples(&self.stream) {
            Err(PdfError::Io(error)) => return Err(PdfError::Io(error)),
            Ok(Some(samples)) => samples,
            Ok(None) | Err(_) => return Ok(None),
        };
        let Some(inverse) = self.ctm.inverse() else {
            return Ok(None);
        };
        let scan = Scan {
            samples: &samples,
            ctm: self.ctm,
            inverse,
        };
        let paper = scan.paper(grown(within, AROUND));
        Ok(Some(prints(&scan.tiles(grown(within, TILE), &paper))))
    }
}

struct Scan<'a> {
    samples: &'a Samples,
    ctm: Matrix,
    inverse: Matrix,
}

/// The ground of a part of the scan.
struct Paper {
    colour: Vec<u8>,
    contrast: u8,
}

impl Paper {
    /// Whether a pixel is print on it.
    fn shows(&self, pixel: &[u8]) -> bool {
        let mut both = pixel.iter().zip(&self.colour);
        both.any(|(value, paper)| value.abs_diff(*paper) > self.contrast)
    }
}

/// What was found in one square.
#[derive(Clone, Copy)]
struct Tile {
    pixels: u32,
    printed: u32,
    /// Around what is printed.
    place: Rect,
}

impl Scan<'_> {
    /// The middles and components of the pixels around `within`.
    fn pixels(&self, within: Rect) -> impl Iterator<Item = ((f64, f64), &[u8])> {
        let Samples {
            width,
            height,
            components,
            data,
        } = self.samples;
        let unit = self.inverse.rect(within);
        let (left, right) = (cells(unit.x0, *width), cells(unit.x1, *width));
        let (top, bottom) = (cells(1.0 - unit.y1, *height), cells(1.0 - unit.y0, *height));
        (top..=bottom).flat_map(move |row| {
            (left..=right).filter_map(move |column| {
                let at = (row * width + column) * components;
                let x = (column as f64 + 0.5) / *width as f64;
                let y = 1.0 - (row as f64 + 0.5) / *height as f64;
                Some((self.ctm.point(x, y), data.get(at..at + components)?))
            })
        })
    }

    /// What most of the pixels around are.
    fn paper(&self, around: Rect) -> Paper {
        let colour = self.medians(around, &vec![0; self.samples.components]);
        let spread = self.medians(around, &colour).into_iter().max().unwrap_or(0);
        let contrast = spread.saturating_mul(NOISE).clamp(CONTRAST.0, CONTRAST.1);
        Paper { colour, contrast }
    }

    /// The middle of what each component differs by from `colour`.
    fn medians(&self, around: Rect, colour: &[u8]) -> Vec<u8> {
        let mut counts = vec![[0_u32; 256]; colour.len()];
        for (_, pixel) in self.pixels(around) {
            for (count, (value, from)) in counts.iter_mut().zip(pixel.iter().zip(colour)) {
                if let Some(count) = count.get_mut(usize::from(value.abs_diff(*from))) {
                    *count += 1;
                }
            }
        }
        counts.iter().map(median).collect()
    }

    fn tiles(&self, within: Rect, paper: &Paper) -> BTreeMap<(i64, i64), Tile> {
        let mut tiles = BTreeMap::new();
        for ((x, y), pixel) in self.pixels(within) {
            let square = (whole((x - within.x0) / TILE), whole((y - within.y0) / TILE));
            let place = Rect::new(x, y, x, y);
            let tile = tiles.entry(square).or_insert(Tile {
                pixels: 0,
                printed: 0,
                place,
            });
            tile.pixels += 1;
            if paper.shows(pixel) {
                tile.place = match tile.printed {
                    0 => place,
                    _ => around(tile.place, place),
                };
                tile.printed += 1;
            }
        }
        tiles.retain(|_, tile| f64::from(tile.printed) > SPECK * f64::from(tile.pixels));
        // A pixel is as large as it is, not a point.
        let half = (self.ctm.scale().powi(2) / (self.samples.width * self.samples.height) as f64)
            .sqrt()
            / 2.0;
        for Tile { place, .. } in tiles.values_mut() {
            *place = Rect::new(
                place.x0 - half,
                place.y0 - half,
                place.x1 + half,
                place.y1 + half,
            );
        }
        tiles
    }
}

/// The printed places, without rows of dots and ruled lines.
fn prints(tiles: &BTreeMap<(i64, i64), Tile>) -> Vec<Print> {
    let thin = |at: (i64, i64)| {
        let tile = tiles.get(&at);
        tile.is_some_and(|tile| tile.place.height() <= THIN)
    };
    // What is thin may be the foot of letters in the square above.
    let alone = |(x, y): (i64, i64)| {
        let free = |y| thin((x, y)) || !tiles.contains_key(&(x, y));
        thin((x, y)) && free(y - 1) && free(y + 1)
    };
    let in_row = |(x, y): (i64, i64)| {
        let run = |step: i64| (1..ROW).take_while(|n| alone((x + n * step, y))).count();
        alone((x, y)) && run(1) + run(-1) + 1 >= ROW as usize
    };
    let written_on = tiles.iter().filter(|(at, _)| !in_row(**at));
    let found = written_on.map(|((x, y), tile)| {
        let beside = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        let beside = beside.filter_map(|at| tiles.get(&at));
        Print {
            place: tile.place,
            word: beside.fold(tile.place, |all, tile| around(all, tile.place)),
        }
    });
    found.collect()
}

fn median(counts: &[u32; 256]) -> u8 {
    let half = counts.iter().sum::<u32>() / 2;
    let mut before = 0;
    for (value, count) in (0..=u8::MAX).zip(counts) {
        before += count;
        if before > half {
            return value;
        }
    }
    u8::MAX
}

fn grown(rect: Rect, by: f64) -> Rect {
    Rect::new(rect.x0 - by, rect.y0 - by, rect.x1 + by, rect.y1 + by)
}

fn around(a: Rect, b: Rect) -> Rect {
    Rect::new(
        a.x0.min(b.x0),
        a.y0.min(b.y0),
        a.x1.max(b.x1),
        a.y1.max(b.y1),
    )
}

#[allow(clippy::cast_possible_truncation)]
fn whole(number: f64) -> i64 {
    number.floor() as i64 // Squares of a page; what is beyond saturates.
}

/// The cell of `count` in which a fraction lies, or the nearest.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
fn cells(fraction: f64, count: usize) -> usize {
    let index = (fraction.clamp(0.0, 1.0) * count as f64) as usize;
    index.min(count.saturating_sub(1))
}
