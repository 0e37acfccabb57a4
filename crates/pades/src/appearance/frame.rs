//! A page as it is printed: /Rotate, /CropBox and /UserUnit taken into account (ISO 32000-2 tables 31 and 8.3.2).

use trien_pdf::{Page, Rect};

/// Printed points in a millimetre.
pub const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// Turns rectangles between *shown* space — printed points from the lower left corner of the page as a reader sees
/// it — and the page's default user space, in which /Rect is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageFrame {
    crop: Rect,
    quarter_turns: u8,
    unit: f64,
}

impl PageFrame {
    /// The frame of a page.
    pub fn of(page: &Page) -> Self {
        Self::new(page.crop_box, page.rotate, page.user_unit)
    }

    /// From the crop box in user space, /Rotate in degrees clockwise and the points in a unit of user space.
    /// A /Rotate that is no quarter turn counts as none, a /UserUnit that is no positive number as 1.
    pub fn new(crop: Rect, rotate: i32, user_unit: f64) -> Self {
        let quarter_turns = if rotate % 90 == 0 {
            (rotate / 90).rem_euclid(4) as u8
        } else {
            0
        };
        let unit = if user_unit.is_finite() && user_unit > 0.0 {
            user_unit
        } else {
            1.0
        };
        Self {
            crop,
            quarter_turns,
            unit,
        }
    }

    /// Width of the page as shown, in printed points.
    pub fn width(&self) -> f64 {
        self.unit
            * if self.sideways() {
                self.crop.height()
            } else {
                self.crop.width()
            }
    }

    /// Height of the page as shown, in printed points.
    pub fn height(&self) -> f64 {
        self.unit
            * if self.sideways() {
                self.crop.width()
            } else {
                self.crop.height()
            }
    }

    /// Printed points in one unit of user space.
    pub fn unit(&self) -> f64 {
        self.unit
    }

    /// A shown rectangle in user space.
    pub fn to_user(&self, shown: Rect) -> Rect {
        let (a, b) = (
            self.point_to_user(shown.x0, shown.y0),
            self.point_to_user(shown.x1, shown.y1),
        );
        Rect::new(a.0, a.1, b.0, b.1)
    }

    /// A rectangle of user space as shown.
    pub fn to_shown(&self, user: Rect) -> Rect {
        let (a, b) = (
            self.point_to_shown(user.x0, user.y0),
            self.point_to_shown(user.x1, user.y1),
        );
        Rect::new(a.0, a.1, b.0, b.1)
    }

    /// Matrix of a form XObject whose content stands upright on the page as shown: the page is turned clockwise by
    /// /Rotate, so the content is turned back by as much.
    pub(crate) fn upright(&self) -> [f64; 6] {
        match self.quarter_turns {
            1 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
            2 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
            3 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
            _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        }
    }

    /// Degrees for /MK /R, so that a viewer that rebuilds an appearance turns it as we do.
    pub(crate) fn degrees(&self) -> i64 {
        i64::from(self.quarter_turns) * 90
    }

    fn sideways(&self) -> bool {
        self.quarter_turns % 2 == 1
    }

    fn point_to_user(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = (x / self.unit, y / self.unit);
        let (w, h) = (self.crop.width(), self.crop.height());
        let (u, v) = match self.quarter_turns {
            1 => (w - y, x),
            2 => (w - x, h - y),
            3 => (y, h - x),
            _ => (x, y),
        };
        (self.crop.x0 + u, self.crop.y0 + v)
    }

    fn point_to_shown(&self, u: f64, v: f64) -> (f64, f64) {
        let (u, v) = (u - self.crop.x0, v - self.crop.y0);
        let (w, h) = (self.crop.width(), self.crop.height());
        let (x, y) = match self.quarter_turns {
            1 => (v, w - u),
            2 => (w - u, h - v),
            3 => (h - v, u),
            _ => (u, v),
        };
        (x * self.unit, y * self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upright_page_only_moves_the_origin_to_the_crop_box() {
        let frame = PageFrame::new(Rect::new(10.0, 20.0, 605.0, 862.0), 0, 1.0);
        assert_eq!((frame.width(), frame.height()), (595.0, 842.0));
        assert_eq!(
            frame.to_user(Rect::new(0.0, 0.0, 5.0, 5.0)),
            Rect::new(10.0, 20.0, 15.0, 25.0)
        );
    }

    #[test]
    fn a_scan_turned_by_90_degrees_has_its_shown_top_left_at_the_lower_left_of_user_space() {
        // A landscape sheet, shown as portrait A4.
        let frame = PageFrame::new(Rect::new(0.0, 0.0, 842.0, 595.0), 90, 1.0);
        assert_eq!((frame.width(), frame.height()), (595.0, 842.0));
        assert_eq!(
            frame.to_user(Rect::new(0.0, 832.0, 20.0, 842.0)),
            Rect::new(0.0, 0.0, 10.0, 20.0)
        );
    }

    #[test]
    fn a_user_unit_of_two_halves_the_numbers_but_not_the_printed_size() {
        let frame = PageFrame::new(Rect::new(0.0, 0.0, 297.5, 421.0), 0, 2.0);
        assert_eq!((frame.width(), frame.height()), (595.0, 842.0));
        assert_eq!(
            frame.to_user(Rect::new(100.0, 100.0, 200.0, 150.0)),
            Rect::new(50.0, 50.0, 100.0, 75.0)
        );
    }

    #[test]
    fn every_turn_is_undone() {
        for rotate in [0, 90, 180, 270, 360, -90, 45] {
            let frame = PageFrame::new(Rect::new(-10.0, 30.0, 290.0, 430.0), rotate, 1.5);
            let shown = Rect::new(12.0, 24.0, 60.0, 90.0);
            assert_eq!(
                frame.to_shown(frame.to_user(shown)),
                shown,
                "rotate {rotate}"
            );
        }
    }
}
