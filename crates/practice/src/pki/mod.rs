//! The practice PKI: a root, an issuer, their CRLs, and certificates for public keys.
//!
//! Everything lives in one folder and is published as files, so that any verifier can be given what
//! it needs. The names say *TẬP HUẤN*: nothing that is signed with these certificates can be taken for
//! a real document's signature by a person who reads the name.
//!
//! | file | what it is |
//! |---|---|
//! | `root.pem`, `root.cer` | the root's certificate, PEM and DER |
//! | `issuer.pem`, `issuer.cer` | the issuing authority's certificate, signed by the root |
//! | `root.crl`, `root.crl.pem` | what the root revoked (an issuer), DER and PEM |
//! | `issuer.crl`, `issuer.crl.pem` | what the issuer revoked (persons, seals) |
//! | `issued/<serial>.pem` | every certificate that was issued |
//! | `private/root.key.pem`, `private/issuer.key.pem` | the keys, PKCS#8, readable by the owner only |
//! | `services/<name>.pem`, `private/<name>.key.pem` | timestamp authorities and OCSP responders, made when first asked |
//! | `ca.json` | the published address, the CRL number and what is revoked |

mod authority;
mod ca;
mod crl;
mod extensions;
mod files;
mod ocsp;
mod server;
mod services;
pub mod softtoken;
mod state;
mod subject;
mod timestamp;

pub use ca::{CertificateOrder, PracticeCa, Revocation};
pub use server::PkiServer;
pub use services::Service;
pub use subject::{Holder, Subject};
pub use x509_cert::{Certificate, ext::pkix::CrlReason, serial_number::SerialNumber};

use std::path::PathBuf;

/// What goes wrong with the practice PKI.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file can't be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the PKI's own folder does not hold what it should.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// The folder holds a PKI already; overwriting it would orphan every certificate of it.
    #[error("{} holds a practice PKI already", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Keys or certificates could not be made.
    #[error("making {what}: {reason}")]
    Make {
        /// What was being made.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// Nothing with this serial number was issued here.
    #[error("no certificate with serial number {serial} was issued here")]
    UnknownSerial {
        /// In hexadecimal.
        serial: String,
    },
    /// `SOFTHSM2_CONF` of this process does not point to the token folder.
    ///
    /// SoftHSM reads it from the environment once; the caller has to start the process with it.
    #[error("SOFTHSM2_CONF must be {} in this process's environment", wanted.display())]
    SoftHsmElsewhere {
        /// The configuration file of the folder.
        wanted: PathBuf,
    },
    /// The services could not listen.
    #[error("listening on {address}: {reason}")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why not.
        reason: String,
    },
    /// SoftHSM refused something.
    #[error("the soft token: {0}")]
    Token(#[from] cryptoki::error::Error),
}

/// For errors of the encoding and key libraries, which say all they know in their text.
fn making<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> PkiError {
    move |e| PkiError::Make {
        what,
        reason: e.to_string(),
    }
}
