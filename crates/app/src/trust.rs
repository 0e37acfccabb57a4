//! What a profile trusts: certificates and revocation lists in its `trust` folder.
//!
//! `trust/roots`, `trust/intermediates` and `trust/crls` hold PEM or DER files. They are data that
//! the office's administrator replaces; a practice root is there in a practice profile only.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use time::OffsetDateTime;
pub use trien_pades::path::Trust;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

/// The largest list in use (a CA's full CRL) has some ten megabytes.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Loads files or folders into a trust for judging at an instant.
///
/// # Errors
/// `BadArgument` with the file that cannot be read.
pub fn load(
    roots: &[impl AsRef<Path>],
    intermediates: &[impl AsRef<Path>],
    crls: &[impl AsRef<Path>],
    at: OffsetDateTime,
) -> Result<Trust> {
    let mut trust = Trust::new(at);
    for (paths, kind) in [
        (collect(roots)?, 0),
        (collect(intermediates)?, 1),
        (collect(crls)?, 2),
    ] {
        for (name, bytes) in paths {
            let added = match kind {
                0 => trust.add_roots(&bytes),
                1 => trust.add_intermediates(&bytes),
                _ => trust.add_crls(&bytes),
            };
            added.map_err(|e| AppError::new(ErrorCode::BadArgument, format!("{name}: {e}")))?;
        }
    }
    Ok(trust)
}

impl App {
    /// What this profile trusts, for judging at an instant.
    pub(crate) fn trust(&self, at: OffsetDateTime) -> Result<Trust> {
        let folder = self.data.join("trust");
        let existing = |name: &str| -> Vec<_> {
            Some(folder.join(name))
                .into_iter()
                .filter(|f| f.is_dir())
                .collect()
        };
        load(
            &existing("roots"),
            &existing("intermediates"),
            &existing("crls"),
            at,
        )
    }
}

/// Every file of the paths, folders taken apart one level deep, in a stable order.
fn collect(paths: &[impl AsRef<Path>]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for path in paths {
        let path = path.as_ref();
        let unreadable = |e: std::io::Error| {
            AppError::new(ErrorCode::BadArgument, format!("{}: {e}", path.display()))
        };
        if path.is_dir() {
            let mut entries: Vec<_> = fs::read_dir(path)
                .map_err(unreadable)?
                .filter_map(|e| Some(e.ok()?.path()))
                .collect();
            entries.sort();
            files.extend(entries.into_iter().filter(|p| p.is_file()));
        } else {
            files.push(path.to_owned());
        }
    }
    files
        .into_iter()
        .map(|path| {
            let name = path.display().to_string();
            let read = fs::metadata(&path).and_then(|m| match m.len() {
                0..=FILE_MAX => fs::read(&path),
                _ => Err(ErrorKind::FileTooLarge.into()),
            });
            read.map(|bytes| (name.clone(), bytes))
                .map_err(|e| AppError::new(ErrorCode::BadArgument, format!("{name}: {e}")))
        })
        .collect()
}
