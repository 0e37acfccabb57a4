//! The axis at its worst: more than sixty faults at each of six operations, under a clock that the test turns.
//!
//! Whatever the fault was, once it is over every letter stands in the inbox once, its sender was told so once, every
//! document of ours reached its receiver once; or a send is *chưa rõ*, or refused, and waits for one word of the clerk.
//! An ordinary run has every fault meet one operation; `TRIEN_WEATHER=all` has each meet all six, and
//! `TRIEN_SOAK_DOCUMENTS` says how many letters come in bad weather (`cargo xtask soak`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.
#![allow(clippy::print_stdout)] // The soak tells how far it is.

mod faults;
mod world;

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use faults::{OPERATIONS, faults};
use world::World;

/// A round of exchange, whatever the axis does: the longest wait for an answer is a second.
const ROUND_MAX: Duration = Duration::from_secs(60);
/// Letters of the soak in an ordinary run.
const LETTERS: u32 = 200;
/// Letters between two rounds of exchange.
const BATCH: u32 = 50;
/// Letters that may wait after a round: those of a few that failed early.
const PILE: usize = 5 * BATCH as usize;
/// KiB that SQLite may yet take for the pages of a connection (its `cache_size` is -2000).
const CACHE: u64 = 2_000;
/// Of a hundred calls so many fail.
const PERCENT: usize = 3;

/// Runs one of the tests below in a process of its own, which no key store of the machine reaches.
fn alone(test: &str) {
    let mut itself = Command::new(std::env::current_exe().unwrap());
    itself.args(["--ignored", "--exact", "--nocapture", test]);
    itself.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    assert!(itself.status().unwrap().success(), "{test}");
}

#[test]
fn every_fault_of_the_axis_passes_and_leaves_nothing_lost_or_doubled() {
    alone("faults_in_turn");
}

#[test]
#[ignore = "run by the test above"]
fn faults_in_turn() {
    let all = std::env::var("TRIEN_WEATHER").is_ok_and(|weather| weather == "all");
    let mut world = World::new();
    an_axis_that_is_away_is_tried_again_soon(&world);
    let faults = faults();
    assert!(faults.len() >= 60, "{} faults", faults.len());
    for (n, (name, fault)) in faults.iter().enumerate() {
        for (m, (operation, function, kind)) in OPERATIONS.iter().enumerate() {
            // A sample: each fault once, each operation ten times.
            if !all && m != n % OPERATIONS.len() {
                continue;
            }
            let about = format!("{name} at {operation}");
            world.something_to_do();
            let mut rule = json!({ "function": function, "times": 3, "fault": fault });
            if let Some(kind) = kind {
                rule["messagetype"] = json!(kind);
            }
            world.plan(&json!([rule]));
            for _ in 0..2 {
                world.minutes(1);
                round(&world, &about);
            }
            assert!(world.met() >= vec![1], "{about}: no call met it");
            world.plan(&json!([]));
            let decisions = world.settle(&about);
            assert!(
                decisions <= 1,
                "{about}: {decisions} questions to the clerk"
            );
        }
    }
    a_clock_that_goes_back_stops_nothing(&mut world);
    world.judge();
}

/// Our own clock: what waits for its time to come waits longer, and is not forgotten.
fn a_clock_that_goes_back_stops_nothing(world: &mut World) {
    world.something_to_do();
    let busy = json!({ "kind": "status", "code": 503 });
    world.plan(&json!([{ "function": "sendEdoc", "times": 2, "fault": busy }]));
    world.exchange();
    assert_eq!(world.met(), [2]);
    world.minutes(-6 * 60);
    world.exchange();
    let decisions = world.settle("our clock goes back");
    assert_eq!(decisions, 0);
}

fn an_axis_that_is_away_is_tried_again_soon(world: &World) {
    let minutes = |rest: time::Duration| rest.as_seconds_f64() / 60.0;
    let away = json!({ "function": "*", "times": 100, "fault": { "kind": "drop" } });
    // Unless it says when to come again.
    let fault = json!({ "kind": "status", "code": 503, "retry_after": "1800" });
    let busy = json!({ "function": "*", "times": 100, "fault": fault });
    for (plan, longest) in [
        (json!([away]), 1.0),
        (json!([busy]), 30.0),
        (json!([]), 5.0),
    ] {
        world.plan(&plan);
        world.exchange();
        let rest = minutes(world.rest());
        assert!(longest - 0.5 < rest && rest <= longest, "{rest} minutes");
    }
}

fn round(world: &World, about: &str) {
    let started = Instant::now();
    world.exchange();
    assert!(started.elapsed() < ROUND_MAX, "{about} does not end");
}

#[test]
fn in_bad_weather_letters_come_and_nothing_piles_up() {
    alone("a_soak");
}

#[test]
#[ignore = "run by the test above"]
fn a_soak() {
    let letters = std::env::var("TRIEN_SOAK_DOCUMENTS").ok();
    let letters: u32 = letters.and_then(|n| n.parse().ok()).unwrap_or(LETTERS);
    let world = World::new();
    let mut first = None;
    for batch in 0..letters.div_ceil(BATCH) {
        // The letters' own sender has fair weather.
        world.plan(&json!([]));
        (0..BATCH).for_each(|_| world.letter());
        let kinds = ["drop", "drop_after", "html", "empty"];
        let kind = kinds[batch as usize % kinds.len()];
        // Another call is the first to fail each time: where it were always the list, no letter would come.
        let earliest = batch as usize * 7 % (100 / PERCENT);
        let rules: Vec<_> = (0..20)
            .map(|n| earliest + n * 100 / PERCENT)
            .map(|skip| json!({ "function": "*", "skip": skip, "times": 1, "fault": { "kind": kind } }))
            .collect();
        world.plan(&json!(rules));
        world.minutes(10);
        round(&world, "bad weather");
        assert!(world.met().iter().any(|met| *met > 0), "fair weather");
        // What the first letters bring into memory stays: statements, threads, SQLite's pages of each connection.
        if batch == 3.max(letters.div_ceil(BATCH) / 2) {
            first = Some(held());
        }
        if batch % 100 == 99 {
            let (sent, waiting) = ((batch + 1) * BATCH, world.letters_that_wait());
            println!(
                "{sent} letters, {waiting} wait, {:?} (KiB, descriptors)",
                held()
            );
            assert!(waiting <= PILE, "{waiting} letters have piled up");
        }
    }
    let last = held();
    world.plan(&json!([]));
    world.settle("bad weather");
    world.judge();
    if let Some((memory, descriptors)) = first {
        println!("{letters} letters: {memory} KiB and {descriptors} descriptors, at last {last:?}");
        assert!(
            last.0 <= memory + memory / 20 + CACHE,
            "memory grows: {memory} KiB to {} KiB",
            last.0
        );
        assert!(
            last.1 <= descriptors + 4,
            "descriptors: {descriptors} to {}",
            last.1
        );
    }
}

/// Memory of its own in KiB and open descriptors of this process: the two offices' programs, while the axis is a process
/// beside it. Pages of the program file come and go with the system's memory and say nothing.
fn held() -> (u64, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .unwrap();
    let memory = line.split_whitespace().next().unwrap().parse().unwrap();
    (memory, std::fs::read_dir("/proc/self/fd").unwrap().count())
}
