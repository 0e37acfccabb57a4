//! A profile of version 21, left by a program that was killed, is opened and brought up to date.
//!
//! Its schema and its rows lie beside this file as they were: no later program may need to make them.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use rusqlite::Connection;
use time::OffsetDateTime;
use trien_domain::OutgoingState;
use trien_store::*;

use super::{DONE, Life, Outside, copy, look_into};
use crate::office::*;

const SCHEMA: &str = include_str!("version_21.sql");
const ROWS: &str = include_str!("rows_21.sql");
/// The rows' blobs, by their names in [`ROWS`].
const BLOBS: [(&str, &str); 4] = [
    (":package", "old package"),
    (":file", "%PDF"),
    (":status", "old status 01"),
    (":signed", "signed"),
];
/// `Trie`, as in every file of ours.
const APPLICATION_ID: i64 = 0x5472_6965;

pub struct Migrating;

impl Life for Migrating {
    fn name(&self) -> &'static str {
        "migrating"
    }

    fn prepare(&self, folder: &Path) {
        let made = tempfile::tempdir().unwrap();
        let db = Connection::open(made.path().join("trien.db")).unwrap();
        db.execute_batch(SCHEMA).unwrap();
        db.pragma_update(None, "user_version", 21).unwrap();
        let id = APPLICATION_ID;
        db.pragma_update(None, "application_id", id).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        let mut rows = ROWS.to_owned();
        for (name, bytes) in BLOBS {
            let blob = BlobId::of(bytes.as_bytes()).to_string();
            rows = rows.replace(name, &format!("'{blob}'"));
            let shelf = made.path().join("blobs").join(&blob[..2]);
            fs::create_dir_all(&shelf).unwrap();
            fs::write(shelf.join(blob), bytes).unwrap();
        }
        db.execute_batch(&rows).unwrap();
        // Copied while it is open: the rows are in the log (WAL) only.
        copy(made.path(), folder);
        let _ = fs::remove_file(folder.join("trien.db-shm"));
    }

    fn found(&self, folder: &Path, about: &str) {
        // Looked into elsewhere, as looking may mend the log.
        let elsewhere = tempfile::tempdir().unwrap();
        copy(folder, elsewhere.path());
        let found = schema(elsewhere.path());
        let [old, new] = self.schemas();
        assert!(found == *old || found == *new, "{about}: {found:?}");
    }

    fn live(&self, store: &Store, _: OffsetDateTime, outside: &mut Outside) -> Result<()> {
        outside.say("opened profile".to_owned());
        store.settings().set("kept anew", "by this version")?;
        admit(store, &facts(900))?;
        outside.say(DONE.to_owned());
        Ok(())
    }

    fn judge(&self, store: &Store, outside: &Outside, about: &str) {
        let found = schema(store.folder());
        assert!(found == self.schemas()[1], "{about}: {found:?}");
        let kept = store.settings().get("kept").unwrap();
        assert_eq!(kept.as_deref(), Some("by version 21"), "{about}");
        for n in 1..=3 {
            letter_is_whole(store, n, about);
        }
        let folders = [(OutgoingState::Signed, 2), (OutgoingState::WaitingSend, 1)];
        let outbox = store.outgoing();
        assert_eq!(outbox.folders(&us()).unwrap(), folders, "{about}");
        let [b, c] = ["b", "c"].map(|key| outbox.find(key).unwrap().unwrap().id);
        assert_eq!(outbox.to_hand_back(&us(), 9).unwrap(), [b], "{about}");
        let number = store.numbers().get(&outgoing_series(), 1).unwrap();
        assert_eq!(number.outgoing, Some(c), "{about}");
        let sends = store.sends().of_outgoing(c).unwrap();
        let send = &sends[0];
        let since = send.tried_since.unix_timestamp();
        assert_eq!((sends.len(), send.tries, since), (1, 2, 7), "{about}");
        let due = store.sends().due(&us(), NOW, 1).unwrap();
        assert_eq!(
            due[0].id, send.id,
            "{about}: documents come before statuses"
        );
        if outside.has_heard(DONE) {
            let new = store.incoming().find(&us(), &facts(900).id).unwrap();
            assert!(new.is_some(), "{about}");
        }
    }
}

impl Migrating {
    /// The schema of version 21, and what becomes of it without trouble.
    fn schemas(&self) -> &'static [Vec<String>; 2] {
        static SCHEMAS: OnceLock<[Vec<String>; 2]> = OnceLock::new();
        SCHEMAS.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            self.prepare(folder.path());
            let old = schema(folder.path());
            drop(Store::open(folder.path()).unwrap());
            [old, schema(folder.path())]
        })
    }
}

/// The version and every statement of the schema.
fn schema(folder: &Path) -> Vec<String> {
    let db = look_into(folder);
    let query = "SELECT user_version FROM pragma_user_version
                 UNION ALL SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL";
    let mut query = db.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get::<_, rusqlite::types::Value>(0));
    rows.unwrap()
        .map(|row| format!("{:?}", row.unwrap()))
        .collect()
}

/// A letter that came to the old program is there with all that was found out about it.
fn letter_is_whole(store: &Store, n: u32, about: &str) {
    let raw = store
        .raw()
        .find(&us(), &format!("old-{n}"))
        .unwrap()
        .unwrap();
    let letters = store.incoming().list(&us(), None, Only::All, None, 99);
    let letters = letters.unwrap();
    let letter = letters.iter().find(|letter| letter.raw == raw.id).unwrap();
    assert_eq!(letter.code.number, n.to_string(), "{about}");
    let findings = store.incoming().findings(letter.id).unwrap();
    assert!(
        findings.report.starts_with(&format!("{{\"report\": {n}, ")),
        "{about}"
    );
    assert!(findings.report.len() > 6000, "{about}");
    assert_eq!(findings.checks, format!("{{\"checks\": {n}}}"), "{about}");
    assert_eq!(findings.verdict, "valid", "{about}");
    assert_eq!(
        store.incoming().attachments(letter.id).unwrap().len(),
        1,
        "{about}"
    );
    assert_eq!(
        store.sends().of_incoming(letter.id).unwrap().len(),
        1,
        "{about}"
    );
}
