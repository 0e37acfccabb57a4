//! What can go wrong between a page and its picture.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Why a page could not be drawn or read. It also travels from the worker to the parent, hence `serde`.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, Deserialize)]
pub enum RenderError {
    /// PDFium's library is at none of the places looked at.
    #[error("PDFium was found at none of: {}", list(.looked_at))]
    NoPdfium {
        /// Every path that was tried, in order.
        looked_at: Vec<PathBuf>,
    },
    /// The worker could not be started, or could not load PDFium.
    #[error("the render worker did not start: {reason}")]
    Start {
        /// What the system or the worker said.
        reason: String,
    },
    /// The file could not be opened or read.
    #[error("the file {path} cannot be read: {reason}")]
    Unreadable {
        /// The file asked for.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The bytes are no PDF that PDFium can open.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// The file asks for a password.
    #[error("the file is encrypted and asks for a password")]
    Encrypted,
    /// The document has no such page.
    #[error("there is no page {page}: the document has {pages}")]
    NoSuchPage {
        /// The page asked for, counted from 0.
        page: u32,
        /// How many pages there are.
        pages: u32,
    },
    /// The answer would be larger than a limit of ours.
    #[error("{what} would be {value}, the limit is {limit}")]
    TooLarge {
        /// What is too large: "picture in pixels", "pages", "characters on the page".
        what: String,
        /// Its size.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// PDFium refused the page without saying more.
    #[error("PDFium could not process the page: {reason}")]
    Refused {
        /// The step that failed.
        reason: String,
    },
    /// The worker died over this page: it crashed, or ran into its memory limit.
    #[error("the render worker died over this page ({status})")]
    Crashed {
        /// How it ended, as the system tells it.
        status: String,
    },
    /// The worker did not finish in time and was killed.
    #[error("the page was not finished after {} ms", .limit.as_millis())]
    TimedOut {
        /// The time that was allowed.
        limit: Duration,
    },
    /// The worker answered something that is no answer. It is killed: it may be in a stranger's hands.
    #[error("the render worker broke the protocol: {reason}")]
    Protocol {
        /// What was wrong with the answer.
        reason: String,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    shown.join(", ")
}
