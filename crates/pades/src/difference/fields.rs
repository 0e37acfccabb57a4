//! Rules for the interactive form and its fields.

mod added;
mod choice;
mod fill;
mod look;

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, ReadAt};

use super::Act;
use super::appearance::{self, Agreement};
use super::edges::Way;
use super::form::{Form, FormError, Node};
use super::step::{Step, same, value};
use crate::report::ReasonCode;

pub(super) use choice::Wanted;

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
                "NeedAppearances" => {
                    let on = is.as_bool() == Some(true);
                    self.viewer_draws(place, new, on)?;
                    true
                }
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

    /// Who draws the fields changed: with `/NeedAppearances` it is the viewer, from the values, else
    /// the file. Either way nothing else may come to be read.
    fn viewer_draws(&mut self, place: ObjectId, form: &Form, on: bool) -> Result<(), FormError> {
        for node in form.nodes.values().filter(|node| !node.has_kids) {
            if node.kind.as_deref() != Some("Tx") {
                continue;
            }
            let value = form.inherited(self.new, node, "V")?;
            let wanted = match &value {
                Object::Null => Wanted::Text(String::new()),
                Object::String(text) => Wanted::Text(text.to_text()),
                _ => Wanted::Unknown,
            };
            match appearance::agreement(self.new, form, node, &wanted)? {
                Agreement::Same => {}
                Agreement::NotShown if on => {}
                Agreement::Different => {
                    let code = ReasonCode::ValueAppearanceMismatch;
                    self.deny(node.id, Some(&node.name), code);
                }
                Agreement::NotShown | Agreement::NotUnderstood => {
                    let code = ReasonCode::AppearanceNotUnderstood;
                    self.note(node.id, Some(&node.name), Act::Unsure(code), code.code());
                }
            }
        }
        self.note(place, None, Act::ViewerDraws, "need_appearances");
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
            Some("Sig") if touched => self.signature_field(before, after, &changed, old, new),
            Some("Tx") => self.text_field(before, after, &changed, old, new),
            Some("Btn") => self.button(before, after, &changed, old, new),
            Some("Ch") => self.choice(before, after, &changed, old, new),
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
}

fn has_duplicates(ids: &[ObjectId]) -> bool {
    ids.iter().collect::<BTreeSet<_>>().len() != ids.len()
}
