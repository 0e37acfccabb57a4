//! Are letters drawn in the order in which they are read?

use trien_pdf::Rect;

use super::{Ink, What};

/// Letters belong to one line where their middles lie closer than this part of their height.
const SAME_LINE: f64 = 0.5;

/// Whether each letter stands behind the one drawn before it, or on a line below. A content stream may draw the letters
/// of `12` so that a reader sees `21`. Text is taken to be turned by `quarters` against the clock.
pub fn in_order(ink: &Ink, quarters: i64) -> bool {
    let letters = ink.pieces.iter();
    let letters = letters.filter(|piece| matches!(piece.what, What::Glyph(_)));
    let places: Vec<Rect> = letters
        .map(|piece| upright(piece.place, quarters))
        .collect();
    let mut pairs = places.iter().zip(places.iter().skip(1));
    pairs.all(|(before, after)| follows(*before, *after))
}

fn follows(before: Rect, after: Rect) -> bool {
    let down = middle(before).1 - middle(after).1;
    let height = before.height().min(after.height());
    if down.abs() < SAME_LINE * height {
        middle(after).0 > middle(before).0
    } else {
        down > 0.0
    }
}

fn middle(place: Rect) -> (f64, f64) {
    (
        f64::midpoint(place.x0, place.x1),
        f64::midpoint(place.y0, place.y1),
    )
}

/// The place as it lies when the page is turned back.
fn upright(place: Rect, quarters: i64) -> Rect {
    let Rect { x0, y0, x1, y1 } = place;
    match quarters {
        1 => Rect::new(y0, -x1, y1, -x0),
        2 => Rect::new(-x1, -y1, -x0, -y0),
        3 => Rect::new(-y1, x0, -y0, x1),
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_or_below() {
        let place = |x: f64, y: f64| Rect::new(x, y, x + 6.0, y + 12.0);
        assert!(follows(place(0.0, 0.0), place(7.0, 3.0)));
        assert!(!follows(place(7.0, 0.0), place(0.0, 0.0)));
        assert!(follows(place(50.0, 0.0), place(0.0, -14.0)));
        assert!(!follows(place(0.0, 0.0), place(50.0, 14.0)));
    }

    #[test]
    fn turned_back() {
        let up = [
            Rect::new(0.0, 0.0, 12.0, 6.0),
            Rect::new(0.0, 7.0, 12.0, 13.0),
        ];
        let [first, second] = up.map(|place| upright(place, 1));
        assert!(follows(first, second) && !follows(second, first));
    }
}
