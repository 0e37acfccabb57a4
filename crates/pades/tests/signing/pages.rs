//! Pages as scanners and layout programs leave them: turned, cropped, in other units.

use crate::support::pki::{Key, Pki};
use crate::support::{clerk_request, draft, judge, keep, leader_signs, open, sign};
use trien_pades::marks::{self, LEADER_MAX_MM};
use trien_pades::{FieldName, FieldPlan, PageFrame, PlannedField, Verdict, prepare};
use trien_pdf::write::{Cut, Document, Style};
use trien_pdf::{Object, Rect};

/// An A4 sheet as shown, in a file that holds it turned by `rotate` and in units of `unit` points, with a margin
/// around the crop box. Drawn in shown space; the content stream turns it.
fn sheet(rotate: i32, unit: f64) -> Vec<u8> {
    let (shown_width, shown_height) = (595.0, 842.0);
    let sideways = rotate % 180 != 0;
    let (w, h) = if sideways {
        (shown_height, shown_width)
    } else {
        (shown_width, shown_height)
    };
    let crop = Rect::new(30.0, 20.0, 30.0 + w / unit, 20.0 + h / unit);
    let mut page = Document::new().unwrap();
    page.page(Rect::new(0.0, 0.0, crop.x1 + 30.0, crop.y1 + 20.0));
    let extra = page.page_dict().unwrap();
    extra.set("CropBox", crop.to_object());
    extra.set("Rotate", rotate);
    extra.set("UserUnit", Object::Real(unit));
    let frame = PageFrame::new(crop, rotate, unit);
    let origin = frame.to_user(Rect::new(0.0, 0.0, 0.0, 0.0));
    let (x, y) = (
        frame.to_user(Rect::new(1.0, 0.0, 1.0, 0.0)),
        frame.to_user(Rect::new(0.0, 1.0, 0.0, 1.0)),
    );
    let matrix = [
        x.x0 - origin.x0,
        x.y0 - origin.y0,
        y.x0 - origin.x0,
        y.y0 - origin.y0,
        origin.x0,
        origin.y0,
    ];
    page.draw(&format!(
        "q {} cm",
        matrix.map(|value| format!("{value:.6}")).join(" ")
    ))
    .unwrap();
    let (upright, bold) = (Style::new(Cut::Regular, 13.0), Style::new(Cut::Bold, 13.0));
    page.text(110.0, 741.0, upright, "Số:").unwrap();
    page.text(174.0, 741.0, upright, "/UBND-VP").unwrap();
    page.text(
        310.0,
        741.0,
        Style::new(Cut::Italic, 13.0),
        "An Hòa, ngày        tháng         năm 2026",
    )
    .unwrap();
    page.centred(438.0, 420.0, bold, "CHỦ TỊCH").unwrap();
    page.centred(438.0, 322.0, bold, "Nguyễn Văn Bình").unwrap();
    page.draw("Q").unwrap();
    page.finish().unwrap()
}

fn plan(frame: PageFrame) -> FieldPlan {
    let leader = marks::leader_rect(416.0, 334.0, 438.0, 2.0, LEADER_MAX_MM).unwrap();
    let fields = [
        (FieldName::Number, marks::text_box(132.0, 173.0, 741.0)),
        (FieldName::Day, marks::text_box(384.0, 408.0, 741.0)),
        (FieldName::Month, marks::text_box(440.0, 468.0, 741.0)),
        (FieldName::Leader, leader),
        (FieldName::Seal, marks::seal_rect(leader, 36.0)),
    ];
    let planned = fields.map(|(name, shown)| PlannedField {
        name,
        page: 0,
        rect: frame.to_user(shown),
        signer: None,
    });
    FieldPlan {
        fields: planned.to_vec(),
    }
}

#[test]
fn marks_stand_upright_at_their_true_size_on_any_page() {
    let pki = Pki::new();
    let person = pki.issue(1, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    for (rotate, unit) in [(0, 1.0), (90, 1.0), (180, 1.0), (270, 2.0)] {
        let draft = sheet(rotate, unit);
        let frame = PageFrame::of(&open(&draft).latest().pages().unwrap()[0]);
        assert_eq!(
            (frame.width().round(), frame.height().round()),
            (595.0, 842.0)
        );
        let update = prepare(&open(&draft), &plan(frame)).unwrap();
        let signed = leader_signs(&[draft, update.bytes].concat(), &pki, &person);
        let sealed = sign(&signed, &person, &clerk_request(&pki, &person, "125"));
        keep(&format!("turned-{rotate}.pdf"), &sealed);
        let report = judge::ours(&sealed, &pki);
        assert_eq!(
            report.verdict,
            Verdict::ValidWithPermittedChanges,
            "rotate {rotate}: {report:#?}"
        );
        if let Some(valid) = judge::pdfsig_valid(&sealed) {
            assert_eq!(valid, 2, "rotate {rotate}");
        }
        if let Some(lines) = judge::lines(&sealed) {
            let line = "Số: 125 /UBND-VP An Hòa, ngày 05 tháng 11 năm 2026";
            assert!(
                lines.iter().any(|found| found == line),
                "rotate {rotate}: {lines:?}"
            );
        }
    }
}

#[test]
fn a_page_with_an_array_of_annotations_of_its_own_is_not_written_again() {
    use trien_pdf::ObjectSink;
    let mut draft = draft::letter();
    let annotations = draft.add(Object::Array(Vec::new()));
    draft.page_dict().unwrap().set("Annots", annotations);
    let draft = draft.finish().unwrap();
    let page = open(&draft).latest().pages().unwrap().remove(0);
    let annotations = page
        .dict
        .get("Annots")
        .and_then(Object::as_reference)
        .unwrap();
    let update = prepare(&open(&draft), &draft::plan(false)).unwrap();
    assert!(update.span(annotations).is_some() && update.span(page.id).is_none());
}
