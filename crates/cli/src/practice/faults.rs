//! What goes wrong while practising, by the codes that people are told. It concerns the machine and never a document.

use trien_app::{AppError, ErrorCode};
use trien_practice::axis::AxisError;
use trien_practice::pki::PkiError;

/// What the practice axis says.
pub fn of_axis(error: AxisError) -> AppError {
    let code = match &error {
        AxisError::Listen { .. } => ErrorCode::PracticeUnavailable,
        AxisError::Io { .. } => ErrorCode::StoreFailed,
        AxisError::NotLoopback { .. } | AxisError::Damaged { .. } => ErrorCode::Internal,
    };
    AppError::new(code, error.to_string())
}

/// What the practice PKI and its soft tokens say.
pub fn of_pki(error: PkiError) -> AppError {
    let code = match &error {
        PkiError::Listen { .. } => ErrorCode::PracticeUnavailable,
        PkiError::Token(_) => ErrorCode::TokenDevice,
        PkiError::SoftHsmElsewhere { .. } => ErrorCode::TokenModuleMissing,
        PkiError::File { .. } => ErrorCode::StoreFailed,
        PkiError::Exists { .. } | PkiError::UnknownSerial { .. } => ErrorCode::BadArgument,
        PkiError::Damaged { .. } | PkiError::Make { .. } => ErrorCode::Internal,
    };
    AppError::new(code, error.to_string())
}

/// Whatever else: nothing of this was asked for by an argument.
pub fn internal(error: impl std::fmt::Display) -> AppError {
    AppError::new(ErrorCode::Internal, error.to_string())
}
