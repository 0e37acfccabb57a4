//! From a draft to a file that can be signed: lint, places, fields (profile H1, signing.md 2.5).

use std::path::Path;

use trien_pades::{
    FieldName, FieldPlan, PageFrame, PlannedField, lint, marks, prepare as add_fields,
};
use trien_pdf::{Page, Rect};
use trien_render::{PageText, Renderer};

use crate::error::{AppError, ErrorCode, Result};
use crate::placement::{self, Anchors, Head, Place, SignatureSpace};

/// Width by height of a leader's mark where nobody knows it: a written name is some two and a half
/// times as wide as high.
const USUAL_ASPECT: f64 = 2.5;
/// A seal's diameter where nobody knows it: 36 mm, the size of a commune's seal.
const USUAL_DIAMETER_MM: f64 = 36.0;

/// Who signs a document, by full names as printed and as in their certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signers {
    /// The competent person.
    pub leader: String,
    /// Who initials it first (ký nháy), in any order.
    pub initials: Vec<String>,
    /// Who signs it beside the leader, in any order; their names are printed.
    pub co_signers: Vec<String>,
}

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
/// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`; `BadArgument` for more signers
/// than there are letters to tell their fields apart.
pub fn prepare(
    renderer: &Renderer,
    path: &Path,
    pdf: &[u8],
    signers: &Signers,
    known: &Marks,
) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(pdf)?;
    let findings = lint(&opened)?;
    if findings.iter().any(|finding| finding.refuses) {
        return Err(trien_pades::PadesError::Lint(findings).into());
    }
    let texts = texts(renderer, path)?;
    let anchors = placement::find(&texts, &signers.leader)?;
    let pages = opened.latest().pages()?;
    let mut plan = plan(&pages, &anchors, &signers.leader, known)?;
    add_co_signers(&mut plan, &pages, &texts, &signers.co_signers)?;
    add_initials(&mut plan, &texts, &signers.initials)?;
    let appended = add_fields(&opened, &plan)?;
    Ok([pdf, &appended.bytes].concat())
}

/// The text of every page.
pub(crate) fn texts(renderer: &Renderer, path: &Path) -> Result<Vec<PageText>> {
    let pages = u32::try_from(renderer.open(path)?.pages.len()).unwrap_or(u32::MAX);
    (0..pages)
        .map(|page| Ok(renderer.text(path, page)?))
        .collect()
}

/// Where number, date, leader and seal go.
fn plan(pages: &[Page], anchors: &Anchors, leader: &str, known: &Marks) -> Result<FieldPlan> {
    let places = Places::of(pages, anchors, known)?;
    let field = |name, (page, rect): (usize, Rect), signer| PlannedField {
        name,
        page,
        rect,
        signer,
    };
    Ok(FieldPlan {
        fields: vec![
            field(FieldName::Number, places.number, None),
            field(FieldName::Day, places.day, None),
            field(FieldName::Month, places.month, None),
            field(FieldName::Leader, places.leader, Some(leader.to_owned())),
            field(FieldName::Seal, places.seal, None),
        ],
    })
}

/// Boxes in default user space, each with its page from 0.
pub(crate) struct Places {
    pub(crate) number: (usize, Rect),
    pub(crate) day: (usize, Rect),
    pub(crate) month: (usize, Rect),
    pub(crate) leader: (usize, Rect),
    pub(crate) seal: (usize, Rect),
}

impl Places {
    /// The boxes by Decree 30/2020 Annex I around what was found in the text.
    pub(crate) fn of(pages: &[Page], anchors: &Anchors, known: &Marks) -> Result<Self> {
        let leader = person_box(pages, &anchors.signature, known.leader_aspect)?;
        Self::around(pages, &anchors.head, leader, known)
    }

    /// The same around a leader's mark that is there already.
    pub(crate) fn around(
        pages: &[Page],
        head: &Head,
        leader: (usize, Rect),
        known: &Marks,
    ) -> Result<Self> {
        let text = |place: &Place| -> Result<(usize, Rect)> {
            let frame = PageFrame::of(page_of(pages, place.page)?);
            let line = frame.to_shown(Rect::new(
                place.rect.x0,
                place.baseline,
                place.rect.x1,
                place.rect.y1,
            ));
            let rect = frame.to_user(marks::text_box(line.x0, line.x1, line.y0));
            Ok((place.page as usize, rect))
        };
        let (page, mark) = leader;
        let page_number = u32::try_from(page).unwrap_or(u32::MAX);
        let frame = PageFrame::of(page_of(pages, page_number)?);
        let diameter = known.seal_diameter_mm.unwrap_or(USUAL_DIAMETER_MM);
        let seal = frame.to_user(marks::seal_rect(frame.to_shown(mark), diameter));
        Ok(Self {
            number: text(&head.number)?,
            day: text(&head.day)?,
            month: text(&head.month)?,
            leader,
            seal: (page, seal),
        })
    }
}

/// The box of a person's mark between title and printed name.
pub(crate) fn person_box(
    pages: &[Page],
    space: &SignatureSpace,
    aspect: Option<f64>,
) -> Result<(usize, Rect)> {
    let frame = PageFrame::of(page_of(pages, space.page)?);
    let gap = frame.to_shown(Rect::new(
        space.centre,
        space.name_top,
        space.centre,
        space.title_bottom,
    ));
    let centre = f64::midpoint(gap.x0, gap.x1);
    let aspect = aspect.unwrap_or(USUAL_ASPECT);
    let shown = marks::leader_rect(gap.y1, gap.y0, centre, aspect, marks::LEADER_MAX_MM)
        .ok_or(ErrorCode::NoPlaceForSignature)?;
    Ok((space.page as usize, frame.to_user(shown)))
}

fn add_co_signers(
    plan: &mut FieldPlan,
    pages: &[Page],
    texts: &[PageText],
    names: &[String],
) -> Result<()> {
    for (letter, name) in lettered(names)? {
        let space = placement::signature_space(texts, name)?;
        let (page, rect) = person_box(pages, &space, None)?;
        plan.fields.push(PlannedField {
            name: FieldName::CoSigner(letter),
            page,
            rect,
            signer: Some(name.clone()),
        });
    }
    Ok(())
}

fn add_initials(plan: &mut FieldPlan, texts: &[PageText], names: &[String]) -> Result<()> {
    let places = placement::initials(texts, names.len(), &taken(plan))?;
    for ((letter, name), place) in lettered(names)?.zip(places) {
        let rect = place.rect;
        plan.fields.push(PlannedField {
            name: FieldName::Initials(letter),
            page: place.page as usize,
            rect: Rect::new(rect.x0, rect.y0, rect.x1, rect.y1),
            signer: Some(name.clone()),
        });
    }
    Ok(())
}

/// The boxes of a plan as the renderer's geometry has them.
pub(crate) fn taken(plan: &FieldPlan) -> Vec<(u32, trien_render::Rect)> {
    let fields = plan.fields.iter().map(|field| {
        let Rect { x0, y0, x1, y1 } = field.rect;
        let page = u32::try_from(field.page).unwrap_or(u32::MAX);
        (page, trien_render::Rect { x0, y0, x1, y1 })
    });
    fields.collect()
}

/// Names with the letters that tell their fields apart.
fn lettered(names: &[String]) -> Result<impl Iterator<Item = (char, &String)>> {
    let letters = 'a'..='z';
    if names.len() > letters.clone().count() {
        let why = format!("{} signers of one kind", names.len());
        return Err(AppError::new(ErrorCode::BadArgument, why));
    }
    Ok(letters.zip(names))
}

fn page_of(pages: &[Page], page: u32) -> Result<&Page> {
    pages
        .get(page as usize)
        .ok_or_else(|| AppError::new(ErrorCode::PdfBroken, format!("page {page} is missing")))
}
