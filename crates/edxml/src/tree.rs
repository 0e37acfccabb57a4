//! XML text to a small tree of elements, bounded on every side.
//!
//! Text is borrowed wherever it stands in one piece; the base64 of a large attachment is not text but
//! a place in the package.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::skeleton::{CDATA, SHORT, Skeleton};
use crate::{EdxmlError, KNOWN_NAMESPACES, Limits, NAMESPACE, Note, SOAP};

/// An element with its local name; elements of foreign namespaces are left out of the tree.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) name: String,
    /// Attributes by their local names: SOAP dialects say there what others say in elements.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: Cow<'a, str>,
    /// Where its base64 lies in the package, if it is long.
    pub(crate) run: Option<Range<u64>>,
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

/// XML to be parsed, and where in the package what was left out of it lies.
pub(crate) struct Xml<'a> {
    text: &'a str,
    skeleton: &'a Skeleton,
    /// Where the text starts in the skeleton: after a BOM and junk.
    start: usize,
}

impl<'a> Xml<'a> {
    /// XML that is the end of a skeleton.
    pub(crate) fn with_runs(text: &'a str, skeleton: &'a Skeleton) -> Self {
        Self {
            text,
            skeleton,
            start: skeleton.bytes.len().saturating_sub(text.len()),
        }
    }

    /// The run that stands in the text at a place, or as the CDATA section that starts there.
    fn run(&self, at: u64) -> Option<Range<u64>> {
        let at = self.start + usize::try_from(at).ok()?;
        let runs = &self.skeleton.runs;
        runs.get(&at)
            .or_else(|| runs.get(&(at + CDATA.len())))
            .cloned()
    }

    /// The place in the package of a place in the text, counted from where the text starts.
    fn place(&self, at: u64) -> u64 {
        let in_text = usize::try_from(at).unwrap_or(usize::MAX - self.start);
        self.skeleton.place(self.start + in_text) - self.start as u64
    }
}

/// The root elements of the dialects' messages, and those around an attachment of its own.
pub(crate) const MESSAGE: &[&str] = &["edXML", "edXMLEnvelope", "Envelope"];
pub(crate) const ATTACHMENT: &[&str] = &["Document", "document"];

/// Parses XML whose root is one of `roots`.
pub(crate) fn parse<'a>(
    xml: &Xml<'a>,
    roots: &[&str],
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Element<'a>, EdxmlError> {
    let mut reader = NsReader::from_str(xml.text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element<'a>> = Vec::new();
    let mut skipped = 0_usize;
    let mut elements = 0_usize;
    let mut noted = false;
    let mut undeclared = false;
    loop {
        let at = reader.buffer_position();
        let position = xml.place(at);
        let failed = |reason: String| EdxmlError::NotXml { position, reason };
        let (namespace, event) = match reader.read_resolved_event() {
            Ok((namespace, event)) => {
                undeclared |= is_usual(&namespace);
                (bound(namespace), event)
            }
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
                        run: None,
                        children: Vec::new(),
                    });
                }
            }
            Event::End(_) if skipped > 0 => skipped -= 1,
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(failed("an end without a start".to_owned()));
                };
                let file = done.run.is_some();
                in_one_piece(!file || done.text.trim().is_empty(), position)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => {
                        if undeclared {
                            notes.push(Note::UndeclaredPrefix);
                        }
                        note_rest(xml.text, reader.buffer_position(), notes);
                        return Ok(done);
                    }
                }
            }
            Event::Text(_) | Event::CData(_) if skipped > 0 => {}
            Event::Text(piece) => match xml.run(at) {
                Some(run) => add_run(&mut open, run, position)?,
                None => add(&mut open, skipped, piece.into_inner()),
            },
            Event::CData(piece) => match xml.run(at) {
                Some(run) => add_run(&mut open, run, position)?,
                None => add(&mut open, skipped, piece.into_inner()),
            },
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

/// Only an attachment may have so much base64, and in one piece.
fn add_run(open: &mut [Element<'_>], run: Range<u64>, position: u64) -> Result<(), EdxmlError> {
    let [.., parent, element] = open else {
        return within(SHORT + 1, SHORT, "bytes of text in one element");
    };
    if !parent.name.eq_ignore_ascii_case("Attachment") {
        return within(SHORT + 1, SHORT, "bytes of text in one element");
    }
    let before = element.run.replace(run);
    in_one_piece(before.is_none(), position)
}

fn in_one_piece(whole: bool, position: u64) -> Result<(), EdxmlError> {
    let reason = "a file in pieces".to_owned();
    whole
        .then_some(())
        .ok_or(EdxmlError::NotXml { position, reason })
}

/// The prefix that every sender writes, and some outside the element that declares it; the public
/// library reads that, so real packages travel so.
const USUAL_PREFIX: &str = "edXML";

fn is_usual(namespace: &ResolveResult<'_>) -> bool {
    matches!(namespace, ResolveResult::Unknown(prefix) if prefix == USUAL_PREFIX)
}

/// The namespace as text, empty where none is bound; any other undeclared prefix is not well-formed.
fn bound(namespace: ResolveResult<'_>) -> Result<String, String> {
    match namespace {
        usual if is_usual(&usual) => Ok(NAMESPACE.to_owned()),
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
pub(crate) fn character(entity: &BytesRef<'_>) -> Option<char> {
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
