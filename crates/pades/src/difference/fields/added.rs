//! Fields that a later revision adds: signature fields, where they hide nothing.

use trien_pdf::{Dict, Object, ReadAt};

use crate::difference::Act;
use crate::difference::form::{Form, FormError, Node};
use crate::difference::overlap;
use crate::difference::step::{Step, value};
use crate::report::ReasonCode;

/// What a new signature field may hold; an action or a calculation has no place there.
const NEW_FIELD_KEYS: &[&str] = &[
    "Type",
    "Subtype",
    "FT",
    "T",
    "TU",
    "V",
    "AP",
    "AS",
    "F",
    "Ff",
    "P",
    "Rect",
    "Lock",
    "SV",
    "MK",
    "DA",
    "DR",
    "Q",
    "BS",
    "Border",
    "C",
    "M",
    "NM",
    "StructParent",
];

impl<S: ReadAt> Step<'_, S> {
    pub(super) fn new_field(&mut self, node: &Node, form: &Form) -> Result<(), FormError> {
        let name = Some(node.name.as_str());
        let named = form
            .nodes
            .values()
            .filter(|other| other.name == node.name)
            .count();
        let plain = node
            .dict
            .iter()
            .all(|(key, _)| NEW_FIELD_KEYS.iter().any(|known| *key == *known));
        let alone = node.parent.is_none() && !node.has_kids && named == 1;
        if !node.is_signature() || !plain || !alone || !self.added.contains(&node.id) {
            self.deny(node.id, name, ReasonCode::FieldAdded);
            return self.absorb(&Object::Reference(node.id));
        }
        let signed = !value(&node.dict, "V").is_null();
        if !signed && !value(&node.dict, "AP").is_null() {
            self.deny(node.id, name, ReasonCode::NewFieldNotSigned);
        }
        let signature = self.new.get(&node.dict, "V")?;
        let timestamp = signature
            .as_dict()
            .is_some_and(|value| value.is("Type", "DocTimeStamp"));
        let visible = self.takes_room(&node.dict)?;
        self.absorb(&Object::Reference(node.id))?;
        let free = !visible || self.lies_free(&node.dict)?;
        let act = Act::AddField {
            signed,
            timestamp,
            visible,
            free,
        };
        self.note(node.id, name, act, "signature_field_added");
        Ok(())
    }

    fn takes_room(&self, widget: &Dict) -> Result<bool, FormError> {
        let rect = self.new.get(widget, "Rect")?;
        if rect.is_null() {
            return Ok(false);
        }
        let rect = trien_pdf::Rect::from_object(&rect);
        Ok(rect.map_or(true, |rect| rect.width() != 0.0 && rect.height() != 0.0))
    }

    /// Whether a widget lies over nothing that its page showed before: neither content nor an
    /// annotation, but for the marks of other signatures, which a seal covers by law
    /// (Decree 30/2020, annex I).
    fn lies_free(&self, widget: &Dict) -> Result<bool, FormError> {
        let page = value(widget, "P").as_reference();
        let pages = self.old.pages()?;
        let Some(page) = pages.iter().find(|candidate| Some(candidate.id) == page) else {
            return Ok(false);
        };
        let Ok(rect) = trien_pdf::Rect::from_object(&self.new.get(widget, "Rect")?) else {
            return Ok(false);
        };
        let annotations = self.old.get(&page.dict, "Annots")?;
        for item in annotations.as_array().unwrap_or_default() {
            let annotation = self.old.resolve(item)?;
            let Some(annotation) = annotation.as_dict() else {
                return Ok(false);
            };
            let place = trien_pdf::Rect::from_object(&self.old.get(annotation, "Rect")?);
            let apart = place.is_ok_and(|place| !place.overlaps(rect));
            if !apart && !annotation.is("FT", "Sig") {
                return Ok(false);
            }
        }
        overlap::is_free(self.old, page, rect)
    }
}
