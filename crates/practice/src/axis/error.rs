//! Why an axis cannot start or go on.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// A trouble of the axis itself; what it tells its clients is an ErrorCode.
#[derive(Debug, thiserror::Error)]
pub enum AxisError {
    /// It has no protection beyond the machine, so it never listens outside it.
    #[error("the practice axis listens on loopback only, not on {address}")]
    NotLoopback {
        /// What was asked for.
        address: SocketAddr,
    },
    /// It could not listen.
    #[error("listening on {address}: {reason}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        reason: String,
    },
    /// The disk said no.
    #[error("{doing} {}: {reason}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file of its folder does not read as what it should be.
    #[error("{} line {line}: {reason}", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
}

impl AxisError {
    pub(super) fn io(doing: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            reason: error.to_string(),
        }
    }
}
