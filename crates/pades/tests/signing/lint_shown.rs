//! What the lint tells of pages that show other things than they hold, and that it tells nothing of what word processors
//! and scanners write every day.

use crate::support::{draft, open, picture};
use trien_pades::{FindingCode, lint};
use trien_pdf::image::Image;
use trien_pdf::write::{A4, Cut, Document, Style};
use trien_pdf::{Object, ObjectSink, Rect, Stream, StreamData, Update, normalise};

const TEXT: Style = Style {
    cut: Cut::Regular,
    size: 13.0,
    color: [0.0; 3],
};
const WHITE: Style = Style {
    color: [1.0; 3],
    ..TEXT
};

/// What is found on a page with something drawn.
fn codes(add: impl FnOnce(&mut Document)) -> Vec<FindingCode> {
    let mut page = Document::new().unwrap();
    page.page(A4);
    add(&mut page);
    found(&page.finish().unwrap())
}

fn found(file: &[u8]) -> Vec<FindingCode> {
    let findings = lint(&open(file)).unwrap();
    assert!(
        findings
            .iter()
            .all(|f| f.code.refuses() || f.page.is_some()),
        "{findings:?}"
    );
    findings.into_iter().map(|finding| finding.code).collect()
}

#[test]
fn text_that_nobody_sees_is_told_by_the_way_in_which_it_hides() {
    use FindingCode::*;
    let words = "1.000.000.000 đồng";
    let text = |page: &mut Document, y, style| page.text(90.0, y, style, words).unwrap();
    assert_eq!(codes(|page| text(page, 700.0, TEXT)), []);
    assert_eq!(codes(|page| text(page, 700.0, WHITE)), [PaleText]);
    assert_eq!(codes(|page| text(page, -90.0, TEXT)), [HiddenText]);
    let invisible = codes(|page| {
        page.draw("3 Tr").unwrap();
        text(page, 700.0, TEXT);
    });
    assert_eq!(invisible, [HiddenText]);
    let covered = codes(|page| {
        text(page, 700.0, TEXT);
        page.draw("1 g 80 690 300 30 re f").unwrap();
    });
    assert_eq!(covered, [CoveredContent]);
}

#[test]
fn what_word_processors_paint_behind_and_through_text_hides_nothing() {
    let none = codes(|page| {
        // A shaded cell with white text, a marked word, a line through a word, outlined letters.
        page.draw("0.1 0.2 0.5 rg 80 690 300 30 re f").unwrap();
        page.text(90.0, 700.0, WHITE, "Cột một").unwrap();
        page.draw("1 1 0 rg 80 640 300 30 re f").unwrap();
        page.text(90.0, 650.0, TEXT, "chữ tô vàng").unwrap();
        page.text(90.0, 600.0, TEXT, "chữ gạch ngang").unwrap();
        page.draw("0 g 85 603.4 200 0.8 re f").unwrap();
        page.draw("q 2 Tr").unwrap();
        page.text(90.0, 550.0, WHITE, "chữ viền").unwrap();
        page.draw("Q").unwrap();
    });
    assert_eq!(none, []);
}

#[test]
fn files_of_other_programs_show_what_they_hold() {
    use FindingCode::*;
    let shades = include_bytes!("../data/libreoffice-shades.pdf");
    assert_eq!(found(shades), []);
    let tagged = include_bytes!("../data/libreoffice-tagged-pdfa-2b.pdf");
    assert_eq!(found(tagged), []);
    let others = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/others");
    let mut looked = 0;
    for entry in std::fs::read_dir(others).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "pdf") {
            continue;
        }
        let findings = lint(&open(&std::fs::read(&path).unwrap())).unwrap();
        let unseen = [HiddenText, TextLayer, PaleText, CoveredContent, MisreadText];
        let told: Vec<_> = findings
            .iter()
            .filter(|f| unseen.contains(&f.code))
            .collect();
        assert!(told.is_empty(), "{}: {told:?}", path.display());
        looked += 1;
    }
    assert!(looked > 20);
}

/// What a font says of its letters, with one said to be another.
fn misled(draft: &[u8], from: &str, to: &str) -> Vec<u8> {
    let pdf = open(draft);
    let view = pdf.latest();
    let mut update = Update::new(&pdf).unwrap();
    let mut changed = 0;
    for id in view.objects() {
        let Object::Stream(stream) = view.object(id).unwrap() else {
            continue;
        };
        let bytes = view.stream_bytes(&stream).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let ending = format!(" <{from}>\n");
        if text.contains("beginbfchar") && text.contains(&ending) {
            let text = text.replace(&ending, &format!(" <{to}>\n"));
            let mut dict = stream.dict.clone();
            dict.remove("Filter");
            dict.remove("Length");
            let data = StreamData::Owned(text.into_bytes());
            update.set(id, Stream { dict, data });
            changed += 1;
        }
    }
    assert!(changed > 0, "no font draws the letter");
    let whole = [draft, &update.finish().unwrap().bytes].concat();
    let mut clean = Vec::new();
    normalise(&open(&whole), &mut clean).unwrap();
    clean
}

#[test]
fn letters_that_are_read_otherwise_than_they_are_shown_are_told() {
    let draft = draft::letter().finish().unwrap();
    // 2 is drawn and 9 is read.
    assert_eq!(
        found(&misled(&draft, "0032", "0039")),
        [FindingCode::MisreadText]
    );
    assert_eq!(found(&misled(&draft, "0032", "0032")), []);

    let said = |text: &str, drawn: &str| {
        codes(|page| {
            let begin = format!("/Span <</ActualText ({text})>> BDC");
            page.draw(&begin).unwrap();
            page.text(90.0, 700.0, TEXT, drawn).unwrap();
            page.draw("EMC").unwrap();
        })
    };
    assert_eq!(said("12 trieu", "92 trieu"), [FindingCode::MisreadText]);
    assert_eq!(said("12-trieu", "12 trieu"), [], "signs do not count");
}

/// LibreOffice embeds fonts without names: glyphs are known by their form.
#[test]
fn a_font_of_a_word_processor_that_lies_is_found_out() {
    let shades = include_bytes!("../data/libreoffice-shades.pdf");
    let file = misled(shades, "0031", "0039");
    assert_eq!(found(&file), [FindingCode::MisreadText]);
}

#[test]
fn a_scan_with_its_text_layer_is_one_sentence_and_hides_nothing_else() {
    use FindingCode::*;
    let scan = Image::from_png(&picture::opaque()).unwrap();
    let layer = |page: &mut Document| {
        page.draw("q 3 Tr").unwrap();
        page.text(90.0, 700.0, TEXT, "nhận dạng").unwrap();
        page.draw("Q").unwrap();
    };
    let before = codes(|page| {
        layer(page);
        page.image(&scan, A4).unwrap();
    });
    let after = codes(|page| {
        page.image(&scan, A4).unwrap();
        layer(page);
    });
    let painted = codes(|page| {
        page.text(90.0, 700.0, TEXT, "nhận dạng").unwrap();
        page.image(&scan, A4).unwrap();
    });
    assert_eq!(
        [before, after, painted],
        [[TextLayer], [TextLayer], [TextLayer]]
    );

    let logo = Rect::new(30.0, 780.0, 60.0, 810.0);
    let beside = codes(|page| {
        page.image(&scan, logo).unwrap();
        layer(page);
    });
    assert_eq!(beside, [HiddenText], "a logo is no scan");
    let under = codes(|page| {
        page.text(32.0, 790.0, TEXT, "x").unwrap();
        page.image(&scan, logo).unwrap();
    });
    assert_eq!(under, [CoveredContent]);
    let replaced = codes(|page| {
        page.image(&scan, A4).unwrap();
        page.image(&scan, A4).unwrap();
    });
    assert_eq!(replaced, [CoveredContent], "one page lies under another");
}
