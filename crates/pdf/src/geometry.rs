//! Rectangles in default user space.

use crate::{Object, PdfError};

/// A rectangle in points (1/72 inch), origin at the lower left, `x0 <= x1` and `y0 <= y1` once normalised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x0: f64,
    /// Lower edge.
    pub y0: f64,
    /// Right edge.
    pub x1: f64,
    /// Upper edge.
    pub y1: f64,
}

impl Rect {
    /// The rectangle spanned by two opposite corners, in whatever order they come (7.9.5).
    #[must_use]
    pub fn new(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        Self {
            x0: x0.min(x1),
            y0: y0.min(y1),
            x1: x0.max(x1),
            y1: y0.max(y1),
        }
    }

    /// Reads an array of four direct numbers.
    ///
    /// # Errors
    /// [`PdfError::WrongType`] for anything else.
    pub fn from_object(object: &Object) -> Result<Self, PdfError> {
        let numbers: Option<Vec<f64>> = object
            .as_array()
            .and_then(|a| a.iter().map(Object::as_number).collect());
        match numbers.as_deref() {
            Some([a, b, c, d]) => Ok(Self::new(*a, *b, *c, *d)),
            _ => Err(PdfError::WrongType { what: "rectangle" }),
        }
    }

    /// The array of four numbers that a PDF file holds.
    #[must_use]
    pub fn to_object(self) -> Object {
        Object::Array(
            [self.x0, self.y0, self.x1, self.y1]
                .map(Object::Real)
                .into(),
        )
    }

    /// Width in points.
    #[must_use]
    pub fn width(self) -> f64 {
        self.x1 - self.x0
    }

    /// Height in points.
    #[must_use]
    pub fn height(self) -> f64 {
        self.y1 - self.y0
    }

    /// Whether the two share an area; touching edges do not count.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    /// Whether `other` lies inside this one, edges included.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.x0 <= other.x0 && self.y0 <= other.y0 && other.x1 <= self.x1 && other.y1 <= self.y1
    }

    /// The common area, if there is one.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        self.overlaps(other).then(|| Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        })
    }
}
