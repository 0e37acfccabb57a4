//! Appearances of fields that are overwritten in place.

use trien_pdf::{Object, ObjectId, ReadAt};

use crate::difference::edges::Way;
use crate::difference::form::{FormError, Node};
use crate::difference::step::{Step, value};

impl<S: ReadAt> Step<'_, S> {
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

    pub(super) fn appearance_overwritten(&self, node: &Node) -> Result<bool, FormError> {
        Ok(!self.appearance_objects(node)?.is_empty())
    }

    /// An appearance overwritten in place is explained if nothing but this field shows it.
    pub(super) fn explain_appearance(&mut self, node: &Node) -> Result<(), FormError> {
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
