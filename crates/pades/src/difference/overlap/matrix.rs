//! Where things lie (ISO 32000-2 8.3).

use trien_pdf::Rect;

/// A transformation of coordinates.
#[derive(Clone, Copy)]
pub(super) struct Matrix([f64; 6]);

impl Matrix {
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn of(numbers: &[f64]) -> Option<Self> {
        numbers.try_into().ok().map(Self)
    }

    pub fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First `self`, then `other`.
    pub fn then(self, other: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [g, h, i, j, k, l] = other.0;
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    pub fn point(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// The smallest upright rectangle around points.
pub(super) fn bounds(points: &[(f64, f64)]) -> Option<Rect> {
    let (first, rest) = points.split_first()?;
    let all = rest.iter().fold(
        (first.0, first.1, first.0, first.1),
        |(x0, y0, x1, y1), (x, y)| (x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y)),
    );
    Some(Rect::new(all.0, all.1, all.2, all.3))
}
