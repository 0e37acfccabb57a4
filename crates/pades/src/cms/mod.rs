//! Cryptographic Message Syntax (RFC 5652), the container of every PDF signature.

pub mod ber;
pub(crate) mod build;
pub mod check;
mod evidence;
pub mod read;
pub mod timestamp;
