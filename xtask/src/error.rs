//! What a task can fail of.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line names no task of ours.
    #[error("{0}")]
    Usage(String),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("`{program}` could not be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ended badly.
    #[error("`{command}` ended with {status}")]
    Command {
        /// The program and its arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A check found something.
    #[error("{} found:\n  {}", .findings.len(), .findings.join("\n  "))]
    Findings {
        /// One sentence for each.
        findings: Vec<String>,
    },
    /// A fetched file is not the one that we pinned.
    #[error("{path} has SHA-256 {found}, expected {expected}")]
    Hash {
        /// The file.
        path: PathBuf,
        /// Its hash.
        found: String,
        /// The pinned hash.
        expected: String,
    },
    /// Something that a person must provide is missing.
    #[error("{0}")]
    Missing(String),
    /// Cargo's metadata or a settings file could not be understood.
    #[error("{0}")]
    Unreadable(String),
}

impl Error {
    /// Turns an I/O error about a path into ours.
    pub fn io(path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Io { path, source }
    }

    /// Fails where anything was found.
    pub fn if_any(findings: Vec<String>) -> Result<(), Error> {
        match findings.is_empty() {
            true => Ok(()),
            false => Err(Error::Findings { findings }),
        }
    }
}
