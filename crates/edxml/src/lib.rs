//! edXML bytes to and from the domain: reads every dialect that circulates, writes exactly one.
//!
//! The format is QCVN 102:2016/BTTTT as the national axis uses it. The reader is namespace-aware,
//! prefix-agnostic, order-insensitive and bounded by [`Limits`]; what it had to forgive is in
//! [`Package::notes`]. The writer reproduces the layout of the public SDK byte for byte, because
//! some receivers look elements up by the literal prefix `edXML:`.
//!
//! No files, no sockets, no clock: bytes in, values out.

mod attachment;
mod container;
mod dates;
mod envelope;
mod error;
mod header;
mod limits;
mod manifest;
mod note;
mod parts;
mod payload;
mod text;
mod tree;
mod writer;

use trien_domain::{DocumentFacts, StatusMessage};

use envelope::Envelope;

pub use attachment::Attachment;
pub use error::EdxmlError;
pub use limits::Limits;
pub use note::Note;
pub use writer::{write_document, write_status};

/// The namespace of QCVN 102:2016, which is written.
pub const NAMESPACE: &str = "http://www.mic.gov.vn/TBT/QCVN_102_2016";

/// SOAP 1.1, in which the dialects before QCVN 102 travel.
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Namespaces whose elements mean the same: the standard's and those of the years before it.
const KNOWN_NAMESPACES: [&str; 4] = [
    NAMESPACE,
    "http://www.e-doc.vn/Schema/",
    "http://www.inetcloud.vn/ns/edxml",
    "http://www.go.vn/eDoc",
];

/// What a package says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A document, or an operation on one (recall, update, replacement).
    Document(Box<DocumentFacts>),
    /// A receiver's or sender's word about a document (StatusCode).
    Status(Box<StatusMessage>),
}

/// A package as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// What it says.
    pub message: Message,
    /// Its files, in the order of the manifest; the first one is the main document by convention.
    pub attachments: Vec<Attachment>,
    /// What had to be forgiven, for the clerk and the log.
    pub notes: Vec<Note>,
}

/// Reads a package.
///
/// Anything may stand in `bytes`; the result is a value or an error with its evidence, never a
/// panic, and never more memory than a small multiple of [`Limits::package_bytes`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Package, EdxmlError> {
    tree::within(bytes.len(), limits.package_bytes, "bytes in the package")?;
    let mut notes = Vec::new();
    let container = container::open(bytes, limits)?;
    let text = text::decode(container.message, &mut notes)?;
    let root = tree::parse(&text, tree::MESSAGE, limits, &mut notes)?;
    let envelope = Envelope::find(&root)?;
    if let Some(status) = envelope.status {
        let status = header::status(status, &mut notes)?;
        return Ok(Package {
            message: Message::Status(Box::new(status)),
            attachments: Vec::new(),
            notes,
        });
    }
    let header = envelope.header.ok_or(EdxmlError::NoHeader)?;
    let facts = header::document(header, envelope.trace, &mut notes)?;
    let parts = parts::within_message(&root)
        .chain(parts::beside_message(&container.parts, limits))
        .collect::<Result<Vec<_>, _>>()?;
    let references = envelope.manifest.map(manifest::references);
    let attachments = manifest::attachments(references, parts, limits, &mut notes)?;
    Ok(Package {
        message: Message::Document(Box::new(facts)),
        attachments,
        notes,
    })
}
