//! A PKI of root, issuer and people, made anew for each test run, with software keys in the token's place.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use der::asn1::{BitString, ObjectIdentifier, UtcTime};
use der::oid::AssociatedOid;
use der::{Decode, Encode};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use rand::thread_rng;
use rsa::pkcs8::EncodePublicKey;
use spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, SubjectPublicKeyInfoOwned};
use trien_pades::{DigestAlgorithm, SignatureAlgorithm, ToBeSigned};
use x509_cert::Version;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::ext::{AsExtension, Extension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub struct Pki {
    root: Authority,
    issuer: Authority,
}

struct Authority {
    key: p256::ecdsa::SigningKey,
    certificate: Vec<u8>,
    name: Name,
}

/// A person or organisation with a key.
pub struct Signatory {
    pub certificate: Vec<u8>,
    key: Key,
}

pub enum Key {
    Rsa(Box<rsa::RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl Pki {
    pub fn new() -> Self {
        let root = Authority::new("CN=Trien Test Root,O=Trien,C=VN", None);
        let issuer = Authority::new("CN=Trien Test Issuer,O=Trien,C=VN", Some(&root));
        Self { root, issuer }
    }

    pub fn issue(&self, serial: u32, subject: &str, key: Key) -> Signatory {
        let name = Name::from_str(subject).unwrap();
        let profile = Profile::Leaf {
            issuer: self.issuer.name.clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        Signatory {
            certificate: certificate(profile, serial, name, key.public(), &self.issuer.key),
            key,
        }
    }

    pub fn root(&self) -> Vec<u8> {
        self.root.certificate.clone()
    }

    pub fn issuer(&self) -> Vec<u8> {
        self.issuer.certificate.clone()
    }

    /// The certificate of a timestamp authority with this public key (SubjectPublicKeyInfo).
    pub fn issue_tsa(&self, serial: u32, public: &[u8]) -> Vec<u8> {
        let profile = Profile::Leaf {
            issuer: self.issuer.name.clone(),
            enable_key_agreement: false,
            enable_key_encipherment: false,
        };
        let name = Name::from_str("CN=Test TSA,C=VN").unwrap();
        let key = SubjectPublicKeyInfoOwned::from_der(public).unwrap();
        let mut builder = builder(profile, serial, name, key, &self.issuer.key);
        builder.add_extension(&TimeStampingOnly).unwrap();
        let certificate = builder.build::<p256::ecdsa::DerSignature>().unwrap();
        certificate.to_der().unwrap()
    }

    /// The lists of root and issuer, the issuer's with these serials revoked.
    pub fn crls(&self, revoked: &[u32]) -> [Vec<u8>; 2] {
        [self.root.crl(&[]), self.issuer.crl(revoked)]
    }
}

impl Signatory {
    /// Does what `token` does with a real key: RSA by DigestInfo or PSS, ECDSA as r‖s.
    pub fn sign(&self, act: &ToBeSigned) -> Vec<u8> {
        let digest = act.signed_attributes_digest();
        match (&self.key, act.algorithm()) {
            (Key::Rsa(key), SignatureAlgorithm::RsaPkcs1(_)) => key
                .sign(
                    rsa::Pkcs1v15Sign::new_unprefixed(),
                    &act.digest_info().unwrap(),
                )
                .unwrap(),
            (Key::Rsa(key), SignatureAlgorithm::RsaPss(by)) => {
                let scheme = match by {
                    DigestAlgorithm::Sha256 => rsa::Pss::new::<sha2::Sha256>(),
                    DigestAlgorithm::Sha384 => rsa::Pss::new::<sha2::Sha384>(),
                    DigestAlgorithm::Sha512 => rsa::Pss::new::<sha2::Sha512>(),
                };
                key.sign_with_rng(&mut thread_rng(), scheme, &digest)
                    .unwrap()
            }
            (Key::P256(key), SignatureAlgorithm::EcdsaP256Sha256) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                signature.to_bytes().to_vec()
            }
            (Key::P384(key), SignatureAlgorithm::EcdsaP384Sha384) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(&digest).unwrap();
                signature.to_bytes().to_vec()
            }
            (_, algorithm) => panic!("no key for {algorithm:?}"),
        }
    }
}

impl Key {
    pub fn rsa(bits: usize) -> Self {
        Self::Rsa(Box::new(
            rsa::RsaPrivateKey::new(&mut thread_rng(), bits).unwrap(),
        ))
    }

    pub fn p256() -> Self {
        Self::P256(p256::ecdsa::SigningKey::random(&mut thread_rng()))
    }

    pub fn p384() -> Self {
        Self::P384(p384::ecdsa::SigningKey::random(&mut thread_rng()))
    }

    fn public(&self) -> SubjectPublicKeyInfoOwned {
        let der = match self {
            Self::Rsa(key) => key.to_public_key().to_public_key_der(),
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::P384(key) => key.verifying_key().to_public_key_der(),
        };
        SubjectPublicKeyInfoOwned::from_der(der.unwrap().as_bytes()).unwrap()
    }
}

impl Authority {
    fn new(subject: &str, above: Option<&Authority>) -> Self {
        let name = Name::from_str(subject).unwrap();
        let key = p256::ecdsa::SigningKey::random(&mut thread_rng());
        let public = SubjectPublicKeyInfoOwned::from_key(key.verifying_key().to_owned()).unwrap();
        let certificate = match above {
            Some(above) => {
                let profile = Profile::SubCA {
                    issuer: above.name.clone(),
                    path_len_constraint: Some(0),
                };
                certificate(profile, 2, name.clone(), public, &above.key)
            }
            None => certificate(Profile::Root, 1, name.clone(), public, &key),
        };
        Self {
            key,
            certificate,
            name,
        }
    }

    fn crl(&self, revoked: &[u32]) -> Vec<u8> {
        let algorithm: AlgorithmIdentifierOwned =
            self.key.signature_algorithm_identifier().unwrap();
        let revoked = revoked.iter().map(|&serial| RevokedCert {
            serial_number: SerialNumber::from(serial),
            revocation_date: instant(SystemTime::now() - DAY / 2),
            crl_entry_extensions: None,
        });
        let revoked: Vec<_> = revoked.collect();
        let tbs = TbsCertList {
            version: Version::V2,
            signature: algorithm.clone(),
            issuer: self.name.clone(),
            this_update: instant(SystemTime::now() - DAY / 4),
            next_update: Some(instant(SystemTime::now() + 30 * DAY)),
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: None,
        };
        let signature: p256::ecdsa::DerSignature = self.key.sign(&tbs.to_der().unwrap());
        let signature = BitString::from_bytes(signature.as_bytes()).unwrap();
        CertificateList {
            tbs_cert_list: tbs,
            signature_algorithm: algorithm,
            signature,
        }
        .to_der()
        .unwrap()
    }
}

fn certificate(
    profile: Profile,
    serial: u32,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
    signer: &p256::ecdsa::SigningKey,
) -> Vec<u8> {
    builder(profile, serial, subject, key, signer)
        .build::<p256::ecdsa::DerSignature>()
        .unwrap()
        .to_der()
        .unwrap()
}

fn instant(time: SystemTime) -> Time {
    Time::UtcTime(UtcTime::from_system_time(time).unwrap())
}

fn builder(
    profile: Profile,
    serial: u32,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
    signer: &p256::ecdsa::SigningKey,
) -> CertificateBuilder<'_, p256::ecdsa::SigningKey> {
    let validity = Validity {
        not_before: instant(SystemTime::now() - DAY),
        not_after: instant(SystemTime::now() + 365 * DAY),
    };
    let serial = SerialNumber::from(serial);
    CertificateBuilder::new(profile, serial, validity, subject, key, signer).unwrap()
}

/// id-kp-timeStamping alone, critical (RFC 3161 2.3).
struct TimeStampingOnly;

impl AssociatedOid for TimeStampingOnly {
    const OID: ObjectIdentifier = ExtendedKeyUsage::OID;
}

impl Encode for TimeStampingOnly {
    fn encoded_len(&self) -> der::Result<der::Length> {
        purposes().encoded_len()
    }

    fn encode(&self, encoder: &mut impl der::Writer) -> der::Result<()> {
        purposes().encode(encoder)
    }
}

impl AsExtension for TimeStampingOnly {
    fn critical(&self, _: &Name, _: &[Extension]) -> bool {
        true
    }
}

fn purposes() -> ExtendedKeyUsage {
    ExtendedKeyUsage(vec![ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8")])
}
