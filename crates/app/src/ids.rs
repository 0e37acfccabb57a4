//! Row identities: 64 bits in the store, 32 in the views, where JavaScript counts with them.

use crate::error::{AppError, ErrorCode, Result};
use crate::view::Id;

/// The view's identity of a row.
pub(crate) fn view(row: i64) -> Result<Id> {
    Id::try_from(row).map_err(|_| AppError::new(ErrorCode::Internal, format!("row {row}")))
}
