//! From a draft to a file that can be signed: lint, places, fields (profile H1, signing.md 2.5).

use std::borrow::Cow;
use std::path::Path;

use trien_domain::Urgency;
use trien_pades::{
    FieldName, FieldPlan, FindingCode, PageFrame, PlannedField, Stamp, lint, marks, prepare_stamped,
};
use trien_pdf::{Page, Rect};
use trien_render::{PageText, Renderer};

use crate::error::{AppError, ErrorCode, Result};
use crate::layouts::{Layout, Layouts, SignatureBlock, StampForm};
use crate::placement::{self, Anchors, Head, Ink, Place, Search, SignatureSpace};
use crate::profile::PagePlaces;

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

/// What a draft is prepared for.
#[derive(Clone, Copy)]
pub struct Wishes<'a> {
    /// Who signs.
    pub signers: &'a Signers,
    /// What their marks are like.
    pub marks: &'a Marks,
    /// The layouts to choose from.
    pub layouts: &'a Layouts,
    /// The layout by key; empty: the one that the page is known by.
    pub layout: &'a str,
    /// Where marks stand on pages without text.
    pub remembered: Option<&'a PagePlaces>,
    /// Its stamp is drawn, unless it is printed already.
    pub urgency: Urgency,
}

/// A draft that can be signed.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The file with fields and signature fields.
    pub pdf: Vec<u8>,
    /// How it is laid out.
    pub layout: Layout,
    /// Whether the draft was written anew first, because Acrobat would call any signature over it invalid.
    pub written_anew: bool,
}

/// Prepares a PDF, which also lies under `path` for the renderer.
///
/// # Errors
/// What the lint refuses, `NoPlaceForNumber`, `NoPlaceForDate`, `NoPlaceForSignature`; `BadArgument` for more signers
/// than there are letters to tell their fields apart, and for a layout that there is not.
pub fn prepare(
    renderer: &Renderer,
    path: &Path,
    pdf: &[u8],
    wishes: &Wishes<'_>,
) -> Result<Prepared> {
    let whole = in_one_piece(pdf)?;
    let opened = crate::pdf::open(&whole)?;
    let findings = lint(&opened)?;
    if findings.iter().any(|finding| finding.refuses) {
        return Err(trien_pades::PadesError::Lint(findings).into());
    }
    let pages = opened.latest().pages()?;
    let texts = texts(renderer, path, &pages)?;
    let layout = wishes.layouts.choose(wishes.layout, texts.first())?;
    let signers = wishes.signers;
    let search = Search {
        layout,
        remembered: wishes.remembered,
    };
    let anchors = search.find(&texts, &signers.leader)?;
    let mut plan = plan(&pages, &anchors, &signers.leader, wishes.marks)?;
    let block = &layout.signature;
    add_co_signers(&mut plan, &pages, &texts, block, &signers.co_signers)?;
    add_initials(&mut plan, &pages, &texts, &signers.initials)?;
    let stamp = match layout.urgency.stamp(wishes.urgency.code()) {
        Some(form)
            if !texts
                .first()
                .is_some_and(|page| placement::says(page, &form.text)) =>
        {
            let page = page_of(&pages, 0)?;
            let ink = Ink::of(renderer, path, 0, &PageFrame::of(page))?;
            Some(stamp(page, &ink, &anchors.head, layout, form)?)
        }
        _ => None,
    };
    let appended = prepare_stamped(&opened, &plan, stamp.as_slice())?;
    Ok(Prepared {
        pdf: [whole.as_ref(), &appended.bytes].concat(),
        layout: layout.clone(),
        written_anew: matches!(whole, Cow::Owned(_)),
    })
}

/// Where the stamp of urgency goes.
fn stamp(page: &Page, ink: &Ink, head: &Head, layout: &Layout, form: &StampForm) -> Result<Stamp> {
    let frame = PageFrame::of(page);
    let size = (frame.width(), frame.height());
    let shown = placement::stamp(ink, size, &head.number, &layout.urgency.place, form)?;
    Ok(Stamp {
        page: 0,
        rect: frame.to_user(shown),
        text: form.text.clone(),
    })
}

/// The draft, written anew where others would not believe a signature over it: Acrobat calls the first one invalid
/// where the first cross-reference table is in pieces, and pyHanko judges none over a file with two tables, as Word
/// writes them. What is signed already stays as it is.
pub(crate) fn in_one_piece(pdf: &[u8]) -> Result<Cow<'_, [u8]>> {
    let opened = crate::pdf::open(pdf)?;
    let findings = lint(&opened)?;
    let doubted = [FindingCode::FragmentedXref, FindingCode::HybridXref];
    let doubted = findings
        .iter()
        .any(|finding| doubted.contains(&finding.code));
    let unsigned = !opened.encrypted() && opened.byte_range_dictionaries()?.is_empty();
    if !doubted || !unsigned {
        return Ok(Cow::Borrowed(pdf));
    }
    let mut anew = Vec::with_capacity(pdf.len());
    trien_pdf::normalise(&opened, &mut anew)?;
    Ok(Cow::Owned(anew))
}

/// The text of every page, as a reader sees it.
pub(crate) fn texts(renderer: &Renderer, path: &Path, pages: &[Page]) -> Result<Vec<PageText>> {
    (0..)
        .zip(pages)
        .map(|(number, page)| Ok(as_shown(renderer.text(path, number)?, page)))
        .collect()
}

/// Turns the text of a page from its default user space, in which PDFium gives it, upright: what is searched is what a
/// reader sees, whatever /Rotate, /CropBox and /UserUnit do.
pub(crate) fn as_shown(mut text: PageText, page: &Page) -> PageText {
    let frame = PageFrame::of(page);
    for glyph in &mut text.chars {
        let (x, y) = glyph.origin;
        let origin = frame.to_shown(Rect::new(x, y, x, y));
        glyph.origin = (origin.x0, origin.y0);
        glyph.size *= frame.unit();
        if !glyph.rect.is_empty() {
            glyph.rect = of_renderer(frame.to_shown(of_pdf(glyph.rect)));
        }
    }
    text.geometry.view = trien_render::Rect {
        x0: 0.0,
        y0: 0.0,
        x1: frame.width(),
        y1: frame.height(),
    };
    text
}

fn of_pdf(rect: trien_render::Rect) -> Rect {
    Rect::new(rect.x0, rect.y0, rect.x1, rect.y1)
}

fn of_renderer(rect: Rect) -> trien_render::Rect {
    let Rect { x0, y0, x1, y1 } = rect;
    trien_render::Rect { x0, y0, x1, y1 }
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
#[derive(Debug, Clone, Copy)]
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
            let shown = marks::text_box(place.rect.x0, place.rect.x1, place.baseline);
            Ok((place.page as usize, frame.to_user(shown)))
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
    let aspect = aspect.unwrap_or(USUAL_ASPECT);
    let SignatureSpace {
        centre,
        name_top,
        title_bottom,
        ..
    } = *space;
    let shown = marks::leader_rect(title_bottom, name_top, centre, aspect, marks::LEADER_MAX_MM)
        .ok_or(ErrorCode::NoPlaceForSignature)?;
    Ok((space.page as usize, frame.to_user(shown)))
}

fn add_co_signers(
    plan: &mut FieldPlan,
    pages: &[Page],
    texts: &[PageText],
    block: &SignatureBlock,
    names: &[String],
) -> Result<()> {
    for (letter, name) in lettered(names)? {
        let space = placement::signature_space(texts, block, name)?;
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

fn add_initials(
    plan: &mut FieldPlan,
    pages: &[Page],
    texts: &[PageText],
    names: &[String],
) -> Result<()> {
    let places = placement::initials(texts, names.len(), &taken(plan, pages)?)?;
    for ((letter, name), place) in lettered(names)?.zip(places) {
        plan.fields.push(PlannedField {
            name: FieldName::Initials(letter),
            page: place.page as usize,
            rect: initials_box(pages, &place)?,
            signer: Some(name.clone()),
        });
    }
    Ok(())
}

/// The box of an initial in default user space.
pub(crate) fn initials_box(pages: &[Page], place: &Place) -> Result<Rect> {
    Ok(PageFrame::of(page_of(pages, place.page)?).to_user(of_pdf(place.rect)))
}

/// The boxes of a plan as a reader sees them.
pub(crate) fn taken(plan: &FieldPlan, pages: &[Page]) -> Result<Vec<(u32, trien_render::Rect)>> {
    let fields = plan.fields.iter().map(|field| {
        let page = u32::try_from(field.page).unwrap_or(u32::MAX);
        let shown = PageFrame::of(page_of(pages, page)?).to_shown(field.rect);
        Ok((page, of_renderer(shown)))
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
