//! What the shells show: view models, serialised to the window and to `--json` alike.
//!
//! Instants are ISO 8601 text with `+07:00`, civil dates `yyyy-MM-dd`, lengths PDF points, page
//! numbers from 0. Every text for people is a [`Text`]: Vietnamese first, English second.

mod act;
mod document;
mod list;
mod session;
mod verification;

pub use act::*;
pub use document::*;
pub use list::*;
pub use session::*;
pub use verification::*;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A row's identity within one profile. Never reused.
pub type Id = u32;

/// A text for people in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text in both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// What is the same in both: names, codes, dates.
    pub fn same(text: impl Into<String>) -> Self {
        let vi = text.into();
        Self { en: vi.clone(), vi }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.vi.is_empty()
    }
}
