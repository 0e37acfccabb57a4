//! One authority of the PKI: a key and its certificate, as files.

use std::path::Path;

use der::{DecodePem, Encode, EncodePem, pem::LineEnding};
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
};
use sha2::Sha256;
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::Certificate;

use super::{PkiError, files, making};

/// Enough for a practice, and made in a second; the real authorities have 4096 bits.
const KEY_BITS: usize = 2048;

/// A key with its certificate.
pub(super) struct Authority {
    /// The stem of its files: `root`, `issuer`, or that of a service.
    pub name: &'static str,
    pub signer: SigningKey<Sha256>,
    pub certificate: Certificate,
}

impl Authority {
    /// A new signing key.
    pub(super) fn new_key() -> Result<SigningKey<Sha256>, PkiError> {
        let key = RsaPrivateKey::new(&mut rand::thread_rng(), KEY_BITS)
            .map_err(making("an authority's key"))?;
        Ok(SigningKey::new(key))
    }

    /// The public key of a signer as certificates carry it.
    pub(super) fn public_key(
        signer: &SigningKey<Sha256>,
    ) -> Result<SubjectPublicKeyInfoOwned, PkiError> {
        let public = rsa::RsaPublicKey::from(signer.as_ref());
        SubjectPublicKeyInfoOwned::from_key(public).map_err(making("an authority's key"))
    }

    pub(super) fn save(&self, dir: &Path) -> Result<(), PkiError> {
        let key = self
            .signer
            .as_ref()
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(making("a key file"))?;
        files::keep_private(&key_path(dir, self.name), key.as_bytes())?;
        let pem = self
            .certificate
            .to_pem(LineEnding::LF)
            .map_err(making("a certificate file"))?;
        files::publish(&dir.join(format!("{}.pem", self.name)), pem.as_bytes())?;
        let der = self
            .certificate
            .to_der()
            .map_err(making("a certificate file"))?;
        files::publish(&dir.join(format!("{}.cer", self.name)), &der)
    }

    pub(super) fn load(dir: &Path, name: &'static str) -> Result<Self, PkiError> {
        let path = key_path(dir, name);
        let key =
            RsaPrivateKey::from_pkcs8_pem(&files::read(&path)?).map_err(|e| PkiError::Damaged {
                path,
                reason: e.to_string(),
            })?;
        let path = dir.join(format!("{name}.pem"));
        let certificate =
            Certificate::from_pem(files::read(&path)?).map_err(|e| PkiError::Damaged {
                path,
                reason: e.to_string(),
            })?;
        Ok(Self {
            name,
            signer: SigningKey::new(key),
            certificate,
        })
    }
}

fn key_path(dir: &Path, name: &str) -> std::path::PathBuf {
    dir.join("private").join(format!("{name}.key.pem"))
}
