//! The power goes at any moment, or the n-th call to the disk fails: what was reported as done is there whole, the rest
//! never happened, and the work goes on.
//!
//! `TRIEN_POWER_SEEDS` says how many cuts there are, and `TRIEN_POWER_CALLS=all` has every call fail instead of one in
//! sixteen; `cargo xtask soak` makes 1,000 cuts, and all calls fail.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use trien_store::*;

use crate::disk::{CALLS, Disk, Step, steps, traced};
use crate::office::*;

/// Says how many cuts there are.
const SEEDS_VARIABLE: &str = "TRIEN_POWER_SEEDS";
/// Has every call fail.
const CALLS_VARIABLE: &str = "TRIEN_POWER_CALLS";
/// Cuts in an ordinary run.
const SEEDS: u64 = 50;
/// Every so many of the calls that could fail do, in an ordinary run.
const EVERY: usize = 16;
/// Documents in a round: more than a batch needs to be synced in one call; another one comes alone.
const ROUND: u32 = 6;

#[test]
fn whatever_a_power_cut_leaves_of_unsynced_writes_what_was_reported_is_there() {
    let seeds = std::env::var(SEEDS_VARIABLE).ok();
    let seeds = seeds.and_then(|n| n.parse().ok()).unwrap_or(SEEDS);
    let (folder, log) = (
        tempfile::tempdir().unwrap(),
        tempfile::NamedTempFile::new().unwrap(),
    );
    let life = run(folder.path(), log.path(), &[]);
    assert!(
        life.status.success(),
        "{}",
        String::from_utf8_lossy(&life.stderr)
    );
    let steps = steps(&fs::read_to_string(log.path()).unwrap(), folder.path());
    let said = steps
        .iter()
        .filter(|step| matches!(step, Step::Said(line) if is_report(line)));
    assert!(said.count() > 6, "the life was recorded");
    for seed in 0..seeds {
        let mut chance = StdRng::seed_from_u64(seed);
        let cut = chance.gen_range(0..=steps.len());
        let mut disk = Disk::default();
        steps[..cut].iter().for_each(|step| disk.take(step));
        let left = tempfile::tempdir().unwrap();
        disk.after_cut(folder.path(), left.path(), &mut chance);
        let reported = steps[..cut].iter().filter_map(|step| match step {
            Step::Said(lines) => Some(lines.as_str()),
            _ => None,
        });
        let reported: String = reported.collect();
        judge(
            left.path(),
            &reported,
            &format!("seed {seed}, cut at {cut} of {}", steps.len()),
        );
    }
}

#[test]
fn the_nth_call_that_fails_is_told_and_leaves_nothing_half_done() {
    let all = std::env::var(CALLS_VARIABLE).is_ok_and(|calls| calls == "all");
    let every = if all { 1 } else { EVERY };
    let mut failed = 0;
    for call in CALLS.into_iter().filter(|call| *call != "openat") {
        for n in (1..).step_by(every) {
            let (folder, log) = (
                tempfile::tempdir().unwrap(),
                tempfile::NamedTempFile::new().unwrap(),
            );
            // A disk that breaks and a disk that is full, in turn.
            let error = ["EIO", "ENOSPC"][n / every % 2];
            let inject = format!("inject={call}:error={error}:when={n}");
            let life = run(folder.path(), log.path(), &["-e".into(), inject]);
            let text = fs::read_to_string(log.path()).unwrap();
            if !text.contains("(INJECTED)") {
                break;
            }
            failed += 1;
            let told = String::from_utf8_lossy(&life.stdout).into_owned();
            let about = format!("{call} number {n} fails with {error}");
            // A call that writes may be the report's own.
            assert!(
                told.contains("life ended") || call == "write",
                "{about}: {told}"
            );
            judge(folder.path(), &told, &about);
        }
    }
    assert!(failed > 20, "{failed} calls failed");
}

fn is_report(line: &str) -> bool {
    line.contains("admitted ") || line.contains("kept ")
}

/// The life below, traced, with its folder of temporary files where the profile is not.
fn run(folder: &Path, log: &Path, more: &[String]) -> Output {
    let mut life: Command = traced(&std::env::current_exe().unwrap(), log, more);
    life.args([
        "--ignored",
        "--exact",
        "--nocapture",
        "--test-threads=1",
        "power::a_life",
    ])
    .env("TRIEN_TEST_FOLDER", folder)
    .env("TRIEN_TEST_NAME", "life")
    .output()
    .unwrap()
}

/// A profile opens, is sound, has all that was reported and nothing half; and takes a document in.
fn judge(folder: &Path, reported: &str, about: &str) {
    let store = Store::open(folder).unwrap_or_else(|error| panic!("{about}: {error:?}"));
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new(), "{about}");
    for line in reported.lines() {
        if let Some(n) = line.strip_prefix("admitted ") {
            let found = store
                .incoming()
                .find(&us(), &facts(n.parse().unwrap()).id)
                .unwrap();
            assert!(found.is_some(), "{about}: {line}");
        }
        if let Some(id) = line.strip_prefix("kept ") {
            assert!(
                store.raw().find(&us(), id).unwrap().is_some(),
                "{about}: {line}"
            );
        }
    }
    every_row_has_its_blob(&store, about);
    assert!(
        matches!(admit(&store, &facts(900)).unwrap(), Admitted::New(_)),
        "{about}"
    );
    let later = SystemTime::now() + Duration::from_secs(3600);
    store.blobs().sweep(later, Duration::ZERO).unwrap();
    every_row_has_its_blob(&store, about);
}

fn every_row_has_its_blob(store: &Store, about: &str) {
    let whole = |blob: &BlobId| {
        let bytes = store.blobs().read_verified(blob);
        assert!(bytes.is_ok(), "{about}: {bytes:?}");
    };
    for document in store
        .incoming()
        .list(&us(), None, Only::All, None, 1000)
        .unwrap()
    {
        let files = store.incoming().attachments(document.id).unwrap();
        files.iter().for_each(|file| whole(&file.blob));
        let sends = store.sends().of_incoming(document.id).unwrap();
        assert_eq!(sends.len(), 1, "{about}: one status 01");
        whole(&sends[0].package);
        whole(&store.raw().get(document.raw).unwrap().message.blob);
    }
    for raw in store.raw().unfinished(&us()).unwrap() {
        whole(&raw.message.blob);
    }
}

#[test]
#[ignore = "the process that the tests above record and trouble"]
fn a_life() {
    let (folder, _) = told();
    let lived = Store::open(&folder).and_then(|store| {
        round(&store, 0..ROUND)?;
        round(&store, ROUND..ROUND + 1)
    });
    // A typed error is a good end, too.
    say(&format!("life ended: {lived:?}"));
}

/// A report; that nobody hears it is no trouble of the disk's.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Packages of one round, as `app` receives them.
fn round(store: &Store, numbers: Range<u32>) -> Result<()> {
    let mut files = store.blobs().batch();
    let mut new = Vec::new();
    for n in numbers.clone() {
        let blob = files.put(format!("package {n}").as_bytes())?.id;
        let axis_id = format!("round-{n}");
        new.push(NewRaw {
            organ: us(),
            axis_id,
            message_type: "edoc".into(),
            blob,
        });
    }
    files.settle()?;
    let kept = store.raw().keep_all(&new, NOW)?;
    let kept = kept.into_iter().collect::<Result<Vec<_>>>()?;
    for raw in &kept {
        say(&format!("kept {}", raw.message.axis_id));
    }
    let mut files = store.blobs().batch();
    let mut documents = Vec::new();
    for (n, raw) in numbers.clone().zip(&kept) {
        let arrived = files.put(format!("status of {n}").as_bytes())?.id;
        let added = files.put(format!("file of {n}").as_bytes())?;
        documents.push(NewIncoming {
            raw: raw.id,
            facts: facts(n),
            attachments: vec![Attachment {
                name: "vb.pdf".into(),
                media_type: "application/pdf".into(),
                description: String::new(),
                main: true,
                size: added.size,
                blob: added.id,
            }],
            findings: Findings::default(),
            text: String::new(),
            arrived,
            same_code_anyway: false,
        });
    }
    files.settle()?;
    let admitted = store.incoming().admit_all(&documents, NOW)?;
    for (n, admitted) in numbers.zip(admitted) {
        admitted?;
        say(&format!("admitted {n}"));
    }
    let ids: Vec<RawId> = kept.iter().map(|raw| raw.id).collect();
    store.raw().acked_all(&ids, NOW, NOW)
}
