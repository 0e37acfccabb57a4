//! From our mechanisms to PKCS#11's, and what exactly the token is given to sign.

use cryptoki::mechanism::{
    Mechanism as CkMechanism, MechanismType,
    rsa::{PkcsMgfType, PkcsPssParams},
};
use der::{Encode, Sequence, asn1::OctetStringRef};
use spki::{AlgorithmIdentifierRef, ObjectIdentifier};

use crate::{Digest, Mechanism, Result, TokenError};

const ID_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const ID_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const ID_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// The PKCS#11 mechanism with its parameters.
pub(crate) fn of(mechanism: Mechanism, digest: &Digest) -> CkMechanism<'static> {
    match mechanism {
        Mechanism::RsaPkcs1v15 => CkMechanism::RsaPkcs,
        Mechanism::RsaPss => CkMechanism::RsaPkcsPss(pss(digest)),
        Mechanism::Ecdsa => CkMechanism::Ecdsa,
    }
}

/// Its name in a token's list of mechanisms.
pub(crate) fn kind(mechanism: Mechanism) -> MechanismType {
    match mechanism {
        Mechanism::RsaPkcs1v15 => MechanismType::RSA_PKCS,
        Mechanism::RsaPss => MechanismType::RSA_PKCS_PSS,
        Mechanism::Ecdsa => MechanismType::ECDSA,
    }
}

/// The bytes for `C_Sign`: the digest, for PKCS #1 v1.5 wrapped in its `DigestInfo`.
pub(crate) fn input(mechanism: Mechanism, digest: &Digest) -> Result<Vec<u8>> {
    match mechanism {
        Mechanism::RsaPkcs1v15 => digest_info(digest).map_err(|e| TokenError::Device {
            function: "DigestInfo".into(),
            ckr: e.to_string(),
        }),
        Mechanism::RsaPss | Mechanism::Ecdsa => Ok(digest.bytes().to_vec()),
    }
}

impl Digest {
    /// The digest itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
            Self::Sha384(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
        }
    }

    fn oid(&self) -> ObjectIdentifier {
        match self {
            Self::Sha256(_) => ID_SHA256,
            Self::Sha384(_) => ID_SHA384,
            Self::Sha512(_) => ID_SHA512,
        }
    }
}

/// RFC 8017, appendix A.2.4; the algorithm's parameters are an explicit NULL (appendix B.1).
#[derive(Sequence)]
struct DigestInfo<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    digest: OctetStringRef<'a>,
}

fn digest_info(digest: &Digest) -> der::Result<Vec<u8>> {
    let algorithm = AlgorithmIdentifierRef {
        oid: digest.oid(),
        parameters: Some(der::asn1::Null.into()),
    };
    DigestInfo {
        algorithm,
        digest: OctetStringRef::new(digest.bytes())?,
    }
    .to_der()
}

fn pss(digest: &Digest) -> PkcsPssParams {
    let (hash_alg, mgf, salt) = match digest {
        Digest::Sha256(_) => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256, 32),
        Digest::Sha384(_) => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384, 48),
        Digest::Sha512(_) => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512, 64),
    };
    PkcsPssParams {
        hash_alg,
        mgf,
        s_len: salt.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_info_of_sha256_has_the_prefix_of_rfc_8017() {
        let info = input(Mechanism::RsaPkcs1v15, &Digest::Sha256([0xAB; 32])).unwrap();
        // RFC 8017, 9.2, note 1.
        let prefix = hex::decode("3031300d060960864801650304020105000420").unwrap();
        assert_eq!(info, [prefix, vec![0xAB; 32]].concat());
    }
}
