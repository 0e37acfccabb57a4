//! What a signature permits to be changed afterwards (ISO 32000-2 12.8.2).

use trien_pdf::{Dict, Object, PdfError, ReadAt, View};

use super::placement::Placed;
use crate::report::{Lock, LockAction};

/// DocMDP and FieldMDP of one signature, with the lock of its field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// P of a certification signature.
    pub certification: Option<u8>,
    /// The strictest P that this signature puts on the document: certification or `/Lock /P`.
    pub docmdp: Option<u8>,
    /// Locks on fields, from FieldMDP and from the field's `/Lock`.
    pub locks: Vec<Lock>,
    /// Something there has no meaning in the standard.
    pub not_understood: bool,
}

impl Permissions {
    /// Reads them as the signed revision shows them.
    pub fn read<S: ReadAt>(view: View<'_, S>, placed: &Placed) -> Self {
        let mut permissions = Self::default();
        if permissions.references(view, &placed.value).is_err()
            || permissions.lock(view, &placed.node.dict).is_err()
        {
            permissions.not_understood = true;
        }
        permissions
    }

    /// Whether `field` is locked. `All` and `Exclude` speak of every field, the future ones too.
    pub fn locked(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| match lock.action {
            LockAction::All => true,
            LockAction::Include => names(&lock.fields, field),
            LockAction::Exclude => !names(&lock.fields, field),
        })
    }

    fn references<S: ReadAt>(&mut self, view: View<'_, S>, value: &Dict) -> Result<(), PdfError> {
        let references = view.get(value, "Reference")?;
        for reference in references.as_array().unwrap_or_default() {
            let reference = view.resolve(reference)?;
            let Some(reference) = reference.as_dict() else {
                self.not_understood = true;
                continue;
            };
            let parameters = view.get(reference, "TransformParams")?;
            let parameters = parameters.as_dict().cloned().unwrap_or_default();
            let method = view.get(reference, "TransformMethod")?;
            match method.as_name().and_then(|name| name.as_str()) {
                Some("DocMDP") => {
                    // Table 257: the default is 2.
                    let level = self.level(&view.get(&parameters, "P")?, 2);
                    self.certification = level;
                    self.restrict(level);
                }
                Some("FieldMDP") => self.add_lock(view, &parameters)?,
                _ => self.not_understood = true,
            }
        }
        Ok(())
    }

    fn lock<S: ReadAt>(&mut self, view: View<'_, S>, field: &Dict) -> Result<(), PdfError> {
        let lock = view.get(field, "Lock")?;
        let Some(lock) = lock.as_dict() else {
            return Ok(());
        };
        self.add_lock(view, lock)?;
        let level = view.get(lock, "P")?;
        if !level.is_null() {
            let level = self.level(&level, 2);
            self.restrict(level);
        }
        Ok(())
    }

    fn add_lock<S: ReadAt>(&mut self, view: View<'_, S>, dict: &Dict) -> Result<(), PdfError> {
        let action = match view
            .get(dict, "Action")?
            .as_name()
            .and_then(|name| name.as_str())
        {
            Some("All") => LockAction::All,
            Some("Include") => LockAction::Include,
            Some("Exclude") => LockAction::Exclude,
            _ => {
                self.not_understood = true;
                return Ok(());
            }
        };
        let mut fields = Vec::new();
        let names = view.get(dict, "Fields")?;
        for name in names.as_array().unwrap_or_default() {
            match view.resolve(name)? {
                Object::String(name) => fields.push(name.to_text()),
                _ => self.not_understood = true,
            }
        }
        if action == LockAction::All {
            fields.clear();
        }
        let lock = Lock { action, fields };
        if !self.locks.contains(&lock) {
            self.locks.push(lock);
        }
        Ok(())
    }

    fn level(&mut self, value: &Object, default: u8) -> Option<u8> {
        match value {
            Object::Null => Some(default),
            Object::Integer(level @ 1..=3) => u8::try_from(*level).ok(),
            _ => {
                self.not_understood = true;
                Some(1)
            }
        }
    }

    fn restrict(&mut self, level: Option<u8>) {
        self.docmdp = match (self.docmdp, level) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A name in a lock means that field and those below it, never one that merely begins alike.
fn names(fields: &[String], field: &str) -> bool {
    fields.iter().any(|name| {
        let below = field
            .strip_prefix(name.as_str())
            .is_some_and(|rest| rest.starts_with('.'));
        name == field || below
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_does_not_match_by_the_beginning_of_a_name() {
        let lock = |action, fields: &[&str]| Permissions {
            locks: vec![Lock {
                action,
                fields: fields.iter().map(|f| (*f).to_owned()).collect(),
            }],
            ..Permissions::default()
        };
        let include = lock(LockAction::Include, &["Signature 1"]);
        assert!(include.locked("Signature 1") && include.locked("Signature 1.kid"));
        assert!(!include.locked("Signature 10"));
        assert!(lock(LockAction::All, &[]).locked("anything"));
        assert!(!lock(LockAction::Exclude, &["a"]).locked("a"));
        assert!(lock(LockAction::Exclude, &["a"]).locked("ab"));
    }
}
