//! A package on its way out: its hash is known beforehand, its bytes are read while they leave.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use futures_util::stream;
use sha2::{Digest, Sha256};

use crate::departure::Departure;
use crate::vxp::TAIL;

/// Read and sent at once.
const CHUNK: usize = 128 << 10;

/// A package to be sent.
pub struct Parcel {
    sha256: [u8; 32],
    size: u64,
    bytes: Box<dyn Read + Send>,
}

impl Parcel {
    /// A package that is read from its file while it is sent; who kept it knows its hash and size.
    pub fn new(sha256: [u8; 32], size: u64, bytes: impl Read + Send + 'static) -> Self {
        Self {
            sha256,
            size,
            bytes: Box::new(bytes),
        }
    }

    /// The SHA-256 of its bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// A body that tells how far it is: until the package's last byte leaves, nothing can have been taken. What
    /// does not have the size that was announced breaks the request off.
    pub(crate) fn into_body(self, departure: Arc<Departure>) -> reqwest::Body {
        const TAIL_SIZE: u64 = TAIL.len() as u64;
        let mut bytes = self.bytes.take(self.size).chain(TAIL);
        let mut missing = self.size + TAIL_SIZE;
        let pieces = std::iter::from_fn(move || {
            departure.moves();
            let mut piece = vec![0; CHUNK];
            match bytes.read(&mut piece) {
                Ok(0) if missing > 0 => {
                    missing = 0;
                    Some(Err(io::ErrorKind::UnexpectedEof.into()))
                }
                Ok(0) => None,
                Ok(read) => {
                    missing = missing.saturating_sub(read as u64);
                    if missing <= TAIL_SIZE {
                        departure.is_leaving_whole();
                    }
                    piece.truncate(read);
                    Some(Ok(piece))
                }
                Err(error) => Some(Err(error)),
            }
        });
        reqwest::Body::wrap_stream(stream::iter(pieces))
    }
}

impl From<Vec<u8>> for Parcel {
    fn from(package: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&package).into();
        Self::new(sha256, package.len() as u64, Cursor::new(package))
    }
}
