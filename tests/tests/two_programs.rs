//! Two programs on one profile: one exchanges, the other is told so and may do everything else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs::File;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;
use time::OffsetDateTime;
use trien_store::{SYNC, Store};
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

#[test]
fn a_round_that_hangs_is_gone_on_with_and_one_that_lives_is_not() {
    let mut office = Office::new();
    office.plant_letter(900);
    let clerk = office.clerk();
    // Another program's round: its lock is held here, its lease says until when it was heard of.
    let lock = File::create(clerk.data().join("sync.lock")).unwrap();
    lock.lock().unwrap();
    let store = Store::open(clerk.data()).unwrap();
    let heard_of = |ago: time::Duration| {
        let (ttl, now) = (time::Duration::minutes(10), OffsetDateTime::now_utc());
        let lease = store.leases().take(SYNC, "the other", ttl, now - ago);
        lease.unwrap().unwrap()
    };
    heard_of(time::Duration::ZERO);
    clerk.refused(["sync"], &code_of("two programs"));
    let lapsed = heard_of(time::Duration::hours(1));
    assert_eq!(clerk.ok(["sync", "--status"])["running"], false);
    assert_eq!(clerk.ok(["sync"])["received"], 1);
    assert_eq!(store.leases().current(SYNC).unwrap(), None, "given back");
    // The one that hung wakes up: it has nothing left to give back, and the next round does not wait for it.
    store.leases().release(&lapsed).unwrap();
    assert_eq!(clerk.ok(["sync"])["received"], 0);
}
