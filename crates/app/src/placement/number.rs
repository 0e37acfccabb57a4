//! The number's box: after `Số:`, before the slash of the notation.

use trien_domain::text::compose;
use trien_render::Rect;

use super::Place;
use super::glyphs::{Glyphs, Word};
use crate::error::{AppError, ErrorCode, Result};

/// Free points between a box and the glyphs beside it.
const MARGIN: f64 = 2.0;
/// Narrowest usable box: four digits of 13 pt Times are 26 points wide.
const NARROWEST: f64 = 26.0;
/// Width where nothing follows on the line.
const OPEN_WIDTH: f64 = 60.0;
/// Box 3 stands in the upper part of the page, in its left half (Annex I, part I, IV).
const UPPER_PART: f64 = 0.7;

/// Finds the number's box on the first page.
pub fn find(first: &Glyphs) -> Result<Place> {
    let words = first.words();
    let missing = |why: &str| AppError::new(ErrorCode::NoPlaceForNumber, why);
    let (label, rest) = words
        .iter()
        .find_map(|word| label_of(word).map(|rest| (word, rest)))
        .filter(|(word, _)| in_box_three(first, word))
        .ok_or_else(|| missing("không có “Số:” ở góc trên bên trái trang 1"))?;
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err(missing("sau “Số:” đã có chữ"));
    }
    let next = words
        .iter()
        .filter(|word| {
            word.same_line(label) && word.rect.x0 >= label.rect.x1 && word.rect.x1 < middle(first)
        })
        .min_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let right = match next {
        Some(word) if word.text.starts_with('/') => word.rect.x0 - MARGIN,
        Some(word) => {
            return Err(missing(&format!(
                "sau “Số:” là “{}”, không phải khoảng trống trước “/”",
                word.text
            )));
        }
        None if rest.is_empty() => label.rect.x1 + MARGIN + OPEN_WIDTH,
        None => return Err(missing("“Số:” viết liền “/”, không có khoảng trống")),
    };
    let rect = Rect {
        x0: label.rect.x1 + MARGIN,
        y0: label.rect.y0,
        x1: right,
        y1: label.rect.y1,
    };
    if rect.width() < NARROWEST {
        return Err(missing(&format!(
            "khoảng trống sau “Số:” chỉ rộng {:.0} pt, cần {NARROWEST:.0} pt",
            rect.width()
        )));
    }
    Ok(Place {
        page: 0,
        rect,
        baseline: label.baseline,
        size: label.size,
    })
}

/// What stands right after `Số:` in the same word; `None` where the word is not the label.
fn label_of(word: &Word) -> Option<String> {
    let text = compose(&word.text);
    text.strip_prefix("Số:")
        .or_else(|| text.strip_prefix("SỐ:"))
        .map(str::to_owned)
}

fn in_box_three(first: &Glyphs, word: &Word) -> bool {
    let view = &first.view;
    word.rect.x0 < middle(first) && word.rect.y0 > view.y0 + UPPER_PART * view.height()
}

fn middle(first: &Glyphs) -> f64 {
    (first.view.x0 + first.view.x1) / 2.0
}
