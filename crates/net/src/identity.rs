//! Our certificate for an axis that asks for one, where its key lies on a token: what a handshake wants signed is
//! carried to the key, which this crate never sees.

use std::fmt::Debug;
use std::sync::Arc;

use rustls::client::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{Error, RootCertStore, SignatureAlgorithm, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::AxisError;

/// A certificate and the key that signs for it.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Certificates (DER): our own, then those that issued it, as far as they are at hand.
    pub chain: Vec<Vec<u8>>,
    /// The key.
    pub key: Arc<dyn IdentityKey>,
}

/// A key that signs where it lies. Connections are made rarely and one after the other, so it may take its time.
pub trait IdentityKey: Debug + Send + Sync {
    /// How it can sign, the best first; all of them are of one algorithm.
    fn schemes(&self) -> Vec<Scheme>;

    /// Signs a message, which is hashed as the scheme says.
    ///
    /// # Errors
    /// Why it cannot, for people to read; the connection is then not made.
    fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, String>;
}

/// How a handshake is signed (RFC 8446 section 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `rsa_pss_rsae_sha256`, the only one here for an RSA key in TLS 1.3.
    RsaPssSha256,
    /// `rsa_pkcs1_sha256`, up to TLS 1.2.
    RsaPkcs1Sha256,
    /// `ecdsa_secp256r1_sha256`; the signature is DER.
    EcdsaP256Sha256,
    /// `ecdsa_secp384r1_sha384`; the signature is DER.
    EcdsaP384Sha384,
}

impl Scheme {
    fn in_tls(self) -> SignatureScheme {
        match self {
            Self::RsaPssSha256 => SignatureScheme::RSA_PSS_SHA256,
            Self::RsaPkcs1Sha256 => SignatureScheme::RSA_PKCS1_SHA256,
            Self::EcdsaP256Sha256 => SignatureScheme::ECDSA_NISTP256_SHA256,
            Self::EcdsaP384Sha384 => SignatureScheme::ECDSA_NISTP384_SHA384,
        }
    }
}

/// TLS with this certificate of ours, and the authorities of the other side as PEM: the system's, if there are none.
pub(crate) fn tls(identity: &Identity, authorities: &[u8]) -> Result<ClientConfig, AxisError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().map_err(bad)?;
    let config = match authorities {
        [] => config.with_platform_verifier().map_err(bad)?,
        pem => config.with_root_certificates(roots(pem)?),
    };
    let chain = identity.chain.iter().cloned().map(CertificateDer::from);
    let key = Arc::new(Key(Arc::clone(&identity.key)));
    let ours = SingleCertAndKey::from(CertifiedKey::new(chain.collect(), key));
    Ok(config.with_client_cert_resolver(Arc::new(ours)))
}

fn roots(pem: &[u8]) -> Result<RootCertStore, AxisError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| AxisError::Config {
            reason: e.to_string(),
        })?;
        roots.add(certificate).map_err(bad)?;
    }
    Ok(roots)
}

fn bad(error: Error) -> AxisError {
    AxisError::Config {
        reason: error.to_string(),
    }
}

/// The key as rustls wants it.
#[derive(Debug)]
struct Key(Arc<dyn IdentityKey>);

impl SigningKey for Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let schemes = self.0.schemes().into_iter();
        let scheme = schemes
            .into_iter()
            .find(|scheme| offered.contains(&scheme.in_tls()))?;
        let key = Arc::clone(&self.0);
        Some(Box::new(Order { key, scheme }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.0.schemes().first() {
            Some(Scheme::EcdsaP256Sha256 | Scheme::EcdsaP384Sha384) => SignatureAlgorithm::ECDSA,
            _ => SignatureAlgorithm::RSA,
        }
    }
}

/// One signature to be made.
#[derive(Debug)]
struct Order {
    key: Arc<dyn IdentityKey>,
    scheme: Scheme,
}

impl Signer for Order {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.key.sign(self.scheme, message).map_err(Error::General)
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme.in_tls()
    }
}
