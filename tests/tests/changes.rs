//! Recalls, updates, replacements and duplicates: asked by one office, decided by the other's clerk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use serde_json::{Value, json};
use trien_domain::{Operation, Organ};
use trien_edxml::{Limits, Message};
use trien_practice::axis::Registry;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::Store;
use trien_tests::{Desk, Office, rows};

/// The row of a document that came, by its code and what its sender asks.
fn row_of(desk: &Desk, folder: &str, code: &str, asks: bool) -> Value {
    let found = rows(desk, "inbox", folder)
        .into_iter()
        .find(|row| row["code"] == code && row["hint"].is_null() != asks);
    found.unwrap_or_else(|| panic!("{code} in {folder}"))
}

fn id(row: &Value) -> String {
    row["key"]["id"].to_string()
}

fn shown(desk: &Desk, id: &str) -> Value {
    desk.ok(["show", "in", id])
}

/// The code of the department's first letter, which the commune has.
fn first_letter(office: &Office) -> String {
    let letter = office.documents_from(DEPARTMENT.id).remove(0);
    let id = letter["document_id"].as_str().unwrap();
    id.rsplit_once(',').unwrap().1.to_owned()
}

/// The statuses that the commune told the department about its first letter.
fn told(sender: &Desk) -> Vec<String> {
    let row = sender.ok(["tracking", "1"])["rows"][0].clone();
    let cells = row["cells"].as_array().unwrap();
    let codes = cells.iter().map(|cell| cell["code"].as_str().unwrap());
    codes.map(str::to_owned).collect()
}

#[test]
fn a_recall_is_decided_by_the_clerk_freezes_the_document_and_is_answered() {
    let office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    clerk.ok(["sync"]);
    let code = first_letter(&office);
    let letter = id(&row_of(&clerk, "to-accept", &code, false));
    let file = office.folder().join("goc.pdf").display().to_string();
    clerk.ok(["show", "in", &letter, "--save", &file]);
    let carrying = office.drafted_answer(&["--attach", &file]);

    sender.refused(["recall", "1", "--reason", " "], "reason_missing");
    let long = "ộ".repeat(501);
    sender.refused(["recall", "1", "--reason", &long], "bad_argument");
    sender.ok(["recall", "1", "--reason", "Gửi nhầm nơi nhận"]);
    let row = sender.ok(["tracking", "1"])["rows"][0].clone();
    assert_ne!(row["delivery"], "waiting", "the letter itself got there");
    assert_eq!(row["operations"][0]["text"]["en"], "Recall");
    assert_eq!(row["operations"][0]["delivery"], "waiting");
    assert_eq!(sender.ok(["sync"])["sent"], 1);
    let sent = office.package(office.documents_from(DEPARTMENT.id).last().unwrap());
    let recall = trien_edxml::read(sent.as_bytes(), &Limits::default()).unwrap();
    let Message::Document(recall) = recall.message else {
        panic!("a recall is a document");
    };
    let answers: Vec<_> = recall.responds_to.iter().map(|one| &one.id).collect();
    assert_eq!(answers, [&recall.id], "what it recalls");
    assert_eq!(clerk.ok(["sync"])["received"], 1);

    let asks = row_of(&clerk, "to-accept", &code, true);
    let asking = shown(&clerk, &id(&asks));
    let request = asking["banners"][0]["request"].to_string();
    assert_eq!(asking["acts"], json!(["agree_change", "refuse_change"]));
    assert_eq!(asking["banners"][0]["reason"], "Gửi nhầm nơi nhận");
    assert_eq!(shown(&clerk, &letter)["banners"][0]["kind"], "recall_asked");
    clerk.refused(["change", &request, "refuse"], "reason_missing");
    clerk.refused(["accept", &id(&asks)], "not_now");
    clerk.ok(["change", &request, "agree"]);
    clerk.refused(["change", &request, "agree"], "not_now");

    let frozen = shown(&clerk, &letter);
    assert_eq!(frozen["banners"][0]["kind"], "recalled");
    assert_eq!(frozen["carried_by"][0]["id"].to_string(), carrying);
    let ours = clerk.ok(["show", "out", &carrying]);
    assert_eq!(ours["banners"][0]["kind"], "recalled", "what sends it on");
    assert_eq!(
        [&frozen["acts"], &frozen["files"]],
        [&json!([]), &json!([])]
    );
    clerk.refused(["accept", &letter], "not_now");
    let folder = clerk.data().join("attachments").display().to_string();
    clerk.refused(["show", "in", &letter, "--attachments", &folder], "not_now");
    let done = rows(&clerk, "inbox", "completed");
    let closed = done.iter().find(|row| id(row) == letter);
    assert_eq!(closed.unwrap()["hint"]["en"], "Recalled");
    let ours = |key: &str| sender.ok(["show", "out", "1"])["banners"][0][key].clone();
    assert_eq!(ours("kind"), "recall_asked", "nobody has answered");
    clerk.ok(["sync"]);
    sender.ok(["sync"]);
    assert_eq!(ours("kind"), "recalled");
    let tracked = rows(&sender, "outbox", "tracking");
    let row = tracked.iter().find(|row| row["key"]["id"] == 1).unwrap();
    assert_eq!(row["hint"]["en"], "Asked back, 1 of 1 agreed");
    let checks = sender.ok(["send", "1", "--to", "000.00.05.H99", "--check"]);
    let mut checks = checks["checks"].as_array().unwrap().iter();
    assert!(checks.any(|check| check["check"] == "recalled"));
    let book = sender.ok(["register", "out"]).to_string();
    assert!(book.contains("Thu hồi ngày"), "{book}");
    assert!(
        told(&sender).contains(&"15".to_owned()),
        "{:?}",
        told(&sender)
    );
    let cells = sender.ok(["tracking", "1"])["rows"][0]["cells"].clone();
    let agreed = cells.as_array().unwrap().iter();
    let agreed = agreed
        .filter(|cell| cell["code"] == "15")
        .collect::<Vec<_>>();
    let sha256 = agreed[0]["raw"].as_str().unwrap();
    let message = sender.ok(["message", sha256]);
    let text = message["text"].as_str().unwrap();
    assert!(text.contains("<edXML:StatusCode>15<"), "{text}");
    assert_eq!(message["whole"], true);
    sender.refused(["message", &"ab".repeat(32)], "not_found");
}

#[test]
fn an_update_shows_its_new_values_once_agreed_and_a_refusal_says_why() {
    let office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    clerk.ok(["sync"]);
    let code = first_letter(&office);
    let letter = id(&row_of(&clerk, "to-accept", &code, false));
    let due = "2027-01-15";
    for (reason, decision) in [("Lùi hạn", "refuse"), ("Lùi hạn lần nữa", "agree")] {
        sender.ok(["update", "1", "--reason", reason, "--due", due]);
        sender.ok(["sync"]);
        clerk.ok(["sync"]);
        let asking = shown(&clerk, &id(&row_of(&clerk, "to-accept", &code, true)));
        let request = asking["banners"][0]["request"].to_string();
        clerk.ok(["change", &request, decision, "--reason", "Đã giải quyết"]);
    }
    let updated = shown(&clerk, &letter);
    let kinds: Vec<&Value> = updated["banners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|banner| &banner["kind"])
        .collect();
    assert_eq!(kinds, ["refused", "updated"]);
    assert!(
        updated["facts"].to_string().contains("15/01/2027"),
        "{updated}"
    );
    let row = row_of(&clerk, "to-accept", &code, true);
    assert_eq!(row["due"], due, "the list has it, too");
    assert_eq!(
        updated["files"].as_array().unwrap().len(),
        2,
        "both versions"
    );
    clerk.ok(["sync"]);
    sender.ok(["sync"]);
    let mut answers = told(&sender);
    answers.retain(|code| code != "01");
    assert_eq!(answers, ["16", "15"]);
    clerk.ok(["accept", &letter]);
}

#[test]
fn a_document_that_bears_anothers_number_is_listed_and_admitted_when_the_clerk_wants_it() {
    let mut office = Office::new();
    let letter = office.letter(900);
    office.plant_for_commune(letter.as_bytes());
    office.plant_for_commune(letter.replace("-900", "-901").as_bytes());
    office.plant_for_commune(letter.replace("-900", "-902").as_bytes());
    let clerk = office.clerk();
    let before = rows(&clerk, "inbox", "to-accept").len();
    assert_eq!(clerk.ok(["sync"])["duplicates"], 2);

    let twins = rows(&clerk, "inbox", "duplicates");
    assert_eq!(twins.len(), 2);
    let [first, second] = [id(&twins[0]), id(&twins[1])];
    let admitted = clerk.ok(["admit-anyway", &first]);
    assert_eq!(admitted["code"], twins[0]["code"]);
    clerk.refused(["admit-anyway", &first], "not_now");
    clerk.ok(["dismiss", &second, "--reason", "Gửi hai lần"]);
    assert_eq!(rows(&clerk, "inbox", "duplicates").len(), 0);
    assert_eq!(rows(&clerk, "inbox", "to-accept").len(), before + 2);
    clerk.ok(["sync"]);
    let accepted = clerk.ok(["accept", &admitted["key"]["id"].to_string()]);
    assert!(accepted["arrival_number"].is_u64());
}

#[test]
fn what_is_held_can_be_taken_back_before_it_leaves() {
    let office = Office::new();
    let sender = office.receiver();
    hold(&sender, 3600);
    let elsewhere = "000.00.05.H99";
    sender.ok(["send", "1", "--to", elsewhere]);
    assert_eq!(sender.ok(["sync"])["sent"], 0, "it waits");
    let held = sender.ok(["tracking", "1"])["held"][0].clone();
    sender.ok(["take-back", &held["send"].to_string()]);
    sender.refused(["take-back", &held["send"].to_string()], "not_now");
    let tracking = sender.ok(["tracking", "1"]);
    assert_eq!(
        [&tracking["held"], &tracking["troubles"]],
        [&json!([]), &json!([])]
    );
    assert_eq!(rows(&sender, "outbox", "send-trouble").len(), 0);

    sender.ok(["send", "1", "--to", elsewhere]);
    sender.ok(["recall", "1", "--to", elsewhere, "--reason", "Gửi nhầm"]);
    let tracking = sender.ok(["tracking", "1"]);
    assert_eq!(tracking["held"], json!([]), "a recall withdraws what waits");

    hold(&sender, 0);
    sender.ok(["send", "1", "--to", elsewhere]);
    assert_eq!(
        sender.ok(["sync"])["sent"],
        1,
        "taken back, it may be sent again"
    );
}

/// What waits for several leaves for those only from whom it was not asked back, and names nobody else.
#[test]
fn a_recall_from_some_keeps_what_waits_from_them_and_sends_it_to_the_others() {
    let office = Office::new();
    let sender = office.receiver();
    let all = units(&office);
    let [kept, recalled, further] = all.each_ref().map(String::as_str);
    let last_sent = || office.documents_from(DEPARTMENT.id).pop().unwrap();
    let names = |organ: &str, package: &str| package.contains(&format!("OrganId>{organ}<"));

    sender.ok(["send", "1", "--to", kept, "--to", recalled]);
    sender.ok(["recall", "1", "--to", recalled, "--reason", "Gửi nhầm"]);
    let tracking = sender.ok(["tracking", "1"]);
    assert_eq!(tracking["held"].as_array().unwrap().len(), 1, "{tracking}");
    let rows = tracking["rows"].as_array().unwrap();
    let delivery = |organ: &str| {
        let mut rows = rows.iter().filter(|row| row["organ_id"] == organ);
        rows.next().map(|row| row["delivery"].clone())
    };
    assert_eq!(delivery(kept), Some(json!("waiting")));
    assert_eq!(delivery(recalled), None);
    let timeline = sender.ok(["show", "out", "1"])["timeline"].to_string();
    assert!(timeline.contains("Withdrawn before it left"), "{timeline}");
    assert_eq!(sender.ok(["sync"])["sent"], 1);
    let sent = last_sent();
    assert_eq!(sent["to"], json!([kept]));
    let package = office.package(&sent);
    assert!(names(kept, &package) && !names(recalled, &package));

    // A replacement stays one, and who has the document is asked for it in the same step.
    let replace = ["replace", "2", "--old", "1", "--reason", "Sai nội dung"];
    sender.ok(replace.iter().chain(&["--to", kept, "--to", further]));
    sender.ok([
        "recall",
        "2",
        "--to",
        COMMUNE.id,
        "--to",
        further,
        "--reason",
        "Gửi nhầm",
    ]);
    assert_eq!(sender.ok(["sync"])["sent"], 2);
    let sends = office.documents_from(DEPARTMENT.id);
    let said = sends.iter().rev().take(2).map(|send| {
        let package = office.package(send);
        let package = trien_edxml::read(package.as_bytes(), &Limits::default()).unwrap();
        let Message::Document(facts) = package.message else {
            panic!("it carries a document or asks for one");
        };
        *facts
    });
    let (replacement, recall): (Vec<_>, Vec<_>) =
        said.partition(|facts| facts.operation == Operation::Replace);
    assert_eq!([replacement.len(), recall.len()], [1, 1]);
    assert_eq!(replacement[0].concerns.len(), 1);
    assert_eq!(replacement[0].reason, "Sai nội dung");
    let receivers = |to: &[Organ]| {
        to.iter()
            .map(|organ| organ.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(receivers(&replacement[0].to), [kept]);
    assert_eq!(receivers(&recall[0].to), [COMMUNE.id]);
}

/// Units of the axis's directory that have none of our documents.
fn units(office: &Office) -> [String; 3] {
    let registry = Registry::load(&office.axis_folder()).unwrap();
    let units = registry.directory.iter().filter(|unit| !unit.deleted);
    let codes = units.map(|unit| unit.code.clone());
    let others = codes.filter(|code| code != COMMUNE.id && code != DEPARTMENT.id);
    let three: Vec<String> = others.take(3).collect();
    three.try_into().unwrap()
}

fn hold(desk: &Desk, seconds: u32) {
    set_in_profile(desk, "wire", &json!({ "hold": seconds }));
}

/// Sets a part of what the profile says of the axis.
fn set_in_profile(desk: &Desk, part: &str, value: &Value) {
    let store = Store::open(desk.data()).unwrap();
    let text = store.settings().get("profile").unwrap().unwrap();
    let mut profile: Value = serde_json::from_str(&text).unwrap();
    profile["axis"][part] = value.clone();
    let settings = store.settings();
    settings.set("profile", &profile.to_string()).unwrap();
}

/// The last package that the axis took from the department.
fn last_package(office: &Office, sends: Vec<Value>) -> String {
    let sha256 = sends.last().unwrap()["sha256"].as_str().unwrap().to_owned();
    std::fs::read_to_string(office.axis_folder().join("packages").join(sha256)).unwrap()
}

/// Some offices ask for a document back by the status 13; the receiver decides and answers as it does to a package.
#[test]
fn a_document_is_asked_back_by_a_status_where_the_office_does_so() {
    let office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    clerk.ok(["sync"]);
    set_in_profile(&sender, "package", &json!({ "recall": "status" }));
    let documents = office.documents_from(DEPARTMENT.id).len();
    sender.refused(["recall", "1", "--reason", " "], "reason_missing");
    sender.ok(["recall", "1", "--reason", "Gửi nhầm nơi nhận"]);
    assert_eq!(sender.ok(["sync"])["sent"], 1);
    assert_eq!(office.documents_from(DEPARTMENT.id).len(), documents);
    let package = last_package(&office, office.statuses_from(DEPARTMENT.id));
    assert!(package.contains("<edXML:StatusCode>13<"), "{package}");

    clerk.ok(["sync"]);
    let code = first_letter(&office);
    let letter = rows(&clerk, "inbox", "to-accept").into_iter();
    let letter = letter.filter(|row| row["code"] == code.as_str());
    let letter = id(&letter.collect::<Vec<_>>()[0]);
    let banner = shown(&clerk, &letter)["banners"][0].clone();
    assert_eq!(banner["kind"], "recall_asked");
    assert_eq!(banner["reason"], "Gửi nhầm nơi nhận");
    clerk.ok(["change", &banner["request"].to_string(), "agree"]);
    clerk.ok(["sync"]);
    sender.ok(["sync"]);
    assert!(
        told(&sender).contains(&"15".to_owned()),
        "{:?}",
        told(&sender)
    );
}

/// What a receiver's program may refuse is told before it is sent; what is known to be refused is written otherwise.
#[test]
fn what_receivers_refuse_is_told_before_sending_or_written_otherwise() {
    let office = Office::new();
    let sender = office.receiver();
    let elsewhere = "000.00.05.H99";
    let warnings = |checked: &Value| {
        let checks = checked["checks"].as_array().unwrap().iter();
        checks
            .filter(|check| check["check"] == "length")
            .map(|check| check["small"]["en"].clone())
            .collect::<Vec<_>>()
    };
    let check = ["send", "1", "--to", elsewhere, "--check"];
    assert_eq!(warnings(&sender.ok(check)), Vec::<Value>::new());
    let store = Store::open(sender.data()).unwrap();
    let text = store.settings().get("profile").unwrap().unwrap();
    let name = "Sở Nội vụ ".repeat(30);
    let mut long: Value = serde_json::from_str(&text).unwrap();
    long["organ"]["name"] = json!(name.trim());
    let settings = store.settings();
    settings.set("profile", &long.to_string()).unwrap();
    assert_eq!(warnings(&sender.ok(check)), ["Decree 30/2020, Annex VI"]);
    settings.set("profile", &text).unwrap();
    assert_eq!(
        rows(&sender, "outbox", "to-send").len(),
        0,
        "nothing was sent"
    );

    set_in_profile(
        &sender,
        "package",
        &json!({ "cong_van_is_1_for": [elsewhere] }),
    );
    sender.ok(["send", "1", "--to", elsewhere]);
    sender.ok(["sync"]);
    let package = last_package(&office, office.documents_from(DEPARTMENT.id));
    assert!(package.contains("<edXML:Type>1</edXML:Type>"), "{package}");
}

#[test]
fn a_status_that_the_axis_refuses_is_listed_and_told_again() {
    let mut office = Office::new();
    let (clerk, sender) = (office.clerk(), office.receiver());
    sender.ok(["sync"]);
    clerk.ok(["sync"]);
    office.plant_letter(900);
    let refused = json!({ "kind": "refuse", "code": "18", "description": "khong co" });
    office.plan(&json!([{ "function": "sendEdoc", "messagetype": "status", "fault": refused }]));
    clerk.ok(["sync"]);
    office.plan(&json!([]));
    let troubles = clerk.ok(["troubles"]);
    assert_eq!(troubles[0]["kind"], "status_not_told", "{troubles}");
    assert_eq!(clerk.ok(["sync", "--status"])["troubles"], 1);
    clerk.ok(["retry", &troubles[0]["send"].to_string()]);
    assert_eq!(clerk.ok(["sync"])["sent"], 1);
    assert_eq!(clerk.ok(["troubles"]), json!([]));
    assert_eq!(sender.ok(["sync"])["statuses"], 1);
}

#[test]
fn an_acknowledgement_that_the_axis_refuses_is_not_repeated_in_each_round() {
    let mut office = Office::new();
    let clerk = office.clerk();
    let copy = office.plant_letter(900);
    let refused = json!({ "kind": "refuse", "code": "10", "description": "khong tim thay" });
    office.plan(&json!([{ "function": "updateStatus", "times": 100, "fault": refused }]));
    clerk.run(["sync"]);
    assert_eq!(
        clerk.ok(["sync"])["received"],
        0,
        "the second round is quiet"
    );
    let troubles = clerk.ok(["troubles"]);
    assert_eq!(troubles[0]["kind"], "acknowledgement_refused", "{troubles}");
    assert_eq!(office.acknowledgements(&copy), 0);
    let trouble = troubles[0]["dismissal"].as_str().unwrap();
    clerk.ok(["troubles", "--dismiss", trouble]);
    assert_eq!(clerk.ok(["troubles"]), json!([]));
    clerk.refused(["troubles", "--dismiss", trouble], "not_found");
    assert_eq!(rows(&clerk, "inbox", "to-accept")[0]["unread"], true);
}

/// Nineteen have it and one is refused for good: what was sent may be recalled and updated all the same.
#[test]
fn a_send_that_is_refused_for_good_is_given_up_and_keeps_nobody_from_the_others() {
    let office = Office::new();
    let sender = office.receiver();
    let refused = json!({ "kind": "refuse", "code": "18", "description": "khong co" });
    office.plan(&json!([{ "function": "sendEdoc", "messagetype": "edoc", "fault": refused }]));
    sender.ok(["send", "1", "--to", "000.00.05.H99"]);
    sender.run(["sync"]);
    let tracking = sender.ok(["tracking", "1"]);
    let send = tracking["troubles"][0]["send"].to_string();
    assert_eq!(rows(&sender, "outbox", "send-trouble").len(), 1);
    let acts = sender.ok(["show", "out", "1"])["acts"].clone();
    let acts = acts.as_array().unwrap();
    assert!(
        acts.contains(&json!("recall")) && acts.contains(&json!("update")),
        "{acts:?}"
    );
    sender.refused(["give-up", &send, "--reason", " "], "reason_missing");
    sender.ok(["give-up", &send, "--reason", "Đã gửi bản giấy"]);
    sender.refused(["settle", &send, "send-again"], "not_now");
    assert_eq!(rows(&sender, "outbox", "send-trouble").len(), 0);
    let tracking = sender.ok(["tracking", "1"]);
    assert_eq!(tracking["troubles"], json!([]));
    let failed = tracking["rows"].as_array().unwrap().iter();
    assert!(
        failed
            .map(|row| &row["delivery"])
            .any(|delivery| delivery == "failed")
    );
}
