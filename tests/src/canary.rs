//! Secrets that are looked for where none may lie.

use std::fs;
use std::path::Path;

/// Asserts that these bytes lie in no file of a folder.
///
/// # Panics
/// Where they do, and where the folder cannot be read.
pub fn assert_absent(canary: &[u8], folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder is read") {
        let path = entry.expect("an entry is read").path();
        if path.is_dir() {
            assert_absent(canary, &path);
        } else if path.is_file() {
            let bytes = fs::read(&path).expect("a file is read");
            let found = bytes.windows(canary.len()).any(|window| window == canary);
            assert!(!found, "a canary lies in {}", path.display());
        }
    }
}
