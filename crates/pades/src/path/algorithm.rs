//! Signature algorithms, verification only.

use der::Decode;
use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::RsaPublicKey as Pkcs1Key;
use rsa::{BigUint, RsaPublicKey, traits::PublicKeyParts};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

pub use super::digest::{Digest, Hasher};
use super::pss;

/// Largest RSA modulus accepted; beyond it a verification costs more than a document is worth.
const MAX_RSA_BITS: usize = 8192;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// Identifiers that name scheme and digest at once (RFC 4055, RFC 5758, NIST CSOR, OIW).
const COMBINED: &[(&str, Scheme)] = &[
    ("1.2.840.113549.1.1.4", Scheme::RsaPkcs1(Digest::Md5)),
    ("1.2.840.113549.1.1.5", Scheme::RsaPkcs1(Digest::Sha1)),
    ("1.3.14.3.2.29", Scheme::RsaPkcs1(Digest::Sha1)),
    ("1.2.840.113549.1.1.14", Scheme::RsaPkcs1(Digest::Sha224)),
    ("1.2.840.113549.1.1.11", Scheme::RsaPkcs1(Digest::Sha256)),
    ("1.2.840.113549.1.1.12", Scheme::RsaPkcs1(Digest::Sha384)),
    ("1.2.840.113549.1.1.13", Scheme::RsaPkcs1(Digest::Sha512)),
    (
        "2.16.840.1.101.3.4.3.14",
        Scheme::RsaPkcs1(Digest::Sha3_256),
    ),
    (
        "2.16.840.1.101.3.4.3.15",
        Scheme::RsaPkcs1(Digest::Sha3_384),
    ),
    (
        "2.16.840.1.101.3.4.3.16",
        Scheme::RsaPkcs1(Digest::Sha3_512),
    ),
    ("1.2.840.10045.4.1", Scheme::Ecdsa(Digest::Sha1)),
    ("1.2.840.10045.4.3.1", Scheme::Ecdsa(Digest::Sha224)),
    ("1.2.840.10045.4.3.2", Scheme::Ecdsa(Digest::Sha256)),
    ("1.2.840.10045.4.3.3", Scheme::Ecdsa(Digest::Sha384)),
    ("1.2.840.10045.4.3.4", Scheme::Ecdsa(Digest::Sha512)),
    ("2.16.840.1.101.3.4.3.10", Scheme::Ecdsa(Digest::Sha3_256)),
    ("2.16.840.1.101.3.4.3.11", Scheme::Ecdsa(Digest::Sha3_384)),
    ("2.16.840.1.101.3.4.3.12", Scheme::Ecdsa(Digest::Sha3_512)),
];

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

/// A signature scheme with its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS with the digest of the mask and the salt length in bytes (RFC 8017 section 8.1).
    RsaPss(Digest, Digest, usize),
    /// ECDSA (FIPS 186-5).
    Ecdsa(Digest),
    /// Ed25519 (RFC 8032), which takes the message as it is.
    Ed25519,
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
            // Some signers write the key's identifier where the signature's belongs.
            EC_PUBLIC_KEY => Self::Ecdsa(digest.ok_or(SignatureError::Unsupported)?),
            RSA_PSS => of_pss(algorithm)?,
            ED25519 => Self::Ed25519,
            oid => combined(oid).ok_or(SignatureError::Unsupported)?,
        };
        match (digest, scheme.digest()) {
            (Some(beside), Some(own)) if beside != own => Err(SignatureError::Mismatch),
            // RFC 8419 section 3.1: SHA-512 and no other beside Ed25519.
            (Some(beside), None) if beside != Digest::Sha512 => Err(SignatureError::Unsupported),
            _ => Ok(scheme),
        }
    }

    /// The digest that is signed; none where the message itself is.
    pub fn digest(self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest, ..) | Self::Ecdsa(digest) => Some(digest),
            Self::Ed25519 => None,
        }
    }

    /// Name as used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs1(_) => "RSASSA-PKCS1-v1_5",
            Self::RsaPss(..) => "RSASSA-PSS",
            Self::Ecdsa(_) => "ECDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// Verifies `signature` over `message`.
    pub fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match self.digest() {
            Some(digest) => self.verify_digest(key, &digest.of(message), signature),
            None => ed25519(key, message, signature),
        }
    }

    /// Verifies `signature` over a digest already computed; a scheme without one cannot.
    pub fn verify_digest(
        self,
        key: &SubjectPublicKeyInfoOwned,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match self {
            Self::RsaPkcs1(algorithm) => rsa(key, algorithm.pkcs1v15(), digest, signature),
            Self::RsaPss(algorithm, mask, salt) if algorithm == mask => {
                rsa(key, algorithm.pss(salt), digest, signature)
            }
            Self::RsaPss(algorithm, mask, salt) => {
                match pss::verify(&rsa_key(key)?, (algorithm, mask), salt, digest, signature) {
                    true => Ok(()),
                    false => Err(SignatureError::Broken),
                }
            }
            Self::Ecdsa(_) => ecdsa(key, digest, signature),
            Self::Ed25519 => Err(SignatureError::Unsupported),
        }
    }
}

/// Size of a public key in bits, for keys that are understood.
pub fn key_bits(key: &SubjectPublicKeyInfoOwned) -> Option<u32> {
    match key.algorithm.oid {
        EC_PUBLIC_KEY => match curve(key)? {
            P256 => Some(256),
            P384 => Some(384),
            P521 => Some(521),
            _ => None,
        },
        ED25519 => Some(256),
        _ => rsa_bits(key),
    }
}

/// Size of an RSA modulus in bits; none for other keys.
pub fn rsa_bits(key: &SubjectPublicKeyInfoOwned) -> Option<u32> {
    u32::try_from(rsa_key(key).ok()?.n().bits()).ok()
}

/// What a check with this key costs, in checks with RSA of 2048 bits, whose work grows with the square of the size.
pub fn cost(key: &SubjectPublicKeyInfoOwned) -> u32 {
    const UNIT: u32 = 2048;
    match (rsa_bits(key), curve(key)) {
        (Some(bits), _) => bits.div_ceil(UNIT).saturating_pow(2),
        (None, Some(P521)) => 8,
        _ => 1,
    }
}

fn combined(oid: ObjectIdentifier) -> Option<Scheme> {
    let found = COMBINED
        .iter()
        .find(|(text, _)| ObjectIdentifier::new(text) == Ok(oid));
    found.map(|(_, scheme)| *scheme)
}

fn of_pss(algorithm: &AlgorithmIdentifierOwned) -> Result<Scheme, SignatureError> {
    let parameters = algorithm.parameters.as_ref();
    let read = parameters.and_then(pss::Parameters::read);
    let (digest, mask, salt) = read.ok_or(SignatureError::Unsupported)?;
    Ok(Scheme::RsaPss(digest, mask, salt))
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
    let key = Pkcs1Key::from_der(bits(key)?).map_err(|_| SignatureError::Unsupported)?;
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
    /// The digest as a number of at least the field's size: the crates refuse shorter ones.
    fn widened(digest: &[u8], field: usize) -> Vec<u8> {
        let mut wide = vec![0; field.saturating_sub(digest.len())];
        wide.extend_from_slice(digest);
        wide
    }
    macro_rules! verify_on {
        ($curve:ident, $field:literal) => {{
            let broken = |_| SignatureError::Broken;
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(bits(key)?).map_err(broken)?;
            let signature = $curve::ecdsa::Signature::from_der(signature).map_err(broken)?;
            key.verify_prehash(&widened(digest, $field), &signature)
                .map_err(broken)
        }};
    }
    if key.algorithm.oid != EC_PUBLIC_KEY {
        return Err(SignatureError::Mismatch);
    }
    match curve(key) {
        Some(P256) => verify_on!(p256, 32),
        Some(P384) => verify_on!(p384, 48),
        Some(P521) => verify_on!(p521, 66),
        _ => Err(SignatureError::Unsupported),
    }
}

fn ed25519(
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let broken = SignatureError::Broken;
    if key.algorithm.oid != ED25519 {
        return Err(SignatureError::Mismatch);
    }
    let point = bits(key)?.try_into().map_err(|_| broken)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(point).map_err(|_| broken)?;
    let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| broken)?;
    key.verify_strict(message, &signature).map_err(|_| broken)
}

fn bits(key: &SubjectPublicKeyInfoOwned) -> Result<&[u8], SignatureError> {
    key.subject_public_key
        .as_bytes()
        .ok_or(SignatureError::Unsupported)
}

fn curve(key: &SubjectPublicKeyInfoOwned) -> Option<ObjectIdentifier> {
    key.algorithm.parameters.as_ref()?.decode_as().ok()
}
