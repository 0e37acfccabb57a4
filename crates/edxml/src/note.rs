//! What the reader forgave: dirt that circulates on the axis and loses nothing.

/// One thing that was forgiven.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Note {
    /// Bytes before the prolog; one SDK's own sample starts with `1212`.
    #[error("{bytes} bytes before the XML")]
    JunkBefore {
        /// How many.
        bytes: usize,
    },
    /// Bytes after the root element. They are not read.
    #[error("{bytes} bytes after the XML")]
    JunkAfter {
        /// How many.
        bytes: usize,
    },
    /// Not the namespace of QCVN 102:2016.
    #[error("namespace {uri:?}")]
    OtherNamespace {
        /// The namespace of the root element.
        uri: String,
    },
    /// The prefix `edXML` where nothing declares it. It means QCVN 102:2016.
    #[error("the prefix edXML is not declared")]
    UndeclaredPrefix,
    /// A date or time that is none (`2014/02/30`) or is written in another order.
    #[error("{element} is not a date: {text:?}")]
    BadDate {
        /// Which element.
        element: &'static str,
        /// What was written.
        text: String,
    },
    /// A code outside its list; it is read as 0.
    #[error("{element} is outside its list: {text:?}")]
    UnknownCode {
        /// Which element.
        element: &'static str,
        /// What was written.
        text: String,
    },
    /// An element that should be there.
    #[error("no {element}")]
    Missing {
        /// Which element.
        element: &'static str,
    },
    /// An organ without an identifier, or with the text `null` for one. It is left out.
    #[error("{element} names no organ")]
    NoOrgan {
        /// Which element.
        element: &'static str,
    },
    /// The same recipient twice. It is kept once.
    #[error("recipient {organ} stands there twice")]
    DuplicateRecipient {
        /// OrganId.
        organ: String,
    },
    /// Organ and code stand in each other's place, as one program writes them.
    #[error("{element} has organ and code in each other's place")]
    Swapped {
        /// Which element.
        element: &'static str,
    },
    /// No DocumentId; it was composed from organ, date and code as the sender would have.
    #[error("no DocumentId, composed {id}")]
    ComposedDocumentId {
        /// The composed one.
        id: String,
    },
    /// A document without any file.
    #[error("no attachment")]
    NoAttachment,
    /// An attachment of no bytes.
    #[error("attachment {name:?} is empty")]
    EmptyAttachment {
        /// AttachmentName.
        name: String,
    },
    /// An attachment that the manifest does not name. It is kept, after the named ones.
    #[error("attachment {name:?} is not in the manifest")]
    UnlistedAttachment {
        /// AttachmentName.
        name: String,
    },
    /// An attachment that was matched by its name or place, because its ContentId differs.
    #[error("attachment {name:?} has another ContentId than the manifest")]
    MatchedLoosely {
        /// AttachmentName.
        name: String,
    },
    /// A name that would leave its folder or deceive the eye. It is shown and never used as a path.
    #[error("attachment name {name:?} is unsafe")]
    UnsafeAttachmentName {
        /// The name as written.
        name: String,
    },
    /// A single-entry zip that some senders put around every file was taken off.
    #[error("attachment {name:?} was wrapped in a zip")]
    Unwrapped {
        /// AttachmentName.
        name: String,
    },
    /// Starts like a zip and cannot be opened. Its bytes are kept as they came.
    #[error("attachment {name:?} is a broken zip")]
    BrokenZip {
        /// AttachmentName.
        name: String,
    },
}
