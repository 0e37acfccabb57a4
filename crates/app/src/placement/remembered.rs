//! Places on pages without text: nothing can be searched there, so the office's template says where they are. Where there
//! is text, it counts alone: what a template says might lie over it.

use trien_render::{PageText, Rect};

use super::{Head, Place, SignatureSpace};
use crate::layouts::POINTS_PER_MM;
use crate::profile::{LinePlace, PagePlaces};

/// Type size of number and date (Decree 30/2020, Annex I, II.3–4).
const SIZE: f64 = 13.0;

/// Number and date on a first page without text.
pub fn head(places: &PagePlaces, pages: &[PageText]) -> Option<Head> {
    let first = pages.first().filter(|page| is_bare(page))?;
    let place = |line: &LinePlace| {
        let baseline = from_below(first, line.baseline_mm);
        let left = line.left_mm * POINTS_PER_MM;
        Place {
            page: 0,
            rect: Rect {
                x0: left,
                y0: baseline,
                x1: left + line.width_mm * POINTS_PER_MM,
                y1: baseline + SIZE,
            },
            baseline,
            size: SIZE,
        }
    };
    Some(Head {
        number: place(&places.number),
        day: place(&places.day),
        month: place(&places.month),
        year: None,
    })
}

/// The leader's space on a last page without text.
pub fn signature(places: &PagePlaces, pages: &[PageText]) -> Option<SignatureSpace> {
    let last = pages.last().filter(|page| is_bare(page))?;
    Some(SignatureSpace {
        page: u32::try_from(pages.len() - 1).ok()?,
        centre: places.signature.centre_mm * POINTS_PER_MM,
        name_top: from_below(last, places.signature.name_mm),
        title_bottom: from_below(last, places.signature.title_mm),
    })
}

/// Whether a page has no text at all.
pub fn is_bare(page: &PageText) -> bool {
    page.chars.iter().all(|letter| letter.ch.is_whitespace())
}

fn from_below(page: &PageText, from_above_mm: f64) -> f64 {
    page.geometry.view.y1 - from_above_mm * POINTS_PER_MM
}
