//! What a profile trusts: certificates, revocation lists and OCSP answers in its `trust` folder.
//!
//! `trust/roots`, `trust/intermediates`, `trust/crls` and `trust/ocsps` hold PEM or DER files. They are data that
//! the office's administrator replaces; a practice root is there in a practice profile only.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use trien_domain::training;
pub use trien_pades::path::Trust;
use trien_pades::path::{Certificate, PathError};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

/// The largest list in use (a CA's full CRL) has some ten megabytes.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// Files and folders that a trust is loaded from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Places<'a> {
    /// Trusted roots.
    pub roots: &'a [PathBuf],
    /// Issuers for building chains.
    pub intermediates: &'a [PathBuf],
    /// Revocation lists.
    pub crls: &'a [PathBuf],
    /// OCSP answers.
    pub ocsps: &'a [PathBuf],
}

/// Loads files or folders into a trust for judging at an instant. In a folder, files of another kind are passed over:
/// authorities publish certificates and lists side by side.
///
/// # Errors
/// `BadArgument` with the file that cannot be read.
pub fn load(places: Places<'_>, at: OffsetDateTime) -> Result<Trust> {
    from_files(places, at, |_| true)
}

/// Whether a file of certificates holds one of a practice authority.
pub(crate) fn is_for_training(bytes: &[u8]) -> bool {
    let certificates = Certificate::read_all(bytes).unwrap_or_default();
    let mut names = certificates.iter().filter_map(Certificate::common_name);
    names.any(|name| training::is_marked(&name))
}

fn from_files(
    places: Places<'_>,
    at: OffsetDateTime,
    may_be_root: impl Fn(&[u8]) -> bool,
) -> Result<Trust> {
    type Add = fn(&mut Trust, &[u8]) -> std::result::Result<(), PathError>;
    let mut roots = collect(places.roots)?;
    roots.retain(|file| may_be_root(&file.bytes));
    let kinds: [(Vec<File>, Add); 4] = [
        (roots, Trust::add_roots),
        (collect(places.intermediates)?, Trust::add_intermediates),
        (collect(places.crls)?, Trust::add_crls),
        (collect(places.ocsps)?, Trust::add_ocsps),
    ];
    let mut trust = Trust::new(at);
    for (files, add) in kinds {
        for file in files {
            if let Err(e) = add(&mut trust, &file.bytes)
                && !file.in_folder
            {
                let why = format!("{}: {e}", file.name);
                return Err(AppError::new(ErrorCode::BadArgument, why));
            }
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
        let places = Places {
            roots: &existing("roots"),
            intermediates: &existing("intermediates"),
            crls: &existing("crls"),
            ocsps: &existing("ocsps"),
        };
        // The folder is data that anybody at the desk can put files into; the rule holds all the same.
        from_files(places, at, |bytes| {
            self.profile.training || !is_for_training(bytes)
        })
    }
}

/// A file of trust material.
struct File {
    name: String,
    bytes: Vec<u8>,
    /// It was found in a folder, not named.
    in_folder: bool,
}

/// Every file of the paths, folders taken apart one level deep, in a stable order.
fn collect(paths: &[PathBuf]) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(read(path, false)?);
            continue;
        }
        let entries = fs::read_dir(path).map_err(|e| AppError::not_readable(path, &e))?;
        let mut entries: Vec<_> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
        entries.sort();
        for entry in entries.into_iter().filter(|entry| entry.is_file()) {
            files.push(read(&entry, true)?);
        }
    }
    Ok(files)
}

fn read(path: &Path, in_folder: bool) -> Result<File> {
    let bytes = fs::metadata(path).and_then(|m| match m.len() {
        0..=FILE_MAX => fs::read(path),
        _ => Err(ErrorKind::FileTooLarge.into()),
    });
    Ok(File {
        name: path.display().to_string(),
        bytes: bytes.map_err(|e| AppError::not_readable(path, &e))?,
        in_folder,
    })
}
