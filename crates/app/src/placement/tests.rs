//! Pages are made as PDFium gives them: a glyph 6.5 points wide at 13 points.

use trien_render::{PageGeometry, PageSize, PageText, Rect, TextChar};

use super::{Anchors, Layout, Search};
use crate::error::{ErrorCode, Result};
use crate::layouts::Layouts;

const NUMBER_LINE: (&str, f64, f64) = ("Số:", 100.0, 742.0);

fn layout(key: &str) -> Layout {
    Layouts::built_in().unwrap().of(key).unwrap().clone()
}

fn find(pages: &[PageText], full_name: &str) -> Result<Anchors> {
    found(pages, &layout(""), full_name)
}

fn found(pages: &[PageText], layout: &Layout, full_name: &str) -> Result<Anchors> {
    let search = Search {
        layout,
        remembered: None,
    };
    search.find(pages, full_name)
}

fn printed_year(first: &PageText) -> Result<i32> {
    super::printed_year(first, &layout("").date)
}

fn page(runs: &[(&str, f64, f64)]) -> PageText {
    let mut chars = Vec::new();
    for (text, x, y) in runs {
        for (i, ch) in text.chars().enumerate() {
            let x = x + 6.5 * i as f64;
            let rect = if ch == ' ' {
                Rect::default()
            } else {
                Rect {
                    x0: x,
                    y0: y - 3.0,
                    x1: x + 6.5,
                    y1: y + 10.0,
                }
            };
            chars.push(TextChar {
                ch,
                rect,
                origin: (x, *y),
                size: 13.0,
            });
        }
    }
    let view = Rect {
        x0: 0.0,
        y0: 0.0,
        x1: 595.0,
        y1: 842.0,
    };
    let size = PageSize {
        width: 595.0,
        height: 842.0,
    };
    PageText {
        geometry: PageGeometry {
            size,
            rotation: 0,
            view,
        },
        chars,
    }
}

fn letter(number: &[(&'static str, f64, f64)], date: &[(&'static str, f64, f64)]) -> PageText {
    let mut runs = vec![
        ("CHỦ TỊCH", 400.0, 300.0),
        ("Vi Đức Thuận", 390.0, 220.0),
        ("- Lưu: VT.", 90.0, 220.0),
    ];
    runs.extend_from_slice(number);
    runs.extend_from_slice(date);
    page(&runs)
}

const DATE: [(&str, f64, f64); 3] = [
    ("An Hòa, ngày", 320.0, 742.0),
    ("tháng", 425.0, 742.0),
    ("năm 2026", 485.0, 742.0),
];

#[test]
fn initials_stand_after_the_text_then_after_the_recipients_and_never_on_one_another() {
    let pages = [page(&[
        ("báo cáo./.", 90.0, 400.0),
        ("- Lưu: VT.", 90.0, 220.0),
        ("Vi Đức Thuận", 390.0, 220.0),
    ])];
    let places = super::initials(&pages, 9, &[]).unwrap();
    assert!(places[0].rect.x0 > 155.0 && (places[0].baseline, places[0].page) == (400.0, 0));
    let after_recipients = places.iter().filter(|place| place.baseline == 220.0);
    let before_the_name = |place: &super::Place| place.rect.x1 < 390.0 || place.rect.x0 > 468.0;
    assert!(after_recipients.clone().count() > 0 && after_recipients.clone().all(before_the_name));
    for (n, one) in places.iter().enumerate() {
        assert!(one.rect.x1 < 595.0 - 42.0);
        let mut others = places.iter().skip(n + 1);
        assert!(!others.any(|other| super::glyphs::overlap(&one.rect, &other.rect)));
    }
    let taken = [(0, places[0].rect)];
    assert_ne!(super::initials(&pages, 1, &taken).unwrap()[0], places[0]);
    let full = super::initials(&pages, 100, &[]).unwrap_err();
    assert_eq!(full.code, ErrorCode::NoPlaceForSignature);
}

#[test]
fn every_place_of_a_letter_is_found() {
    let letter = letter(&[NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)], &DATE);
    let found = find(&[letter], "Vi Đức Thuận").unwrap();
    assert!(found.head.number.rect.x0 > 119.0 && found.head.number.rect.x1 < 165.0);
    assert!(found.head.day.rect.x0 > 398.0 && found.head.day.rect.x1 < 425.0);
    assert!(found.head.month.rect.x1 < 485.0);
    assert_eq!(found.head.year, Some(2026));
    assert_eq!(found.signature.name_top, 230.0);
    assert_eq!(found.signature.title_bottom, 297.0);
    assert_eq!(found.signature.centre, 390.0 + 39.0);
}

#[test]
fn the_printed_year_is_read_from_the_date_line_and_not_from_elsewhere() {
    let number = [NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)];
    let mut runs = DATE.to_vec();
    runs.push(("Kế hoạch năm 2031", 90.0, 600.0));
    assert_eq!(printed_year(&letter(&number, &runs)).unwrap(), 2026);
    let error = printed_year(&letter(&number, &[])).unwrap_err();
    assert_eq!(error.code, ErrorCode::NoPlaceForDate);
}

#[test]
fn a_draft_without_room_for_the_number_is_refused() {
    for number in [
        vec![],
        vec![("Số: 12", 100.0, 742.0)],
        vec![("Số:/UBND-VP", 100.0, 742.0)],
        vec![NUMBER_LINE, ("......./UBND-VP", 130.0, 742.0)],
        vec![NUMBER_LINE, ("/UBND-VP", 130.0, 742.0)],
        vec![("Số:", 100.0, 300.0), ("/UBND-VP", 165.0, 300.0)],
    ] {
        let error = find(&[letter(&number, &DATE)], "Vi Đức Thuận").unwrap_err();
        assert_eq!(error.code, ErrorCode::NoPlaceForNumber, "{number:?}");
    }
}

#[test]
fn a_date_that_is_already_there_is_refused() {
    let number = [NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)];
    let filled = [("An Hòa, ngày 20 tháng 11 năm 2026", 320.0, 742.0)];
    let error = find(&[letter(&number, &filled)], "Vi Đức Thuận").unwrap_err();
    assert_eq!(error.code, ErrorCode::NoPlaceForDate);
}

#[test]
fn the_name_is_found_whatever_its_case_and_only_if_it_is_there() {
    let number = [NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)];
    assert!(find(&[letter(&number, &DATE)], "VI ĐỨC THUẬN").is_ok());
    let error = find(&[letter(&number, &DATE)], "Lò Thị Mai").unwrap_err();
    assert_eq!(error.code, ErrorCode::NoPlaceForSignature);
}

#[test]
fn a_paper_of_the_party_is_known_by_its_heading_and_has_its_own_line() {
    let party = |number: &[(&'static str, f64, f64)]| {
        let mut page = letter(number, &DATE);
        let head = self::page(&[("ĐẢNG CỘNG SẢN VIỆT NAM", 330.0, 780.0)]);
        page.chars.extend(head.chars);
        page
    };
    let paper = party(&[("Số", 100.0, 742.0), ("-CV/TU", 165.0, 742.0)]);
    let layouts = Layouts::built_in().unwrap();
    let known = layouts.choose("", Some(&paper)).unwrap();
    assert_eq!(known.key, "dang");
    let found = self::found(std::slice::from_ref(&paper), known, "Vi Đức Thuận").unwrap();
    assert!(found.head.number.rect.x0 > 112.0 && found.head.number.rect.x1 < 165.0);
    for number in [
        &[("Số", 100.0, 742.0), ("/UBND", 165.0, 742.0)][..],
        &[("Sốt", 100.0, 742.0), ("-CV/TU", 165.0, 742.0)],
    ] {
        let refused = self::found(&[party(number)], known, "Vi Đức Thuận").unwrap_err();
        assert_eq!(refused.code, ErrorCode::NoPlaceForNumber, "{number:?}");
    }
    let state = letter(&[NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)], &DATE);
    assert_eq!(layouts.choose("", Some(&state)).unwrap().key, "hanh-chinh");
}

#[test]
fn the_name_below_a_signature_is_read_and_nothing_else() {
    let number = [NUMBER_LINE, ("/UBND-VP", 165.0, 742.0)];
    let page = letter(&number, &DATE);
    let below = |y0: f64| {
        let shown = trien_pdf::Rect::new(390.0, y0, 470.0, y0 + 50.0);
        super::name_below(&page, shown)
    };
    assert_eq!(below(235.0).as_deref(), Some("Vi Đức Thuận"));
    assert_eq!(below(400.0), None, "nothing is printed there");
    assert_eq!(below(745.0), None, "a date is no name");
}
