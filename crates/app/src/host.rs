//! The one seam to a shell: what the use cases ask of whoever runs them.

use time::OffsetDateTime;
pub use trien_secrets::{Asked, Secret};
pub use trien_token::{FinalTry, Pin, PinEntry};

use crate::view::{DocumentKey, PinRequest};

/// What a shell does for the use cases. The window, the command line and the tests each are one.
pub trait Host: Send + Sync {
    /// The time. Everything below `app` takes it as an argument.
    fn now(&self) -> OffsetDateTime;

    /// Asks for a PIN, once; `None` when the person gave up. Called at most once per act: a PIN is
    /// never tried twice by a program.
    fn ask_pin(&self, request: &PinRequest) -> Option<PinAnswer>;

    /// Asks for the pass-phrase of the profile's sealed file; `None` when nobody is there to give one.
    fn pass_phrase(&self, asked: Asked) -> Option<Secret>;

    /// Something that a view shows has changed.
    fn changed(&self, what: Changed);
}

/// A PIN and what goes with it.
#[derive(Debug)]
pub struct PinAnswer {
    /// Typed, or to be entered on the device.
    pub entry: PinEntry,
    /// Whether the person confirmed a last try.
    pub final_try: FinalTry,
}

/// What changed, so that the shells can refresh as little as possible.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, specta::Type,
)]
#[serde(rename_all = "snake_case", tag = "what", content = "key")]
pub enum Changed {
    /// One document and the folders that it is or was in.
    Document(DocumentKey),
    /// Lists and counts.
    Lists,
    /// The axis: last, next, why not.
    Sync,
    /// The token came, went or changed.
    Token,
}
