//! The exchange is killed at every named point, and at random; the axis's ledger is the witness that
//! nothing was lost and nothing went twice.
//!
//! `TRIEN_CRASH_ROUNDS` says how many random rounds there are; `cargo xtask soak` takes 5,000.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.
#![allow(clippy::print_stdout)] // The soak tells how far it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use trien_practice::axis::Registry;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::Store;
use trien_tests::{Desk, Office, Post, assert_disk, rows};

/// Random rounds in an ordinary run.
const ROUNDS: u32 = 300;
/// A round is killed within this time: most of what a round does falls into it.
const KILLED_WITHIN: Duration = Duration::from_millis(160);
/// How long a document may wait for its next try at the end: its third.
const ARRIVING_MAX: Duration = Duration::from_secs(180);
/// A point is reached this often at most while one letter is received and one status told.
const TIMES_MAX: usize = 60;

/// What an exchange passes through.
const POINTS: [&str; 30] = [
    "sync.after_lock",
    "sync.after_recover",
    "sync.before_outcome",
    "sync.before_release",
    "sync.after_release",
    "receive.before_blob",
    "receive.after_blob",
    "receive.after_row",
    "receive.after_attempt",
    "receive.before_admit",
    "receive.after_admit",
    "receive.before_ack",
    "receive.after_ack",
    "receive.before_note",
    "receive.after_note",
    "send.before_count",
    "send.after_count",
    "send.before_axis",
    "send.after_axis",
    "send.before_finish",
    "send.after_finish",
    "status.before_receive",
    "status.after_receive",
    "blob.before_sync",
    "blob.after_sync",
    "blob.before_rename",
    "blob.after_rename",
    "blob.after_folder_sync",
    "store.before_commit",
    "store.after_commit",
];

#[test]
fn killed_at_every_point_the_next_round_goes_on_and_nothing_is_lost_or_doubled() {
    let world = World::new();
    let mut killed = 0;
    for point in POINTS {
        let way = match point.split('.').next() {
            Some("status") => Way::StatusIn,
            _ => Way::LetterIn,
        };
        let mut kills = world.killed_at(point, way);
        assert!(kills > 0, "{point} is never reached");
        if point.starts_with("send.") {
            // What goes out on a letter's way in is the status 01.
            let documents = world.killed_at(point, Way::DocumentOut);
            assert!(documents > 0, "{point} is never reached by a document");
            kills += documents;
        }
        killed += kills;
    }
    assert!(killed >= 40, "{killed} kills");
    world.settle();
    world.judge();
}

/// What an exchange has to do as it is killed.
#[derive(Clone, Copy)]
enum Way {
    LetterIn,
    StatusIn,
    DocumentOut,
}

#[test]
fn killed_at_random_the_exchange_loses_nothing_and_doubles_nothing() {
    let rounds = std::env::var("TRIEN_CRASH_ROUNDS").ok();
    let rounds = rounds.and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let seed = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    println!("{rounds} rounds, seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let world = World::new();
    let mut killed = 0;
    for round in 0..rounds {
        world.letter();
        if round % 4 == 0 {
            world.document_out(round as usize / 4);
        }
        let desk = if chance.gen_bool(0.3) {
            &world.sender
        } else {
            &world.clerk
        };
        killed += u32::from(kill_at_random(desk, &mut chance));
        if round % 25 == 24 {
            world.settle();
        }
        if round % 250 == 249 {
            println!("{} rounds, {killed} killed", round + 1);
        }
    }
    world.settle();
    println!("{killed} of {rounds} rounds killed");
    assert!(
        killed >= rounds / 4,
        "{killed} of {rounds} rounds were killed"
    );
    world.judge();
}

/// Starts a round and kills it soon; whether it was killed before its end.
fn kill_at_random(desk: &Desk, chance: &mut StdRng) -> bool {
    let mut command = desk.command();
    let round = command
        .arg("sync")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = round.spawn().unwrap();
    std::thread::sleep(chance.gen_range(Duration::ZERO..KILLED_WITHIN));
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

/// Two offices, and an axis whose directory has a unit for every document that goes out.
struct World {
    office: Office,
    clerk: Desk,
    sender: Desk,
    post: Post,
    /// Units of the directory that nobody serves.
    units: Vec<String>,
    /// Those to which documents were sent.
    sent_to: RefCell<BTreeSet<String>>,
}

impl World {
    fn new() -> World {
        let mut office = Office::new();
        let mut registry = Registry::load(&office.axis_folder()).unwrap();
        let real = registry.directory.len();
        registry.fill(3_000);
        let units = registry.directory[real..].iter();
        let units = units.filter(|unit| !unit.deleted);
        let units = units.map(|unit| unit.code.clone()).collect();
        registry.save(&office.axis_folder()).unwrap();
        office.start_axis();
        let (clerk, sender) = (office.clerk(), office.receiver());
        clerk.ok(["sync"]);
        let post = Post::new(&office);
        World {
            office,
            clerk,
            sender,
            post,
            units,
            sent_to: RefCell::default(),
        }
    }

    /// Kills rounds with the same work to do at a point, as it is passed for the first time, the second, and so on, until
    /// it is passed no more; how many were killed.
    fn killed_at(&self, point: &str, way: Way) -> usize {
        for time in 1..=TIMES_MAX {
            let desk = match way {
                Way::LetterIn => {
                    self.letter();
                    &self.clerk
                }
                Way::StatusIn => {
                    self.letter();
                    self.clerk.ok(["sync"]);
                    &self.sender
                }
                Way::DocumentOut => {
                    let known = self.sent_to.borrow().len();
                    self.document_out(known);
                    &self.sender
                }
            };
            let mut command = desk.command();
            command
                .arg("sync")
                .env("TRIEN_KILL_AT", format!("{point}:{time}"));
            let status = command.output().unwrap().status;
            if status.signal() != Some(9) {
                return time - 1;
            }
            desk.ok(["sync"]);
        }
        TIMES_MAX
    }

    /// The department's system sends the commune a small letter.
    fn letter(&self) {
        self.post.letter();
    }

    /// The department's clerk sends a document of theirs to the `n`th unit.
    fn document_out(&self, n: usize) {
        let code = &self.units[n % self.units.len()];
        self.sender.ok(["send", "1", "--to", code]);
        self.sent_to.borrow_mut().insert(code.clone());
    }

    /// Whole rounds at both desks; what is unclear is settled as a person would who asks the axis.
    fn settle(&self) {
        for desk in [&self.clerk, &self.sender, &self.clerk, &self.sender] {
            desk.ok(["sync"]);
        }
        // A letter whose looks were killed three times is set aside; its clerk has it read again.
        for desk in [&self.clerk, &self.sender] {
            for row in rows(desk, "inbox", "unreadable") {
                desk.ok(["read-again", &row["key"]["id"].to_string()]);
            }
        }
        let sent = self.copies_by_receiver();
        let tracking = self.sender.ok(["tracking", "1"]);
        for trouble in tracking["troubles"].as_array().unwrap() {
            let name = trouble["recipients"][0].as_str().unwrap();
            let row = tracking["rows"].as_array().unwrap().iter();
            let organ = row
                .filter(|row| row["organ_name"] == name)
                .find(|row| row["delivery"] == "unclear")
                .map(|row| row["organ_id"].as_str().unwrap());
            let Some(organ) = organ else { continue };
            let decision = if sent.contains_key(organ) {
                "count-as-sent"
            } else {
                "send-again"
            };
            let send = trouble["send"].to_string();
            self.sender.run(["settle", &send, decision]);
        }
        self.sender.ok(["sync"]);
    }

    /// How many copies of the department's first letter the axis made for each receiver.
    fn copies_by_receiver(&self) -> BTreeMap<String, usize> {
        let mut copies = BTreeMap::new();
        for send in self.office.documents_from(DEPARTMENT.id) {
            for copy in send["copies"].as_array().unwrap() {
                let to = copy["to"].as_str().unwrap();
                if to != COMMUNE.id {
                    *copies.entry(to.to_owned()).or_insert(0) += 1;
                }
            }
        }
        copies
    }

    fn judge(&self) {
        for desk in [&self.clerk, &self.sender, &self.clerk, &self.sender] {
            desk.ok(["sync"]);
        }
        self.judge_arrivals();
        self.judge_inbox();
        self.judge_ledger();
        for desk in [&self.clerk, &self.sender] {
            self.judge_disk(desk);
        }
    }

    /// Each letter stands in the inbox once, and the axis was told so.
    fn judge_inbox(&self) {
        let inbox = self.clerk.ok(["inbox", "--all"]);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for row in inbox["rows"].as_array().unwrap() {
            *seen
                .entry(row["subject"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
        for subject in self.post.subjects() {
            assert_eq!(seen.get(&subject), Some(&1), "{subject}");
        }
        assert_eq!(rows(&self.clerk, "inbox", "unreadable").len(), 0);
        assert_eq!(self.office.waiting_for(COMMUNE.id), Vec::<Value>::new());
    }

    /// Every document that was sent is there. A try that failed waits for its hour, and what is unclear for a person;
    /// whatever else did not arrive is lost.
    fn judge_arrivals(&self) {
        let until = Instant::now() + ARRIVING_MAX;
        loop {
            let copies = self.copies_by_receiver();
            let sent_to = self.sent_to.borrow();
            let missing: Vec<&String> = sent_to
                .iter()
                .filter(|u| !copies.contains_key(*u))
                .collect();
            if missing.is_empty() {
                return;
            }
            let tracking = self.sender.ok(["tracking", "1"]);
            let rows = tracking["rows"].as_array().unwrap().iter();
            let rows = rows.filter(|row| missing.iter().any(|unit| row["organ_id"] == **unit));
            let rows: Vec<&Value> = rows.collect();
            let late = rows
                .iter()
                .all(|row| row["delivery"] == "waiting" || row["delivery"] == "unclear");
            assert!(
                late && rows.len() == missing.len() && Instant::now() < until,
                "nothing came to {missing:?}: {rows:#?} {}",
                tracking["troubles"]
            );
            println!("{missing:?} wait");
            drop(sent_to);
            std::thread::sleep(Duration::from_secs(2));
            self.settle();
        }
    }

    /// No document was given to the axis twice, and no status was told twice.
    fn judge_ledger(&self) {
        let copies = self.copies_by_receiver();
        for (receiver, copies) in &copies {
            assert_eq!(*copies, 1, "{receiver}");
        }
        // What it has already the axis takes for the same, and makes no copies: that we sent it again stands there.
        for send in self.office.documents_from(DEPARTMENT.id) {
            assert_eq!(send["duplicate"], false, "sent twice: {send}");
        }
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for status in self.office.statuses_from(COMMUNE.id) {
            let fresh = !status["copies"].as_array().unwrap().is_empty();
            let about = status["document_id"].as_str().unwrap().to_owned();
            *told.entry(about).or_insert(0) += usize::from(fresh);
        }
        for (about, times) in told {
            assert_eq!(times, 1, "{about}");
        }
    }

    /// The file is sound; after a sweep no blob is without its row, and all rows have their blobs.
    fn judge_disk(&self, desk: &Desk) {
        let store = Store::open(desk.data()).unwrap();
        assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
        let later = SystemTime::now() + Duration::from_secs(3600);
        store.blobs().sweep(later, Duration::ZERO).unwrap();
        assert_disk(desk.data());
    }
}
