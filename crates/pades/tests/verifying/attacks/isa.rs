//! ISA: incremental saving attack, bytes appended without a proper revision.

use super::*;

#[test]
fn junk_after_the_end() {
    for junk in [
        &b"junk"[..],
        b"% a comment",
        b"99 0 obj\n<<>>\nendobj\n",
        &[0x41; 200],
    ] {
        let file = [&office().sealed[..], junk].concat();
        let report = judged(&file);
        assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    }
}

#[test]
fn objects_without_section_or_with_a_broken_one() {
    let body = b"3 0 obj\n<< /Type /Catalog >>\nendobj\n".as_slice();
    for tail in [
        &b""[..],
        b"trailer << /Root 3 0 R >>\n%%EOF\n",
        b"xref\n0 0\ntrailer\n<< /Root 3 0 R /Size 4 >>\nstartxref\n0\n%%EOF\n",
        b"startxref\n999999999\n%%EOF\n",
        b"startxref\n5\n%%EOF\n",
    ] {
        let file = [&office().sealed[..], body, tail].concat();
        let report = judged(&file);
        assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    }
}

#[test]
fn second_document_appended() {
    let other = crate::support::draft::letter().finish().unwrap();
    let file = [&office().sealed[..], &other].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
    assert!(!report.hidden.is_empty());
}

#[test]
fn a_revision_skipped_by_prev_hides_its_signature() {
    // A new section that names the section before the seal: the seal's revision is bridged.
    let pdf = crate::support::open(&office().sealed);
    let before = pdf.revisions()[pdf.revisions().len() - 2].startxref;
    let trailer = pdf.latest().revision().unwrap().trailer.clone();
    let size = trailer.get("Size").and_then(Object::as_integer).unwrap();
    let at = office().sealed.len();
    let root = trailer.get("Root").and_then(Object::as_reference).unwrap();
    let section = format!(
        "xref\n0 0\ntrailer\n<< /Size {size} /Root {root} /Prev {before} >>\nstartxref\n{at}\n%%EOF\n"
    );
    let file = [&office().sealed[..], section.as_bytes()].concat();
    let report = judged(&file);
    assert_eq!(report.verdict, Verdict::Invalid, "{:?}", codes(&report));
}

#[test]
fn a_new_root_makes_the_signatures_vanish() {
    let file = append(&office().sealed, |pdf, update| {
        let id = pdf.latest().root().unwrap();
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.remove("AcroForm");
        update.set(id, Object::Dictionary(catalog));
    });
    let report = assert_invalid(&file, "signature_hidden");
    assert_eq!(report.hidden.len(), 2);
    assert!(report.signatures.is_empty());
}
