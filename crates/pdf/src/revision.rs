//! One revision: what an author or an incremental update (7.5.6) added to the file.

use std::ops::Range;

use crate::{Dict, ObjectId};

/// How a revision's cross-reference section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefKind {
    /// A table (7.5.4).
    Table,
    /// A stream (7.5.8).
    Stream,
    /// A table whose trailer names a stream by `/XRefStm` (7.5.8.4).
    Hybrid,
}

/// One entry of a cross-reference section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefEntry {
    /// The object does not exist (any more).
    Free {
        /// The generation that a new object of this number would get.
        generation: u16,
    },
    /// `n g obj` stands at this place.
    InFile {
        /// Bytes from the start of the file.
        offset: u64,
        /// Its generation.
        generation: u16,
    },
    /// The object is in an object stream; its generation is 0.
    InStream {
        /// Object number of the stream.
        stream: u32,
        /// Which of the stream's objects.
        index: u32,
    },
}

/// What one act of writing left behind. The two sections of a linearized file, and those of a hybrid file as Word
/// writes it, are one revision.
#[derive(Debug, Clone)]
pub struct Revision {
    /// 0 is the oldest.
    pub number: usize,
    /// Its first byte: the end of the revision before.
    pub start: u64,
    /// Just past `%%EOF`. A signature that covers the whole revision ends here or at [`Revision::end`].
    pub eof: u64,
    /// Just past the line end after `%%EOF`, if there is one.
    pub end: u64,
    /// The offset that its `startxref` gives.
    pub startxref: u64,
    /// How its cross-reference section is written.
    pub xref: XrefKind,
    /// The trailer dictionary, or that of the cross-reference stream.
    pub trailer: Dict,
    /// Whether this is the first revision of a linearized file (annex F).
    pub linearized: bool,
    /// Whether a cross-reference table of it is in more than one piece (7.5.4).
    pub fragmented: bool,
    /// Sorted by number.
    pub(crate) entries: Vec<(u32, XrefEntry)>,
    /// Where its entries say that objects begin, by rising offset.
    pub(crate) offsets: Vec<u64>,
    /// The bytes of its cross-reference sections, trailers included.
    pub(crate) sections: Vec<Range<u64>>,
    /// From `startxref` to the end, and for a linearized file also the first page's `startxref`.
    pub(crate) endings: Vec<Range<u64>>,
}

impl Revision {
    /// What this revision itself declares, by rising object number; not what it inherits.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (u32, XrefEntry)> {
        self.entries.iter().copied()
    }

    /// What this revision itself says about an object number.
    #[must_use]
    pub fn entry(&self, number: u32) -> Option<XrefEntry> {
        let at = self
            .entries
            .binary_search_by_key(&number, |(n, _)| *n)
            .ok()?;
        self.entries.get(at).map(|(_, entry)| *entry)
    }

    /// The objects that this revision defines anew or again.
    pub fn defined(&self) -> impl Iterator<Item = ObjectId> {
        self.entries
            .iter()
            .filter_map(|(number, entry)| entry.id(*number))
    }
}

impl XrefEntry {
    /// The object that the entry defines; `None` for a free one.
    #[must_use]
    pub fn id(self, number: u32) -> Option<ObjectId> {
        match self {
            Self::Free { .. } => None,
            Self::InFile { generation, .. } => Some(ObjectId { number, generation }),
            Self::InStream { .. } => Some(ObjectId {
                number,
                generation: 0,
            }),
        }
    }
}
