//! Who signed which state of a file, and what changed from one to the next.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Text, Verdict, VerdictView};

/// A file's signatures, told by the states that they signed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct VerificationView {
    /// The verdict on the whole file.
    pub verdict: VerdictView,
    /// What the file is in law.
    pub legal: Text,
    /// The states, oldest first: the one before the first signature, one for each signature, and one
    /// more where something was added after the last.
    pub states: Vec<StateView>,
    /// Signatures in the bytes that the shown document does not reach.
    pub hidden: Vec<Text>,
}

/// The file as it stood when somebody signed it.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct StateView {
    /// *Vi Đức Thuận ký*, *UBND xã An Hòa đóng dấu*, or what the state is where nobody signed it.
    pub title: Text,
    /// The signer's office.
    pub organization: String,
    /// When it was signed.
    pub at: Option<String>,
    /// Whether a trusted timestamp says so; else it is the signer's own clock.
    pub at_is_trusted: bool,
    /// The signature's own verdict; `None` for a state that nobody signed.
    pub verdict: Option<Verdict>,
    /// Why it is no better, and what a careful reader must be told of it.
    pub reasons: Vec<Text>,
    /// The file cut to exactly what was signed: the name by which its pages are asked for.
    pub sha256: String,
    /// The page with the signature, from 0.
    pub page: u32,
    /// What this state changed in the one before.
    pub changes: Vec<ChangeView>,
    /// The signer's certificate.
    pub certificate: Option<CertificateView>,
}

/// A change between two states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChangeView {
    /// What changed.
    pub what: Text,
    /// Whether the signatures before permit it.
    pub permitted: bool,
}

/// The certificate behind a signature.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct CertificateView {
    /// Who issued it.
    pub issuer: String,
    /// Last day of validity, an instant.
    pub not_after: String,
    /// Whether it was revoked, in words.
    pub status: Text,
    /// Where that is known from and since when, in small.
    pub source: String,
    /// Indication, algorithm, serial number: what an expert asks for first.
    pub detail: String,
}
