//! The interactive form (ISO 32000-2 12.7) as a flat list of nodes.

use std::collections::BTreeMap;

use trien_pdf::{Dict, Object, ObjectId, PdfError, ReadAt, View};

/// Deepest field hierarchy followed; real forms have two or three levels.
const MAX_DEPTH: usize = 16;
/// Most nodes read; the largest tax forms have some thousands.
const MAX_NODES: usize = 20_000;

/// Why a form could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The file is broken underneath.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// The field tree is not a tree of dictionaries.
    #[error("the field tree is malformed at object {0}")]
    Malformed(ObjectId),
    /// The field tree is larger than a budget.
    #[error("the field tree is too deep or too large")]
    TooLarge,
}

/// A field, an inner node of the field tree, or a widget of a field.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its object.
    pub id: ObjectId,
    /// The node above.
    pub parent: Option<ObjectId>,
    /// Fully qualified name; that of its field for a widget.
    pub name: String,
    /// `/FT`, inherited.
    pub kind: Option<String>,
    /// The dictionary itself, nothing inherited.
    pub dict: Dict,
    /// It has fields or widgets below.
    pub has_kids: bool,
}

/// The form of one view.
#[derive(Debug, Clone)]
pub struct Form {
    /// The AcroForm dictionary.
    pub dict: Dict,
    /// Its object, unless it stands in the catalog.
    pub id: Option<ObjectId>,
    /// The object of the `/Fields` array, if it is indirect.
    pub fields_id: Option<ObjectId>,
    /// `/Fields`.
    pub top: Vec<ObjectId>,
    /// All nodes.
    pub nodes: BTreeMap<ObjectId, Node>,
}

impl Form {
    /// Reads the form of `view`; `None` when the document has none.
    pub fn read<S: ReadAt>(view: View<'_, S>) -> Result<Option<Self>, FormError> {
        let root = view.root()?;
        let catalog = view.catalog()?;
        let Some(entry) = catalog.get("AcroForm").filter(|entry| !entry.is_null()) else {
            return Ok(None);
        };
        let Object::Dictionary(dict) = view.resolve(entry)? else {
            return Err(FormError::Malformed(root));
        };
        let id = entry.as_reference();
        let fields = dict.get("Fields");
        let fields_id = fields.and_then(Object::as_reference);
        let top = match fields {
            Some(fields) => references(&view.resolve(fields)?, id.unwrap_or(root))?,
            None => Vec::new(),
        };
        let mut form = Self {
            dict,
            id,
            fields_id,
            top: top.clone(),
            nodes: BTreeMap::new(),
        };
        for id in top {
            form.node(view, id, None, 0)?;
        }
        Ok(Some(form))
    }

    /// The signature fields: nodes with `/FT /Sig` that have a value of their own or could get one.
    pub fn signature_fields(&self) -> impl Iterator<Item = &Node> {
        self.nodes
            .values()
            .filter(|node| node.is_signature() && node.dict.contains("T"))
    }

    /// The field that a node is or whose widget it is.
    pub fn owner<'a>(&'a self, node: &'a Node) -> &'a Node {
        let above = node.parent.and_then(|parent| self.nodes.get(&parent));
        above.filter(|_| !node.dict.contains("T")).unwrap_or(node)
    }

    /// The widgets directly below a field.
    pub fn widgets_below(&self, field: &Node) -> impl Iterator<Item = &Node> {
        let nodes = self.nodes.values();
        nodes.filter(move |node| node.parent == Some(field.id) && !node.dict.contains("T"))
    }

    /// An inheritable value of a node: its own, or that of the nearest node above that has one.
    pub fn inherited<S: ReadAt>(
        &self,
        view: View<'_, S>,
        node: &Node,
        key: &str,
    ) -> Result<Object, PdfError> {
        let mut at = Some(node);
        while let Some(node) = at {
            let own = view.get(&node.dict, key)?;
            if !own.is_null() {
                return Ok(own);
            }
            at = node.parent.and_then(|parent| self.nodes.get(&parent));
        }
        Ok(Object::Null)
    }

    fn node<S: ReadAt>(
        &mut self,
        view: View<'_, S>,
        id: ObjectId,
        parent: Option<ObjectId>,
        depth: usize,
    ) -> Result<(), FormError> {
        if depth > MAX_DEPTH || self.nodes.len() >= MAX_NODES {
            return Err(FormError::TooLarge);
        }
        let dict = match view.object(id)? {
            Object::Dictionary(dict) => dict,
            // Writers leave references to deleted fields behind; nobody sees anything there.
            Object::Null => return Ok(()),
            _ => return Err(FormError::Malformed(id)),
        };
        // A viewer that inherits upwards must see the tree that one walking downwards sees.
        // A mere widget need not name its field: it has nothing to inherit but what it shows by itself.
        let claimed = dict.get("Parent").and_then(Object::as_reference);
        let bare = claimed.is_none() && !dict.contains("T") && dict.is("Subtype", "Widget");
        if claimed != parent && !bare {
            return Err(FormError::Malformed(id));
        }
        let above = parent.and_then(|parent| self.nodes.get(&parent));
        let own = match view.get(&dict, "T")? {
            Object::String(text) => Some(text.to_text()),
            Object::Null => None,
            _ => return Err(FormError::Malformed(id)),
        };
        let name = match (above.map(|above| above.name.as_str()), own) {
            (Some(above), Some(own)) => format!("{above}.{own}"),
            (Some(above), None) => above.to_owned(),
            (None, Some(own)) => own,
            (None, None) => String::new(),
        };
        let kind = match view.get(&dict, "FT")? {
            Object::Name(name) => name.as_str().map(str::to_owned),
            _ => above.and_then(|above| above.kind.clone()),
        };
        let kids = match view.get(&dict, "Kids")? {
            Object::Null => Vec::new(),
            kids => references(&kids, id)?,
        };
        let node = Node {
            id,
            parent,
            name,
            kind,
            dict,
            has_kids: !kids.is_empty(),
        };
        if self.nodes.insert(id, node).is_some() {
            return Err(FormError::Malformed(id));
        }
        kids.into_iter()
            .try_for_each(|kid| self.node(view, kid, Some(id), depth + 1))
    }
}

impl Node {
    /// Whether this is a signature field or a widget of one.
    pub fn is_signature(&self) -> bool {
        self.kind.as_deref() == Some("Sig")
    }
}

/// Whether a signature dictionary is that of a document timestamp. `/Type` says so (ISO 32000-2 12.8.5); writers that leave
/// it out, or write `Sig`, say so by the form of the value alone.
pub fn is_timestamp(value: &Dict) -> bool {
    value.is("Type", "DocTimeStamp") || value.is("SubFilter", "ETSI.RFC3161")
}

/// The references in an array that may hold nothing else.
pub fn references(array: &Object, holder: ObjectId) -> Result<Vec<ObjectId>, FormError> {
    let items = array.as_array().ok_or(FormError::Malformed(holder))?;
    items
        .iter()
        .map(|item| item.as_reference().ok_or(FormError::Malformed(holder)))
        .collect()
}
