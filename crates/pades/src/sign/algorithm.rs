//! Which signature a key makes, and the forms in which tokens take digests and give signatures.

use der::asn1::{ObjectIdentifier, UintRef};
use der::referenced::OwnedToRef;
use der::{Decode, Encode, Sequence};
use rsa::pkcs1::RsaPssParams;
use rsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256, Sha384, Sha512};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use crate::error::PadesError;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// Shorter RSA keys are not signed with: below this the scheme is broken by today's measure.
const MIN_RSA_BITS: usize = 2048;
/// Longer RSA keys are refused, because a hostile certificate could make one check cost minutes.
const MAX_RSA_BITS: usize = 8192;
/// Digest of the document and of the signed attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DigestAlgorithm {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384, always with P-384 keys.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = Hasher::new(self);
        hasher.update(bytes);
        hasher.finish()
    }

    /// AlgorithmIdentifier with parameters absent (RFC 5754 section 2).
    pub(crate) fn identifier(self) -> AlgorithmIdentifierOwned {
        let oid = match self {
            Self::Sha256 => SHA256,
            Self::Sha384 => SHA384,
            Self::Sha512 => SHA512,
        };
        AlgorithmIdentifierOwned {
            oid,
            parameters: None,
        }
    }
}

/// A running digest.
pub(crate) enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub(crate) fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            DigestAlgorithm::Sha384 => Self::Sha384(Sha384::new()),
            DigestAlgorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(state) => state.update(bytes),
            Self::Sha384(state) => state.update(bytes),
            Self::Sha512(state) => state.update(bytes),
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(state) => state.finalize().to_vec(),
            Self::Sha384(state) => state.finalize().to_vec(),
            Self::Sha512(state) => state.finalize().to_vec(),
        }
    }
}

/// How the signed attributes are signed; the certificate's key decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5: what every token offers.
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS with MGF1 over the same digest and a salt of its length (RFC 4055 3.1).
    RsaPss(DigestAlgorithm),
    /// ECDSA on P-256 with SHA-256.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// The algorithm for a certificate's key. `prefer_pss` and `digest` choose among those of RSA; a key that is marked
    /// id-RSASSA-PSS gets PSS always (RFC 4055 1.2), a curve brings its own digest.
    pub fn for_key(
        key: &SubjectPublicKeyInfoOwned,
        prefer_pss: bool,
        digest: DigestAlgorithm,
    ) -> Result<Self, PadesError> {
        let rsa_fits = || {
            let bits = rsa_bits(key)?;
            if (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
                Ok(())
            } else {
                Err(PadesError::UnsupportedKey(format!("RSA of {bits} bits")))
            }
        };
        match key.algorithm.oid {
            RSA_ENCRYPTION => rsa_fits().map(|()| {
                if prefer_pss {
                    Self::RsaPss(digest)
                } else {
                    Self::RsaPkcs1(digest)
                }
            }),
            RSASSA_PSS => rsa_fits().map(|()| Self::RsaPss(digest)),
            EC_PUBLIC_KEY => match key.algorithm.owned_to_ref().parameters_oid() {
                Ok(P256) => Ok(Self::EcdsaP256Sha256),
                Ok(P384) => Ok(Self::EcdsaP384Sha384),
                Ok(curve) => Err(PadesError::UnsupportedKey(format!("curve {curve}"))),
                Err(_) => Err(PadesError::UnsupportedKey(
                    "EC key without a named curve".into(),
                )),
            },
            other => Err(PadesError::UnsupportedKey(other.to_string())),
        }
    }

    /// The digest that goes with it.
    pub fn digest(self) -> DigestAlgorithm {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest) => digest,
            Self::EcdsaP256Sha256 => DigestAlgorithm::Sha256,
            Self::EcdsaP384Sha384 => DigestAlgorithm::Sha384,
        }
    }

    /// SignatureAlgorithmIdentifier of the SignerInfo.
    pub(crate) fn identifier(self) -> Result<AlgorithmIdentifierOwned, der::Error> {
        let (oid, parameters) = match self {
            // RFC 5754 3.2: rsaEncryption with NULL is what every reader of CMS accepts.
            Self::RsaPkcs1(_) => (RSA_ENCRYPTION, Some(der::Any::null())),
            Self::RsaPss(digest) => {
                let parameters = match digest {
                    DigestAlgorithm::Sha256 => RsaPssParams::new::<Sha256>(32),
                    DigestAlgorithm::Sha384 => RsaPssParams::new::<Sha384>(48),
                    DigestAlgorithm::Sha512 => RsaPssParams::new::<Sha512>(64),
                };
                (RSASSA_PSS, Some(der::Any::from_der(&parameters.to_der()?)?))
            }
            Self::EcdsaP256Sha256 => (ECDSA_SHA256, None),
            Self::EcdsaP384Sha384 => (ECDSA_SHA384, None),
        };
        Ok(AlgorithmIdentifierOwned { oid, parameters })
    }

    /// The token's answer in the form that CMS and TLS want: ECDSA's r‖s (PKCS#11 2.3.1) becomes DER, RSA stays.
    /// An ECDSA answer that is DER already, as some vendors' modules give, stays too.
    pub fn cms_signature(self, raw: &[u8]) -> Result<Vec<u8>, PadesError> {
        let coordinate = match self {
            Self::RsaPkcs1(_) | Self::RsaPss(_) => return Ok(raw.to_vec()),
            Self::EcdsaP256Sha256 => 32,
            Self::EcdsaP384Sha384 => 48,
        };
        if raw.len() == 2 * coordinate {
            Ok(ecdsa_der(raw)?)
        } else {
            Ok(raw.to_vec())
        }
    }

    /// Checks a signature in CMS form over a digest with the certificate's key.
    pub(crate) fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), PadesError> {
        let matches = match self {
            Self::RsaPkcs1(by) => {
                let scheme = match by {
                    DigestAlgorithm::Sha256 => rsa::Pkcs1v15Sign::new::<Sha256>(),
                    DigestAlgorithm::Sha384 => rsa::Pkcs1v15Sign::new::<Sha384>(),
                    DigestAlgorithm::Sha512 => rsa::Pkcs1v15Sign::new::<Sha512>(),
                };
                rsa_key(key)?.verify(scheme, digest, signature).is_ok()
            }
            Self::RsaPss(by) => {
                let scheme = match by {
                    DigestAlgorithm::Sha256 => rsa::Pss::new::<Sha256>(),
                    DigestAlgorithm::Sha384 => rsa::Pss::new::<Sha384>(),
                    DigestAlgorithm::Sha512 => rsa::Pss::new::<Sha512>(),
                };
                rsa_key(key)?.verify(scheme, digest, signature).is_ok()
            }
            Self::EcdsaP256Sha256 => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(key.subject_public_key.raw_bytes())
                    .and_then(|key| {
                        key.verify_prehash(digest, &p256::ecdsa::Signature::from_der(signature)?)
                    })
                    .is_ok()
            }
            Self::EcdsaP384Sha384 => {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(key.subject_public_key.raw_bytes())
                    .and_then(|key| {
                        key.verify_prehash(digest, &p384::ecdsa::Signature::from_der(signature)?)
                    })
                    .is_ok()
            }
        };
        if matches {
            Ok(())
        } else {
            Err(PadesError::SignatureMismatch)
        }
    }
}

/// PKCS#1 DigestInfo (RFC 8017 9.2) of a digest: what a token signs by CKM_RSA_PKCS.
pub fn digest_info(algorithm: DigestAlgorithm, digest: &[u8]) -> Result<Vec<u8>, PadesError> {
    // RFC 8017 appendix B.1 fixes NULL here, although CMS leaves the parameters out.
    let identifier = AlgorithmIdentifierOwned {
        parameters: Some(der::Any::null()),
        ..algorithm.identifier()
    };
    let digest = der::asn1::OctetString::new(digest)?;
    Ok(DigestInfo {
        algorithm: identifier,
        digest,
    }
    .to_der()?)
}

/// ECDSA-Sig-Value (RFC 3279 2.2.3) of a raw r‖s as PKCS#11 gives it.
pub fn ecdsa_der(raw: &[u8]) -> Result<Vec<u8>, PadesError> {
    let (r, s) = raw.split_at(raw.len() / 2);
    Ok(EcdsaSigValue {
        r: UintRef::new(r)?,
        s: UintRef::new(s)?,
    }
    .to_der()?)
}

#[derive(Sequence)]
struct DigestInfo {
    algorithm: AlgorithmIdentifierOwned,
    digest: der::asn1::OctetString,
}

#[derive(Sequence)]
struct EcdsaSigValue<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

fn rsa_bits(key: &SubjectPublicKeyInfoOwned) -> Result<usize, PadesError> {
    let key = rsa::pkcs1::RsaPublicKey::from_der(key.subject_public_key.raw_bytes())?;
    let modulus = key.modulus.as_bytes();
    let leading = modulus
        .first()
        .map_or(0, |byte| byte.leading_zeros() as usize);
    Ok((modulus.len() * 8).saturating_sub(leading))
}

fn rsa_key(key: &SubjectPublicKeyInfoOwned) -> Result<rsa::RsaPublicKey, PadesError> {
    let parts = rsa::pkcs1::RsaPublicKey::from_der(key.subject_public_key.raw_bytes())?;
    let modulus = rsa::BigUint::from_bytes_be(parts.modulus.as_bytes());
    let exponent = rsa::BigUint::from_bytes_be(parts.public_exponent.as_bytes());
    rsa::RsaPublicKey::new_with_max_size(modulus, exponent, MAX_RSA_BITS)
        .map_err(|fault| PadesError::UnsupportedKey(fault.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_info_has_the_prefix_of_rfc_8017() {
        let info = digest_info(DigestAlgorithm::Sha256, &[7; 32]).unwrap();
        assert_eq!(
            hex::encode(&info[..19]),
            "3031300d060960864801650304020105000420"
        );
        assert_eq!(info[19..], [7; 32]);
    }

    #[test]
    fn raw_ecdsa_becomes_two_der_integers_without_leading_zeros_and_never_negative() {
        let mut raw = [0u8; 64];
        raw[31] = 0x05; // r = 5
        raw[32] = 0x80; // s has its top bit set
        let der = ecdsa_der(&raw).unwrap();
        assert_eq!(hex::encode(&der[..7]), "30260201050221");
        assert_eq!(der[7..9], [0x00, 0x80]);
    }
}
