//! The field that is signed: prepared before the first signature, or made in the revision that signs it.

use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Page, ReadAt, Update, View};

use super::{Mark, NewField, canvas};
use crate::appearance::{
    Canvas, PageFrame, TextRun, block_appearance, image_appearance, line_appearance,
};
use crate::error::PadesError;
use crate::form::{FieldLock, Form, FormField};
use crate::prepare::{
    self, FieldName, FieldPlan, PlannedField, append_annotations, signature_field,
};

/// AcroForm /SigFlags (ISO 32000-2 table 225): SignaturesExist and AppendOnly.
const SIGNATURES_EXIST_APPEND_ONLY: i64 = 3;

/// An empty signature field, where it is drawn, and what its signature will lock.
pub(super) struct Target {
    id: ObjectId,
    dict: Dict,
    canvas: Option<Canvas>,
    pub(super) lock: Option<FieldLock>,
    /// The field, where this revision makes it.
    pub(super) new: Option<ObjectId>,
}

impl Target {
    /// A field that was prepared and that nobody has signed.
    pub(super) fn prepared<S: ReadAt>(
        view: &View<'_, S>,
        form: Option<&Form>,
        pages: &[Page],
        name: FieldName,
    ) -> Result<Self, PadesError> {
        let name = name.to_string();
        let field = form
            .and_then(|form| form.field(&name))
            .ok_or_else(|| PadesError::NoSuchField(name.clone()))?;
        if !field.is_flat("Sig") {
            return Err(PadesError::WrongField(name));
        }
        if field.dict.contains("V") || field.dict.contains("AP") {
            return Err(PadesError::AlreadyFilled(name));
        }
        Ok(Self {
            id: field.id.ok_or(PadesError::WrongField(name))?,
            dict: field.dict.clone(),
            canvas: canvas(field, pages).ok(),
            lock: field_lock(view, field)?,
            new: None,
        })
    }

    /// A new visible field: validators take one after approval signatures, a new text field they never take. Its lock
    /// names fields and is never wider, as of those that were prepared.
    pub(super) fn added<S: ReadAt>(
        update: &mut Update<'_, S>,
        view: &View<'_, S>,
        form: Option<&Form>,
        pages: &[Page],
        name: FieldName,
        place: &NewField,
    ) -> Result<Self, PadesError> {
        let present = form.map_or(&[][..], |form| &form.fields);
        if present.iter().any(|field| field.name == name.to_string()) {
            return Err(PadesError::AlreadyFilled(name.to_string()));
        }
        let field = PlannedField {
            name,
            page: place.page,
            rect: place.rect,
            signer: place.signer.clone(),
        };
        let mut plan = FieldPlan {
            fields: vec![field.clone()],
        };
        prepare::check(&plan, pages)?;
        let ours = present
            .iter()
            .filter_map(|field| FieldName::parse(&field.name));
        plan.fields.extend(ours.map(|name| PlannedField {
            name,
            ..field.clone()
        }));
        let lock = prepare::lock(&plan, name);
        let page = prepare::page_of(pages, &field)?;
        let read_back = FieldLock::read(view, &lock)?;
        let lock = update.add(lock);
        let dict = signature_field(&field, page.id, lock);
        let id = update.add(dict.clone());
        append_annotations(update, view, page, &[id])?;
        Ok(Self {
            id,
            dict,
            canvas: Some(Canvas::new(PageFrame::of(page), field.rect)),
            lock: Some(read_back),
            new: Some(id),
        })
    }

    /// Gives the field its value and its look.
    pub(super) fn sign(
        &self,
        update: &mut impl ObjectSink,
        value: ObjectId,
        mark: &Mark,
    ) -> Result<(), PadesError> {
        let mut dict = self.dict.clone();
        dict.set("V", value);
        if let Some(appearance) = self.appearance(update, mark)? {
            dict.set("AP", Dict::new().with("N", appearance));
        }
        update.set(self.id, dict);
        Ok(())
    }

    fn appearance(
        &self,
        sink: &mut impl ObjectSink,
        mark: &Mark,
    ) -> Result<Option<ObjectId>, PadesError> {
        let name = || {
            let name = self.dict.get("T").and_then(Object::as_string);
            name.map(|name| name.to_text()).unwrap_or_default()
        };
        let canvas = || {
            let canvas = self.canvas.clone();
            canvas.ok_or_else(|| PadesError::WrongField(name()))
        };
        match mark {
            Mark::None => Ok(None),
            Mark::Png(png) => image_appearance(sink, &canvas()?, png).map(Some),
            Mark::Line { text, italic } => {
                let run = TextRun {
                    field: name(),
                    text: text.clone(),
                    italic: *italic,
                    shift: (0.0, 0.0),
                    canvas: canvas()?,
                };
                line_appearance(sink, &run).map(Some)
            }
            Mark::Block(lines) => block_appearance(sink, &name(), &canvas()?, lines).map(Some),
        }
    }
}

/// Puts a new field into the form and sets /SigFlags, in the object that holds each, unless both are as they should be;
/// names the signature that certifies the document in the catalog.
pub(crate) fn enrol<S: ReadAt>(
    update: &mut Update<'_, S>,
    view: &View<'_, S>,
    form: Option<&Form>,
    new: Option<ObjectId>,
    certifies: Option<ObjectId>,
) -> Result<(), PadesError> {
    let mut dict = form.map(|form| form.dict.clone()).unwrap_or_default();
    let flagged =
        dict.get("SigFlags").and_then(Object::as_integer) == Some(SIGNATURES_EXIST_APPEND_ONLY);
    dict.set("SigFlags", SIGNATURES_EXIST_APPEND_ONLY);
    let mut changed = !flagged;
    if let Some(new) = new {
        let entry = dict.get("Fields").cloned().unwrap_or(Object::Null);
        let listed = view.resolve(&entry)?;
        let mut fields = listed.as_array().unwrap_or_default().to_vec();
        fields.push(Object::Reference(new));
        match entry.as_reference() {
            Some(array) => update.set(array, fields),
            None => {
                dict.set("Fields", fields);
                changed = true;
            }
        }
    }
    let mut catalog = view.catalog()?;
    let mut in_catalog = false;
    match form {
        Some(_) if !changed => {}
        Some(Form { id: Some(id), .. }) => update.set(*id, dict),
        Some(_) => {
            catalog.set("AcroForm", dict);
            in_catalog = true;
        }
        None => {
            catalog.set("AcroForm", update.add(dict));
            in_catalog = true;
        }
    }
    if let Some(value) = certifies {
        catalog.set("Perms", Dict::new().with("DocMDP", value));
        in_catalog = true;
    }
    if in_catalog {
        update.set(view.root()?, catalog);
    }
    Ok(())
}

fn field_lock<S: ReadAt>(
    view: &View<'_, S>,
    field: &FormField,
) -> Result<Option<FieldLock>, PadesError> {
    let Some(lock) = field.dict.get("Lock") else {
        return Ok(None);
    };
    match view.resolve(lock)? {
        Object::Dictionary(lock) => FieldLock::read(view, &lock).map(Some),
        _ => Err(PadesError::WrongField(field.name.clone())),
    }
}
