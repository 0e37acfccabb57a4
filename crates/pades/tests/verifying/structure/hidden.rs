//! Signatures that the bytes hold and the shown document does not reach.

use trien_pades::Verdict;
use trien_pdf::{Dict, Object, ObjectId, ObjectSink, Pdf, Update};

use super::{Hand, assert_invalid};
use crate::support::office::{append, codes, judged, office};
use crate::support::{draft, leader_signs, prepared};

const ORPHAN: &str = "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 3] >>";

/// A letter with something more in its bytes before anyone signs, then signed by the leader.
fn signed_with(change: impl FnOnce(&Pdf<&[u8]>, &mut Update<'_, &[u8]>)) -> Vec<u8> {
    let letter = append(&prepared(draft::letter().finish().unwrap(), false), change);
    leader_signs(&letter, &office().pki, &office().leader)
}

fn signature_like() -> Object {
    let range = [0, 1, 2, 3].map(Object::Integer).to_vec();
    let dict = Dict::new()
        .with("Type", Object::name("Sig"))
        .with("Contents", Object::hex([0]))
        .with("ByteRange", range);
    Object::Dictionary(dict)
}

#[test]
fn hidden_an_orphan_in_a_later_revision() {
    let file = Hand::after(&office().signed).object(8000, ORPHAN).table("");
    let report = assert_invalid(&file, "signature_hidden");
    assert!(codes(&report).contains(&"object_unexplained"));
    assert_eq!(report.hidden.len(), 1);
}

#[test]
fn hidden_an_orphan_that_the_section_does_not_list() {
    let raw = format!("8000 0 obj {ORPHAN} endobj\n");
    let file = Hand::after(&office().signed)
        .object(8001, "null")
        .raw(&raw)
        .table("");
    let report = assert_invalid(&file, "signature_hidden");
    assert!(codes(&report).contains(&"bytes_unaccounted"));
}

#[test]
fn hidden_an_orphan_in_the_signed_bytes() {
    let file = signed_with(|_, update| {
        update.add(signature_like());
    });
    assert_invalid(&file, "signature_hidden");
}

#[test]
fn hidden_an_orphan_inside_another_object() {
    let file = signed_with(|_, update| {
        let dict = Dict::new().with("PieceInfo", vec![signature_like()]);
        update.add(Object::Dictionary(dict));
    });
    assert_invalid(&file, "signature_hidden");
}

#[test]
fn hidden_an_orphan_in_an_object_stream() {
    let body = format!("8100 0 {ORPHAN}");
    let length = body.len();
    let stream =
        format!("<< /Type /ObjStm /N 1 /First 7 /Length {length} >> stream\n{body}\nendstream");
    let file = Hand::after(&office().signed)
        .object(8000, &stream)
        .table("");
    assert_invalid(&file, "signature_hidden");
}

#[test]
fn hidden_words_that_only_look_like_a_signature_are_none() {
    let file = signed_with(|_, update| {
        update.add(Object::text(ORPHAN));
        update.add_stream(Dict::new(), ORPHAN.as_bytes().to_vec(), false);
        let names = ["ByteRange", "Contents", "Sig"].map(Object::name).to_vec();
        update.add(Object::Array(names));
    });
    assert_eq!(
        judged(&file).verdict,
        Verdict::Valid,
        "{:?}",
        codes(&judged(&file))
    );
    let comment = format!("% {ORPHAN}\n");
    let file = Hand::after(&office().signed)
        .object(8000, "null")
        .raw(&comment)
        .table("");
    assert!(judged(&file).hidden.is_empty());
}

/// The catalog's `/Perms` with this entry leading to something that looks like a signature.
fn with_permission(update: &mut impl ObjectSink, root: ObjectId, mut catalog: Dict, key: &str) {
    let method = Dict::new().with("TransformMethod", Object::name(key));
    let mut rights = signature_like();
    if let Object::Dictionary(rights) = &mut rights {
        rights.set("Reference", vec![Object::Dictionary(method)]);
    }
    let rights = update.add(rights);
    let permissions = Dict::new().with(key, Object::Reference(rights));
    catalog.set("Perms", Object::Dictionary(permissions));
    update.set(root, Object::Dictionary(catalog));
}

#[test]
fn hidden_usage_rights_of_the_unsigned_document_are_no_signature() {
    let with = |key: &'static str| {
        signed_with(move |pdf, update| {
            let view = pdf.latest();
            with_permission(update, view.root().unwrap(), view.catalog().unwrap(), key);
        })
    };
    assert_eq!(judged(&with("UR3")).verdict, Verdict::Valid);
    assert_invalid(&with("DocMDP"), "signature_hidden");
    let later = append(&office().signed, |pdf, update| {
        let view = pdf.latest();
        with_permission(update, view.root().unwrap(), view.catalog().unwrap(), "UR3");
    });
    assert_invalid(&later, "signature_hidden");
}

#[test]
fn hidden_a_file_that_cannot_be_opened_still_holds_its_signature() {
    let cut = &office().signed[..office().signed.len() - 40];
    let report = assert_invalid(cut, "signature_hidden");
    assert_eq!(report.hidden.len(), 1);
    let unsigned = draft::letter().finish().unwrap();
    let report = judged(&unsigned[..unsigned.len() - 40]);
    assert_eq!(report.verdict, Verdict::Unreadable);
}
