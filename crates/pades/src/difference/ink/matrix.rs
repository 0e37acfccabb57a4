//! Where things lie (ISO 32000-2 8.3).

use trien_pdf::Rect;

/// A transformation of coordinates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix([f64; 6]);

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

    /// What takes `from` to `to`, upright.
    pub fn fit(from: Rect, to: Rect) -> Self {
        let (sx, sy) = (to.width() / from.width(), to.height() / from.height());
        Self([sx, 0.0, 0.0, sy, to.x0 - from.x0 * sx, to.y0 - from.y0 * sy])
    }

    /// The way back; `None` where everything falls on one line.
    pub fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * d - b * c;
        if !det.is_normal() {
            return None;
        }
        let (a, b, c, d) = (d / det, -b / det, -c / det, a / det);
        Some(Self([a, b, c, d, -(e * a + f * c), -(e * b + f * d)]))
    }

    /// By how much lengths grow.
    pub fn scale(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs().sqrt()
    }

    /// Whether upright rectangles stay upright.
    pub fn is_upright(self) -> bool {
        let [a, b, c, d, ..] = self.0;
        (b == 0.0 && c == 0.0) || (a == 0.0 && d == 0.0)
    }

    /// The upright rectangle around what becomes of `rect`.
    pub fn rect(self, rect: Rect) -> Rect {
        let corners = [
            (rect.x0, rect.y0),
            (rect.x1, rect.y0),
            (rect.x1, rect.y1),
            (rect.x0, rect.y1),
        ];
        bounds(&corners.map(|(x, y)| self.point(x, y))).unwrap_or(rect)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_leads_back() {
        let matrix = Matrix::of(&[2.0, 1.0, -1.0, 3.0, 5.0, -7.0]).unwrap();
        let (x, y) = matrix.point(4.0, 9.0);
        let (x, y) = matrix.inverse().unwrap().point(x, y);
        assert!((x - 4.0).abs() < 1e-9 && (y - 9.0).abs() < 1e-9);
        assert!(
            Matrix::of(&[1.0, 2.0, 2.0, 4.0, 0.0, 0.0])
                .unwrap()
                .inverse()
                .is_none()
        );
    }
}
