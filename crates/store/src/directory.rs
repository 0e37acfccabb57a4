//! The directory of organs on the axis: an indexed copy, searched as one types.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};
use time::OffsetDateTime;
use trien_domain::OrganId;
use trien_domain::text::fold;

use crate::Store;
use crate::columns::{get, get_opt, nfc, opt, sql};
use crate::error::Result;
use crate::schema::Migration;
use crate::search;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 13,
    sql: "
CREATE TABLE directory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- '' : the axis has one directory for everybody
    organ TEXT NOT NULL DEFAULT '',
    -- OrganId of the unit
    code TEXT NOT NULL UNIQUE,
    -- the code it had before Decision 20/2020
    old_code TEXT,
    name TEXT NOT NULL,
    -- the unit above it
    parent_code TEXT,
    email TEXT NOT NULL,
    -- 0: closed; it stays, so that old documents still have their sender's name
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- the axis's version of this line, for asking for changes only
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX directory_old_code ON directory (old_code) WHERE old_code IS NOT NULL;
CREATE INDEX directory_version ON directory (version);
CREATE VIRTUAL TABLE directory_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3'
);",
}];

/// A unit of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its OrganId.
    pub code: OrganId,
    /// The code it had before.
    pub old_code: Option<OrganId>,
    /// Its name.
    pub name: String,
    /// The unit above it.
    pub parent: Option<OrganId>,
    /// Its e-mail.
    pub email: String,
    /// Whether it still exists.
    pub active: bool,
    /// The axis's version of this line.
    pub version: i64,
}

/// The directory.
#[derive(Debug)]
pub struct Directory<'a>(&'a Store);

impl Store {
    /// The directory of organs.
    pub fn directory(&self) -> Directory<'_> {
        Directory(self)
    }
}

impl Directory<'_> {
    /// Takes units in, new and changed ones, in one transaction: the whole directory of 120,000 or
    /// the changes since a version.
    pub fn put_all(
        &self,
        units: impl IntoIterator<Item = Unit>,
        now: OffsetDateTime,
    ) -> Result<u32> {
        self.0.write(|tx| {
            let mut taken = 0;
            for unit in units {
                put(tx, &unit, now)?;
                taken += 1;
            }
            Ok(taken)
        })
    }

    /// Takes the whole directory in, in one transaction. It tells no versions, so those that are known stay; where none
    /// is known, whoever it does not name any more is closed.
    pub fn put_whole(
        &self,
        units: impl IntoIterator<Item = Unit>,
        now: OffsetDateTime,
    ) -> Result<u32> {
        self.0.write(|tx| {
            let mut named = HashSet::new();
            for mut unit in units {
                if let Some(known) = by(tx, "code", &unit.code)?
                    && known.version > 0
                {
                    (unit.version, unit.active) = (known.version, known.active);
                }
                put(tx, &unit, now)?;
                named.insert(unit.code);
            }
            // A list of nobody is no directory.
            if !named.is_empty() {
                close_others(tx, &named, now)?;
            }
            Ok(u32::try_from(named.len()).unwrap_or(u32::MAX))
        })
    }

    /// The unit that a code stands for now: another one may have taken its place.
    pub fn successor(&self, code: &OrganId) -> Result<Option<Unit>> {
        let found = self.0.read(|db| by(db, "old_code", code))?;
        Ok(found.filter(|unit| unit.active && unit.code != *code))
    }

    /// The highest version in the copy: what to ask the axis for changes after.
    pub fn version(&self) -> Result<Option<i64>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached("SELECT max(version) FROM directory")?;
            Ok(query.query_row([], |row| row.get(0))?)
        })
    }

    /// A unit by its code, or by the code it had before.
    pub fn get(&self, code: &OrganId) -> Result<Option<Unit>> {
        self.0.read(|db| match by(db, "code", code)? {
            Some(unit) => Ok(Some(unit)),
            None => by(db, "old_code", code),
        })
    }

    /// The units that still exist and whose name or codes have every typed word, the last one as a
    /// beginning.
    pub fn search(&self, typed: &str, limit: u32) -> Result<Vec<Unit>> {
        self.0.read(|db| {
            let Some(words) = search::query(db, typed)? else {
                return Ok(Vec::new());
            };
            let mut query = db.prepare_cached(
                "SELECT directory.* FROM directory_search JOIN directory
                     ON directory.id = directory_search.rowid
                 WHERE directory_search MATCH ?1 AND active = 1
                 ORDER BY directory_search.rowid LIMIT ?2",
            )?;
            let rows = query.query_map((words, limit), unit_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn put(tx: &Transaction<'_>, unit: &Unit, now: OffsetDateTime) -> Result<()> {
    let known = by(tx, "code", &unit.code)?;
    if known.as_ref() == Some(unit) {
        return Ok(());
    }
    let id: i64 = tx
        .prepare_cached(
            "INSERT INTO directory (code, old_code, name, parent_code, email, active, version,
                                    changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (code) DO UPDATE SET old_code = excluded.old_code, name = excluded.name,
                 parent_code = excluded.parent_code, email = excluded.email,
                 active = excluded.active, version = excluded.version,
                 changed_at = excluded.changed_at
             RETURNING id",
        )?
        .query_row(
            (
                sql(&unit.code),
                opt(unit.old_code.as_ref()),
                nfc(&unit.name),
                opt(unit.parent.as_ref()),
                nfc(&unit.email),
                unit.active,
                unit.version,
                sql(&now),
            ),
            |row| row.get(0),
        )?;
    let words = |unit: &Unit| {
        let old = unit.old_code.as_ref().map_or("", OrganId::as_str);
        fold(&format!("{} {} {old}", unit.name, unit.code))
    };
    if known.is_some_and(|known| words(&known) == words(unit)) {
        return Ok(());
    }
    search::index(tx, "directory_search", id, &[&words(unit)])
}

fn close_others(tx: &Transaction<'_>, named: &HashSet<OrganId>, now: OffsetDateTime) -> Result<()> {
    let mut query =
        tx.prepare_cached("SELECT * FROM directory WHERE active = 1 AND version = 0")?;
    let units = query.query_map([], unit_row)?;
    let units: Vec<Unit> = units.collect::<rusqlite::Result<_>>()?;
    for unit in units.into_iter().filter(|unit| !named.contains(&unit.code)) {
        let closed = Unit {
            active: false,
            ..unit
        };
        put(tx, &closed, now)?;
    }
    Ok(())
}

fn by(db: &Connection, column: &str, code: &OrganId) -> Result<Option<Unit>> {
    let query = format!("SELECT * FROM directory WHERE {column} = ?1 ORDER BY active DESC LIMIT 1");
    let mut query = db.prepare_cached(&query)?;
    Ok(query.query_row([sql(code)], unit_row).optional()?)
}

fn unit_row(row: &Row<'_>) -> rusqlite::Result<Unit> {
    Ok(Unit {
        code: get(row, "code")?,
        old_code: get_opt(row, "old_code")?,
        name: row.get("name")?,
        parent: get_opt(row, "parent_code")?,
        email: row.get("email")?,
        active: row.get("active")?,
        version: row.get("version")?,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

    fn unit(code: &str, name: &str, version: i64) -> Unit {
        Unit {
            code: OrganId::new(code).unwrap(),
            old_code: None,
            name: name.into(),
            parent: None,
            email: String::new(),
            active: true,
            version,
        }
    }

    #[test]
    fn organs_are_found_as_one_types() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let mut commune = unit("H99.15", "Ủy ban nhân dân xã An Hòa", 1);
        commune.old_code = OrganId::new("000.00.15.H99");
        let office = unit("H99.02", "Sở Nội vụ tỉnh Mẫu Sơn", 2);
        store
            .directory()
            .put_all([commune.clone(), office.clone()], NOW)
            .unwrap();
        let found = |typed: &str| store.directory().search(typed, 20).unwrap();
        assert_eq!(found("an ho"), vec![commune.clone()]);
        assert_eq!(found("so noi v"), vec![office.clone()]);
        assert_eq!(found("h99.15"), vec![commune.clone()]);
        let old = OrganId::new("000.00.15.H99").unwrap();
        assert_eq!(store.directory().get(&old).unwrap(), Some(commune));
        assert_eq!(store.directory().version().unwrap(), Some(2));
    }

    #[test]
    fn a_renamed_unit_is_found_by_its_new_name_only_and_a_closed_one_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store
            .directory()
            .put_all([unit("H1", "Phường Cũ", 1)], NOW)
            .unwrap();
        let renamed = unit("H1", "Xã Mới", 2);
        store.directory().put_all([renamed.clone()], NOW).unwrap();
        assert_eq!(store.directory().search("phuong", 20).unwrap(), vec![]);
        assert_eq!(
            store.directory().search("xa moi", 20).unwrap(),
            vec![renamed.clone()]
        );
        let closed = Unit {
            active: false,
            version: 3,
            ..renamed
        };
        store.directory().put_all([closed.clone()], NOW).unwrap();
        assert_eq!(store.directory().search("xa moi", 20).unwrap(), vec![]);
        assert_eq!(store.directory().get(&closed.code).unwrap(), Some(closed));
    }

    #[test]
    fn a_merger_in_the_whole_directory_closes_whom_it_does_not_name_and_tells_the_successor() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let directory = store.directory();
        let old = unit("H1", "Xã Một", 0);
        let told = unit("H2", "Xã Hai", 7);
        directory.put_all([old.clone(), told.clone()], NOW).unwrap();
        let mut new = unit("H3", "Xã Một Hai", 0);
        new.old_code = Some(old.code.clone());
        directory.put_whole([], NOW).unwrap();
        assert!(directory.get(&old.code).unwrap().unwrap().active);
        let again = unit("H2", "Xã Hai", 0);
        directory.put_whole([new.clone(), again], NOW).unwrap();
        let now = |code| directory.get(code).unwrap().unwrap();
        assert!(!now(&old.code).active);
        assert_eq!(now(&told.code), told, "its version stays");
        assert_eq!(directory.successor(&old.code).unwrap(), Some(new));
        assert_eq!(directory.successor(&told.code).unwrap(), None);
    }
}
