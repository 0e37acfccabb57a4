//! What pages hold beside what a reader sees: text and pictures that are drawn and not seen, text that is read otherwise
//! than it is shown, and pages that the page tree does not lead to.

use std::collections::{BTreeMap, BTreeSet};

use trien_pdf::{Dict, Object, ObjectId, Page, ReadAt, Stream, View};

use super::{FindingCode, Found, fonts};
use crate::difference::content::{Token, Tokens};
use crate::difference::ink::{self, Unseen};
use crate::error::PadesError;

/// Text rendering mode (ISO 32000-2 table 104): neither fill nor stroke.
const INVISIBLE: f64 = 3.0;
/// Forms within forms: as deep as any word processor nests them.
pub(super) const DEPTH: usize = 4;
/// Saved graphics states at once (Annex C.2 of ISO 32000-1 names 28).
const STATES: usize = 512;

pub(super) fn look_at_pages<S: ReadAt>(
    view: &View<'_, S>,
    found: &mut Found,
) -> Result<(), PadesError> {
    let pages = view.pages()?;
    for page in &pages {
        let area = page.crop_box.width() * page.crop_box.height();
        let ink = ink::of_page(*view, page, page.crop_box)?;
        let mut unseen = ink.unseen(area);
        if ink.unknown {
            unseen.invisible = is_text_hidden(view, page)?;
        }
        add_unseen(unseen, page.id, found);
    }
    fonts::look_at_fonts(view, &pages, found)?;
    look_beside_the_tree(view, &pages, found)
}

fn add_unseen(unseen: Unseen, page: ObjectId, found: &mut Found) {
    let Unseen {
        invisible,
        text_layer,
        pale,
        covered,
        renamed,
    } = unseen;
    for (there, code) in [
        (invisible, FindingCode::HiddenText),
        (text_layer, FindingCode::TextLayer),
        (pale, FindingCode::PaleText),
        (covered, FindingCode::CoveredContent),
        (renamed, FindingCode::MisreadText),
    ] {
        if there {
            found.add_at(code, page);
        }
    }
}

/// Pages, and nodes of another page tree, that the catalog's does not lead to.
fn look_beside_the_tree<S: ReadAt>(
    view: &View<'_, S>,
    pages: &[Page],
    found: &mut Found,
) -> Result<(), PadesError> {
    let nodes = page_tree(view, pages)?;
    for id in view.objects() {
        let unused = !nodes.contains(&id);
        if unused && matches!(view.object(id)?, Object::Dictionary(dict) if is_page_like(&dict)) {
            found.add_at(FindingCode::UnusedPages, id);
        }
    }
    Ok(())
}

/// A page (`/Template` is one that is kept aside), a node, or what has all that a page has but the name.
fn is_page_like(dict: &Dict) -> bool {
    let named = ["Page", "Pages", "Template"]
        .iter()
        .any(|kind| dict.is("Type", kind));
    named || (dict.contains("MediaBox") && dict.contains("Contents"))
}

/// The pages and the nodes above them.
fn page_tree<S: ReadAt>(
    view: &View<'_, S>,
    pages: &[Page],
) -> Result<BTreeSet<ObjectId>, PadesError> {
    let mut nodes: BTreeSet<ObjectId> = pages.iter().map(|page| page.id).collect();
    nodes.extend(view.catalog()?.get("Pages").and_then(Object::as_reference));
    for page in pages {
        let mut above = page.dict.get("Parent").and_then(Object::as_reference);
        while let Some(node) = above.filter(|node| nodes.insert(*node)) {
            let Object::Dictionary(dict) = view.object(node)? else {
                break;
            };
            above = dict.get("Parent").and_then(Object::as_reference);
        }
    }
    Ok(nodes)
}

/// Whether a page, which could not be followed to its end, draws invisible text and no picture: a scan's text layer is
/// invisible by design.
fn is_text_hidden<S: ReadAt>(view: &View<'_, S>, page: &Page) -> Result<bool, PadesError> {
    let mut shown = Shown::default();
    shown.look_into(view, &page.resources, DEPTH)?;
    for part in contents(view, page)? {
        shown.read(&view.stream_bytes(&part)?);
    }
    Ok(shown.invisible && !shown.picture)
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
