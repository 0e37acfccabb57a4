//! Packages that cannot be taken up, and documents that come twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use time::OffsetDateTime;
use trien_domain::OrganId;
use trien_edxml::{Attachment, Limits, Message, write_document};
use trien_practice::office::COMMUNE;
use trien_store::{NewRaw, RawState, Store};
use trien_tests::papers::plain;
use trien_tests::{Desk, Office, code_of, rows};

const BAD: [(&str, &str); 6] = [
    ("no-xml", "a package that is no XML"),
    ("dtd", "a package with a DTD"),
    ("lacks-attachment", "a package that lacks its attachment"),
    ("unsafe-name", "a package that names ../../x"),
    ("secret", "a package that looks secret"),
    ("invalid", "a package invalid otherwise"),
];

/// What `secret.edxml` is about.
const SECRET_SUBJECT: &str = "V/v báo cáo công tác văn thư năm 2026";
/// The last part of the path that `unsafe-name.edxml` names an attachment.
const UNSAFE_NAME: &str = "PL1.xlsx";

fn corpus(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/packages");
    std::fs::read(folder.join(format!("{name}.edxml"))).unwrap()
}

/// How many files of a name lie in a folder and below.
fn named(folder: &Path, name: &str) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let found = entries.map(|entry| entry.unwrap().path()).map(|path| {
        let below = if path.is_dir() { named(&path, name) } else { 0 };
        below + usize::from(path.file_name().is_some_and(|of| of == name))
    });
    found.sum()
}

/// The statuses 02 that the commune told, as packages.
fn refusals(office: &Office) -> Vec<String> {
    let statuses = office.statuses_from(COMMUNE.id).into_iter();
    let packages = statuses.map(|status| office.package(&status));
    packages
        .filter(|package| package.contains("<edXML:StatusCode>02<"))
        .collect()
}

#[test]
fn each_bad_package_is_set_aside_by_its_own_code_and_acknowledged_only_when_dismissed() {
    let text = |file: &str| String::from_utf8(corpus(file)).unwrap();
    assert!(text("secret").contains(SECRET_SUBJECT));
    assert!(text("unsafe-name").contains(&format!("../../{UNSAFE_NAME}<")));
    let mut office = Office::new();
    let copies: BTreeMap<String, String> = BAD
        .iter()
        .map(|(file, fault)| (office.plant_for_commune(&corpus(file)), code_of(fault)))
        .collect();
    office.plant_letter(900);
    let clerk = office.clerk();

    let first = clerk.ok(["sync"]);
    assert_eq!(first["unreadable"], BAD.len(), "{first}");
    assert_eq!(
        first["received"], 1,
        "a good letter comes past bad packages"
    );
    let set_aside = rows(&clerk, "inbox", "unreadable");
    let told: BTreeMap<String, String> = set_aside
        .iter()
        .map(|row| {
            (
                row["who"].as_str().unwrap().to_owned(),
                row["error"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(told, copies, "each copy by its code");
    assert!(set_aside.iter().all(|row| row["hint"]["vi"].is_string()));
    let secret = set_aside
        .iter()
        .find(|row| row["error"] == code_of("a package that looks secret").as_str());
    let told = secret.unwrap().to_string();
    assert!(!told.contains(SECRET_SUBJECT), "{told}");
    // What a name from a package points to is neither in the office nor above it.
    let above = office.folder().parent().unwrap();
    assert!(!above.join(UNSAFE_NAME).exists());
    assert_eq!(named(office.folder(), UNSAFE_NAME), 0);

    let second = clerk.ok(["sync"]);
    assert_eq!(
        [&second["unreadable"], &second["received"]],
        [0, 0],
        "{second}"
    );
    assert!(copies.keys().all(|copy| office.acknowledgements(copy) == 0));

    let dismissed = set_aside[0]["who"].as_str().unwrap();
    let id = set_aside[0]["key"]["id"].to_string();
    clerk.refused(["dismiss", &id, "--reason", " "], "reason_missing");
    clerk.ok(["dismiss", &id, "--reason", "Đã gọi điện cho nơi gửi"]);
    clerk.ok(["sync"]);
    for copy in copies.keys() {
        let expected = usize::from(copy == dismissed);
        assert_eq!(office.acknowledgements(copy), expected, "{copy}");
    }
    assert_eq!(rows(&clerk, "inbox", "unreadable").len(), BAD.len() - 1);

    // Others go back: the axis is told, and the sender where the package says whose it is.
    for (file, told) in [("no-xml", 0), ("lacks-attachment", 1), ("secret", 1)] {
        let (_, fault) = BAD.iter().find(|(name, _)| *name == file).unwrap();
        let code = code_of(fault);
        let row = set_aside.iter().find(|row| row["error"] == code.as_str());
        let [copy, id] = [&row.unwrap()["who"], &row.unwrap()["key"]["id"]];
        let (copy, id) = (copy.as_str().unwrap(), id.to_string());
        let acts = clerk.ok(["show", "package", &id])["acts"].clone();
        assert!(
            acts.as_array().unwrap().contains(&"return".into()),
            "{acts}"
        );
        clerk.refused(["return-package", &id, "--reason", " "], "reason_missing");
        clerk.ok(["return-package", &id, "--reason", "Tệp hỏng, gửi lại"]);
        clerk.refused(["return-package", &id, "--reason", "Lần nữa"], "not_now");
        let before = refusals(&office).len();
        clerk.ok(["sync"]);
        assert_eq!(office.acknowledgements(copy), 0, "{file}: not as done");
        assert_eq!(office.returned(copy), 1, "{file}");
        let refusals = refusals(&office);
        assert_eq!(refusals.len() - before, told, "{file}");
        if told > 0 {
            let status = refusals.last().unwrap();
            assert!(status.contains("Tệp hỏng, gửi lại"), "{file}: {status}");
        }
    }
    let told = office.receiver().ok(["sync"]);
    assert_eq!(told["troubles"], 0, "{told}");
    assert_eq!(rows(&clerk, "inbox", "unreadable").len(), BAD.len() - 4);
}

#[test]
fn a_document_that_comes_again_is_noted_and_acknowledged_and_stands_in_the_inbox_once() {
    let mut office = Office::new();
    let letter = office.letter(900);
    let same_code = letter.replace("-900", "-901");
    assert_ne!(same_code, letter);
    office.plant_for_commune(letter.as_bytes());
    let again = [
        office.plant_for_commune(letter.as_bytes()),
        office.plant_for_commune(same_code.as_bytes()),
    ];
    let clerk = office.clerk();
    let before = rows(&clerk, "inbox", "to-accept").len();

    let report = clerk.ok(["sync"]);
    assert_eq!(
        [&report["received"], &report["duplicates"]],
        [1, 2],
        "{report}"
    );
    assert_eq!(report["notices"][0]["code"], code_of("duplicate delivery"));
    assert_eq!(report["notices"].as_array().unwrap().len(), 1, "told once");
    assert_eq!(rows(&clerk, "inbox", "to-accept").len(), before + 1);
    for copy in again {
        assert_eq!(office.acknowledgements(&copy), 1);
    }
    let report = clerk.ok(["sync"]);
    assert_eq!(
        [&report["received"], &report["duplicates"]],
        [0, 0],
        "{report}"
    );
}

#[test]
fn a_document_is_found_by_what_is_in_the_files_beside_it() {
    let mut office = Office::new();
    let mut package = trien_edxml::read(office.letter(900).as_bytes(), &Limits::default()).unwrap();
    let Message::Document(facts) = &package.message else {
        panic!("a letter is a document");
    };
    let table = plain("Phụ lục: trạm bơm Đồng Nẫm", None).unwrap();
    let table = Attachment::of_file("phu-luc.pdf", "Phụ lục", table).unwrap();
    package.attachments.push(table);
    let sent = write_document(facts, &package.attachments, OffsetDateTime::now_utc());
    office.plant_for_commune(&sent);
    let clerk = office.clerk();
    let found = |typed: &str| {
        let page = clerk.ok(["search", typed]);
        page["rows"].as_array().unwrap().len()
    };
    assert_eq!(found("trạm bơm"), 0);
    clerk.ok(["sync"]);
    assert_eq!(found("tram bom dong nam"), 1);
}

/// A sender whose packages all wait for a person has more of them than a round fetches.
#[test]
fn packages_that_wait_for_a_person_keep_no_letter_waiting() {
    let mut office = Office::new();
    let clerk = office.clerk();
    clerk.ok(["sync"]);
    let hostile = office.plant_copies(&corpus("no-xml"), 505);
    set_aside(&clerk, &hostile);
    office.plant_letter(900);
    let report = clerk.ok(["sync"]);
    assert_eq!(report["received"], 1, "{report}");
}

/// Leaves packages as rounds before did that could not read them.
fn set_aside(desk: &Desk, copies: &[String]) {
    let store = Store::open(desk.data()).unwrap();
    let blob = store.blobs().put(&corpus("no-xml")).unwrap();
    let message = |copy: &String| NewRaw {
        organ: OrganId::new(COMMUNE.id).unwrap(),
        axis_id: copy.clone(),
        message_type: "edoc".to_owned(),
        blob,
    };
    let messages: Vec<NewRaw> = copies.iter().map(message).collect();
    let kept = store.raw().keep_all(&messages, OffsetDateTime::now_utc());
    for raw in kept.unwrap() {
        let stopped = RawState::Unreadable;
        store
            .raw()
            .stop(raw.unwrap().id, stopped, "no XML")
            .unwrap();
    }
}

#[test]
fn a_package_that_the_disk_spoilt_is_set_aside_and_letters_come_and_are_answered_meanwhile() {
    let mut office = Office::new();
    let clerk = office.clerk();
    clerk.ok(["sync"]);
    let (before, told) = (
        rows(&clerk, "inbox", "to-accept").len(),
        office.statuses_from(COMMUNE.id).len(),
    );
    office.plant_letter(900);
    let mut round = clerk.command();
    round.arg("sync").env("TRIEN_KILL_AT", "receive.after_row");
    assert_eq!(round.output().unwrap().status.signal(), Some(9));
    let store = Store::open(clerk.data()).unwrap();
    let us = OrganId::new(COMMUNE.id).unwrap();
    let kept = store.raw().unfinished(&us).unwrap().remove(0);
    std::fs::write(store.blobs().path(&kept.message.blob), b"spoilt").unwrap();

    for n in 1..=2 {
        office.plant_letter(900 + n);
        let outcome = clerk.run(["sync"]);
        assert_eq!(outcome.error_code(), Some("store_corrupt"), "{outcome:#?}");
        let come = before + n as usize;
        assert_eq!(rows(&clerk, "inbox", "to-accept").len(), come);
        assert_eq!(office.statuses_from(COMMUNE.id).len(), told + n as usize);
    }
    let report = clerk.ok(["sync"]);
    assert_eq!(report["unreadable"], 1, "{report}");
    assert_eq!(rows(&clerk, "inbox", "unreadable").len(), 1);
}
