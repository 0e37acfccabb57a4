//! Fonts that say of a letter that it is another one than they draw: what is searched, copied and read aloud is then not
//! what the signer sees.
//!
//! Told by the encoding, by the program's own character map, and by the outlines of the faces that we know; of a program
//! without names or maps, and of one that is no TrueType, nothing can be told.

use std::collections::BTreeSet;

use trien_pdf::{Dict, Object, ObjectId, Page, ReadAt, View};

use super::content::DEPTH;
use super::{FindingCode, Found};
use crate::difference::content::{Font, TextError};
use crate::error::PadesError;

/// Looks at each font of each page once.
pub(super) fn look_at_fonts<S: ReadAt>(
    view: &View<'_, S>,
    pages: &[Page],
    found: &mut Found,
) -> Result<(), PadesError> {
    let mut seen = BTreeSet::new();
    for page in pages {
        if mislead(view, &page.resources, &mut seen, DEPTH)? {
            found.add_at(FindingCode::MisreadText, page.id);
        }
    }
    Ok(())
}

/// Whether a font among the resources, or among those of the forms there, misleads.
fn mislead<S: ReadAt>(
    view: &View<'_, S>,
    resources: &Dict,
    seen: &mut BTreeSet<ObjectId>,
    depth: usize,
) -> Result<bool, PadesError> {
    let mut misleads = false;
    for font in new_ones(view, resources, "Font", seen)? {
        if let Object::Dictionary(font) = font {
            misleads |= match Font::of_page(*view, &font) {
                Ok(font) => font.misleads(),
                Err(TextError::Pdf(error)) => return Err(error.into()),
                Err(_) => false,
            };
        }
    }
    for object in new_ones(view, resources, "XObject", seen)? {
        let Object::Stream(form) = object else {
            continue;
        };
        if let (1.., Object::Dictionary(own)) = (depth, view.get(&form.dict, "Resources")?) {
            misleads |= mislead(view, &own, seen, depth - 1)?;
        }
    }
    Ok(misleads)
}

/// The resources of a kind that were not looked at before.
fn new_ones<S: ReadAt>(
    view: &View<'_, S>,
    resources: &Dict,
    kind: &str,
    seen: &mut BTreeSet<ObjectId>,
) -> Result<Vec<Object>, PadesError> {
    let all = view.get(resources, kind)?;
    let entries = all.as_dict().into_iter().flat_map(Dict::iter);
    let mut new = Vec::new();
    for (_, entry) in entries {
        if entry.as_reference().is_none_or(|id| seen.insert(id)) {
            new.push(view.resolve(entry)?);
        }
    }
    Ok(new)
}
