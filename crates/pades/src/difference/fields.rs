//! Rules for the interactive form and its fields.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, ReadAt};

use super::Act;
use super::appearance::{self, Agreement};
use super::edges::Way;
use super::form::{Form, FormError, Node};
use super::overlap;
use super::step::{Step, same, value};
use crate::report::ReasonCode;

/// `/Ff` bit 1 (ISO 32000-2 table 227).
const READ_ONLY: i64 = 1;
/// `/F` bits that signing may set: Print and Locked (ISO 32000-2 table 167).
const PRINT_AND_LOCKED: i64 = 4 | 128;
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
    /// The AcroForm dictionary and every field; returns the new fields.
    pub fn form(
        &mut self,
        root: ObjectId,
        old: Option<&Form>,
        new: Option<&Form>,
    ) -> Result<BTreeSet<ObjectId>, FormError> {
        let Some(new) = new else {
            if old.is_some() {
                self.deny(root, None, ReasonCode::FormChanged);
            }
            return Ok(BTreeSet::new());
        };
        self.form_dictionary(root, old, new)?;
        let mut added = BTreeSet::new();
        for (id, node) in &new.nodes {
            match old.and_then(|old| old.nodes.get(id)) {
                Some(before) => self.field(before, node, old, new)?,
                None => {
                    self.new_field(node, new)?;
                    added.insert(*id);
                }
            }
        }
        for (id, node) in old.iter().flat_map(|old| &old.nodes) {
            if !new.nodes.contains_key(id) {
                self.deny(*id, Some(&node.name), ReasonCode::FieldRemoved);
            }
        }
        Ok(added)
    }

    fn form_dictionary(
        &mut self,
        root: ObjectId,
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let place = new.id.unwrap_or(root);
        let empty = Dict::new();
        let before = old.map_or(&empty, |old| &old.dict);
        if let Some(old) = old
            && old.id.is_some()
            && old.id != new.id
        {
            self.deny(place, None, ReasonCode::FormChanged);
        }
        for key in Self::changed_keys(before, &new.dict) {
            let (was, is) = (value(before, &key), value(&new.dict, &key));
            let permitted = match key.as_str() {
                "Fields" => true, // judged field by field; the order just below
                "SigFlags" => {
                    let (was, is) = (was.as_integer().unwrap_or(0), is.as_integer().unwrap_or(0));
                    was & is == was && is & !3 == 0
                }
                // Resources may gain entries; those that were there stay.
                "DR" => {
                    let grows = self.resources_grow(was, is)?;
                    self.absorb(is)?;
                    grows
                }
                "DA" => was.is_null(),
                _ => false,
            };
            if !permitted {
                self.deny(place, None, ReasonCode::FormChanged);
            }
        }
        let kept: Vec<ObjectId> = match old {
            None => Vec::new(),
            Some(old) => new
                .top
                .iter()
                .filter(|id| old.top.contains(id))
                .copied()
                .collect(),
        };
        if old.is_some_and(|old| kept != old.top) || has_duplicates(&new.top) {
            self.deny(place, None, ReasonCode::FormChanged);
        }
        if let Some(id) = new.id {
            self.explain_by(id, Way::new(root, "AcroForm"));
        }
        if let Some(id) = new.fields_id {
            let way = match new.id {
                Some(form) => Way::new(form, "Fields"),
                None => Way::new(root, "AcroForm/Fields"),
            };
            self.explain_by(id, way);
        }
        Ok(())
    }

    fn resources_grow(&self, was: &Object, is: &Object) -> Result<bool, FormError> {
        let (was, is) = (self.old.resolve(was)?, self.new.resolve(is)?);
        let (Some(was), Some(is)) = (was.as_dict().or(Some(&Dict::new())).cloned(), is.as_dict())
        else {
            return Ok(false);
        };
        for (category, before) in was.iter() {
            let after = is.get_bytes(category.as_bytes()).unwrap_or(&Object::Null);
            if same(before, after) {
                continue;
            }
            let (before, after) = (self.old.resolve(before)?, self.new.resolve(after)?);
            let (Some(before), Some(after)) = (before.as_dict(), after.as_dict()) else {
                return Ok(false);
            };
            let kept = |(name, entry): (&trien_pdf::Name, &Object)| {
                after
                    .get_bytes(name.as_bytes())
                    .is_some_and(|now| same(entry, now))
            };
            if !before.iter().all(kept) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn field(
        &mut self,
        before: &Node,
        after: &Node,
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let changed = Self::changed_keys(&before.dict, &after.dict);
        if self.overwritten.contains_key(&after.id) {
            self.explained.insert(after.id);
        }
        let touched = !changed.is_empty() || self.appearance_overwritten(after)?;
        if before.name != after.name || before.kind != after.kind || before.parent != after.parent {
            self.deny(
                after.id,
                Some(&before.name),
                ReasonCode::FieldDefinitionChanged,
            );
            return Ok(());
        }
        match after.kind.as_deref() {
            Some("Sig") if touched => self.signature_field(before, after, &changed),
            Some("Tx") => self.text_field(before, after, &changed, old, new),
            Some("Btn" | "Ch")
                if changed
                    .iter()
                    .all(|key| matches!(key.as_str(), "V" | "AS" | "AP" | "I")) =>
            {
                if touched {
                    let act = Act::Unsure(ReasonCode::FieldKindNotSupported);
                    self.note(after.id, Some(&after.name), act, "field_kind_not_supported");
                    self.absorb(value(&after.dict, "AP"))?;
                }
                Ok(())
            }
            _ if touched => {
                self.deny(
                    after.id,
                    Some(&after.name),
                    ReasonCode::FieldDefinitionChanged,
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// An empty signature field may get its value once; a signed one never changes.
    fn signature_field(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
    ) -> Result<(), FormError> {
        let name = Some(after.name.as_str());
        if !value(&before.dict, "V").is_null() {
            self.deny(after.id, name, ReasonCode::SignatureFieldChanged);
            return Ok(());
        }
        let (was, is) = (flags(&before.dict, "F"), flags(&after.dict, "F"));
        let permitted = changed.iter().all(|key| match key.as_str() {
            "V" | "AP" | "M" => true,
            "F" => was & is == was && is & !was & !PRINT_AND_LOCKED == 0,
            _ => false,
        });
        if !permitted || value(&after.dict, "V").is_null() {
            self.deny(after.id, name, ReasonCode::FieldDefinitionChanged);
            return Ok(());
        }
        self.absorb(value(&after.dict, "V"))?;
        self.absorb(value(&after.dict, "AP"))?;
        self.explain_appearance(after)?;
        self.note(after.id, name, Act::Sign, "signature_field_signed");
        Ok(())
    }

    fn text_field(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let was = old.map_or(Ok(Object::Null), |old| {
            inherited_value(self.old, before, old)
        })?;
        let is = inherited_value(self.new, after, new)?;
        let value_changed = !same(&was, &is);
        let look_changed =
            changed.iter().any(|key| key == "AP") || self.appearance_overwritten(after)?;
        if changed.is_empty() && !value_changed && !look_changed {
            return Ok(());
        }
        let name = Some(after.name.as_str());
        let (old_flags, new_flags) = (flags(&before.dict, "Ff"), flags(&after.dict, "Ff"));
        let permitted = changed.iter().all(|key| match key.as_str() {
            "V" | "AP" | "M" => true,
            "Ff" => new_flags == old_flags | READ_ONLY,
            _ => false,
        });
        if !permitted {
            self.deny(after.id, name, ReasonCode::FieldDefinitionChanged);
            return Ok(());
        }
        self.absorb(value(&after.dict, "V"))?;
        self.absorb(value(&after.dict, "AP"))?;
        self.explain_appearance(after)?;
        let act = Act::Fill {
            value: value_changed,
            overwrites: value_changed && !is_empty(&was),
        };
        self.note(after.id, name, act, "text_field_filled");
        if after.has_kids || !(value_changed || look_changed) {
            return Ok(()); // the widgets below show it
        }
        let code = match appearance::agreement(self.new, new, &after.dict, &is)? {
            Agreement::Same => return Ok(()),
            Agreement::Different => {
                return {
                    self.deny(after.id, name, ReasonCode::ValueAppearanceMismatch);
                    Ok(())
                };
            }
            Agreement::NotShown => ReasonCode::ValueWithoutAppearance,
            Agreement::NotUnderstood => ReasonCode::AppearanceNotUnderstood,
        };
        self.note(after.id, name, Act::Unsure(code), code.code());
        Ok(())
    }

    fn new_field(&mut self, node: &Node, form: &Form) -> Result<(), FormError> {
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

    /// The objects of a field's appearance that this revision overwrites in place.
    fn appearance_objects(&self, node: &Node) -> Result<Vec<(ObjectId, Way)>, FormError> {
        let mut found = Vec::new();
        let entry = value(&node.dict, "AP");
        let (mut owner, mut prefix) = (node.id, "AP/".to_owned());
        if let Some(id) = entry.as_reference() {
            found.push((id, Way::new(node.id, "AP")));
            (owner, prefix) = (id, String::new());
        }
        if let Some(dict) = self.new.resolve(entry)?.as_dict() {
            for (key, stream) in dict.iter() {
                if let Some(id) = stream.as_reference() {
                    let key = String::from_utf8_lossy(key.as_bytes());
                    found.push((id, Way::new(owner, &format!("{prefix}{key}"))));
                }
            }
        }
        found.retain(|(id, _)| self.overwritten.contains_key(id));
        Ok(found)
    }

    fn appearance_overwritten(&self, node: &Node) -> Result<bool, FormError> {
        Ok(!self.appearance_objects(node)?.is_empty())
    }

    /// An appearance overwritten in place is explained if nothing but this field shows it.
    fn explain_appearance(&mut self, node: &Node) -> Result<(), FormError> {
        for (id, way) in self.appearance_objects(node)? {
            let now = self.overwritten.get(&id).map(|(_, now)| now.clone());
            self.explain_by(id, way);
            if let Some(now) = now {
                let inner = now.as_dict().cloned().unwrap_or_default();
                self.absorb(&Object::Dictionary(inner))?;
            }
        }
        Ok(())
    }
}

/// `/V` of a node or the nearest node above.
fn inherited_value<S: ReadAt>(
    view: trien_pdf::View<'_, S>,
    node: &Node,
    form: &Form,
) -> Result<Object, FormError> {
    let mut at = Some(node);
    while let Some(node) = at {
        let own = view.get(&node.dict, "V")?;
        if !own.is_null() {
            return Ok(own);
        }
        at = node.parent.and_then(|parent| form.nodes.get(&parent));
    }
    Ok(Object::Null)
}

fn flags(dict: &Dict, key: &str) -> i64 {
    value(dict, key).as_integer().unwrap_or(0)
}

fn is_empty(value: &Object) -> bool {
    match value {
        Object::Null => true,
        Object::String(string) => string.to_text().is_empty(),
        _ => false,
    }
}

fn has_duplicates(ids: &[ObjectId]) -> bool {
    ids.iter().collect::<BTreeSet<_>>().len() != ids.len()
}
