//! What can go wrong in the store, closed and with its evidence.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;
use time::Date;

/// What can go wrong in the store. Whatever it is, the transaction it happened in left nothing.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process held the write lock for longer than [`crate::BUSY_TIMEOUT`].
    #[error("another program is writing to this profile")]
    Busy,
    /// No room is left for more bytes: the disk, a quota or a file size limit.
    #[error("no room left under {}", folder.display())]
    DiskFull {
        /// The profile's folder.
        folder: PathBuf,
    },
    /// The database file or a blob is not what was written.
    #[error("damaged: {0}")]
    Corrupt(String),
    /// A later version of the program has written here.
    #[error("schema {found} is newer than schema {known} of this program")]
    NewerSchema {
        /// The file's schema version.
        found: i64,
        /// The last version this program knows.
        known: i64,
    },
    /// `trien.db` exists and is the database of some other program.
    #[error("{} is not a database of this program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Something that was asked for by its key is not there.
    #[error("no {what} {key}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// The key asked for.
        key: String,
    },
    /// The request contradicts what stands in the store.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite refused for a reason that is none of the above: a defect of this crate.
    #[error("database: {0}")]
    Database(String),
}

/// A request that contradicts what stands in the store.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// The thing is not in a state from which this step leads.
    #[error("{what} is {found}, which does not lead to {wanted}")]
    State {
        /// What kind of thing.
        what: &'static str,
        /// Its state.
        found: String,
        /// The state asked for.
        wanted: String,
    },
    /// The same key came with other content.
    #[error("{what} {key} is known with other content")]
    OtherContent {
        /// What kind of thing.
        what: &'static str,
        /// Its key.
        key: String,
    },
    /// A step that needs a reason came without one.
    #[error("{what} needs a reason")]
    ReasonMissing {
        /// The step.
        what: &'static str,
    },
    /// The date is not in the series' year.
    #[error("{date} is not in the year {year} of the series")]
    OtherYear {
        /// The series' year.
        year: i32,
        /// The document's date.
        date: Date,
    },
    /// The document is on its way to this recipient, or there already.
    #[error("already on its way to {recipient}")]
    AlreadyOnItsWay {
        /// The recipient's OrganId.
        recipient: String,
    },
    /// The lease has expired and another holder took it.
    #[error("the lease {name} is no longer ours")]
    LeaseLost {
        /// The lease's name.
        name: String,
    },
}

/// Results of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    pub(crate) fn not_found(what: &'static str, key: impl ToString) -> Self {
        Self::NotFound {
            what,
            key: key.to_string(),
        }
    }

    /// Tells an error of the file system apart: no room, or anything else.
    pub(crate) fn io(folder: &Path, path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match source.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::DiskFull {
                folder: folder.to_owned(),
            },
            _ => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// Gives an error of SQLite its folder: out of room shows as SQLITE_FULL, or, when the
    /// shared-memory file of the WAL or a size limit is what did not fit, as an I/O error.
    pub(crate) fn placed(self, folder: &Path) -> Self {
        match self {
            Self::DiskFull { .. } => Self::DiskFull {
                folder: folder.to_owned(),
            },
            Self::Io { path, .. } if path.as_os_str().is_empty() && no_room(folder) => {
                Self::DiskFull {
                    folder: folder.to_owned(),
                }
            }
            Self::Io { path, source } if path.as_os_str().is_empty() => Self::Io {
                path: folder.join(crate::db::DATABASE),
                source,
            },
            other => other,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull {
                folder: PathBuf::new(),
            },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied,
            ) => Self::Io {
                path: PathBuf::new(),
                source: io::Error::other(error.to_string()),
            },
            _ => Self::Database(error.to_string()),
        }
    }
}

/// Less than this many bytes free counts as full: the WAL's index alone grows in steps of 32 KiB.
const ROOM_NEEDED: u64 = 256 * 1024;

#[cfg(unix)]
fn no_room(folder: &Path) -> bool {
    let free = rustix::fs::statvfs(folder).map(|fs| fs.f_bavail.saturating_mul(fs.f_frsize));
    let limited = rustix::process::getrlimit(rustix::process::Resource::Fsize).current;
    free.is_ok_and(|free| free < ROOM_NEEDED) || limited.is_some()
}

#[cfg(not(unix))]
fn no_room(_folder: &Path) -> bool {
    false
}
