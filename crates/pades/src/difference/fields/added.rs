//! Fields that a later revision adds: signature fields, where they hide nothing.

use trien_pdf::{Dict, Object, ReadAt};

use crate::difference::Act;
use crate::difference::cover::{self, Cover};
use crate::difference::form::{self, Form, FormError, Node};
use crate::difference::step::{Step, value};
use crate::report::ReasonCode;

/// What a new signature field or its widget may hold; an action or a calculation has no place there.
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
    "H",
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
    "Kids",
    "Parent",
    "StructParent",
    "Lang",
];

impl<S: ReadAt> Step<'_, S> {
    pub(super) fn new_field(&mut self, node: &Node, form: &Form) -> Result<(), FormError> {
        if self.is_new_widget(node, form) {
            return Ok(()); // Judged with its field.
        }
        let name = Some(node.name.as_str());
        let kids: Vec<&Node> = form.widgets_below(node).collect();
        // A signature field has one widget (ISO 32000-2 12.7.5.5), its own or one below it.
        let single = kids.len() <= 1 && kids.iter().all(|kid| self.is_new_widget(kid, form));
        let named = form
            .nodes
            .values()
            .filter(|other| other.name == node.name && !kids.iter().any(|kid| kid.id == other.id));
        let alone = node.parent.is_none() && single && named.count() == 1;
        let plain = std::iter::once(node)
            .chain(kids.iter().copied())
            .all(|node| {
                let mut keys = node.dict.iter().map(|(key, _)| key);
                keys.all(|key| NEW_FIELD_KEYS.iter().any(|known| *key == *known))
            });
        if !node.is_signature() || !plain || !alone || !self.added.contains(&node.id) {
            self.absorb(&Object::Reference(node.id))?;
            self.deny(node.id, name, ReasonCode::FieldAdded);
            return Ok(());
        }
        let widget = kids.first().copied().unwrap_or(node);
        let signed = !value(&node.dict, "V").is_null();
        self.absorb(&Object::Reference(node.id))?;
        if !signed && cover::paints(self.new, &widget.dict)? {
            self.deny(node.id, name, ReasonCode::NewFieldNotSigned);
        }
        let signature = self.new.get(&node.dict, "V")?;
        let timestamp = signature.as_dict().is_some_and(form::is_timestamp);
        let visible = self.takes_room(&widget.dict)?;
        let cover = match visible {
            true => cover::of_mark(self.old, self.new, widget.id, &widget.dict)?,
            false => Cover::Free,
        };
        let act = Act::AddField {
            signed,
            timestamp,
            visible,
            cover,
        };
        self.note(node.id, name, act, "signature_field_added");
        Ok(())
    }

    /// A new widget that holds nothing but the look of a new field above it.
    fn is_new_widget(&self, node: &Node, form: &Form) -> bool {
        let field = node.parent.and_then(|parent| form.nodes.get(&parent));
        let fresh =
            field.is_some_and(|field| self.added.contains(&field.id) && field.is_signature());
        let bare = !node.has_kids && !node.dict.contains("T") && !node.dict.contains("V");
        fresh && bare && self.added.contains(&node.id)
    }

    fn takes_room(&self, widget: &Dict) -> Result<bool, FormError> {
        let rect = self.new.get(widget, "Rect")?;
        if rect.is_null() {
            return Ok(false);
        }
        let rect = trien_pdf::Rect::from_object(&rect);
        Ok(rect.map_or(true, |rect| rect.width() != 0.0 && rect.height() != 0.0))
    }
}
