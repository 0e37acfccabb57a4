//! The leader's space: between the title and the printed full name (box 7 of Annex I).

use trien_domain::text::fold;
use trien_render::PageText;

use super::SignatureSpace;
use super::glyphs::{Glyphs, Word};
use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::SignatureBlock;

/// Finds the printed name, from the last page backwards and from its foot upwards.
pub fn find(pages: &[PageText], block: &SignatureBlock, full_name: &str) -> Result<SignatureSpace> {
    let wanted = fold(full_name);
    let missing = |why: String| AppError::new(ErrorCode::NoPlaceForSignature, why);
    for (number, page) in pages.iter().enumerate().rev() {
        let words = Glyphs::of(page).words();
        let Some(name) = last_name(&words, &wanted) else {
            continue;
        };
        let Some(title_bottom) = title_above(&words, &name, block.column()) else {
            return Err(missing(format!("phía trên “{full_name}” không có chức vụ")));
        };
        let space = SignatureSpace {
            page: u32::try_from(number).unwrap_or(u32::MAX),
            centre: (name.rect.x0 + name.rect.x1) / 2.0,
            name_top: name.rect.y1,
            title_bottom,
        };
        if space.title_bottom - space.name_top < block.least_height() {
            let millimetres = (space.title_bottom - space.name_top) / 72.0 * 25.4;
            return Err(missing(format!(
                "phía trên “{full_name}” chỉ còn {millimetres:.0} mm"
            )));
        }
        return Ok(space);
    }
    Err(missing(format!("không thấy “{full_name}”")))
}

/// The lowest run of words on one line that spells the name. The words of a line come in order.
fn last_name(words: &[Word], wanted: &str) -> Option<Word> {
    let count = wanted.split(' ').count();
    words.windows(count).rev().find_map(|run| {
        let first = run.first()?;
        let one_line = run.iter().all(|word| word.same_line(first));
        let text: Vec<&str> = run.iter().map(|word| word.text.as_str()).collect();
        (one_line && fold(&text.join(" ")) == wanted).then(|| Word {
            rect: run
                .iter()
                .fold(first.rect, |all, word| all.union(&word.rect)),
            ..first.clone()
        })
    })
}

/// The lower edge of the nearest text above the name in its column.
fn title_above(words: &[Word], name: &Word, column: f64) -> Option<f64> {
    let centre = (name.rect.x0 + name.rect.x1) / 2.0;
    words
        .iter()
        .filter(|word| word.baseline > name.baseline && !word.same_line(name))
        .filter(|word| word.rect.x1 > centre - column && word.rect.x0 < centre + column)
        .map(|word| word.rect.y0)
        .min_by(f64::total_cmp)
}

/// A name stands at most so far below its signature: 20 mm.
const BELOW: f64 = 57.0;
/// A name's words reach at most so far beyond the signature's sides: 20 mm.
const BESIDE: f64 = 57.0;
/// Vietnamese full names have two to six words.
const WORDS: std::ops::RangeInclusive<usize> = 2..=6;

/// The words of the nearest line below a box, if they look like a person's name.
pub fn name_below(words: &[Word], shown: trien_pdf::Rect) -> Option<String> {
    let near = |word: &&Word| {
        let below = shown.y0 - word.baseline;
        (0.0..BELOW).contains(&below)
            && word.rect.x1 > shown.x0 - BESIDE
            && word.rect.x0 < shown.x1 + BESIDE
    };
    let nearest = words
        .iter()
        .filter(near)
        .max_by(|a, b| a.baseline.total_cmp(&b.baseline))?;
    let line = words
        .iter()
        .filter(near)
        .filter(|word| word.same_line(nearest));
    let line: Vec<&str> = line.map(|word| word.text.as_str()).collect();
    let of_name =
        |word: &&str| word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic);
    (WORDS.contains(&line.len()) && line.iter().all(of_name)).then(|| line.join(" "))
}
