//! Files that are only looked at: what a document will be once it is signed. They are made by the code
//! that signs, stand in a folder that goes with the profile's being open, and never enter the store.

use std::collections::VecDeque;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;
use trien_store::BlobId;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

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
        let failed = |e: std::io::Error| AppError::new(ErrorCode::StoreFailed, e.to_string());
        let id = BlobId::of(pdf);
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
        fs::write(folder.path(&id), pdf).map_err(failed)?;
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

impl Folder {
    fn path(&self, id: &BlobId) -> PathBuf {
        self.at.path().join(format!("{id}.pdf"))
    }
}
