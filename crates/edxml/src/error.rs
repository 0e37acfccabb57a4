//! Why a package could not be read or an attachment not be made ready.

/// A package that is set aside, with the evidence a clerk can quote to its sender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EdxmlError {
    /// Not well-formed XML in a Unicode encoding.
    #[error("not XML, at byte {position}: {reason}")]
    NotXml {
        /// Byte offset of the first trouble.
        position: u64,
        /// What the parser says.
        reason: String,
    },
    /// It declares a document type: entities and outside references are an attack, never edXML.
    #[error("a document type declaration, at byte {position}")]
    HasDtd {
        /// Byte offset of the declaration.
        position: u64,
    },
    /// XML, but of another kind.
    #[error("the root element is {root} in namespace {namespace:?}")]
    NotEdxml {
        /// The root element's local name.
        root: String,
        /// Its namespace, empty if none.
        namespace: String,
    },
    /// No MessageHeader.
    #[error("no MessageHeader")]
    NoHeader,
    /// A header without an element that nothing else can stand for.
    #[error("no usable {element}")]
    MissingElement {
        /// Its path below MessageHeader.
        element: &'static str,
    },
    /// BussinessDocType outside 0…3: what it asks for is unknown, and guessing could hide a recall.
    #[error("unknown BussinessDocType {digits:?}")]
    UnknownOperation {
        /// What was written.
        digits: String,
    },
    /// The manifest names a file that the package does not carry.
    #[error("the manifest names {name:?} ({content_id}), which is not in the package")]
    MissingAttachment {
        /// ContentId without `cid:`.
        content_id: String,
        /// AttachmentName.
        name: String,
    },
    /// An attachment that does not decode.
    #[error("attachment {name:?} is not base64")]
    BadBase64 {
        /// AttachmentName.
        name: String,
    },
    /// A MIME part in an encoding that is not read.
    #[error("a part of the package is encoded as {encoding}")]
    PartEncoding {
        /// Content-Transfer-Encoding.
        encoding: String,
    },
    /// An attachment that expands beyond reason.
    #[error("attachment {name:?} expands more than {ratio} times")]
    ZipBomb {
        /// AttachmentName.
        name: String,
        /// The bound that was passed.
        ratio: usize,
    },
    /// A bound of [`crate::Limits`] was passed.
    #[error("more than {limit} {what}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },
    /// The package could not be read or a file of it not be kept: the machine's fault.
    #[error("{reason}")]
    Io {
        /// What kind of trouble the system has.
        kind: std::io::ErrorKind,
        /// What it says.
        reason: String,
    },
    /// An attachment could not be wrapped for sending.
    #[error("attachment {name:?} could not be zipped: {reason}")]
    Zip {
        /// AttachmentName.
        name: String,
        /// What the archive writer says.
        reason: String,
    },
}

impl From<std::io::Error> for EdxmlError {
    fn from(error: std::io::Error) -> Self {
        Self::Io {
            kind: error.kind(),
            reason: error.to_string(),
        }
    }
}
