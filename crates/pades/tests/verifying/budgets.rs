//! What a hostile document may cost: thousands of issuers of the right name, each a check of a signature.

use std::time::{Duration, Instant};

use crate::support::office::{LEADER, append, codes, judged, office};
use crate::support::pki::Key;
use crate::support::{prepared, request, sign};
use trien_pades::{FieldName, Verdict};
use trien_pdf::{Dict, Object, ObjectSink};

/// As many as are taken from a security store.
const ISSUERS: usize = 2_000;
/// A check of RSA with 8192 bits takes milliseconds; all of them would take a minute, the budget some seconds on a
/// machine under load.
const PATIENCE: Duration = Duration::from_secs(20);

/// The issuer's certificate with another key, of 8192 bits: the modulus is any odd number.
fn impostor(issuer: &[u8], seed: usize) -> Vec<u8> {
    use der::asn1::{Any, BitString};
    use der::{Decode, Encode};
    let mut modulus: Vec<u8> = (0..1024_usize)
        .map(|at| (at.wrapping_mul(31) ^ seed.wrapping_mul(131).wrapping_add(at)) as u8)
        .collect();
    (modulus[0], modulus[1023]) = (0xc1, modulus[1023] | 1);
    let key = rsa::pkcs1::RsaPublicKey {
        modulus: der::asn1::UintRef::new(&modulus).unwrap(),
        public_exponent: der::asn1::UintRef::new(&[1, 0, 1]).unwrap(),
    };
    let mut certificate = x509_cert::Certificate::from_der(issuer).unwrap();
    let info = &mut certificate.tbs_certificate.subject_public_key_info;
    info.algorithm.oid = der::asn1::ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
    info.algorithm.parameters = Some(Any::from(der::asn1::Null));
    info.subject_public_key = BitString::from_bytes(&key.to_der().unwrap()).unwrap();
    certificate.to_der().unwrap()
}

/// The leader's certificate as if an issuer with a key of 8192 bits had signed it.
fn relabelled(certificate: &[u8]) -> Vec<u8> {
    use der::asn1::{Any, BitString, Null, ObjectIdentifier};
    use der::{Decode, Encode};
    let mut certificate = x509_cert::Certificate::from_der(certificate).unwrap();
    let algorithm = spki::AlgorithmIdentifierOwned {
        oid: ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        parameters: Some(Any::from(Null)),
    };
    certificate.tbs_certificate.signature = algorithm.clone();
    certificate.signature_algorithm = algorithm;
    certificate.signature = BitString::from_bytes(&[0x55; 1024]).unwrap();
    certificate.to_der().unwrap()
}

#[test]
fn thousands_of_issuers_of_the_right_name_cost_seconds_and_make_no_chain() {
    let pki = &office().pki;
    let mut leader = pki.issue(LEADER, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    leader.certificate = relabelled(&leader.certificate);
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    let signed = sign(&draft, &leader, &request(pki, &leader, FieldName::Leader));
    let issuer = pki.issuer();
    let file = append(&signed, |pdf, update| {
        let certificates = (0..ISSUERS).map(|seed| {
            let stream = update.add_stream(Dict::new(), impostor(&issuer, seed), false);
            Object::from(stream)
        });
        let store = Dict::new().with("Certs", certificates.collect::<Vec<_>>());
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.set("DSS", update.add(store));
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    });
    let start = Instant::now();
    let report = judged(&file);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_eq!(codes(&report), ["chain_not_found"]);
}
