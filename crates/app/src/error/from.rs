//! From the doors' errors to the codes that people are told.

use std::io;

use trien_edxml::EdxmlError;
use trien_net::{AxisError, Refusal};
use trien_pades::PadesError;
use trien_pades::{Finding, FindingCode};
use trien_pdf::PdfError;
use trien_render::RenderError;
use trien_secrets::SecretsError;
use trien_store::{Conflict, StoreError};
use trien_token::TokenError;

use super::{AppError, ErrorCode};

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Busy => ErrorCode::ProfileBusy,
            StoreError::DiskFull { .. } => ErrorCode::DiskFull,
            StoreError::Corrupt(_) | StoreError::Foreign { .. } => ErrorCode::StoreCorrupt,
            StoreError::NewerSchema { .. } => ErrorCode::StoreNewer,
            StoreError::NotFound { .. } => ErrorCode::NotFound,
            StoreError::Conflict(Conflict::ReasonMissing { .. }) => ErrorCode::ReasonMissing,
            StoreError::Conflict(Conflict::LeaseLost { .. }) => ErrorCode::ProfileBusy,
            StoreError::Conflict(_) => ErrorCode::NotNow,
            StoreError::Io { .. } | StoreError::Database(_) => ErrorCode::StoreFailed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<TokenError> for AppError {
    fn from(error: TokenError) -> Self {
        let code = match &error {
            TokenError::ModuleNotFound { .. } => ErrorCode::TokenModuleMissing,
            TokenError::ModuleUnloadable { .. } | TokenError::WorkerDied { .. } => {
                ErrorCode::TokenModuleBroken
            }
            TokenError::NoToken { .. }
            | TokenError::TokenAmbiguous { .. }
            | TokenError::CertificateNotFound { .. } => ErrorCode::TokenAbsent,
            TokenError::TokenRemoved { .. } => ErrorCode::TokenRemoved,
            TokenError::PinIncorrect { .. }
            | TokenError::PinMalformed { .. }
            | TokenError::WrongPinEntry { .. } => ErrorCode::PinIncorrect,
            TokenError::PinLocked { .. } => ErrorCode::PinLocked,
            TokenError::PinExpired { .. } | TokenError::PinNotSet { .. } => {
                ErrorCode::PinMustChange
            }
            TokenError::FinalTryNotConfirmed { .. } => ErrorCode::PinLastTry,
            TokenError::KeyNotFound { .. } => ErrorCode::TokenKeyMissing,
            TokenError::UserCancelled => ErrorCode::Cancelled,
            TokenError::Timeout { .. } => ErrorCode::TokenTimeout,
            TokenError::KeyAsksEachTime { .. }
            | TokenError::MechanismUnsupported { .. }
            | TokenError::DeviceBusy { .. }
            | TokenError::Device { .. } => ErrorCode::TokenDevice,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PdfError> for AppError {
    fn from(error: PdfError) -> Self {
        let code = match &error {
            PdfError::NotPdf => ErrorCode::NotAPdf,
            PdfError::HeaderOffset { .. } => ErrorCode::PdfJunkBeforeHeader,
            PdfError::Encrypted => ErrorCode::PdfEncrypted,
            PdfError::Io(error) => disk_code(error.kind()),
            _ => ErrorCode::PdfBroken,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PadesError> for AppError {
    fn from(error: PadesError) -> Self {
        let code = match error {
            PadesError::Pdf(error) => return error.into(),
            PadesError::Lint(ref findings) => lint_code(findings),
            PadesError::AlreadyPrepared => ErrorCode::PdfForeignFields,
            PadesError::CertifiedWithoutChanges => ErrorCode::PdfLockedByCertification,
            PadesError::NoSuchField(_) | PadesError::WrongField(_) => ErrorCode::PdfAlreadySigned,
            PadesError::AlreadyFilled(_) | PadesError::FieldLocked { .. } => {
                ErrorCode::FieldFilledAfterLeader
            }
            PadesError::OffPage(_) | PadesError::OutOfBox { .. } => ErrorCode::MarkOutside,
            PadesError::Fixed(_) => ErrorCode::MarkFixed,
            PadesError::TextTooWide { .. } => ErrorCode::NumberTooLong,
            PadesError::BadCertificate { .. }
            | PadesError::UnsupportedKey(_)
            | PadesError::KeyUsage => ErrorCode::CertificateUnsuitable,
            PadesError::Timestamp(_) => ErrorCode::TimestampUnavailable,
            PadesError::TimestampTooLate(_) => ErrorCode::TimestampTooLate,
            PadesError::SignatureMismatch => ErrorCode::TokenKeyMissing,
            PadesError::Io(ref error) => disk_code(error.kind()),
            _ => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

/// The code of the gravest finding: what says most about what to do comes first.
fn lint_code(findings: &[Finding]) -> ErrorCode {
    let has = |codes: &[FindingCode]| {
        findings
            .iter()
            .any(|f| f.refuses && codes.contains(&f.code))
    };
    use FindingCode as F;
    if has(&[F::Encrypted]) {
        ErrorCode::PdfEncrypted
    } else if has(&[F::CertifiedWithoutChanges]) {
        ErrorCode::PdfLockedByCertification
    } else if has(&[F::WideLock]) {
        ErrorCode::PdfLockedByField
    } else if has(&[F::SignedElsewhere, F::Certified]) {
        ErrorCode::PdfAlreadySigned
    } else if has(&[F::Xfa]) {
        ErrorCode::PdfXfa
    } else if has(&[
        F::JavaScript,
        F::OpenAction,
        F::AdditionalActions,
        F::ActiveAction,
        F::Multimedia,
    ]) {
        ErrorCode::PdfActiveContent
    } else if has(&[F::ForeignFields, F::NeedAppearances]) {
        ErrorCode::PdfForeignFields
    } else {
        ErrorCode::PdfUnsafe
    }
}

/// What the system says of a disk on which something is to be kept.
pub(super) fn disk_code(kind: io::ErrorKind) -> ErrorCode {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    match kind {
        StorageFull | QuotaExceeded | FileTooLarge => ErrorCode::DiskFull,
        _ => ErrorCode::StoreFailed,
    }
}

impl From<EdxmlError> for AppError {
    fn from(error: EdxmlError) -> Self {
        let code = match &error {
            EdxmlError::NotXml { .. } | EdxmlError::NotEdxml { .. } => ErrorCode::PackageNotXml,
            EdxmlError::HasDtd { .. } => ErrorCode::PackageHasDtd,
            EdxmlError::MissingAttachment { .. } => ErrorCode::PackageLacksAttachment,
            EdxmlError::Io { kind, .. } => disk_code(*kind),
            _ => ErrorCode::PackageInvalid,
        };
        Self::new(code, error.to_string())
    }
}

impl From<AxisError> for AppError {
    fn from(error: AxisError) -> Self {
        let code = match &error {
            AxisError::Config { .. } => ErrorCode::AxisMisconfigured,
            AxisError::Untrusted { .. } => ErrorCode::AxisUntrusted,
            AxisError::Unreachable { .. } | AxisError::Broken { .. } => ErrorCode::AxisUnreachable,
            AxisError::TimedOut => ErrorCode::AxisTimedOut,
            AxisError::NotJson { .. } => ErrorCode::AxisNotJson,
            AxisError::Incomplete { .. } => ErrorCode::AxisIncomplete,
            AxisError::Refused {
                refusal: Refusal::BadSecret,
                ..
            } => ErrorCode::AxisBadSecret,
            AxisError::Refused { .. } => ErrorCode::AxisRefused,
            AxisError::TooLarge { .. } => ErrorCode::PackageInvalid,
            AxisError::NotKept { kind, .. } => disk_code(*kind),
            AxisError::SendOutcomeUnknown { .. } => ErrorCode::SendUnclear,
        };
        Self {
            retry_after: error.retry_after(),
            ..Self::new(code, error.to_string())
        }
    }
}

impl From<RenderError> for AppError {
    fn from(error: RenderError) -> Self {
        let code = match &error {
            RenderError::NoPdfium { .. } => ErrorCode::RendererMissing,
            RenderError::NotAPdf => ErrorCode::NotAPdf,
            RenderError::Encrypted => ErrorCode::PdfEncrypted,
            RenderError::NoSuchPage { .. } => ErrorCode::NotFound,
            _ => ErrorCode::RenderFailed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<SecretsError> for AppError {
    fn from(error: SecretsError) -> Self {
        let code = match &error {
            SecretsError::Locked | SecretsError::WrongPassPhrase { .. } => {
                ErrorCode::SecretStoreLocked
            }
            SecretsError::Absent { .. } | SecretsError::Platform(_) => ErrorCode::SecretStoreAbsent,
            SecretsError::NotFound { .. } => ErrorCode::SecretMissing,
            SecretsError::Damaged { .. } => ErrorCode::StoreCorrupt,
            SecretsError::TooLong { .. } => ErrorCode::BadArgument,
            SecretsError::Io { .. } => ErrorCode::StoreFailed,
        };
        Self::new(code, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use trien_token::TokenId;

    use super::*;

    /// Faults that are easily told as their neighbours, although what to do about them is another thing.
    #[test]
    fn neighbouring_faults_are_told_apart() {
        let token = || TokenId("1".to_owned());
        let reason = || String::from("reason");
        let axis = |error: AxisError| AppError::from(error).code;
        let of_token = |error: TokenError| AppError::from(error).code;
        let lint = |code| {
            let finding = Finding {
                code,
                refuses: true,
                place: String::new(),
                page: None,
            };
            AppError::from(PadesError::Lint(vec![finding])).code
        };
        let told = [
            of_token(TokenError::PinLocked { token: token() }),
            of_token(TokenError::PinExpired { token: token() }),
            lint(FindingCode::CertifiedWithoutChanges),
            lint(FindingCode::WideLock),
            axis(AxisError::Unreachable { reason: reason() }),
            axis(AxisError::Untrusted { reason: reason() }),
            axis(AxisError::Config { reason: reason() }),
            axis(AxisError::Incomplete { what: "DocId" }),
        ];
        let expected = [
            ErrorCode::PinLocked,
            ErrorCode::PinMustChange,
            ErrorCode::PdfLockedByCertification,
            ErrorCode::PdfLockedByField,
            ErrorCode::AxisUnreachable,
            ErrorCode::AxisUntrusted,
            ErrorCode::AxisMisconfigured,
            ErrorCode::AxisIncomplete,
        ];
        assert_eq!(told, expected);
    }
}
