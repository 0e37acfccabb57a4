//! The policy table for weak algorithms.
//!
//! A signature by an algorithm after its end proves nothing by itself; one that is proven to be
//! older than the end still does (ETSI EN 319 102-1 5.2.8, cryptographic constraints).

use spki::SubjectPublicKeyInfoOwned;
use time::OffsetDateTime;
use time::macros::datetime;

use super::algorithm::rsa_bits;
use super::digest::Digest;
use crate::report::ReasonCode;

/// A certification authority was forged by colliding MD5 in December 2008 (Sotirov and others).
const MD5_END: OffsetDateTime = datetime!(2009-01-01 00:00 UTC);
/// Chosen-prefix collisions of SHA-1 became affordable (Leurent and Peyrin, January 2020).
const SHA1_END: OffsetDateTime = datetime!(2020-01-01 00:00 UTC);
/// RSA below 2048 bits is disallowed since then (NIST SP 800-131A).
const SHORT_RSA_END: OffsetDateTime = datetime!(2014-01-01 00:00 UTC);
/// RSA below this can be broken by anyone today (RSA-250, 829 bits, fell in 2020).
const HOPELESS_RSA_BITS: u32 = 1024;
const MIN_RSA_BITS: u32 = 2048;

/// Weakness of an algorithm or key: what it is called, and since when it proves nothing.
pub type Weakness = (ReasonCode, OffsetDateTime);

/// Whether a digest is weak.
pub fn of_digest(digest: Digest) -> Option<Weakness> {
    match digest {
        Digest::Md5 => Some((ReasonCode::WeakAlgorithm, MD5_END)),
        Digest::Sha1 => Some((ReasonCode::WeakAlgorithm, SHA1_END)),
        _ => None,
    }
}

/// Whether a public key is too short.
pub fn of_key(key: &SubjectPublicKeyInfoOwned) -> Option<Weakness> {
    match rsa_bits(key)? {
        0..HOPELESS_RSA_BITS => Some((ReasonCode::WeakKey, OffsetDateTime::UNIX_EPOCH)),
        HOPELESS_RSA_BITS..MIN_RSA_BITS => Some((ReasonCode::WeakKey, SHORT_RSA_END)),
        MIN_RSA_BITS.. => None,
    }
}
