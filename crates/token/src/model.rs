//! What callers and the worker say to each other about tokens, certificates and signatures.
//!
//! Everything here is plain data: it can cross a pipe to a child process as well as a channel.

use std::fmt;

use der::Decode;
use serde::{Deserialize, Serialize};
use x509_cert::{
    Certificate,
    ext::pkix::{BasicConstraints, KeyUsage},
};

use crate::Pin;

/// The name of a token: its serial number, as `CK_TOKEN_INFO.serialNumber` gives it without padding.
///
/// Slots move when a token is plugged in elsewhere; the serial number stays.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(pub String);

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a token says of its user PIN (PKCS #11 v2.40, table 7: `CKF_USER_PIN_*`).
///
/// PKCS #11 gives flags, not a number of tries; so does this type.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinState {
    /// The PIN is set and nothing is said against it.
    Ok,
    /// A wrong PIN was entered since the last right one.
    CountLow,
    /// The next wrong PIN locks the token.
    FinalTry,
    /// The PIN is locked; only the issuer of the token can unlock it.
    Locked,
    /// No user PIN was ever set.
    NotSet,
}

/// A token in a slot.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// The slot it is in now; only for display and logs.
    pub slot: u64,
    /// Its name for every later call.
    pub id: TokenId,
    /// The label given when it was initialised.
    pub label: String,
    /// Who made it.
    pub manufacturer: String,
    /// The maker's name for the model.
    pub model: String,
    /// The state of the user PIN.
    pub pin_state: PinState,
    /// The PIN is entered on the device itself (`CKF_PROTECTED_AUTHENTICATION_PATH`).
    pub protected_auth_path: bool,
}

/// A slot without a token that can be used, or a token that could not be read.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct EmptySlot {
    /// The slot's number.
    pub slot: u64,
    /// The slot's description by its driver, often the reader's name.
    pub description: String,
    /// A token is said to be there but could not be read: the `CKR_…` name that it answered.
    pub unreadable: Option<String>,
}

/// What is plugged in at one moment; two snapshots are compared to notice a change.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Initialised tokens, by slot.
    pub tokens: Vec<TokenInfo>,
    /// The other slots, by number.
    pub empty: Vec<EmptySlot>,
}

impl Snapshot {
    /// Whether the token is present.
    #[must_use]
    pub fn holds(&self, token: &TokenId) -> bool {
        self.tokens.iter().any(|t| t.id == *token)
    }
}

/// An X.509 certificate stored on a token.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct TokenCertificate {
    /// The certificate (DER), exactly as stored.
    pub der: Vec<u8>,
    /// `CKA_ID`: by custom the same as the private key's.
    pub id: Vec<u8>,
    /// `CKA_LABEL`.
    pub label: String,
}

impl TokenCertificate {
    /// Whether it is one to sign documents with: no authority's, and its key usage (if it names any)
    /// allows digital signatures or non-repudiation (RFC 5280, 4.2.1.3 and 4.2.1.9).
    ///
    /// Tokens store the authorities' certificates and encryption certificates beside the signing one.
    #[must_use]
    pub fn signs_documents(&self) -> bool {
        let Ok(certificate) = Certificate::from_der(&self.der) else {
            return false;
        };
        let tbs = &certificate.tbs_certificate;
        let is_authority = match tbs.get::<BasicConstraints>() {
            Ok(found) => found.is_some_and(|(_, constraints)| constraints.ca),
            Err(_) => return false,
        };
        let may_sign = match tbs.get::<KeyUsage>() {
            Ok(found) => found.is_none_or(|(_, u)| u.digital_signature() || u.non_repudiation()),
            Err(_) => return false,
        };
        !is_authority && may_sign
    }
}

/// How the user proves the PIN.
#[derive(Debug)]
pub enum PinEntry {
    /// Typed into our PIN window.
    Typed(Pin),
    /// On the token's own pad: `C_Login` with a null PIN.
    OnDevice,
}

/// Whether the user was told that the next wrong PIN locks the token, and went on.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalTry {
    /// Not asked: a login on the final try is refused before the token sees the PIN.
    Refuse,
    /// The user confirmed it.
    Confirmed,
}

/// Which private key signs.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub enum KeySelector {
    /// By `CKA_ID`.
    Id(Vec<u8>),
    /// By its certificate (DER): first by `CKA_ID`, then by public key.
    Certificate(Vec<u8>),
}

/// How the signature is made.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// `CKM_RSA_PKCS` over the `DigestInfo` of the digest (RFC 8017, 9.2): RSASSA-PKCS1-v1_5.
    RsaPkcs1v15,
    /// `CKM_RSA_PKCS_PSS` over the digest, MGF1 with the same hash, salt as long as the digest.
    RsaPss,
    /// `CKM_ECDSA` over the digest; the signature is `r ‖ s`, not DER.
    Ecdsa,
}

/// A message digest; the type carries the length, so a wrong one can't be signed.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(into = "Vec<u8>", try_from = "Vec<u8>")]
pub enum Digest {
    /// SHA-256.
    Sha256([u8; 32]),
    /// SHA-384.
    Sha384([u8; 48]),
    /// SHA-512.
    Sha512([u8; 64]),
}

impl From<Digest> for Vec<u8> {
    fn from(digest: Digest) -> Self {
        digest.bytes().to_vec()
    }
}

impl TryFrom<Vec<u8>> for Digest {
    type Error = &'static str;

    fn try_from(bytes: Vec<u8>) -> Result<Self, Self::Error> {
        let unknown = "a digest has 32, 48 or 64 bytes";
        match bytes.len() {
            32 => bytes.try_into().map(Self::Sha256).map_err(|_| unknown),
            48 => bytes.try_into().map(Self::Sha384).map_err(|_| unknown),
            64 => bytes.try_into().map(Self::Sha512).map_err(|_| unknown),
            _ => Err(unknown),
        }
    }
}

/// One signature to make.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct SignOrder {
    /// The key.
    pub key: KeySelector,
    /// The mechanism; it must fit the key.
    pub mechanism: Mechanism,
    /// What is signed.
    pub digest: Digest,
}
