//! Installs what is missing on a bare Debian 12 with Rust, Node and Python. Every step looks first and is
//! quick when there is nothing to do.

mod debian;
mod pdfium;
mod python;
mod ui;

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::workspace::Workspace;

/// All of it, in the order in which one thing needs another.
pub fn everything(workspace: &Workspace) -> Result<(), Error> {
    debian::packages(workspace)?;
    python::environment(workspace)?;
    pdfium::library(workspace)?;
    ui::packages(workspace)
}

/// The SHA-256 of a file in lower-case hex.
fn sha256(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// Fails unless a file is exactly the one that we pinned.
fn pinned(path: &Path, expected: &str) -> Result<(), Error> {
    let found = sha256(path)?;
    match found == expected {
        true => Ok(()),
        false => Err(Error::Hash {
            path: path.to_path_buf(),
            found,
            expected: expected.to_owned(),
        }),
    }
}

/// True where `stamp` says that `source` was installed as it is now.
fn is_current(source: &Path, stamp: &Path) -> Result<bool, Error> {
    let installed = fs::read_to_string(stamp).unwrap_or_default();
    Ok(installed == sha256(source)?)
}

/// Notes that `source` is installed as it is now.
fn set_current(source: &Path, stamp: &Path) -> Result<(), Error> {
    fs::write(stamp, sha256(source)?).map_err(Error::io(stamp))
}

fn create_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_not_the_pinned_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library");
        fs::write(&path, b"abc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(pinned(&path, abc).is_ok());
        fs::write(&path, b"abd").unwrap();
        assert!(matches!(pinned(&path, abc), Err(Error::Hash { .. })));
    }

    #[test]
    fn a_stamp_holds_until_its_source_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (source, stamp) = (folder.path().join("lock"), folder.path().join("stamp"));
        fs::write(&source, b"1").unwrap();
        assert!(!is_current(&source, &stamp).unwrap());
        set_current(&source, &stamp).unwrap();
        assert!(is_current(&source, &stamp).unwrap());
        fs::write(&source, b"2").unwrap();
        assert!(!is_current(&source, &stamp).unwrap());
    }
}
