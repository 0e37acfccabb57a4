//! edXML bytes to and from the domain: reads every dialect that circulates, writes exactly one.
//!
//! The format is QCVN 102:2016/BTTTT as the national axis uses it. The reader is namespace-aware,
//! prefix-agnostic, order-insensitive and bounded by [`Limits`]; what it had to forgive is in
//! [`Package::notes`]. The writer reproduces the layout of the public SDK byte for byte, because
//! some receivers look elements up by the literal prefix `edXML:`.
//!
//! No files, no sockets, no clock: bytes in, values out.

mod attachment;
mod base64;
mod container;
mod dates;
mod envelope;
mod error;
mod files;
mod header;
mod limits;
mod manifest;
mod note;
mod parts;
mod payload;
mod skeleton;
mod text;
mod tree;
mod words;
mod writer;
mod zipped;

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use trien_domain::{DocumentFacts, StatusMessage};

use container::MimePart;
use envelope::Envelope;
use files::Memory;
use skeleton::Skeleton;
use tree::Xml;

pub use attachment::{Attachment, is_pdf};
pub use error::EdxmlError;
pub use files::Files;
pub use limits::Limits;
pub use note::Note;
pub use words::words;
pub use writer::{write_document, write_document_to, write_status};

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
pub struct Package<F = Vec<u8>> {
    /// What it says.
    pub message: Message,
    /// Its files, in the order of the manifest; the first one is the main document by convention.
    pub attachments: Vec<Attachment<F>>,
    /// What had to be forgiven, for the clerk and the log.
    pub notes: Vec<Note>,
}

/// Reads a package in memory.
///
/// Anything may stand in `bytes`; the result is a value or an error with its evidence, never a
/// panic, and never more memory than a small multiple of [`Limits::package_bytes`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Package, EdxmlError> {
    let package = read_from(&mut std::io::Cursor::new(bytes), limits, &mut Memory)?;
    let files = package.attachments.into_iter();
    Ok(Package {
        message: package.message,
        attachments: files.map(|f| f.map(std::io::Cursor::into_inner)).collect(),
        notes: package.notes,
    })
}

/// The same of a package on a disk: what surrounds its files is held in memory, the files go from
/// `source` to `files` piece by piece. A package in UTF-16 is one file more: its own text in UTF-8.
///
/// # Errors
/// Besides those of the package, [`EdxmlError::Io`].
pub fn read_from<S: Read + Seek, F: Files>(
    source: &mut S,
    limits: &Limits,
    files: &mut F,
) -> Result<Package<F::File>, EdxmlError> {
    let mut reader = Reader {
        limits,
        files,
        message_only: false,
    };
    reader.read(source)
}

/// What a package on a disk says, whatever is wrong with its files: they are not looked into. A package in UTF-16 is one
/// file of `files`.
///
/// # Errors
/// As [`read_from`], for what is not a file's.
pub fn message_in<S: Read + Seek, F: Files>(
    source: &mut S,
    limits: &Limits,
    files: &mut F,
) -> Result<Message, EdxmlError> {
    let mut reader = Reader {
        limits,
        files,
        message_only: true,
    };
    Ok(reader.read(source)?.message)
}

/// How a package is read.
struct Reader<'a, F> {
    limits: &'a Limits,
    files: &'a mut F,
    /// Without its files.
    message_only: bool,
}

impl<F: Files> Reader<'_, F> {
    fn read<S: Read + Seek>(&mut self, source: &mut S) -> Result<Package<F::File>, EdxmlError> {
        let size = source.seek(SeekFrom::End(0))?;
        let bytes = usize::try_from(size).unwrap_or(usize::MAX);
        tree::within(bytes, self.limits.package_bytes, "bytes in the package")?;
        let head = head(source, &(0..size))?;
        if text::is_utf16(&head) {
            let mut utf8 = self.files.create()?;
            source.rewind()?;
            text::from_utf16(source, &mut utf8)?;
            return self.read_utf8(&mut utf8);
        }
        self.read_utf8(source)
    }

    /// Reads a package whose own text is UTF-8; in a multipart the message may still be UTF-16.
    fn read_utf8<S: Read + Seek>(
        &mut self,
        source: &mut S,
    ) -> Result<Package<F::File>, EdxmlError> {
        let size = source.seek(SeekFrom::End(0))?;
        let beginning = head(source, &(0..size))?;
        if !container::is_multipart(&beginning) {
            return self.read_message(source, &(0..size), &[]);
        }
        let container = container::open(source, &beginning, self.limits)?;
        let message = head(source, &container.message)?;
        if text::is_utf16(&message) {
            let mut utf8 = self.files.create()?;
            let container = container.in_utf8(source, &mut utf8)?;
            return self.read_message(&mut utf8, &container.message, &container.parts);
        }
        self.read_message(source, &container.message, &container.parts)
    }

    /// Reads the message at a place of a package, with the parts beside it.
    fn read_message<S: Read + Seek>(
        &mut self,
        source: &mut S,
        message: &Range<u64>,
        mime: &[MimePart],
    ) -> Result<Package<F::File>, EdxmlError> {
        let limits = self.limits;
        let mut notes = Vec::new();
        let skeleton = Skeleton::read(source, message, limits)?;
        let text = text::of(&skeleton.bytes, &mut notes)?;
        let xml = Xml::with_runs(text, &skeleton);
        let root = tree::parse(&xml, tree::MESSAGE, limits, &mut notes)?;
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
        if self.message_only {
            return Ok(Package {
                message: Message::Document(Box::new(facts)),
                attachments: Vec::new(),
                notes,
            });
        }
        let mut parts: Vec<_> = parts::within_message(&root).collect();
        for part in mime {
            parts.push(parts::beside_message(part, source, limits)?);
        }
        let references = envelope.manifest.map(manifest::references);
        let mut opening = payload::Opening {
            source,
            files: &mut *self.files,
            limits,
            notes: &mut notes,
            left: limits.total_bytes,
        };
        let attachments = manifest::attachments(references, parts, &mut opening)?;
        Ok(Package {
            message: Message::Document(Box::new(facts)),
            attachments,
            notes,
        })
    }
}

/// What tells how a package, or the message in a multipart, is written: more than a MIME header has.
const HEAD: u64 = 4 << 10;

fn head<S: Read + Seek>(source: &mut S, place: &Range<u64>) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(place.start))?;
    let most = HEAD.min(place.end - place.start);
    source.by_ref().take(most).read_to_end(&mut head)?;
    Ok(head)
}
