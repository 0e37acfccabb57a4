//! The real process is killed at its worst moments; the next start goes on and says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use trien_practice::axis::Registry;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::Store;
use trien_tests::{Desk, Office, PIN_VARIABLE, assert_disk, code_of, rows};

const SIGKILL: i32 = 9;

/// Runs a command that is killed at a named point.
fn killed(desk: &Desk, point: &str, arguments: &[&str]) {
    let mut command = desk.command();
    let status = command
        .args(arguments)
        .env("TRIEN_KILL_AT", point)
        .output()
        .unwrap()
        .status;
    assert_eq!(status.signal(), Some(SIGKILL), "{point}: {status}");
}

fn codes(report: &Value) -> Vec<String> {
    let notices = report["notices"].as_array().unwrap();
    notices
        .iter()
        .map(|n| n["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The book's numbers.
fn numbers(desk: &Desk) -> Vec<String> {
    let book = desk.ok(["register", "out"]);
    let rows = book["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row[0].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn killed_while_receiving_each_document_is_taken_in_and_acknowledged_once() {
    for (point, fault) in [
        ("receive.after_blob", "killed after blob rename"),
        ("receive.after_admit", "killed after admit"),
    ] {
        let mut office = Office::new();
        let clerk = office.clerk();
        let before = rows(&clerk, "inbox", "to-accept").len();
        let copies = [office.plant_letter(900), office.plant_letter(901)];
        killed(&clerk, point, &["sync"]);
        let report = clerk.ok(["sync"]);
        assert_eq!(codes(&report), [code_of(fault)], "{report}");
        let inbox = rows(&clerk, "inbox", "to-accept");
        assert_eq!(inbox.len(), before + 2, "{point}");
        for copy in copies {
            assert_eq!(office.acknowledgements(&copy), 1, "{point}: {copy}");
        }
        for row in &inbox {
            clerk.ok(["accept", &row["key"]["id"].to_string()]);
        }
        let book = clerk.ok(["register", "in"]);
        assert_eq!(
            book["rows"].as_array().unwrap().len(),
            inbox.len(),
            "{point}"
        );
        let quiet = clerk.ok(["sync"]);
        assert_eq!(codes(&quiet), Vec::<String>::new(), "told once: {quiet}");
    }
}

#[test]
fn killed_while_signing_sealing_and_sending_the_answer_leaves_once_under_one_number() {
    let office = Office::new();
    let (clerk, leader, receiver) = (office.clerk(), office.leader(), office.receiver());
    clerk.ok(["sync"]);
    let [id, at_leader] = office.answer_at_the_leaders();
    let unfinished = code_of("killed after the token signed");

    let sign = ["sign-documents", &at_leader, "--pin-env", PIN_VARIABLE];
    let before = saved(&office, &leader, &at_leader);
    for point in ["sign.after_token", "sign.before_step"] {
        killed(&leader, point, &sign);
        let row = rows(&leader, "outbox", "to-sign").remove(0);
        assert_eq!(row["error"], unfinished, "{point}");
        let now = saved(&office, &leader, &at_leader);
        assert_eq!(now, before, "{point}: the file is as it was");
    }
    killed(&leader, "sign.after_step", &sign);
    assert_eq!(rows(&leader, "outbox", "signed")[0]["error"], Value::Null);
    leader.ok(["handover", "out"]);
    let take_in = ["handover", "in"];
    for point in [
        "handover.before_take_in",
        "handover.after_take_in",
        "handover.before_clear",
    ] {
        killed(&clerk, point, &take_in);
    }
    let report = clerk.ok(take_in);
    assert_eq!(report["refused"], json!([]), "{report}");
    assert_eq!(packages(&office.handover()), Vec::<PathBuf>::new());

    let seal = ["seal", &id, "--pin-env", PIN_VARIABLE];
    let before = saved(&office, &clerk, &id);
    killed(&clerk, "number.before_reserve", &seal);
    let row = rows(&clerk, "outbox", "to-number").remove(0);
    assert_eq!(row["error"], Value::Null, "nothing was begun: {row}");
    killed(&clerk, "number.after_reserve", &seal);
    let row = rows(&clerk, "outbox", "to-number").remove(0);
    let code = row["code"].as_str().unwrap().to_owned();
    assert_eq!(row["error"], unfinished_number(), "{row}");
    for point in ["sign.after_token", "number.before_book"] {
        killed(&clerk, point, &seal);
        let row = rows(&clerk, "outbox", "to-number").remove(0);
        assert_eq!(
            [&row["error"], &row["code"]],
            [unfinished.as_str(), code.as_str()],
            "{point}: {row}"
        );
        let now = saved(&office, &clerk, &id);
        assert_eq!(now, before, "{point}: the file is as it was");
        assert_eq!(numbers(&clerk), Vec::<String>::new(), "{point}");
    }
    killed(&clerk, "number.after_book", &seal);
    let row = rows(&clerk, "outbox", "to-send").remove(0);
    assert_eq!(
        [&row["error"], &row["code"]],
        [&Value::Null, &code.as_str().into()],
        "{row}"
    );
    clerk.refused(seal, "not_now");
    assert_eq!(
        numbers(&clerk),
        [code.as_str()],
        "neither skipped nor doubled"
    );

    clerk.ok(["send", &id]);
    killed(&clerk, "send.after_axis", &["sync"]);
    let report = clerk.ok(["sync"]);
    let interrupted = code_of("killed after the axis took the send");
    assert_eq!(codes(&report), [interrupted.as_str()], "{report}");
    assert_eq!(
        clerk.ok(["tracking", &id])["troubles"][0]["error"]["code"],
        interrupted
    );
    assert_eq!(rows(&clerk, "outbox", "send-trouble").len(), 1);
    assert_eq!(receiver.ok(["sync"])["received"], 1);
    clerk.ok(["sync"]);
    let row = &clerk.ok(["tracking", &id])["rows"][0];
    assert_eq!(row["delivery"], "fetched", "{row}");
    assert_eq!(rows(&clerk, "outbox", "send-trouble").len(), 0);
    assert_eq!(
        office.documents_from(COMMUNE.id).len(),
        1,
        "one send in the ledger"
    );
    assert_eq!(rows(&receiver, "inbox", "to-accept").len(), 1);
    for desk in [&clerk, &leader] {
        judge_disk(desk);
    }
}

/// The hand-over packages that lie in a folder, to be signed or signed.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let ways = std::fs::read_dir(folder).unwrap();
    let ways = ways
        .map(|way| way.unwrap().path())
        .filter(|way| way.is_dir());
    ways.flat_map(|way| std::fs::read_dir(way).unwrap())
        .map(|package| package.unwrap().path())
        .collect()
}

/// The file is sound; after a sweep no blob is without its row, and all rows have their blobs.
fn judge_disk(desk: &Desk) {
    let store = Store::open(desk.data()).unwrap();
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
    let later = SystemTime::now() + Duration::from_secs(3600);
    store.blobs().sweep(later, Duration::ZERO).unwrap();
    assert_disk(desk.data());
}

fn unfinished_number() -> String {
    code_of("killed after number reserved")
}

/// The newest file of a document of ours.
fn saved(office: &Office, desk: &Desk, id: &str) -> Vec<u8> {
    let file = office.folder().join("saved.pdf");
    desk.ok(["show", "out", id, "--save", &file.display().to_string()]);
    std::fs::read(file).unwrap()
}

/// A clerk's steps, each at its points: killed there, it was taken whole or not at all, and is asked for again.
#[test]
fn killed_at_a_clerks_step_it_is_taken_once() {
    let mut office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    for number in [900, 901] {
        office.plant_letter(number);
    }
    clerk.ok(["sync"]);
    let letters = rows(&clerk, "inbox", "to-accept");
    let points = ["accept.before_register", "accept.after_register"];
    for (letter, point) in letters.iter().zip(points) {
        let accept = ["accept", &letter["key"]["id"].to_string()];
        killed(&clerk, point, &accept);
        clerk.ok(accept);
    }
    let book = clerk.ok(["register", "in"]);
    assert_eq!(
        book["rows"].as_array().unwrap().len(),
        points.len(),
        "{book}"
    );

    let bad = include_bytes!("../corpus/packages/no-xml.edxml");
    for (n, point) in ["receive.before_stop", "receive.after_stop"]
        .into_iter()
        .enumerate()
    {
        office.plant_for_commune(bad);
        killed(&clerk, point, &["sync"]);
        clerk.ok(["sync"]);
        assert_eq!(rows(&clerk, "inbox", "unreadable").len(), n + 1, "{point}");
    }
    // Its sender is told that a package comes back, before the axis is: perhaps twice, never not at all.
    let nameless = include_bytes!("../corpus/packages/lacks-attachment.edxml");
    let copy = office.plant_for_commune(nameless);
    clerk.ok(["sync"]);
    let package = rows(&clerk, "inbox", "unreadable")[0]["key"]["id"].to_string();
    clerk.ok(["return-package", &package, "--reason", "Thiếu tệp"]);
    let known = office.statuses_from(COMMUNE.id).len();
    for (point, told) in [("return.before_status", 0), ("return.after_status", 1)] {
        killed(&clerk, point, &["sync"]);
        assert_eq!(
            office.statuses_from(COMMUNE.id).len(),
            known + told,
            "{point}"
        );
        assert_eq!(office.returned(&copy), 0, "{point}");
    }
    clerk.ok(["sync"]);
    assert_eq!(office.statuses_from(COMMUNE.id).len(), known + 2);
    assert_eq!(office.returned(&copy), 1);

    // Three looks that the program did not survive are enough; then its clerk has the package read again.
    office.plant_for_commune(office.letter(950).as_bytes());
    for _ in 0..3 {
        killed(&clerk, "receive.after_attempt", &["sync"]);
    }
    clerk.ok(["sync"]);
    let set_aside = rows(&clerk, "inbox", "unreadable");
    assert_eq!(set_aside.len(), 3);
    clerk.ok(["read-again", &set_aside[0]["key"]["id"].to_string()]);
    assert_eq!(rows(&clerk, "inbox", "unreadable").len(), 2);

    let mut registry = Registry::load(&office.axis_folder()).unwrap();
    registry.fill(60);
    registry.save(&office.axis_folder()).unwrap();
    office.start_axis();
    let units = registry.directory.iter().filter(|unit| !unit.deleted).rev();
    let before = office.documents_from(DEPARTMENT.id).len();
    for (unit, point) in units.zip(["dispatch.before_add", "dispatch.after_add"]) {
        let send = ["send", "1", "--to", &unit.code];
        killed(&sender, point, &send);
        // What was put into the queue is not put there again.
        sender.run(send);
        let lost = json!({ "kind": "drop_after" });
        office.plan(&json!([{ "function": "sendEdoc", "messagetype": "edoc", "fault": lost }]));
        sender.ok(["sync"]);
        office.plan(&json!([]));
        for point in ["settle.before", "settle.after"] {
            let tracking = sender.ok(["tracking", "1"]);
            let settle = tracking["troubles"].as_array().unwrap().iter();
            for trouble in settle {
                let send = trouble["send"].to_string();
                killed(&sender, point, &["settle", &send, "count-as-sent"]);
            }
        }
        assert_eq!(sender.ok(["tracking", "1"])["troubles"], json!([]));
    }
    assert_eq!(office.documents_from(DEPARTMENT.id).len(), before + 2);
}

/// The answer to a recall and what it does are one step: killed before it nothing was said, killed after it all was.
#[test]
fn killed_while_deciding_what_a_sender_asks_the_sender_is_answered_once() {
    let office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    clerk.ok(["sync"]);
    let points = ["change.before_decide", "change.after_decide"];
    for (due, point) in ["2027-01-15", "2027-01-22"].into_iter().zip(points) {
        sender.ok(["update", "1", "--reason", "Lùi hạn", "--due", due]);
        sender.ok(["sync"]);
        clerk.ok(["sync"]);
        let asking = rows(&clerk, "inbox", "to-accept").into_iter();
        let asking = asking
            .filter(|row| !row["hint"].is_null())
            .map(|row| row["key"]["id"].to_string())
            .next()
            .unwrap();
        let shown = clerk.ok(["show", "in", &asking]);
        let request = shown["banners"][0]["request"].to_string();
        let agree = ["change", &request, "agree"];
        killed(&clerk, point, &agree);
        clerk.run(agree);
        clerk.refused(agree, "not_now");
        clerk.ok(["sync"]);
    }
    let answers = office.statuses_from(COMMUNE.id).into_iter();
    let answers = answers.filter(|status| {
        let package = status["sha256"].as_str().unwrap();
        let package = std::fs::read_to_string(office.axis_folder().join("packages").join(package));
        package.unwrap().contains("<edXML:StatusCode>15<")
    });
    assert_eq!(answers.count(), points.len());
}

/// A recall, an update, a replacement: killed before it stands in the queue nobody is asked, killed after it each receiver
/// is, once.
#[test]
fn killed_while_asking_receivers_for_something_each_is_asked_once() {
    let office = Office::new();
    let sender = office.receiver();
    let elsewhere = ["--to", "000.00.05.H99"];
    let why = ["--reason", "Sai nội dung"];
    let replace = [&["replace", "2", "--old", "1"], &elsewhere[..], &why].concat();
    let update = [&["update", "1", "--due", "2027-01-15"], &why[..]].concat();
    let recall = [&["recall", "1"], &why[..]].concat();
    let operation = ["operation.before_add", "operation.after_add"];
    let sent = || office.documents_from(DEPARTMENT.id).len();
    for (act, [before, after]) in [
        (replace, operation),
        (update, operation),
        (recall, ["recall.before_add", "recall.after_add"]),
    ] {
        let known = sent();
        killed(&sender, before, &act);
        assert_eq!(sender.ok(["sync"])["sent"], 0, "{before}: {act:?}");
        killed(&sender, after, &act);
        if act[0] != "update" {
            // What stands in the queue is not put there again. (What changed may change once more.)
            sender.refused(&act, "not_now");
        }
        assert_eq!(sender.ok(["sync"])["sent"], 1, "{after}: {act:?}");
        assert_eq!(sent(), known + 1, "{act:?}");
    }
    judge_disk(&sender);
}

/// A point that no test kills at proves nothing.
#[test]
fn every_named_point_is_killed_at() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut points, mut tests) = (BTreeSet::new(), String::new());
    for source in sources(root) {
        let text = std::fs::read_to_string(&source).unwrap();
        if source.components().any(|part| part.as_os_str() == "tests") {
            tests.push_str(&text);
        } else {
            let named = text
                .split("fault::point(\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned());
            points.extend(named);
        }
    }
    assert!(points.len() >= 55, "{points:?}");
    // With its count where it is passed more than once.
    let killed_at = |point: &String| {
        tests.contains(&format!("\"{point}\"")) || tests.contains(&format!("\"{point}:"))
    };
    points.retain(|point| !killed_at(point));
    assert_eq!(points, BTreeSet::new());
}

/// The Rust files of the members and of the scenarios.
fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn a_status_cut_short_is_told_again_and_reaches_its_receiver() {
    let mut office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    sender.ok(["sync"]);
    office.plant_letter(900);
    killed(&clerk, "send.after_axis", &["sync"]);
    let report = clerk.ok(["sync"]);
    assert_eq!(report["troubles"], 0, "{report}");
    assert_eq!(sender.ok(["sync"])["statuses"], 1, "the status 01, once");
}
