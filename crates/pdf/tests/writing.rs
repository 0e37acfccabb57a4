//! Incremental updates and fresh documents, read back.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

mod common;

use common::{Hand, corpus, draft, open, plain};
use trien_pdf::{
    Appended, Dict, FileSource, Limits, Object, ObjectId, ObjectSink, Pdf, PdfError, Update,
    XrefKind,
    font::{self, Subset},
    image::Image,
    write::{A4, Cut, Document, Paragraph, Style},
};

const CONTENTS_ROOM: usize = 64;
/// Ten digits, so that every offset of a file fits in their place.
const WIDE: i64 = 9_999_999_999;

fn signature() -> Dict {
    Dict::new()
        .with("Type", Object::name("Sig"))
        .with(
            "ByteRange",
            vec![Object::Integer(0), WIDE.into(), WIDE.into(), WIDE.into()],
        )
        .with("Contents", Object::hex(vec![0; CONTENTS_ROOM]))
}

/// Adds a signature dictionary and points the catalog to it.
fn sign(bytes: &[u8]) -> (ObjectId, Appended) {
    let pdf = open(bytes.to_vec()).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    let id = update.add(signature());
    let catalog = pdf
        .latest()
        .catalog()
        .unwrap()
        .with("Perms", Dict::new().with("DocMDP", id));
    update.set(pdf.latest().root().unwrap(), catalog);
    (id, update.finish().unwrap())
}

#[test]
fn an_update_never_touches_what_stood_before() {
    for (name, bytes) in corpus() {
        let kind = open(bytes.clone())
            .unwrap()
            .revisions()
            .last()
            .unwrap()
            .xref;
        let (id, appended) = sign(&bytes);
        assert_eq!(appended.base, bytes.len() as u64);
        let whole = [bytes.clone(), appended.bytes.clone()].concat();
        let pdf = open(whole.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(pdf.revisions().last().unwrap().xref, kind, "{name}");
        assert_eq!(
            pdf.latest().object(id).unwrap(),
            signature().into(),
            "{name}"
        );
        assert_eq!(pdf.unaccounted().unwrap(), [], "{name}");
        assert_eq!(
            pdf.byte_range_dictionaries().unwrap()[0].object,
            Some(id),
            "{name}"
        );
        // Spans are the same before and after, and lead to the value itself.
        let span = appended.value_span(id, &["Contents"]).unwrap();
        assert_eq!(
            pdf.latest().value_span(id, &["Contents"]).unwrap(),
            Some(span.clone())
        );
        let text = &whole[span.start as usize..span.end as usize];
        assert_eq!(text, format!("<{}>", "00".repeat(CONTENTS_ROOM)).as_bytes());
        // The same input gives the same bytes.
        assert_eq!(sign(&bytes).1.bytes, appended.bytes, "{name}");
    }
}

#[test]
fn a_placeholder_is_patched_in_place() {
    let (id, mut appended) = sign(&plain());
    let span = appended.value_span(id, &["ByteRange"]).unwrap();
    let room = (span.end - span.start) as usize;
    let text = format!("[0 120 300 {}", appended.file_len());
    assert!(appended.patch(
        span.start,
        format!("{text:width$}]", width = room - 1).as_bytes()
    ));
    assert!(!appended.patch(appended.base - 1, b"x"));
    assert!(!appended.patch(appended.file_len(), b"x"));
    let pdf = open([plain(), appended.bytes].concat()).unwrap();
    let range = pdf
        .latest()
        .dict(id, "signature")
        .unwrap()
        .get("ByteRange")
        .unwrap()
        .clone();
    assert_eq!(
        range.as_array().unwrap()[..3],
        [0, 120, 300].map(Object::from)
    );
}

#[test]
fn a_missing_line_end_is_put_between() {
    let mut bytes = plain();
    while bytes.ends_with(b"\n") {
        bytes.pop();
    }
    let (_, appended) = sign(&bytes);
    assert!(appended.bytes.starts_with(b"\n"));
    let pdf = open([bytes.clone(), appended.bytes].concat()).unwrap();
    // A signature that covered the old file ends before that line end.
    assert_eq!(
        (pdf.revisions()[0].eof, pdf.revisions()[0].end),
        (bytes.len() as u64, bytes.len() as u64 + 1)
    );
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

#[test]
fn the_trailer_keeps_what_names_the_document() {
    let bytes = draft(1).finish().unwrap();
    let (_, appended) = sign(&bytes);
    let pdf = open([bytes, appended.bytes].concat()).unwrap();
    let [before, after] = [0, 1].map(|n| pdf.revisions()[n].trailer.clone());
    for key in ["Root", "Info"] {
        assert_eq!(before.get(key), after.get(key), "{key}");
    }
    let halves = |trailer: &Dict| trailer.get("ID").unwrap().as_array().unwrap().to_vec();
    assert_eq!(halves(&before)[0], halves(&after)[0]);
    assert_ne!(halves(&before)[1], halves(&after)[1]);
    assert_eq!(
        after.get("Prev"),
        Some(&Object::Integer(pdf.revisions()[0].startxref as i64))
    );
}

#[test]
fn after_a_hybrid_section_comes_a_table() {
    let hand = Hand::new().one_page();
    let beside = hand.bytes.len();
    let hand = hand.raw("4 0 obj << /Type /XRef /Size 5 /W [1 1 1] /Index [] /Length 0 >>\nstream\n\nendstream endobj\n");
    let bytes = hand.table(&format!("/Size 5 /Root 1 0 R /XRefStm {beside}"));
    assert_eq!(
        open(bytes.clone()).unwrap().revisions()[0].xref,
        XrefKind::Hybrid
    );
    let (_, appended) = sign(&bytes);
    let pdf = open([bytes, appended.bytes].concat()).unwrap();
    assert_eq!(pdf.revisions()[1].xref, XrefKind::Table);
    assert!(!pdf.revisions()[1].trailer.contains("XRefStm"));
    assert_eq!(pdf.unaccounted().unwrap(), []);
}

#[test]
fn used_up_numbers_are_refused() {
    let bytes = Hand::new().one_page().table("/Size 8388607 /Root 1 0 R");
    let pdf = open(bytes).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    update.add(Object::Null);
    assert!(matches!(update.finish(), Err(PdfError::Limit { .. })));
}

#[test]
fn a_stream_of_the_old_file_can_be_set_again() {
    let bytes = draft(1).finish().unwrap();
    let pdf = open(bytes.clone()).unwrap();
    let page = pdf.latest().pages().unwrap().remove(0);
    let contents = page.dict.get("Contents").unwrap().as_reference().unwrap();
    let mut stream = pdf
        .latest()
        .object(contents)
        .unwrap()
        .as_stream()
        .unwrap()
        .clone();
    let old = pdf.latest().stream_bytes(&stream).unwrap();
    stream.dict.set("Marked", true);
    let mut update = Update::new(&pdf).unwrap();
    update.set(contents, stream);
    let pdf = open([bytes, update.finish().unwrap().bytes].concat()).unwrap();
    let again = pdf.latest().object(contents).unwrap();
    assert!(again.as_dict().unwrap().contains("Marked"));
    assert_eq!(
        pdf.latest()
            .stream_bytes(again.as_stream().unwrap())
            .unwrap(),
        old
    );
}

#[test]
fn a_file_on_disk_grows_by_what_is_appended() {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&draft(2).finish_with_xref_stream().unwrap())
        .unwrap();
    for round in 1..=3 {
        let pdf = Pdf::open(FileSource::open(file.path()).unwrap(), Limits::default()).unwrap();
        let mut update = Update::new(&pdf).unwrap();
        update.add(Object::text("một lần nữa"));
        let appended = update.finish().unwrap();
        file.write_all(&appended.bytes).unwrap();
        let pdf = Pdf::open(FileSource::open(file.path()).unwrap(), Limits::default()).unwrap();
        assert_eq!(pdf.revisions().len(), round + 1);
        assert!(pdf.revisions().iter().all(|r| r.xref == XrefKind::Stream));
        assert_eq!(pdf.unaccounted().unwrap(), []);
    }
}

#[test]
fn a_draft_is_clean() {
    for bytes in [
        draft(3).finish().unwrap(),
        draft(3).finish_with_xref_stream().unwrap(),
    ] {
        let pdf = open(bytes).unwrap();
        assert_eq!(pdf.revisions().len(), 1);
        assert_eq!(pdf.latest().pages().unwrap().len(), 3);
        assert_eq!(pdf.unaccounted().unwrap(), []);
        let numbers: Vec<u32> = pdf.revisions()[0].entries().map(|(n, _)| n).collect();
        assert!(
            numbers.iter().copied().eq(0..numbers.len() as u32),
            "one section without gaps"
        );
    }
}

#[test]
fn a_paragraph_fills_its_width_and_keeps_its_words() {
    let mut document = Document::new().unwrap();
    document.page(A4);
    let style = Style::new(Cut::Regular, 14.0);
    let place = Paragraph {
        x: 85.0,
        y: 700.0,
        width: 200.0,
        indent: 30.0,
        leading: 20.0,
        justify: true,
    };
    let text = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;";
    let next = document.paragraph(place, style, text).unwrap();
    let lines = ((place.y - next) / place.leading).round() as usize;
    assert_eq!(lines, 3);
    assert!(document.text(0.0, 0.0, style, "漢").is_err());
    let pdf = open(document.finish().unwrap()).unwrap();
    let page = pdf.latest().pages().unwrap().remove(0);
    let contents = pdf.latest().get(&page.dict, "Contents").unwrap();
    let drawn = String::from_utf8(
        pdf.latest()
            .stream_bytes(contents.as_stream().unwrap())
            .unwrap(),
    )
    .unwrap();
    assert_eq!(drawn.matches("TJ").count(), lines);
    assert!(drawn.contains("115.000 700.000 Td") && drawn.contains("85.000 680.000 Td"));
}

#[test]
fn a_font_and_a_seal_go_into_an_update() {
    let bytes = plain();
    let pdf = open(bytes.clone()).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    let mut subset = Subset::new(font::serif_italic().unwrap());
    let codes = subset.encode("ngày 05").unwrap();
    assert_eq!(codes.len(), 14);
    let font = subset.write(&mut update).unwrap();
    let seal = Image::from_png(&red_dot()).unwrap().write(&mut update);
    let pdf = open([bytes, update.finish().unwrap().bytes].concat()).unwrap();
    let view = pdf.latest();

    let dict = view.dict(font, "font").unwrap();
    assert!(dict.is("Encoding", "Identity-H"));
    let map = view.get(&dict, "ToUnicode").unwrap();
    let map = String::from_utf8(view.stream_bytes(map.as_stream().unwrap()).unwrap()).unwrap();
    assert!(map.contains("<00e0>"), "à can be copied out");
    let descendant = view
        .resolve(
            &view
                .get(&dict, "DescendantFonts")
                .unwrap()
                .as_array()
                .unwrap()[0],
        )
        .unwrap();
    let widths = descendant
        .as_dict()
        .unwrap()
        .get("W")
        .unwrap()
        .as_array()
        .unwrap();
    assert_eq!(widths.len(), 2 * 7, "seven different characters");
    let descriptor = view
        .get(descendant.as_dict().unwrap(), "FontDescriptor")
        .unwrap();
    let program = view
        .get(descriptor.as_dict().unwrap(), "FontFile2")
        .unwrap();
    let program = view.stream_bytes(program.as_stream().unwrap()).unwrap();
    assert!(program.len() < 20_000, "a subset: {} bytes", program.len());

    let seal = view.object(seal).unwrap();
    assert_eq!(
        view.stream_bytes(seal.as_stream().unwrap()).unwrap(),
        [255, 0, 0]
    );
    let mask = view.get(seal.as_dict().unwrap(), "SMask").unwrap();
    assert_eq!(view.stream_bytes(mask.as_stream().unwrap()).unwrap(), [128]);
}

fn red_dot() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 1, 1);
    encoder.set_color(png::ColorType::Rgba);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[255, 0, 0, 128])
        .unwrap();
    bytes
}
