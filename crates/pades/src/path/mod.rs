//! Certificates, revocation lists and path validation for document signing (RFC 5280).
//!
//! Nothing here looks at a clock or a network: trust, material and instants are given by value.

pub mod algorithm;
mod certificate;
mod chain;
mod constraints;
mod crl;
mod digest;
mod names;
mod ocsp;
mod policy;
mod pss;
mod revocation;
mod search;
mod sources;
pub mod strength;
mod wanted;

pub(crate) use certificate::instant;
pub use certificate::{Certificate, NameKey};
pub use chain::{MAX_SKEW, Outcome, Question, Usage, validate};
pub use crl::Crl;
pub use ocsp::Ocsp;
pub use revocation::RevocationFacts;
pub use sources::{Material, Sources, Trust};
pub use wanted::Wanted;

/// Most certificates or lists taken from one file; the Vietnamese and EU lists hold far fewer.
const MAX_ITEMS: usize = 10_000;

/// Why trust material could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The bytes are neither PEM nor DER of the kind wanted.
    #[error("not a {kind} in PEM or DER: {source}")]
    Malformed {
        /// Certificate, revocation list or OCSP answer.
        kind: &'static str,
        /// What the decoder says.
        source: der::Error,
    },
    /// The PEM file holds nothing of the kind wanted.
    #[error("no {kind} in the PEM file")]
    Nothing {
        /// Certificate, revocation list or OCSP answer.
        kind: &'static str,
    },
    /// More items than [`MAX_ITEMS`].
    #[error("more than {MAX_ITEMS} items in one file")]
    TooMany,
}

/// Every PEM block labelled `label`, or the bytes themselves when they are no PEM.
fn blocks(bytes: &[u8], label: &str, kind: &'static str) -> Result<Vec<Vec<u8>>, PathError> {
    if !bytes.windows(11).any(|window| window == b"-----BEGIN ") {
        return Ok(vec![bytes.to_vec()]);
    }
    let malformed = |source| PathError::Malformed { kind, source };
    let text = std::str::from_utf8(bytes).map_err(|_| malformed(der::ErrorKind::Failed.into()))?;
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&begin) {
        let block = rest.get(start..).unwrap_or_default();
        let Some(stop) = block.find(&end) else { break };
        let block_end = stop + end.len();
        let pem = block.get(..block_end).unwrap_or_default();
        let (_, der) = der::pem::decode_vec(pem.as_bytes())
            .map_err(|_| malformed(der::ErrorKind::Failed.into()))?;
        found.push(der);
        if found.len() > MAX_ITEMS {
            return Err(PathError::TooMany);
        }
        rest = block.get(block_end..).unwrap_or_default();
    }
    if found.is_empty() {
        Err(PathError::Nothing { kind })
    } else {
        Ok(found)
    }
}
