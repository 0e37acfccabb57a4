//! A page as PDFium draws it, and rulers on it.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use trien_pdf::write::A4;
use trien_practice::office::COMMUNE;
use trien_render::{Limits, Picture, RenderConfig, Renderer, TextChar, WorkerCommand, find_pdfium};

use crate::table::{Colour, Mark};

/// Pixels in a point, and in a millimetre.
const SCALE: f64 = 3.0;
pub const MM: f64 = SCALE * POINTS;
const POINTS: f64 = 72.0 / 25.4;
/// A component that differs by more was painted.
const PAINTED: u8 = 60;

static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
    Renderer::start(RenderConfig {
        worker: WorkerCommand::find().expect("the worker"),
        pdfium: find_pdfium(&[]).expect("PDFium"),
        limits: Limits::default(),
    })
    .expect("it starts")
});

/// A rectangle in mm from the upper left of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Place {
    pub fn width(self) -> f64 {
        self.x1 - self.x0
    }

    pub fn height(self) -> f64 {
        self.y1 - self.y0
    }

    fn middle(self) -> (f64, f64) {
        (
            f64::midpoint(self.x0, self.x1),
            f64::midpoint(self.y0, self.y1),
        )
    }

    /// What of a mark's place is not as the table says, beside what was measured `before`.
    pub fn wrong(
        self,
        mark: &Mark,
        draft: &Page,
        before: &[(&str, Place)],
        tolerance: f64,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |fits: bool, why: String| {
            if !fits {
                wrong.push(why);
            }
        };
        let near = |a: f64, b: f64| (a - b).abs() <= tolerance;
        if let Some([left, right]) = &mark.between {
            for printed in [draft.first(left), draft.first(right)] {
                let line = printed.baseline;
                check(
                    near(self.y1, line),
                    format!("stands on {:.2}, not on {line:.2}", self.y1),
                );
            }
        }
        if let Some([title, name]) = &mark.centred_between {
            let (title, name) = (draft.last(title).place, draft.last(name).place);
            let beside = (self.middle().0 - name.middle().0).abs();
            // The stroke of a hand is not as symmetrical as its picture.
            check(
                beside < 3.0,
                format!("{beside:.2} mm beside the name's middle"),
            );
            let clear = self.y0 >= title.y1 && self.y1 <= name.y0;
            check(clear, format!("not between {title:.2?} and {name:.2?}"));
            let (above, below) = (self.y0 - title.y1, name.y0 - self.y1);
            check(
                (above - below).abs() < 6.0,
                format!("{above:.2} above, {below:.2} below"),
            );
        }
        if let Some(other) = &mark.over_left_third_of {
            let (_, other) = before
                .iter()
                .find(|(name, _)| name == other)
                .expect("a mark before");
            let share = (self.x1 - other.x0) / other.width();
            check(
                (0.25..=0.42).contains(&share),
                format!("covers {share:.2} of the width"),
            );
            check(self.x0 < other.x0, "does not stand on its left".to_owned());
            let apart = (self.middle().1 - other.middle().1).abs();
            check(apart < 3.0, format!("middles are {apart:.2} mm apart"));
        }
        if let Some(clear) = mark.clear_mm {
            let around = [
                self.x0 - clear,
                self.y0 - clear,
                self.x1 + clear,
                self.y1 + clear,
            ];
            let printed = draft.added(&Page::blank_as(draft), Colour::Black, around);
            check(
                printed.is_none(),
                format!("touches what is printed: {printed:.2?}"),
            );
        }
        if let Some(right) = mark.right_mm {
            let is = A4.x1 / POINTS - self.x1;
            check(
                near(is, right),
                format!("{is:.2} mm from the right edge, not {right}"),
            );
        }
        if let Some([least, most]) = mark.top_mm {
            let fits = self.y0 >= least - tolerance && self.y0 <= most + tolerance;
            check(fits, format!("{:.2} mm from the upper edge", self.y0));
        }
        wrong
    }
}

/// A printed word or line of words.
#[derive(Debug)]
pub struct Printed {
    pub place: Place,
    pub baseline: f64,
}

/// Letters that spell something.
type Run<'t> = Vec<&'t TextChar>;

/// The first page.
pub struct Page {
    width: usize,
    pixels: Vec<u8>,
    text: Vec<TextChar>,
}

impl Page {
    pub fn draw(pdf: &Path) -> Self {
        #[allow(clippy::cast_possible_truncation)] // A small whole number.
        let wanted = Picture {
            page: 0,
            scale: SCALE as f32,
            clip: None,
        };
        let drawn = RENDERER.render(pdf, &wanted).expect("the page is drawn");
        let decoder = png::Decoder::new(Cursor::new(&drawn.png));
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(frame.color_type, png::ColorType::Rgb);
        let text = RENDERER.text(pdf, 0).expect("the page's text").chars;
        Self {
            width: frame.width as usize,
            pixels,
            text,
        }
    }

    pub fn blank() -> Self {
        let side = |points: f64| (points * SCALE) as usize;
        let (width, height) = (side(A4.x1), side(A4.y1));
        Self {
            width,
            pixels: vec![255; width * height * 3],
            text: Vec::new(),
        }
    }

    /// An empty page of the same size.
    pub fn blank_as(other: &Page) -> Self {
        Self {
            width: other.width,
            pixels: vec![255; other.pixels.len()],
            text: Vec::new(),
        }
    }

    pub fn fill(&mut self, place: Place, colour: [u8; 3]) {
        for (row, pixels) in self.pixels.chunks_mut(self.width * 3).enumerate() {
            if !(place.y0..place.y1).contains(&mm(row)) {
                continue;
            }
            for (column, pixel) in pixels.chunks_mut(3).enumerate() {
                if (place.x0..place.x1).contains(&mm(column)) {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
    }

    pub fn keep(&self, path: &Path) {
        let height = self.pixels.len() / 3 / self.width;
        let mut bytes = Vec::new();
        let side = |pixels: usize| u32::try_from(pixels).unwrap();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
        drop(writer);
        fs::write(path, bytes).unwrap();
    }

    /// Around what was added of a colour within a rectangle; `None` for nothing.
    pub fn added(&self, before: &Page, colour: Colour, within: [f64; 4]) -> Option<Place> {
        let mut around: Option<Place> = None;
        for (x, y, pixel) in self.changed(before) {
            if holds(within, x, y) && colour.is(pixel) {
                let half = 0.5 / MM;
                let dot = Place {
                    x0: x - half,
                    y0: y - half,
                    x1: x + half,
                    y1: y + half,
                };
                around = Some(around.map_or(dot, |all| Place {
                    x0: all.x0.min(dot.x0),
                    y0: all.y0.min(dot.y0),
                    x1: all.x1.max(dot.x1),
                    y1: all.y1.max(dot.y1),
                }));
            }
        }
        around
    }

    /// Where a mark is looked for: as far as the table says, and no further than the words that it stands between.
    pub fn within(&self, mark: &Mark) -> [f64; 4] {
        let [mut x0, y0, mut x1, y1] = mark.within_mm;
        if let Some([left, right]) = &mark.between {
            x0 = x0.max(self.first(left).place.x1);
            x1 = x1.min(self.first(right).place.x0);
        }
        [x0, y0, x1, y1]
    }

    /// How many pixels changed outside all these rectangles.
    pub fn changed_outside(&self, before: &Page, within: &[[f64; 4]]) -> usize {
        let outside = |x, y| !within.iter().any(|place| holds(*place, x, y));
        self.changed(before)
            .filter(|(x, y, _)| outside(*x, *y))
            .count()
    }

    /// Rows that are the same are passed over at once: most of a page is.
    fn changed(&self, before: &Page) -> impl Iterator<Item = (f64, f64, [u8; 3])> {
        assert_eq!(self.pixels.len(), before.pixels.len(), "pages of one size");
        let stride = self.width * 3;
        let rows = self
            .pixels
            .chunks_exact(stride)
            .zip(before.pixels.chunks_exact(stride));
        let changed = rows.enumerate().filter(|(_, (new, old))| new != old);
        changed.flat_map(|(row, (new, old))| {
            let both = new.chunks_exact(3).zip(old.chunks_exact(3));
            both.enumerate().filter_map(move |(column, (new, old))| {
                let painted = new
                    .iter()
                    .zip(old)
                    .any(|(new, old)| new.abs_diff(*old) > PAINTED);
                painted.then(|| (mm(column), mm(row), [new[0], new[1], new[2]]))
            })
        })
    }

    /// Where words are printed at the head of the page.
    pub fn first(&self, words: &str) -> Printed {
        self.printed(words, |places| places.into_iter().next())
    }

    /// Where they are printed at its foot, as a name is below a signature.
    pub fn last(&self, words: &str) -> Printed {
        self.printed(words, |mut places| places.pop())
    }

    fn printed(&self, words: &str, which: fn(Vec<Run<'_>>) -> Option<Run<'_>>) -> Printed {
        let words = words.replace("{leader}", COMMUNE.leader.name);
        let wanted: Vec<char> = words.chars().filter(|c| !c.is_whitespace()).collect();
        let letters = self.text.iter().filter(|letter| !letter.ch.is_whitespace());
        let letters: Vec<&TextChar> = letters.collect();
        let spells =
            |run: &&[&TextChar]| run.iter().zip(&wanted).all(|(letter, c)| letter.ch == *c);
        let runs = letters.windows(wanted.len()).filter(spells);
        let run = which(runs.map(<[_]>::to_vec).collect());
        let run = run.unwrap_or_else(|| panic!("“{words}” is not printed"));
        let (first, last) = (run[0], run[run.len() - 1]);
        let top = |y: f64| (A4.y1 - y) / POINTS;
        let high = run
            .iter()
            .map(|letter| letter.rect.y1)
            .fold(f64::MIN, f64::max);
        let low = run
            .iter()
            .map(|letter| letter.rect.y0)
            .fold(f64::MAX, f64::min);
        Printed {
            place: Place {
                x0: first.rect.x0 / POINTS,
                y0: top(high),
                x1: last.rect.x1 / POINTS,
                y1: top(low),
            },
            baseline: top(first.origin.1),
        }
    }
}

/// The middle of a pixel in mm.
fn mm(pixel: usize) -> f64 {
    (pixel as f64 + 0.5) / MM
}

fn holds([x0, y0, x1, y1]: [f64; 4], x: f64, y: f64) -> bool {
    (x0..=x1).contains(&x) && (y0..=y1).contains(&y)
}
