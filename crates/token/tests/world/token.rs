//! Making the token: initialise it, make a key in it, certify the key.

use std::{str::FromStr, time::Duration};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, CertificateType, ObjectClass, ObjectHandle},
    session::{Session, UserType},
    types::AuthPin,
};
use p256::{
    ecdsa::{DerSignature, SigningKey},
    pkcs8::EncodePublicKey,
};
use trien_token::TokenId;
use x509_cert::{
    Certificate,
    builder::{Builder, CertificateBuilder, Profile},
    der::{Decode, Encode, asn1::OctetString},
    name::Name,
    serial_number::SerialNumber,
    spki::SubjectPublicKeyInfoOwned,
    time::Validity,
};

use super::{LABEL, LEADER, PIN, SOFTHSM};

#[derive(Clone, Copy)]
pub enum KeyKind {
    Rsa2048,
    P256,
    /// With `CKA_ALWAYS_AUTHENTICATE`.
    P256AskingEachTime,
}

/// The token's serial number and the certificate of its key. The authority's stands beside it.
pub fn make(kind: KeyKind) -> (TokenId, Vec<u8>) {
    let pkcs11 = Pkcs11::new(SOFTHSM).unwrap();
    pkcs11
        .initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
        .unwrap();
    let so_pin = AuthPin::new("12345678".into());
    let user_pin = AuthPin::new(PIN.into());
    pkcs11
        .init_token(pkcs11.get_all_slots().unwrap()[0], &so_pin, LABEL)
        .unwrap();
    // SoftHSM moves an initialised token to another slot.
    let slot = pkcs11.get_slots_with_initialized_token().unwrap()[0];

    let session = pkcs11.open_rw_session(slot).unwrap();
    session.login(UserType::So, Some(&so_pin)).unwrap();
    session.init_pin(&user_pin).unwrap();
    session.logout().unwrap();
    session.login(UserType::User, Some(&user_pin)).unwrap();
    let public = generate(&session, kind);
    let [leader, authority] = certify(public_key(&session, public, kind));
    store(&session, &leader, b"leader", LEADER);
    store(&session, &authority, b"authority", "CA");
    session.logout().unwrap();
    drop(session);

    let serial = pkcs11
        .get_token_info(slot)
        .unwrap()
        .serial_number()
        .to_owned();
    pkcs11.finalize().unwrap();
    (TokenId(serial), leader.to_der().unwrap())
}

fn generate(session: &Session, kind: KeyKind) -> ObjectHandle {
    let id = Attribute::Id(b"leader".to_vec());
    let mut public = vec![
        Attribute::Token(true),
        Attribute::Private(false),
        id.clone(),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sign(true),
        id,
        Attribute::AlwaysAuthenticate(matches!(kind, KeyKind::P256AskingEachTime)),
    ];
    let mechanism = match kind {
        KeyKind::Rsa2048 => {
            public.push(Attribute::ModulusBits(2048.into()));
            Mechanism::RsaPkcsKeyPairGen
        }
        KeyKind::P256 | KeyKind::P256AskingEachTime => {
            let p256 = "1.2.840.10045.3.1.7".parse::<x509_cert::der::asn1::ObjectIdentifier>();
            public.push(Attribute::EcParams(p256.unwrap().to_der().unwrap()));
            Mechanism::EccKeyPairGen
        }
    };
    session
        .generate_key_pair(&mechanism, &public, &private)
        .unwrap()
        .0
}

fn public_key(session: &Session, key: ObjectHandle, kind: KeyKind) -> SubjectPublicKeyInfoOwned {
    let get = |attribute| session.get_attributes(key, &[attribute]).unwrap().remove(0);
    let der = match kind {
        KeyKind::Rsa2048 => {
            let (Attribute::Modulus(n), Attribute::PublicExponent(e)) = (
                get(AttributeType::Modulus),
                get(AttributeType::PublicExponent),
            ) else {
                panic!("no RSA key");
            };
            let number = rsa::BigUint::from_bytes_be;
            rsa::RsaPublicKey::new(number(&n), number(&e))
                .unwrap()
                .to_public_key_der()
                .unwrap()
        }
        KeyKind::P256 | KeyKind::P256AskingEachTime => {
            let Attribute::EcPoint(point) = get(AttributeType::EcPoint) else {
                panic!("no EC key");
            };
            let point = OctetString::from_der(&point).unwrap();
            let key = p256::PublicKey::from_sec1_bytes(point.as_bytes()).unwrap();
            key.to_public_key_der().unwrap()
        }
    };
    SubjectPublicKeyInfoOwned::from_der(der.as_bytes()).unwrap()
}

/// The leader's certificate and that of an authority that lives for this test.
fn certify(leader: SubjectPublicKeyInfoOwned) -> [Certificate; 2] {
    let signer = SigningKey::random(&mut rand::thread_rng());
    let own_key = SubjectPublicKeyInfoOwned::from_key(*signer.verifying_key()).unwrap();
    let issuer = Name::from_str("CN=CA,C=VN").unwrap();
    let subject = Name::from_str(&format!("CN={LEADER},O=UBND xã Ea Kao,C=VN")).unwrap();
    let profile = Profile::Leaf {
        issuer: issuer.clone(),
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let build = |profile, subject, key, serial: u8| {
        let validity = Validity::from_now(Duration::from_secs(3600)).unwrap();
        let serial = SerialNumber::from(serial);
        let builder = CertificateBuilder::new(profile, serial, validity, subject, key, &signer);
        builder.unwrap().build::<DerSignature>().unwrap()
    };
    [
        build(profile, subject, leader, 2),
        build(Profile::Root, issuer, own_key, 1),
    ]
}

fn store(session: &Session, certificate: &Certificate, id: &[u8], label: &str) {
    let tbs = &certificate.tbs_certificate;
    let object = [
        Attribute::Class(ObjectClass::CERTIFICATE),
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Id(id.to_vec()),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Subject(tbs.subject.to_der().unwrap()),
        Attribute::Value(certificate.to_der().unwrap()),
    ];
    session.create_object(&object).unwrap();
}
