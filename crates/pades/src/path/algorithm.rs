//! Digest and signature algorithms, verification only.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::{RsaPssParams, RsaPublicKey as Pkcs1Key};
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPublicKey, traits::PublicKeyParts};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

/// Largest RSA modulus accepted; beyond it a verification costs more than a document is worth.
const MAX_RSA_BITS: usize = 8192;

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ECDSA_SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Why a signature was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No rule for the algorithm or the key.
    #[error("algorithm or key not supported")]
    Unsupported,
    /// Digest and signature algorithm contradict each other.
    #[error("the algorithms contradict each other")]
    Mismatch,
    /// The signature is wrong.
    #[error("the signature does not verify")]
    Broken,
}

/// A digest algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Digest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// The digest that an identifier names.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            SHA1 => Some(Self::Sha1),
            SHA256 => Some(Self::Sha256),
            SHA384 => Some(Self::Sha384),
            SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Name as used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Collisions are practical, so a signature needs proof of its age (SOG-IS 1.3, 4.1).
    pub fn is_weak(self) -> bool {
        self == Self::Sha1
    }

    /// A fresh hash state.
    pub fn hasher(self) -> Hasher {
        match self {
            Self::Sha1 => Hasher::Sha1(Sha1::new()),
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha384 => Hasher::Sha384(Sha384::new()),
            Self::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }

    /// The digest of `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = self.hasher();
        hasher.update(bytes);
        hasher.finish()
    }
}

/// A hash state; cloning it forks the computation.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Hasher {
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(state) => state.update(bytes),
            Self::Sha256(state) => state.update(bytes),
            Self::Sha384(state) => state.update(bytes),
            Self::Sha512(state) => state.update(bytes),
        }
    }

    /// The digest of everything taken in.
    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha1(state) => state.finalize().to_vec(),
            Self::Sha256(state) => state.finalize().to_vec(),
            Self::Sha384(state) => state.finalize().to_vec(),
            Self::Sha512(state) => state.finalize().to_vec(),
        }
    }
}

/// A signature scheme with its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS with the salt length in bytes (RFC 8017 section 8.1).
    RsaPss(Digest, usize),
    /// ECDSA (FIPS 186-4).
    Ecdsa(Digest),
}

impl Scheme {
    /// The scheme of `algorithm`; `digest` is the digest named beside it (in a SignerInfo), needed
    /// where the identifier names none, and refused where it contradicts it.
    pub fn from_algorithm(
        algorithm: &AlgorithmIdentifierOwned,
        digest: Option<Digest>,
    ) -> Result<Self, SignatureError> {
        let scheme = match algorithm.oid {
            RSA_ENCRYPTION => Self::RsaPkcs1(digest.ok_or(SignatureError::Unsupported)?),
            RSA_SHA1 => Self::RsaPkcs1(Digest::Sha1),
            RSA_SHA256 => Self::RsaPkcs1(Digest::Sha256),
            RSA_SHA384 => Self::RsaPkcs1(Digest::Sha384),
            RSA_SHA512 => Self::RsaPkcs1(Digest::Sha512),
            ECDSA_SHA1 => Self::Ecdsa(Digest::Sha1),
            ECDSA_SHA256 => Self::Ecdsa(Digest::Sha256),
            ECDSA_SHA384 => Self::Ecdsa(Digest::Sha384),
            ECDSA_SHA512 => Self::Ecdsa(Digest::Sha512),
            // Some signers write the key's identifier where the signature's belongs.
            EC_PUBLIC_KEY => Self::Ecdsa(digest.ok_or(SignatureError::Unsupported)?),
            RSA_PSS => pss(algorithm)?,
            _ => return Err(SignatureError::Unsupported),
        };
        match digest {
            Some(digest) if digest != scheme.digest() => Err(SignatureError::Mismatch),
            _ => Ok(scheme),
        }
    }

    /// The digest that is signed.
    pub fn digest(self) -> Digest {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest, _) | Self::Ecdsa(digest) => digest,
        }
    }

    /// Name as used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs1(_) => "RSASSA-PKCS1-v1_5",
            Self::RsaPss(..) => "RSASSA-PSS",
            Self::Ecdsa(_) => "ECDSA",
        }
    }

    /// Verifies `signature` over a digest already computed.
    pub fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match self {
            Self::RsaPkcs1(Digest::Sha1) => {
                rsa(key, Pkcs1v15Sign::new::<Sha1>(), digest, signature)
            }
            Self::RsaPkcs1(Digest::Sha256) => {
                rsa(key, Pkcs1v15Sign::new::<Sha256>(), digest, signature)
            }
            Self::RsaPkcs1(Digest::Sha384) => {
                rsa(key, Pkcs1v15Sign::new::<Sha384>(), digest, signature)
            }
            Self::RsaPkcs1(Digest::Sha512) => {
                rsa(key, Pkcs1v15Sign::new::<Sha512>(), digest, signature)
            }
            Self::RsaPss(Digest::Sha1, salt) => {
                rsa(key, Pss::new_with_salt::<Sha1>(salt), digest, signature)
            }
            Self::RsaPss(Digest::Sha256, salt) => {
                rsa(key, Pss::new_with_salt::<Sha256>(salt), digest, signature)
            }
            Self::RsaPss(Digest::Sha384, salt) => {
                rsa(key, Pss::new_with_salt::<Sha384>(salt), digest, signature)
            }
            Self::RsaPss(Digest::Sha512, salt) => {
                rsa(key, Pss::new_with_salt::<Sha512>(salt), digest, signature)
            }
            Self::Ecdsa(_) => ecdsa(key, digest, signature),
        }
    }
}

/// Size of a public key in bits, for keys that are understood.
pub fn key_bits(key: &SubjectPublicKeyInfoOwned) -> Option<u32> {
    match key.algorithm.oid {
        RSA_ENCRYPTION | RSA_PSS => {
            let key = rsa_key(key).ok()?;
            u32::try_from(key.n().bits()).ok()
        }
        EC_PUBLIC_KEY => match curve(key)? {
            P256 => Some(256),
            P384 => Some(384),
            _ => None,
        },
        _ => None,
    }
}

/// RSASSA-PSS parameters with one digest for message and mask (RFC 4055 section 3.1).
fn pss(algorithm: &AlgorithmIdentifierOwned) -> Result<Scheme, SignatureError> {
    let parameters = algorithm
        .parameters
        .as_ref()
        .ok_or(SignatureError::Unsupported)?;
    let bytes = parameters
        .to_der()
        .map_err(|_| SignatureError::Unsupported)?;
    let parameters = RsaPssParams::from_der(&bytes).map_err(|_| SignatureError::Unsupported)?;
    let digest = Digest::from_oid(parameters.hash.oid).ok_or(SignatureError::Unsupported)?;
    let mask = parameters
        .mask_gen
        .parameters
        .and_then(|inner| Digest::from_oid(inner.oid));
    if parameters.mask_gen.oid != MGF1 || mask != Some(digest) {
        return Err(SignatureError::Unsupported);
    }
    Ok(Scheme::RsaPss(digest, usize::from(parameters.salt_len)))
}

fn rsa<P: rsa::traits::SignatureScheme>(
    key: &SubjectPublicKeyInfoOwned,
    padding: P,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    rsa_key(key)?
        .verify(padding, digest, signature)
        .map_err(|_| SignatureError::Broken)
}

fn rsa_key(key: &SubjectPublicKeyInfoOwned) -> Result<RsaPublicKey, SignatureError> {
    if !matches!(key.algorithm.oid, RSA_ENCRYPTION | RSA_PSS) {
        return Err(SignatureError::Mismatch);
    }
    let bits = key
        .subject_public_key
        .as_bytes()
        .ok_or(SignatureError::Unsupported)?;
    let key = Pkcs1Key::from_der(bits).map_err(|_| SignatureError::Unsupported)?;
    let modulus = BigUint::from_bytes_be(key.modulus.as_bytes());
    let exponent = BigUint::from_bytes_be(key.public_exponent.as_bytes());
    RsaPublicKey::new_with_max_size(modulus, exponent, MAX_RSA_BITS)
        .map_err(|_| SignatureError::Unsupported)
}

fn ecdsa(
    key: &SubjectPublicKeyInfoOwned,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if key.algorithm.oid != EC_PUBLIC_KEY {
        return Err(SignatureError::Mismatch);
    }
    let point = key
        .subject_public_key
        .as_bytes()
        .ok_or(SignatureError::Unsupported)?;
    let broken = |_| SignatureError::Broken;
    match curve(key) {
        Some(P256) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(broken)?;
            let signature = p256::ecdsa::Signature::from_der(signature).map_err(broken)?;
            key.verify_prehash(digest, &signature).map_err(broken)
        }
        Some(P384) => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(broken)?;
            let signature = p384::ecdsa::Signature::from_der(signature).map_err(broken)?;
            key.verify_prehash(digest, &signature).map_err(broken)
        }
        _ => Err(SignatureError::Unsupported),
    }
}

fn curve(key: &SubjectPublicKeyInfoOwned) -> Option<ObjectIdentifier> {
    key.algorithm.parameters.as_ref()?.decode_as().ok()
}
