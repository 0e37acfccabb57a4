//! One revision against the one before it.

use std::collections::{BTreeMap, BTreeSet};

use trien_pdf::{Dict, Object, ObjectId, Pdf, ReadAt, View, XrefEntry};

use super::edges::{self, Edge, Way};
use super::form::{Form, FormError};
use super::{Act, Finding};
use crate::report::ReasonCode;

/// Longest way followed inside what a rule explains (fonts inside appearances need about 8).
const MAX_DEPTH: usize = 32;

/// The comparison of two successive views.
pub(super) struct Step<'a, S> {
    pub old: View<'a, S>,
    pub new: View<'a, S>,
    /// Objects that existed before and differ now.
    pub overwritten: BTreeMap<ObjectId, (Object, Object)>,
    /// Objects that are new.
    pub added: BTreeSet<ObjectId>,
    /// Objects for which a rule has spoken.
    pub explained: BTreeSet<ObjectId>,
    /// Overwritten objects that may be reached by these ways and no other.
    pub ways: BTreeMap<ObjectId, Vec<Way>>,
    /// Overwritten fields and widgets, which are reached by many ways, all of them to fields.
    pub fields: BTreeSet<ObjectId>,
    findings: Vec<Finding>,
}

/// The findings of revision `number` (not the oldest).
pub(super) fn findings<S: ReadAt>(pdf: &Pdf<S>, number: usize) -> Vec<Finding> {
    let mut step = Step {
        old: pdf.at(number.saturating_sub(1)),
        new: pdf.at(number),
        overwritten: BTreeMap::new(),
        added: BTreeSet::new(),
        explained: BTreeSet::new(),
        ways: BTreeMap::new(),
        fields: BTreeSet::new(),
        findings: Vec::new(),
    };
    if step.run().is_err() {
        let root = step.new.root().unwrap_or(ObjectId {
            number: 0,
            generation: 0,
        });
        step.deny(root, None, ReasonCode::StructureBroken);
    }
    step.findings
}

impl<S: ReadAt> Step<'_, S> {
    fn run(&mut self) -> Result<(), FormError> {
        self.collect()?;
        self.containers()?;
        self.trailer()?;
        let root = self.old.root()?;
        if self.new.root()? != root {
            self.deny(root, None, ReasonCode::TrailerChanged);
            return Ok(());
        }
        let (old, new) = (Form::read(self.old)?, Form::read(self.new)?);
        self.catalog(root)?;
        self.security_store(root)?;
        let added_fields = self.form(root, old.as_ref(), new.as_ref())?;
        if self.has_unexplained() || !added_fields.is_empty() {
            self.pages(&added_fields)?;
            self.structure(root, &added_fields)?;
        }
        self.unexplained()?;
        self.other_ways()
    }

    /// Every object that this revision speaks of, by what happened to it.
    fn collect(&mut self) -> Result<(), FormError> {
        let revision = self.new.revision()?;
        for (number, entry) in revision.entries().filter(|(number, _)| *number != 0) {
            let before = self.old.entry(number).and_then(|entry| entry.id(number));
            match (before, entry.id(number)) {
                (None, None) => {}
                (None, Some(id)) => {
                    self.added.insert(id);
                }
                (Some(id), None) => self.deny(id, None, ReasonCode::ObjectFreed),
                (Some(before), Some(id)) if before != id => {
                    self.deny(before, None, ReasonCode::ObjectFreed);
                    self.added.insert(id);
                }
                (Some(id), Some(_)) => {
                    let (old, new) = (self.old.object(id)?, self.new.object(id)?);
                    if !self.same_objects(&old, &new) {
                        self.overwritten.insert(id, (old, new));
                    }
                }
            }
        }
        Ok(())
    }

    /// Cross-reference streams and object streams carry objects; they are none of the document.
    fn containers(&mut self) -> Result<(), FormError> {
        let revision = self.new.revision()?;
        let carriers: BTreeSet<u32> = revision
            .entries()
            .filter_map(|(_, entry)| match entry {
                XrefEntry::InStream { stream, .. } => Some(stream),
                _ => None,
            })
            .collect();
        let candidates: Vec<ObjectId> = self
            .added
            .iter()
            .chain(self.overwritten.keys())
            .copied()
            .collect();
        for id in candidates {
            let Object::Stream(stream) = self.new.object(id)? else {
                continue;
            };
            let was_container = match self.overwritten.get(&id) {
                None => true,
                Some((Object::Stream(old), _)) => old.dict.is("Type", "XRef"),
                Some(_) => false,
            };
            let is_xref = stream.dict.is("Type", "XRef");
            let is_carrier = stream.dict.is("Type", "ObjStm") && carriers.contains(&id.number);
            if was_container && (is_xref || is_carrier) {
                self.explained.insert(id);
            }
        }
        Ok(())
    }

    /// Marks every new object that `value` leads to as explained. Old objects are not followed:
    /// unchanged ones need no explanation, changed ones need a rule of their own.
    pub fn absorb(&mut self, value: &Object) -> Result<(), FormError> {
        self.absorb_within(value, MAX_DEPTH)
    }

    fn absorb_within(&mut self, value: &Object, left: usize) -> Result<(), FormError> {
        let Some(left) = left.checked_sub(1) else {
            return Err(FormError::TooLarge);
        };
        match value {
            Object::Reference(id) if self.added.contains(id) && self.explained.insert(*id) => {
                let inner = self.new.object(*id)?;
                self.absorb_within(&inner, left)
            }
            Object::Array(items) => items
                .iter()
                .try_for_each(|item| self.absorb_within(item, left)),
            Object::Dictionary(dict) => self.absorb_entries(dict, left),
            Object::Stream(stream) => self.absorb_entries(&stream.dict, left),
            _ => Ok(()),
        }
    }

    fn absorb_entries(&mut self, dict: &Dict, left: usize) -> Result<(), FormError> {
        dict.iter()
            .try_for_each(|(_, value)| self.absorb_within(value, left))
    }

    fn has_unexplained(&self) -> bool {
        let mut all = self.added.iter().chain(self.overwritten.keys());
        all.any(|id| !self.explained.contains(id))
    }

    fn unexplained(&mut self) -> Result<(), FormError> {
        let all = self.added.iter().chain(self.overwritten.keys());
        let left: Vec<ObjectId> = all
            .filter(|id| !self.explained.contains(id))
            .copied()
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let left = self.without_orphans(left)?;
        let of_pages = edges::reached_from_pages(self.old)?;
        for id in left {
            let code = if of_pages.contains(&id) {
                ReasonCode::PageChanged
            } else {
                ReasonCode::ObjectUnexplained
            };
            self.deny(id, None, code);
        }
        Ok(())
    }

    /// Takes away what the new document does not lead to: writers leave such objects behind, and
    /// nobody sees them. What a repairing viewer would take up as a document, a page or a signature
    /// stays (3.3, incremental saving attack).
    fn without_orphans(&mut self, left: Vec<ObjectId>) -> Result<Vec<ObjectId>, FormError> {
        let reached = edges::reached(self.new)?;
        let mut kept = Vec::new();
        for id in left {
            let object = self.new.object(id)?;
            let taken_up = object.as_dict().is_some_and(|dict| {
                let kinds = ["Catalog", "Pages", "Page", "Sig", "DocTimeStamp"];
                dict.contains("ByteRange") || kinds.iter().any(|kind| dict.is("Type", kind))
            });
            if reached.contains(&id) || taken_up {
                kept.push(id);
            } else {
                self.explained.insert(id);
                self.note(id, None, Act::Maintain, "unused_object");
            }
        }
        Ok(kept)
    }

    /// An overwritten object that is reached by a way that its rule does not know is used for
    /// something that the rule has not looked at. So is a new one to which the old document led already, into nothing:
    /// there it comes to life, as content of a page or as an annotation.
    fn other_ways(&mut self) -> Result<(), FormError> {
        let known = self.ways.keys().chain(&self.fields);
        let known: BTreeSet<ObjectId> = known.copied().collect();
        if known.is_empty() && self.added.is_empty() {
            return Ok(());
        }
        let before: BTreeSet<ObjectId> = known.union(&self.added).copied().collect();
        for edge in edges::leading_to(self.old, &before)? {
            self.check_way(&edge);
        }
        if !known.is_empty() {
            for edge in edges::leading_to(self.new, &known)? {
                self.check_way(&edge);
            }
        }
        Ok(())
    }

    fn check_way(&mut self, edge: &Edge) {
        let ways = self.ways.get(&edge.to);
        let known = ways.is_some_and(|ways| ways.contains(&edge.way));
        let to_field = self.fields.contains(&edge.to) && edge.way.is_to_field();
        if !known && !to_field {
            self.deny(edge.to, None, ReasonCode::ObjectShared);
        }
    }

    /// Says that an overwritten object is explained as long as it is reached by these ways alone.
    pub fn explain_by(&mut self, id: ObjectId, way: Way) {
        self.explained.insert(id);
        if self.overwritten.contains_key(&id) {
            self.ways.entry(id).or_default().push(way);
        }
    }

    pub fn note(&mut self, object: ObjectId, field: Option<&str>, act: Act, rule: &'static str) {
        let revision = self.new.number();
        self.findings.push(Finding {
            revision,
            object,
            field: field.map(str::to_owned),
            act,
            rule,
        });
    }

    pub fn deny(&mut self, object: ObjectId, field: Option<&str>, code: ReasonCode) {
        self.note(object, field, Act::Deny(code), code.code());
        self.explained.insert(object);
    }

    /// Equality of indirect objects of the two views, stream data included.
    pub fn same_objects(&self, old: &Object, new: &Object) -> bool {
        match (old, new) {
            (Object::Stream(a), Object::Stream(b)) => {
                // The data tell their length themselves, however it is written down.
                let described = |dict: &Dict| {
                    let mut dict = dict.clone();
                    dict.remove("Length");
                    dict
                };
                if !same_dicts(&described(&a.dict), &described(&b.dict)) {
                    return false;
                }
                if a.data == b.data {
                    return true;
                }
                matches!((self.old.raw_stream(a), self.new.raw_stream(b)), (Ok(a), Ok(b)) if a == b)
            }
            _ => same(old, new),
        }
    }

    /// The keys in which two dictionaries differ.
    pub fn changed_keys(old: &Dict, new: &Dict) -> Vec<String> {
        let keys: BTreeSet<String> = old
            .iter()
            .chain(new.iter())
            .map(|(key, _)| String::from_utf8_lossy(key.as_bytes()).into_owned())
            .collect();
        keys.into_iter()
            .filter(|key| !same(value(old, key), value(new, key)))
            .collect()
    }
}

/// A key's value; a missing key is `null` (ISO 32000-2 7.3.7).
pub(super) fn value<'a>(dict: &'a Dict, key: &str) -> &'a Object {
    dict.get(key).unwrap_or(&Object::Null)
}

/// Whether two values mean the same, however they are spelled.
pub fn same(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
            a.as_number() == b.as_number()
        }
        (Object::String(a), Object::String(b)) => a.bytes == b.bytes,
        (Object::Array(a), Object::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Object::Dictionary(a), Object::Dictionary(b)) => same_dicts(a, b),
        _ => a == b,
    }
}

fn same_dicts(a: &Dict, b: &Dict) -> bool {
    let covers = |a: &Dict, b: &Dict| {
        a.iter().all(|(key, value)| {
            let other = b.get_bytes(key.as_bytes()).unwrap_or(&Object::Null);
            same(value, other)
        })
    };
    covers(a, b) && covers(b, a)
}
