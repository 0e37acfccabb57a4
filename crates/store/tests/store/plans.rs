//! What a statement costs: none walks a table that grows, and none sorts what it lists.
//!
//! The plan is SQLite's own (EXPLAIN QUERY PLAN) of each statement that the other tests of this program run, and of the
//! lists below. It depends on the schema alone: no profile is ever analysed.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use time::macros::date;
use trien_domain::{OrganId, OutgoingState, SendState, StatusCode};
use trien_store::*;

use crate::office::*;

/// Statements that may read all they find, by their beginning, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "SELECT DISTINCT outgoing FROM send JOIN delivery",
        "sorts what was sent within some weeks and came back",
    ),
    (
        "SELECT * FROM audit ORDER BY id",
        "the chain is verified from its first row, when a person asks",
    ),
    (
        "SELECT hash FROM audit ORDER BY id DESC LIMIT 1",
        "the last row",
    ),
    (
        "SELECT t.name, c.name FROM sqlite_schema",
        "the schema's own tables, once a week",
    ),
    (
        "SELECT * FROM handover WHERE outgoing",
        "sorts the packages of one document: a handful",
    ),
    (
        "SELECT change_request.* FROM change_target JOIN",
        "sorts the requests about one document",
    ),
    (
        "SELECT target FROM change_target",
        "sorts the documents of one request",
    ),
    (
        "SELECT * FROM directory WHERE old_code",
        "sorts the units that had one code: two at most",
    ),
    (
        "SELECT * FROM signatory",
        "the persons who may sign for an office",
    ),
    ("SELECT k, v FROM '", "FTS5's own: its one row"),
    (
        "WITH RECURSIVE years",
        "the greatest year by the key: one row each",
    ),
    (
        "INSERT INTO incoming (",
        "SQLite plans to look for rows that miss this one, and looks only where some do",
    ),
];
/// Tables whose rows the program or a person names one by one.
const SMALL: [&str; 6] = [
    "setting",
    "lease",
    "signatory",
    "incoming_count",
    "outgoing_count",
    "sqlite_sequence",
];
/// What is no table: the years of a book, one by one, and rows that a statement makes itself.
const MADE: [&str; 3] = ["years", "CONSTANT", "("];

#[test]
fn no_statement_walks_a_growing_table_or_sorts_what_it_lists() {
    let office = Office::new();
    let db = Connection::open(office.folder.path().join("trien.db")).unwrap();
    let statements = statements();
    assert!(statements.len() > 100, "{} statements", statements.len());
    let mut faults = Vec::new();
    for statement in &statements {
        if EXCEPTIONS
            .iter()
            .any(|(known, _)| statement.starts_with(known))
        {
            continue;
        }
        let found = plan(&db, statement);
        let found = found.iter().filter(|step| is_costly(&db, step, statement));
        faults.extend(found.map(|step| format!("{step}\n    {statement}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (exception, why) in EXCEPTIONS {
        let used = statements.iter().any(|s| s.starts_with(exception));
        assert!(used, "nobody runs {exception}: {why}");
    }
}

#[test]
fn a_walk_and_a_sort_are_found() {
    let office = Office::new();
    let db = Connection::open(office.folder.path().join("trien.db")).unwrap();
    let costly = [
        "SELECT count(*) FROM send WHERE state = 'waiting'",
        "SELECT * FROM send WHERE organ = ?1 AND outgoing IS NOT NULL ORDER BY reason",
        "SELECT count(*) FROM incoming WHERE organ = ?1",
        "SELECT id FROM raw_message WHERE organ = ?1 AND state = 'set_aside' ORDER BY reason",
    ];
    for statement in costly {
        let plan = plan(&db, statement);
        let found = plan.iter().any(|step| is_costly(&db, step, statement));
        assert!(found, "{statement}: {plan:?}");
    }
}

/// Lists, queues and counts that the other tests leave out, on a profile where they are empty.
#[test]
fn an_empty_profile_has_empty_lists() {
    let Office { store, .. } = &Office::new();
    let (us, since) = (&us(), NOW - time::Duration::days(30));
    let sends = store.sends();
    for state in [SendState::Waiting, SendState::Unclear, SendState::Failed] {
        assert_eq!(sends.count(us, state).unwrap(), 0);
    }
    assert_eq!(sends.due(us, NOW, 9).unwrap(), []);
    assert_eq!(sends.next_due(us).unwrap(), None);
    assert_eq!(sends.undelivered(us, since, 9).unwrap(), []);
    assert_eq!(sends.silent(us, since..NOW, 9).unwrap(), []);
    assert_eq!(sends.in_trouble(us, 9).unwrap(), []);
    assert_eq!(sends.came_back(us, since, 9).unwrap(), []);
    assert_eq!(sends.statuses_in_trouble(us, 9).unwrap(), []);
    assert_eq!(sends.failed_statuses(us, 9).unwrap(), []);
    assert_eq!(sends.recover(&lease_of(store, "test")).unwrap(), []);
    assert_eq!(store.statuses().of_nothing(us, 9).unwrap(), []);
    assert_eq!(store.changes().open(us, 9).unwrap(), []);
    let raw = store.raw();
    assert_eq!(raw.unfinished(us).unwrap(), []);
    assert_eq!(raw.stopped(us, 9).unwrap(), []);
    assert_eq!(raw.count_stopped(us).unwrap(), 0);
    assert_eq!(raw.unacked(us, NOW).unwrap(), []);
    assert_eq!(raw.refused_acks(us, 9).unwrap(), []);
    assert_eq!(raw.duplicates(us, 9).unwrap(), []);
    assert_eq!(raw.count_duplicates(us).unwrap(), 0);
    assert_eq!(raw.fetch_troubles(us, 9).unwrap(), []);
    lists_of_documents(store, us);
    books_and_others(store, us);
}

fn lists_of_documents(store: &Store, us: &OrganId) {
    let (inbox, outbox) = (store.incoming(), store.outgoing());
    let all = [Only::All, Only::Urgent, Only::Dated, Only::DueBefore(TODAY)];
    for only in all {
        for state in [None, Some(StatusCode::Arrived)] {
            assert_eq!(inbox.list(us, state, only, None, 9).unwrap(), []);
        }
        assert_eq!(inbox.count(us, StatusCode::Arrived, only).unwrap(), 0);
    }
    assert_eq!(inbox.folders(us).unwrap(), []);
    assert_eq!(
        inbox
            .search(us, "đường \"liên xã\"", None, 9)
            .unwrap()
            .documents,
        []
    );
    assert_eq!(
        outbox
            .search(us, "đường \"liên xã\"", None, 9)
            .unwrap()
            .documents,
        []
    );
    for state in [None, Some(OutgoingState::Signed)] {
        assert_eq!(outbox.list(us, state, None, 9).unwrap(), []);
    }
    assert_eq!(outbox.folders(us).unwrap(), []);
    assert_eq!(outbox.to_hand_back(us, 9).unwrap(), []);
}

fn books_and_others(store: &Store, us: &OrganId) {
    let registers = store.registers();
    assert_eq!(registers.outgoing_years(us).unwrap(), Vec::<i32>::new());
    assert_eq!(registers.incoming_years(us).unwrap(), Vec::<i32>::new());
    assert_eq!(registers.outgoing(&outgoing_series(), None, 9).unwrap(), []);
    assert_eq!(registers.outgoing_newest(us, 2026, None, 9).unwrap(), []);
    let before = OutgoingLine {
        date: date!(2026 - 11 - 22),
        series: "di".into(),
        number: 7,
    };
    assert_eq!(
        registers
            .outgoing_newest(us, 2026, Some(&before), 9)
            .unwrap(),
        []
    );
    assert_eq!(registers.incoming(&arrivals(), None, 9).unwrap(), []);
    assert_eq!(registers.incoming_newest(&arrivals(), None, 9).unwrap(), []);
    assert_eq!(store.numbers().last(&outgoing_series()).unwrap(), None);
    assert_eq!(store.numbers().reserved(us).unwrap(), []);
    assert_eq!(store.signatories().all(us).unwrap(), []);
    let none = OutgoingId(1);
    assert_eq!(store.handovers().of_outgoing(none).unwrap(), []);
    assert_eq!(store.timeline().of(Document::Outgoing(none)).unwrap(), []);
    assert_eq!(store.directory().search("sở nội vụ", 9).unwrap(), []);
    assert_eq!(store.directory().get(us).unwrap(), None);
    assert_eq!(store.directory().version().unwrap(), None);
    assert_eq!(store.settings().all().unwrap().len(), 0);
    let later = std::time::SystemTime::now();
    let swept = store
        .blobs()
        .sweep(later, std::time::Duration::ZERO)
        .unwrap();
    assert_eq!(swept.bytes, 0);
    assert!(matches!(
        store.audit().verify_chain().unwrap(),
        Chain::Whole { rows: 0, .. }
    ));
}

/// What the other tests of this program run, and the lists above.
fn statements() -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statements");
    let of = [
        "changes::",
        "inbox::",
        "outbox::",
        "sends::",
        "plans::an_empty",
    ];
    let status = Command::new(std::env::current_exe().unwrap())
        .args(of)
        .env("TRIEN_NOTE_STATEMENTS", &file)
        .stdout(Stdio::null())
        .status();
    assert!(status.unwrap().success(), "the other tests fail, too");
    let told = fs::read_to_string(file).unwrap();
    let sorts = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];
    let is_one = |line: &&str| sorts.iter().any(|sort| line.starts_with(sort));
    told.lines().filter(is_one).map(str::to_owned).collect()
}

/// The steps of a statement's plan, as SQLite tells them.
fn plan(db: &Connection, statement: &str) -> Vec<String> {
    let mut plan = db
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    let steps = plan.raw_query().mapped(|row| row.get("detail"));
    steps.collect::<rusqlite::Result<_>>().unwrap()
}

fn is_costly(db: &Connection, step: &str, statement: &str) -> bool {
    if let Some(scanned) = step.strip_prefix("SCAN ") {
        let named = |names: &[&str]| {
            let first = scanned.split(' ').next().unwrap_or_default();
            names
                .iter()
                .any(|name| first == *name || (*name == "(" && first.starts_with('(')))
        };
        // A full-text table is asked for words (M), and gives their documents in order.
        let by_words = scanned.contains("VIRTUAL TABLE INDEX") && scanned.contains('M');
        return !by_words && !named(&SMALL) && !named(&MADE);
    }
    if step.contains("TEMP B-TREE") && step.contains("ORDER BY") {
        return true;
    }
    // All rows of the organ, where no limit ends them and the index is not of a few.
    let of_organ = step.starts_with("SEARCH ") && step.ends_with("(organ=?)");
    of_organ && !statement.contains(" LIMIT ") && !uses_partial_index(db, step) && {
        let table = step.split(' ').nth(1).unwrap_or_default();
        !SMALL.contains(&table)
    }
}

fn uses_partial_index(db: &Connection, step: &str) -> bool {
    let index = step
        .split("INDEX ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let made = "SELECT sql FROM sqlite_schema WHERE name = ?1";
    let sql = db.query_row(made, [index], |row| row.get::<_, Option<String>>(0));
    sql.is_ok_and(|sql| sql.is_some_and(|sql| sql.contains("WHERE")))
}
