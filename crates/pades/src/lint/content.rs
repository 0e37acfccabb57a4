//! What pages hold beside what a reader sees: text that is drawn invisibly without a picture above it, and pages that
//! the page tree does not lead to.

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, ObjectId, Page, ReadAt, Stream, View};

use super::{FindingCode, Found};
use crate::difference::content::{Token, Tokens};
use crate::error::PadesError;

/// Text rendering mode (ISO 32000-2 table 104): neither fill nor stroke.
const INVISIBLE: f64 = 3.0;
/// Forms within forms: as deep as any word processor nests them.
const DEPTH: usize = 4;
/// Saved graphics states at once (Annex C.2 of ISO 32000-1 names 28).
const STATES: usize = 512;

pub(super) fn look_at_pages<S: ReadAt>(
    view: &View<'_, S>,
    found: &mut Found,
) -> Result<(), PadesError> {
    let pages = view.pages()?;
    for page in &pages {
        let mut shown = Shown::default();
        shown.look_into(view, &page.resources, DEPTH)?;
        for part in contents(view, page)? {
            shown.read(&view.stream_bytes(&part)?);
        }
        // A scan's text layer is invisible by design; it says what the picture shows.
        if shown.invisible && !shown.picture {
            found.add_at(FindingCode::HiddenText, page.id);
        }
    }
    for id in view.objects() {
        let unused = !pages.iter().any(|page| page.id == id);
        if unused && matches!(view.object(id)?, Object::Dictionary(dict) if dict.is("Type", "Page"))
        {
            found.add_at(FindingCode::UnusedPages, id);
        }
    }
    Ok(())
}

/// The first page that leads to each object.
pub(super) fn pages_of<S: ReadAt>(
    view: &View<'_, S>,
    pages: &[Page],
) -> Result<BTreeMap<ObjectId, usize>, PadesError> {
    let mut first = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let mut next = vec![page.id];
        while let Some(id) = next.pop() {
            if first.contains_key(&id) {
                continue;
            }
            first.insert(id, number);
            references(&view.object(id)?, &mut next);
        }
    }
    Ok(first)
}

/// The references inside an object but those that lead up; the parser has bounded its depth.
fn references(object: &Object, next: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => next.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, next)),
        Object::Dictionary(dict) | Object::Stream(Stream { dict, .. }) => {
            let down = dict
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), Some("Parent" | "P" | "Dest" | "D")));
            down.for_each(|(_, value)| references(value, next));
        }
        _ => {}
    }
}

fn contents<S: ReadAt>(view: &View<'_, S>, page: &Page) -> Result<Vec<Stream>, PadesError> {
    let parts = match view.get(&page.dict, "Contents")? {
        Object::Array(parts) => parts,
        other => vec![other],
    };
    let mut streams = Vec::new();
    for part in parts {
        if let Object::Stream(stream) = view.resolve(&part)? {
            streams.push(stream);
        }
    }
    Ok(streams)
}

/// What a page's streams draw.
#[derive(Default)]
struct Shown {
    invisible: bool,
    picture: bool,
}

impl Shown {
    /// Pictures and forms among resources.
    fn look_into<S: ReadAt>(
        &mut self,
        view: &View<'_, S>,
        resources: &Dict,
        depth: usize,
    ) -> Result<(), PadesError> {
        let Object::Dictionary(objects) = view.get(resources, "XObject")? else {
            return Ok(());
        };
        for (_, object) in objects.iter() {
            let Object::Stream(stream) = view.resolve(object)? else {
                continue;
            };
            if stream.dict.is("Subtype", "Image") {
                self.picture = true;
            } else if depth > 0 {
                self.read(&view.stream_bytes(&stream)?);
                if let Object::Dictionary(inner) = view.get(&stream.dict, "Resources")? {
                    self.look_into(view, &inner, depth - 1)?;
                }
            }
        }
        Ok(())
    }

    fn read(&mut self, content: &[u8]) {
        let (mut mode, mut saved, mut operand) = (0.0, Vec::new(), 0.0);
        for token in Tokens::new(content) {
            match token {
                Token::Number(number) => operand = number,
                Token::Word(word) => match word.as_slice() {
                    b"q" if saved.len() < STATES => saved.push(mode),
                    b"Q" => mode = saved.pop().unwrap_or(mode),
                    b"Tr" => mode = operand,
                    b"Tj" | b"TJ" | b"'" | b"\"" => self.invisible |= mode == INVISIBLE,
                    // An inline image.
                    b"BI" => self.picture = true,
                    _ => {}
                },
                _ => {}
            }
        }
    }
}
