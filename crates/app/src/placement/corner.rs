//! Places that no text names: the organisation's text mark in the upper right corner, the urgency's stamp under the
//! number. Both give way to what is there.

use trien_pdf::Rect;

use super::Place;
use super::ink::Ink;
use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::{Corner, POINTS_PER_MM, StampForm, StampPlace};

/// Marks stand in the upper half of a page: further down nobody looks for them.
const LOWEST: f64 = 0.5;
/// Steps in which a stamp gives way, in points.
const STEP: f64 = 4.0;
/// Free points around a mark: 1.4 mm, so that its border does not touch a line of text above it.
const MARGIN: f64 = 4.0;

/// Where a mark of this height goes on a page of this size: into the corner, moved down by its height as long as
/// something stands there (Decree 30/2020, Annex I, II.8b; III.1d; part II, I.3).
///
/// # Errors
/// `NoPlaceInCorner`.
pub fn corner(ink: &Ink, size: (f64, f64), corner: &Corner, height: f64) -> Result<Rect> {
    let (right, width) = (
        size.0 - corner.right_mm * POINTS_PER_MM,
        corner.width_mm * POINTS_PER_MM,
    );
    let highest = size.1 - corner.top_mm * POINTS_PER_MM;
    let moved = (0..).map(|times| highest - f64::from(times) * height);
    let mut tops = moved.take_while(|top| top - height > LOWEST * size.1);
    let at = |top: f64| Rect::new((right - width).max(0.0), top - height, right, top);
    let free = tops.find(|top| ink.is_free(at(*top)));
    free.map(at).ok_or_else(|| {
        let why = "góc trên bên phải trang đầu không còn chỗ trống";
        AppError::new(ErrorCode::NoPlaceInCorner, why)
    })
}

/// Where an urgency's stamp goes: at the left, below the line of the number (box 10b of Annex I).
///
/// # Errors
/// `NoPlaceInCorner`.
pub fn stamp(
    ink: &Ink,
    size: (f64, f64),
    number: &Place,
    place: &StampPlace,
    stamp: &StampForm,
) -> Result<Rect> {
    let (width, height) = (
        stamp.width_mm * POINTS_PER_MM,
        stamp.height_mm * POINTS_PER_MM,
    );
    let left = place.left_mm * POINTS_PER_MM;
    let highest = number.baseline - place.below_number_mm * POINTS_PER_MM;
    let mut tops = (0..)
        .map(|times| highest - f64::from(times) * STEP)
        .take_while(|top| top - height > LOWEST * size.1);
    let at = |top: f64| Rect::new(left, top - height, left + width, top);
    let around = |top: f64| {
        let Rect { x0, y0, x1, y1 } = at(top);
        Rect::new(x0 - MARGIN, y0 - MARGIN, x1 + MARGIN, y1 + MARGIN)
    };
    let free = tops.find(|top| ink.is_free(around(*top)));
    free.map(at).ok_or_else(|| {
        let why = format!("dưới dòng số không còn chỗ trống cho dấu {}", stamp.text);
        AppError::new(ErrorCode::NoPlaceInCorner, why)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layouts::Layouts;

    const SIZE: (f64, f64) = (595.0, 842.0);

    #[test]
    fn the_mark_moves_down_by_its_height_where_something_stands_and_no_further_than_half() {
        let layouts = Layouts::built_in().unwrap();
        let form = &layouts.of("").unwrap().corner;
        let find = |boxes: &[Rect]| corner(&Ink::blank(SIZE, boxes), SIZE, form, 26.0);
        let free = find(&[]).unwrap();
        assert!((SIZE.0 - free.x1 - 15.0 * POINTS_PER_MM).abs() < 0.01);
        assert!((SIZE.1 - free.y1 - 5.0 * POINTS_PER_MM).abs() < 0.01);
        let taken = Rect::new(500.0, 810.0, 560.0, 825.0);
        assert!((find(&[taken]).unwrap().y1 - (free.y1 - 26.0)).abs() < 0.01);
        let full = find(&[Rect::new(0.0, 0.0, 595.0, 842.0)]).unwrap_err();
        assert_eq!(full.code, ErrorCode::NoPlaceInCorner);
    }

    #[test]
    fn a_stamp_stands_under_the_number_below_what_is_there() {
        let layouts = Layouts::built_in().unwrap();
        let urgency = &layouts.of("").unwrap().urgency;
        let number = Place {
            page: 0,
            rect: trien_render::Rect::default(),
            baseline: 741.0,
            size: 13.0,
        };
        let khan = urgency.stamp(1).unwrap();
        let find = |boxes: &[Rect]| {
            stamp(
                &Ink::blank(SIZE, boxes),
                SIZE,
                &number,
                &urgency.place,
                khan,
            )
            .unwrap()
        };
        let free = find(&[]);
        assert!((free.width() / POINTS_PER_MM - 20.0).abs() < 0.01);
        assert!((free.height() / POINTS_PER_MM - 8.0).abs() < 0.01);
        let subject = Rect::new(85.0, 700.0, 240.0, free.y1);
        assert!(find(&[subject]).y1 < 700.0);
    }
}
