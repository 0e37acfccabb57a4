//! Paths on their way to be painted (ISO 32000-2 8.5).

use trien_pdf::Rect;

use super::matrix::{Matrix, bounds};

/// Pieces into which a curve is cut.
const STEPS: u8 = 8;
/// A filled form thinner than this, in points, is a line.
const HAIR: f64 = 3.0;
/// Most segments of one path kept; handwriting as vectors has some thousand.
const MAX_SEGMENTS: usize = 20_000;

type Point = (f64, f64);

/// A path in default user space.
#[derive(Default)]
pub(super) struct Path {
    rectangles: Vec<Rect>,
    segments: Vec<(Point, Point)>,
    start: Point,
    at: Point,
    /// Painting it narrows the clip.
    pub clips: bool,
}

impl Path {
    /// Takes an operator; whether it was one of paths.
    pub fn operator(&mut self, word: &[u8], numbers: &[f64], ctm: Matrix) -> bool {
        let at = |x: f64, y: f64| ctm.point(x, y);
        match (word, numbers) {
            (b"m", [x, y]) => (self.start, self.at) = (at(*x, *y), at(*x, *y)),
            (b"l", [x, y]) => self.line(at(*x, *y)),
            (b"c", [a, b, c, d, e, f]) => self.curve(at(*a, *b), at(*c, *d), at(*e, *f)),
            (b"v", [c, d, e, f]) => self.curve(self.at, at(*c, *d), at(*e, *f)),
            (b"y", [a, b, e, f]) => self.curve(at(*a, *b), at(*e, *f), at(*e, *f)),
            (b"h", _) => self.line(self.start),
            (b"re", [x, y, w, h]) if ctm.is_upright() => {
                self.rectangles
                    .push(ctm.rect(Rect::new(*x, *y, x + w, y + h)));
            }
            (b"re", [x, y, w, h]) => {
                let corners = [(*x, *y), (x + w, *y), (x + w, y + h), (*x, y + h)];
                let [a, b, c, d] = corners.map(|(x, y)| at(x, y));
                (self.start, self.at) = (a, a);
                [b, c, d, a].into_iter().for_each(|point| self.line(point));
            }
            (b"W" | b"W*", _) => self.clips = true,
            _ => return false,
        }
        true
    }

    /// The filled forms, and whether each is an upright rectangle or a line.
    pub fn filled(&self) -> Vec<(Rect, bool)> {
        let mut forms: Vec<(Rect, bool)> = self.rectangles.iter().map(|all| (*all, true)).collect();
        forms.extend(
            self.outline()
                .map(|all| (all, all.width() < HAIR || all.height() < HAIR)),
        );
        forms
    }

    /// The upright rectangles around the parts of the stroke.
    pub fn stroked(&self, width: f64) -> Vec<Rect> {
        let edges = self.rectangles.iter().flat_map(|r| {
            let corners = [(r.x0, r.y0), (r.x1, r.y0), (r.x1, r.y1), (r.x0, r.y1)];
            let next = corners.into_iter().cycle().skip(1);
            corners.into_iter().zip(next)
        });
        let half = width.max(0.0) / 2.0;
        let all = edges.chain(self.segments.iter().copied());
        all.map(|((ax, ay), (bx, by))| {
            let (x0, x1) = (ax.min(bx), ax.max(bx));
            let (y0, y1) = (ay.min(by), ay.max(by));
            Rect::new(x0 - half, y0 - half, x1 + half, y1 + half)
        })
        .collect()
    }

    pub fn bounds(&self) -> Option<Rect> {
        let mut corners: Vec<Point> = Vec::new();
        for all in self.rectangles.iter().copied().chain(self.outline()) {
            corners.extend([(all.x0, all.y0), (all.x1, all.y1)]);
        }
        bounds(&corners)
    }

    fn outline(&self) -> Option<Rect> {
        let points: Vec<Point> = self.segments.iter().flat_map(|(a, b)| [*a, *b]).collect();
        bounds(&points)
    }

    fn line(&mut self, to: Point) {
        // What is beyond the bound widens the last segment: its extent counts all the same.
        if self.segments.len() < MAX_SEGMENTS {
            self.segments.push((self.at, to));
        } else if let Some(last) = self.segments.last_mut() {
            last.1 = to;
        }
        self.at = to;
    }

    fn curve(&mut self, b: Point, c: Point, d: Point) {
        let a = self.at;
        for step in 1..=STEPS {
            let t = f64::from(step) / f64::from(STEPS);
            let s = 1.0 - t;
            let (k, l, m, n) = (s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t);
            self.line((
                k * a.0 + l * b.0 + m * c.0 + n * d.0,
                k * a.1 + l * b.1 + m * c.1 + n * d.1,
            ));
        }
    }
}
