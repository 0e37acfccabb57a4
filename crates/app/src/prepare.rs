//! From a draft to a file that can be signed: lint, places, fields (profile H1, signing.md 2.5).

use std::path::Path;

use trien_pades::{
    FieldName, FieldPlan, PageFrame, PlannedField, lint, marks, prepare as add_fields,
};
use trien_pdf::{Page, Pdf, Rect};
use trien_render::{PageText, Renderer};

use crate::error::{AppError, ErrorCode, Result};
use crate::placement::{self, Anchors, Place};

/// Width by height of a leader's mark where nobody knows it: a written name is some two and a half
/// times as wide as high.
const USUAL_ASPECT: f64 = 2.5;
/// A seal's diameter where nobody knows it: 36 mm, the size of a commune's seal.
const USUAL_DIAMETER_MM: f64 = 36.0;

/// What is known of the marks that will stand in the prepared boxes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    /// Width by height of the leader's mark.
    pub leader_aspect: Option<f64>,
    /// The seal's true diameter in mm.
    pub seal_diameter_mm: Option<f64>,
}

/// Prepares a PDF, which also lies under `path` for the renderer: the bytes with fields added.
///
/// # Errors
/// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`.
pub fn prepare(
    renderer: &Renderer,
    path: &Path,
    pdf: &[u8],
    full_name: &str,
    known: &Marks,
) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(pdf)?;
    let findings = lint(&opened)?;
    if findings.iter().any(|finding| finding.refuses) {
        return Err(trien_pades::PadesError::Lint(findings).into());
    }
    let anchors = placement::find(&texts(renderer, path)?, full_name)?;
    let appended = add_fields(&opened, &plan(&opened, &anchors, known)?)?;
    Ok([pdf, &appended.bytes].concat())
}

/// The text of every page.
fn texts(renderer: &Renderer, path: &Path) -> Result<Vec<PageText>> {
    let pages = u32::try_from(renderer.open(path)?.pages.len()).unwrap_or(u32::MAX);
    (0..pages)
        .map(|page| Ok(renderer.text(path, page)?))
        .collect()
}

/// Where each field goes.
fn plan(pdf: &Pdf<&[u8]>, anchors: &Anchors, known: &Marks) -> Result<FieldPlan> {
    let pages = pdf.latest().pages()?;
    let frame = |page: u32| -> Result<PageFrame> { Ok(PageFrame::of(page_of(&pages, page)?)) };
    let text = |name: FieldName, place: &Place| -> Result<PlannedField> {
        let frame = frame(place.page)?;
        let line = frame.to_shown(Rect::new(
            place.rect.x0,
            place.baseline,
            place.rect.x1,
            place.rect.y1,
        ));
        let rect = frame.to_user(marks::text_box(line.x0, line.x1, line.y0));
        Ok(PlannedField {
            name,
            page: place.page as usize,
            rect,
        })
    };
    let space = &anchors.signature;
    let frame = frame(space.page)?;
    let gap = frame.to_shown(Rect::new(
        space.centre,
        space.name_top,
        space.centre,
        space.title_bottom,
    ));
    let aspect = known.leader_aspect.unwrap_or(USUAL_ASPECT);
    let centre = f64::midpoint(gap.x0, gap.x1);
    let leader = marks::leader_rect(gap.y1, gap.y0, centre, aspect, marks::LEADER_MAX_MM)
        .ok_or(ErrorCode::NoPlaceForSignature)?;
    let seal = marks::seal_rect(leader, known.seal_diameter_mm.unwrap_or(USUAL_DIAMETER_MM));
    let signature = |name, rect| PlannedField {
        name,
        page: space.page as usize,
        rect: frame.to_user(rect),
    };
    Ok(FieldPlan {
        fields: vec![
            text(FieldName::Number, &anchors.number)?,
            text(FieldName::Day, &anchors.day)?,
            text(FieldName::Month, &anchors.month)?,
            signature(FieldName::Leader, leader),
            signature(FieldName::Seal, seal),
        ],
    })
}

fn page_of(pages: &[Page], page: u32) -> Result<&Page> {
    pages
        .get(page as usize)
        .ok_or_else(|| AppError::new(ErrorCode::PdfBroken, format!("page {page} is missing")))
}
