//! What can go wrong while a signature is made: one closed list, each with its evidence.

use crate::lint::Finding;

/// Why a PDF was not prepared or not signed. Nothing was written where one of these is returned.
#[derive(Debug, thiserror::Error)]
pub enum PadesError {
    /// The file is not a PDF that we read strictly, or it could not be read at all.
    #[error("the PDF cannot be read: {0}")]
    Pdf(#[from] trien_pdf::PdfError),
    /// The source failed while it was being hashed.
    #[error("the file could not be read to its end: {0}")]
    Io(#[from] std::io::Error),
    /// The lint found something for which this file must not be signed.
    #[error("the lint refuses the file: {}", codes(.0))]
    Lint(Vec<Finding>),
    /// A page that the plan names does not exist.
    #[error("page {page} does not exist: the document has {pages} pages")]
    NoSuchPage {
        /// Page index of the plan, from 0.
        page: usize,
        /// Pages in the document.
        pages: usize,
    },
    /// The document carries our fields, or an AcroForm with others, already.
    #[error("the document has form fields already")]
    AlreadyPrepared,
    /// The plan is not one that can be prepared.
    #[error("the field plan is wrong: {0}")]
    BadPlan(String),
    /// A box does not lie on what is shown of its page.
    #[error("the box of {0} does not lie on the visible part of its page")]
    OffPage(String),
    /// The place of a field is part of what is signed, or the field is filled.
    #[error("the place of {0} is fixed: the document is signed, or the field filled")]
    Fixed(String),
    /// A text was to stand so far from its place that it leaves the box that was prepared for it.
    #[error("{text:?} would leave the box of {field}")]
    OutOfBox {
        /// Field to fill.
        field: String,
        /// Text that was asked for.
        text: String,
    },
    /// Only a document's first signature can certify it (ISO 32000-2 12.8.2.2.1).
    #[error("{0} cannot certify: the document is signed already")]
    NotFirst(String),
    /// The field is not in the document's AcroForm.
    #[error("the document has no field {0}")]
    NoSuchField(String),
    /// The field exists, but is not of the kind that is needed.
    #[error("the field {0} is not a field of the prepared kind")]
    WrongField(String),
    /// The signature field carries a signature already, or the text field a value.
    #[error("the field {0} is filled already")]
    AlreadyFilled(String),
    /// An earlier signature locks the field that would be filled or signed (FieldMDP, ISO 32000-2 12.8.2.4).
    #[error("the field {field} is locked by the signature in {locked_by}")]
    FieldLocked {
        /// The field that would change.
        field: String,
        /// The signed field whose lock covers it.
        locked_by: String,
    },
    /// A certification signature with DocMDP P=1 permits no change whatsoever (ISO 32000-2 table 257).
    #[error("the document is certified with P=1: no signature may follow")]
    CertifiedWithoutChanges,
    /// The text is none that a field may hold: what is stored and what is shown must be the same.
    #[error("{text:?} cannot be the value of {field}: {reason}")]
    BadText {
        /// Field to fill.
        field: String,
        /// Text that was asked for.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The text does not fit its box even at the smallest size that the law's 13 pt may shrink to.
    #[error(
        "{text:?} does not fit the box of {field}: {needed_pt:.1} pt wide at the smallest size, {room_pt:.1} pt of room"
    )]
    TextTooWide {
        /// Field to fill.
        field: String,
        /// Text that was asked for.
        text: String,
        /// Printed width at the smallest size, in points.
        needed_pt: f64,
        /// Printed width of the box, in points.
        room_pt: f64,
    },
    /// The signer's or an issuer's certificate is not DER that X.509 allows.
    #[error("certificate {index} cannot be read: {reason}")]
    BadCertificate {
        /// 0 is the signer, 1… are the chain.
        index: usize,
        /// What the decoder said.
        reason: String,
    },
    /// The certificate's key is of no kind that is signed with here.
    #[error("no signature algorithm for this key: {0}")]
    UnsupportedKey(String),
    /// The certificate is not valid at the time of signing: expired, or not valid yet.
    #[error("the certificate is valid from {not_before} to {not_after} only")]
    CertificateNotValid {
        /// First instant of its validity.
        not_before: time::OffsetDateTime,
        /// Last instant of its validity.
        not_after: time::OffsetDateTime,
    },
    /// The certificate's key does not allow digital signatures (RFC 5280 4.2.1.3).
    #[error("the certificate's key usage does not allow signatures")]
    KeyUsage,
    /// The token's answer is no signature of the to-be-signed bytes by the certificate's key.
    #[error("the signature does not verify with the certificate's public key")]
    SignatureMismatch,
    /// The finished CMS does not fit the room that was kept for it.
    #[error("the CMS takes {needed} bytes, {room} were kept")]
    ContentsTooSmall {
        /// Bytes of DER.
        needed: usize,
        /// Bytes kept in /Contents.
        room: usize,
    },
    /// A timestamp authority's answer cannot be used, or what it is for cannot be read.
    #[error("no timestamp: {0}")]
    Timestamp(String),
    /// Something was appended after the signature: its bytes are signed by others, a timestamp can not come any more.
    #[error("it is too late for a timestamp of {0}: something was signed after it")]
    TimestampTooLate(String),
    /// DER could not be written; a fault of our own.
    #[error("DER could not be encoded: {0}")]
    Der(#[from] der::Error),
    /// A part of the update that was just written could not be found again; a fault of our own.
    #[error("our own update lacks {0}")]
    Internal(&'static str),
}

fn codes(findings: &[Finding]) -> String {
    let codes: Vec<_> = findings
        .iter()
        .filter(|finding| finding.refuses)
        .map(|finding| finding.code.as_str())
        .collect();
    codes.join(", ")
}
