//! Who refers to whom.

use std::collections::BTreeSet;

use trien_pdf::{Object, ObjectId, ReadAt, View};

use super::form::FormError;

/// The way from one object to another: keys joined by `/`, positions in arrays left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The object that refers.
    pub from: ObjectId,
    /// The keys inside it.
    pub path: String,
}

/// A way and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The way.
    pub way: Way,
    /// The object referred to.
    pub to: ObjectId,
}

impl Way {
    /// The way from `from` by `path`.
    pub fn new(from: ObjectId, path: &str) -> Self {
        Self {
            from,
            path: path.to_owned(),
        }
    }
}

/// The last key of every way to a field or widget: form and pages, structure elements, actions (ISO 32000-2 12.5.2, 12.6.4,
/// 12.7.4, 14.7.5.3). An item of an array that is an object of its own has no key.
const TO_FIELDS: &[&str] = &[
    "", "Annots", "Fields", "Kids", "Parent", "CO", "Obj", "T", "AN", "Data", "Popup",
];

impl Way {
    /// Whether what it leads to is used as a field. As a resource of a page its changed keys would name something else.
    pub fn is_to_field(&self) -> bool {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        TO_FIELDS.contains(&last)
    }
}

/// Every way to one of `targets` in the document as `view` shows it.
pub fn leading_to<S: ReadAt>(
    view: View<'_, S>,
    targets: &BTreeSet<ObjectId>,
) -> Result<Vec<Edge>, FormError> {
    let mut found = Vec::new();
    let mut walk = Walk::from(view, [view.root()?]);
    if let Some(info) = view
        .revision()?
        .trailer
        .get("Info")
        .and_then(Object::as_reference)
    {
        walk.push(info);
    }
    walk.run(|from, path, to| {
        if targets.contains(&to) {
            found.push(Edge {
                way: Way {
                    from,
                    path: path.to_owned(),
                },
                to,
            });
        }
        true
    })?;
    Ok(found)
}

/// Every object that the document as `view` shows it leads to.
pub fn reached<S: ReadAt>(view: View<'_, S>) -> Result<BTreeSet<ObjectId>, FormError> {
    let trailer = &view.revision()?.trailer;
    let mut start = Vec::new();
    for (_, value) in trailer.iter() {
        let mut found = Vec::new();
        references(value, "", &mut found);
        start.extend(found.into_iter().map(|(_, id)| id));
    }
    let mut walk = Walk::from(view, start);
    walk.run(|_, _, _| true)?;
    Ok(walk.seen)
}

/// Every object that makes up the pages: the page tree, contents and resources; not annotations.
pub fn reached_from_pages<S: ReadAt>(view: View<'_, S>) -> Result<BTreeSet<ObjectId>, FormError> {
    let Some(pages) = view.catalog()?.get("Pages").and_then(Object::as_reference) else {
        return Ok(BTreeSet::new());
    };
    let mut walk = Walk::from(view, [pages]);
    walk.run(|_, path, _| !matches!(path, "Annots" | "Parent" | "StructParents"))?;
    Ok(walk.seen)
}

struct Walk<'a, S> {
    view: View<'a, S>,
    seen: BTreeSet<ObjectId>,
    next: Vec<ObjectId>,
}

impl<'a, S: ReadAt> Walk<'a, S> {
    fn from(view: View<'a, S>, start: impl IntoIterator<Item = ObjectId>) -> Self {
        let mut walk = Self {
            view,
            seen: BTreeSet::new(),
            next: Vec::new(),
        };
        start.into_iter().for_each(|id| walk.push(id));
        walk
    }

    fn push(&mut self, id: ObjectId) {
        if self.seen.insert(id) {
            self.next.push(id);
        }
    }

    /// Visits every reference once per way; follows it where `visit` says so.
    fn run(
        &mut self,
        mut visit: impl FnMut(ObjectId, &str, ObjectId) -> bool,
    ) -> Result<(), FormError> {
        while let Some(id) = self.next.pop() {
            let object = self.view.object(id)?;
            let mut found = Vec::new();
            references(&object, "", &mut found);
            for (path, to) in found {
                if visit(id, &path, to) {
                    self.push(to);
                }
            }
        }
        Ok(())
    }
}

/// All references inside an object; the parser has bounded its depth.
fn references(object: &Object, path: &str, found: &mut Vec<(String, ObjectId)>) {
    match object {
        Object::Reference(id) => found.push((path.to_owned(), *id)),
        Object::Array(items) => items.iter().for_each(|item| references(item, path, found)),
        Object::Dictionary(_) | Object::Stream(_) => {
            let Some(dict) = object.as_dict() else { return };
            for (key, value) in dict.iter() {
                if matches!(
                    value,
                    Object::Reference(_) | Object::Array(_) | Object::Dictionary(_)
                ) {
                    let key = String::from_utf8_lossy(key.as_bytes());
                    let path = if path.is_empty() {
                        key.into_owned()
                    } else {
                        format!("{path}/{key}")
                    };
                    references(value, &path, found);
                }
            }
        }
        _ => {}
    }
}
