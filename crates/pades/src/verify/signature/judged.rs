//! The judgement on one signature while it grows.

use time::OffsetDateTime;

use crate::path::{Certificate, RevocationFacts, Wanted};
use crate::report::{Algorithm, Indication, Reason, ReasonCode, Subindication};

/// A trusted time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The time.
    pub time: OffsetDateTime,
    /// Common name of who gave it.
    pub authority: Option<String>,
    /// The document brings what shows that the authority was not revoked.
    pub stored: bool,
}

/// The judgement on one signature without regard to later changes.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Bytes and cryptography hold.
    pub intact: bool,
    /// Main indication.
    pub indication: Indication,
    /// Why not passed.
    pub subindication: Option<Subindication>,
    /// Why the indication is not `TOTAL_PASSED`.
    pub failures: Vec<Reason>,
    /// What is worth telling although it is.
    pub warnings: Vec<Reason>,
    /// The signer's certificate.
    pub certificate: Option<Certificate>,
    /// Its revocation.
    pub revocation: RevocationFacts,
    /// Claimed time.
    pub claimed: Option<OffsetDateTime>,
    /// Trusted time.
    pub trusted: Option<Stamp>,
    /// Algorithms.
    pub algorithm: Algorithm,
    /// The signature names its certificate.
    pub names_certificate: bool,
    /// The CMS holds the signer's certificate.
    pub brings_certificate: bool,
    /// The claimed time is where PAdES has it: in `/M` and nowhere else.
    pub dated: bool,
    /// The document itself brings what shows that no certificate of the chain was revoked.
    pub stored: bool,
    /// What could be fetched to know more.
    pub wanted: Vec<Wanted>,
}

impl Judged {
    pub(super) fn new() -> Self {
        Self {
            intact: false,
            indication: Indication::TotalPassed,
            subindication: None,
            failures: Vec::new(),
            warnings: Vec::new(),
            certificate: None,
            revocation: RevocationFacts::UNKNOWN,
            claimed: None,
            trusted: None,
            algorithm: Algorithm::default(),
            names_certificate: false,
            brings_certificate: false,
            dated: false,
            stored: false,
            wanted: Vec::new(),
        }
    }

    /// Records a failure; a worse indication replaces a better one.
    pub(super) fn fail(
        &mut self,
        indication: Indication,
        subindication: Subindication,
        reason: Reason,
    ) {
        let worse = match self.indication {
            Indication::TotalPassed => true,
            Indication::Indeterminate => indication == Indication::TotalFailed,
            Indication::TotalFailed => false,
        };
        if worse {
            self.indication = indication;
            self.subindication = Some(subindication);
        }
        self.failures.push(reason);
    }

    pub(super) fn broken(&mut self, code: ReasonCode, place: &str) {
        let subindication = match code {
            ReasonCode::DigestMismatch => Subindication::HashFailure,
            ReasonCode::SignatureBroken | ReasonCode::AlgorithmMismatch => {
                Subindication::SigCryptoFailure
            }
            ReasonCode::SigningCertificateMismatch | ReasonCode::SignerCertificateMissing => {
                Subindication::NoSigningCertificateFound
            }
            ReasonCode::AlgorithmUnsupported => Subindication::CryptoConstraintsFailure,
            _ => Subindication::FormatFailure,
        };
        let indication = match code {
            // Not known to be wrong: what is missing or unknown may still be right.
            ReasonCode::SignerCertificateMissing
            | ReasonCode::AlgorithmUnsupported
            | ReasonCode::SubfilterUnsupported => Indication::Indeterminate,
            _ => Indication::TotalFailed,
        };
        self.fail(indication, subindication, Reason::new(code, place));
    }

    pub(super) fn warn(&mut self, code: ReasonCode, place: &str) {
        self.warnings.push(Reason::new(code, place));
    }
}
