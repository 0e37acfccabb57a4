//! A leader-signed and a sealed letter, made once for a test binary, and surgery on them.

use std::sync::LazyLock;

use time::OffsetDateTime;
use trien_pades::report::{Report, Signature};
use trien_pades::{Trust, verify};
use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Pdf, Update};

use super::pki::{Key, Pki, Signatory};
use super::{clerk_request, draft, leader_signs, open, prepared, sign};

pub struct Office {
    pub pki: Pki,
    pub leader: Signatory,
    pub clerk: Signatory,
    /// Prepared and signed by the leader.
    pub signed: Vec<u8>,
    /// Numbered, dated and sealed.
    pub sealed: Vec<u8>,
}

pub const LEADER: u32 = 10;

static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let pki = Pki::new();
    let leader = pki.issue(
        LEADER,
        "CN=Nguyễn Văn Bình,title=Chủ tịch,O=UBND xã An Hòa,C=VN",
        Key::p256(),
    );
    let clerk = pki.issue(11, "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN", Key::p256());
    let draft = prepared(draft::letter().finish().unwrap(), true);
    let signed = leader_signs(&draft, &pki, &leader);
    let sealed = sign(&signed, &clerk, &clerk_request(&pki, &clerk, "125"));
    Office {
        pki,
        leader,
        clerk,
        signed,
        sealed,
    }
});

/// The office that all tests of a binary share.
pub fn office() -> &'static Office {
    &OFFICE
}

/// Root and lists of the office's PKI, with these serials revoked.
pub fn trust(revoked: &[u32]) -> Trust {
    let mut trust = Trust::new(OffsetDateTime::now_utc());
    trust.add_roots(&office().pki.root()).unwrap();
    for crl in office().pki.crls(revoked) {
        trust.add_crls(&crl).unwrap();
    }
    trust
}

/// The report on a file, with everything trusted that should be.
pub fn judged(file: &[u8]) -> Report {
    let report = verify(file, &trust(&[]));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    report
}

/// The codes of the report's reasons.
pub fn codes(report: &Report) -> Vec<&'static str> {
    report
        .reasons
        .iter()
        .map(|reason| reason.code.code())
        .collect()
}

pub fn signature<'a>(report: &'a Report, field: &str) -> &'a Signature {
    report
        .signatures
        .iter()
        .find(|signature| signature.field == field)
        .unwrap()
}

/// Appends one incremental update.
pub fn append(file: &[u8], change: impl FnOnce(&Pdf<&[u8]>, &mut Update<'_, &[u8]>)) -> Vec<u8> {
    let pdf = open(file);
    let mut update = Update::new(&pdf).unwrap();
    change(&pdf, &mut update);
    [file, &update.finish().unwrap().bytes].concat()
}

/// The object of a form field.
pub fn field(pdf: &Pdf<&[u8]>, name: &str) -> (ObjectId, Dict) {
    let form = trien_pades::difference::form::Form::read(pdf.latest())
        .unwrap()
        .unwrap();
    let node = form.nodes.values().find(|node| node.name == name).unwrap();
    (node.id, node.dict.clone())
}

/// Overwrites a form field after `change` has had it.
pub fn edit_field(file: &[u8], name: &str, change: impl FnOnce(&mut Dict)) -> Vec<u8> {
    append(file, |pdf, update| {
        let (id, mut dict) = field(pdf, name);
        change(&mut dict);
        update.set(id, Object::Dictionary(dict));
    })
}

/// The first page.
pub fn page(pdf: &Pdf<&[u8]>) -> (ObjectId, Dict) {
    let page = pdf.latest().pages().unwrap().remove(0);
    (page.id, page.dict)
}

/// Replaces the first occurrence of `from`, which must be there; both have the same length.
pub fn patched(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file
        .windows(from.len())
        .rposition(|window| window == from)
        .unwrap();
    let mut file = file.to_vec();
    file[at..at + to.len()].copy_from_slice(to);
    file
}
