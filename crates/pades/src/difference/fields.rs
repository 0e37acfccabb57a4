//! Rules for the interactive form and its fields.

mod added;
mod choice;
mod fill;
mod look;
mod resources;

use std::collections::BTreeSet;

use trien_pdf::{Dict, ObjectId, ReadAt};

use super::edges::Way;
use super::form::{Form, FormError, Node};
use super::step::{Step, value};
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
        self.resources_in_place(place, before, &new.dict)?;
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
                // Missing, it is false (table 224).
                "NeedAppearances" if was.as_bool() != Some(true) && is.as_bool() != Some(true) => {
                    true
                }
                "NeedAppearances" => {
                    self.viewer_draws(place, new)?;
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
        if let Some(old) = old
            && self.gains_a_drawn_font(old, new)?
        {
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
            self.fields.insert(after.id);
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
