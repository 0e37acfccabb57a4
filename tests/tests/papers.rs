//! Papers of every kind find the places of their number, date, signature and seal, and what looks right is right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use trien_practice::office::COMMUNE;
use trien_tests::papers::{Lying, fragmented, hybrid, lying, party_letter};
use trien_tests::{Office, PIN_VARIABLE, rows};

/// Pictures have a pixel for each point of A4.
const A4: (usize, usize) = (596, 842);
/// The rows of the head, in which number and date stand.
const HEAD: usize = 200;

/// Takes a draft in, has it signed, numbers and seals it; returns its row and where the file lies.
fn issue(office: &Office, name: &str, draft: &[u8], more: &[&str]) -> (String, PathBuf) {
    let (clerk, leader) = (office.clerk(), office.leader());
    let file = office.folder().join(format!("{name}.pdf"));
    fs::write(&file, draft).unwrap();
    let path = file.display().to_string();
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
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let sealed = office.folder().join(format!("{name}.sealed.pdf"));
    let save = sealed.display().to_string();
    clerk.ok(["show", "out", &id, "--save", &save]);
    (id, sealed)
}

#[test]
fn a_paper_of_the_party_is_numbered_before_its_hyphen_in_a_series_of_its_own() {
    let office = Office::new();
    let year = time::OffsetDateTime::now_utc().year();
    let draft = party_letter(COMMUNE.leader.name, year).unwrap();
    let (id, sealed) = issue(&office, "dang", &draft, &["--notation", "-CV/ĐU"]);
    office.assert_judged(&sealed, 2);
    let clerk = office.clerk();
    let book = clerk.ok(["register", "out"]);
    assert_eq!(book["rows"][0][0], "01-CV/ĐU", "{book:#}");
    let shown = clerk.ok(["show", "out", &id]);
    assert_eq!(shown["code"], "01-CV/ĐU", "{shown:#}");

    // The state's papers count by themselves.
    let answer = fs::read(office.drafts().join("tra-loi.pdf")).unwrap();
    let (_, sealed) = issue(&office, "nha-nuoc", &answer, &["--notation", "UBND-VP"]);
    office.assert_judged(&sealed, 2);
    let book = clerk.ok(["register", "out"]);
    let codes: Vec<_> = (0..2).map(|line| book["rows"][line][0].clone()).collect();
    assert!(codes.contains(&"01/UBND-VP".into()), "{book:#}");

    let wrong = office.folder().join("dang.pdf").display().to_string();
    let form = [
        "draft",
        &wrong,
        "--subject",
        "x",
        "--signatory",
        "1",
        "--notation",
        "CV/ĐU",
    ];
    let by_the_other = form.iter().chain(&["--layout", "hanh-chinh"]);
    clerk.refused(by_the_other, "no_place_for_number");
}

/// The same letter upright, turned, cut out and scaled: every mark stands where it stands on the upright page.
#[test]
fn marks_stand_where_a_reader_expects_them_however_the_page_lies() {
    let office = Office::new();
    let upright = fs::read(office.drafts().join("tra-loi.pdf")).unwrap();
    let ways = [
        ("turned-90", Lying::Turned(90)),
        ("turned-180", Lying::Turned(180)),
        ("turned-270", Lying::Turned(270)),
        ("cropped", Lying::Cropped),
        ("scaled", Lying::Scaled),
    ];
    let (_, sealed) = issue(&office, "upright", &upright, &["--notation", "UBND-VP"]);
    let wanted = Marks::between(&office.folder().join("upright.pdf"), &sealed);
    for (name, how) in ways {
        let draft = lying(&upright, how).unwrap();
        let (_, sealed) = issue(&office, name, &draft, &["--notation", "UBND-VP"]);
        let found = Marks::between(&office.folder().join(format!("{name}.pdf")), &sealed);
        assert!(found.near(&wanted), "{name}: {found:?}, {wanted:?}");
        office.assert_judged(&sealed, 2);
    }
}

/// Acrobat calls the first signature over such a file invalid: it is written anew, and the clerk is told.
#[test]
fn a_draft_whose_table_is_in_pieces_or_double_is_written_anew_before_its_first_signature() {
    let office = Office::new();
    let whole = fs::read(office.drafts().join("tra-loi.pdf")).unwrap();
    for (name, draft) in [("roi", fragmented(&whole)), ("word", hybrid(&whole))] {
        let draft = draft.unwrap();
        let (id, sealed) = issue(&office, name, &draft, &["--notation", "UBND-VP"]);
        office.assert_judged(&sealed, 2);
        let shown = office.clerk().ok(["show", "out", &id]);
        let told = shown["timeline"].to_string();
        assert!(told.contains("Đã ghi lại tệp"), "{told}");
        assert!(!fs::read(&sealed).unwrap().starts_with(&draft));
    }

    let out = office.folder().join("prepared.pdf").display().to_string();
    let roi = office.folder().join("roi.pdf").display().to_string();
    let prepared = [
        "prepare",
        &roi,
        "--out",
        &out,
        "--signer",
        COMMUNE.leader.name,
    ];
    assert_eq!(office.clerk().ok(prepared)["written_anew"], true);
}

/// What the window's arrows do: before the first signature the boxes move, afterwards number and date inside theirs.
#[test]
fn a_person_corrects_where_marks_stand_and_the_laws_limits_hold() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let path = office.drafts().join("tra-loi.pdf").display().to_string();
    let draft = ["draft", &path, "--subject", "x", "--notation", "UBND-VP"];
    let id = clerk.ok(draft.iter().chain(&["--signatory", "1"]))["id"].to_string();
    let boxes = || {
        let saved = office.folder().join("saved.pdf");
        clerk.ok(["show", "out", &id, "--save", &saved.display().to_string()]);
        let bytes = fs::read(saved).unwrap();
        let pdf = trien_pdf::Pdf::open(bytes, trien_pdf::Limits::default()).unwrap();
        let fields = trien_pades::planned(&pdf).unwrap().fields.into_iter();
        let lower_left =
            |f: trien_pades::PlannedField| (f.name.to_string(), (f.rect.x0, f.rect.y0));
        fields.map(lower_left).collect::<BTreeMap<_, _>>()
    };
    let found = boxes();
    let moved = |by: &[(&str, f64, f64)]| {
        let now = boxes();
        for (field, (x, y)) in &found {
            let (_, dx, dy) = by
                .iter()
                .find(|(name, ..)| name == field)
                .unwrap_or(&("", 0.0, 0.0));
            let (left, bottom) = now[field];
            assert!(
                (left - x - dx).abs() < 0.01 && (bottom - y - dy).abs() < 0.01,
                "{field}"
            );
        }
    };

    for (nudge, code) in [
        ("seal=60,0", "seal_cover"),
        ("seal=-30,0", "seal_cover"),
        ("number=-160,0", "mark_outside"),
        ("number=1000,0", "bad_argument"),
        ("corner=1,1", "mark_fixed"),
    ] {
        clerk.refused(["nudge", &id, nudge], code);
    }
    clerk.ok([
        "nudge",
        &id,
        "number=2,1",
        "date=-1.5,0",
        "signature=6,0",
        "seal=1,0",
    ]);
    clerk.ok(["handover", "out", &id]);
    moved(&[
        ("vb_so", 2.0, 1.0),
        ("vb_ngay", -1.5, 0.0),
        ("vb_thang", -1.5, 0.0),
        ("ky_lanhdao", 6.0, 0.0),
        ("ky_condau", 7.0, 0.0),
    ]);

    leader.ok(["handover", "in"]);
    let waiting = rows(&leader, "outbox", "to-sign")[0]["key"]["id"].to_string();
    let sign = ["sign-documents", &waiting, "--pin-env", PIN_VARIABLE];
    leader.refused(sign.iter().chain(&["--nudge", "seal=1,0"]), "mark_fixed");
    leader.ok(sign.iter().chain(&["--nudge", "signature=0,4"]));
    clerk.ok(["handover", "in"]);
    let signed = [
        ("vb_so", 2.0, 1.0),
        ("vb_ngay", -1.5, 0.0),
        ("vb_thang", -1.5, 0.0),
        ("ky_lanhdao", 6.0, 4.0),
        ("ky_condau", 7.0, 4.0),
    ];
    moved(&signed);

    let seal = ["seal", &id, "--pin-env", PIN_VARIABLE];
    clerk.refused(seal.iter().chain(&["--nudge", "seal=1,0"]), "mark_fixed");
    clerk.refused(seal.iter().chain(&["--nudge", "date=0,9"]), "mark_outside");
    clerk.ok(seal.iter().chain(&["--nudge", "number=3,0"]));
    moved(&signed);
    office.assert_judged(&office.folder().join("saved.pdf"), 2);
    let told = clerk.ok(["show", "out", &id])["timeline"].to_string();
    assert!(told.contains("Chỉnh vị trí: number +3.0 +0.0 pt"), "{told}");
}

/// Boxes around what was added to a page, in pixels from the upper left.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Marks {
    /// Number, day and month, in black.
    numbers: [usize; 4],
    /// The leader's mark, in blue.
    signature: [usize; 4],
    /// The seal, in red.
    seal: [usize; 4],
}

impl Marks {
    fn between(draft: &Path, sealed: &Path) -> Marks {
        let (before, after) = (picture(draft), picture(sealed));
        let around = |rows: std::ops::Range<usize>, is: &dyn Fn(&[u8]) -> bool| {
            let mut found = [usize::MAX, usize::MAX, 0, 0];
            for (at, (old, new)) in before.chunks(3).zip(after.chunks(3)).enumerate() {
                let (x, y) = (at % A4.0, at / A4.0);
                let added = old
                    .iter()
                    .zip(new)
                    .any(|(old, new)| old.abs_diff(*new) > 60);
                if added && rows.contains(&y) && is(new) {
                    let [x0, y0, x1, y1] = found;
                    found = [x0.min(x), y0.min(y), x1.max(x), y1.max(y)];
                }
            }
            assert!(found[0] < found[2], "nothing was added");
            found
        };
        Marks {
            numbers: around(0..HEAD, &|new| new.iter().all(|part| *part < 110)),
            signature: around(HEAD..A4.1, &|new| new[2] > 90 && new[0] < 100),
            seal: around(HEAD..A4.1, &|new| {
                new[0] > 150 && new[1] < 120 && new[2] < 120
            }),
        }
    }

    /// Whether no edge is further off than the letters of two numbers differ in width.
    fn near(&self, other: &Marks) -> bool {
        const PIXELS: usize = 4;
        let pairs = [
            (self.numbers, other.numbers),
            (self.signature, other.signature),
            (self.seal, other.seal),
        ];
        pairs
            .iter()
            .all(|(a, b)| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= PIXELS))
    }
}

/// The first page as red, green and blue, drawn by poppler, which knows no /UserUnit.
fn picture(pdf: &Path) -> Vec<u8> {
    let (pixels, size) = drawn(pdf, 72);
    let (pixels, size) = match size {
        A4 => (pixels, size),
        _ => drawn(pdf, 144),
    };
    assert_eq!(size, A4, "{}", pdf.display());
    pixels
}

fn drawn(pdf: &Path, dpi: u32) -> (Vec<u8>, (usize, usize)) {
    let mut poppler = Command::new("pdftoppm");
    poppler.args(["-png", "-singlefile", "-cropbox", "-r", &dpi.to_string()]);
    let output = poppler.arg(pdf).output().expect("pdftoppm starts");
    let decoder = png::Decoder::new(Cursor::new(output.stdout));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let drawn = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(drawn.color_type, png::ColorType::Rgb);
    (pixels, (drawn.width as usize, drawn.height as usize))
}
