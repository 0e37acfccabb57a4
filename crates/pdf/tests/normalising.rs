//! Writing an unsigned file anew.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

mod common;

use common::{Hand, corpus, draft, last, open, plain};
use trien_pdf::{Object, ObjectSink, PdfError, ReadAt, Stream, Update, View, normalise};

fn normalised(file: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let length = normalise(&open(file).unwrap(), &mut out).unwrap();
    assert_eq!(length, out.len() as u64);
    out
}

/// The content of each page, as decoded bytes, with the paper.
fn shown<S: ReadAt>(view: View<'_, S>) -> Vec<String> {
    let pages = view.pages().unwrap();
    let content = |page: &trien_pdf::Page| match view.get(&page.dict, "Contents").unwrap() {
        Object::Stream(stream) => view.stream_bytes(&stream).unwrap(),
        _ => Vec::new(),
    };
    let text = |page| format!("{:?} {:?}", page, content(page));
    pages.iter().map(text).collect()
}

#[test]
fn a_fragmented_table_becomes_one_piece() {
    let fragmented = open(plain()).unwrap();
    assert!(fragmented.fragmented(), "one subsection for each object");
    let whole = open(normalised(plain())).unwrap();
    assert!(!whole.fragmented());
    assert_eq!(shown(whole.latest()), shown(fragmented.latest()));
    assert_eq!(whole.unaccounted().unwrap(), []);
    assert!(!open(draft(2).finish().unwrap()).unwrap().fragmented());
}

#[test]
fn files_of_other_producers_keep_what_they_show() {
    for (name, bytes) in corpus() {
        let old = open(bytes.clone()).unwrap();
        let new = open(normalised(bytes)).unwrap();
        assert_eq!(shown(new.latest()), shown(old.latest()), "{name}");
        assert_eq!(
            (new.revisions().len(), new.fragmented()),
            (1, false),
            "{name}"
        );
        assert_eq!(new.unaccounted().unwrap(), [], "{name}");
        assert!(Update::new(&new).is_ok(), "{name}");
    }
}

#[test]
fn what_nothing_leads_to_is_left_behind_and_lengths_are_direct() {
    let file = Hand::new()
        .one_page()
        .object(4, "<< /Length 7 0 R >> stream\nabc\nendstream")
        .object(6, "(orphan)")
        .object(7, "3")
        .object(9, "<< /Stream 4 0 R /Nothing 5 0 R >>")
        .table("/Size 10 /Root 1 0 R /Info 9 0 R");
    let bytes = normalised(file);
    let pdf = open(bytes.clone()).unwrap();
    let numbers: Vec<u32> = pdf.latest().objects().iter().map(|id| id.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 9]);
    let stream = trien_pdf::ObjectId {
        number: 4,
        generation: 0,
    };
    let Object::Stream(Stream { dict, .. }) = pdf.latest().object(stream).unwrap() else {
        unreachable!("it was a stream");
    };
    assert_eq!(dict.get("Length"), Some(&Object::Integer(3)));
    // Free numbers are a list that ends at 0.
    let table = String::from_utf8(bytes[last(&bytes, "\nxref\n")..].to_vec()).unwrap();
    let free: Vec<&str> = table.lines().filter(|line| line.ends_with("f ")).collect();
    let next = [
        "0000000005",
        "0000000006",
        "0000000007",
        "0000000008",
        "0000000000",
    ];
    assert_eq!(free, next.map(|next| format!("{next} 65535 f ")));
}

#[test]
fn a_signed_or_encrypted_file_is_never_written_anew() {
    let signature = "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 3] >>";
    let signed = Hand::new()
        .one_page()
        .object(4, signature)
        .table("/Size 5 /Root 1 0 R");
    let refused = |file: Vec<u8>| normalise(&open(file).unwrap(), Vec::new()).err();
    assert!(matches!(refused(signed), Some(PdfError::Signed { .. })));
    let encrypted = Hand::new()
        .one_page()
        .table("/Size 4 /Root 1 0 R /Encrypt << /Filter /Standard >>");
    assert!(matches!(refused(encrypted), Some(PdfError::Encrypted)));
}

#[test]
fn a_draft_can_be_extended_afterwards() {
    let bytes = normalised(draft(3).finish_with_xref_stream().unwrap());
    let pdf = open(bytes.clone()).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    let note = update.add(Object::text("ký nháy"));
    let longer = [bytes, update.finish().unwrap().bytes].concat();
    let pdf = open(longer).unwrap();
    assert_eq!(pdf.latest().object(note).unwrap(), Object::text("ký nháy"));
    assert_eq!(pdf.latest().pages().unwrap().len(), 3);
}
