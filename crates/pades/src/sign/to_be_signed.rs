//! Between the hash and the private key.

use der::Encode;
use trien_pdf::{Appended, ObjectId, ReadAt};
use x509_cert::attr::Attributes;

use super::hashed::Hashed;
use super::{DigestAlgorithm, SignatureAlgorithm, digest_info};
use crate::cms::build::{SignerCertificates, signed_attributes, signed_data};
use crate::error::PadesError;

/// A revision that is complete but for its signature. It holds the new bytes only, never the file.
pub struct ToBeSigned {
    hashed: Hashed,
    certificates: SignerCertificates,
    algorithm: SignatureAlgorithm,
    attributes: Attributes,
    attributes_der: Vec<u8>,
}

/// A signed revision, to be appended to the file of which it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The bytes to append.
    pub appended: Vec<u8>,
    /// The length that the file must have: appended anywhere else, the bytes mean nothing.
    pub base: u64,
}

impl ToBeSigned {
    /// Fills /ByteRange, hashes, and makes the signed attributes.
    pub(super) fn new<S: ReadAt>(
        source: &S,
        appended: Appended,
        value: ObjectId,
        room: usize,
        certificates: SignerCertificates,
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, PadesError> {
        let hashed = Hashed::new(source, appended, value, room, algorithm.digest())?;
        let attributes = signed_attributes(&certificates, algorithm.digest(), hashed.digest())?;
        let attributes_der = attributes.to_der()?;
        Ok(Self {
            hashed,
            certificates,
            algorithm,
            attributes,
            attributes_der,
        })
    }

    /// The revision with its signature still missing: appended to the file it shows what the signed one will show.
    pub fn unsigned(&self) -> &[u8] {
        self.hashed.revision()
    }

    /// How the key must sign.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The bytes that are signed: the DER of the signed attributes as a SET OF (RFC 5652 5.4). For tokens that hash
    /// themselves.
    pub fn digest_input(&self) -> &[u8] {
        &self.attributes_der
    }

    /// The digest of [`Self::digest_input`] by the algorithm's own hash: what CKM_ECDSA and CKM_RSA_PKCS_PSS take.
    pub fn signed_attributes_digest(&self) -> Vec<u8> {
        self.digest().digest(&self.attributes_der)
    }

    /// The same digest as a PKCS#1 DigestInfo: what CKM_RSA_PKCS takes.
    pub fn digest_info(&self) -> Result<Vec<u8>, PadesError> {
        digest_info(self.digest(), &self.signed_attributes_digest())
    }

    /// Takes the token's answer — for ECDSA its r‖s — and closes the revision. The signature is checked with the
    /// certificate's public key first, so that a token that signed with another key is found out here.
    ///
    /// # Errors
    /// [`PadesError::SignatureMismatch`], [`PadesError::ContentsTooSmall`].
    pub fn finish(self, raw_signature: &[u8]) -> Result<Signed, PadesError> {
        let signature = self.algorithm.cms_signature(raw_signature)?;
        self.algorithm.verify(
            self.certificates.key(),
            &self.signed_attributes_digest(),
            &signature,
        )?;
        let cms = signed_data(
            &self.certificates,
            self.algorithm,
            self.attributes,
            &signature,
        )?;
        let base = self.hashed.base();
        Ok(Signed {
            appended: self.hashed.close(&cms)?,
            base,
        })
    }

    fn digest(&self) -> DigestAlgorithm {
        self.algorithm.digest()
    }
}
