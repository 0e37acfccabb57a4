//! Files that a viewer would repair or misread, and what hides between their objects.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

mod common;

use common::{Hand, last, open, patch, plain};
use trien_pdf::{Limits, ObjectId, Pdf, PdfError, UnaccountedKind};

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

fn kinds(bytes: Vec<u8>) -> Vec<UnaccountedKind> {
    open(bytes)
        .unwrap()
        .unaccounted()
        .unwrap()
        .into_iter()
        .map(|u| u.kind)
        .collect()
}

#[test]
fn nothing_is_repaired_on_opening() {
    let shifted = [b"\n".to_vec(), plain()].concat();
    assert!(matches!(
        open(shifted),
        Err(PdfError::HeaderOffset { offset: 1 })
    ));
    assert!(matches!(open(b"PK".to_vec()), Err(PdfError::NotPdf)));
    assert!(matches!(
        open(b"%PDF-1.7\nno more".to_vec()),
        Err(PdfError::NoStartxref)
    ));
    assert!(open(Vec::new()).is_err());
    assert!(open(patch(plain(), "%%EOF", "%%EOX")).is_err());
    assert!(open(patch(plain(), "00000 n \n", "00000 n\n0")).is_err());
    assert!(open(patch(plain(), "trailer", "trailor")).is_err());
    let update = |size| {
        let prev = last(&plain(), "xref\n1 1");
        let trailer = format!("/Size {size} /Root 1 0 R /Prev {prev}");
        open(Hand::after(plain()).object(4, "null").table(&trailer))
    };
    assert!(update(5).is_ok());
    assert!(update(4).is_err(), "an object beyond /Size");
    assert!(open(patch(plain(), "/Size 4", "/SizE 4")).is_err());
    assert!(
        open(
            Hand::new()
                .one_page()
                .table_with_startxref("/Size 4 /Root 1 0 R", 9)
        )
        .is_err()
    );
    let twice = Hand::new()
        .one_page()
        .object(3, "null")
        .table("/Size 4 /Root 1 0 R");
    assert!(
        matches!(open(twice), Err(PdfError::Xref { .. })),
        "one object twice in a section"
    );
}

#[test]
fn prev_must_lead_back_and_end() {
    for prev in ["0000", "9999", "-001", "null", "99999999999999999999"] {
        let bytes = Hand::new()
            .one_page()
            .table(&format!("/Size 4 /Root 1 0 R /Prev {prev}"));
        assert!(open(bytes).is_err(), "{prev}");
    }
    let hand = Hand::new().one_page();
    let own = hand.bytes.len();
    assert!(open(hand.table(&format!("/Size 4 /Root 1 0 R /Prev {own}"))).is_err());
}

#[test]
fn a_circle_of_sections() {
    let first = Hand::new().one_page();
    let (a, trailer) = (first.bytes.len(), "/Size 4 /Root 1 0 R /Prev ");
    let first = first.table(&format!("{trailer}0000000"));
    let b = first.len();
    let both = Hand::after(first).table(&format!("{trailer}{a}"));
    let circle = patch_first(both, "/Prev 0000000", &format!("/Prev {b:07}"));
    assert!(matches!(open(circle), Err(PdfError::Xref { .. })));
}

fn patch_first(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let at = bytes
        .windows(from.len())
        .position(|w| w == from.as_bytes())
        .unwrap();
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn an_entry_must_lead_to_its_object() {
    let place = last(&plain(), "2 0 obj") as u64;
    match open(patch(plain(), "2 0 obj", "7 0 obj"))
        .unwrap()
        .latest()
        .object(id(2))
    {
        Err(PdfError::ObjectHeader { offset, .. }) => assert_eq!(offset, place),
        other => panic!("{other:?}"),
    }
    let ends = open(patch(plain(), "endobj", "endobi")).unwrap();
    assert!(ends.latest().object(id(3)).is_err());
}

#[test]
fn a_length_must_be_exact() {
    for (length, exact) in [
        (2, false),
        (3, true),
        (4, true),
        (5, false),
        (400, false),
        (-1, false),
    ] {
        let stream = format!("<< /Length {length} >>\nstream\nabc\nendstream");
        let pdf = open(
            Hand::new()
                .one_page()
                .object(4, &stream)
                .table("/Size 5 /Root 1 0 R"),
        )
        .unwrap();
        // Four is the line end counted as data, which is exact too.
        assert_eq!(pdf.latest().object(id(4)).is_ok(), exact, "{length}");
    }
}

#[test]
fn a_length_that_leads_to_itself() {
    let stream = "<< /Length 4 0 R >>\nstream\nabc\nendstream";
    let pdf = open(
        Hand::new()
            .one_page()
            .object(4, stream)
            .table("/Size 5 /Root 1 0 R"),
    )
    .unwrap();
    assert!(matches!(
        pdf.latest().object(id(4)),
        Err(PdfError::ReferenceLoop { .. })
    ));
}

#[test]
fn what_stands_between_the_objects_is_reported() {
    let with = |text: &str| {
        Hand::new()
            .one_page()
            .raw(text)
            .table("/Size 4 /Root 1 0 R")
    };
    assert_eq!(kinds(with(" \r\n\t\0 ")), []);
    assert_eq!(kinds(with("% made by hand\n")), [UnaccountedKind::Comment]);
    assert_eq!(kinds(with("hidden ")), [UnaccountedKind::Junk]);
    assert_eq!(
        kinds(with("9 0 obj (orphan) endobj\n")),
        [UnaccountedKind::UnlistedObject]
    );
    assert_eq!(
        kinds(with("% x\n9 0 obj (orphan) endobj\n")),
        [UnaccountedKind::UnlistedObject]
    );
    assert_eq!(
        kinds(with("xref\n0 0\ntrailer <<>>\n")),
        [UnaccountedKind::UnlistedRevision]
    );
    assert_eq!(kinds(with("%%EOF\n")), [UnaccountedKind::UnlistedRevision]);
}

#[test]
fn what_follows_the_last_revision_is_reported() {
    let mut bytes = plain();
    let end = bytes.len() as u64;
    bytes.extend(b"  \n ");
    assert_eq!(kinds(bytes.clone()), []);
    bytes.extend(b"200 bytes of something");
    let pdf = open(bytes).unwrap();
    let found = &pdf.unaccounted().unwrap()[0];
    assert_eq!(
        (found.kind, found.range.clone()),
        (UnaccountedKind::AfterLastRevision, end + 4..end + 26)
    );
    assert!(matches!(
        trien_pdf::Update::new(&pdf).err(),
        Some(PdfError::TrailingBytes { .. })
    ));
}

#[test]
fn a_revision_that_prev_skips_is_reported() {
    let first = plain();
    let prev = last(&first, "xref\n1 1");
    let middle = Hand::after(first)
        .object(4, "(secret)")
        .table(&format!("/Size 5 /Root 1 0 R /Prev {prev}"));
    let bytes = Hand::after(middle)
        .object(5, "null")
        .table(&format!("/Size 6 /Root 1 0 R /Prev {prev}"));
    assert_eq!(kinds(bytes), [UnaccountedKind::UnlistedObject]);
}

#[test]
fn an_object_inside_another_is_reported() {
    let mut hand = Hand::new().one_page().object(4, "(5 0 obj null endobj )");
    hand.places.push((5, last(&hand.bytes, "5 0 obj")));
    let found = kinds(hand.table("/Size 6 /Root 1 0 R"));
    assert!(found.contains(&UnaccountedKind::Overlap), "{found:?}");
}

#[test]
fn an_entry_into_the_signed_past_is_reported() {
    let first = Hand::new()
        .one_page()
        .object(4, "(5 0 obj null endobj )")
        .table("/Size 5 /Root 1 0 R");
    let prev = last(&first, "xref\n1 1");
    let mut hand = Hand::after(first.clone());
    hand.places.push((5, last(&first, "5 0 obj")));
    let bytes = hand.table(&format!("/Size 6 /Root 1 0 R /Prev {prev}"));
    assert_eq!(kinds(bytes), [UnaccountedKind::Borrowed]);
}

#[test]
fn a_broken_object_is_a_finding_not_an_error() {
    let found = kinds(patch(plain(), "/CropBox", "/CropB<x"));
    assert_eq!(
        found,
        [
            UnaccountedKind::BrokenObject,
            UnaccountedKind::UnlistedObject
        ]
    );
}

#[test]
fn two_values_for_one_key() {
    let pdf = open(patch(
        plain(),
        "/CropBox [10 10 500 900]",
        "/Parent 1 0 R           ",
    ))
    .unwrap();
    assert!(matches!(
        pdf.latest().object(id(3)),
        Err(PdfError::DuplicateKey { .. })
    ));
}

#[test]
fn hidden_signatures_are_found() {
    let signature = "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 3] >>";
    let listed = Hand::new()
        .one_page()
        .object(4, signature)
        .table("/Size 5 /Root 1 0 R");
    let prev = last(&listed, "xref\n1 1");
    // The next revision replaces the signature; then an orphan hides, its key disguised.
    let bytes = Hand::after(listed)
        .object(4, "null")
        .raw("9 0 obj << /A << >> /Byte#52ange [4 5 6 7] >> endobj\n")
        .table(&format!("/Size 5 /Root 1 0 R /Prev {prev}"));
    let found = open(bytes).unwrap().byte_range_dictionaries().unwrap();
    let seen: Vec<_> = found
        .iter()
        .map(|s| (s.object, s.revision, s.dict.contains("ByteRange")))
        .collect();
    assert_eq!(seen, [(Some(id(4)), 0, true), (None, 1, true)]);
}

#[test]
fn a_signature_in_an_object_stream_is_found() {
    let body = "4 0 << /ByteRange [0 1 2 3] >>";
    let length = body.len();
    let stream =
        format!("<< /Type /ObjStm /N 1 /First 4 /Length {length} >>\nstream\n{body}\nendstream");
    let bytes = Hand::new()
        .one_page()
        .object(5, &stream)
        .table("/Size 6 /Root 1 0 R");
    let found = open(bytes).unwrap().byte_range_dictionaries().unwrap();
    assert_eq!(found[0].object, Some(id(4)));
}

#[test]
fn a_replaced_object_stream_is_refused() {
    let (_, bytes) = common::corpus()
        .into_iter()
        .find(|(name, _)| name == "qpdf-object-streams.pdf")
        .unwrap();
    let pdf = open(bytes.clone()).unwrap();
    let (stream, held) = pdf.revisions()[0]
        .entries()
        .find_map(|(number, entry)| match entry {
            trien_pdf::XrefEntry::InStream { stream, .. } => Some((stream, number)),
            _ => None,
        })
        .unwrap();
    let mut update = trien_pdf::Update::new(&pdf).unwrap();
    use trien_pdf::ObjectSink;
    update.set(id(stream), pdf.latest().object(id(stream)).unwrap());
    let replaced = open([bytes, update.finish().unwrap().bytes].concat()).unwrap();
    assert!(replaced.at(0).object(id(held)).is_ok());
    assert!(matches!(
        replaced.latest().object(id(held)),
        Err(PdfError::ObjectStream { .. })
    ));
}

#[test]
fn page_trees_that_lead_astray() {
    for (from, to) in [
        ("/Kids [3 0 R]", "/Kids [2 0 R]"),
        ("/Kids [3 0 R]", "/Kids [1 0 R]"),
        ("/Count 1", "/Count 2"),
        ("/Parent 2 0 R", "/Parent 1 0 R"),
        ("/Type /Page /", "/Type /Pagf /"),
        ("/Rotate 90", "/Rotate 45"),
    ] {
        assert!(
            open(patch(plain(), from, to))
                .unwrap()
                .latest()
                .pages()
                .is_err(),
            "{to}"
        );
    }
}

#[test]
fn bounds_hold() {
    let tight = Limits {
        entries: 2,
        ..Limits::default()
    };
    assert!(matches!(
        Pdf::open(plain(), tight),
        Err(PdfError::Limit { .. })
    ));
    let none = Limits {
        pages: 0,
        ..Limits::default()
    };
    assert!(matches!(
        Pdf::open(plain(), none).unwrap().latest().pages(),
        Err(PdfError::Limit { .. })
    ));
    let mut bytes = plain();
    for _ in 0..5 {
        let prev = last(&bytes, "\nxref\n") + 1;
        bytes = Hand::after(bytes)
            .object(4, "null")
            .table(&format!("/Size 5 /Root 1 0 R /Prev {prev}"));
    }
    assert_eq!(open(bytes.clone()).unwrap().revisions().len(), 6);
    assert!(matches!(
        Pdf::open(
            bytes,
            Limits {
                revisions: 4,
                ..Limits::default()
            }
        ),
        Err(PdfError::Limit { .. })
    ));
}

#[test]
fn objects_that_swallow_one_another_cost_no_more_than_the_file() {
    // Each object is a string that would run to the end of the file; read so for each, this would take hours.
    let mut hand = Hand::new().one_page();
    for number in 4..20_004 {
        hand.places.push((number, hand.bytes.len()));
        hand = hand.raw(&format!("{number} 0 obj (\n"));
    }
    let pdf = open(hand.table("/Size 20004 /Root 1 0 R")).unwrap();
    assert!(pdf.latest().object(id(4)).is_err());
    let found = pdf.unaccounted().unwrap();
    assert!(
        found
            .iter()
            .filter(|u| u.kind == UnaccountedKind::Overlap)
            .count()
            > 19_000
    );
}

#[test]
fn a_dictionary_with_too_many_keys() {
    let keys: String = (0..20_000).map(|n| format!("/K{n} {n} ")).collect();
    let pdf = open(
        Hand::new()
            .one_page()
            .object(4, &format!("<< {keys} >>"))
            .table("/Size 5 /Root 1 0 R"),
    )
    .unwrap();
    assert!(matches!(
        pdf.latest().object(id(4)),
        Err(PdfError::Limit { .. })
    ));
}

#[test]
fn work_is_bounded_over_all_that_is_asked_for() {
    let limits = Limits {
        work: 20_000,
        ..Limits::default()
    };
    let pdf = Pdf::open(plain(), limits).unwrap();
    assert_eq!(pdf.latest().pages().unwrap().len(), 1);
    let refused = (0..100).find_map(|_| pdf.latest().pages().err());
    assert!(matches!(refused, Some(PdfError::Work { limit: 20_000 })));
    assert!(matches!(pdf.unaccounted(), Err(PdfError::Work { .. })));
}

#[test]
fn object_streams_that_inflate_a_thousandfold_cost_no_more_than_the_bound() {
    let bomb = format!("4 0 {}", " ".repeat(60_000));
    let mut update = trien_pdf::write::Document::new().unwrap();
    update.page(trien_pdf::write::A4);
    for _ in 0..100 {
        use trien_pdf::ObjectSink;
        let dict = trien_pdf::Dict::new()
            .with("Type", trien_pdf::Object::name("ObjStm"))
            .with("N", 1)
            .with("First", 4);
        update.add_stream(dict, bomb.clone().into_bytes(), true);
    }
    let bytes = update.finish().unwrap();
    let limits = Limits {
        work: 1_000_000,
        ..Limits::default()
    };
    let pdf = Pdf::open(bytes, limits).unwrap();
    assert!(matches!(pdf.unaccounted(), Err(PdfError::Work { .. })));
}

#[test]
fn more_signatures_than_any_archive_has() {
    let mut hand = Hand::new().one_page();
    for number in 4..1_100 {
        hand = hand.object(number, "<< /ByteRange [0 1 2 3] >>");
    }
    let pdf = open(hand.table("/Size 1100 /Root 1 0 R")).unwrap();
    assert!(matches!(pdf.unaccounted(), Err(PdfError::Limit { .. })));
}
