//! Two offices whose programs run here, on a clock that can be turned, before an axis that fails by plan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use time::OffsetDateTime;
use trien_app::host::{Asked, Secret};
use trien_app::schedule::{Schedule, Work};
use trien_app::view::{PinRequest, UnclearDecision};
use trien_app::{App, Changed, Host, PinAnswer};
use trien_domain::OrganId;
use trien_practice::axis::Registry;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::{Only, Store};
use trien_tests::{Desk, Office, Outcome, Post, Programs};

/// Documents looked at together.
const PAGE: u32 = 1_000;
/// Rounds within which everything has come to rest.
const ROUNDS: usize = 8;
/// Units of the directory: each gets one document.
const UNITS: u32 = 600;
/// The department's document that goes out.
const DOCUMENT: u32 = 1;

/// A shell with a clock that the test turns.
struct Shell(Arc<AtomicI64>);

impl Host for Shell {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + time::Duration::seconds(self.0.load(Ordering::SeqCst))
    }

    fn ask_pin(&self, _: &PinRequest) -> Option<PinAnswer> {
        None
    }

    fn pass_phrase(&self, _: Asked) -> Option<Secret> {
        Some(Secret::new(b"tap-huan".to_vec()))
    }

    fn changed(&self, _: Changed) {}
}

/// The commune, which gets letters, and the department, which sends documents.
pub struct World {
    office: Office,
    clock: Arc<AtomicI64>,
    commune: App,
    department: App,
    inbox: Store,
    post: Post,
    /// Units of the directory that exist, and how many of them a document went to.
    units: Vec<String>,
    served: usize,
}

impl World {
    pub fn new() -> World {
        let mut office = Office::new();
        let mut registry = Registry::load(&office.axis_folder()).unwrap();
        registry.fill(UNITS);
        registry.save(&office.axis_folder()).unwrap();
        office.start_axis();
        let made_up = registry
            .directory
            .iter()
            .filter(|unit| unit.code.starts_with('H') && !unit.deleted);
        let units = made_up.map(|unit| unit.code.clone()).collect();
        for desk in [office.clerk(), office.receiver()] {
            answer_within_a_second(&desk);
            desk.ok(["sync"]);
        }
        let clock = Arc::new(AtomicI64::new(0));
        let open =
            |desk: Desk| App::open(desk.data(), Arc::new(Shell(Arc::clone(&clock)))).unwrap();
        World {
            commune: open(office.clerk()),
            department: open(office.receiver()),
            inbox: Store::open(office.clerk().data()).unwrap(),
            post: Post::new(&office),
            units,
            served: 0,
            clock,
            office,
        }
    }

    /// A letter comes and a document goes: every operation of an exchange is needed.
    pub fn something_to_do(&mut self) {
        self.letter();
        let unit = self.units[self.served].clone();
        self.served += 1;
        self.department.dispatch(DOCUMENT, &[unit]).unwrap();
    }

    pub fn letter(&self) {
        self.post.letter();
    }

    pub fn plan(&self, rules: &Value) {
        self.office.plan(rules);
    }

    /// How many calls have met each fault of the plan.
    pub fn met(&self) -> Vec<u64> {
        self.office.faults_met()
    }

    pub fn minutes(&self, minutes: i64) {
        self.clock.fetch_add(60 * minutes, Ordering::SeqCst);
    }

    /// A round at both offices; how it ends is the weather's matter.
    pub fn exchange(&self) {
        for app in [&self.commune, &self.department] {
            let _ = app.sync_now();
        }
    }

    /// How long the commune's program waits for its next round.
    pub fn rest(&self) -> time::Duration {
        let mut schedule = Schedule::starting(self.commune.now());
        self.commune.did(Work::Exchange, &mut schedule).unwrap();
        schedule.next(Work::Exchange).unwrap() - self.commune.now()
    }

    /// Fair weather for hours, with a clerk who answers what is asked; how many questions there were.
    pub fn settle(&self, about: &str) -> usize {
        let mut questions = 0;
        for _ in 0..ROUNDS {
            self.minutes(150);
            self.exchange();
            questions += self.answer_as_a_clerk();
            if self.rests() {
                return questions;
            }
        }
        let waiting = self.letters_that_wait();
        let troubles = self.department.tracking(DOCUMENT).unwrap().troubles;
        let told = [&self.commune, &self.department].map(|app| app.sync_view().unwrap());
        panic!("{about}: it does not come to rest: {waiting} letters wait; {troubles:?}; {told:?}");
    }

    /// What the clerks do: look whether the receiver has it, or try again what was refused.
    fn answer_as_a_clerk(&self) -> usize {
        let mut questions = 0;
        let tracking = self.department.tracking(DOCUMENT).unwrap();
        let taken = self.copies();
        for trouble in tracking.troubles {
            questions += 1;
            if !trouble.unclear {
                self.department.retry(trouble.send).unwrap();
                continue;
            }
            let named =
                |row: &&trien_app::view::TrackingRow| trouble.recipients.contains(&row.organ_name);
            let unclear = tracking
                .rows
                .iter()
                .filter(named)
                .filter(|row| !taken.contains_key(&row.organ_id));
            let decision = match unclear.count() {
                0 => UnclearDecision::CountAsSent,
                _ => UnclearDecision::SendAgain,
            };
            self.department.settle(trouble.send, decision).unwrap();
        }
        for app in [&self.commune, &self.department] {
            for trouble in app.exchange_troubles().unwrap() {
                if let Some(send) = trouble.send {
                    app.retry(send).unwrap();
                }
            }
        }
        questions
    }

    fn rests(&self) -> bool {
        let quiet = |app: &App| {
            let sync = app.sync_view().unwrap();
            (sync.waiting, sync.unclear, sync.error.is_none()) == (0, 0, true)
        };
        let untold = self
            .commune
            .exchange_troubles()
            .unwrap()
            .iter()
            .any(|t| t.send.is_some());
        self.office.waiting_for(COMMUNE.id).is_empty()
            && quiet(&self.commune)
            && quiet(&self.department)
            && !untold
            && self
                .department
                .tracking(DOCUMENT)
                .unwrap()
                .troubles
                .is_empty()
    }

    /// How many sends of the department's document the axis took for each unit.
    fn copies(&self) -> BTreeMap<String, usize> {
        let mut copies = BTreeMap::new();
        for send in self.office.documents_from(DEPARTMENT.id) {
            let made = send["copies"].as_array().unwrap();
            if let Some(to) = made.first().and_then(|copy| copy["to"].as_str()) {
                *copies.entry(to.to_owned()).or_insert(0) += 1;
            }
        }
        copies
    }

    /// Nothing is lost and nothing doubled, by the axis's ledger and by what stands in the inbox.
    pub fn judge(&self) {
        let copies = self.copies();
        for unit in &self.units[..self.served] {
            assert_eq!(copies.get(unit), Some(&1), "{unit}");
        }
        // The axis knows a package that comes again and makes no second copy: real ones may not.
        for send in self.office.documents_from(DEPARTMENT.id) {
            assert_eq!(send["duplicate"], false, "sent twice: {send}");
        }
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for status in self.office.statuses_from(COMMUNE.id) {
            let fresh = !status["copies"].as_array().unwrap().is_empty();
            let about = status["document_id"].as_str().unwrap().to_owned();
            *told.entry(about).or_insert(0) += usize::from(fresh);
        }
        let inbox = self.subjects_in_the_inbox();
        for subject in self.post.subjects() {
            assert_eq!(inbox.get(&subject), Some(&1), "{subject}");
            let id = subject.replace("Thư số ", "thu-");
            assert_eq!(told.get(&id), Some(&1), "the status 01 of {id}");
        }
        assert_eq!(self.inbox.integrity().unwrap(), Vec::<String>::new());
    }
}

impl World {
    /// How many letters the axis holds for the commune; asked of another process, since this one's memory is watched.
    pub fn letters_that_wait(&self) -> usize {
        let mut ask = Programs::find().command();
        ask.args(["--json", "practice", "axis", "--queues"]);
        ask.arg(self.office.axis_folder());
        let queues = Outcome::of(ask).json;
        let queues = queues.as_array().unwrap().iter();
        let letters = queues.filter(|copy| copy["messagetype"] == "edoc");
        letters.filter(|copy| copy["to"] == COMMUNE.id).count()
    }

    /// How many documents of the commune bear each subject.
    fn subjects_in_the_inbox(&self) -> BTreeMap<String, usize> {
        let us = OrganId::new(COMMUNE.id).unwrap();
        let mut subjects = BTreeMap::new();
        let mut after = None;
        loop {
            let inbox = self.inbox.incoming();
            let page = inbox.list(&us, None, Only::All, after, PAGE).unwrap();
            let Some(last) = page.last() else {
                return subjects;
            };
            after = Some(last.into());
            for document in page {
                *subjects.entry(document.subject).or_insert(0) += 1;
            }
        }
    }
}

fn answer_within_a_second(desk: &Desk) {
    let store = Store::open(desk.data()).unwrap();
    let text = store.settings().get("profile").unwrap().unwrap();
    let mut profile: Value = serde_json::from_str(&text).unwrap();
    profile["axis"]["answer_within"] = Value::from(1);
    store
        .settings()
        .set("profile", &profile.to_string())
        .unwrap();
}
