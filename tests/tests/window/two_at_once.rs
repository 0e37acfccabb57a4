//! The window and the command line on one profile: one of them exchanges, and both do everything else.

use std::fs;

use serde_json::{Value, json};
use trien_edxml::{Limits, Message};
use trien_practice::office::COMMUNE;
use trien_tests::{Desk, Office, code_of, rows};

use crate::driver::{Window, keys};
use crate::{at, eventually};

/// How long the axis keeps the window's round waiting: long enough for three commands on a loaded machine.
const SLOW: u32 = 20_000;
/// The number of the letter that comes meanwhile.
const LETTER: u32 = 900;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and the installed programs: cargo xtask test --only window"]
async fn the_command_line_waits_for_the_windows_round_and_works_beside_it() {
    let mut office = Office::new();
    let copy = office.plant_letter(LETTER);
    let desk = office.clerk();
    let clerk = Window::open(&desk).await;
    clerk.see("3/SNV-VTLT").await;
    // The round that the window begins with is over; the next one is slow.
    eventually("the first round ends", || {
        copy_is_acknowledged(&office, &copy)
    })
    .await;
    at(&desk, &["sync"]);
    let second = office.plant_letter(LETTER + 1);
    let slow = json!({ "kind": "delay", "ms": SLOW });
    office.plan(&json!([{ "function": "getReceivedEdocList", "fault": slow }]));
    clerk.press(&[keys::F5]).await;
    eventually("the window's round begins", || is_running(&desk)).await;

    let refused = desk.run(["sync"]);
    let busy = code_of("two programs");
    assert_eq!(refused.error_code(), Some(busy.as_str()), "{refused:#?}");
    assert_eq!(refused.code, Some(75));
    let row = rows(&desk, "inbox", "to-accept").remove(0);
    desk.ok([
        "accept",
        &row["key"]["id"].to_string(),
        "--assignee",
        "Văn phòng",
    ]);
    assert!(is_running(&desk), "all that beside the window's round");
    clerk.click("[data-folder=registered]").await;
    clerk.see(row["code"].as_str().unwrap()).await;

    eventually("the letter is taken", || {
        copy_is_acknowledged(&office, &second)
    })
    .await;
    office.plan(&json!([]));
    at(&desk, &["sync"]);
    assert_eq!(office.acknowledgements(&second), 1);
    assert_eq!(
        receipts(&office, LETTER + 1),
        1,
        "one receipt in the ledger"
    );
    clerk.close().await;
}

fn is_running(desk: &Desk) -> bool {
    desk.ok(["sync", "--status"])["running"] == true
}

fn copy_is_acknowledged(office: &Office, copy: &str) -> bool {
    office.acknowledgements(copy) > 0
}

/// How many receipts (status 01) the commune has sent for a letter.
fn receipts(office: &Office, letter: u32) -> usize {
    let packages = office.axis_folder().join("packages");
    let receipt = |send: &Value| {
        let package = fs::read(packages.join(send["sha256"].as_str().unwrap())).unwrap();
        match trien_edxml::read(&package, &Limits::default())
            .unwrap()
            .message
        {
            Message::Status(status) => {
                status.digits == "01" && status.code.number == letter.to_string()
            }
            Message::Document(_) => false,
        }
    };
    let sent = office.statuses_from(COMMUNE.id);
    sent.iter().filter(|send| receipt(send)).count()
}
