//! Blobs that become durable together: the disk is waited for once for a round of packages.
//!
//! A file is hashed and written as its bytes come; nothing waits for it. [`Batch::settle`] then
//! makes the bytes of all files durable, gives them their names, and makes the names durable:
//! in this order, so that a power cut leaves a file of another name or a whole blob, never a blob
//! whose bytes are not there. The names of blobs that were there already are made durable, too: whoever
//! gave them may have come no further.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::hashing::Hashing;
use super::{BlobId, Blobs, UNFINISHED};
use crate::error::Result;

/// From so many files on the file system is told once to write everything, instead of each file by
/// itself: a call for each would wait for the disk as often.
const TOGETHER: usize = 4;

/// Blobs in the making. What is not settled is taken away with it.
#[derive(Debug)]
pub struct Batch<'a> {
    blobs: Blobs<'a>,
    written: Vec<(Unfinished, BlobId)>,
    known: Vec<BlobId>,
}

/// One blob while it is written. What was written can be read again, from any place.
#[derive(Debug)]
pub struct Writing {
    unfinished: Unfinished,
    file: File,
    hash: Hashing,
}

/// A blob that was added to a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its name.
    pub id: BlobId,
    /// Its size in bytes.
    pub size: u64,
    /// Where its bytes lie until the batch is settled.
    pub path: PathBuf,
    /// It was there before.
    pub known: bool,
}

impl<'a> Batch<'a> {
    pub(super) fn new(blobs: Blobs<'a>) -> Self {
        Self {
            blobs,
            written: Vec::new(),
            known: Vec::new(),
        }
    }

    /// A new blob, to be written and then added.
    pub fn write(&self) -> Result<Writing> {
        let folder = self.blobs.folder();
        let unfinished = Unfinished::new(&folder);
        let mut options = File::options();
        // Whatever is read in between, what is written is appended.
        let opened = options.read(true).append(true).create_new(true);
        let file = opened
            .open(&unfinished.path)
            .map_err(|error| self.blobs.failed(&unfinished.path, error))?;
        Ok(Writing {
            unfinished,
            file,
            hash: Hashing::new(),
        })
    }

    /// Takes a blob that is written to its end.
    pub fn add(&mut self, writing: Writing) -> Result<Added> {
        let (size, path) = (writing.hash.size(), writing.unfinished.path.clone());
        let id = writing.hash.finish();
        let id = id.map_err(|error| self.blobs.failed(&path, error))?;
        let twice = self.written.iter().find(|(_, known)| *known == id);
        if let Some((first, _)) = twice {
            let path = first.path.clone();
            let known = false;
            return Ok(Added {
                id,
                size,
                path,
                known,
            });
        }
        if self.find(id, size)? {
            let path = self.blobs.path(&id);
            let known = true;
            return Ok(Added {
                id,
                size,
                path,
                known,
            });
        }
        self.written.push((writing.unfinished, id));
        let known = false;
        Ok(Added {
            id,
            size,
            path,
            known,
        })
    }

    /// Takes a blob that is there already; `false` where it is not.
    pub(super) fn find(&mut self, id: BlobId, size: u64) -> Result<bool> {
        let known = self.blobs.touch(&id, size)?;
        if known {
            self.known.push(id);
        }
        Ok(known)
    }

    /// Takes bytes that are in memory.
    pub fn put(&mut self, bytes: &[u8]) -> Result<Added> {
        let mut writing = self.write()?;
        writing
            .write_all(bytes)
            .map_err(|error| self.blobs.failed(&writing.unfinished.path, error))?;
        self.add(writing)
    }

    /// Makes everything that was added durable: a row may name it from then on.
    pub fn settle(self) -> Result<()> {
        if self.written.is_empty() && self.known.is_empty() {
            return Ok(());
        }
        let folder = self.blobs.folder();
        self.settle_in(&folder)
            .map_err(|error| self.blobs.failed(&folder, error))
    }

    fn settle_in(&self, folder: &Path) -> io::Result<()> {
        let together = self.written.len() >= TOGETHER;
        crate::fault::point("blob.before_sync");
        if !(together && sync_everything(folder)?) {
            for (unfinished, _) in &self.written {
                File::options()
                    .append(true)
                    .open(&unfinished.path)?
                    .sync_all()?;
            }
        }
        crate::fault::point("blob.after_sync");
        for (unfinished, id) in &self.written {
            let path = self.blobs.path(id);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            crate::fault::point("blob.before_rename");
            fs::rename(&unfinished.path, &path)?;
            crate::fault::point("blob.after_rename");
        }
        self.settle_names(folder)?;
        crate::fault::point("blob.after_folder_sync");
        Ok(())
    }

    fn settle_names(&self, folder: &Path) -> io::Result<()> {
        let blobs = self.written.iter().map(|(_, id)| id).chain(&self.known);
        if blobs.clone().count() >= TOGETHER && sync_everything(folder)? {
            return Ok(());
        }
        let paths = blobs.map(|id| self.blobs.path(id));
        let shelves = paths.filter_map(|path| path.parent().map(Path::to_owned));
        // A shelf has its own name in the folder, whoever made it.
        let folders: BTreeSet<PathBuf> = shelves.chain([folder.to_owned()]).collect();
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}

impl Write for Writing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for Writing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Seek for Writing {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A file that is still being written; it is taken away where its writer gives up.
#[derive(Debug)]
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    fn new(folder: &Path) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Processes of two containers on one folder may have the same number.
        let started = SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default()
            .as_nanos();
        let name = format!("{UNFINISHED}{}-{count}-{started}", std::process::id());
        Self {
            path: folder.join(name),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After the rename there is nothing here any more, and that is no error.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes everything durable that the folder's file system holds back; `false` where the system has
/// no call for it that tells errors (Linux does since 5.8).
#[cfg(target_os = "linux")]
fn sync_everything(folder: &Path) -> io::Result<bool> {
    rustix::fs::syncfs(File::open(folder)?)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn sync_everything(_folder: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// NTFS journals names by itself and has no call for it.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn a_batch_is_there_once_it_is_settled_and_leaves_nothing_where_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let mut given_up = store.blobs().batch();
        let lost = given_up.put(b"given up").unwrap();
        drop(given_up);
        assert!(!lost.path.exists());
        assert!(store.blobs().read(&lost.id).is_err());

        let mut batch = store.blobs().batch();
        let added: Vec<_> = (0..10_u8)
            .map(|n| batch.put(&[n % 9; 100]).unwrap())
            .collect();
        assert_eq!(added[0], added[9], "the same bytes are one blob");
        assert!(added.iter().all(|blob| !blob.known));
        assert!(store.blobs().read(&added[1].id).is_err(), "not yet");
        batch.settle().unwrap();
        for blob in &added {
            assert_eq!(store.blobs().read_verified(&blob.id).unwrap().len(), 100);
            assert!(store.blobs().batch().put(&[0; 100]).unwrap().known);
        }
    }

    #[test]
    fn what_is_written_can_be_read_before_it_is_added() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let mut batch = store.blobs().batch();
        let mut writing = batch.write().unwrap();
        writing.write_all(b"PK and more").unwrap();
        writing.rewind().unwrap();
        let mut head = [0; 2];
        writing.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"PK");
        writing.write_all(b", appended").unwrap();
        let added = batch.add(writing).unwrap();
        batch.settle().unwrap();
        let kept = store.blobs().read_verified(&added.id).unwrap();
        assert_eq!(kept, b"PK and more, appended");
    }
}
