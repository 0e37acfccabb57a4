//! Bounds on what a hostile file may cost.

/// Direct arrays and dictionaries inside one another. Real files stay under 20; more is an attack on the stack.
pub(crate) const MAX_DEPTH: usize = 64;
/// References followed from one to the next before something must stand there.
pub(crate) const MAX_REFERENCES: usize = 8;
/// Bytes of one object without its stream data, or of one cross-reference table: the largest real objects are signatures
/// of some 100 KB and arrays of names; a table of this size lists 400 000 objects.
pub(crate) const MAX_OBJECT_BYTES: u64 = 8 << 20;
/// The first bytes in which viewers look for the header (ISO 32000-1, annex H.3, note 13); here to say what is wrong.
pub(crate) const HEAD_BYTES: u64 = 1024;
/// The last bytes in which `startxref` is searched, as viewers do (ISO 32000-1, annex H.3, note 18).
pub(crate) const TAIL_BYTES: u64 = 1024;
/// The largest object number that viewers must accept (ISO 32000-1, annex C.2).
pub(crate) const MAX_OBJECT_NUMBER: u32 = 8_388_607;
/// Nodes between the root of the page tree and a page; balanced trees need 5 for a million pages.
pub(crate) const MAX_PAGE_DEPTH: usize = 32;
/// Filters on one stream; producers use one or two, each further one multiplies a bomb.
pub(crate) const MAX_FILTERS: usize = 4;
/// Objects in one object stream; producers put 100 to 200 there.
pub(crate) const MAX_OBJECTS_IN_STREAM: usize = 100_000;
/// Decoded bytes of one object stream: what producers put there has some 100 KB, and each byte may become an object of
/// fifty in memory.
pub(crate) const MAX_OBJECT_STREAM_BYTES: u64 = 16 << 20;
/// Bytes of one cross-reference stream, encoded or decoded: two million entries of the widest form.
pub(crate) const MAX_XREF_STREAM_BYTES: u64 = 48 << 20;
/// What reading one object costs besides its bytes, in the currency of [`Limits::work`]: a system call and a search.
pub(crate) const COST_OF_OBJECT: u64 = 256;
/// Bytes of the widest entry of a cross-reference stream: three fields of eight bytes.
pub(crate) const WIDEST_ENTRY: u64 = 24;
/// Dictionaries with `/ByteRange` in one file: real ones have up to 13, archives one more each year.
pub(crate) const MAX_SIGNATURES: usize = 1_000;
/// Keys of one dictionary: the largest real ones, `/Dests` of PDF 1.1, have some thousands; a search is linear.
pub(crate) const MAX_KEYS: usize = 16_384;
/// Files at or over this size do not fit the ten digits of a cross-reference table's offset.
pub(crate) const MAX_FILE_BYTES: u64 = 10_000_000_000;

/// Bounds that a caller may tighten or widen. The defaults fit an office's documents with room to spare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Revisions of one file. A document that many desks sign has some ten; archives refresh yearly.
    pub revisions: usize,
    /// Cross-reference entries over all revisions; a thousand-page scan has some ten thousand.
    pub entries: usize,
    /// Decoded bytes of one stream; a content stream of a dense map has some 20 MB.
    pub stream_bytes: u64,
    /// Pages of one document.
    pub pages: usize,
    /// Bytes parsed and decoded for one open file, in all its revisions together. The judgement of a file with 100 000
    /// objects and ten signatures needs a tenth of the default; without a bound a small file of many revisions, or of
    /// many object streams that inflate a thousandfold, would take hours.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            revisions: 1_000,
            entries: 2_000_000,
            stream_bytes: 256 << 20,
            pages: 100_000,
            work: 2 << 30,
        }
    }
}
