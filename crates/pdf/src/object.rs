//! The object types of clause 7.3, in memory.

use std::{fmt, ops::Range};

mod access;
mod text;

/// An indirect object's number and generation (7.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    /// Object number, from 1.
    pub number: u32,
    /// Generation, 0 in almost every file.
    pub generation: u16,
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} R", self.number, self.generation)
    }
}

/// A name, its `#xx` escapes decoded, without the slash (7.3.5).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub Vec<u8>);

/// A string's bytes (7.3.4).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PdfString {
    /// The bytes, escapes decoded.
    pub bytes: Vec<u8>,
    /// Whether it is written `<…>`; a signature's `/Contents` must be.
    pub hex: bool,
}

/// Entries in the order of the file, no key twice (7.3.7).
#[derive(Clone, Default, PartialEq)]
pub struct Dict {
    entries: Vec<(Name, Object)>,
}

/// A dictionary followed by bytes (7.3.8).
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// The stream dictionary. When written, `/Length` is set from the data.
    pub dict: Dict,
    /// Where the encoded bytes are.
    pub data: StreamData,
}

/// A stream's encoded bytes.
#[derive(Clone, PartialEq, Eq)]
pub enum StreamData {
    /// A range of the file, read on demand.
    InFile(Range<u64>),
    /// A range of an encrypted file, decrypted when it is read.
    Encrypted {
        /// The encrypted bytes.
        range: Range<u64>,
        /// The object whose key they have.
        holder: ObjectId,
    },
    /// Bytes that are yet to be written.
    Owned(Vec<u8>),
}

/// Any PDF object.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// `null`, and whatever an undefined reference leads to.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer; wider than the 32 bits of old viewers because offsets have ten digits.
    Integer(i64),
    /// A number with a point. Written with the digits that read back to the same value.
    Real(f64),
    /// A literal or hexadecimal string.
    String(PdfString),
    /// A name.
    Name(Name),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dictionary(Dict),
    /// A stream; only ever an indirect object.
    Stream(Stream),
    /// A reference to an indirect object.
    Reference(ObjectId),
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for PdfString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.bytes.escape_ascii())
    }
}

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.entries.iter().map(|(k, v)| (k, v)))
            .finish()
    }
}

impl fmt::Debug for StreamData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InFile(range) => write!(f, "InFile({range:?})"),
            Self::Encrypted { range, .. } => write!(f, "Encrypted({range:?})"),
            Self::Owned(bytes) => write!(f, "Owned({} bytes)", bytes.len()),
        }
    }
}
