//! Rule for the document security store (ISO 32000-2 12.8.4.3).

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, ReadAt, View};

use super::Act;
use super::edges::Way;
use super::form::FormError;
use super::step::{Step, value};
use crate::report::ReasonCode;

/// Most streams and arrays in a store; an archive refreshed yearly for decades has some hundreds.
const MAX_OBJECTS: usize = 20_000;

const STORE_KEYS: &[&str] = &["Type", "VRI", "Certs", "OCSPs", "CRLs"];
const VRI_KEYS: &[&str] = &["Type", "Cert", "CRL", "OCSP", "TU", "TS"];

impl<S: ReadAt> Step<'_, S> {
    /// Validation data may come, grow and go; nothing else may be hung into the store.
    pub fn security_store(&mut self, root: ObjectId) -> Result<(), FormError> {
        let (before, after) = (store(self.old)?, store(self.new)?);
        let (Some(before), Some(after)) = (before, after) else {
            self.deny(root, None, ReasonCode::DssChanged);
            return Ok(());
        };
        let mut touched = false;
        for id in &after.objects {
            if self.added.contains(id) {
                self.explained.insert(*id);
                self.length_apart(*id)?;
                touched = true;
            } else if self.overwritten.contains_key(id) && before.objects.contains(id) {
                for way in before.ways.iter().chain(&after.ways) {
                    if way.1 == *id {
                        self.explain_by(*id, way.0.clone());
                    }
                }
                touched = true;
            }
        }
        if touched || before.objects != after.objects {
            self.note(root, None, Act::Maintain, "security_store");
        }
        Ok(())
    }
}

impl<S: ReadAt> Step<'_, S> {
    /// The length of a new stream, where it is an object of its own, as PDFBox wrote it.
    fn length_apart(&mut self, id: ObjectId) -> Result<(), FormError> {
        let Object::Stream(stream) = self.new.object(id)? else {
            return Ok(());
        };
        let length = value(&stream.dict, "Length");
        if self.new.resolve(length)?.as_integer().is_some() {
            self.absorb(length)?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Store {
    objects: BTreeSet<ObjectId>,
    ways: Vec<(Way, ObjectId)>,
}

/// The objects of the store of `view`; `None` when it is malformed.
fn store<S: ReadAt>(view: View<'_, S>) -> Result<Option<Store>, FormError> {
    let mut store = Store::default();
    let root = view.root()?;
    let catalog = view.catalog()?;
    let Some(entry) = catalog.get("DSS").filter(|entry| !entry.is_null()) else {
        return Ok(Some(store));
    };
    let well_formed = store.dictionary(view, root, "DSS", entry)?;
    Ok(well_formed.then_some(store))
}

impl Store {
    fn dictionary<S: ReadAt>(
        &mut self,
        view: View<'_, S>,
        root: ObjectId,
        path: &str,
        entry: &Object,
    ) -> Result<bool, FormError> {
        let (owner, prefix) = self.enter(root, path, entry);
        let Object::Dictionary(dict) = view.resolve(entry)? else {
            return Ok(false);
        };
        if !only(&dict, STORE_KEYS) {
            return Ok(false);
        }
        for key in ["Certs", "OCSPs", "CRLs"] {
            if let Some(list) = dict.get(key)
                && !self.list(view, owner, &join(&prefix, key), list)?
            {
                return Ok(false);
            }
        }
        let Some(entry) = dict.get("VRI").filter(|entry| !entry.is_null()) else {
            return Ok(true);
        };
        let (owner, prefix) = self.enter(owner, &join(&prefix, "VRI"), entry);
        let Object::Dictionary(all) = view.resolve(entry)? else {
            return Ok(false);
        };
        for (key, entry) in all.iter().filter(|(key, _)| *key != "Type") {
            let key = String::from_utf8_lossy(key.as_bytes()).into_owned();
            let (owner, prefix) = self.enter(owner, &join(&prefix, &key), entry);
            let Object::Dictionary(one) = view.resolve(entry)? else {
                return Ok(false);
            };
            if !only(&one, VRI_KEYS) {
                return Ok(false);
            }
            for key in ["Cert", "OCSP", "CRL"] {
                if let Some(list) = one.get(key)
                    && !self.list(view, owner, &join(&prefix, key), list)?
                {
                    return Ok(false);
                }
            }
            if let Some(stamp) = one.get("TS") {
                self.enter(owner, &join(&prefix, "TS"), stamp);
            }
        }
        Ok(true)
    }

    /// An array of references to streams that are no part of a page.
    fn list<S: ReadAt>(
        &mut self,
        view: View<'_, S>,
        owner: ObjectId,
        path: &str,
        entry: &Object,
    ) -> Result<bool, FormError> {
        let (owner, prefix) = self.enter(owner, path, entry);
        let resolved = view.resolve(entry)?;
        let Some(items) = resolved.as_array() else {
            return Ok(resolved.is_null());
        };
        for item in items {
            self.enter(owner, &prefix, item);
            if self.objects.len() > MAX_OBJECTS {
                return Err(FormError::TooLarge);
            }
            let streamed = view.resolve(item)?;
            let plain = streamed
                .as_stream()
                .is_some_and(|stream| !stream.dict.contains("Subtype"));
            if item.as_reference().is_none() || !plain {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Notes a reference; ways below it start at the object that it leads to.
    fn enter(&mut self, owner: ObjectId, path: &str, entry: &Object) -> (ObjectId, String) {
        let Some(id) = entry.as_reference() else {
            return (owner, path.to_owned());
        };
        self.objects.insert(id);
        self.ways.push((Way::new(owner, path), id));
        (id, String::new())
    }
}

fn only(dict: &Dict, keys: &[&str]) -> bool {
    dict.iter()
        .all(|(key, _)| keys.iter().any(|known| *key == *known))
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}/{key}")
    }
}
