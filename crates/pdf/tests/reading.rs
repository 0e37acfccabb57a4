//! Revisions, views, pages and object streams.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

mod common;

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use common::{Hand, corpus, draft, open, plain};
use trien_pdf::{Limits, Object, ObjectId, Pdf, PdfError, ReadAt, Rect, XrefEntry, XrefKind};

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

#[test]
fn a_plain_file() {
    let pdf = open(plain()).unwrap();
    assert_eq!(pdf.revisions().len(), 1);
    let revision = &pdf.revisions()[0];
    assert_eq!(
        (revision.start, revision.end, revision.eof),
        (0, pdf.len(), pdf.len() - 1)
    );
    assert_eq!(revision.xref, XrefKind::Table);
    assert_eq!(pdf.latest().root().unwrap(), id(1));
    assert!(!pdf.encrypted());
    assert_eq!(pdf.latest().object(id(99)).unwrap(), Object::Null);
    assert_eq!(
        pdf.latest()
            .object(ObjectId {
                number: 1,
                generation: 5
            })
            .unwrap(),
        Object::Null
    );
}

#[test]
fn pages_inherit() {
    let pages = open(plain()).unwrap().latest().pages().unwrap();
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].media_box, Rect::new(0.0, 0.0, 595.0, 842.0));
    assert_eq!(pages[0].crop_box, Rect::new(10.0, 10.0, 500.0, 842.0));
    assert_eq!((pages[0].rotate, pages[0].user_unit), (90, 1.0));
}

#[test]
fn each_view_ends_with_its_revision() {
    let first = plain();
    let prev = common::last(&first, "xref\n1 1");
    let both = Hand::after(first.clone())
        .object(3, "<< /Type /Page /Parent 2 0 R /Rotate 180 >>")
        .object(4, "(new)")
        .table(&format!("/Size 5 /Root 1 0 R /Prev {prev}"));
    let pdf = open(both).unwrap();
    assert_eq!(pdf.revisions().len(), 2);
    assert_eq!(pdf.revisions()[1].start, first.len() as u64);
    assert_eq!(pdf.at(0).pages().unwrap()[0].rotate, 90);
    assert_eq!(pdf.latest().pages().unwrap()[0].rotate, 180);
    assert_eq!(pdf.at(0).object(id(4)).unwrap(), Object::Null);
    assert_eq!(pdf.latest().written_in(1), Some(0));
    assert_eq!(pdf.latest().written_in(3), Some(1));
    let span = pdf.latest().span(id(4)).unwrap().unwrap();
    assert_eq!(
        &pdf.source()[span.start as usize..span.end as usize],
        b"4 0 obj (new) endobj"
    );
    assert_eq!(pdf.latest().objects(), [id(1), id(2), id(3), id(4)]);
}

#[test]
fn a_freed_object_is_null_from_then_on() {
    let first = Hand::new()
        .one_page()
        .object(4, "(gone)")
        .table("/Size 5 /Root 1 0 R");
    let prev = common::last(&first, "xref\n1 1");
    let start = first.len();
    let text = format!(
        "xref\n4 1\n0000000000 00001 f \ntrailer << /Size 5 /Root 1 0 R /Prev {prev} >>\nstartxref\n{start}\n%%EOF"
    );
    let pdf = open(Hand::after(first).raw(&text).bytes).unwrap();
    assert_eq!(
        pdf.at(0).object(id(4)).unwrap(),
        Object::String(trien_pdf::PdfString::literal(*b"gone"))
    );
    assert_eq!(pdf.latest().object(id(4)).unwrap(), Object::Null);
    assert_eq!(
        pdf.latest().entry(4),
        Some(XrefEntry::Free { generation: 1 })
    );
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

/// As Word writes it: a complete table, then an empty one whose trailer names a stream that lists the objects hidden
/// from old readers. Returns the file and the places of the stream and of the last section.
fn word() -> (Vec<u8>, usize, usize) {
    let mut hand = Hand::new().one_page();
    let objects = hand.bytes.len();
    let body = "4 0 (hidden)";
    let length = body.len();
    hand = hand.raw(&format!(
        "5 0 obj << /Type /ObjStm /N 1 /First 4 /Length {length} >>\nstream\n{body}\nendstream endobj\n"
    ));
    let beside = hand.bytes.len();
    let rows = format!("02000500 01{objects:04x}00>");
    let length = rows.len();
    hand.places.push((6, beside));
    hand = hand.raw(&format!(
        "6 0 obj << /Type /XRef /Size 7 /W [1 2 1] /Index [4 2] /Filter /ASCIIHexDecode /Length {length} >>\nstream\n\
         {rows}\nendstream endobj\n"
    ));
    let first = hand.bytes.len();
    let bytes = hand.table("/Size 7 /Root 1 0 R");
    let last = bytes.len();
    let text = format!(
        "xref\n0 0\ntrailer << /Size 7 /Root 1 0 R /Prev {first} /XRefStm {beside} >>\nstartxref\n{last}\n%%EOF\n"
    );
    (Hand::after(bytes).raw(&text).bytes, beside, last)
}

#[test]
fn a_hybrid_file_of_word_is_one_revision() {
    let pdf = open(word().0).unwrap();
    assert_eq!(pdf.revisions().len(), 1);
    assert_eq!(pdf.revisions()[0].xref, XrefKind::Hybrid);
    assert_eq!(
        (pdf.revisions()[0].start, pdf.revisions()[0].end),
        (0, pdf.len())
    );
    assert_eq!(
        pdf.latest()
            .object(id(4))
            .unwrap()
            .as_string()
            .unwrap()
            .bytes,
        b"hidden"
    );
    assert_eq!(pdf.latest().span(id(4)).unwrap(), None);
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

#[test]
fn a_signer_copies_the_hybrid_trailer() {
    let (bytes, beside, prev) = word();
    let trailer = |prev| format!("/Size 8 /Root 1 0 R /XRefStm {beside} /Prev {prev}");
    // The new table speaks first, also of objects that the old stream lists.
    let replaced = Hand::after(bytes)
        .object(4, "(shown)")
        .object(7, "null")
        .table(&trailer(prev));
    let pdf = open(replaced.clone()).unwrap();
    assert_eq!(
        pdf.at(0).object(id(4)).unwrap().as_string().unwrap().bytes,
        b"hidden"
    );
    assert_eq!(
        pdf.latest()
            .object(id(4))
            .unwrap()
            .as_string()
            .unwrap()
            .bytes,
        b"shown"
    );
    assert_eq!(pdf.unaccounted().unwrap(), []);
    // Once replaced, the old stream would bring the object back for some readers.
    let prev = common::last(&replaced, "xref\n4 1");
    let again = Hand::after(replaced)
        .object(7, "true")
        .table(&trailer(prev));
    assert!(matches!(open(again), Err(PdfError::Xref { .. })));
}

#[test]
fn an_entry_that_leads_to_the_header_is_free() {
    let mut hand = Hand::new().one_page();
    hand.places.push((4, 0));
    let pdf = open(hand.table("/Size 5 /Root 1 0 R")).unwrap();
    assert_eq!(pdf.latest().object(id(4)).unwrap(), Object::Null);
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

#[test]
fn files_of_other_producers() {
    for (name, bytes) in corpus() {
        let pdf = open(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        let pages = pdf.latest().pages().unwrap();
        assert_eq!(pages.len(), 1, "{name}");
        assert!(pages[0].resources.contains("Font"), "{name}");
        assert_eq!(pdf.unaccounted().unwrap(), [], "{name}");
        assert_eq!(
            pdf.revisions()[0].linearized,
            name.contains("linearized"),
            "{name}"
        );
        let contents = pdf.latest().get(&pages[0].dict, "Contents").unwrap();
        let text = pdf
            .latest()
            .stream_bytes(contents.as_stream().unwrap())
            .unwrap();
        assert!(text.starts_with(b"BT /F0 13 Tf"), "{name}");
        let updated = name.starts_with("pyhanko");
        assert_eq!(pdf.revisions().len(), if updated { 2 } else { 1 }, "{name}");
        assert_eq!(
            pdf.latest().catalog().unwrap().contains("AcroForm"),
            updated,
            "{name}"
        );
        assert!(!pdf.at(0).catalog().unwrap().contains("AcroForm"), "{name}");
        for object in pdf.latest().objects() {
            pdf.latest()
                .object(object)
                .unwrap_or_else(|e| panic!("{name}, {object}: {e}"));
        }
    }
}

#[test]
fn an_indirect_length_and_a_chain_of_references() {
    let bytes = Hand::new()
        .one_page()
        .object(4, "<< /Length 5 0 R >>\nstream\nabc\nendstream")
        .object(5, "3")
        .object(6, "7 0 R")
        .object(7, "(end)")
        .object(8, "9 0 R")
        .object(9, "8 0 R")
        .table("/Size 10 /Root 1 0 R");
    let pdf = open(bytes).unwrap();
    let view = pdf.latest();
    let stream = view.object(id(4)).unwrap();
    assert_eq!(
        view.stream_bytes(stream.as_stream().unwrap()).unwrap(),
        b"abc"
    );
    assert_eq!(
        view.resolve(&id(6).into())
            .unwrap()
            .as_string()
            .unwrap()
            .bytes,
        b"end"
    );
    assert!(matches!(
        view.resolve(&id(8).into()),
        Err(PdfError::ReferenceLoop { .. })
    ));
}

#[test]
fn an_encrypted_file_is_recognised() {
    let bytes = Hand::new()
        .one_page()
        .table("/Size 4 /Root 1 0 R /Encrypt << /Filter /Standard >>");
    let pdf = open(bytes).unwrap();
    assert!(pdf.encrypted());
    assert!(matches!(
        trien_pdf::Update::new(&pdf).err(),
        Some(PdfError::Encrypted)
    ));
}

/// Counts what is read.
struct Counted(Vec<u8>, AtomicU64);

impl ReadAt for Counted {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read_at(offset, buf)?;
        self.1.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[test]
fn a_large_file_is_not_read_whole() {
    let mut draft = draft(20);
    for _ in 0..20 {
        use trien_pdf::ObjectSink;
        draft.add_stream(trien_pdf::Dict::new(), vec![0x5a; 500_000], false);
    }
    let source = Counted(draft.finish().unwrap(), AtomicU64::new(0));
    let pdf = Pdf::open(&source, Limits::default()).unwrap();
    assert!(
        source.1.load(Ordering::Relaxed) < 16_000,
        "opening reads the tail and the table"
    );
    assert_eq!(pdf.latest().pages().unwrap().len(), 20);
    assert!(
        source.1.load(Ordering::Relaxed) < 100_000,
        "pages read their objects"
    );
    assert_eq!(pdf.unaccounted().unwrap(), []);
    assert!(
        source.1.load(Ordering::Relaxed) < 1_000_000,
        "accounting skips stream data"
    );
}
