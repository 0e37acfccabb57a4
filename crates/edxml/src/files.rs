//! Where a package's files go while it is read: into memory, or to a disk that this crate knows
//! nothing of.

use std::io::{self, Cursor, Read, Seek, Write};

/// Gives a place for each file of a package. A wrapper needs one for itself and one for what is in
/// it; places that are not needed any more are dropped.
pub trait Files {
    /// A file that is written from its beginning to its end, and then read from any place.
    type File: Read + Write + Seek;

    /// A new, empty file.
    ///
    /// # Errors
    /// Whatever the system says; the package is then not read.
    fn create(&mut self) -> io::Result<Self::File>;
}

/// Files in memory.
pub(crate) struct Memory;

impl Files for Memory {
    type File = Cursor<Vec<u8>>;

    fn create(&mut self) -> io::Result<Self::File> {
        Ok(Cursor::default())
    }
}
