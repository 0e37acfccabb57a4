//! Two programs on one profile: one exchanges, the other is told so and may do everything else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use trien_tests::{Office, code_of, rows};

#[test]
fn two_rounds_at_once_become_one_and_other_commands_go_on_beside_it() {
    let mut office = Office::new();
    office.plant_letter(900);
    let clerk = office.clerk();
    let before = rows(&clerk, "inbox", "to-accept").len();
    let slow = json!({ "kind": "delay", "ms": 3000 });
    office.plan(&json!([{ "function": "getReceivedEdocList", "fault": slow }]));
    let mut command = clerk.command();
    let first = command.arg("sync").stdout(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while clerk.ok(["sync", "--status"])["running"] != true {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the round starts"
        );
    }

    let second = clerk.run(["sync"]);
    assert_eq!(
        second.error_code(),
        Some(code_of("two programs").as_str()),
        "{second:#?}"
    );
    assert_eq!(second.code, Some(75));
    assert_eq!(rows(&clerk, "inbox", "to-accept").len(), before);
    clerk.ok(["register", "out"]);

    let output = first.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["received"], 1, "{report}");
    assert_eq!(clerk.ok(["sync"])["received"], 0);
    assert_eq!(rows(&clerk, "inbox", "to-accept").len(), before + 1);
}
