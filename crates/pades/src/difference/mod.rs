//! What later revisions did to the document, explained object by object.
//!
//! Rejection is the default: every object that a revision adds or changes must be explained by a
//! rule, and an object that it changes must be reached by no way but the one that the rule knows.
//! The findings do not depend on a signature; `verify::policy` asks of each signature whether it
//! permits them.

mod annotations;
mod appearance;
mod catalog;
pub(crate) mod content;
mod cover;
pub mod edges;
mod fields;
pub mod form;
pub(crate) mod ink;
mod security_store;
mod step;
mod structure;

use trien_pdf::{ObjectId, Pdf, ReadAt};

use crate::report::ReasonCode;

pub use cover::Cover;
pub use step::same;

/// What one change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Adds validation data or descriptive metadata.
    Maintain,
    /// Gives an existing signature field its value.
    Sign {
        /// The revision that added the field.
        since: usize,
        /// What its mark lies over.
        cover: Cover,
    },
    /// Adds a signature field.
    AddField {
        /// It has a value.
        signed: bool,
        /// The value is a document timestamp.
        timestamp: bool,
        /// It takes room on a page.
        visible: bool,
        /// What its mark lies over.
        cover: Cover,
    },
    /// Fills a form field.
    Fill {
        /// The value itself changed, not only its look or its write protection.
        value: bool,
        /// It was not empty before.
        overwrites: bool,
        /// What a reader sees of the value is in the file, not made up by the viewer.
        shown: bool,
        /// What its look newly hides of the page.
        cover: Cover,
    },
    /// Leaves it to the viewer to draw the fields, or takes that back.
    ViewerDraws,
    /// Adds or changes a comment.
    Annotate {
        /// What it lies over.
        cover: Cover,
    },
    /// Something that no rule can tell harmless.
    Unsure(ReasonCode),
    /// Something that no rule permits.
    Deny(ReasonCode),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The revision that made it.
    pub revision: usize,
    /// The object concerned.
    pub object: ObjectId,
    /// The form field concerned.
    pub field: Option<String>,
    /// What it does.
    pub act: Act,
    /// The rule that explains it.
    pub rule: &'static str,
}

/// Every change made by the revisions after `revision`, oldest first.
pub fn after<S: ReadAt>(pdf: &Pdf<S>, revision: usize) -> Vec<Finding> {
    let later = revision + 1..pdf.revisions().len();
    later
        .flat_map(|number| step::findings(pdf, number))
        .collect()
}
