//! Fields that were there and get their value: signatures and text.

use trien_pdf::{Dict, Object, PdfString, ReadAt};

use super::choice::Wanted;
use crate::difference::Act;
use crate::difference::appearance::{self, Agreement};
use crate::difference::cover::{self, Cover};
use crate::difference::form::{Form, FormError, Node};
use crate::difference::step::{Step, same, value};
use crate::report::ReasonCode;

/// `/Ff` bit 1 (ISO 32000-2 table 227).
const READ_ONLY: i64 = 1;
/// `/F` bits that signing may set: Print and Locked (ISO 32000-2 table 167).
const PRINT_AND_LOCKED: i64 = 4 | 128;
/// What signers add to a widget that lacked it. None of it changes what the widget shows, because a
/// signature field shows its appearance alone (ISO 32000-2 12.7.5.5); a lock only restricts.
const ADDED_BY_SIGNERS: &[&str] = &[
    "Type", "P", "MK", "DA", "DR", "H", "NM", "BS", "Border", "Lock",
];

impl<S: ReadAt> Step<'_, S> {
    /// An empty signature field may get its value once; a signed one never changes.
    pub(super) fn signature_field(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let name = Some(after.name.as_str());
        let was = old.map_or(&before.dict, |old| &old.owner(before).dict);
        let is = &new.owner(after).dict;
        if !value(was, "V").is_null() {
            self.deny(after.id, name, ReasonCode::SignatureFieldChanged);
            return Ok(());
        }
        let permitted = changed.iter().all(|key| match key.as_str() {
            "V" | "AP" | "M" => true,
            "F" => only_gained(before, after, "F", PRINT_AND_LOCKED),
            "Ff" => only_gained(before, after, "Ff", READ_ONLY),
            key => ADDED_BY_SIGNERS.contains(&key) && value(&before.dict, key).is_null(),
        });
        // A signature field has one widget (ISO 32000-2 12.7.5.5).
        let single = new.widgets_below(after).count() <= 1;
        if !permitted || !single || value(is, "V").is_null() {
            self.deny(after.id, name, ReasonCode::FieldDefinitionChanged);
            return Ok(());
        }
        for key in changed {
            self.absorb(value(&after.dict, key))?;
        }
        self.explain_appearance(after)?;
        let since = self.first_seen(after.id);
        let cover = cover::of_mark(self.old, self.new, after.id, &after.dict)?;
        if after.dict.contains("T") || cover != Cover::Free {
            let act = Act::Sign { since, cover };
            self.note(after.id, name, act, "signature_field_signed");
        }
        Ok(())
    }

    pub(super) fn text_field(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
    ) -> Result<(), FormError> {
        let keys = ["V", "RV", "AP", "M"];
        let Some(fill) = self.fill(before, after, changed, old, new, &keys)? else {
            return Ok(());
        };
        let wanted = self.text_of(&fill.value);
        let rich = self.new.get(&after.dict, "RV")?;
        self.absorb(value(&after.dict, "RV"))?;
        // Viewers that understand rich text show that instead (ISO 32000-2 12.7.4.4).
        let lies = match (self.text_of(&rich), &wanted) {
            _ if rich.is_null() => false,
            (Wanted::Text(rich), Wanted::Text(text)) => !appearance::says(&rich, text),
            _ => true,
        };
        if lies {
            let name = Some(after.name.as_str());
            self.deny(after.id, name, ReasonCode::ValueAppearanceMismatch);
            return Ok(());
        }
        self.shown(after, new, &wanted, &fill)
    }

    /// The text of a value, a string or a stream (ISO 32000-2 table 228). A stream that could be drawn as well is none.
    fn text_of(&self, value: &Object) -> Wanted {
        match value {
            Object::Null => Wanted::Text(String::new()),
            Object::String(string) => Wanted::Text(string.to_text()),
            Object::Stream(stream) if !stream.dict.contains("Subtype") => {
                match self.new.stream_bytes(stream) {
                    Ok(bytes) => Wanted::Text(PdfString { bytes, hex: false }.to_text()),
                    Err(_) => Wanted::Unknown,
                }
            }
            _ => Wanted::Unknown,
        }
    }

    /// What every kind of field has in common: keys that filling may change, and nothing else.
    /// `None` where nothing changed or the change is refused.
    pub(super) fn fill(
        &mut self,
        before: &Node,
        after: &Node,
        changed: &[String],
        old: Option<&Form>,
        new: &Form,
        keys: &[&str],
    ) -> Result<Option<Fill>, FormError> {
        let was = match old {
            Some(old) => old.inherited(self.old, before, "V")?,
            None => Object::Null,
        };
        let is = new.inherited(self.new, after, "V")?;
        let value_changed = !same(&was, &is);
        let look_changed =
            changed.iter().any(|key| key == "AP") || self.appearance_overwritten(after)?;
        if changed.is_empty() && !value_changed && !look_changed {
            return Ok(None);
        }
        let name = Some(after.name.as_str());
        let permitted = changed.iter().all(|key| match key.as_str() {
            "Ff" => only_gained(before, after, "Ff", READ_ONLY),
            key => keys.contains(&key),
        });
        if !permitted {
            self.deny(after.id, name, ReasonCode::FieldDefinitionChanged);
            return Ok(None);
        }
        self.absorb(value(&after.dict, "V"))?;
        self.absorb(value(&after.dict, "AP"))?;
        self.explain_appearance(after)?;
        Ok(Some(Fill {
            overwrites: value_changed && !is_empty(&was),
            value_changed,
            look_changed,
            value: is,
        }))
    }

    /// Notes a filled field, and what is wrong with what it shows.
    pub(super) fn shown(
        &mut self,
        node: &Node,
        form: &Form,
        wanted: &Wanted,
        fill: &Fill,
    ) -> Result<(), FormError> {
        let name = Some(node.name.as_str());
        let mut act = Act::Fill {
            value: fill.value_changed,
            overwrites: fill.overwrites,
            shown: true,
            cover: self.newly_covered(node, fill)?,
        };
        // A field with kids is shown by the widgets below it.
        let looked_at = !node.has_kids && (fill.value_changed || fill.look_changed);
        let agreement = match looked_at {
            true => appearance::agreement(self.new, form, node, wanted)?,
            false => Agreement::Same,
        };
        match agreement {
            Agreement::Same => {}
            Agreement::Different => {
                self.note(node.id, name, act, "field_filled");
                self.deny(node.id, name, ReasonCode::ValueAppearanceMismatch);
                return Ok(());
            }
            Agreement::NotShown => {
                act = Act::Fill {
                    value: fill.value_changed,
                    overwrites: fill.overwrites,
                    shown: false,
                    cover: Cover::Free,
                }
            }
            Agreement::NotUnderstood => {
                let code = ReasonCode::AppearanceNotUnderstood;
                self.note(node.id, name, Act::Unsure(code), code.code());
            }
        }
        self.note(node.id, name, act, "field_filled");
        Ok(())
    }

    /// What a new look hides of the page that the old one did not: a box over the text that was signed (shadow attack,
    /// replace).
    fn newly_covered(&self, node: &Node, fill: &Fill) -> Result<Cover, FormError> {
        if !fill.look_changed || node.has_kids {
            return Ok(Cover::Free);
        }
        let is = cover::of_filling(self.old, self.new, node.id, &node.dict)?;
        if is == Cover::Free {
            return Ok(is);
        }
        let before = self.old.object(node.id)?;
        let was = match before.as_dict() {
            Some(before) => cover::of_filling(self.old, self.old, node.id, before)?,
            None => Cover::Free,
        };
        Ok(if was < is { is } else { Cover::Free })
    }

    /// The revision that first spoke of an object.
    fn first_seen(&self, id: trien_pdf::ObjectId) -> usize {
        let revisions = self.new.pdf().revisions();
        let first = revisions
            .iter()
            .find(|revision| revision.entry(id.number).is_some());
        first.map_or(0, |revision| revision.number)
    }
}

/// How a field was filled.
pub(super) struct Fill {
    pub value_changed: bool,
    pub look_changed: bool,
    pub overwrites: bool,
    /// The new value, inherited or its own.
    pub value: Object,
}

fn only_gained(before: &Node, after: &Node, key: &str, bits: i64) -> bool {
    let (was, is) = (flags(&before.dict, key), flags(&after.dict, key));
    was & is == was && is & !was & !bits == 0
}

fn flags(dict: &Dict, key: &str) -> i64 {
    value(dict, key).as_integer().unwrap_or(0)
}

fn is_empty(value: &Object) -> bool {
    match value {
        Object::Null => true,
        Object::String(string) => string.to_text().is_empty(),
        Object::Name(name) => *name == "Off",
        Object::Array(items) => items.is_empty(),
        _ => false,
    }
}
