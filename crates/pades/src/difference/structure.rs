//! Rule for the structure tree of tagged documents (ISO 32000-2 14.7).
//!
//! Writers of tagged files describe a new widget there: a new element of the tree with an object
//! reference, and an entry in the parent tree. Nothing that was described before may change: assistive
//! technology reads the document by it.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, ReadAt};

use super::Act;
use super::form::FormError;
use super::step::{Step, same, value};
use crate::report::ReasonCode;

/// Deepest way from an element or a node of the parent tree to the root.
const MAX_DEPTH: usize = 64;

impl<S: ReadAt> Step<'_, S> {
    /// Overwritten nodes of the tree that only gained what describes `added_fields`.
    pub fn structure(
        &mut self,
        root: ObjectId,
        added_fields: &BTreeSet<ObjectId>,
    ) -> Result<(), FormError> {
        let Some(tree) = value(&self.old.catalog()?, "StructTreeRoot").as_reference() else {
            return Ok(());
        };
        if added_fields.is_empty() {
            return Ok(());
        }
        let parents = self.new.dict(tree, "structure tree").ok();
        let parents = parents.and_then(|dict| value(&dict, "ParentTree").as_reference());
        let mut touched = false;
        for (id, (old, new)) in self.overwritten.clone() {
            let (Object::Dictionary(old), Object::Dictionary(new)) = (old, new) else {
                continue;
            };
            if self.explained.contains(&id) {
                continue;
            }
            let grown = if id == tree {
                self.only_keys(&old, &new, &["K", "ParentTree", "ParentTreeNextKey"])
                    && value(&old, "ParentTree").as_reference() == parents
                    && self.list_grows(&old, &new, "K")?
            } else if self.is_element(&old, tree)? {
                self.only_keys(&old, &new, &["K"]) && self.list_grows(&old, &new, "K")?
            } else if old.contains("Nums") && self.in_number_tree(parents, id)? {
                self.only_keys(&old, &new, &["Nums", "Limits"]) && self.numbers_grow(&old, &new)?
            } else {
                continue;
            };
            touched = true;
            if grown {
                self.explained.insert(id);
            } else {
                self.deny(id, None, ReasonCode::CatalogChanged);
            }
        }
        if touched {
            self.note(root, None, Act::Maintain, "structure_tree");
        }
        Ok(())
    }

    fn only_keys(&self, old: &Dict, new: &Dict, keys: &[&str]) -> bool {
        let changed = Self::changed_keys(old, new);
        changed.iter().all(|key| keys.contains(&key.as_str()))
    }

    /// Whether a structure element hangs below the root of the tree.
    fn is_element(&self, element: &Dict, tree: ObjectId) -> Result<bool, FormError> {
        let mut above = value(element, "P").as_reference();
        for _ in 0..MAX_DEPTH {
            match above {
                Some(id) if id == tree => return Ok(true),
                Some(id) => {
                    let Object::Dictionary(dict) = self.old.object(id)? else {
                        return Ok(false);
                    };
                    above = value(&dict, "P").as_reference();
                }
                None => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Kids may be added that are new elements; those that were there stay in their order.
    fn list_grows(&mut self, old: &Dict, new: &Dict, key: &str) -> Result<bool, FormError> {
        let listed = |object: Object| match object {
            Object::Array(items) => items,
            Object::Null => Vec::new(),
            one => vec![one],
        };
        let was = match value(old, key) {
            Object::Reference(id) if !self.is_array(*id)? => vec![Object::Reference(*id)],
            other => listed(self.old.resolve(other)?),
        };
        let is = match value(new, key) {
            Object::Reference(id) if !self.is_array(*id)? => vec![Object::Reference(*id)],
            other => listed(self.new.resolve(other)?),
        };
        let mut rest = was.iter().peekable();
        for item in &is {
            if rest.peek().is_some_and(|next| same(next, item)) {
                rest.next();
            } else if !self.new_element(item)? {
                return Ok(false);
            }
        }
        Ok(rest.peek().is_none())
    }

    fn is_array(&self, id: ObjectId) -> Result<bool, FormError> {
        Ok(matches!(self.new.object(id)?, Object::Array(_)))
    }

    /// An element that did not exist before and speaks of no content of a page.
    fn new_element(&mut self, item: &Object) -> Result<bool, FormError> {
        let Some(id) = item.as_reference().filter(|id| self.added.contains(id)) else {
            return Ok(false);
        };
        let Object::Dictionary(element) = self.new.object(id)? else {
            return Ok(false);
        };
        let kids = self.new.get(&element, "K")?;
        let kids = kids
            .as_array()
            .map_or(vec![kids.clone()], <[Object]>::to_vec);
        for kid in &kids {
            let kid = self.new.resolve(kid)?;
            let fits = match &kid {
                Object::Null => true,
                Object::Dictionary(dict) => {
                    dict.is("Type", "OBJR") || dict.is("Type", "StructElem")
                }
                _ => false,
            };
            if !fits {
                return Ok(false);
            }
        }
        self.absorb(item)?;
        Ok(true)
    }

    /// Whether `id` is a node of the number tree under `top`.
    fn in_number_tree(&self, top: Option<ObjectId>, id: ObjectId) -> Result<bool, FormError> {
        let mut next: Vec<ObjectId> = top.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(node) = next.pop() {
            if node == id {
                return Ok(true);
            }
            if let (true, Object::Dictionary(dict)) = (seen.insert(node), self.new.object(node)?) {
                let kids = self.new.get(&dict, "Kids")?;
                let kids = kids.as_array().unwrap_or_default().iter();
                next.extend(kids.filter_map(Object::as_reference));
            }
        }
        Ok(false)
    }

    /// Entries may be added that lead to new elements; those that were there stay.
    fn numbers_grow(&mut self, old: &Dict, new: &Dict) -> Result<bool, FormError> {
        let (was, is) = (self.old.get(old, "Nums")?, self.new.get(new, "Nums")?);
        let (was, is) = (
            was.as_array().unwrap_or_default(),
            is.as_array().unwrap_or_default(),
        );
        let mut kept = 0;
        for pair in is.chunks(2) {
            let [key, item] = pair else { return Ok(false) };
            let before = was
                .chunks(2)
                .find(|pair| pair.first().is_some_and(|was| same(was, key)));
            match before {
                Some([_, before]) if same(before, item) => kept += 1,
                Some(_) => return Ok(false),
                None if item
                    .as_reference()
                    .is_some_and(|id| self.added.contains(&id)) =>
                {
                    self.absorb(item)?;
                }
                None => return Ok(false),
            }
        }
        Ok(kept == was.len() / 2)
    }
}
