//! The boxes of day and month on the line `…, ngày … tháng … năm 2026`.

use trien_domain::text::fold;
use trien_render::Rect;

use super::Place;
use super::glyphs::{Glyphs, Word};
use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::DateLine;

/// Free points between a box and the words beside it.
const MARGIN: f64 = 1.0;
/// Narrowest usable box: two digits of 13 pt Times are 13 points wide.
const NARROWEST: f64 = 13.0;
/// Box 4 stands in the upper part of the page.
const UPPER_PART: f64 = 0.7;

/// Finds day, month and the printed year on the first page.
pub fn find(first: &Glyphs, names: &DateLine) -> Result<(Place, Place, i32)> {
    let [day, month, year] = [&names.day, &names.month, &names.year].map(|name| fold(name));
    let missing = |why: &str| AppError::new(ErrorCode::NoPlaceForDate, why);
    let words = first.words();
    let lowest = first.view.y0 + UPPER_PART * first.view.height();
    let line: Vec<&Word> = words
        .iter()
        .find(|word| word.is(&day) && word.rect.y0 > lowest)
        .map(|ngay| {
            words
                .iter()
                .filter(|w| w.same_line(ngay) && w.rect.x0 >= ngay.rect.x0)
                .collect()
        })
        .ok_or_else(|| {
            let DateLine { day, month, year } = names;
            missing(&format!(
                "không có dòng “{day} … {month} … {year}” ở đầu trang 1"
            ))
        })?;
    let at = |name: &str| line.iter().position(|word| word.is(name));
    let (Some(ngay), Some(thang), Some(nam)) = (at(&day), at(&month), at(&year)) else {
        let why = format!("dòng ngày thiếu “{}” hoặc “{}”", names.month, names.year);
        return Err(missing(&why));
    };
    if thang != ngay + 1 || nam != thang + 1 {
        return Err(missing("ngày hoặc tháng đã được ghi sẵn"));
    }
    let year = line
        .get(nam + 1)
        .and_then(|word| {
            word.text
                .trim_matches(|c: char| !c.is_ascii_digit())
                .parse()
                .ok()
        })
        .ok_or_else(|| missing(&format!("sau “{}” không có năm in sẵn", names.year)))?;
    let between = |left: usize, right: usize| -> Result<Place> {
        let (Some(left), Some(right)) = (line.get(left), line.get(right)) else {
            return Err(missing("dòng ngày không đủ chữ"));
        };
        let rect = Rect {
            x0: left.rect.x1 + MARGIN,
            y0: left.rect.y0,
            x1: right.rect.x0 - MARGIN,
            y1: left.rect.y1,
        };
        if rect.width() < NARROWEST {
            return Err(missing(&format!(
                "khoảng trống trước “{}” chỉ rộng {:.0} pt",
                right.text,
                rect.width()
            )));
        }
        Ok(Place {
            page: 0,
            rect,
            baseline: left.baseline,
            size: left.size,
        })
    };
    Ok((between(ngay, thang)?, between(thang, nam)?, year))
}
