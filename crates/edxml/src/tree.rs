//! XML text to a small tree of elements, bounded on every side.
//!
//! Text is borrowed from the package wherever it stands in one piece, so that the base64 of a large
//! attachment is not copied before it is decoded.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::{EdxmlError, KNOWN_NAMESPACES, Limits, NAMESPACE, Note, SOAP};

/// An element with its local name; elements of foreign namespaces are left out of the tree.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) name: String,
    /// Attributes by their local names: SOAP dialects say there what others say in elements.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// The first child of a name. `Business…` stands for the wire's `Bussiness…` too.
    pub(crate) fn find(&self, name: &str) -> Option<&Element<'a>> {
        self.all(name).next()
    }

    /// All children of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Element<'a>> {
        self.children.iter().filter(move |c| c.is(name))
    }

    /// The text of the first child of a name, trimmed; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).map_or("", |c| c.text.trim())
    }

    /// An attribute by its local name, trimmed; empty where there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// The first element of a name at any depth, whatever its case, taken out of the tree.
    pub(crate) fn take(&mut self, name: &str) -> Option<Element<'a>> {
        let here = |e: &Element<'a>| e.name.eq_ignore_ascii_case(name);
        if let Some(at) = self.children.iter().position(here) {
            return Some(self.children.swap_remove(at));
        }
        self.children.iter_mut().find_map(|child| child.take(name))
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
            || (name.starts_with("Bussiness")
                && self.name.strip_prefix("Business") == name.strip_prefix("Bussiness"))
    }

    fn push_text(&mut self, piece: Cow<'a, str>) {
        if self.text.is_empty() {
            self.text = piece;
        } else {
            self.text.to_mut().push_str(&piece);
        }
    }
}

/// The root elements of the dialects' messages, and those around an attachment of its own.
pub(crate) const MESSAGE: &[&str] = &["edXML", "edXMLEnvelope", "Envelope"];
pub(crate) const ATTACHMENT: &[&str] = &["Document", "document"];

/// Parses XML whose root is one of `roots`.
pub(crate) fn parse<'a>(
    text: &'a str,
    roots: &[&str],
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Element<'a>, EdxmlError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element<'a>> = Vec::new();
    let mut skipped = 0_usize;
    let mut elements = 0_usize;
    let mut noted = false;
    loop {
        let position = reader.buffer_position();
        let failed = |reason: String| EdxmlError::NotXml { position, reason };
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => (bound(namespace), event),
            Err(e) => return Err(failed(e.to_string())),
        };
        match event {
            Event::Start(start) => {
                elements += 1;
                within(elements, limits.elements, "elements")?;
                within(open.len() + skipped + 1, limits.depth, "levels of elements")?;
                let attributes = attributes(&start, limits, position)?;
                let namespace = namespace.map_err(failed)?;
                let name = start.local_name().into_inner().to_owned();
                if open.is_empty() && !(roots.contains(&name.as_str()) && is_known(&namespace)) {
                    return Err(EdxmlError::NotEdxml {
                        root: name,
                        namespace,
                    });
                }
                if !noted && skipped == 0 && is_of_older_standard(&namespace) {
                    noted = true;
                    notes.push(Note::OtherNamespace {
                        uri: namespace.clone(),
                    });
                }
                // What stands in a foreign namespace (XMLDSig, extensions of a gateway) is counted
                // and passed over, with all below it.
                if skipped > 0 || !is_known(&namespace) {
                    skipped += 1;
                } else {
                    open.push(Element {
                        name,
                        attributes,
                        text: Cow::Borrowed(""),
                        children: Vec::new(),
                    });
                }
            }
            Event::End(_) if skipped > 0 => skipped -= 1,
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(failed("an end without a start".to_owned()));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => {
                        note_rest(text, reader.buffer_position(), notes);
                        return Ok(done);
                    }
                }
            }
            Event::Text(piece) => add(&mut open, skipped, piece.into_inner()),
            Event::CData(piece) => add(&mut open, skipped, piece.into_inner()),
            Event::GeneralRef(entity) => {
                let c = character(&entity).ok_or_else(|| failed("unknown entity".to_owned()))?;
                add(&mut open, skipped, Cow::Owned(c.to_string()));
            }
            Event::DocType(_) => return Err(EdxmlError::HasDtd { position }),
            Event::Eof => return Err(failed("it ends too early".to_owned())),
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
}

fn add<'a>(open: &mut [Element<'a>], skipped: usize, piece: Cow<'a, str>) {
    if let (0, Some(element)) = (skipped, open.last_mut()) {
        element.push_text(piece);
    }
}

/// The namespace as text, empty where none is bound; an undeclared prefix is not well-formed.
fn bound(namespace: ResolveResult<'_>) -> Result<String, String> {
    match namespace {
        ResolveResult::Bound(ns) => Ok(ns.into_inner().to_owned()),
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Unknown(prefix) => Err(format!("undeclared prefix {prefix:?}")),
    }
}

fn is_known(namespace: &str) -> bool {
    namespace.is_empty() || namespace == SOAP || KNOWN_NAMESPACES.contains(&namespace)
}

/// SOAP is a wrapper and no dialect; a message without any namespace is one of nobody.
fn is_of_older_standard(namespace: &str) -> bool {
    namespace != NAMESPACE && namespace != SOAP && is_known(namespace)
}

fn attributes(
    start: &BytesStart<'_>,
    limits: &Limits,
    position: u64,
) -> Result<Vec<(String, String)>, EdxmlError> {
    let failed = |reason: String| EdxmlError::NotXml { position, reason };
    let mut found = Vec::new();
    for (index, attribute) in start.attributes().enumerate() {
        within(index + 1, limits.attributes, "attributes of one element")?;
        let attribute = attribute.map_err(|e| failed(e.to_string()))?;
        let name = attribute.key.local_name().into_inner().to_owned();
        found.push((name, attribute.value.into_owned()));
    }
    Ok(found)
}

/// The character of a reference: numeric ones and the five of XML; without a DTD there are no more.
fn character(entity: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return Some(c);
    }
    match &**entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

fn note_rest(text: &str, end: u64, notes: &mut Vec<Note>) {
    let rest = usize::try_from(end).ok().and_then(|end| text.get(end..));
    let bytes = rest.map_or(0, |rest| rest.trim().len());
    if bytes > 0 {
        notes.push(Note::JunkAfter { bytes });
    }
}

pub(crate) fn within(count: usize, limit: usize, what: &'static str) -> Result<(), EdxmlError> {
    if count > limit {
        return Err(EdxmlError::TooMuch { what, limit });
    }
    Ok(())
}
