//! From B-B upwards (EN 319 142-1): a signature's timestamp, the validation data, the archive timestamp. None of these
//! needs the signer's key.
//!
//! The network is the caller's: [`timestamp_request`] makes what a timestamp authority is asked, [`timestamp_token`]
//! takes its answer apart, [`add_timestamp`], [`add_evidence`] and [`ArchiveTimestamp`] put things into the file.

mod archive;
mod evidence;
mod gap;
mod signature;
mod tsp;

pub use archive::ArchiveTimestamp;
pub use evidence::{Evidence, add_evidence, embedded_certificates};
pub use signature::{Patch, add_timestamp, timestamp_imprint};
pub use tsp::{TimestampRequest, timestamp_request, timestamp_token};
