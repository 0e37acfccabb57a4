//! Files that a command reads and writes. What is written is there whole, or as it was before.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use trien_app::{AppError, Result};

/// A whole file.
///
/// # Errors
/// `FileNotReadable`.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| AppError::not_readable(path, &e))
}

/// Writes a whole file.
///
/// # Errors
/// `DiskFull`, `StoreFailed`.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    place(path, |beside| {
        beside.write_all(bytes).map_err(|e| failed(path, &e))
    })
}

/// Fills a file of a name that nobody else has, and puts it in its place when all of it is on the disk.
///
/// # Errors
/// Those of `fill`, after which nothing is left; `DiskFull`, `StoreFailed`.
pub fn place<T>(path: &Path, fill: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let named = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = named.unwrap_or(Path::new("."));
    let mut beside = new_file_in(folder).map_err(|e| failed(path, &e))?;
    let done = fill(beside.as_file_mut())?;
    let synced = beside.as_file().sync_all();
    synced.map_err(|e| failed(path, &e))?;
    beside.persist(path).map_err(|e| failed(path, &e.error))?;
    sync_folder(folder).map_err(|e| failed(path, &e))?;
    Ok(done)
}

/// A file that whoever the system's umask lets may read, as every file that a command leaves.
fn new_file_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".trien-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The new name is on the disk, too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A file or folder that the system refused.
pub fn failed(path: &Path, error: &io::Error) -> AppError {
    AppError::of_disk(path, error)
}

#[cfg(test)]
mod tests {
    use trien_app::ErrorCode;

    use super::*;

    #[test]
    fn a_file_is_there_whole_or_as_it_was_and_no_other_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (out, of_another) = (folder.path().join("a.pdf"), folder.path().join("a.part"));
        fs::write(&out, "before").unwrap();
        fs::write(&of_another, "somebody's own").unwrap();

        let refused = place(&out, |beside| {
            beside.write_all(b"half").unwrap();
            Err::<(), _>(AppError::from(ErrorCode::PdfBroken))
        });
        assert_eq!(refused.unwrap_err().code, ErrorCode::PdfBroken);
        assert_eq!(fs::read(&out).unwrap(), b"before");

        write(&out, b"after").unwrap();
        assert_eq!(fs::read(&out).unwrap(), b"after");
        assert_eq!(fs::read(&of_another).unwrap(), b"somebody's own");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_is_as_open_as_any_other() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let [ours, usual] = ["ours", "usual"].map(|name| folder.path().join(name));
        write(&ours, b"").unwrap();
        fs::write(&usual, b"").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&usual));
    }

    #[test]
    fn a_place_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let refused = write(&folder.path().join("none/a.pdf"), b"").unwrap_err();
        assert_eq!(refused.code, ErrorCode::StoreFailed);
        let refused = read(&folder.path().join("none")).unwrap_err();
        assert_eq!(refused.code, ErrorCode::FileNotReadable);
    }
}
