//! The name of what is being written: its SHA-256, which another thread makes where there is much of it.
//!
//! A package of 60 MB is hashed twice, as it comes and as the file in it; beside decoding and writing it costs nothing.

use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

use super::BlobId;

/// Below this a thread costs more than it spares.
const MUCH: u64 = 1 << 20;
/// Pieces that may wait for the thread; each is as large as what is written at once.
const WAITING: usize = 4;

/// A hash that goes on.
#[derive(Debug)]
pub(super) struct Hashing {
    size: u64,
    by: By,
}

#[derive(Debug)]
enum By {
    Us(Sha256),
    Another(SyncSender<Vec<u8>>, JoinHandle<Sha256>),
}

impl Hashing {
    pub(super) fn new() -> Self {
        Self {
            size: 0,
            by: By::Us(Sha256::new()),
        }
    }

    /// Bytes so far.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        match &mut self.by {
            By::Us(hash) => {
                hash.update(bytes);
                if self.size >= MUCH {
                    self.by = beside(hash);
                }
            }
            // That nobody listens any more is found at the end.
            By::Another(pieces, _) => drop(pieces.send(bytes.to_vec())),
        }
    }

    /// The name of all bytes.
    pub(super) fn finish(self) -> io::Result<BlobId> {
        let hash = match self.by {
            By::Us(hash) => hash,
            By::Another(pieces, hash) => {
                drop(pieces);
                let failed = |_| io::Error::other("the thread that hashes a file failed");
                hash.join().map_err(failed)?
            }
        };
        Ok(BlobId(hash.finalize().into()))
    }
}

/// Has another thread go on; where there is none to be had, it goes on here.
fn beside(hash: &Sha256) -> By {
    let (pieces, more) = sync_channel::<Vec<u8>>(WAITING);
    let mut hashed = hash.clone();
    let thread = thread::Builder::new().spawn(move || {
        more.iter().for_each(|piece| hashed.update(piece));
        hashed
    });
    match thread {
        Ok(thread) => By::Another(pieces, thread),
        Err(_) => By::Us(hash.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_same_by_whomever_and_in_whatever_pieces() {
        let bytes: Vec<u8> = (0..3 * MUCH).map(|n| (n % 251) as u8).collect();
        for (length, piece) in [
            (10, 3),
            (MUCH - 1, 4096),
            (MUCH, 100_000),
            (3 * MUCH, 65_537),
        ] {
            let bytes = &bytes[..length as usize];
            let mut hashing = Hashing::new();
            bytes.chunks(piece).for_each(|piece| hashing.update(piece));
            assert_eq!(hashing.size(), length);
            let another = matches!(hashing.by, By::Another(..));
            assert_eq!(another, length >= MUCH);
            assert_eq!(hashing.finish().unwrap(), BlobId::of(bytes));
        }
    }
}
