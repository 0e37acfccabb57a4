//! What a profile trusts: certificates and revocation lists in its `trust` folder.
//!
//! `trust/roots`, `trust/intermediates` and `trust/crls` hold PEM or DER files. They are data that
//! the office's administrator replaces; a practice root is there in a practice profile only.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use time::OffsetDateTime;
use trien_domain::training;
use trien_pades::path::Certificate;
pub use trien_pades::path::Trust;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

/// The largest list in use (a CA's full CRL) has some ten megabytes.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// A file's name, for errors, and its bytes.
type File = (String, Vec<u8>);

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
    from_files(collect(roots)?, collect(intermediates)?, collect(crls)?, at)
}

/// Whether a file of certificates holds one of a practice authority.
pub(crate) fn is_for_training(bytes: &[u8]) -> bool {
    let certificates = Certificate::read_all(bytes).unwrap_or_default();
    let mut names = certificates.iter().filter_map(Certificate::common_name);
    names.any(|name| training::is_marked(&name))
}

fn from_files(
    roots: Vec<File>,
    intermediates: Vec<File>,
    crls: Vec<File>,
    at: OffsetDateTime,
) -> Result<Trust> {
    let mut trust = Trust::new(at);
    for (files, kind) in [(roots, 0), (intermediates, 1), (crls, 2)] {
        for (name, bytes) in files {
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
        let mut roots = collect(&existing("roots"))?;
        if !self.profile.training {
            // The folder is data that anybody at the desk can put files into; the rule holds all the same.
            roots.retain(|(_, bytes)| !is_for_training(bytes));
        }
        from_files(
            roots,
            collect(&existing("intermediates"))?,
            collect(&existing("crls"))?,
            at,
        )
    }
}

/// Every file of the paths, folders taken apart one level deep, in a stable order.
fn collect(paths: &[impl AsRef<Path>]) -> Result<Vec<File>> {
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
