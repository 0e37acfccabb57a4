//! Rules for the trailer and the document catalog.

use trien_pdf::{Dict, Object, ObjectId, ReadAt, View};

use super::Act;
use super::edges::Way;
use super::form::FormError;
use super::step::{Step, same, value};
use crate::report::ReasonCode;

/// Keys of a trailer or cross-reference stream that describe the section, not the document.
const OF_THE_SECTION: &[&str] = &[
    "Prev",
    "XRefStm",
    "Type",
    "W",
    "Index",
    "Length",
    "Filter",
    "DecodeParms",
    "DL",
    // The integrity code of an encrypted file, over this section's revision (ISO/TS 32004 5.2).
    "AuthCode",
];
/// Entries of the information dictionary that a writer keeps up by itself.
const INFO_KEPT_BY_WRITERS: &[&str] = &["ModDate", "Producer", "Creator", "CreationDate"];

impl<S: ReadAt> Step<'_, S> {
    /// The trailer may name another place of the file, never another document.
    pub fn trailer(&mut self) -> Result<(), FormError> {
        let (old, new) = (&self.old.revision()?.trailer, &self.new.revision()?.trailer);
        let root = self.old.root()?;
        for key in Self::changed_keys(old, new) {
            let permitted = match key.as_str() {
                // A file that had no identity may get one; another one matters where keys are made of it.
                "ID" => {
                    let free = first_id(old).is_none() || !old.contains("Encrypt");
                    free || first_id(old) == first_id(new)
                }
                "Info" => self.info_replaced(old, new)?,
                // Viewers take objects from the newest number on to be missing (table 15).
                "Size" => self.newest_size() >= value(old, "Size").as_integer(),
                // LibreOffice puts the text that a file was made from beside it, with a sum; no viewer shows it.
                "DocChecksum" => value(new, "DocChecksum").is_null(),
                "AdditionalStreams" => self.same_streams(old, new)?,
                key => OF_THE_SECTION.contains(&key),
            };
            if !permitted {
                self.deny(root, None, ReasonCode::TrailerChanged);
            }
        }
        let info = new.get("Info").and_then(Object::as_reference);
        if let Some(id) = info
            && let Some((Object::Dictionary(before), Object::Dictionary(after))) =
                self.overwritten.get(&id).cloned()
            && words_only(&after)
        {
            // Named by the trailer; any other way to it is not known to this rule.
            self.explained.insert(id);
            self.ways.entry(id).or_default();
            self.information(id, &before, &after);
        }
        Ok(())
    }

    fn newest_size(&self) -> Option<i64> {
        let newest = self.new.pdf().revisions().last()?;
        newest.trailer.get("Size")?.as_integer()
    }

    /// `/AdditionalStreams`, kinds and streams in turn, is gone or says the same.
    fn same_streams(&mut self, old: &Dict, new: &Dict) -> Result<bool, FormError> {
        let (before, after) = (
            self.old.get(old, "AdditionalStreams")?,
            self.new.get(new, "AdditionalStreams")?,
        );
        let before = before.as_array().unwrap_or_default();
        let after = after.as_array().unwrap_or_default();
        for (before, after) in before.iter().zip(after) {
            let (before, after) = (self.old.resolve(before)?, self.new.resolve(after)?);
            if !self.same_objects(&before, &after) {
                return Ok(false);
            }
        }
        self.absorb(value(new, "AdditionalStreams"))?;
        Ok(after.is_empty() || before.len() == after.len())
    }

    /// A new information dictionary may hold words alone; it is no part of any page.
    fn info_replaced(&mut self, old: &Dict, new: &Dict) -> Result<bool, FormError> {
        let (before, after) = (self.old.get(old, "Info")?, self.new.get(new, "Info")?);
        let after = match after {
            Object::Dictionary(after) if words_only(&after) => after,
            Object::Null => Dict::new(),
            _ => return Ok(false),
        };
        let before = before.as_dict().cloned().unwrap_or_default();
        self.absorb(value(new, "Info"))?;
        let root = self.old.root()?;
        self.information(root, &before, &after);
        Ok(true)
    }

    fn information(&mut self, id: ObjectId, before: &Dict, after: &Dict) {
        let rule = if info_kept(before, after) {
            "modification_date"
        } else {
            "document_information"
        };
        self.note(id, None, Act::Maintain, rule);
    }

    /// The catalog: what it leads to has rules of its own, everything else stays.
    pub fn catalog(&mut self, root: ObjectId) -> Result<(), FormError> {
        let (old, new) = (self.old.catalog()?, self.new.catalog()?);
        for key in Self::changed_keys(&old, &new) {
            let (before, after) = (value(&old, &key).clone(), value(&new, &key).clone());
            let denial = match key.as_str() {
                // Judged by the rules for the form and the security store.
                "AcroForm" | "DSS" => None,
                "Extensions" => {
                    self.absorb(&after)?;
                    self.note(root, None, Act::Maintain, "extensions");
                    None
                }
                "Version" if version(&before) < version(&after) => None,
                "Metadata" if self.is_metadata(&after)? => {
                    self.absorb(&after)?;
                    let rule = self.metadata_rule(&before, &after)?;
                    self.note(root, None, Act::Maintain, rule);
                    None
                }
                // Flags of tagged documents; all of them direct values.
                "MarkInfo" if flags_only(&after) => {
                    self.note(root, None, Act::Maintain, "mark_info");
                    None
                }
                "Perms" if self.only_usage_rights_go(&before, &after)? => None,
                "Perms" => Some(ReasonCode::PermissionsChanged),
                "Pages" => Some(ReasonCode::PageChanged),
                _ => Some(ReasonCode::CatalogChanged),
            };
            if let Some(code) = denial {
                self.deny(root, None, code);
            }
        }
        if self.overwritten.contains_key(&root) {
            self.explained.insert(root);
        }
        let metadata = new.get("Metadata").and_then(Object::as_reference);
        if let Some(id) = metadata.filter(|id| self.overwritten.contains_key(id))
            && self.is_metadata(&Object::Reference(id))?
        {
            self.explain_by(id, Way::new(root, "Metadata"));
            let same_place = Object::Reference(id);
            let rule = self.metadata_rule(&same_place, &same_place)?;
            self.note(id, None, Act::Maintain, rule);
        }
        Ok(())
    }

    /// Usage rights of Acrobat are about what a program may do, not about the document (ISO 32000-2
    /// 12.8.6); signing takes them away.
    fn only_usage_rights_go(&self, was: &Object, is: &Object) -> Result<bool, FormError> {
        let (was, is) = (self.old.resolve(was)?, self.new.resolve(is)?);
        let (was, is) = (was.as_dict(), is.as_dict().cloned().unwrap_or_default());
        let changed = Self::changed_keys(was.unwrap_or(&Dict::new()), &is);
        let gone = |key: &String| matches!(key.as_str(), "UR" | "UR3") && value(&is, key).is_null();
        Ok(was.is_some() && changed.iter().all(gone))
    }

    /// Dates and the name of the program are kept up by writers; what the document is about is not.
    fn metadata_rule(&self, was: &Object, is: &Object) -> Result<&'static str, FormError> {
        let read = |view: View<'_, S>, object: &Object| -> Result<Vec<String>, FormError> {
            Ok(match view.resolve(object)? {
                Object::Stream(stream) => view
                    .stream_bytes(&stream)
                    .map(|bytes| description(&bytes))
                    .unwrap_or_default(),
                _ => Vec::new(),
            })
        };
        let same = read(self.old, was)? == read(self.new, is)?;
        Ok(if same { "metadata_date" } else { "metadata" })
    }

    fn is_metadata(&self, value: &Object) -> Result<bool, FormError> {
        let value = self.new.resolve(value)?;
        Ok(value
            .as_stream()
            .is_some_and(|stream| stream.dict.is("Type", "Metadata")))
    }
}

/// The Dublin Core properties in XMP: title, author, subject and the like, as elements or attributes.
fn description(xmp: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(xmp);
    let parts = text.split(['<', ' ', '\n', '\t', '\r']);
    let named = parts.scan(false, |inside, part| {
        let starts = part.starts_with("dc:");
        let ends = part.starts_with("/dc:");
        *inside = (*inside || (starts && !part.contains("=\""))) && !ends;
        Some((*inside || starts).then(|| part.to_owned()))
    });
    named.flatten().filter(|part| !part.is_empty()).collect()
}

/// Whether everything that a person wrote into the information dictionary stays.
fn info_kept(old: &Dict, new: &Dict) -> bool {
    let keys = old
        .iter()
        .chain(new.iter())
        .filter_map(|(key, _)| key.as_str());
    keys.into_iter()
        .all(|key| INFO_KEPT_BY_WRITERS.contains(&key) || same(value(old, key), value(new, key)))
}

/// Whether it holds nothing but words: no way leads on from it.
fn words_only(info: &Dict) -> bool {
    info.iter().all(|(_, value)| {
        matches!(
            value,
            Object::String(_)
                | Object::Name(_)
                | Object::Boolean(_)
                | Object::Integer(_)
                | Object::Null
        )
    })
}

fn flags_only(value: &Object) -> bool {
    value.as_dict().is_some_and(|flags| {
        let mut values = flags.iter().map(|(_, value)| value);
        values.all(|value| matches!(value, Object::Boolean(_)))
    })
}

fn first_id(trailer: &Dict) -> Option<&Object> {
    trailer
        .get("ID")
        .and_then(Object::as_array)
        .and_then(<[Object]>::first)
}

fn version(value: &Object) -> Vec<u8> {
    value
        .as_name()
        .map(|name| name.as_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::description;

    #[test]
    fn what_xmp_says_the_document_is_about() {
        let dated = |date: &str, title: &str| {
            let text = format!(
                "<rdf:Description xmp:ModifyDate=\"{date}\"><dc:title><rdf:li>{title} moi</rdf:li></dc:title>"
            );
            description(text.as_bytes())
        };
        assert_eq!(dated("2026", "Cong van"), dated("2027", "Cong van"));
        assert_ne!(dated("2026", "Cong van"), dated("2026", "Quyet dinh"));
        assert_eq!(
            description(b"<a xmp:ModifyDate=\"1\" pdf:Producer=\"x\"/>"),
            Vec::<String>::new()
        );
    }
}
