//! Files that are only looked at: what a document will be once it is signed. They are made by the code
//! that signs, stand in a folder that goes with the profile's being open, and never enter the store.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use trien_store::BlobId;

use crate::app::App;
use crate::error::{AppError, Result};

/// A window shows one at a time; the others are there for its neighbours and for going back.
const MOST: usize = 8;

/// The previews of an open profile.
#[derive(Default)]
pub(crate) struct Previews(Mutex<Option<Folder>>);

struct Folder {
    at: TempDir,
    /// Oldest first.
    held: VecDeque<BlobId>,
}

impl App {
    /// Keeps a file for its pages to be asked for by its hash; the oldest one gives way.
    pub(crate) fn keep_preview(&self, pdf: &[u8]) -> Result<BlobId> {
        self.keep_as(BlobId::of(pdf), |at| fs::write(at, pdf))
    }

    /// The same with the first bytes of a file, which are an earlier state of it. Its size costs no memory.
    pub(crate) fn keep_state(&self, file: &Path, end: u64) -> Result<BlobId> {
        let start = || Ok::<_, io::Error>(File::open(file)?.take(end));
        let mut hash = Sha256::new();
        start()
            .and_then(|mut start| io::copy(&mut start, &mut hash))
            .map_err(failed)?;
        let id = BlobId::from(<[u8; 32]>::from(hash.finalize()));
        self.keep_as(id, |at| {
            io::copy(&mut start()?, &mut File::create(at)?).map(|_| ())
        })
    }

    fn keep_as(&self, id: BlobId, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<BlobId> {
        if self.store.blobs().path(&id).is_file() {
            return Ok(id);
        }
        let mut folder = self
            .previews
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let folder = match folder.as_mut() {
            Some(folder) => folder,
            None => folder.insert(Folder {
                // Nobody else may look into it: these are the office's documents.
                at: tempfile::Builder::new()
                    .prefix("trien-")
                    .tempdir()
                    .map_err(failed)?,
                held: VecDeque::new(),
            }),
        };
        if folder.held.contains(&id) {
            return Ok(id);
        }
        write(&folder.path(&id)).map_err(failed)?;
        folder.held.push_back(id);
        if folder.held.len() > MOST
            && let Some(oldest) = folder.held.pop_front()
        {
            fs::remove_file(folder.path(&oldest)).map_err(failed)?;
        }
        Ok(id)
    }

    /// Where a preview lies.
    pub(crate) fn preview_path(&self, id: &BlobId) -> Option<PathBuf> {
        let folder = self
            .previews
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let folder = folder.as_ref()?;
        folder.held.contains(id).then(|| folder.path(id))
    }
}

fn failed(error: io::Error) -> AppError {
    AppError::of_temporary(&error)
}

impl Folder {
    fn path(&self, id: &BlobId) -> PathBuf {
        self.at.path().join(format!("{id}.pdf"))
    }
}
