//! The number's box: after its label (`Số:`, `Số`), before the mark that joins the notation to it (`/`, `-`).

use trien_domain::text::compose;
use trien_render::Rect;

use super::Place;
use super::glyphs::{Glyphs, Word};
use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::NumberLine;

/// Free points between a box and the glyphs beside it.
const MARGIN: f64 = 2.0;
/// Narrowest usable box: four digits of 13 pt Times are 26 points wide.
const NARROWEST: f64 = 26.0;
/// Width where nothing follows on the line.
const OPEN_WIDTH: f64 = 60.0;
/// Box 3 stands in the upper part of the page, in its left half (Annex I, part I, IV).
const UPPER_PART: f64 = 0.7;

/// Finds the number's box on the first page.
pub fn find(first: &Glyphs, line: &NumberLine) -> Result<Place> {
    let words = first.words();
    let (name, joint) = (label_of(line), line.joint);
    let missing = |why: &str| AppError::new(ErrorCode::NoPlaceForNumber, why);
    let (label, rest) = words
        .iter()
        .filter(|word| in_box_three(first, word))
        .find_map(|word| after_label(word, line).map(|rest| (word, rest)))
        .ok_or_else(|| missing(&format!("không có “{name}” ở góc trên bên trái trang 1")))?;
    if !rest.is_empty() && !rest.starts_with(joint) {
        return Err(missing(&format!("sau “{name}” đã có chữ")));
    }
    let next = words
        .iter()
        .filter(|word| {
            word.same_line(label) && word.rect.x0 >= label.rect.x1 && word.rect.x1 < middle(first)
        })
        .min_by(|a, b| a.rect.x0.total_cmp(&b.rect.x0));
    let right = match next {
        Some(word) if word.text.starts_with(joint) => word.rect.x0 - MARGIN,
        Some(word) => {
            return Err(missing(&format!(
                "sau “{name}” là “{}”, không phải khoảng trống trước “{joint}”",
                word.text
            )));
        }
        None if rest.is_empty() => label.rect.x1 + MARGIN + OPEN_WIDTH,
        None => {
            return Err(missing(&format!(
                "“{name}” viết liền “{joint}”, không có khoảng trống"
            )));
        }
    };
    let rect = Rect {
        x0: label.rect.x1 + MARGIN,
        y0: label.rect.y0,
        x1: right,
        y1: label.rect.y1,
    };
    if rect.width() < NARROWEST {
        return Err(missing(&format!(
            "khoảng trống sau “{name}” chỉ rộng {:.0} pt, cần {NARROWEST:.0} pt",
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

fn label_of(line: &NumberLine) -> &str {
    line.labels.first().map_or("", String::as_str)
}

/// What stands right after the label in the same word; `None` where the word does not begin with one. The longest label
/// is taken, and after one that ends in a letter no letter may follow: `Số` does not begin `Sốt`.
fn after_label(word: &Word, line: &NumberLine) -> Option<String> {
    let text = compose(&word.text);
    let mut labels: Vec<String> = line.labels.iter().map(|label| compose(label)).collect();
    labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
    let rest = labels.iter().find_map(|label| text.strip_prefix(label))?;
    (!rest.starts_with(char::is_alphabetic)).then(|| rest.to_owned())
}

fn in_box_three(first: &Glyphs, word: &Word) -> bool {
    let view = &first.view;
    word.rect.x0 < middle(first) && word.rect.y0 > view.y0 + UPPER_PART * view.height()
}

fn middle(first: &Glyphs) -> f64 {
    (first.view.x0 + first.view.x1) / 2.0
}
