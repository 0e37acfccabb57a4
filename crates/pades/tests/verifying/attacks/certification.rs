//! Certification: what DocMDP permits, and the entries by which it is found. Marks and comments that
//! hide certified content (SSA, EAA) are rows `MX*` and `EAA_*` of the matrix.

use super::*;
use crate::support::corpus;

fn refused(file: &[u8], reason: &str) {
    let report = corpus::judged(file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(codes(&report).contains(&reason), "{:?}", codes(&report));
}

#[test]
fn perms_removed_or_swapped() {
    let certified = corpus::file("a10_certified_p2");
    let removed = append(&certified, |pdf, update| {
        let mut catalog = pdf.latest().catalog().unwrap();
        assert!(catalog.remove("Perms").is_some());
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    });
    refused(&removed, "permissions_changed");
    let swapped = append(&certified, |pdf, update| {
        let seal = field(pdf, "ky_condau").1.get("V").cloned().unwrap();
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.set("Perms", Dict::new().with("DocMDP", seal));
        update.set(pdf.latest().root().unwrap(), Object::Dictionary(catalog));
    });
    refused(&swapped, "permissions_changed");
}

#[test]
fn permission_raised_in_the_signature_dictionary() {
    let certified = corpus::file("a10_certified_p2");
    let at = |word: &[u8]| {
        certified
            .windows(word.len())
            .position(|window| window == word)
    };
    let at = at(b"/P 2").unwrap();
    let mut raised = certified.clone();
    raised[at + 3] = b'3';
    refused(&raised, "digest_mismatch");
}

#[test]
fn prepared_widget_moved_or_grown_when_it_is_signed() {
    let grown = edit_field(&corpus::file("p3_comment"), "ky_condau", |dict| {
        dict.set(
            "Rect",
            Object::Array([0, 0, 595, 842].map(Object::from).to_vec()),
        );
    });
    refused(&grown, "field_definition_changed");
}

#[test]
fn second_certification() {
    // The catalog names another certification than the one that was first.
    let certified = corpus::file("a10_certified_p3");
    let second = append(&certified, |pdf, update| {
        let (id, mut dict) = field(pdf, "ky_condau");
        let value = dict.get("V").and_then(Object::as_reference).unwrap();
        let mut value = pdf.latest().dict(value, "signature").unwrap();
        let parameters = Dict::new()
            .with("Type", Object::name("TransformParams"))
            .with("P", 3);
        let reference = Dict::new()
            .with("TransformMethod", Object::name("DocMDP"))
            .with("TransformParams", parameters);
        value.set("Reference", vec![Object::Dictionary(reference)]);
        dict.set("V", update.add(value));
        update.set(id, Object::Dictionary(dict));
    });
    refused(&second, "signature_field_changed");
}
