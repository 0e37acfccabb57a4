//! Attachments sealed with their document, stamps of urgency, and electronic copies.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_tests::papers::{plain, scan};
use trien_tests::{Desk, Office, PIN_VARIABLE, rows};

/// Writes a file into the office's folder and gives its path.
fn put(office: &Office, name: &str, bytes: &[u8]) -> String {
    let path = office.folder().join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

/// The lines that poppler reads on the pages as shown, with single spaces.
fn lines(pdf: &Path) -> Vec<String> {
    let mut poppler = Command::new("pdftotext");
    let output = poppler.arg("-layout").arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let single_spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(single_spaced).collect()
}

fn seal(clerk: &Desk, id: &str) {
    clerk.ok(["seal", id, "--pin-env", PIN_VARIABLE]);
}

/// The newest file of a document of ours.
fn saved(office: &Office, id: &str) -> PathBuf {
    let path = office.folder().join(format!("saved-{id}.pdf"));
    let save = path.display().to_string();
    office.clerk().ok(["show", "out", id, "--save", &save]);
    path
}

#[test]
fn attachments_are_sealed_with_their_document_and_the_package_carries_them() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let answer = office.drafts().join("tra-loi.pdf").display().to_string();
    let appendix = put(&office, "phu-luc.pdf", &plain("PHỤ LỤC", None).unwrap());
    let plan = plain("KẾ HOẠCH", Some("Trang bìa")).unwrap();
    let plan = put(&office, "ke-hoach.pdf", &plan);
    let table = put(&office, "bieu-mau.xlsx", b"PK\x03\x04 cells");
    let mut form = vec!["draft", &answer, "--subject", "V/v thử", "--signatory", "1"];
    form.extend([
        "--notation",
        "UBND-VP",
        "--urgency",
        "3",
        "--to",
        DEPARTMENT.id,
    ]);
    for file in [&appendix, &plan, &table] {
        form.extend(["--attach", file]);
    }
    let id = clerk.ok(form)["id"].to_string();
    clerk.ok(["handover", "out", &id]);
    leader.ok(["handover", "in"]);
    let waiting = rows(&leader, "outbox", "to-sign")[0]["key"]["id"].to_string();
    let before = office.folder().join("before-the-leader");
    fs::create_dir(&before).unwrap();
    let folder = before.display().to_string();
    leader.ok(["show", "out", &waiting, "--attachments", &folder]);
    for file in [&appendix, &plan, &table] {
        let name = Path::new(file).file_name().unwrap();
        let seen = fs::read(before.join(name)).unwrap();
        assert_eq!(
            seen,
            fs::read(file).unwrap(),
            "the leader sees what is attached"
        );
    }
    leader.ok(["sign-documents", &waiting, "--pin-env", PIN_VARIABLE]);
    clerk.ok(["handover", "in"]);
    seal(&clerk, &id);
    clerk.refused(["attach", &id, &table], "not_now");

    let main = saved(&office, &id);
    office.assert_judged(&main, 2);
    let text = lines(&main);
    assert!(
        text.iter().any(|line| line.contains("HỎA TỐC")),
        "{text:#?}"
    );

    let sealed = office.folder().join("sealed");
    fs::create_dir(&sealed).unwrap();
    let folder = sealed.display().to_string();
    clerk.ok(["show", "out", &id, "--attachments", &folder]);
    for name in ["phu-luc.pdf", "ke-hoach.pdf"] {
        office.assert_judged(&sealed.join(name), 1);
        let text = lines(&sealed.join(name));
        assert!(
            text.iter().any(|line| line.ends_with("01/UBND-VP")),
            "{text:#?}"
        );
        assert!(
            text.iter().any(|line| line.ends_with("+07:00")),
            "{text:#?}"
        );
    }
    assert_eq!(
        fs::read(sealed.join("bieu-mau.xlsx")).unwrap(),
        b"PK\x03\x04 cells"
    );

    clerk.ok(["send", &id]);
    clerk.ok(["sync"]);
    let receiver = office.receiver();
    receiver.ok(["sync"]);
    let arrived = rows(&receiver, "inbox", "to-accept")[0]["key"]["id"].to_string();
    let came = office.folder().join("came");
    fs::create_dir(&came).unwrap();
    let folder = came.display().to_string();
    receiver.ok(["show", "in", &arrived, "--attachments", &folder]);
    let same =
        |name: &str| fs::read(came.join(name)).unwrap() == fs::read(sealed.join(name)).unwrap();
    assert!(same("phu-luc.pdf") && same("ke-hoach.pdf"));
}

#[test]
fn copies_get_their_own_numbers_and_the_organs_text_in_the_corner() {
    let office = Office::new();
    let clerk = office.clerk();
    let fine = put(
        &office,
        "quet.pdf",
        &scan((1654, 2339), "DeviceRGB").unwrap(),
    );
    let coarse = put(&office, "mo.pdf", &scan((1240, 1754), "DeviceRGB").unwrap());
    let grey = put(
        &office,
        "xam.pdf",
        &scan((1654, 2339), "DeviceGray").unwrap(),
    );
    let extract = put(&office, "trich.pdf", &plain("Điều 3.", None).unwrap());
    fn copy<'a>(file: &'a str, form: &'a str, notation: &'a str) -> Vec<&'a str> {
        let mut arguments = vec!["copy", file, "--form", form, "--notation", notation];
        arguments.extend(["--subject", "V/v thử", "--to", DEPARTMENT.id]);
        arguments
    }
    for unfit in [&coarse, &grey, &extract] {
        clerk.refused(copy(unfit, "sao-y", "SY-UBND"), "copy_scan_unfit");
    }
    let id = clerk.ok(copy(&fine, "sao-y", "SY-UBND"))["id"].to_string();
    seal(&clerk, &id);
    let sao_y = saved(&office, &id);
    office.assert_judged(&sao_y, 1);
    let text = lines(&sao_y);
    for line in ["SAO Y", COMMUNE.name] {
        assert!(text.iter().any(|shown| shown == line), "{line}: {text:#?}");
    }
    assert!(
        text.iter().any(|line| line.ends_with("+07:00")),
        "{text:#?}"
    );

    // The second copy of the year, whatever its form; the mark gives way to that of the sao y.
    let path = sao_y.display().to_string();
    clerk.refused(copy(&path, "sao-y", "SY-UBND"), "copy_of_electronic");
    let id = clerk.ok(copy(&path, "sao-luc", "SL-UBND"))["id"].to_string();
    seal(&clerk, &id);
    let sao_luc = saved(&office, &id);
    office.assert_judged(&sao_luc, 2);
    let text = lines(&sao_luc);
    let place = |wanted: &str| text.iter().position(|line| line == wanted);
    assert!(place("SAO Y") < place("SAO LỤC"), "{text:#?}");

    let id = clerk.ok(copy(&extract, "trich-sao", "TrS-UBND"))["id"].to_string();
    seal(&clerk, &id);
    office.assert_judged(&saved(&office, &id), 1);
    let book = clerk.ok(["register", "out"]);
    let codes: Vec<_> = (0..3)
        .map(|line| book["rows"][line][0].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["03/TrS-UBND", "02/SL-UBND", "01/SY-UBND"],
        "{book:#}"
    );
    clerk.ok(["send", &id]);
}
