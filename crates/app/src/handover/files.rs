//! The attachments of a hand-over package: files beside its PDF, named by their order. What people call them stands in the
//! facts and is never a path.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Found, read_bounded, sync_folder};
use crate::attachments::{FILE_MAX, FILES_MAX};
use crate::error::{AppError, ErrorCode, Result};

/// Where they lie in the package.
const FOLDER: &str = "kem-theo";
/// Bytes that are hashed at a time.
const PIECE: usize = 64 * 1024;

/// A file that goes with the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its name for people.
    pub name: String,
    /// What it is: `Phụ lục I`.
    pub title: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

impl Found {
    /// Reads one attachment, by its place in the facts.
    ///
    /// # Errors
    /// `HandoverDamaged` where it is not there or has changed since the package was read.
    pub fn attachment(&self, index: usize) -> Result<Vec<u8>> {
        let bytes = read_bounded(&place(&self.path, index), FILE_MAX as u64);
        let bytes = bytes.map_err(|e| damaged(index, &e))?;
        let expected = self.facts.attachments.get(index).map(|file| &file.sha256);
        if expected == Some(&hex::encode(Sha256::digest(&bytes))) {
            return Ok(bytes);
        }
        Err(damaged(index, &"it has changed"))
    }
}

/// Copies attachments into a package that is being written.
pub(super) fn write(package: &Path, files: &[PathBuf]) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let folder = package.join(FOLDER);
    fs::create_dir_all(&folder)?;
    for (index, file) in files.iter().enumerate() {
        let to = place(package, index);
        // Not `fs::copy`, which would copy the store's permissions, too: a package is cleared away by the other desk.
        io::copy(&mut File::open(file)?, &mut File::create(&to)?)?;
        File::open(to)?.sync_all()?;
    }
    sync_folder(&folder)
}

/// Whether all attachments are there and are what the facts say.
///
/// # Errors
/// `HandoverDamaged`.
pub(super) fn check(package: &Path, files: &[FileFacts]) -> Result<()> {
    if files.len() > FILES_MAX {
        return Err(damaged(FILES_MAX, &"too many files"));
    }
    for (index, file) in files.iter().enumerate() {
        let found = sha256(&place(package, index)).map_err(|e| damaged(index, &e))?;
        if found != file.sha256 {
            let why = format!("SHA-256 {found}, {} expected", file.sha256);
            return Err(damaged(index, &why));
        }
    }
    Ok(())
}

/// The hash of a file of bounded size, which is read piece by piece.
fn sha256(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() > FILE_MAX as u64 {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let (mut file, mut hash) = (file.take(FILE_MAX as u64), Sha256::new());
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex::encode(hash.finalize())),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

fn place(package: &Path, index: usize) -> PathBuf {
    package.join(FOLDER).join(format!("{:02}", index + 1))
}

fn damaged(index: usize, why: &dyn std::fmt::Display) -> AppError {
    let why = format!("{FOLDER}/{:02}: {why}", index + 1);
    AppError::new(ErrorCode::HandoverDamaged, why)
}
