//! The practice PKI: what it publishes is what a verifier needs, and what it revokes stays revoked.

#![allow(clippy::unwrap_used)] // helpers of tests are tests, which clippy.toml can not see

use std::{fs, path::Path};

use der::{Decode, DecodePem, Encode};
use rsa::{
    RsaPrivateKey, RsaPublicKey,
    pkcs1v15::{Signature, VerifyingKey},
    pkcs8::{DecodePublicKey, EncodePublicKey},
    signature::Verifier,
};
use sha2::Sha256;
use time::{OffsetDateTime, macros::datetime};
use trien_practice::pki::{
    Certificate, CertificateOrder, CrlReason, PkiError, PracticeCa, Revocation, Subject,
};
use x509_cert::{
    crl::CertificateList,
    ext::pkix::{BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage},
};

const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

#[test]
fn the_chain_verifies_from_a_person_to_the_root_that_is_marked_as_training() {
    let dir = tempfile::tempdir().unwrap();
    let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
    let leader = certify(&ca, leader());

    assert!(signed_by(&leader, ca.issuer()));
    assert!(signed_by(ca.issuer(), ca.root()));
    assert!(signed_by(ca.root(), ca.root()));
    assert!(!signed_by(&leader, ca.root()));

    let root_name = ca.root().tbs_certificate.subject.to_string();
    assert!(trien_domain::training::is_marked(&root_name), "{root_name}");
    let published = fs::read_to_string(dir.path().join("root.pem")).unwrap();
    assert_eq!(Certificate::from_pem(published).unwrap(), *ca.root());
}

#[test]
fn a_persons_certificate_signs_and_does_not_deny_and_is_no_authority() {
    let dir = tempfile::tempdir().unwrap();
    let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
    let tbs = certify(&ca, leader()).tbs_certificate;

    let (critical, usage) = tbs.get::<KeyUsage>().unwrap().unwrap();
    assert!(critical && usage.digital_signature() && usage.non_repudiation());
    assert!(!usage.key_cert_sign());
    let (critical, purposes) = tbs.get::<ExtendedKeyUsage>().unwrap().unwrap();
    assert!(!critical && purposes.0.len() == 3);
    let (_, constraints) = tbs.get::<BasicConstraints>().unwrap().unwrap();
    assert!(!constraints.ca);
    assert!(
        tbs.get::<CrlDistributionPoints>().unwrap().is_none(),
        "no address was given"
    );
}

#[test]
fn certificates_name_the_practice_address_when_there_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let ca = PracticeCa::create(dir.path(), Some("http://127.0.0.1:8420/pki"), NOW).unwrap();
    for (certificate, wanted) in [
        (
            &certify(&ca, leader()),
            "http://127.0.0.1:8420/pki/issuer.crl",
        ),
        (ca.issuer(), "http://127.0.0.1:8420/pki/root.crl"),
    ] {
        let der = certificate.to_der().unwrap();
        assert!(
            der.windows(wanted.len())
                .any(|bytes| bytes == wanted.as_bytes()),
            "{wanted}"
        );
    }
}

#[test]
fn a_revoked_certificate_is_in_every_later_list_of_its_issuer_only() {
    let dir = tempfile::tempdir().unwrap();
    let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
    let leader = certify(&ca, leader()).tbs_certificate.serial_number;
    assert_eq!(revoked(dir.path(), "issuer"), Vec::<Vec<u8>>::new());

    let revocation = Revocation {
        serial: leader.clone(),
        date: NOW - time::Duration::hours(1),
        reason: CrlReason::KeyCompromise,
    };
    ca.revoke(&revocation, NOW).unwrap();
    let reopened = PracticeCa::open(dir.path()).unwrap();
    reopened
        .publish_crls(NOW + time::Duration::days(2))
        .unwrap();
    assert_eq!(revoked(dir.path(), "issuer"), [leader.as_bytes().to_vec()]);
    assert_eq!(revoked(dir.path(), "root"), Vec::<Vec<u8>>::new());

    let issuer = ca.issuer().tbs_certificate.serial_number.clone();
    ca.revoke(
        &Revocation {
            serial: issuer.clone(),
            ..revocation
        },
        NOW,
    )
    .unwrap();
    assert_eq!(revoked(dir.path(), "root"), [issuer.as_bytes().to_vec()]);
}

#[test]
fn what_was_not_issued_here_can_not_be_revoked_here() {
    let (ours, rogue) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ca = PracticeCa::create(ours.path(), None, NOW).unwrap();
    let rogue = PracticeCa::create(rogue.path(), None, NOW).unwrap();
    let stranger = certify(&rogue, leader());
    assert!(
        !signed_by(&stranger, ca.issuer()),
        "the rogue has the same names, not the same key"
    );
    let revocation = Revocation {
        serial: stranger.tbs_certificate.serial_number,
        date: NOW,
        reason: CrlReason::Unspecified,
    };
    let refused = ca.revoke(&revocation, NOW);
    assert!(matches!(refused, Err(PkiError::UnknownSerial { .. })));
    let again = PracticeCa::create(ours.path(), None, NOW);
    assert!(matches!(again, Err(PkiError::Exists { .. })));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    PracticeCa::create(dir.path(), None, NOW).unwrap();
    for (file, mode) in [
        ("private", 0o700),
        ("private/root.key.pem", 0o600),
        ("private/issuer.key.pem", 0o600),
    ] {
        let found = fs::metadata(dir.path().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(found & 0o777, mode, "{file}");
    }
}

fn leader() -> CertificateOrder {
    let subject = Subject::person(
        "Nguyễn Văn An",
        "Chủ tịch",
        "UBND xã Ea Kao",
        "Tỉnh Đắk Lắk",
    );
    CertificateOrder::valid_for(subject, 365, NOW)
}

fn certify(ca: &PracticeCa, order: CertificateOrder) -> Certificate {
    // The length of the key does not matter to the authority.
    let key = RsaPrivateKey::new(&mut rand::thread_rng(), 1024).unwrap();
    let public = RsaPublicKey::from(&key).to_public_key_der().unwrap();
    ca.certify(&order, public.as_bytes()).unwrap()
}

fn signed_by(certificate: &Certificate, authority: &Certificate) -> bool {
    verifies(
        authority,
        &certificate.tbs_certificate.to_der().unwrap(),
        certificate.signature.raw_bytes(),
    )
}

/// The serial numbers in the published list, after its signature was checked.
fn revoked(dir: &Path, authority: &str) -> Vec<Vec<u8>> {
    let list = CertificateList::from_der(&fs::read(dir.join(format!("{authority}.crl"))).unwrap());
    let list = list.unwrap();
    let pem = fs::read(dir.join(format!("{authority}.pem"))).unwrap();
    let tbs = list.tbs_cert_list.to_der().unwrap();
    assert!(verifies(
        &Certificate::from_pem(pem).unwrap(),
        &tbs,
        list.signature.raw_bytes()
    ));
    let entries = list.tbs_cert_list.revoked_certificates.unwrap_or_default();
    entries
        .into_iter()
        .map(|entry| entry.serial_number.as_bytes().to_vec())
        .collect()
}

fn verifies(authority: &Certificate, message: &[u8], signature: &[u8]) -> bool {
    let spki = authority
        .tbs_certificate
        .subject_public_key_info
        .to_der()
        .unwrap();
    let key = VerifyingKey::<Sha256>::new(RsaPublicKey::from_public_key_der(&spki).unwrap());
    key.verify(message, &Signature::try_from(signature).unwrap())
        .is_ok()
}
