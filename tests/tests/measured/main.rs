//! Every visible mark, measured on the page that PDFium draws, against what the law says of it: `table.json` holds the
//! clauses with place, size, colour and type for three papers. The pictures stay in `target/tmp/marks` for the eye.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

mod look;
mod picture;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_tests::papers::{party_letter, plain, scan};
use trien_tests::{Office, PIN_VARIABLE, rows};

use picture::{MM, Page, Place};
use table::{Mark, Paper};

/// Edges are blurred by about a pixel, and letters have bearings of a tenth of a millimetre.
const TOLERANCE_MM: f64 = 0.4;

#[test]
fn marks_of_three_papers_are_as_the_law_says() {
    let office = Office::new();
    let papers = [state_paper(&office), party_paper(&office), copy(&office)];
    let table = table::read();
    let mut measured = Vec::new();
    for (paper, files) in table.papers.iter().zip(papers.into_iter().flatten()) {
        assert_eq!(paper.name, files.name);
        measured.extend(faults(paper, &files));
    }
    assert_eq!(table.papers.len(), 4, "three papers, one with an appendix");
    assert!(measured.is_empty(), "{measured:#?}");
}

/// A paper before anything was put on it, and afterwards.
struct Files {
    name: &'static str,
    draft: PathBuf,
    sealed: PathBuf,
}

/// What is wrong with the marks of a paper.
fn faults(paper: &Paper, files: &Files) -> Vec<String> {
    let (before, after) = (Page::draw(&files.draft), Page::draw(&files.sealed));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("marks");
    fs::create_dir_all(&folder).unwrap();
    after.keep(&folder.join(format!("{}.png", paper.name)));
    let mut faults = Vec::new();
    let mut fault = |mark: &Mark, what: String| {
        faults.push(format!(
            "{} {} ({}): {what}",
            paper.name, mark.mark, mark.clause
        ));
    };
    let (mut places, mut regions): (Vec<(&str, Place)>, Vec<[f64; 4]>) = Default::default();
    for mark in &paper.marks {
        let within = before.within(mark);
        regions.push(within);
        let Some(place) = after.added(&before, mark.colour, within) else {
            fault(mark, "nothing is drawn".to_owned());
            continue;
        };
        for (what, [least, most], is) in [
            ("wide", mark.width_mm, place.width()),
            ("high", mark.height_mm, place.height()),
        ] {
            if is < least - TOLERANCE_MM || is > most + TOLERANCE_MM {
                fault(mark, format!("{is:.2} mm {what}, not {least} to {most}"));
            }
        }
        for wrong in place.wrong(mark, &before, &places, TOLERANCE_MM) {
            fault(mark, wrong);
        }
        for wrong in look::wrong(&files.sealed, mark) {
            fault(mark, wrong);
        }
        places.push((&mark.mark, place));
    }
    let stray = after.changed_outside(&before, &regions);
    if stray > 0 {
        faults.push(format!("{}: {stray} pixels beside the marks", paper.name));
    }
    faults
}

/// The commune's answer, most urgent, with an appendix.
fn state_paper(office: &Office) -> Vec<Files> {
    let draft = office.drafts().join("tra-loi.pdf");
    let appendix = office.folder().join("phu-luc.pdf");
    fs::write(&appendix, plain("PHỤ LỤC", None).unwrap()).unwrap();
    let attach = appendix.display().to_string();
    let form = [
        "--notation",
        "UBND-VP",
        "--urgency",
        "3",
        "--attach",
        &attach,
    ];
    let (id, sealed) = issued(office, "nha-nuoc", &draft, &form);
    let folder = office.folder().join("kem");
    fs::create_dir(&folder).unwrap();
    let path = folder.display().to_string();
    office
        .clerk()
        .ok(["show", "out", &id, "--attachments", &path]);
    vec![
        Files {
            name: "nha-nuoc",
            draft,
            sealed,
        },
        Files {
            name: "phu-luc",
            sealed: folder.join("phu-luc.pdf"),
            draft: appendix,
        },
    ]
}

/// A công văn of a Party committee.
fn party_paper(office: &Office) -> Vec<Files> {
    let draft = office.folder().join("dang.draft.pdf");
    let year = time::OffsetDateTime::now_utc().year();
    fs::write(&draft, party_letter(COMMUNE.leader.name, year).unwrap()).unwrap();
    let (_, sealed) = issued(office, "dang", &draft, &["--notation", "-CV/ĐU"]);
    vec![Files {
        name: "dang",
        draft,
        sealed,
    }]
}

/// A scan that becomes a sao y.
fn copy(office: &Office) -> Vec<Files> {
    let (clerk, draft) = (office.clerk(), office.folder().join("quet.pdf"));
    fs::write(&draft, scan((1654, 2339), "DeviceRGB").unwrap()).unwrap();
    let path = draft.display().to_string();
    let mut form = vec!["copy", &path, "--form", "sao-y", "--notation", "SY-UBND"];
    form.extend(["--subject", "V/v thử", "--to", DEPARTMENT.id]);
    let id = clerk.ok(form)["id"].to_string();
    vec![Files {
        name: "sao-y",
        sealed: sealed(office, "sao-y", &id),
        draft,
    }]
}

fn issued(office: &Office, name: &str, draft: &Path, more: &[&str]) -> (String, PathBuf) {
    let (clerk, leader) = (office.clerk(), office.leader());
    let path = draft.display().to_string();
    let mut form = vec!["draft", &path, "--subject", name, "--signatory", "1"];
    form.extend(more);
    let id = clerk.ok(form)["id"].to_string();
    clerk.ok(["handover", "out", &id]);
    leader.ok(["handover", "in"]);
    for row in rows(&leader, "outbox", "to-sign") {
        let waiting = row["key"]["id"].to_string();
        leader.ok(["sign-documents", &waiting, "--pin-env", PIN_VARIABLE]);
    }
    clerk.ok(["handover", "in"]);
    let sealed = sealed(office, name, &id);
    (id, sealed)
}

fn sealed(office: &Office, name: &str, id: &str) -> PathBuf {
    let (clerk, file) = (
        office.clerk(),
        office.folder().join(format!("{name}.sealed.pdf")),
    );
    clerk.ok(["seal", id, "--pin-env", PIN_VARIABLE]);
    let save = file.display().to_string();
    clerk.ok(["show", "out", id, "--save", &save]);
    file
}

#[test]
fn a_ruler_measures() {
    let mut page = Page::blank();
    let blank = Page::blank();
    page.fill(
        Place {
            x0: 20.0,
            y0: 30.0,
            x1: 56.0,
            y1: 66.0,
        },
        [214, 20, 30],
    );
    let whole = [0.0, 0.0, 210.0, 297.0];
    let place = page.added(&blank, table::Colour::Red, whole).unwrap();
    assert!((place.width() - 36.0).abs() < 2.0 / MM && (place.y0 - 30.0).abs() < 2.0 / MM);
    assert_eq!(page.added(&blank, table::Colour::Blue, whole), None);
    assert!(page.changed_outside(&blank, &[[0.0, 0.0, 50.0, 100.0]]) > 0);
}
