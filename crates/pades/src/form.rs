//! The AcroForm of a document as far as signing needs it: top-level fields, their signatures and what these permit.

use trien_pdf::{Dict, Object, ObjectId, ReadAt, View};

use crate::error::PadesError;

/// More top-level fields than any real form has; a longer list only costs time.
const MAX_FIELDS: usize = 4096;
/// Names in one lock, and references in one signature, beyond which a file is hostile.
const MAX_NAMES: usize = 4096;

/// The document's interactive form.
pub(crate) struct Form {
    /// Its own object, where it is indirect.
    pub(crate) id: Option<ObjectId>,
    pub(crate) dict: Dict,
    pub(crate) fields: Vec<FormField>,
}

/// A top-level field.
pub(crate) struct FormField {
    /// Its object; `None` for a field written directly into /Fields, which ISO 32000-2 12.7.3 does not allow.
    pub(crate) id: Option<ObjectId>,
    /// Its partial name, empty where there is none.
    pub(crate) name: String,
    pub(crate) dict: Dict,
    /// The signature dictionary, where it is a signed signature field.
    pub(crate) signature: Option<Dict>,
}

/// What one signature forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Restriction {
    /// DocMDP with this /P.
    Document(i64),
    /// FieldMDP over fields.
    Fields(FieldLock),
}

/// /Action and /Fields of a lock (ISO 32000-2 table 236 and 259).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldLock {
    pub(crate) action: String,
    pub(crate) fields: Vec<String>,
}

impl Form {
    /// Reads the form of one state of the document; `None` where there is none.
    pub(crate) fn read<S: ReadAt>(view: &View<'_, S>) -> Result<Option<Self>, PadesError> {
        let catalog = view.catalog()?;
        let Some(entry) = catalog.get("AcroForm") else {
            return Ok(None);
        };
        let Object::Dictionary(dict) = view.resolve(entry)? else {
            return Ok(None);
        };
        let listed = match dict.get("Fields") {
            Some(fields) => view.resolve(fields)?,
            None => Object::Null,
        };
        let listed = listed.as_array().unwrap_or_default();
        if listed.len() > MAX_FIELDS {
            return Err(PadesError::BadPlan(format!("{} form fields", listed.len())));
        }
        let fields = listed
            .iter()
            .map(|field| FormField::read(view, field))
            .collect::<Result<_, _>>()?;
        Ok(Some(Self {
            id: entry.as_reference(),
            dict,
            fields,
        }))
    }

    pub(crate) fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl FormField {
    fn read<S: ReadAt>(view: &View<'_, S>, field: &Object) -> Result<Self, PadesError> {
        let dict = match view.resolve(field)? {
            Object::Dictionary(dict) => dict,
            _ => Dict::new(),
        };
        let name = match dict.get("T").map(|name| view.resolve(name)).transpose()? {
            Some(Object::String(name)) => name.to_text(),
            _ => String::new(),
        };
        let value = dict.get("V").map(|value| view.resolve(value)).transpose()?;
        let signature = match value {
            Some(Object::Dictionary(value)) if dict.is("FT", "Sig") => Some(value),
            _ => None,
        };
        Ok(Self {
            id: field.as_reference(),
            name,
            dict,
            signature,
        })
    }

    /// Whether the field is a single merged field and widget of this type, as our own preparation writes them.
    pub(crate) fn is_flat(&self, kind: &str) -> bool {
        self.dict.is("FT", kind) && self.dict.is("Subtype", "Widget") && !self.dict.contains("Kids")
    }

    /// What the field's signature forbids to later revisions; nothing where it is unsigned.
    pub(crate) fn restrictions<S: ReadAt>(
        &self,
        view: &View<'_, S>,
    ) -> Result<Vec<Restriction>, PadesError> {
        let Some(references) = self
            .signature
            .as_ref()
            .and_then(|value| value.get("Reference"))
        else {
            return Ok(Vec::new());
        };
        let references = view.resolve(references)?;
        let mut restrictions = Vec::new();
        for reference in references
            .as_array()
            .unwrap_or_default()
            .iter()
            .take(MAX_NAMES)
        {
            let reference = view.resolve(reference)?;
            let Some(reference) = reference.as_dict() else {
                continue;
            };
            let parameters = match reference.get("TransformParams") {
                Some(parameters) => view.resolve(parameters)?,
                None => Object::Null,
            };
            let parameters = parameters.as_dict().cloned().unwrap_or_default();
            if reference.is("TransformMethod", "DocMDP") {
                // Without /P the standard's default is 2 (ISO 32000-2 table 257).
                restrictions.push(Restriction::Document(
                    parameters
                        .get("P")
                        .and_then(Object::as_integer)
                        .unwrap_or(2),
                ));
            } else if reference.is("TransformMethod", "FieldMDP") {
                restrictions.push(Restriction::Fields(FieldLock::read(view, &parameters)?));
            }
        }
        Ok(restrictions)
    }
}

impl FieldLock {
    /// Reads /Action and /Fields of a SigFieldLock or of FieldMDP parameters.
    pub(crate) fn read<S: ReadAt>(view: &View<'_, S>, dict: &Dict) -> Result<Self, PadesError> {
        let action = dict
            .get("Action")
            .and_then(Object::as_name)
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        let fields = match dict.get("Fields") {
            Some(fields) => view.resolve(fields)?,
            None => Object::Null,
        };
        let names = fields.as_array().unwrap_or_default().iter().take(MAX_NAMES);
        let fields = names
            .filter_map(Object::as_string)
            .map(|name| name.to_text())
            .collect();
        Ok(Self {
            action: action.to_owned(),
            fields,
        })
    }

    /// Whether a change of the field would break the lock. An action that is unknown locks everything.
    pub(crate) fn covers(&self, field: &str) -> bool {
        let named = || {
            let below = |name: &str| {
                field
                    .strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            self.fields.iter().any(|name| name == field || below(name))
        };
        match self.action.as_str() {
            "Include" => named(),
            "Exclude" => !named(),
            _ => true,
        }
    }
}

/// Refuses a revision that would change `fields` where an earlier signature forbids it.
pub(crate) fn check_permitted<S: ReadAt>(
    form: &Form,
    view: &View<'_, S>,
    fields: &[String],
) -> Result<(), PadesError> {
    for signed in &form.fields {
        for restriction in signed.restrictions(view)? {
            match restriction {
                Restriction::Document(2 | 3) => {}
                Restriction::Document(_) => return Err(PadesError::CertifiedWithoutChanges),
                Restriction::Fields(lock) => {
                    if let Some(field) = fields.iter().find(|field| lock.covers(field)) {
                        return Err(PadesError::FieldLocked {
                            field: field.clone(),
                            locked_by: signed.name.clone(),
                        });
                    }
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(action: &str, fields: &[&str]) -> FieldLock {
        FieldLock {
            action: action.into(),
            fields: fields.iter().map(|&name| name.into()).collect(),
        }
    }

    #[test]
    fn a_lock_covers_names_and_what_lies_below_them_but_no_longer_names() {
        assert!(lock("Include", &["vb_so"]).covers("vb_so"));
        assert!(lock("Include", &["vb"]).covers("vb.so"));
        assert!(!lock("Include", &["Signature1"]).covers("Signature10"));
        assert!(!lock("Exclude", &["vb_so"]).covers("vb_so"));
        assert!(lock("Exclude", &["vb_so"]).covers("anything else"));
        assert!(lock("All", &[]).covers("vb_so"));
        assert!(
            lock("", &[]).covers("vb_so"),
            "an unknown action is taken for the strictest"
        );
    }
}
