//! What we do: receive, review, sign, number and seal, dispatch, hand over, synchronise.

pub mod error;
pub mod host;
pub mod placement;
pub mod profile;
pub mod view;

pub use error::{AppError, ErrorCode, ErrorView, Result};
pub use host::{Changed, Host, PinAnswer};
pub use profile::Profile;
