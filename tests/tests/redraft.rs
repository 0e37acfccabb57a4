//! A draft that has to be made anew: before it is handed over, and after it was signed.
#![allow(clippy::unwrap_used)] // A step that fails is a failed test.

use serde_json::Value;
use trien_tests::{Desk, Office, PIN_VARIABLE};

/// Takes the commune's answer in, in the place of another document where one is named.
fn draft(office: &Office, more: &[&str]) -> String {
    let pdf = office.drafts().join("tra-loi.pdf").display().to_string();
    let form = [
        "--subject",
        "V/v thử",
        "--notation",
        "UBND-VP",
        "--signatory",
        "1",
    ];
    let arguments = ["draft", pdf.as_str()].into_iter().chain(form);
    office.clerk().ok(arguments.chain(more.iter().copied()))["id"].to_string()
}

fn note(desk: &Desk, id: &str) -> Value {
    desk.ok(["show", "out", id])["note"].clone()
}

#[test]
fn a_draft_may_be_replaced_until_it_is_handed_over() {
    let office = Office::new();
    let id = draft(&office, &["--note", "Gửi trong sáng nay"]);
    assert_eq!(draft(&office, &["--replaces", &id]), id);
    assert_eq!(
        note(&office.clerk(), &id),
        Value::Null,
        "the note was the old draft's"
    );
    office.clerk().ok(["handover", "out", &id]);
    let pdf = office.drafts().join("tra-loi.pdf").display().to_string();
    office.clerk().refused(
        [
            "draft",
            &pdf,
            "--subject",
            "V/v thử",
            "--notation",
            "UBND-VP",
            "--signatory",
            "1",
            "--replaces",
            &id,
        ],
        "not_now",
    );
}

#[test]
fn the_note_reaches_the_leader_however_the_package_came_to_be_written() {
    let office = Office::new();
    let id = draft(&office, &["--note", "Gửi trong sáng nay"]);
    office.clerk().ok(["handover", "out", &id]);
    office.leader().ok(["handover", "in"]);
    assert_eq!(note(&office.leader(), &id), "Gửi trong sáng nay");
}

#[test]
fn what_is_signed_goes_back_to_draft_and_is_signed_anew() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let id = draft(&office, &[]);
    let sign = || {
        clerk.ok(["handover", "out", &id]);
        leader.ok(["handover", "in"]);
        leader.ok(["sign-documents", &id, "--pin-env", PIN_VARIABLE]);
        clerk.ok(["handover", "in"]);
    };
    sign();
    clerk.refused(["back-to-draft", &id, "--reason", " "], "reason_missing");
    clerk.ok(["back-to-draft", &id, "--reason", "Sai căn cứ"]);
    clerk.refused(
        ["seal", &id, "--pin-env", PIN_VARIABLE],
        "leader_signature_missing",
    );
    let before = clerk.ok(["show", "out", &id])["files"]
        .as_array()
        .unwrap()
        .len();
    // Prepared within the same second, the same draft is the same file, which the leader's desk has signed.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    draft(&office, &["--replaces", &id, "--due", "2027-01-15"]);
    sign();
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let shown = clerk.ok(["show", "out", &id]);
    assert_eq!(shown["verdict"]["verdict"], "valid_with_permitted_changes");
    assert!(
        shown["files"].as_array().unwrap().len() > before,
        "no revision is forgotten"
    );
}

#[test]
fn a_secret_is_not_drafted_on_this_machine() {
    let office = Office::new();
    let pdf = office.drafts().join("tra-loi.pdf").display().to_string();
    for (subject, notation) in [("V/v thử", "UBND-TM"), ("TỐI MẬT", "UBND-VP")] {
        office.clerk().refused(
            [
                "draft",
                &pdf,
                "--subject",
                subject,
                "--notation",
                notation,
                "--signatory",
                "1",
            ],
            "draft_looks_secret",
        );
    }
    assert!(trien_tests::rows(&office.clerk(), "outbox", "drafts").is_empty());
}
