//! Files named by their SHA-256: packages, attachments and PDF revisions.
//!
//! A blob is written, synced, renamed and its folder synced before any row names it, so a row's
//! blob is always there; a blob without a row is an orphan that [`Blobs::sweep`] takes away.

mod batch;
mod hashing;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::types::{FromSqlResult, Value, ValueRef};
use sha2::{Digest, Sha256};

pub(crate) use batch::sync_folder;
pub use batch::{Added, Batch, Writing};

use crate::Store;
use crate::columns::{Column, sql, unknown};
use crate::error::{Result, StoreError};

/// The blobs' folder in the profile's folder.
pub(crate) const FOLDER: &str = "blobs";
/// Marks a file that is still being written.
const UNFINISHED: &str = "unfinished-";
/// Read and written at once: large enough that hashing, not system calls, is the cost.
const CHUNK: usize = 128 * 1024;

/// A blob's name: the SHA-256 of its bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId([u8; 32]);

impl BlobId {
    /// The name that these bytes would have.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Takes 64 hexadecimal digits.
    pub fn parse(hex_digits: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(hex_digits, &mut hash).ok()?;
        Some(Self(hash))
    }

    /// The SHA-256.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for BlobId {
    fn from(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

impl Column for BlobId {
    fn value(&self) -> Value {
        Value::Text(self.to_string())
    }

    fn of(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        Self::parse(text).ok_or_else(|| unknown(text))
    }
}

/// What a sweep took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Blobs that no row names.
    pub orphans: u64,
    /// Files whose writer was killed.
    pub unfinished: u64,
    /// Bytes freed.
    pub bytes: u64,
}

/// The blobs of a profile.
#[derive(Debug, Clone, Copy)]
pub struct Blobs<'a>(&'a Store);

impl Store {
    /// The blobs of this profile.
    pub fn blobs(&self) -> Blobs<'_> {
        Blobs(self)
    }
}

impl<'a> Blobs<'a> {
    /// Keeps these bytes; they are on the disk for good when this returns.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobId> {
        let id = BlobId::of(bytes);
        let mut batch = self.batch();
        if !batch.find(id, bytes.len() as u64)? {
            batch.put(bytes)?;
        }
        batch.settle()?;
        Ok(id)
    }

    /// Keeps what a reader gives, in memory of one chunk; returns name and size in bytes. The
    /// caller bounds the reader (`Read::take`).
    pub fn put_from(&self, mut source: impl Read) -> Result<(BlobId, u64)> {
        let mut batch = self.batch();
        let mut writing = batch.write()?;
        copy(&mut source, &mut writing).map_err(|error| self.failed(&self.folder(), error))?;
        let added = batch.add(writing)?;
        batch.settle()?;
        Ok((added.id, added.size))
    }

    /// Blobs that are to become durable together.
    pub fn batch(&self) -> Batch<'a> {
        Batch::new(Self(self.0))
    }

    /// Where a blob is; whether it is there is not asked.
    pub fn path(&self, id: &BlobId) -> PathBuf {
        let name = id.to_string();
        let shelf = name.get(..2).unwrap_or_default();
        self.folder().join(shelf).join(&name)
    }

    /// A blob's bytes, which the caller keeps in memory: for packages and documents that are known
    /// to be small enough. Larger ones are read at [`Blobs::path`].
    pub fn read(&self, id: &BlobId) -> Result<Vec<u8>> {
        let path = self.path(id);
        fs::read(&path).map_err(|error| self.absent(id, &path, error))
    }

    /// A blob's bytes, refused as [`StoreError::Corrupt`] where they do not hash to its name.
    pub fn read_verified(&self, id: &BlobId) -> Result<Vec<u8>> {
        let bytes = self.read(id)?;
        if BlobId::of(&bytes) == *id {
            return Ok(bytes);
        }
        Err(StoreError::Corrupt(format!("blob {id}")))
    }

    /// A blob's file, to be read from its beginning, and its size in bytes; refused as
    /// [`StoreError::Corrupt`] where it does not hash to its name.
    pub fn open_verified(&self, id: &BlobId) -> Result<(File, u64)> {
        let path = self.path(id);
        let mut file = File::open(&path).map_err(|error| self.absent(id, &path, error))?;
        let mut hash = Sha256::new();
        let hashed = copy(&mut file, &mut hash).and_then(|size| file.rewind().map(|()| size));
        let size = hashed.map_err(|error| self.failed(&path, error))?;
        if BlobId(hash.finalize().into()) == *id {
            return Ok((file, size));
        }
        Err(StoreError::Corrupt(format!("blob {id}")))
    }

    /// Takes away blobs that no row names and files whose writer was killed, where they are older
    /// than `age`: a younger one may be on its way into a row. Goes shelf by shelf, so that nobody waits
    /// longer than for one.
    pub fn sweep(&self, now: SystemTime, age: Duration) -> Result<Swept> {
        let columns = self.columns()?;
        let mut swept = Swept::default();
        let folder = self.folder();
        let shelves = shelves(&folder).map_err(|error| self.failed(&folder, error))?;
        for shelf in std::iter::once(folder).chain(shelves) {
            self.sweep_shelf(&shelf, &columns, now, age, &mut swept)?;
        }
        Ok(swept)
    }

    fn sweep_shelf(
        &self,
        shelf: &Path,
        columns: &[(String, String)],
        now: SystemTime,
        age: Duration,
        swept: &mut Swept,
    ) -> Result<()> {
        let lock = self.lock()?;
        lock.lock().map_err(|error| self.failed(shelf, error))?;
        for (path, size, modified) in files(shelf).map_err(|error| self.failed(shelf, error))? {
            let old = now.duration_since(modified).is_ok_and(|past| past > age);
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let (unfinished, blob) = (name.starts_with(UNFINISHED), BlobId::parse(name));
            let orphan = match blob {
                Some(id) if old => !self.is_named(columns, &id)?,
                _ => false,
            };
            let unfinished = unfinished && old;
            if !orphan && !unfinished {
                continue;
            }
            fs::remove_file(&path).map_err(|error| self.failed(&path, error))?;
            swept.orphans += u64::from(orphan);
            swept.unfinished += u64::from(unfinished);
            swept.bytes += size;
        }
        Ok(())
    }

    /// Whether the blob is there already; its age starts anew then, so that a sweep leaves it to
    /// the row that is about to name it.
    fn touch(&self, id: &BlobId, size: u64) -> Result<bool> {
        let path = self.path(id);
        let lock = self.lock()?;
        let touched = lock.lock_shared().and_then(|()| {
            let file = File::options().append(true).open(&path)?;
            let same = file.metadata()?.len() == size;
            file.set_modified(SystemTime::now())?;
            Ok(same)
        });
        match touched {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            other => other.map_err(|error| self.failed(&path, error)),
        }
    }

    /// Held shared while a blob is found to exist, alone while orphans are taken away.
    fn lock(&self) -> Result<File> {
        let path = self.folder().join("lock");
        let mut options = File::options();
        let opened = options.create(true).truncate(false).write(true).open(&path);
        opened.map_err(|error| self.failed(&path, error))
    }

    /// Every column that names a blob: called `blob` or `…_blob` by this crate's convention.
    fn columns(&self) -> Result<Vec<(String, String)>> {
        self.0.read(|db| {
            let mut columns = db.prepare_cached(
                "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND (c.name = 'blob' OR c.name LIKE '%\\_blob' ESCAPE '\\')
                   AND t.sql LIKE '%STRICT%'",
            )?;
            let rows = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    fn is_named(&self, columns: &[(String, String)], id: &BlobId) -> Result<bool> {
        self.0.read(|db| {
            for (table, column) in columns {
                let query = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} = ?1)");
                if db
                    .prepare_cached(&query)?
                    .query_row([sql(id)], |row| row.get(0))?
                {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn folder(&self) -> PathBuf {
        self.0.folder().join(FOLDER)
    }

    fn failed(&self, path: &Path, error: io::Error) -> StoreError {
        StoreError::io(self.0.folder(), path, error)
    }

    fn absent(&self, id: &BlobId, path: &Path, error: io::Error) -> StoreError {
        if error.kind() == io::ErrorKind::NotFound {
            return StoreError::not_found("blob", id);
        }
        self.failed(path, error)
    }
}

/// `io::copy` in pieces that are large enough for hashing to be the cost.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<u64> {
    let mut chunk = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let read = match from.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(size);
        };
        to.write_all(bytes)?;
        size += bytes.len() as u64;
    }
}

/// The folders in the blobs' folder: one for each of the 256 beginnings of a hash.
fn shelves(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Path, size and time of every file on one shelf.
fn files(shelf: &Path) -> io::Result<Vec<(PathBuf, u64, SystemTime)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(shelf)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        if meta.is_file() {
            found.push((entry.path(), meta.len(), meta.modified()?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store)
    }

    fn all_files(blobs: &Blobs<'_>) -> Vec<(PathBuf, u64, SystemTime)> {
        let folder = blobs.folder();
        let shelves = shelves(&folder).unwrap();
        let all = shelves.iter().chain([&folder]);
        all.flat_map(|shelf| files(shelf).unwrap()).collect()
    }

    #[test]
    fn a_blob_is_named_by_its_bytes_and_kept_once() {
        let (_folder, store) = store();
        let blobs = store.blobs();
        let id = blobs.put(b"abc").unwrap();
        assert_eq!(
            id.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(blobs.put_from(&b"abc"[..]).unwrap(), (id, 3));
        assert_eq!(blobs.read_verified(&id).unwrap(), b"abc");
        let kept = all_files(&blobs);
        assert_eq!(kept.iter().filter(|(_, size, _)| *size == 3).count(), 1);
    }

    #[test]
    fn a_changed_blob_is_found_out() {
        let (_folder, store) = store();
        let id = store.blobs().put(b"the leader signed this").unwrap();
        fs::write(store.blobs().path(&id), b"the leader signed that").unwrap();
        assert!(matches!(
            store.blobs().read_verified(&id),
            Err(StoreError::Corrupt(_))
        ));
    }

    #[test]
    fn a_reader_that_fails_leaves_no_file() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("connection lost"))
            }
        }
        let (_folder, store) = store();
        assert!(store.blobs().put_from(Broken).is_err());
        let left = all_files(&store.blobs());
        assert!(
            left.iter().all(|(path, ..)| path.ends_with("lock")),
            "{left:?}"
        );
    }

    #[test]
    fn a_sweep_takes_old_orphans_only() {
        let (_folder, store) = store();
        let blobs = store.blobs();
        let orphan = blobs.put(b"nobody names me").unwrap();
        let named = blobs.put(b"a row names me").unwrap();
        store
            .raw()
            .keep(
                &crate::NewRaw::sample("A1", named),
                time::OffsetDateTime::UNIX_EPOCH,
            )
            .unwrap();
        fs::write(blobs.folder().join("unfinished-1-1"), b"killed").unwrap();
        let hour = Duration::from_secs(3600);
        let now = SystemTime::now();
        assert_eq!(blobs.sweep(now, hour).unwrap(), Swept::default());
        let later = blobs.sweep(now + 2 * hour, hour).unwrap();
        assert_eq!((later.orphans, later.unfinished), (1, 1));
        assert!(blobs.read(&orphan).is_err());
        assert!(blobs.read(&named).is_ok());
    }
}
