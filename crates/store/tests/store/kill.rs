//! SIGKILL at any time: what was reported as done is there whole, the rest never happened.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use trien_domain::StatusCode;
use trien_store::*;

use crate::office::*;

/// Kills at different moments of the same work.
const ROUNDS: u32 = 12;

#[test]
fn a_killed_receiver_loses_nothing_that_it_reported() {
    let office = Office::new();
    let mut reported = Vec::new();
    for round in 1..=ROUNDS {
        let mut receiver = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "kill::a_receiver"])
            .env("TRIEN_TEST_FOLDER", office.folder.path())
            .env("TRIEN_TEST_NAME", round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(receiver.stdout.take().unwrap());
        let mut lines = out.lines().map_while(|line| line.ok());
        let enough = usize::try_from(round).unwrap() % 5 + 1;
        let is_report = |line: &String| line.starts_with("admitted ");
        reported.extend(lines.by_ref().filter(is_report).take(enough));
        std::thread::sleep(Duration::from_micros(u64::from(round) * 700));
        receiver.kill().unwrap();
        receiver.wait().unwrap();
        reported.extend(lines.filter(is_report));
    }
    assert!(reported.len() >= usize::try_from(ROUNDS).unwrap());
    for line in reported {
        let n = line.trim_start_matches("admitted ").parse().unwrap();
        let found = office.store.incoming().find(&us(), &facts(n).id).unwrap();
        assert!(found.is_some(), "{line}");
    }
    every_document_is_whole(&office);
}

fn every_document_is_whole(office: &Office) {
    let store = &office.store;
    let documents = store
        .incoming()
        .list(&us(), None, Only::All, None, 100_000)
        .unwrap();
    for document in &documents {
        let id = document.id;
        let files = store.incoming().attachments(id).unwrap();
        assert_eq!(files.len(), 1);
        store.blobs().read_verified(&files[0].blob).unwrap();
        let sends = store.sends().of_incoming(id).unwrap();
        assert_eq!(sends.len(), 1, "one status 01");
        store.blobs().read_verified(&sends[0].package).unwrap();
        assert_eq!(
            store.timeline().of(Document::Incoming(id)).unwrap().len(),
            1
        );
        let code = document.code.to_string();
        let hits = store
            .incoming()
            .search(&us(), &format!("\"{code}\""), None, 9)
            .unwrap();
        assert!(hits.documents.iter().any(|hit| hit.id == id), "{code}");
    }
    let folders = store.incoming().folders(&us()).unwrap();
    assert_eq!(folders[0].state, StatusCode::Arrived);
    assert_eq!(folders[0].total as usize, documents.len());
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
    // What was kept and not admitted goes on at the next start; nothing else is left over.
    for raw in store.raw().unfinished(&us()).unwrap() {
        store.blobs().read_verified(&raw.message.blob).unwrap();
    }
    let hour = Duration::from_secs(3600);
    store
        .blobs()
        .sweep(SystemTime::now() + 2 * hour, hour)
        .unwrap();
    let again = store
        .blobs()
        .sweep(SystemTime::now() + 2 * hour, hour)
        .unwrap();
    assert_eq!(again, Swept::default(), "no orphan outlives a sweep");
}

#[test]
fn killed_before_or_after_any_step_of_the_schema_the_next_start_goes_on() {
    let steps = ["store.before_migration", "store.after_migration"].map(kill_at_each_step);
    assert_eq!(steps[0], steps[1]);
    assert!(steps[0] > 15, "{steps:?}");
}

/// Kills a first start at each step of the schema; how many there are.
fn kill_at_each_step(point: &str) -> usize {
    for step in 1.. {
        let folder = tempfile::tempdir().unwrap();
        let opener = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "two_at_once::an_opener"])
            .env("TRIEN_TEST_FOLDER", folder.path())
            .env("TRIEN_TEST_NAME", "opened")
            .env("TRIEN_KILL_AT", format!("{point}:{step}"))
            .output()
            .unwrap();
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.integrity().unwrap(), Vec::<String>::new(), "{step}");
        if opener.status.success() {
            return step - 1;
        }
        assert_eq!(store.settings().all().unwrap().len(), 0, "{step}");
    }
    0
}

#[test]
#[ignore = "the process that the first test above kills"]
fn a_receiver() {
    let (folder, name) = told();
    let store = Store::open(&folder).unwrap();
    let first = name.parse::<u32>().unwrap() * 1000;
    for n in first..first + 1000 {
        admit(&store, &facts(n)).unwrap();
        // Written past the test harness's capture: the report must be out before the next step.
        writeln!(std::io::stdout(), "admitted {n}").unwrap();
    }
}
