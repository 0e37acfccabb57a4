//! What the form keeps for its fields to draw with, and who draws them.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, ReadAt, View};

use super::Wanted;
use crate::difference::Act;
use crate::difference::appearance::{self, Agreement};
use crate::difference::content::{Token, Tokens};
use crate::difference::edges::Way;
use crate::difference::form::{Form, FormError};
use crate::difference::step::{Step, same, value};
use crate::report::ReasonCode;

impl<S: ReadAt> Step<'_, S> {
    /// Who draws the fields changed: with `/NeedAppearances` it is the viewer, from the values, else
    /// the file. Either way nothing else may come to be read.
    pub(super) fn viewer_draws(&mut self, place: ObjectId, form: &Form) -> Result<(), FormError> {
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
                Agreement::NotShown => {} // Told as a warning.
                Agreement::Different => {
                    let code = ReasonCode::ValueAppearanceMismatch;
                    self.deny(node.id, Some(&node.name), code);
                }
                Agreement::NotUnderstood => {
                    let code = ReasonCode::AppearanceNotUnderstood;
                    self.note(node.id, Some(&node.name), Act::Unsure(code), code.code());
                }
            }
        }
        self.note(place, None, Act::ViewerDraws, "need_appearances");
        Ok(())
    }

    /// `/DR` and its categories, where they are objects of their own that are overwritten: they may
    /// gain entries, as long as nothing else uses them. A page that used them would find a font where
    /// it had none.
    pub(super) fn resources_in_place(
        &mut self,
        place: ObjectId,
        before: &Dict,
        after: &Dict,
    ) -> Result<(), FormError> {
        let path = if after.contains("Fields") && self.new.root()? == place {
            "AcroForm/DR"
        } else {
            "DR"
        };
        let (was, is) = (value(before, "DR"), value(after, "DR"));
        let (mut owner, mut prefix) = (place, path.to_owned());
        if let Some(id) = is.as_reference() {
            let all = self.overwritten.get(&id).cloned();
            if let Some((old, new)) = all.filter(|_| was.as_reference() == Some(id))
                && self.resources_grow(&old, &new)?
            {
                self.explain_by(id, Way::new(place, path));
                self.absorb(&new)?;
            }
            (owner, prefix) = (id, String::new());
        }
        let Object::Dictionary(categories) = self.new.resolve(is)? else {
            return Ok(());
        };
        for (category, entry) in categories.iter() {
            let Some(id) = entry.as_reference() else {
                continue;
            };
            let category = String::from_utf8_lossy(category.as_bytes());
            let path = match prefix.is_empty() {
                true => category.into_owned(),
                false => format!("{prefix}/{category}"),
            };
            let one = self.overwritten.get(&id).cloned();
            if let Some((_, new)) = one.filter(|(old, new)| entries_stay(old, new)) {
                self.explain_by(id, Way::new(owner, &path));
                self.absorb(&new)?;
            }
        }
        Ok(())
    }

    /// Whether the form gets a font that a signed appearance names and has not: viewers take the form's then (ISO 32000-2
    /// 12.7.4.3), and what was signed would show other letters.
    pub(super) fn gains_a_drawn_font(&self, old: &Form, new: &Form) -> Result<bool, FormError> {
        let (had, has) = (
            fonts_of(self.old, &self.old.get(&old.dict, "DR")?)?,
            fonts_of(self.new, &self.new.get(&new.dict, "DR")?)?,
        );
        let gained: BTreeSet<Vec<u8>> = has.difference(&had).cloned().collect();
        if gained.is_empty() {
            return Ok(false);
        }
        for node in old.nodes.values() {
            let looks = self.old.get(&node.dict, "AP")?;
            let look = match looks.as_dict() {
                Some(looks) => self.old.get(looks, "N")?,
                None => Object::Null,
            };
            let Object::Stream(look) = look else { continue };
            let own = fonts_of(self.old, &self.old.get(&look.dict, "Resources")?)?;
            let Ok(content) = self.old.stream_bytes(&look) else {
                return Ok(true);
            };
            let mut named = Tokens::new(&content).filter_map(|token| match token {
                Token::Name(name) => Some(name),
                _ => None,
            });
            if named.any(|name| gained.contains(&name) && !own.contains(&name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether all categories of resources keep what they had.
    pub(super) fn resources_grow(&self, was: &Object, is: &Object) -> Result<bool, FormError> {
        let (was, is) = (self.old.resolve(was)?, self.new.resolve(is)?);
        if was.is_null() {
            return Ok(is.as_dict().is_some());
        }
        let (Some(was), Some(is)) = (was.as_dict(), is.as_dict()) else {
            return Ok(false);
        };
        for (category, before) in was.iter() {
            let after = is.get_bytes(category.as_bytes()).unwrap_or(&Object::Null);
            // Fields are drawn with fonts and colours; iText leaves the frame of its latest mark here.
            if same(before, after) || *category == "XObject" || *category == "ProcSet" {
                continue;
            }
            let (before, after) = (self.old.resolve(before)?, self.new.resolve(after)?);
            if !entries_stay(&before, &after) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The names of the fonts among resources.
fn fonts_of<S: ReadAt>(
    view: View<'_, S>,
    resources: &Object,
) -> Result<BTreeSet<Vec<u8>>, FormError> {
    let Some(resources) = resources.as_dict() else {
        return Ok(BTreeSet::new());
    };
    let fonts = view.get(resources, "Font")?;
    let names = fonts.as_dict().into_iter().flat_map(Dict::iter);
    Ok(names.map(|(name, _)| name.as_bytes().to_vec()).collect())
}

fn entries_stay(before: &Object, after: &Object) -> bool {
    let (Some(before), Some(after)) = (before.as_dict(), after.as_dict()) else {
        return false;
    };
    before.iter().all(|(name, entry)| {
        let now = after.get_bytes(name.as_bytes());
        now.is_some_and(|now| same(entry, now))
    })
}
