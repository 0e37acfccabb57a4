//! Object tricks.

use super::*;

#[test]
fn orphan_in_a_proper_revision() {
    let file = append(&office().sealed, |_, update| {
        update.add(Dict::new().with("Type", Object::name("Page")));
    });
    assert_invalid(&file, "object_unexplained");
}

#[test]
fn freed() {
    let pdf = crate::support::open(&office().sealed);
    let number = page(&pdf).0.number;
    let trailer = pdf.latest().revision().unwrap();
    let root = trailer
        .trailer
        .get("Root")
        .and_then(Object::as_reference)
        .unwrap();
    let size = trailer
        .trailer
        .get("Size")
        .and_then(Object::as_integer)
        .unwrap();
    let at = office().sealed.len();
    let section = format!(
        "xref\n{number} 1\n0000000000 00001 f\r\ntrailer\n<< /Size {size} /Root {root} /Prev {} >>\nstartxref\n{at}\n%%EOF\n",
        trailer.startxref
    );
    let file = [&office().sealed[..], section.as_bytes()].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

#[test]
fn an_appearance_that_the_page_shows_too_is_not_overwritten() {
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    let shared = append(&draft, |pdf, update| {
        let shown = look(update, "1");
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("V", Object::text("1"));
        dict.set("AP", Dict::new().with("N", shown));
        update.set(id, Object::Dictionary(dict));
        let (id, mut dict) = page(pdf);
        let resources = pdf.latest().get(&dict, "Resources").unwrap();
        let resources = resources.as_dict().unwrap().clone();
        dict.set(
            "Resources",
            resources.with("XObject", Dict::new().with("X", shown)),
        );
        update.set(id, Object::Dictionary(dict));
    });
    let signed = leader_signs(&shared, &office().pki, &office().leader);
    assert_eq!(judged(&signed).verdict, Verdict::Valid);
    let file = append(&signed, |pdf, update| {
        let (id, mut dict) = field(pdf, "vb_so");
        let looks = dict.get("AP").and_then(Object::as_dict).unwrap();
        let shown = looks.get("N").and_then(Object::as_reference).unwrap();
        let other = look(update, "9");
        let other = update.object(other).unwrap();
        update.set(shown, other);
        dict.set("V", Object::text("9"));
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&file, "object_shared");
}
