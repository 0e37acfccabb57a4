//! Everything that can be wrong with a PDF file, with the place where it was found.

use crate::ObjectId;

/// Why a file could not be read, or an update not be written. Offsets count bytes from the start of the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// The source could not be read.
    #[error("reading failed: {0}")]
    Io(#[from] std::io::Error),
    /// There is no `%PDF-` where viewers look for it (7.5.2).
    #[error("not a PDF file: no %PDF- at the beginning")]
    NotPdf,
    /// Something stands before `%PDF-`, so that one reader counts offsets from here, another from byte 0.
    #[error("the header %PDF- stands at byte {offset}, not at byte 0")]
    HeaderOffset {
        /// Where it stands.
        offset: u64,
    },
    /// A token or object runs past the end of the file or of its revision.
    #[error("unexpected end at byte {offset}")]
    UnexpectedEnd {
        /// Where the bytes ran out.
        offset: u64,
    },
    /// The bytes do not follow the grammar of clause 7.2 and 7.3.
    #[error("at byte {offset}: expected {expected}")]
    Syntax {
        /// Where the fault lies.
        offset: u64,
        /// What the grammar asks for there.
        expected: &'static str,
    },
    /// A dictionary holds one key twice, so that two readers may see two documents.
    #[error("at byte {offset}: key /{key} stands twice in one dictionary")]
    DuplicateKey {
        /// Where the second key stands.
        offset: u64,
        /// The key, undecodable bytes replaced.
        key: String,
    },
    /// A bound of [`crate::Limits`] was passed.
    #[error("at byte {offset}: {what} exceeds the limit of {limit}")]
    Limit {
        /// Where, or 0 when the thing has no place in the file.
        offset: u64,
        /// What is too big, deep or many.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// Reading the file takes more than [`crate::Limits::work`].
    #[error("the file takes more work than {limit} bytes of parsing")]
    Work {
        /// The bound.
        limit: u64,
    },
    /// No `startxref` in the last bytes of the file (7.5.5).
    #[error("no startxref at the end of the file")]
    NoStartxref,
    /// A cross-reference section or its trailer is broken (7.5.4, 7.5.5, 7.5.8).
    #[error("cross-reference section at byte {offset}: {reason}")]
    Xref {
        /// Where the section stands.
        offset: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The cross-reference entry does not lead to `n g obj`.
    #[error("object {id} is not at byte {offset}")]
    ObjectHeader {
        /// The object that was asked for.
        id: ObjectId,
        /// Where the entry points.
        offset: u64,
    },
    /// `/Length` is missing, or `endstream` does not follow the data that it announces.
    #[error("stream at byte {offset}: /Length is not exact")]
    StreamLength {
        /// Where the data begin.
        offset: u64,
    },
    /// An object stream is broken or was replaced under the objects that it holds (7.5.7).
    #[error("object stream {number}: {reason}")]
    ObjectStream {
        /// The stream's object number.
        number: u32,
        /// What is wrong.
        reason: &'static str,
    },
    /// Indirect references follow one another too far or in a circle.
    #[error("object {id}: references lead too far")]
    ReferenceLoop {
        /// Where the walk was given up.
        id: ObjectId,
    },
    /// A value has another type than its place asks for.
    #[error("{what} is missing or of the wrong type")]
    WrongType {
        /// The value's name, as in the standard.
        what: &'static str,
    },
    /// The page tree is broken (7.7.3).
    #[error("page tree at object {id}: {reason}")]
    PageTree {
        /// The node.
        id: ObjectId,
        /// What is wrong.
        reason: &'static str,
    },
    /// A filter's data are broken.
    #[error("filter {filter}: {reason}")]
    Filter {
        /// The filter's name.
        filter: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A filter that this reader does not decode (image codecs, encryption).
    #[error("filter {0} is not decoded here")]
    UnsupportedFilter(String),
    /// The file is encrypted: without its password nothing is read, and nothing is ever appended.
    #[error("the file is encrypted")]
    Encrypted,
    /// One revision is encrypted otherwise than another.
    #[error("a later revision encrypts the file, or encrypts it otherwise")]
    EncryptionChanged,
    /// The file holds a signature, so that no byte of it may be written anew.
    #[error("the file holds a signature at byte {offset}")]
    Signed {
        /// Where it stands.
        offset: u64,
    },
    /// Bytes that are not white space follow the last revision; appending would bury them.
    #[error("foreign bytes follow the last %%EOF at byte {offset}")]
    TrailingBytes {
        /// Where they begin.
        offset: u64,
    },
    /// The file would pass 10 000 000 000 bytes, more than a cross-reference table can address.
    #[error("the file would be larger than 10-digit offsets can address")]
    FileTooLarge,
    /// A font file cannot be used.
    #[error("font: {0}")]
    Font(&'static str),
    /// The font has no glyph for a character.
    #[error("the font has no glyph for {0:?}")]
    MissingGlyph(char),
    /// An image cannot be used.
    #[error("image: {0}")]
    Image(&'static str),
}
