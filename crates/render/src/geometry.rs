//! Places on a page: in points of its default user space, and in pixels of its picture.

use serde::{Deserialize, Serialize};

/// A rectangle in points of the page's default user space (ISO 32000-1 8.3.2.3): x to the right, y up,
/// not turned by `/Rotate`. The same space as a signature field's `/Rect`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
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
    /// Width in points.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// Height in points.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// True where there is no area: PDFium gives such boxes to the spaces and line ends that it adds.
    pub fn is_empty(&self) -> bool {
        self.width() <= 0.0 || self.height() <= 0.0
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub fn union(&self, other: &Rect) -> Rect {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        Rect {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }
}

/// A page's size in points as it is shown, that is after `/Rotate`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// How a page lies on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PageGeometry {
    /// The size as shown.
    pub size: PageSize,
    /// `/Rotate`, clockwise: 0, 90, 180 or 270 degrees.
    pub rotation: u16,
    /// The part of the default user space that is shown: the crop box within the media box.
    pub view: Rect,
}

impl PageGeometry {
    /// Where a rectangle of the default user space lies on the shown page: points from its upper left
    /// corner, y down (`y0` is the upper edge). Multiplied by the scale it is the place in the picture.
    pub fn to_shown(&self, rect: &Rect) -> Rect {
        let view = &self.view;
        let (left, right) = (rect.x0 - view.x0, rect.x1 - view.x0);
        let (low, high) = (rect.y0 - view.y0, rect.y1 - view.y0);
        let (width, height) = (view.width(), view.height());
        let [x0, y0, x1, y1] = match self.rotation {
            90 => [low, left, high, right],
            180 => [width - right, low, width - left, high],
            270 => [height - high, width - right, height - low, width - left],
            _ => [left, height - high, right, height - low],
        };
        Rect { x0, y0, x1, y1 }
    }
}

/// A part of a picture, in pixels from the upper left corner of the whole scaled page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelRect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Rect {
        Rect { x0, y0, x1, y1 }
    }

    /// A mark near the lower left corner of a 200 × 100 page, whose view starts at (10, 20).
    fn shown(rotation: u16) -> Rect {
        let upright = rotation.is_multiple_of(180);
        let (width, height) = if upright {
            (200.0, 100.0)
        } else {
            (100.0, 200.0)
        };
        let geometry = PageGeometry {
            size: PageSize { width, height },
            rotation,
            view: rect(10.0, 20.0, 210.0, 120.0),
        };
        geometry.to_shown(&rect(15.0, 30.0, 55.0, 40.0))
    }

    #[test]
    fn a_mark_is_found_on_the_turned_page() {
        assert_eq!(shown(0), rect(5.0, 80.0, 45.0, 90.0));
        assert_eq!(shown(90), rect(10.0, 5.0, 20.0, 45.0));
        assert_eq!(shown(180), rect(155.0, 10.0, 195.0, 20.0));
        assert_eq!(shown(270), rect(80.0, 155.0, 90.0, 195.0));
    }

    #[test]
    fn an_empty_box_adds_nothing_to_a_union() {
        let word = rect(1.0, 2.0, 3.0, 4.0);
        assert_eq!(Rect::default().union(&word), word);
        assert_eq!(word.union(&Rect::default()), word);
        assert_eq!(
            word.union(&rect(0.0, 3.0, 2.0, 9.0)),
            rect(0.0, 2.0, 3.0, 9.0)
        );
    }
}
