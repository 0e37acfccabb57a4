//! The organisation's text in the upper right corner of a first page: on attachments, appendices and copies, without a
//! picture (Decree 30/2020, Annex I, II.8b; III.1d; part II, I.3).

use std::path::Path;

use time::OffsetDateTime;
use trien_domain::calendar::signing_time;
use trien_domain::{Code, CopyForm};
use trien_pades::{FieldName, Mark, NewField, PageFrame, planned};
use trien_pdf::Pdf;
use trien_pdf::font::serif;
use trien_render::Renderer;

use crate::error::{ErrorCode, Result};
use crate::layouts::{Corner, POINTS_PER_MM};
use crate::placement::{self, Ink};

/// Type size of the text (Annex I, II.8b), in points.
const SIZE: f64 = 10.0;
/// From base line to base line, in points; also what is left below the last line.
const LEADING: f64 = 12.0;

/// The lines on an attachment: number and notation of the document it goes with, and the time of signing.
pub(crate) fn attachment_lines(form: &Corner, code: &Code, now: OffsetDateTime) -> Vec<String> {
    let (code, time) = (code.to_string(), signing_time(now));
    filled(&form.attachment, &[("{code}", &code), ("{time}", &time)])
}

/// The lines on a copy: its form, the organ that makes it, and the time of signing.
pub(crate) fn copy_lines(
    form: &Corner,
    copy: CopyForm,
    organ: &str,
    code: &Code,
    now: OffsetDateTime,
) -> Vec<String> {
    let (code, time) = (code.to_string(), signing_time(now));
    let words = [
        ("{form}", copy.printed()),
        ("{organ}", organ),
        ("{code}", &code),
        ("{time}", &time),
    ];
    filled(&form.copy, &words)
}

fn filled(lines: &[String], words: &[(&str, &str)]) -> Vec<String> {
    let fill = |line: &String| {
        let word = |line: String, (name, word): &(&str, &str)| line.replace(name, word);
        words.iter().fold(line.clone(), word)
    };
    lines.iter().map(fill).collect()
}

/// The field and the mark that carry the lines, at a free place of the first page; lines that are too long are broken.
///
/// # Errors
/// `NoPlaceInCorner`; those of the renderer.
pub(crate) fn find(
    renderer: &Renderer,
    path: &Path,
    pdf: &Pdf<&[u8]>,
    form: &Corner,
    lines: &[String],
) -> Result<(NewField, Mark)> {
    let pages = pdf.latest().pages()?;
    let frame = PageFrame::of(pages.first().ok_or(ErrorCode::PdfBroken)?);
    let lines = broken(lines, form.width_mm * POINTS_PER_MM)?;
    let ink = Ink::of(renderer, path, 0, &frame)?;
    let height = LEADING * lines.len() as f64;
    let shown = placement::corner(&ink, (frame.width(), frame.height()), form, height)?;
    let field = NewField {
        page: 0,
        rect: frame.to_user(shown),
        signer: None,
    };
    Ok((field, Mark::Block(lines)))
}

/// The first name that no field of the file has: a sao lục is sealed beside the seal of its sao y.
pub(crate) fn unused_field(pdf: &Pdf<&[u8]>) -> Result<FieldName> {
    let taken = planned(pdf)?.fields;
    let mut names = ('a'..='z').map(FieldName::Corner);
    let unused = names.find(|name| !taken.iter().any(|field| field.name == *name));
    Ok(unused.ok_or(ErrorCode::NoPlaceInCorner)?)
}

/// Lines no wider than `width` points, broken between words.
fn broken(lines: &[String], width: f64) -> Result<Vec<String>> {
    let face = serif()?;
    let mut broken: Vec<String> = Vec::new();
    for line in lines {
        let mut current = String::new();
        for word in line.split_whitespace() {
            let longer = format!("{current} {word}");
            if current.is_empty() {
                word.clone_into(&mut current);
            } else if face.width(&longer, SIZE) <= width {
                current = longer;
            } else {
                broken.push(std::mem::replace(&mut current, word.to_owned()));
            }
        }
        broken.push(current);
    }
    Ok(broken)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::layouts::Layouts;

    #[test]
    fn marks_say_what_the_decree_asks_for_and_long_names_are_broken() {
        let layouts = Layouts::built_in().unwrap();
        let form = &layouts.of("").unwrap().corner;
        let now = datetime!(2026-11-20 02:15:30 UTC);
        let code = Code::new("125", "UBND-VP");
        let lines = attachment_lines(form, &code, now);
        assert_eq!(lines, ["125/UBND-VP", "2026-11-20T09:15:30+07:00"]);
        let organ = "Trung tâm Phục vụ hành chính công và Chuyển đổi số tỉnh Mẫu Sơn";
        let lines = copy_lines(form, CopyForm::TrueCopy, organ, &code, now);
        let width = form.width_mm * POINTS_PER_MM;
        let broken = broken(&lines, width).unwrap();
        assert_eq!(
            (broken.first().unwrap().as_str(), broken.len()),
            ("SAO Y", 4)
        );
        let face = serif().unwrap();
        assert!(broken.iter().all(|line| face.width(line, SIZE) <= width));
    }
}
