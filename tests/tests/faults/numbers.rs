//! Numbers are not lost to failures.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::number::{printed_day, printed_month};
use trien_practice::office::COMMUNE;
use trien_practice::pki::softtoken::TokenFolder;
use trien_tests::PIN_VARIABLE;

use crate::gate::signed_at;
use crate::world::{WRONG_PIN, World, seal_of};

#[test]
fn a_number_stays_with_its_file_until_the_seal_succeeds() {
    let world = World::new();
    world.put_shim(&world.clerk);
    let first = world.signed();
    // The same draft signed twice in one second is one file, byte for byte, and a file has one number.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = world.signed();
    let before = world.standing(&world.clerk, &first);

    world.follow(&json!({}));
    let outcome = world.run(&world.clerk, seal_of(&first, WRONG_PIN));
    world.assert_refused(&outcome, "wrong PIN");
    assert_eq!(
        number_of(&world, &first),
        "01/UBND-VP",
        "the number is reserved"
    );
    assert_eq!(world.standing(&world.clerk, &first), before);

    world.follow(&json!({ "faults": [{ "function": "C_SignInit", "lose_token": true }] }));
    let outcome = world.run(&world.clerk, seal_of(&first, PIN_VARIABLE));
    world.assert_refused(&outcome, "token pulled while signing");
    assert_eq!(world.logins(), 1);
    assert_eq!(world.standing(&world.clerk, &first), before);

    // Another document in between does not get the reserved number.
    world.follow(&json!({}));
    let sealed = world.ok(&world.clerk, seal_of(&second, PIN_VARIABLE));
    assert_eq!(sealed["code"], "02/UBND-VP");
    let sealed = world.ok(&world.clerk, seal_of(&first, PIN_VARIABLE));
    assert_eq!(
        sealed["code"], "01/UBND-VP",
        "the retry gets the same number"
    );
    assert_eq!(world.logins(), 2, "one for each PIN typed");
}

#[test]
fn a_number_that_is_given_up_stands_in_the_book_with_its_reason() {
    let world = World::new();
    let id = world.signed();
    let outcome = world.run(&world.clerk, seal_of(&id, WRONG_PIN));
    world.assert_refused(&outcome, "wrong PIN");
    let void = |reason: &str| world.run(&world.clerk, ["void-number", &id, "--reason", reason]);
    world.assert_refused(&void(" "), "number given up without a reason");
    assert_eq!(number_of(&world, &id), "01/UBND-VP");

    let reason = "Cấp nhầm sổ";
    assert_eq!(void(reason).code, Some(0));
    let sealed = world.ok(&world.clerk, seal_of(&id, PIN_VARIABLE));
    assert_eq!(
        sealed["code"], "02/UBND-VP",
        "a void number is not used again"
    );
    let book = world.clerk.ok(["register", "out"]);
    let numbers: Vec<(&str, &str)> = book["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(&row[0]), text(&row[9])))
        .collect();
    assert_eq!(numbers, [("02/UBND-VP", ""), ("01", reason)]);
}

/// A leader's clock may run ahead of the clerk's: the document bears the day on which the leader signed.
#[test]
fn a_document_bears_no_day_on_which_its_leader_had_not_signed() {
    let world = World::new();
    let id = world.handed_over();
    let tomorrow = OffsetDateTime::now_utc() + Duration::days(1);
    let token = TokenFolder::prepare(&world.leader.data().join("token")).unwrap();
    let pem = fs::read(world.office.certificate("lanh-dao")).unwrap();
    let certificate = trien_app::plain::certificate(&pem).unwrap();
    let prepared = world.newest_file(&world.clerk, &id);
    let signed = world.scratch("signed-tomorrow.pdf");
    let leader = COMMUNE.leader.name;
    let bytes = signed_at(tomorrow, &prepared, &token, leader, certificate);
    fs::write(&signed, bytes).unwrap();
    let taken = ["take-signed", &id, signed.to_str().unwrap()];
    world.ok(&world.clerk, taken);

    let outcome = world.run(&world.clerk, seal_of(&id, PIN_VARIABLE));
    let day = vietnam_day(tomorrow);
    if day.year() != vietnam_day(OffsetDateTime::now_utc()).year() {
        world.assert_refused(&outcome, "another year than the printed one");
        return;
    }
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let book = world.clerk.ok(["register", "out"]);
    assert_eq!(text(&book["rows"][0][1]), written(day));
    let sealed = world.scratch("sealed-tomorrow.pdf");
    fs::write(&sealed, world.newest_file(&world.clerk, &id)).unwrap();
    let page = page_text(&sealed);
    let line = format!(
        "ngày {} tháng {} năm {}",
        printed_day(day),
        printed_month(day),
        day.year()
    );
    assert!(page.contains(&line), "{line:?} is not in {page}");
}

/// The words of the first page, with single spaces between them.
fn page_text(file: &Path) -> String {
    let mut reader = Command::new("pdftotext");
    reader.args(["-layout", "-l", "1"]).arg(file).arg("-");
    let text = String::from_utf8(reader.output().unwrap().stdout).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number_of(world: &World, id: &str) -> String {
    text(&world.show(&world.clerk, id)["code"]).to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
