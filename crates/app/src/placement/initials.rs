//! Places for initials (ký nháy): the law gives none, offices put them at the end of the text and of the list of
//! recipients, small and beside what was checked.

use trien_render::{PageText, Rect};

use super::Place;
use super::glyphs::{Glyphs, Word, overlap};
use crate::error::{AppError, ErrorCode, Result};

/// Width of one initial's box in points: 20 mm; it is as high as a line.
const WIDTH: f64 = 57.0;
/// Free points between a box and what stands beside it.
const MARGIN: f64 = 4.0;
/// A box hangs this far below its base line and reaches so far above it.
const BELOW: f64 = 3.0;
const ABOVE: f64 = 12.0;
/// Left margin and foot of the page, where nothing else is found: 30 mm and 10 mm (Annex I, part I, I.3).
const LEFT: f64 = 85.0;
const FOOT: f64 = 28.0;
/// Right margin: 15 mm, the least that the law leaves.
const RIGHT: f64 = 42.5;
/// Places looked at on one line or along the foot.
const IN_A_ROW: usize = 6;

/// Finds a place for each of `count` initials that covers no glyph, none of `taken` and no other initial.
pub fn find(pages: &[PageText], count: usize, taken: &[(u32, Rect)]) -> Result<Vec<Place>> {
    let mut taken = taken.to_vec();
    let mut found = Vec::new();
    let candidates = candidates(pages);
    while found.len() < count {
        let free = candidates.iter().find(|place| {
            let page = pages.get(place.page as usize).map(Glyphs::of);
            page.is_some_and(|page| page.is_free(&place.rect))
                && !taken
                    .iter()
                    .any(|(number, rect)| *number == place.page && overlap(rect, &place.rect))
        });
        let Some(place) = free else {
            let why = format!(
                "không còn chỗ trống cho chữ ký nháy thứ {}",
                found.len() + 1
            );
            return Err(AppError::new(ErrorCode::NoPlaceForSignature, why));
        };
        taken.push((place.page, place.rect));
        found.push(*place);
    }
    Ok(found)
}

/// Where an initial may stand, the best first: after the text's end `./.`, after `Lưu: VT`, along the foot.
fn candidates(pages: &[PageText]) -> Vec<Place> {
    let mut places = Vec::new();
    for ends in [ends_text as fn(&Word) -> bool, ends_recipients] {
        for (number, page) in pages.iter().enumerate().rev() {
            let glyphs = Glyphs::of(page);
            let words = glyphs.words();
            let Some(end) = words.iter().rev().find(|word| ends(word)) else {
                continue;
            };
            let last = words
                .iter()
                .filter(|word| word.same_line(end) && word.rect.x0 - end.rect.x1 < WIDTH)
                .map(|word| word.rect.x1)
                .fold(end.rect.x1, f64::max);
            places.extend(row(number, &glyphs, last + MARGIN, end.baseline, end.size));
            break;
        }
    }
    if let Some((number, page)) = pages.iter().enumerate().next_back() {
        let glyphs = Glyphs::of(page);
        let (left, foot) = (glyphs.view.x0 + LEFT, glyphs.view.y0 + FOOT);
        places.extend(row(number, &glyphs, left, foot, ABOVE));
    }
    places
}

/// Boxes side by side that end before the right margin.
fn row(page: usize, glyphs: &Glyphs, left: f64, baseline: f64, size: f64) -> Vec<Place> {
    let boxes = (0..IN_A_ROW).map(|n| {
        let x0 = left + n as f64 * (WIDTH + MARGIN);
        Rect {
            x0,
            y0: baseline - BELOW,
            x1: x0 + WIDTH,
            y1: baseline + ABOVE,
        }
    });
    let on_page = boxes.filter(|rect| rect.x1 <= glyphs.view.x1 - RIGHT);
    let place = |rect| Place {
        page: u32::try_from(page).unwrap_or(u32::MAX),
        rect,
        baseline,
        size,
    };
    on_page.map(place).collect()
}

fn ends_text(word: &Word) -> bool {
    word.text.ends_with("./.")
}

fn ends_recipients(word: &Word) -> bool {
    word.is("luu") && word.text.ends_with(':')
}
