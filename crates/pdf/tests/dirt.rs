//! What programs write against the letter of the standard and every viewer reads alike: it is read, and no other
//! reading is made of it.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

mod common;

use common::{Hand, last, open, plain};
use trien_pdf::{Object, ObjectId, PdfError};

const FOUR: ObjectId = ObjectId {
    number: 4,
    generation: 0,
};

/// The plain file with its last object and a stream whose text is `stream`; then `change` is made on the text.
fn with_stream(stream: &str) -> Result<Vec<u8>, PdfError> {
    let pdf = open(
        Hand::new()
            .one_page()
            .object(4, stream)
            .table("/Size 5 /Root 1 0 R"),
    )?;
    let Object::Stream(stream) = pdf.latest().object(FOUR)? else {
        return Err(PdfError::WrongType { what: "stream" });
    };
    assert_eq!(pdf.unaccounted()?, []);
    pdf.latest().stream_bytes(&stream)
}

fn replaced(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(plain()).unwrap();
    let table = last(&plain(), "xref\n1 1");
    let (body, rest) = text.split_at(table);
    format!("{body}{}", rest.replace(from, to)).into_bytes()
}

#[test]
fn line_ends_of_table_entries() {
    for end in [" \n", " \r", "\r\n", "\n", "\r", " \r\n"] {
        let pdf = open(replaced(" n \n", &format!(" n{end}"))).unwrap();
        assert_eq!(pdf.latest().pages().unwrap().len(), 1, "{end:?}");
        assert_eq!(pdf.unaccounted().unwrap(), []);
    }
    assert!(open(replaced(" n \n", " n")).is_err());
    assert!(open(replaced(" n \n", " n  \n")).is_err());
}

#[test]
fn a_head_of_free_objects_with_generation_65536() {
    let text = replaced("xref\n1 1", "xref\n0 1\n0000000000 65536 f \n1 1");
    assert_eq!(open(text).unwrap().latest().pages().unwrap().len(), 1);
    // In use it would be an object that nobody can refer to.
    assert!(open(replaced("00000 n", "65536 n")).is_err());
}

#[test]
fn heads_of_subsections_with_more_blanks() {
    for head in ["2  1\n", "2 1 \n", "2 1\r\n"] {
        assert!(open(replaced("2 1\n", head)).is_ok(), "{head:?}");
    }
}

#[test]
fn offsets_that_name_the_line_end_before() {
    let mut hand = Hand::new();
    for (number, text) in [
        (1, "<< /Type /Catalog /Pages 2 0 R >>"),
        (2, "<< /Type /Pages /Kids [] /Count 0 >>"),
    ] {
        hand.places.push((number, hand.bytes.len() - 1));
        hand = hand.raw(&format!("{number} 0 obj {text} endobj\n"));
    }
    let start = hand.bytes.len() - 1;
    let pdf = open(hand.table_with_startxref("/Size 3 /Root 1 0 R", start)).unwrap();
    assert!(pdf.latest().pages().unwrap().is_empty());
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

#[test]
fn line_ends_around_stream_data() {
    for stream in [
        "<< /Length 3 >>\nstream\nabc\nendstream",
        "<< /Length 3 >>\nstream\r\nabc\r\nendstream",
        "<< /Length 3 >>\nstream\rabc\rendstream",
        "<< /Length 3 >>\nstream \nabc\nendstream",
        "<< /Length 3 >>\nstream\nabcendstream",
        "<< /Length 3 >>\nstream\nabc\n\nendstream",
    ] {
        assert_eq!(with_stream(stream).unwrap(), b"abc", "{stream:?}");
    }
    for stream in [
        "<< /Length 2 >>\nstream\nabc\nendstream",
        "<< /Length 3 >>\nstreamabc\nendstream",
        "<< /Length 9 >>\nstream\nabc\nendstream",
    ] {
        assert!(with_stream(stream).is_err(), "{stream:?}");
    }
}

#[test]
fn a_key_that_says_the_same_twice() {
    let twice = "<< /Length 3 /K [1 (a)] /K [1 (a)] >>\nstream\nabc\nendstream";
    assert_eq!(with_stream(twice).unwrap(), b"abc");
    let otherwise = twice.replacen("(a)", "(b)", 1);
    assert!(matches!(
        with_stream(&otherwise),
        Err(PdfError::DuplicateKey { .. })
    ));
}

#[test]
fn white_space_after_the_end() {
    for tail in ["", "\n\n  \n", "\r\n\r\n"] {
        let text = String::from_utf8(plain()).unwrap();
        let pdf = open(format!("{}{tail}", text.trim_end()).into_bytes()).unwrap();
        assert_eq!(pdf.unaccounted().unwrap(), []);
        assert_eq!(pdf.revision_ending_at(pdf.len()).unwrap(), Some(0));
    }
    let filled = [plain(), vec![0; 5_000]].concat();
    let pdf = open(filled).unwrap();
    assert_eq!(pdf.revision_ending_at(pdf.len()).unwrap(), Some(0));
    assert_eq!(pdf.revision_ending_at(pdf.len() + 1).unwrap(), None);
    assert_eq!(pdf.revision_ending_at(pdf.len() - 5_010).unwrap(), None);
    assert!(open([plain(), b"x".repeat(2_000)].concat()).is_err());
}

#[test]
fn a_page_without_a_media_box_is_a_letter() {
    let text = String::from_utf8(plain()).unwrap();
    let pdf = open(text.replace("/MediaBox", "/NediaBox").into_bytes()).unwrap();
    let page = &pdf.latest().pages().unwrap()[0];
    assert_eq!(
        (page.media_box.width(), page.media_box.height()),
        (612.0, 792.0)
    );
}

#[test]
fn what_only_looks_like_a_signature_is_none() {
    let seen = |text: &str| {
        let bytes = Hand::new()
            .one_page()
            .raw(text)
            .table("/Size 4 /Root 1 0 R");
        open(bytes)
            .unwrap()
            .byte_range_dictionaries()
            .unwrap()
            .len()
    };
    assert_eq!(seen("% << /ByteRange [0 1 2 3] >>\n"), 0);
    assert_eq!(seen("9 0 obj (<< /ByteRange [0 1 2 3] >>) endobj\n"), 0);
    assert_eq!(seen("9 0 obj << /ByteRanges [0 1 2 3] >> endobj\n"), 0);
    assert_eq!(seen("/ByteRange [0 1 2 3]\n"), 0);
    assert_eq!(seen("9 0 obj << /ByteRange [0 1 2 3] >> endobj\n"), 1);
    assert_eq!(seen("<< /ByteRange [0 1 2 3] >>\n"), 1);
}

/// The plain file with a cross-reference stream of three objects and itself, the rows as hexadecimal digits.
fn with_stream_rows(widths: &str, index: &str, row: impl Fn(usize, usize) -> String) -> Vec<u8> {
    let hand = Hand::new().one_page();
    let start = hand.bytes.len();
    let mut places: Vec<usize> = hand.places.iter().map(|(_, place)| *place).collect();
    places.push(start);
    let rows = places.iter().enumerate();
    let rows: String = rows.map(|(at, place)| row(at, *place)).collect();
    let length = rows.len();
    hand.raw(&format!(
        "4 0 obj << /Type /XRef /Size 5 /Root 1 0 R /W [{widths}] /Index [{index}] \
         /Filter /ASCIIHexDecode /Length {length} >> stream\n{rows}\nendstream endobj\n\
         startxref\n{start}\n%%EOF\n"
    ))
    .bytes
}

#[test]
fn cross_reference_streams_of_odd_widths_and_pieces() {
    let pages = |bytes| open(bytes).map(|pdf| pdf.latest().pages().unwrap().len());
    let wide = |_, place| format!("01{place:016x}");
    assert_eq!(pages(with_stream_rows("1 8 0", "1 4", wide)).unwrap(), 1);
    // Without the type field every object stands in the file.
    let untyped = |_, place| format!("{place:04x}00");
    assert_eq!(pages(with_stream_rows("0 2 1", "1 4", untyped)).unwrap(), 1);
    let narrow = |_, place| format!("01{place:04x}00");
    for index in ["1 2 3 2", "1 4 9 0", "0 0 1 4"] {
        assert_eq!(pages(with_stream_rows("1 2 1", index, narrow)).unwrap(), 1);
    }
    for (widths, index) in [
        ("1 9 1", "1 4"),
        ("1 -2 1", "1 4"),
        ("1 2", "1 4"),
        ("0 0 0", "1 4"),
        ("1 2 1", "1"),
        ("1 2 1", "1 -4"),
        ("1 2 1", "1 5"),
        ("1 2 1", "1 2 2 2"),
        ("1 2 1", "8388607 4"),
        ("1 2 1", "0 4"),
    ] {
        let bytes = with_stream_rows(widths, index, narrow);
        assert!(pages(bytes).is_err(), "{widths} {index}");
    }
}
