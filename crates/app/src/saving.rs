//! Files that a person wants outside the profile: whole at their place, or not there at all.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{AppError, Result};

/// Writes bytes to where a person wants them.
///
/// # Errors
/// `DiskFull`, `StoreFailed`; what was there before is then as it was.
pub(crate) fn save(to: &Path, bytes: &[u8]) -> Result<()> {
    place(to, |file| file.write_all(bytes))
}

/// Copies a stream to where a person wants it, without holding it whole.
///
/// # Errors
/// As [`save`].
pub(crate) fn save_from(to: &Path, mut from: impl Read) -> Result<()> {
    place(to, |file| io::copy(&mut from, file).map(drop))
}

fn place(to: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    let failed = |e: io::Error| AppError::of_disk(to, &e);
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut beside = NamedTempFile::new_in(folder).map_err(failed)?;
    fill(beside.as_file_mut()).map_err(failed)?;
    beside.as_file().sync_all().map_err(failed)?;
    beside.persist(to).map_err(|e| failed(e.error))?;
    Ok(())
}
