//! What can go wrong with secrets. No variant holds, and no message shows, a secret.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// What can go wrong with secrets.
#[derive(Debug, Error)]
pub enum SecretsError {
    /// The key store is there and closed, or nobody answered its prompt in time.
    #[error("the key store is locked")]
    Locked,
    /// This system has no key store, or the session has no way to it.
    #[error("no key store: {reason}")]
    Absent {
        /// What the platform said.
        reason: String,
    },
    /// The store is open and has no such entry.
    #[error("no secret named {name}")]
    NotFound {
        /// The entry's name.
        name: String,
    },
    /// The pass-phrase does not open the file, or its sealed part was changed.
    #[error("wrong pass-phrase for {}, or the file was changed", path.display())]
    WrongPassPhrase {
        /// The file.
        path: PathBuf,
    },
    /// The file is no sealed file of this program.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A sealed file can't hold this: a name or a value over its bound.
    #[error("{what} is too long")]
    TooLong {
        /// The part over its bound.
        what: &'static str,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The key store refused for another reason.
    #[error("key store: {0}")]
    Platform(String),
}

/// Results of this crate.
pub type Result<T, E = SecretsError> = std::result::Result<T, E>;
