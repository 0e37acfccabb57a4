//! Migrations: additive, each beside its table, run once and in order.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Result, StoreError};

/// One step from a version of the schema to the next. A step that has been released is never
/// edited: the next version adds another one.
pub(crate) struct Migration {
    /// The version the schema has after it.
    pub version: i64,
    /// What it does; comments inside a CREATE statement stay in the file and in `docs/schema.sql`.
    pub sql: &'static str,
}

/// Every step of every table.
const MIGRATIONS: &[&[Migration]] = &[
    crate::audit::MIGRATIONS,
    crate::settings::MIGRATIONS,
    crate::leases::MIGRATIONS,
    crate::raw::MIGRATIONS,
    crate::incoming::MIGRATIONS,
    crate::outgoing::MIGRATIONS,
    crate::outgoing::forwards::MIGRATIONS,
    crate::outgoing::words::MIGRATIONS,
    crate::timeline::MIGRATIONS,
    crate::sends::MIGRATIONS,
    crate::statuses::MIGRATIONS,
    crate::numbers::MIGRATIONS,
    crate::registers::MIGRATIONS,
    crate::signatories::MIGRATIONS,
    crate::directory::MIGRATIONS,
    crate::handovers::MIGRATIONS,
    crate::changes::MIGRATIONS,
    crate::dismissals::MIGRATIONS,
    crate::search::MIGRATIONS,
];

/// `Trie` in ASCII, SQLite's application_id: tells our file from any other SQLite database.
const APPLICATION_ID: i64 = 0x5472_6965;

/// Refuses the database of another program before anything is written to it.
pub(crate) fn refuse_foreign(db: &Connection, path: &Path) -> Result<()> {
    let id: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if id == APPLICATION_ID || (id == 0 && tables == 0) {
        return Ok(());
    }
    Err(StoreError::Foreign {
        path: path.to_owned(),
    })
}

/// Brings the schema up to date, in one transaction: a kill in between leaves the old one.
pub(crate) fn migrate(db: &mut Connection) -> Result<()> {
    let steps = in_order();
    let known = steps.last().map_or(0, |step| step.version);
    if version(db)? == known {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have been quicker.
    let found = version(&tx)?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for step in steps.iter().filter(|step| step.version > found) {
        crate::fault::point("store.before_migration");
        tx.execute_batch(step.sql)?;
        crate::fault::point("store.after_migration");
    }
    tx.pragma_update(None, "user_version", known)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}

fn version(db: &Connection) -> Result<i64> {
    Ok(db.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn in_order() -> Vec<&'static Migration> {
    let mut steps: Vec<_> = MIGRATIONS.iter().copied().flatten().collect();
    steps.sort_by_key(|step| step.version);
    steps
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::Store;

    #[test]
    fn versions_are_consecutive_from_one() {
        let versions: Vec<i64> = in_order().iter().map(|step| step.version).collect();
        let expected: Vec<i64> = (1..=versions.len() as i64).collect();
        assert_eq!(versions, expected);
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        let path = folder.path().join(crate::db::DATABASE);
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "user_version", 9999).unwrap();
        let refused = Store::open(folder.path());
        assert!(matches!(
            refused,
            Err(StoreError::NewerSchema { found: 9999, .. })
        ));
        assert_eq!(version(&db).unwrap(), 9999);
    }

    /// A profile as the version before the sums, the ranks and the marks of hand-overs left it.
    const OLD: &str = "
INSERT INTO outgoing (organ, key, state, place, kind_number, kind_name, notation, subject, content,
        signatory_competence, signatory_position, signatory_name, urgency, sphere, typist,
        appendices, to_places, steering, paper, staff_department, staff_name, staff_email,
        staff_mobile, created_at, changed_at)
    SELECT 'H99.15', value, iif(value = 'c', 'waiting_send', 'signed'), '', 0, '', '', '', '', '', '', '',
        iif(value = 'c', 3, 0), '', '', '', '', 0, 0, '', '', '', '', 0, 0
    FROM json_each('[\"a\", \"b\", \"c\"]');
INSERT INTO revision SELECT id, 1, organ, 'signed', printf('%064d', id), 1, 0, '' FROM outgoing;
INSERT INTO handover (organ, package, direction, sha256, state, outgoing, seen_at, changed_at)
    SELECT organ, key, 'out', printf('%064d', id), 'answered', id, 0, 0 FROM outgoing WHERE key = 'a';
INSERT INTO send (organ, outgoing, operation, package_blob, next_try_at, created_at)
    SELECT organ, id, 0, printf('%064d', id), 0, 7000 FROM outgoing WHERE key = 'c';";

    #[test]
    fn a_profile_of_an_earlier_version_is_brought_up_to_date_with_what_it_holds() {
        use trien_domain::{OrganId, OutgoingState};
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join(crate::db::DATABASE)).unwrap();
        for step in in_order().iter().filter(|step| step.version <= 21) {
            db.execute_batch(step.sql).unwrap();
        }
        db.pragma_update(None, "user_version", 21).unwrap();
        db.pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        db.execute_batch(OLD).unwrap();
        drop(db);

        let store = Store::open(folder.path()).unwrap();
        assert_eq!(store.integrity().unwrap(), Vec::<String>::new());
        let us = OrganId::new("H99.15").unwrap();
        let folders = [(OutgoingState::Signed, 2), (OutgoingState::WaitingSend, 1)];
        assert_eq!(store.outgoing().folders(&us).unwrap(), folders);
        let kept = store.outgoing().find("b").unwrap().unwrap().id;
        assert_eq!(store.outgoing().to_hand_back(&us, 9).unwrap(), [kept]);
        let now = time::OffsetDateTime::UNIX_EPOCH + time::Duration::DAY;
        let due = store.sends().due(&us, now, 9).unwrap();
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].tried_since.unix_timestamp(), 7);
        let db = Connection::open(folder.path().join(crate::db::DATABASE)).unwrap();
        let rank = db.query_row("SELECT rank FROM send", [], |row| row.get::<_, i64>(0));
        assert_eq!(rank.unwrap(), 4);
    }

    #[test]
    fn a_database_of_another_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(crate::db::DATABASE);
        let db = Connection::open(&path).unwrap();
        db.execute_batch("CREATE TABLE moz_places (id INTEGER)")
            .unwrap();
        assert!(matches!(
            Store::open(folder.path()),
            Err(StoreError::Foreign { .. })
        ));
    }

    #[test]
    fn what_is_no_database_is_called_damaged() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(crate::db::DATABASE), [b'x'; 5000]).unwrap();
        assert!(matches!(
            Store::open(folder.path()),
            Err(StoreError::Corrupt(_))
        ));
    }

    #[test]
    fn every_table_is_strict_and_names_its_organ() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        let db = Connection::open(folder.path().join(crate::db::DATABASE)).unwrap();
        let mut tables = db
            .prepare(
                "SELECT t.name, t.strict, EXISTS (SELECT 1 FROM pragma_table_info(t.name) c
                                                  WHERE c.name = 'organ')
                 FROM pragma_table_list t
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            )
            .unwrap();
        let rows = tables
            .query_map([], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, bool>(1)?,
                    row.get::<_, bool>(2)?,
                ))
            })
            .unwrap();
        let tables: Vec<_> = rows.map(Result::unwrap).collect();
        assert!(tables.len() >= MIGRATIONS.len());
        for (name, strict, organ) in tables {
            assert!(strict, "{name} is not STRICT");
            assert!(organ, "{name} does not say whose it is");
        }
    }

    /// `docs/schema.sql` is what the program makes. After a change run this test with
    /// `TRIEN_WRITE_SCHEMA=1` and commit the file.
    #[test]
    fn the_written_schema_is_the_real_one() {
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(folder.path()).unwrap());
        let db = Connection::open(folder.path().join(crate::db::DATABASE)).unwrap();
        let mut statements = db
            .prepare(
                "SELECT sql FROM sqlite_schema
                 WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%\\_search\\_%' ESCAPE '\\'
                   AND tbl_name NOT LIKE 'sqlite_%'
                 ORDER BY rootpage = 0, tbl_name, type <> 'table', name",
            )
            .unwrap();
        let rows = statements
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        let mut real = String::from(
            "-- The schema of a profile's trien.db, written by a test of crates/store: do not edit.\n\
             -- Instants are milliseconds since 1970 UTC, dates are yyyy-MM-dd in Vietnam, texts NFC.\n",
        );
        for statement in rows {
            write!(real, "\n{};\n", statement.unwrap()).unwrap();
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema.sql");
        if std::env::var_os("TRIEN_WRITE_SCHEMA").is_some() {
            std::fs::write(&path, &real).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == real,
            "docs/schema.sql is stale: see this test's comment"
        );
    }
}
