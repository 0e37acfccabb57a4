//! XML text to a small tree of elements, bounded on every side.
//!
//! Text is borrowed from the package wherever it stands in one piece, so that the base64 of a large
//! attachment is not copied before it is decoded.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::{EdxmlError, KNOWN_NAMESPACES, Limits, NAMESPACE, Note};

/// An element with its local name; elements of foreign namespaces are left out of the tree.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) name: String,
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

    /// The envelope: below `edXML`, or the root itself where a sender left the wrapper out.
    pub(crate) fn envelope(&self) -> &Element<'a> {
        self.find("edXMLEnvelope").unwrap_or(self)
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

/// Parses a package and checks that its root is one.
pub(crate) fn parse<'a>(
    text: &'a str,
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Element<'a>, EdxmlError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element<'a>> = Vec::new();
    let mut skipped = 0_usize;
    let mut elements = 0_usize;
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
                attributes(&start, limits, position)?;
                let namespace = namespace.map_err(failed)?;
                let name = start.local_name().into_inner().to_owned();
                if open.is_empty() {
                    check_root(&name, &namespace, notes)?;
                }
                // What stands in a foreign namespace (XMLDSig, extensions of a gateway) is counted
                // and passed over, with all below it.
                if skipped > 0 || !is_known(&namespace) {
                    skipped += 1;
                } else {
                    open.push(Element {
                        name,
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
    namespace.is_empty() || KNOWN_NAMESPACES.contains(&namespace)
}

fn check_root(name: &str, namespace: &str, notes: &mut Vec<Note>) -> Result<(), EdxmlError> {
    let named = matches!(name, "edXML" | "edXMLEnvelope");
    if !named || !is_known(namespace) {
        return Err(EdxmlError::NotEdxml {
            root: name.to_owned(),
            namespace: namespace.to_owned(),
        });
    }
    if namespace != NAMESPACE {
        notes.push(Note::OtherNamespace {
            uri: namespace.to_owned(),
        });
    }
    Ok(())
}

fn attributes(start: &BytesStart<'_>, limits: &Limits, position: u64) -> Result<(), EdxmlError> {
    for (index, attribute) in start.attributes().enumerate() {
        within(index + 1, limits.attributes, "attributes of one element")?;
        attribute.map_err(|e| EdxmlError::NotXml {
            position,
            reason: e.to_string(),
        })?;
    }
    Ok(())
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
