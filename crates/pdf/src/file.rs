//! An open file.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    Limits, Object, ObjectId, PdfError, ReadAt, Revision, View,
    account::{Account, ByteRangeDictionary, Unaccounted},
    cursor::is_space,
    encryption::Encryption,
    object_stream::Cache,
    open,
    source::read_exact,
};

/// White space after a revision that still counts as its own: programs leave some line ends, mail some blocks of zeros.
const MAX_BLANK: u64 = 64 << 10;

/// A PDF file with all its revisions. Opening reads the cross-reference sections and nothing else.
pub struct Pdf<S> {
    source: S,
    limits: Limits,
    revisions: Vec<Revision>,
    pub(crate) object_streams: Mutex<Cache>,
    account: OnceLock<Account>,
    encryption: Option<Encryption>,
    spent: AtomicU64,
    pub(crate) watch: Option<fn(&Object) -> bool>,
}

impl<S> std::fmt::Debug for Pdf<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pdf")
            .field("revisions", &self.revisions)
            .finish_non_exhaustive()
    }
}

impl<S: ReadAt> Pdf<S> {
    /// Opens a file strictly: whatever a viewer would have to repair is an error.
    ///
    /// # Errors
    /// The first fault in header, `startxref`, cross-reference sections or trailers.
    pub fn open(source: S, limits: Limits) -> Result<Self, PdfError> {
        // A file that has only an owner's password opens without one (7.6.3.1).
        Self::open_with_password(source, limits, "")
    }

    /// The same with the user's or the owner's password of an encrypted file. A wrong one is no error: the file is
    /// then [`Pdf::locked`].
    ///
    /// # Errors
    /// As [`Pdf::open`]; [`PdfError::EncryptionChanged`].
    pub fn open_with_password(source: S, limits: Limits, password: &str) -> Result<Self, PdfError> {
        let revisions = open::revisions(&source, &limits)?;
        let mut pdf = Self {
            source,
            limits,
            revisions,
            object_streams: Mutex::default(),
            account: OnceLock::new(),
            encryption: None,
            spent: AtomicU64::new(0),
            watch: None,
        };
        if pdf.encrypted() {
            pdf.encryption = Encryption::open(&pdf, password)?;
        }
        Ok(pdf)
    }

    /// The same, noting the objects that `watch` is true of while [`Pdf::unaccounted`] walks over them all: so a rare
    /// thing is found without a walk of its own.
    #[must_use]
    pub fn watching(mut self, watch: fn(&Object) -> bool) -> Self {
        self.watch = Some(watch);
        self
    }

    /// The objects of any revision that the watch was true of; none without [`Pdf::watching`].
    ///
    /// # Errors
    /// As [`Pdf::unaccounted`].
    pub fn watched(&self) -> Result<&BTreeSet<ObjectId>, PdfError> {
        Ok(&self.account()?.watched)
    }

    /// The bytes.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The file's length in bytes.
    pub fn len(&self) -> u64 {
        self.source.len()
    }

    /// Never true: an empty file does not open.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The bounds given to [`Pdf::open`].
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// All revisions, oldest first; there is at least one.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The revision whose bytes end at `end`: at its `%%EOF`, after the line end, or in the white space that a program
    /// left before the next revision.
    ///
    /// # Errors
    /// When the source cannot be read.
    pub fn revision_ending_at(&self, end: u64) -> Result<Option<usize>, PdfError> {
        let begun = self.revisions.partition_point(|r| r.eof <= end);
        let Some(revision) = begun.checked_sub(1).and_then(|at| self.revisions.get(at)) else {
            return Ok(None);
        };
        let blank = end.saturating_sub(revision.end);
        if blank > MAX_BLANK || end > self.len() {
            return Ok(None);
        }
        let blank = usize::try_from(blank).unwrap_or(0);
        let blank = read_exact(&self.source, revision.end, blank)?;
        Ok(blank.into_iter().all(is_space).then_some(revision.number))
    }

    /// The document as it stood at the end of a revision, seeing no byte after it. A number past the newest gives
    /// the newest.
    pub fn at(&self, revision: usize) -> View<'_, S> {
        View::new(self, revision.min(self.revisions.len().saturating_sub(1)))
    }

    /// The document as it stands.
    pub fn latest(&self) -> View<'_, S> {
        self.at(usize::MAX)
    }

    /// Whether any revision names an `/Encrypt` dictionary. Such a file is read with its password, never extended.
    pub fn encrypted(&self) -> bool {
        self.revisions.iter().any(|r| r.trailer.contains("Encrypt"))
    }

    /// Whether the file is encrypted and was opened without its password. Strings are then not what they seem, and
    /// streams cannot be read.
    pub fn locked(&self) -> bool {
        self.encrypted() && self.encryption.is_none()
    }

    /// Notes work that is about to be done or was done.
    pub(crate) fn spend(&self, bytes: u64) -> Result<(), PdfError> {
        let limit = self.limits.work;
        let before = self.spent.fetch_add(bytes, Ordering::Relaxed);
        match before.saturating_add(bytes) <= limit {
            true => Ok(()),
            false => Err(PdfError::Work { limit }),
        }
    }

    pub(crate) fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    /// The bytes that no revision explains, by rising offset. White space is explained everywhere.
    ///
    /// # Errors
    /// When the source cannot be read; faults in objects are findings, not errors.
    pub fn unaccounted(&self) -> Result<Vec<Unaccounted>, PdfError> {
        Ok(self.account()?.unaccounted.clone())
    }

    /// All dictionaries that hold `/ByteRange`, in all revisions, reachable or not, by rising offset; among them the
    /// signatures that the document shown may hide.
    ///
    /// # Errors
    /// As [`Pdf::unaccounted`].
    pub fn byte_range_dictionaries(&self) -> Result<Vec<ByteRangeDictionary>, PdfError> {
        Ok(self.account()?.signatures.clone())
    }

    /// Where the object at `offset` must have ended: at the next place where its revision says that an object begins.
    /// So no byte is read as part of many objects, whatever the entries say.
    pub(crate) fn end_of_object(&self, offset: u64) -> u64 {
        let revision = self.revisions.partition_point(|r| r.end <= offset);
        let Some(revision) = self.revisions.get(revision) else {
            return offset;
        };
        let next = revision.offsets.partition_point(|o| *o <= offset);
        revision.offsets.get(next).copied().unwrap_or(revision.end)
    }

    fn account(&self) -> Result<&Account, PdfError> {
        if let Some(account) = self.account.get() {
            return Ok(account);
        }
        let account = Account::take(self)?;
        Ok(self.account.get_or_init(|| account))
    }
}
