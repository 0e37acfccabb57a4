//! Where the visible marks stand by Decree 30/2020/NĐ-CP, Annex I. All rectangles are in shown space (see
//! [`PageFrame`](super::PageFrame)): printed points, so that a millimetre is a millimetre on any page.

use trien_pdf::Rect;

use super::frame::POINTS_PER_MM;

/// The leader's mark fits in 50 × 25 mm: the size at which offices print a scanned signature.
pub const LEADER_MAX_MM: (f64, f64) = (50.0, 25.0);
/// Distance of a text box's lower edge below the printed baseline, in points: the depth of g and / at 13 pt.
pub const BASELINE_PT: f64 = 3.0;
/// Height of a text box, in points: 13 pt type with the marks above Vietnamese capitals.
pub const TEXT_BOX_PT: f64 = 15.0;

/// Box of the leader's mark, "centred between the title and the full name" (Annex I, II.7d).
///
/// `title_bottom` and `name_top` are the edges of the printed lines, `centre_x` their common centre, `aspect` is
/// width by height of the image, `max_mm` the largest width and height. The mark never covers title or name; `None`
/// where there is no room between them or the aspect is no positive number.
pub fn leader_rect(
    title_bottom: f64,
    name_top: f64,
    centre_x: f64,
    aspect: f64,
    max_mm: (f64, f64),
) -> Option<Rect> {
    let room = title_bottom - name_top;
    if !(room > 0.0 && aspect.is_finite() && aspect > 0.0) {
        return None;
    }
    let h = (max_mm.1 * POINTS_PER_MM)
        .min(room)
        .min(max_mm.0 * POINTS_PER_MM / aspect);
    let (w, centre_y) = (h * aspect, f64::midpoint(title_bottom, name_top));
    Some(Rect::new(
        centre_x - w / 2.0,
        centre_y - h / 2.0,
        centre_x + w / 2.0,
        centre_y + h / 2.0,
    ))
}

/// Box of the seal at its true size: it "covers about 1/3 of the leader's mark, on its left" (Annex I, II.8a), with
/// the vertical centres on one line.
pub fn seal_rect(leader_mark: Rect, diameter_mm: f64) -> Rect {
    let side = diameter_mm * POINTS_PER_MM;
    let right = leader_mark.x0 + leader_mark.width() / 3.0;
    let centre_y = f64::midpoint(leader_mark.y0, leader_mark.y1);
    Rect::new(
        right - side,
        centre_y - side / 2.0,
        right,
        centre_y + side / 2.0,
    )
}

/// Box of a number or a part of the date between `x0` and `x1` on the line whose printed baseline is `baseline`.
pub fn text_box(x0: f64, x1: f64, baseline: f64) -> Rect {
    let y0 = baseline - BASELINE_PT;
    Rect::new(x0, y0, x1, y0 + TEXT_BOX_PT)
}

/// The largest box of the given aspect (width by height) in the middle of `outer`: where an image is drawn in a
/// prepared field.
pub fn fit(outer: Rect, aspect: f64) -> Rect {
    let (w, h) = (outer.width(), outer.height());
    let (w, h) = if w / h > aspect {
        (h * aspect, h)
    } else {
        (w, w / aspect)
    };
    let (cx, cy) = (
        f64::midpoint(outer.x0, outer.x1),
        f64::midpoint(outer.y0, outer.y1),
    );
    Rect::new(cx - w / 2.0, cy - h / 2.0, cx + w / 2.0, cy + h / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_leaders_mark_stands_in_the_middle_between_title_and_name() {
        let mark = leader_rect(300.0, 200.0, 430.0, 2.0, LEADER_MAX_MM).unwrap();
        assert!(
            near(mark.width(), 50.0 * POINTS_PER_MM) && near(mark.height(), 25.0 * POINTS_PER_MM)
        );
        assert!(near(mark.x0 + mark.x1, 860.0) && near(mark.y0 + mark.y1, 500.0));
    }

    #[test]
    fn a_wide_mark_is_limited_by_its_width_and_a_narrow_gap_by_its_height() {
        let wide = leader_rect(300.0, 200.0, 430.0, 4.0, LEADER_MAX_MM).unwrap();
        assert!(
            near(wide.width(), 50.0 * POINTS_PER_MM) && near(wide.height(), 12.5 * POINTS_PER_MM)
        );
        let low = leader_rect(240.0, 200.0, 430.0, 2.0, LEADER_MAX_MM).unwrap();
        assert!(near(low.height(), 40.0) && near(low.width(), 80.0));
        assert_eq!(leader_rect(200.0, 200.0, 430.0, 2.0, LEADER_MAX_MM), None);
        assert_eq!(
            leader_rect(300.0, 200.0, 430.0, f64::NAN, LEADER_MAX_MM),
            None
        );
    }

    #[test]
    fn the_seal_has_its_true_size_and_covers_the_left_third_of_the_mark() {
        let mark = leader_rect(300.0, 200.0, 430.0, 2.0, LEADER_MAX_MM).unwrap();
        let seal = seal_rect(mark, 36.0);
        assert!(
            near(seal.width() / POINTS_PER_MM, 36.0) && near(seal.height() / POINTS_PER_MM, 36.0)
        );
        assert!(near((seal.x1 - mark.x0) / mark.width(), 1.0 / 3.0));
        assert!(near(seal.y0 + seal.y1, mark.y0 + mark.y1));
    }

    #[test]
    fn an_image_keeps_its_aspect_in_a_box_of_another() {
        let inner = fit(Rect::new(0.0, 0.0, 100.0, 100.0), 2.0);
        assert_eq!(inner, Rect::new(0.0, 25.0, 100.0, 75.0));
    }
}
