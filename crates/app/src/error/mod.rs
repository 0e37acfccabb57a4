//! What can go wrong, as people are told: one code for each thing that the interface can act on.

mod codes;
mod from;

pub use codes::{ALL, ErrorCode, Exit};

use std::io;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::view::Text;

/// The one error type of the use cases: a code for acting on it, evidence for the curious.
///
/// The detail is technical and never holds a PIN, a secret or the text of a document.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code:?}: {detail}")]
pub struct AppError {
    /// What it is.
    pub code: ErrorCode,
    /// Evidence, shown behind *Chi tiết*.
    pub detail: String,
    /// How long the axis asks to be left alone, where it is one of the axis.
    pub(crate) retry_after: Option<Duration>,
}

/// Results of the use cases.
pub type Result<T> = std::result::Result<T, AppError>;

impl AppError {
    /// An error of this code with its evidence.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// What the system says of a disk on which something is to be kept: a full one is no broken one.
    pub fn of_disk(path: &Path, error: &io::Error) -> Self {
        let detail = format!("{}: {error}", path.display());
        Self::new(from::disk_code(error.kind()), detail)
    }

    /// The same of a file whose name says nothing to anybody.
    pub(crate) fn of_temporary(error: &io::Error) -> Self {
        Self::new(from::disk_code(error.kind()), error.to_string())
    }

    /// A file that was named and that the system does not give.
    pub fn not_readable(path: &Path, why: &dyn std::fmt::Display) -> Self {
        let detail = format!("{}: {why}", path.display());
        Self::new(ErrorCode::FileNotReadable, detail)
    }

    /// The error as the shells show it.
    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code,
            title: self.code.title(),
            reason: self.code.reason(),
            action: self.code.action(),
            detail: self.detail.clone(),
        }
    }
}

impl From<ErrorCode> for AppError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code, String::new())
    }
}

/// An error as it crosses to the window and to `--json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErrorView {
    /// What it is.
    pub code: ErrorCode,
    /// What happened.
    pub title: Text,
    /// Why, and that nothing was lost.
    pub reason: Text,
    /// What to do next.
    pub action: Text,
    /// Evidence, behind *Chi tiết*.
    pub detail: String,
}
