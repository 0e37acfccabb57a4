//! The revision before the first signature: empty text fields and signature fields, all in one update.
//!
//! Everything that later acts need exists before anyone signs, because a field that is added later is a change that
//! validators refuse. Empty fields have no appearance: giving one is form filling, changing one is not.

mod fields;
mod moves;
mod planned;
mod stamp;

pub use fields::{FieldName, FieldPlan, PlannedField};
pub use moves::move_fields;
pub use planned::{filled, planned, signed_fields};
pub use stamp::Stamp;

use std::collections::{BTreeMap, HashSet};

use trien_pdf::{
    Appended, Dict, Object, ObjectId, ObjectSink, Page, Pdf, ReadAt, Rect, Update, View,
};

use crate::appearance::{PageFrame, TEXT_PT, thousandths};
use crate::error::PadesError;
use crate::form::Form;
use crate::lint::lint;

/// Annotation flags (ISO 32000-2 table 167): Print.
const PRINT: i64 = 4;
/// Print and Locked, so that a viewer does not let the box of a signature be moved.
const PRINT_LOCKED: i64 = 4 + 128;
/// AcroForm /SigFlags (table 225): SignaturesExist. AppendOnly joins it with the first signature.
const SIGNATURES_EXIST: i64 = 1;
/// Resource names of the form's fonts: Times upright and italic. Readers use them only where they rebuild a field's
/// look; what we fill carries its own embedded font.
const UPRIGHT: &str = "TiRo";
const ITALIC: &str = "TiIt";

/// Writes the fields of `plan` as one update. The file must pass [`lint`] and have no form fields yet.
///
/// # Errors
/// [`PadesError::Lint`] where the lint refuses, [`PadesError::AlreadyPrepared`], [`PadesError::NoSuchPage`],
/// [`PadesError::OffPage`] and [`PadesError::BadPlan`]; nothing is written then.
pub fn prepare<S: ReadAt>(pdf: &Pdf<S>, plan: &FieldPlan) -> Result<Appended, PadesError> {
    prepare_stamped(pdf, plan, &[])
}

/// The same with stamps drawn into the pages.
///
/// # Errors
/// Those of [`prepare`], and [`PadesError::TextTooWide`] for a stamp whose text does not fit its border.
pub fn prepare_stamped<S: ReadAt>(
    pdf: &Pdf<S>,
    plan: &FieldPlan,
    stamps: &[Stamp],
) -> Result<Appended, PadesError> {
    let view = pdf.latest();
    if Form::read(&view)?.is_some_and(|form| !form.fields.is_empty()) {
        return Err(PadesError::AlreadyPrepared);
    }
    let findings = lint(pdf)?;
    if findings.iter().any(|finding| finding.refuses) {
        return Err(PadesError::Lint(findings));
    }
    let mut pages = view.pages()?;
    check(plan, &pages)?;

    let mut update = Update::new(pdf)?;
    stamp::draw(&mut update, &view, &mut pages, stamps)?;
    let mut widgets = Vec::new();
    let mut by_page: BTreeMap<usize, Vec<ObjectId>> = BTreeMap::new();
    for field in &plan.fields {
        let page = page_of(&pages, field)?;
        let widget = if field.name.is_signature() {
            let lock = update.add(lock(plan, field.name));
            signature_field(field, page.id, lock)
        } else {
            text_field(field, page)
        };
        let widget = update.add(widget);
        widgets.push(Object::Reference(widget));
        by_page.entry(field.page).or_default().push(widget);
    }
    for (page, widgets) in by_page {
        if let Some(page) = pages.get(page) {
            append_annotations(&mut update, &view, page, &widgets)?;
        }
    }
    let form = acro_form(&mut update, widgets);
    let form = update.add(form);
    update.set(view.root()?, view.catalog()?.with("AcroForm", form));
    Ok(update.finish()?)
}

pub(crate) fn check(plan: &FieldPlan, pages: &[Page]) -> Result<(), PadesError> {
    let mut names = HashSet::new();
    for field in &plan.fields {
        let name = field.name.to_string();
        if FieldName::parse(&name) != Some(field.name) {
            return Err(PadesError::BadPlan(format!(
                "{name}: the letter must be one of a to z"
            )));
        }
        if !names.insert(name.clone()) {
            return Err(PadesError::BadPlan(format!("{name} is planned twice")));
        }
        check_box(&name, field.rect, page_of(pages, field)?)?;
    }
    if !plan.fields.iter().any(|field| field.name.is_signature()) {
        return Err(PadesError::BadPlan("no signature field".into()));
    }
    Ok(())
}

/// A box has an inside, and all of it lies on what is shown of the page.
fn check_box(name: &str, rect: Rect, page: &Page) -> Result<(), PadesError> {
    if !(rect.x0 < rect.x1 && rect.y0 < rect.y1) {
        return Err(PadesError::BadPlan(format!("{name} has an empty box")));
    }
    if !page.crop_box.contains(rect) {
        return Err(PadesError::OffPage(name.to_owned()));
    }
    Ok(())
}

/// A box as /Rect.
fn box_object(rect: Rect) -> Object {
    let [x0, y0, x1, y1] = [rect.x0, rect.y0, rect.x1, rect.y1].map(thousandths);
    Rect::new(x0, y0, x1, y1).to_object()
}

pub(crate) fn page_of<'p>(pages: &'p [Page], field: &PlannedField) -> Result<&'p Page, PadesError> {
    pages.get(field.page).ok_or(PadesError::NoSuchPage {
        page: field.page,
        pages: pages.len(),
    })
}

/// The merged field and widget of one planned field.
fn widget(field: &PlannedField, kind: &str, flags: i64, page: ObjectId) -> Dict {
    Dict::new()
        .with("Type", Object::name("Annot"))
        .with("Subtype", Object::name("Widget"))
        .with("FT", Object::name(kind))
        .with("T", Object::text(&field.name.to_string()))
        .with("TU", Object::text(&field.tooltip()))
        .with("F", flags)
        .with("P", page)
        .with("Rect", box_object(field.rect))
}

fn text_field(field: &PlannedField, page: &Page) -> Dict {
    let font = if field.name.is_italic() {
        ITALIC
    } else {
        UPRIGHT
    };
    let degrees = PageFrame::of(page).degrees();
    let look = if degrees == 0 {
        Dict::new()
    } else {
        Dict::new().with("R", degrees)
    };
    widget(field, "Tx", PRINT, page.id)
        .with("DA", default_appearance(font))
        .with("Q", 1i64) // centred
        .with("Ff", 0i64)
        .with("MaxLen", field.name.max_len())
        .with("MK", look)
}

/// An empty signature field with its lock.
pub(crate) fn signature_field(field: &PlannedField, page: ObjectId, lock: ObjectId) -> Dict {
    widget(field, "Sig", PRINT_LOCKED, page).with("Lock", lock)
}

/// /SigFieldLock without /P: readers do not agree on its meaning there.
pub(crate) fn lock(plan: &FieldPlan, signer: FieldName) -> Dict {
    let fields = plan
        .locked_by(signer)
        .iter()
        .map(|name| Object::text(&name.to_string()))
        .collect::<Vec<_>>();
    Dict::new()
        .with("Type", Object::name("SigFieldLock"))
        .with("Action", Object::name("Include"))
        .with("Fields", fields)
}

/// No /NeedAppearances: what the reader sees would then be made by the viewer and not be signed.
fn acro_form(update: &mut impl ObjectSink, widgets: Vec<Object>) -> Dict {
    let mut fonts = Dict::new();
    for (name, base) in [(UPRIGHT, "Times-Roman"), (ITALIC, "Times-Italic")] {
        let font = Dict::new()
            .with("Type", Object::name("Font"))
            .with("Subtype", Object::name("Type1"))
            .with("BaseFont", Object::name(base))
            .with("Encoding", Object::name("WinAnsiEncoding"));
        fonts.set(name, update.add(font));
    }
    Dict::new()
        .with("Fields", widgets)
        .with("SigFlags", SIGNATURES_EXIST)
        .with("DA", default_appearance(UPRIGHT))
        .with("DR", Dict::new().with("Font", fonts))
}

fn default_appearance(font: &str) -> Object {
    Object::text(&format!("/{font} {TEXT_PT} Tf 0 g"))
}

/// Adds the widgets to the page: to its array of annotations where that is an object of its own, so that the page
/// itself stays as it is, else to the page.
pub(crate) fn append_annotations<S: ReadAt>(
    update: &mut Update<'_, S>,
    view: &View<'_, S>,
    page: &Page,
    widgets: &[ObjectId],
) -> Result<(), PadesError> {
    let entry = page.dict.get("Annots");
    let present = entry.map(|entry| view.resolve(entry)).transpose()?;
    let mut annotations = present
        .as_ref()
        .and_then(Object::as_array)
        .unwrap_or_default()
        .to_vec();
    annotations.extend(widgets.iter().copied().map(Object::Reference));
    match entry.and_then(Object::as_reference) {
        Some(array) => update.set(array, annotations),
        None => update.set(page.id, page.dict.clone().with("Annots", annotations)),
    }
    Ok(())
}
