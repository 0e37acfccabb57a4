//! What we do: receive, review, sign, number and seal, dispatch, hand over, synchronise.

pub mod error;
pub mod view;

pub use error::{AppError, ErrorCode, ErrorView, Result};
