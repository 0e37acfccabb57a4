//! The axis is away, strange, slow or unwilling; answers are lost; statuses come in any order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;

use serde_json::{Value, json};
use time::OffsetDateTime;
use trien_domain::OrganId;
use trien_practice::axis::Registry;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::Store;
use trien_tests::{Desk, Office, code_of};

/// An organ of the practice directory that has no desk.
const ELSEWHERE: &str = "000.00.05.H99";
const PROVINCE: &str = "000.00.00.H99";
const TRY_AGAIN: Option<i32> = Some(75);
const REFUSED: Option<i32> = Some(77);

fn sync_fails(desk: &Desk, fault: &str, exit: Option<i32>) {
    let outcome = desk.run(["sync"]);
    assert_eq!(
        outcome.error_code(),
        Some(code_of(fault).as_str()),
        "{outcome:#?}"
    );
    assert_eq!(outcome.code, exit, "{outcome:#?}");
}

/// The first send that needs a person, with its code.
fn trouble(desk: &Desk, document: &str) -> (String, String) {
    let trouble = desk.ok(["tracking", document])["troubles"][0].clone();
    let code = trouble["error"]["code"].as_str().unwrap_or_default();
    (trouble["send"].to_string(), code.to_owned())
}

fn settled(desk: &Desk, document: &str) -> bool {
    desk.ok(["tracking", document])["troubles"] == json!([])
}

#[test]
fn nothing_is_lost_while_the_axis_fails_in_every_way() {
    let mut office = Office::new();
    let clerk = office.clerk();
    office.plant_letter(900);

    office.stop_axis();
    sync_fails(&clerk, "axis down", TRY_AGAIN);
    office.start_axis();

    office.plan(&json!([{ "function": "*", "times": 1000, "fault": { "kind": "html" } }]));
    sync_fails(&clerk, "HTML instead of JSON", TRY_AGAIN);
    assert_eq!(
        clerk.ok(["sync", "--status"])["error"]["code"],
        code_of("HTML instead of JSON")
    );
    office.plan(&json!([]));

    let registry = office.axis_folder().join("registry.json");
    let right = fs::read_to_string(&registry).unwrap();
    let wrong = right.replace(&format!("khoa-tap-huan-{}", COMMUNE.system), "another");
    assert_ne!(right, wrong);
    fs::write(&registry, wrong).unwrap();
    office.start_axis();
    sync_fails(&clerk, "wrong secret", REFUSED);
    fs::write(&registry, right).unwrap();
    office.start_axis();

    wait_only_a_second(&clerk);
    let slow = json!({ "kind": "delay", "ms": 2500 });
    office.plan(&json!([{ "function": "getReceivedEdocList", "fault": slow }]));
    sync_fails(&clerk, "time-out", TRY_AGAIN);
    office.plan(&json!([]));

    let report = clerk.ok(["sync"]);
    assert_eq!(report["received"], 1, "{report}");
    assert_eq!(clerk.ok(["sync", "--status"])["error"], json!(null));
}

fn wait_only_a_second(desk: &Desk) {
    change_profile(desk, |profile| profile["axis"]["answer_within"] = json!(1));
}

fn change_profile(desk: &Desk, change: impl FnOnce(&mut Value)) {
    let store = Store::open(desk.data()).unwrap();
    let text = store.settings().get("profile").unwrap().unwrap();
    let mut profile: Value = serde_json::from_str(&text).unwrap();
    change(&mut profile);
    store
        .settings()
        .set("profile", &profile.to_string())
        .unwrap();
}

#[test]
fn one_package_that_the_axis_cannot_give_does_not_hold_up_the_others() {
    let mut office = Office::new();
    let clerk = office.clerk();
    office.plant_letter(900);
    office.plant_letter(901);
    let before = trien_tests::rows(&clerk, "inbox", "to-accept").len();
    office.plan(&json!([{ "function": "getEdoc", "fault": { "kind": "html" } }]));
    sync_fails(&clerk, "HTML instead of JSON", TRY_AGAIN);
    assert_eq!(
        trien_tests::rows(&clerk, "inbox", "to-accept").len(),
        before + 1
    );
    assert_eq!(clerk.ok(["sync"])["received"], 1);
}

#[test]
fn a_login_page_in_the_place_of_a_raw_package_costs_no_document() {
    let mut office = Office::new();
    let clerk = office.clerk();
    change_profile(&clerk, |profile| {
        profile["axis"]["package"] = json!({ "fetch": "raw" });
    });
    office.plant_letter(900);
    office.plant_letter(901);
    office.plan(&json!([{ "function": "downloadEdoc", "fault": { "kind": "html" } }]));
    let report = clerk.ok(["sync"]);
    assert_eq!(
        (&report["received"], &report["unreadable"]),
        (&json!(2), &json!(0)),
        "{report}"
    );
    assert_eq!(office.faults_met(), [1]);
}

#[test]
fn an_axis_that_asks_to_be_left_alone_is_sent_to_no_earlier() {
    let office = Office::new();
    let sender = office.receiver();
    sender.ok(["send", "1", "--to", ELSEWHERE]);
    let busy = json!({ "kind": "status", "code": 429, "retry_after": "1800" });
    office.plan(&json!([{ "function": "sendEdoc", "fault": busy }]));
    sync_fails(&sender, "HTML instead of JSON", TRY_AGAIN);
    assert_eq!(office.faults_met(), [1]);
    let store = Store::open(sender.data()).unwrap();
    let us = OrganId::new(DEPARTMENT.id).unwrap();
    let next = store.sends().next_due(&us).unwrap().unwrap();
    let wait = next - OffsetDateTime::now_utc();
    assert!(wait > time::Duration::minutes(29), "{wait}");
}

#[test]
fn a_list_that_the_axis_refuses_holds_nothing_up_that_waits_to_leave() {
    let office = Office::new();
    let sender = office.receiver();
    let before = office.documents_from(DEPARTMENT.id).len();
    sender.ok(["send", "1", "--to", ELSEWHERE]);
    let plan = |fault| json!([{ "function": "getReceivedEdocList", "times": 9, "fault": fault }]);
    // A page of somebody's proxy: the document would be *chưa rõ*.
    office.plan(&plan(json!({ "kind": "html" })));
    sync_fails(&sender, "HTML instead of JSON", TRY_AGAIN);
    assert_eq!(office.documents_from(DEPARTMENT.id).len(), before);
    office.plan(&plan(
        json!({ "kind": "refuse", "code": "20", "description": "Loi he thong" }),
    ));
    let refused = sender.run(["sync"]);
    assert_eq!(refused.error_code(), Some("axis_refused"), "{refused:#?}");
    assert_eq!(office.documents_from(DEPARTMENT.id).len(), before + 1);
}

#[test]
fn a_send_that_the_axis_does_not_know_any_more_hides_no_other() {
    let office = Office::new();
    let sender = office.receiver();
    for organ in [ELSEWHERE, PROVINCE] {
        sender.ok(["send", "1", "--to", organ]);
    }
    sender.ok(["sync"]);
    let function = "getSentEdocList";
    let refuse = json!({ "kind": "refuse", "code": "10", "description": "Khong tim thay docId" });
    let harmless = json!({ "kind": "delay", "ms": 0 });
    office.plan(&json!([
        { "function": function, "fault": refuse },
        { "function": function, "times": 100, "fault": harmless },
    ]));
    sender.ok(["sync"]);
    assert_eq!(office.faults_met(), [1, 1], "both are asked after");
}

#[test]
fn a_receiver_that_the_axis_does_not_know_fails_the_send_until_it_is_tried_again() {
    let mut office = Office::new();
    let sender = office.receiver();
    let folder = office.axis_folder();
    let known = Registry::load(&folder).unwrap();
    let mut poorer = known.clone();
    poorer.directory.retain(|agency| agency.code != ELSEWHERE);
    poorer.save(&folder).unwrap();
    office.start_axis();

    sender.ok(["send", "1", "--to", ELSEWHERE]);
    assert_eq!(sender.ok(["sync"])["troubles"], 1);
    let (send, code) = trouble(&sender, "1");
    assert_eq!(code, code_of("refused by the axis"));
    assert_eq!(sender.ok(["sync"])["sent"], 0, "not tried again by itself");

    known.save(&folder).unwrap();
    office.start_axis();
    let before = office.documents_from(DEPARTMENT.id).len();
    sender.ok(["retry", &send]);
    assert_eq!(sender.ok(["sync"])["sent"], 1);
    assert!(settled(&sender, "1"));
    assert_eq!(office.documents_from(DEPARTMENT.id).len(), before + 1);
}

#[test]
fn a_send_whose_answer_was_lost_is_settled_by_the_receivers_status() {
    let office = Office::new();
    let (clerk, receiver) = (office.clerk(), office.receiver());
    clerk.ok(["sync"]);
    let id = office.queued_answer();
    let lost = json!({ "kind": "drop_after" });
    office.plan(&json!([{ "function": "sendEdoc", "messagetype": "edoc", "fault": lost }]));

    assert_eq!(clerk.ok(["sync"])["troubles"], 1);
    assert_eq!(trouble(&clerk, &id).1, code_of("answer lost"));
    assert_eq!(
        clerk.ok(["tracking", &id])["rows"][0]["delivery"],
        "unclear"
    );
    for _ in 0..2 {
        assert_eq!(clerk.ok(["sync"])["sent"], 0, "never resent by itself");
    }
    assert_eq!(receiver.ok(["sync"])["received"], 1);
    clerk.ok(["sync"]);
    assert!(settled(&clerk, &id));
    let row = &clerk.ok(["tracking", &id])["rows"][0];
    assert_eq!(
        [&row["delivery"], &row["cells"][0]["code"]],
        ["fetched", "01"],
        "{row}"
    );
    assert_eq!(
        office.documents_from(COMMUNE.id).len(),
        1,
        "one send in the ledger"
    );
}

#[test]
fn a_send_whose_answer_was_lost_is_settled_by_the_clerk_either_way() {
    let office = Office::new();
    let sender = office.receiver();
    let before = office.documents_from(DEPARTMENT.id).len();
    for (document, fault, decision) in [
        ("1", json!({ "kind": "drop_after" }), "count-as-sent"),
        (
            "2",
            json!({ "kind": "truncate", "bytes": 20 }),
            "send-again",
        ),
    ] {
        office.plan(&json!([{ "function": "sendEdoc", "messagetype": "edoc", "fault": fault }]));
        sender.ok(["send", document, "--to", ELSEWHERE]);
        assert_eq!(sender.ok(["sync"])["troubles"], 1);
        let (send, code) = trouble(&sender, document);
        assert_eq!(code, code_of("answer lost"));
        sender.ok(["settle", &send, decision]);
        sender.refused(["settle", &send, decision], "not_now");
        sender.ok(["sync"]);
        assert!(settled(&sender, document));
    }
    let sends = office.documents_from(DEPARTMENT.id).split_off(before);
    let copies: Vec<usize> = sends
        .iter()
        .map(|s| s["copies"].as_array().unwrap().len())
        .collect();
    assert_eq!(
        copies,
        [1, 1, 0],
        "what was sent again was known to the axis: {sends:#?}"
    );
}

/// The statuses of the commune on the department's first letter.
fn cells(sender: &Desk) -> Vec<String> {
    let row = sender.ok(["tracking", "1"])["rows"][0].clone();
    let cells = row["cells"].as_array().unwrap();
    cells
        .iter()
        .map(|cell| cell["code"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn statuses_come_in_any_order_and_for_documents_that_nobody_knows() {
    let mut office = Office::new();
    let sender = office.receiver();
    sender.ok(["sync"]);
    let before = cells(&sender);
    let letter = office.documents_from(DEPARTMENT.id).remove(0);
    let id = letter["document_id"].as_str().unwrap();
    let package = include_str!("../corpus/packages/status.edxml");
    let unknown = office.plant_status_for_department(package.as_bytes());
    let of_letter = package.replace("000.00.07.H99,2026/11/20,125/UBND-VP", id);
    assert_ne!(of_letter, package);
    for code in ["06", "01", "03"] {
        let status = of_letter.replace(
            "<edXML:StatusCode>03<",
            &format!("<edXML:StatusCode>{code}<"),
        );
        office.plant_status_for_department(status.as_bytes());
    }

    let report = sender.ok(["sync"]);
    assert_eq!(report["statuses"], 4, "{report}");
    assert_eq!(office.acknowledgements(&unknown), 1);
    let after = cells(&sender).split_off(before.len());
    assert_eq!(after, ["06", "01", "03"]);
    let book = sender.ok(["register", "out"])["rows"].to_string();
    assert!(
        book.contains("UBND xã An Hòa: đã hoàn thành"),
        "the furthest counts: {book}"
    );
    assert_eq!(sender.ok(["sync"])["statuses"], 0);
}

#[test]
fn a_unit_is_registered_sends_by_the_offices_system_and_is_taken_off() {
    let office = Office::new();
    let clerk = office.clerk();
    let code = format!("{}.01", COMMUNE.id);
    let is_registered = || {
        let registry = Registry::load(&office.axis_folder()).unwrap();
        let ours = registry
            .systems
            .iter()
            .find(|system| system.id == COMMUNE.system);
        let mut organs = ours.unwrap().organs.iter();
        organs.any(|unit| unit.code == code && !unit.deleted)
    };
    assert!(!is_registered());
    let name = ["--name", "Trạm y tế xã"];
    clerk.ok(["register-unit", &code]
        .into_iter()
        .chain(name)
        .chain(["--parent", COMMUNE.id]));
    assert!(is_registered());
    clerk.ok(["remove-unit", &code]);
    assert!(!is_registered());
    let bad = [
        "register-unit",
        "null",
        "--name",
        "x",
        "--parent",
        COMMUNE.id,
    ];
    clerk.refused(bad, "bad_argument");
}
