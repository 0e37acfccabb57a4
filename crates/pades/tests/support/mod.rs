//! What the tests of the signing half share.

// Every test binary uses a part; a helper that fails is a failed test.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod archive;
pub mod corpus;
pub mod draft;
pub mod judge;
pub mod office;
pub mod picture;
pub mod pki;
pub mod surgery;
pub mod tsa;

use time::OffsetDateTime;
use trien_pades::{FieldName, Fill, Mark, SignRequest, begin, prepare};
use trien_pdf::{Limits, Pdf};

use pki::{Pki, Signatory};

pub fn open(file: &[u8]) -> Pdf<&[u8]> {
    Pdf::open(file, Limits::default()).unwrap()
}

/// The draft with its fields.
pub fn prepared(draft: Vec<u8>, initials: bool) -> Vec<u8> {
    let update = prepare(&open(&draft), &draft::plan(initials)).unwrap();
    [draft, update.bytes].concat()
}

/// A request without mark and fills.
pub fn request(pki: &Pki, who: &Signatory, field: FieldName) -> SignRequest {
    SignRequest {
        field,
        new_field: None,
        certify: false,
        certificate: who.certificate.clone(),
        chain: vec![pki.issuer()],
        prefer_pss: false,
        digest: trien_pades::DigestAlgorithm::Sha256,
        mark: Mark::None,
        claimed_time: OffsetDateTime::now_utc(),
        name: None,
        reason: None,
        location: None,
        fills: Vec::new(),
    }
}

/// Signs and appends.
pub fn sign(file: &[u8], who: &Signatory, request: &SignRequest) -> Vec<u8> {
    let act = begin(&open(file), request).unwrap();
    let raw = who.sign(&act);
    let signed = act.finish(&raw).unwrap();
    assert_eq!(signed.base, file.len() as u64);
    [file, &signed.appended].concat()
}

/// The leader's act with a blue mark.
pub fn leader_signs(file: &[u8], pki: &Pki, who: &Signatory) -> Vec<u8> {
    let request = SignRequest {
        mark: Mark::Png(picture::signature_png()),
        name: Some("Nguyễn Văn Bình".into()),
        location: Some("An Hòa".into()),
        ..request(pki, who, FieldName::Leader)
    };
    sign(file, who, &request)
}

/// The clerk's act: number, date and seal in one revision.
pub fn clerk_request(pki: &Pki, who: &Signatory, number: &str) -> SignRequest {
    let fills = [
        (FieldName::Number, number),
        (FieldName::Day, "05"),
        (FieldName::Month, "11"),
    ];
    SignRequest {
        mark: Mark::Png(picture::seal_png()),
        fills: fills.map(|(field, text)| Fill::new(field, text)).to_vec(),
        ..request(pki, who, FieldName::Seal)
    }
}

/// Leaves the file where `TRIEN_KEEP` says, for a person to look at.
pub fn keep(name: &str, file: &[u8]) {
    if let Some(folder) = std::env::var_os("TRIEN_KEEP") {
        std::fs::write(std::path::Path::new(&folder).join(name), file).unwrap();
    }
}
