//! Finding the private key that belongs to an order: by `CKA_ID`, then by public key.

use cryptoki::{
    error::Error as CkError,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use der::{
    Decode, Sequence,
    asn1::{OctetStringRef, UintRef},
};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;

use crate::{KeySelector, Mechanism, TokenError, TokenId, objects};

/// A private key that may sign the order.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    pub handle: ObjectHandle,
    /// `CKA_ALWAYS_AUTHENTICATE`: the PIN is wanted at each signature.
    pub always_authenticate: bool,
    id: Vec<u8>,
    /// `None` where the token doesn't tell the public part of a private key.
    public: Option<PublicKey>,
}

pub(crate) enum FindError {
    /// The device failed.
    Device(CkError),
    /// Nothing fits.
    Nothing(Box<TokenError>),
}

impl From<CkError> for FindError {
    fn from(error: CkError) -> Self {
        Self::Device(error)
    }
}

/// The key for the order.
pub(crate) fn find(
    session: &Session,
    token: &TokenId,
    selector: &KeySelector,
    mechanism: Mechanism,
) -> Result<PrivateKey, FindError> {
    match selector {
        KeySelector::Id(id) => by_id(private_keys(session, mechanism)?, id).ok_or_else(|| {
            FindError::Nothing(Box::new(TokenError::KeyNotFound {
                token: token.clone(),
                wanted: format!("CKA_ID {}", hex::encode(id)),
            }))
        }),
        KeySelector::Certificate(der) => by_certificate(session, token, der, mechanism),
    }
}

fn by_id(keys: Vec<PrivateKey>, id: &[u8]) -> Option<PrivateKey> {
    keys.into_iter().find(|key| key.id == id)
}

fn by_certificate(
    session: &Session,
    token: &TokenId,
    der: &[u8],
    mechanism: Mechanism,
) -> Result<PrivateKey, FindError> {
    let certified = PublicKey::of_certificate(der);
    let stored = objects::certificates(session)?
        .into_iter()
        .find(|c| c.der == der);
    let keys = private_keys(session, mechanism)?;

    // `CKA_ID` first; but an ID is only a custom, so a key that says that it is another is not taken.
    if let Some(certificate) = stored.as_ref().filter(|c| !c.id.is_empty()) {
        let fits = |key: &&PrivateKey| {
            key.id == certificate.id && (key.public.is_none() || key.public == certified)
        };
        if let Some(key) = keys.iter().find(fits) {
            return Ok(key.clone());
        }
    }
    if let Some(certified) = &certified {
        if let Some(key) = keys
            .iter()
            .find(|key| key.public.as_ref() == Some(certified))
        {
            return Ok(key.clone());
        }
        // Private EC keys don't tell their point; the public key object beside them does.
        for (id, public) in public_keys(session)? {
            if public == *certified
                && let Some(key) = keys.iter().find(|key| key.id == id && key.public.is_none())
            {
                return Ok(key.clone());
            }
        }
    }
    let wanted = hex::encode(Sha256::digest(der));
    let token = token.clone();
    Err(FindError::Nothing(Box::new(match stored {
        Some(_) => TokenError::KeyNotFound {
            token,
            wanted: format!("certificate {wanted}"),
        },
        None => TokenError::CertificateNotFound { token, wanted },
    })))
}

/// The private keys of the mechanism's kind.
fn private_keys(session: &Session, mechanism: Mechanism) -> Result<Vec<PrivateKey>, CkError> {
    let key_type = match mechanism {
        Mechanism::RsaPkcs1v15 | Mechanism::RsaPss => KeyType::RSA,
        Mechanism::Ecdsa => KeyType::EC,
    };
    let template = [
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(key_type),
    ];
    let wanted = [
        AttributeType::Id,
        AttributeType::Modulus,
        AttributeType::EcPoint,
        AttributeType::AlwaysAuthenticate,
    ];
    let mut keys = Vec::new();
    for handle in objects::find(session, &template)? {
        let mut key = PrivateKey {
            handle,
            always_authenticate: false,
            id: Vec::new(),
            public: None,
        };
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Id(id) => key.id = id,
                Attribute::AlwaysAuthenticate(always) => key.always_authenticate = always,
                other => key.public = PublicKey::of_attribute(&other).or(key.public),
            }
        }
        keys.push(key);
    }
    Ok(keys)
}

/// The public key objects with their `CKA_ID`.
fn public_keys(session: &Session) -> Result<Vec<(Vec<u8>, PublicKey)>, CkError> {
    let wanted = [
        AttributeType::Id,
        AttributeType::Modulus,
        AttributeType::EcPoint,
    ];
    let mut keys = Vec::new();
    for handle in objects::find(session, &[Attribute::Class(ObjectClass::PUBLIC_KEY)])? {
        let (mut id, mut public) = (Vec::new(), None);
        for attribute in session.get_attributes(handle, &wanted)? {
            match attribute {
                Attribute::Id(value) => id = value,
                other => public = PublicKey::of_attribute(&other).or(public),
            }
        }
        keys.extend(public.map(|public| (id, public)));
    }
    Ok(keys)
}

/// What tells two keys apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PublicKey {
    /// The modulus, big-endian without leading zeros.
    Rsa(Vec<u8>),
    /// The point, as SEC 1 writes it.
    Ec(Vec<u8>),
}

/// Uncompressed and compressed points of P-256, P-384 and P-521 (SEC 1, 2.3.3).
const POINT_LENGTHS: [usize; 6] = [65, 97, 133, 33, 49, 67];

/// RFC 8017, appendix A.1.1.
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

impl PublicKey {
    fn of_certificate(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let key = certificate
            .tbs_certificate
            .subject_public_key_info
            .subject_public_key;
        let bytes = key.as_bytes()?;
        // An EC key is a bare point there, which is no DER sequence.
        match RsaPublicKey::from_der(bytes) {
            Ok(rsa) => Some(Self::rsa(rsa.modulus.as_bytes())),
            Err(_) => Some(Self::Ec(bytes.to_vec())),
        }
    }

    fn of_attribute(attribute: &Attribute) -> Option<Self> {
        match attribute {
            Attribute::Modulus(modulus) if !modulus.is_empty() => Some(Self::rsa(modulus)),
            // DER of an OCTET STRING by the standard, the bare point with some drivers.
            Attribute::EcPoint(point) if !point.is_empty() => {
                // 0x04 is both the tag of OCTET STRING and the mark of an uncompressed point, so the
                // length decides.
                let inner = OctetStringRef::from_der(point)
                    .ok()
                    .map(|inner| inner.as_bytes());
                let inner = inner.filter(|inner| POINT_LENGTHS.contains(&inner.len()));
                Some(Self::Ec(inner.unwrap_or(point).to_vec()))
            }
            _ => None,
        }
    }

    fn rsa(modulus: &[u8]) -> Self {
        Self::Rsa(
            modulus
                .iter()
                .copied()
                .skip_while(|byte| *byte == 0)
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_modulus_is_compared_without_the_sign_byte_that_some_tokens_keep() {
        let plain = PublicKey::of_attribute(&Attribute::Modulus(vec![0xC5, 1, 2]));
        let padded = PublicKey::of_attribute(&Attribute::Modulus(vec![0, 0xC5, 1, 2]));
        assert_eq!(plain, padded);
    }

    #[test]
    fn an_ec_point_is_the_same_bare_and_in_its_octet_string() {
        // The first coordinate begins with 63, so that the bare point reads as an OCTET STRING, too.
        let mut bare = vec![63; 65];
        bare[0] = 4;
        let wrapped = [vec![4, 65], bare.clone()].concat();
        let of = |point| PublicKey::of_attribute(&Attribute::EcPoint(point));
        assert_eq!(of(bare.clone()), Some(PublicKey::Ec(bare.clone())));
        assert_eq!(of(wrapped), Some(PublicKey::Ec(bare)));
    }

    #[test]
    fn what_is_no_certificate_has_no_public_key() {
        assert_eq!(PublicKey::of_certificate(b"not a certificate"), None);
    }
}
