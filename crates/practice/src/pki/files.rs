//! Writing the PKI's files: whole or not at all, keys for the owner's eyes only.

use std::{fs, io::Write, path::Path};

use super::PkiError;

/// Reads a text file.
pub(super) fn read(path: &Path) -> Result<String, PkiError> {
    fs::read_to_string(path).map_err(file_error(path))
}

/// Makes a folder and those above it.
pub(super) fn folder(path: &Path) -> Result<(), PkiError> {
    fs::create_dir_all(path).map_err(file_error(path))
}

/// Makes a folder that only the owner may enter.
pub(super) fn private_folder(path: &Path) -> Result<(), PkiError> {
    folder(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(file_error(path))?;
    }
    Ok(())
}

/// Replaces a published file; a reader sees the old or the new one.
pub(super) fn publish(path: &Path, bytes: &[u8]) -> Result<(), PkiError> {
    write(path, bytes, 0o644)
}

/// Replaces a file that only the owner may read.
pub(super) fn keep_private(path: &Path, bytes: &[u8]) -> Result<(), PkiError> {
    write(path, bytes, 0o600)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), PkiError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    let write_new = || {
        // Left by a process that was killed here; its mode may be another.
        let _ = fs::remove_file(new);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(mode);
        }
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(new, path)
    };
    write_new().map_err(file_error(path))
}

pub(super) fn file_error(path: &Path) -> impl FnOnce(std::io::Error) -> PkiError {
    move |source| PkiError::File {
        path: path.to_owned(),
        source,
    }
}
