//! SWA: signature wrapping, signatures that stand elsewhere than they seem.

use super::*;

#[test]
fn two_fields_share_one_value() {
    let file = append(&office().signed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao").1.get("V").cloned().unwrap();
        let (id, mut seal) = field(pdf, "ky_condau");
        seal.set("V", value);
        update.set(id, Object::Dictionary(seal));
    });
    assert_invalid(&file, "signature_value_shared");
}

#[test]
fn signature_dictionary_copied() {
    let file = append(&office().signed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao")
            .1
            .get("V")
            .and_then(Object::as_reference)
            .unwrap();
        let copy = pdf.latest().object(value).unwrap();
        let copy = update.add(copy);
        let (id, mut seal) = field(pdf, "ky_condau");
        seal.set("V", copy);
        update.set(id, Object::Dictionary(seal));
    });
    assert_invalid(&file, "byte_range_gap_mismatch");
}

#[test]
fn signature_value_replaced() {
    let file = append(&office().sealed, |pdf, update| {
        let value = field(pdf, "ky_lanhdao")
            .1
            .get("V")
            .and_then(Object::as_reference)
            .unwrap();
        let mut dict = pdf.latest().dict(value, "signature").unwrap();
        dict.set("Reason", Object::text("khác"));
        update.set(value, Object::Dictionary(dict));
    });
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}
