//! The page tree (7.7.3).

use std::{collections::HashSet, sync::Arc};

use crate::{Dict, Object, ObjectId, PdfError, ReadAt, Rect, View, limits::MAX_PAGE_DEPTH};

/// Small values that a page takes from the nodes above it (table 30).
const INHERITED: [&str; 3] = ["MediaBox", "CropBox", "Rotate"];

/// The paper that every viewer takes where `/MediaBox`, required as it is, is missing: US letter.
const LETTER: Rect = Rect {
    x0: 0.0,
    y0: 0.0,
    x1: 612.0,
    y1: 792.0,
};

/// One page with everything that it inherits.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The page object.
    pub id: ObjectId,
    /// The page's own dictionary, as it stands in the file.
    pub dict: Dict,
    /// The page's or inherited resources, references within not followed; pages that inherit the same share them.
    pub resources: Arc<Dict>,
    /// The paper, in default user space.
    pub media_box: Rect,
    /// What is shown: the crop box within the media box.
    pub crop_box: Rect,
    /// Clockwise turn for showing: 0, 90, 180 or 270.
    pub rotate: i32,
    /// Size of a user space unit in points; 1.0 almost always.
    pub user_unit: f64,
}

pub(crate) fn pages<S: ReadAt>(view: View<'_, S>) -> Result<Vec<Page>, PdfError> {
    let root = view.catalog()?.get("Pages").and_then(Object::as_reference);
    let root = root.ok_or(PdfError::WrongType { what: "/Pages" })?;
    let mut walk = Walk {
        view,
        seen: HashSet::new(),
        pages: Vec::new(),
    };
    walk.node(root, None, &Inherited::default(), 0)?;
    Ok(walk.pages)
}

/// What the nodes above a node give to it.
#[derive(Clone, Default)]
struct Inherited {
    values: Dict,
    resources: Arc<Dict>,
}

struct Walk<'a, S> {
    view: View<'a, S>,
    seen: HashSet<ObjectId>,
    pages: Vec<Page>,
}

impl<S: ReadAt> Walk<'_, S> {
    fn node(
        &mut self,
        id: ObjectId,
        parent: Option<ObjectId>,
        above: &Inherited,
        depth: usize,
    ) -> Result<(), PdfError> {
        let fault = |reason| PdfError::PageTree { id, reason };
        if depth > MAX_PAGE_DEPTH {
            return Err(fault("too deep"));
        }
        if !self.seen.insert(id) {
            return Err(fault("reached twice"));
        }
        let dict = self.view.dict(id, "page tree node")?;
        // Some viewers walk down by /Kids and inherit up by /Parent: both ways must lead along the same nodes.
        if parent.is_some() && dict.get("Parent").and_then(Object::as_reference) != parent {
            return Err(fault("/Parent is not the node that lists it"));
        }
        let mut inherited = above.clone();
        for key in INHERITED {
            if let Some(value) = dict.get(key).filter(|v| !v.is_null()) {
                inherited.values.set(key, value.clone());
            }
        }
        match self.view.get(&dict, "Resources")? {
            Object::Dictionary(own) => inherited.resources = Arc::new(own),
            Object::Null => {}
            _ => return Err(PdfError::WrongType { what: "/Resources" }),
        }
        match self
            .view
            .get(&dict, "Type")?
            .as_name()
            .and_then(|n| n.as_str())
        {
            Some("Pages") => self.kids(id, &dict, &inherited, depth),
            Some("Page") => self.page(id, dict, &inherited),
            _ => Err(fault("neither /Page nor /Pages")),
        }
    }

    fn kids(
        &mut self,
        id: ObjectId,
        dict: &Dict,
        inherited: &Inherited,
        depth: usize,
    ) -> Result<(), PdfError> {
        let fault = |reason| PdfError::PageTree { id, reason };
        let kids = self.view.get(dict, "Kids")?;
        let before = self.pages.len();
        for kid in kids
            .as_array()
            .ok_or_else(|| fault("/Kids is not an array"))?
        {
            let kid = kid
                .as_reference()
                .ok_or_else(|| fault("a kid is not a reference"))?;
            self.node(kid, Some(id), inherited, depth + 1)?;
        }
        let count = self
            .view
            .get(dict, "Count")?
            .as_integer()
            .and_then(|v| usize::try_from(v).ok());
        if count != Some(self.pages.len() - before) {
            return Err(fault("/Count is wrong"));
        }
        Ok(())
    }

    fn page(&mut self, id: ObjectId, dict: Dict, inherited: &Inherited) -> Result<(), PdfError> {
        let limit = self.view.pdf().limits().pages;
        if self.pages.len() >= limit {
            return Err(PdfError::Limit {
                offset: 0,
                what: "pages",
                limit: limit as u64,
            });
        }
        let media_box = self.rect(&inherited.values, "MediaBox")?.unwrap_or(LETTER);
        let crop_box = self
            .rect(&inherited.values, "CropBox")?
            .and_then(|crop| crop.intersection(media_box));
        let rotate = match self.view.get(&inherited.values, "Rotate")? {
            Object::Null => 0,
            value => value
                .as_integer()
                .filter(|v| v % 90 == 0)
                .ok_or(PdfError::WrongType { what: "/Rotate" })?,
        };
        let user_unit = self.view.get(&dict, "UserUnit")?.as_number().unwrap_or(1.0);
        self.pages.push(Page {
            id,
            dict,
            resources: inherited.resources.clone(),
            media_box,
            crop_box: crop_box.unwrap_or(media_box),
            rotate: i32::try_from(rotate.rem_euclid(360)).unwrap_or(0),
            user_unit,
        });
        Ok(())
    }

    fn rect(&self, dict: &Dict, key: &str) -> Result<Option<Rect>, PdfError> {
        match self.view.get(dict, key)? {
            Object::Null => Ok(None),
            Object::Array(items) => {
                let direct: Result<Vec<Object>, PdfError> =
                    items.iter().map(|i| self.view.resolve(i)).collect();
                Rect::from_object(&Object::Array(direct?)).map(Some)
            }
            _ => Err(PdfError::WrongType { what: "page box" }),
        }
    }
}
