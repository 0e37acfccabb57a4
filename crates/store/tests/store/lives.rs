//! Lives: work on a profile that is troubled by the tests of `power.rs`, and judged afterwards.
//!
//! A life says what it has done as soon as the store says so. Whatever happens to it, what it said is true of what is
//! found afterwards, nothing is half done, and the same work goes on to its end.
#![cfg(target_os = "linux")]

mod migrating;
mod receiving;
mod sending;

use std::fs;
use std::panic::RefUnwindSafe;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, OpenFlags};
use time::{Duration, OffsetDateTime};
use trien_store::*;

use crate::office::*;
use crate::trace;

/// Every life.
pub const ALL: [&dyn Life; 3] = [
    &receiving::Receiving,
    &sending::Sending,
    &migrating::Migrating,
];
/// The last thing that a life says of its work.
pub const DONE: &str = "done";

/// Work on a profile, in steps of which each may be the last.
pub trait Life: Sync + RefUnwindSafe {
    fn name(&self) -> &'static str;

    /// What is in the folder before it begins.
    fn prepare(&self, _folder: &Path) {}

    /// What a program finds before it opens the profile.
    fn found(&self, _folder: &Path, _about: &str) {}

    /// All its work, from wherever an earlier life came to.
    fn live(&self, store: &Store, now: OffsetDateTime, outside: &mut Outside) -> Result<()>;

    /// What was heard of it is so.
    fn judge(&self, store: &Store, outside: &Outside, about: &str);
}

/// The world outside the profile: it hears what a life says, and forgets nothing.
pub struct Outside {
    pub heard: Vec<String>,
    aloud: bool,
}

impl Outside {
    /// The world of the process that is troubled.
    pub fn of_the_troubled() -> Self {
        let (heard, aloud) = (Vec::new(), true);
        Self { heard, aloud }
    }

    pub fn say(&mut self, line: String) {
        if self.aloud {
            trace::say(&line);
        }
        self.heard.push(line);
    }

    pub fn has_heard(&self, line: &str) -> bool {
        self.heard.iter().any(|heard| heard == line)
    }

    /// What was said after a word.
    pub fn told<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.heard.iter().filter_map(move |line| {
            let (first, rest) = line.split_once(' ')?;
            (first == word).then_some(rest)
        });
        lines.map(str::trim)
    }
}

/// A profile after a trouble: it opens, is sound, has all that was said; and the work goes on to its end.
pub fn judge(life: &dyn Life, folder: &Path, said: Vec<String>, about: &str) {
    life.found(folder, about);
    let store = Store::open(folder).unwrap_or_else(|error| panic!("{about}: {error:?}"));
    let (heard, aloud) = (said, false);
    let mut outside = Outside { heard, aloud };
    sound(&store, about);
    life.judge(&store, &outside, about);

    let later = NOW + Duration::hours(2);
    let lived = life.live(&store, later, &mut outside);
    assert!(lived.is_ok(), "{about}: {lived:?}");
    assert!(outside.has_heard(DONE), "{about}");
    let in_an_hour = SystemTime::now() + Duration::HOUR;
    let swept = store.blobs().sweep(in_an_hour, std::time::Duration::ZERO);
    assert!(swept.is_ok(), "{about}: {swept:?}");
    sound(&store, about);
    life.judge(&store, &outside, about);
}

/// The file, its references, the audit trail and every file that a row names are whole.
fn sound(store: &Store, about: &str) {
    assert_eq!(store.integrity().unwrap(), Vec::<String>::new(), "{about}");
    let chain = store.audit().verify_chain().unwrap();
    assert!(matches!(chain, Chain::Whole { .. }), "{about}: {chain:?}");
    for blob in named(store.folder()) {
        let bytes = store.blobs().read_verified(&blob);
        assert!(bytes.is_ok(), "{about}: {bytes:?}");
    }
}

/// Every blob that a row names, by the columns' names.
fn named(folder: &Path) -> Vec<BlobId> {
    let db = look_into(folder);
    let strings = |query: &str| -> Vec<String> {
        let mut query = db.prepare(query).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.map(std::result::Result::unwrap).collect()
    };
    let queries = strings(
        "SELECT printf('SELECT %s FROM %s WHERE %s IS NOT NULL', c.name, t.name, c.name)
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.sql LIKE '%STRICT%'
           AND (c.name = 'blob' OR c.name LIKE '%\\_blob' ESCAPE '\\')",
    );
    assert!(queries.len() > 3, "{queries:?}");
    let names = queries.iter().flat_map(|query| strings(query));
    names.map(|name| BlobId::parse(&name).unwrap()).collect()
}

/// A profile's tables, for looking.
fn look_into(folder: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(folder.join("trien.db"), flags).unwrap()
}

/// Copies what lies in a folder into another one.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (
            entry.as_ref().unwrap().path(),
            to.join(entry.unwrap().file_name()),
        );
        if from.is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}
