//! Rules for pages: nothing changes but the list of annotations, and that only grows.

mod comment;

use std::collections::{BTreeMap, BTreeSet};

use trien_pdf::{Dict, Object, ObjectId, ReadAt};

use super::Act;
use super::edges::Way;
use super::form::FormError;
use super::step::{Step, same, value};
use crate::report::ReasonCode;

/// Markup annotations (ISO 32000-2 table 171) that a person writes as a comment. Redactions,
/// media, attachments and widgets are none.
const COMMENTS: &[&str] = &[
    "Text",
    "FreeText",
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Line",
    "Square",
    "Circle",
    "Polygon",
    "PolyLine",
    "Stamp",
    "Caret",
    "Ink",
    "Popup",
];
/// What makes an annotation do something, or show something from elsewhere.
const ACTIONS: &[&str] = &["A", "AA", "PA", "FS", "OC", "RichMediaContent"];

impl<S: ReadAt> Step<'_, S> {
    /// Compares the pages. `added_fields` are the new signature fields.
    pub fn pages(&mut self, added_fields: &BTreeSet<ObjectId>) -> Result<(), FormError> {
        let (old, new) = (self.old.pages()?, self.new.pages()?);
        let ids = |pages: &[trien_pdf::Page]| pages.iter().map(|page| page.id).collect::<Vec<_>>();
        if ids(&old) != ids(&new) {
            let root = self.old.root()?;
            self.deny(root, None, ReasonCode::PageChanged);
            return Ok(());
        }
        let mut widgets: BTreeMap<ObjectId, usize> = BTreeMap::new();
        for (before, after) in old.iter().zip(&new) {
            for key in Self::changed_keys(&before.dict, &after.dict) {
                // The order of tabs, which writers add with the first widget, shows nothing.
                let tabs = key == "Tabs" && value(&before.dict, "Tabs").is_null();
                let moved = key == "Resources" && self.moved(&before.dict, &after.dict, &key)?;
                if key != "Annots" && !tabs && !moved {
                    self.deny(after.id, None, ReasonCode::PageChanged);
                }
            }
            if self.overwritten.contains_key(&after.id) {
                self.explained.insert(after.id);
            }
            self.annotations(
                after.id,
                &before.dict,
                &after.dict,
                added_fields,
                &mut widgets,
            )?;
        }
        // A widget on two pages is shown where nobody placed it.
        for (id, count) in widgets {
            if count > 1 {
                self.deny(id, None, ReasonCode::AnnotationChanged);
            }
        }
        Ok(())
    }

    /// Whether an entry stands in another place and says the same, down to the objects that it names.
    fn moved(&mut self, before: &Dict, after: &Dict, key: &str) -> Result<bool, FormError> {
        let (was, is) = (self.old.get(before, key)?, self.new.get(after, key)?);
        let same = same(&was, &is);
        if same {
            self.absorb(value(after, key))?;
        }
        Ok(same)
    }

    fn annotations(
        &mut self,
        page: ObjectId,
        before: &Dict,
        after: &Dict,
        added_fields: &BTreeSet<ObjectId>,
        widgets: &mut BTreeMap<ObjectId, usize>,
    ) -> Result<(), FormError> {
        let old_list = self.old.get(before, "Annots")?;
        let new_list = self.new.get(after, "Annots")?;
        let old_list = old_list.as_array().unwrap_or_default();
        let new_list = new_list.as_array().unwrap_or_default();
        if let Some(id) = value(after, "Annots").as_reference() {
            self.explain_by(id, Way::new(page, "Annots"));
        }
        for item in old_list {
            self.old_annotation(page, item)?;
        }
        let kept = new_list
            .iter()
            .filter(|item| old_list.iter().any(|old| same(old, item)));
        if !kept.eq(old_list.iter()) {
            self.deny(page, None, ReasonCode::AnnotationChanged);
        }
        for item in new_list
            .iter()
            .filter(|item| !old_list.iter().any(|old| same(old, item)))
        {
            let Some(id) = item.as_reference() else {
                self.deny(page, None, ReasonCode::AnnotationChanged);
                continue;
            };
            if added_fields.contains(&id) {
                *widgets.entry(id).or_default() += 1;
                let own_page = self
                    .new
                    .dict(id, "widget")?
                    .get("P")
                    .and_then(Object::as_reference);
                if own_page.is_some_and(|own| own != page) {
                    self.deny(id, None, ReasonCode::AnnotationChanged);
                }
                continue;
            }
            self.comment(page, id, item)?;
        }
        Ok(())
    }

    /// A changed annotation that is no form field.
    fn old_annotation(&mut self, page: ObjectId, item: &Object) -> Result<(), FormError> {
        let Some(id) = item.as_reference() else {
            return Ok(());
        };
        if self.overwritten.contains_key(&id) && !self.explained.contains(&id) {
            self.comment(page, id, item)?;
        }
        Ok(())
    }

    fn comment(&mut self, page: ObjectId, id: ObjectId, item: &Object) -> Result<(), FormError> {
        let annotation = self.new.resolve(item)?;
        let subtype = annotation
            .as_dict()
            .and_then(|dict| dict.get("Subtype"))
            .and_then(Object::as_name);
        let is_comment =
            subtype.is_some_and(|subtype| COMMENTS.iter().any(|known| *subtype == *known));
        let acts = annotation
            .as_dict()
            .is_some_and(|dict| ACTIONS.iter().any(|key| dict.contains(key)));
        let was_field = self.overwritten.get(&id).is_some_and(|(old, _)| {
            old.as_dict()
                .is_some_and(|dict| dict.is("Subtype", "Widget"))
        });
        if is_comment && !acts && !was_field {
            let dict = annotation.as_dict().cloned().unwrap_or_default();
            let cover = comment::cover(self.old, self.new, page, id, &dict)?;
            self.note(id, None, Act::Annotate { cover }, "comment");
            if self.overwritten.contains_key(&id) {
                self.explained.insert(id);
            }
        } else {
            self.deny(id, None, ReasonCode::AnnotationChanged);
        }
        // What hangs below goes with it, permitted or not.
        let inner = annotation.as_dict().cloned().unwrap_or_default();
        self.absorb(item)?;
        self.absorb(&Object::Dictionary(inner))
    }
}
