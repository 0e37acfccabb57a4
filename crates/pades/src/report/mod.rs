//! What a verification found, in the shape that `trien verify --json` prints.
//!
//! Every judgement names a [`ReasonCode`] from a closed list; the sentences for people are made
//! from the codes, never the other way round.

mod reason;
mod timeline;
mod words;

use serde::{Deserialize, Serialize};

pub use reason::{Reason, ReasonCode};

/// The value of [`Report::schema`].
pub const SCHEMA: &str = "trien.verify/1";

/// The outcome of verifying one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The file that was judged.
    pub file: FileFacts,
    /// The instant for which the judgement holds, RFC 3339.
    pub at: String,
    /// The one-word answer.
    pub verdict: Verdict,
    /// What a careful reader must be told although the signatures hold.
    pub warnings: Vec<Reason>,
    /// Why the verdict is not `valid`; empty when it is.
    pub reasons: Vec<Reason>,
    /// What the file is in law (Decree 30/2020 art. 5, Decision 28/2018 art. 4).
    pub legal: Legal,
    /// Signatures in the bytes that the shown document does not reach.
    pub hidden: Vec<Hidden>,
    /// Every signature and document timestamp of the document, oldest first.
    pub signatures: Vec<Signature>,
}

/// Identity of the judged file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Lower-case hexadecimal SHA-256 of all bytes.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// The answer for the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every signature holds and nothing was added but long-term validation data.
    Valid,
    /// Every signature holds; what was changed afterwards was permitted.
    ValidWithPermittedChanges,
    /// A signature is broken, or the document shown is not what was signed.
    Invalid,
    /// Neither can be shown.
    Indeterminate,
    /// The document carries no signature.
    Unsigned,
    /// The file cannot be read as a PDF.
    Unreadable,
}

/// Legal standing of the file as far as its signatures tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Legal {
    /// Signed by a person and by the organisation: an electronic original.
    Original,
    /// Signed by the organisation alone: an electronic copy.
    Copy,
    /// Anything else.
    InformationOnly,
}

/// A signature dictionary that the current document does not reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// Where it starts in the file.
    pub offset: u64,
    /// Why it counts as hidden.
    pub reason: Reason,
}

/// Approval or certification signature, or document timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// A signature of a person or an organisation.
    Signature,
    /// A document timestamp (`/Type /DocTimeStamp`).
    Timestamp,
}

/// Whose certificate signed, as far as the certificate itself tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A natural person.
    Person,
    /// An organisation (the digital seal).
    Organisation,
    /// The certificate does not tell.
    Unknown,
}

/// How much of the file a signature's byte range covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Covers {
    /// From the first byte to the last, but for its own `/Contents`.
    WholeFile,
    /// The same for one revision of the file.
    WholeRevision,
    /// Less than a revision.
    Partial,
    /// The byte range is not well-formed.
    Unclear,
}

/// ETSI EN 319 102-1 clause 5.1.3, main status indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indication {
    /// Every check passed.
    TotalPassed,
    /// Not enough is known.
    Indeterminate,
    /// A check failed.
    TotalFailed,
}

/// ETSI EN 319 102-1 clause 5.1.3, tables 5 and 6: the sub-indications that occur here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the standard's own
pub enum Subindication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    CryptoConstraintsFailureNoPoe,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    RevokedNoPoe,
    OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked,
    TryLater,
    SignedDataNotFound,
}

/// PAdES baseline level reached (ETSI EN 319 142-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Basic.
    #[serde(rename = "B-B")]
    BB,
    /// With a trusted time.
    #[serde(rename = "B-T")]
    BT,
    /// With validation material.
    #[serde(rename = "B-LT")]
    BLT,
    /// With an archive timestamp over the material.
    #[serde(rename = "B-LTA")]
    BLTA,
    /// Not a PAdES baseline signature.
    #[serde(rename = "other")]
    Other,
}

/// The widest kind of change made after a signature; ordered from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Nothing.
    None,
    /// Long-term validation data: DSS, document timestamps.
    Lta,
    /// Signing, or making a signature field.
    Sign,
    /// Filling form fields.
    FormFill,
    /// Comments, where DocMDP P=3 permits them.
    Annotate,
    /// A change for which no rule gives permission.
    NotPermitted,
}

/// One signature or document timestamp.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signature {
    /// Fully qualified name of the signature field.
    pub field: String,
    /// Signature or timestamp.
    pub kind: SignatureKind,
    /// Person or organisation.
    pub role: Role,
    /// `/SubFilter`, as written.
    pub subfilter: String,
    /// Number of the revision that it signs, 0 is the oldest; `None` when it signs none.
    pub revision: Option<usize>,
    /// `/ByteRange` as written (empty when it is not four integers).
    pub byte_range: Vec<i64>,
    /// Page of the widget, 1 is the first; `None` when it has none.
    pub page: Option<usize>,
    /// Rectangle of the widget in points of default user space: left, bottom, right, top.
    pub rect: Option<[f64; 4]>,
    /// The bytes are those that were signed, and the signature over them verifies.
    pub intact: bool,
    /// Extent of the byte range.
    pub covers: Covers,
    /// Main indication.
    pub indication: Indication,
    /// Sub-indication unless `TOTAL_PASSED`.
    pub subindication: Option<Subindication>,
    /// PAdES level.
    pub level: Level,
    /// Permission P of a certification signature.
    pub docmdp: Option<u8>,
    /// FieldMDP lock that this signature puts on fields.
    pub lock: Option<Lock>,
    /// Widest change after the signed revision.
    pub changes_after: ChangeKind,
    /// Every change after the signed revision.
    pub changes: Vec<Change>,
    /// Who signed; `None` when the certificate is missing.
    pub signer: Option<Signer>,
    /// What is known of revocation.
    pub revocation: Revocation,
    /// When it was signed.
    pub signed_at: SignedAt,
    /// With what it was signed.
    pub algorithm: Algorithm,
    /// Why the indication is what it is, and every warning about this signature.
    pub reasons: Vec<Reason>,
}

/// `/Lock` or FieldMDP: the fields that a signature freezes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Which of the fields.
    pub action: LockAction,
    /// Their fully qualified names (empty for `all`).
    pub fields: Vec<String>,
}

/// ISO 32000-2 table 233, `/Action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockAction {
    /// Every field of the document.
    All,
    /// The fields named.
    Include,
    /// Every field but those named.
    Exclude,
}

/// One change found after a signed revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// The revision that made it.
    pub revision: usize,
    /// What kind of change.
    pub kind: ChangeKind,
    /// The form field concerned.
    pub field: Option<String>,
    /// The object concerned, as `number generation`.
    pub object: String,
    /// The rule that explains it, or the code of the reason why none does.
    pub rule: String,
    /// Whether this signature permits it.
    pub permitted: bool,
}

/// Subject and validity of the signer's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are those of X.520 and RFC 5280
pub struct Signer {
    pub common_name: Option<String>,
    pub title: Option<String>,
    pub organization: Option<String>,
    pub organization_unit: Option<String>,
    /// Lower-case hexadecimal serial number.
    pub serial: String,
    /// RFC 4514 string of the issuer.
    pub issuer: String,
    /// RFC 3339.
    pub not_before: String,
    /// RFC 3339.
    pub not_after: String,
    /// Lower-case hexadecimal SHA-256 of the certificate.
    pub sha256: String,
}

/// Revocation state of the signer's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Good, revoked or unknown.
    pub status: RevocationStatus,
    /// Where the answer came from.
    pub source: RevocationSource,
    /// `thisUpdate` of the answer, RFC 3339.
    pub as_of: Option<String>,
    /// When the certificate was revoked, RFC 3339.
    pub revoked_at: Option<String>,
}

/// See [`Revocation::status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RevocationStatus {
    Good,
    Revoked,
    Unknown,
}

/// See [`Revocation::source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationSource {
    /// The document's own security store.
    Dss,
    /// A CRL given by the caller.
    Crl,
    /// An OCSP answer given by the caller.
    Ocsp,
    /// Asked while verifying.
    Online,
    /// Nothing was usable.
    None,
}

/// Signing times, RFC 3339.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAt {
    /// What the signer's clock said (`/M`, or the signing-time attribute).
    pub claimed: Option<String>,
    /// What a trusted timestamp says.
    pub trusted: Option<String>,
    /// Common name of the timestamp authority.
    pub tsa: Option<String>,
}

/// Algorithms of a signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Algorithm {
    /// Digest, such as `SHA-256`.
    pub digest: Option<String>,
    /// Signature, such as `RSASSA-PKCS1-v1_5`.
    pub signature: Option<String>,
    /// Size of the signer's key in bits.
    pub key_bits: Option<u32>,
}
