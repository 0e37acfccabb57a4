//! Fields that were there and get their value: signatures and text.

use trien_pdf::{Dict, Object, ReadAt};

use crate::difference::Act;
use crate::difference::appearance::{self, Agreement};
use crate::difference::form::{Form, FormError, Node};
use crate::difference::step::{Step, same, value};
use crate::report::ReasonCode;

/// `/Ff` bit 1 (ISO 32000-2 table 227).
const READ_ONLY: i64 = 1;
/// `/F` bits that signing may set: Print and Locked (ISO 32000-2 table 167).
const PRINT_AND_LOCKED: i64 = 4 | 128;

impl<S: ReadAt> Step<'_, S> {
    /// An empty signature field may get its value once; a signed one never changes.
    pub(super) fn signature_field(
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

    pub(super) fn text_field(
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
