//! Object tricks: one number with two meanings.

use trien_pades::Verdict;
use trien_pdf::{Object, ObjectId, ObjectSink, serialize};

use super::{Hand, assert_invalid, last};
use crate::support::office::{append, codes, field, judged, office, page};

/// The number of the signed letter's page.
fn page_number() -> u32 {
    page(&crate::support::open(&office().signed)).0.number
}

#[test]
fn objects_an_entry_into_the_gap_of_a_signature() {
    let signed = &office().signed;
    let gap = last(signed, "/Contents") + 12;
    let file = Hand::after(signed).entry(page_number(), gap).table("");
    assert_eq!(judged(&file).verdict, Verdict::Invalid);
    assert_invalid(&file, "bytes_unaccounted");
}

#[test]
fn objects_an_entry_into_the_data_of_a_stream() {
    // The page that the entry names stands in a stream's data, in the same revision and in the one before.
    let number = page_number();
    let page = format!("{number} 0 obj << /Type /Page >> endobj ");
    let stream = format!("<< /Length {} >> stream\n{page}\nendstream", page.len());
    let hand = Hand::after(&office().signed).object(8000, &stream);
    let inside = last(&hand.bytes, &page);
    assert_invalid(&hand.entry(number, inside).table(""), "bytes_unaccounted");
    let before = append(&office().signed, |_, update| {
        update.add_stream(trien_pdf::Dict::new(), page.clone().into_bytes(), false);
    });
    let inside = last(&before, &page);
    let file = Hand::after(&before).entry(number, inside).table("");
    assert_invalid(&file, "bytes_unaccounted");
}

#[test]
fn objects_another_generation() {
    let number = page_number();
    let file = Hand::after(&office().signed)
        .object_of(number, 1, "<< /Type /Page >>")
        .table("");
    assert_invalid(&file, "object_freed");
    let wrong = Hand::after(&office().signed)
        .object(8000, "null")
        .entry(8001, office().signed.len())
        .table("");
    assert_invalid(&wrong, "bytes_unaccounted");
}

#[test]
fn objects_two_entries_of_one_number_in_one_section() {
    let hand = Hand::after(&office().signed).object(8000, "null");
    let file = hand.object(8000, "(other)").table("");
    assert_invalid(&file, "structure_broken");
}

#[test]
fn objects_a_key_twice_in_a_changed_object() {
    let pdf = crate::support::open(&office().signed);
    let (id, _) = field(&pdf, "vb_so");
    let span = pdf.latest().span(id).unwrap().unwrap();
    let text = &office().signed[span.start as usize..span.end as usize];
    let text = String::from_utf8_lossy(text);
    let dict = &text[text.find("<<").unwrap()..text.rfind(">>").unwrap()];
    let twice = format!("{dict} /V (1) /V (9) >>");
    let file = Hand::after(&office().signed)
        .object(id.number, &twice)
        .table("");
    assert_eq!(judged(&file).verdict, Verdict::Invalid);
}

#[test]
fn objects_a_length_that_is_not_exact() {
    // With 5 the line end before `endstream` is taken for data: every reader finds the same end.
    for length in [0, 3, 6, 400, -1] {
        let stream = format!("<< /Length {length} >> stream\nabcd\nendstream");
        let file = Hand::after(&office().signed)
            .object(8000, &stream)
            .table("");
        let report = judged(&file);
        assert_eq!(
            report.verdict,
            Verdict::Invalid,
            "{length}: {:?}",
            codes(&report)
        );
    }
}

#[test]
fn objects_that_give_the_lengths_of_a_security_store() {
    // PDFBox's way, and that of the DSS library over it.
    let with = |length: &str| {
        let pdf = crate::support::open(&office().signed);
        let root = pdf.latest().root().unwrap();
        let mut catalog = pdf.latest().catalog().unwrap();
        catalog.set(
            "DSS",
            Object::Reference(ObjectId {
                number: 8000,
                generation: 0,
            }),
        );
        let catalog = serialize(&Object::Dictionary(catalog));
        let file = Hand::after(&office().signed)
            .object(root.number, &String::from_utf8(catalog).unwrap())
            .object(8000, "<< /Type /DSS /Certs [8001 0 R] >>")
            .object(8001, "<< /Length 8002 0 R >> stream\nabcd\nendstream")
            .object(8002, length)
            .table("");
        judged(&file).verdict
    };
    assert_eq!(with("4"), Verdict::Valid);
    assert_eq!(with("<< /Length 4 >>"), Verdict::Invalid);
}

/// A section of both kinds in which table and stream give object 8000 these places.
fn hybrid(in_table: bool, other: bool) -> Vec<u8> {
    let hand = Hand::after(&office().signed)
        .object(8000, "(one)")
        .raw("8000 0 obj (two) endobj\n");
    let (one, two) = (
        last(&hand.bytes, "8000 0 obj (one)"),
        last(&hand.bytes, "8000 0 obj (two)"),
    );
    let place = if other { two } else { one };
    let stream = hand.bytes.len();
    let mut data = vec![1];
    data.extend(&(place as u32).to_be_bytes());
    data.extend([0, 1]);
    data.extend(&(stream as u32).to_be_bytes());
    data.push(0);
    let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    let dict = format!(
        "<< /Type /XRef /Size 9000 /W [1 4 1] /Index [8000 2] /Filter /ASCIIHexDecode /Length {} >>",
        hex.len() + 1
    );
    let mut hand = hand.raw(&format!(
        "8001 0 obj {dict} stream\n{hex}>\nendstream endobj\n"
    ));
    if !in_table {
        hand.entries.clear();
    }
    hand.table(&format!("/XRefStm {stream}"))
}

#[test]
fn objects_in_the_table_and_otherwise_in_the_stream_of_a_hybrid_section() {
    assert_invalid(&hybrid(true, true), "structure_broken");
    for in_table in [true, false] {
        // One of the two objects is in no section.
        assert_invalid(&hybrid(in_table, false), "bytes_unaccounted");
    }
}

#[test]
fn objects_a_form_and_a_page_tree_that_lead_in_a_circle() {
    let circle = append(&office().signed, |pdf, update| {
        let (id, mut dict) = field(pdf, "vb_so");
        dict.set("Kids", vec![Object::Reference(id)]);
        update.set(id, Object::Dictionary(dict));
    });
    assert_invalid(&circle, "signature_hidden");
    let pages = append(&office().signed, |pdf, update| {
        let (_, page) = page(pdf);
        let parent = page.get("Parent").and_then(Object::as_reference).unwrap();
        let mut dict = pdf.latest().dict(parent, "pages").unwrap();
        dict.set("Kids", vec![Object::Reference(parent)]);
        update.set(parent, Object::Dictionary(dict));
    });
    assert_eq!(judged(&pages).verdict, Verdict::Invalid);
}

#[test]
fn objects_in_a_replaced_object_stream() {
    let body = "8100 0 (one)";
    let stream = |body: &str| {
        let length = body.len();
        format!("<< /Type /ObjStm /N 1 /First 7 /Length {length} >> stream\n{body}\nendstream")
    };
    // The stream holds an object that no section lists.
    let file = Hand::after(&office().signed)
        .object(8000, &stream(body))
        .table("");
    assert_invalid(&file, "bytes_unaccounted");
}
