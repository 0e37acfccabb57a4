//! The audit trail: append-only, each row bound to the one before it by SHA-256.

use rusqlite::{Connection, OptionalExtension as _, Row};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::columns::{get, get_opt, opt, sql};
use crate::error::Result;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 3,
    sql: "
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- OrganId, NULL for what concerns the whole profile
    organ TEXT,
    at INTEGER NOT NULL,
    -- the account or person at this machine, 'sync' for the loop
    who TEXT NOT NULL,
    -- a word: sign, reserve_number, void_number, register, settle_send, ...
    what TEXT NOT NULL,
    -- the document: a DocumentId, or the SHA-256 of a file that has none yet
    document TEXT NOT NULL DEFAULT '',
    -- SHA-256 of the certificate that was used, in hex
    certificate TEXT NOT NULL DEFAULT '',
    -- the result of the checks that were made
    result TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    -- SHA-256 over the hash of the row before it and every column of this row
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_document ON audit (document, id) WHERE document <> '';
CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;",
}];

/// What is written down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewAudit {
    /// The organ concerned, `None` for the whole profile.
    pub organ: Option<OrganId>,
    /// The account or person at this machine, `sync` for the loop.
    pub who: String,
    /// What was done, as a word.
    pub what: String,
    /// The document: a DocumentId, or the SHA-256 of a file that has none yet.
    pub document: String,
    /// SHA-256 of the certificate that was used, in hex.
    pub certificate: String,
    /// The result of the checks that were made.
    pub result: String,
    /// Anything else: a reason, a number.
    pub detail: String,
}

/// What was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Consecutive from 1.
    pub id: i64,
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub entry: NewAudit,
    /// The chain's head after this row.
    pub hash: [u8; 32],
}

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chain {
    /// Every row follows from the one before. Whoever kept an earlier head can compare.
    Whole {
        /// How many rows.
        rows: i64,
        /// The last row's hash; zeros where there is none.
        head: [u8; 32],
    },
    /// The first row that was changed, or after which one is missing.
    Broken {
        /// Its id.
        at: i64,
    },
}

/// The audit trail of a profile.
#[derive(Debug)]
pub struct Audit<'a>(&'a Store);

impl Store {
    /// The audit trail of this profile.
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }
}

impl Audit<'_> {
    /// Writes an act down.
    pub fn append(&self, entry: &NewAudit, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| append(tx, entry, now))
    }

    /// The acts on one document, oldest first.
    pub fn of_document(&self, document: &str) -> Result<Vec<AuditRow>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                // As the index says it: SQLite does not conclude it from the document.
                "SELECT * FROM audit WHERE document = ?1 AND document <> '' ORDER BY id",
            )?;
            let rows = query.query_map([document], audit_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The newest acts before a row (`None`: the newest of all), newest first.
    pub fn newest(&self, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT * FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2")?;
            let rows = query.query_map((before.unwrap_or(i64::MAX), limit), audit_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Walks the chain from its first row.
    pub fn verify_chain(&self) -> Result<Chain> {
        self.0.read(|db| {
            let mut query = db.prepare_cached("SELECT * FROM audit ORDER BY id")?;
            let mut rows = query.query([])?;
            let (mut count, mut head) = (0, [0; 32]);
            while let Some(row) = rows.next()? {
                let row = audit_row(row)?;
                head = link(&head, &row.entry, row.at);
                count += 1;
                if row.id != count || row.hash != head {
                    return Ok(Chain::Broken { at: row.id });
                }
            }
            // SQLite remembers the last id it gave: rows cut off at the end are missed too.
            let given: Option<i64> = db
                .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'audit'")?
                .query_row([], |row| row.get(0))
                .optional()?;
            if given.unwrap_or(0) != count {
                return Ok(Chain::Broken { at: count });
            }
            Ok(Chain::Whole { rows: count, head })
        })
    }
}

/// Writes an act down in the transaction that does it.
pub(crate) fn append(db: &Connection, entry: &NewAudit, now: OffsetDateTime) -> Result<()> {
    let head: Option<[u8; 32]> = db
        .prepare_cached("SELECT hash FROM audit ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let at = from_column(now);
    let entry = composed(entry);
    let hash = link(&head.unwrap_or_default(), &entry, at);
    db.prepare_cached(
        "INSERT INTO audit (organ, at, who, what, document, certificate, result, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        opt(entry.organ.as_ref()),
        sql(&at),
        entry.who,
        entry.what,
        entry.document,
        entry.certificate,
        entry.result,
        entry.detail,
        hash,
    ))?;
    Ok(())
}

/// The next head: each field with its length before it, so that no two rows hash alike.
fn link(head: &[u8; 32], entry: &NewAudit, at: OffsetDateTime) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(at.unix_timestamp().to_be_bytes());
    hash.update(at.millisecond().to_be_bytes());
    let organ = entry.organ.as_ref().map_or("", OrganId::as_str);
    for field in [
        organ,
        &entry.who,
        &entry.what,
        &entry.document,
        &entry.certificate,
        &entry.result,
        &entry.detail,
    ] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field.as_bytes());
    }
    hash.finalize().into()
}

/// An instant as its column gives it back: in UTC and whole milliseconds.
fn from_column(at: OffsetDateTime) -> OffsetDateTime {
    let at = at.to_offset(time::UtcOffset::UTC);
    at.replace_millisecond(at.millisecond()).unwrap_or(at)
}

fn composed(entry: &NewAudit) -> NewAudit {
    let text = trien_domain::text::compose;
    NewAudit {
        organ: entry
            .organ
            .as_ref()
            .and_then(|organ| OrganId::new(&text(organ.as_str()))),
        who: text(&entry.who),
        what: text(&entry.what),
        document: entry.document.clone(),
        certificate: text(&entry.certificate),
        result: text(&entry.result),
        detail: text(&entry.detail),
    }
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        id: row.get("id")?,
        at: get(row, "at")?,
        entry: NewAudit {
            organ: get_opt(row, "organ")?,
            who: row.get("who")?,
            what: row.get("what")?,
            document: row.get("document")?,
            certificate: row.get("certificate")?,
            result: row.get("result")?,
            detail: row.get("detail")?,
        },
        hash: row.get("hash")?,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 08:00:00.123456 +7);

    fn three_acts() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for what in ["sign", "reserve_number", "seal"] {
            let entry = NewAudit {
                what: what.into(),
                who: "Nguyễn Thị Văn Thư".into(),
                document: "d1".into(),
                ..NewAudit::default()
            };
            store.audit().append(&entry, NOW).unwrap();
        }
        (folder, store)
    }

    /// Changes the file as somebody with a SQLite shell would.
    fn tamper(store: &Store, sql: &str) {
        let db = Connection::open(store.folder().join(crate::db::DATABASE)).unwrap();
        db.execute_batch("DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_values;")
            .unwrap();
        db.execute_batch(sql).unwrap();
    }

    #[test]
    fn an_untouched_chain_is_whole() {
        let (_folder, store) = three_acts();
        assert!(matches!(
            store.audit().verify_chain().unwrap(),
            Chain::Whole { rows: 3, .. }
        ));
        assert_eq!(store.audit().of_document("d1").unwrap().len(), 3);
        assert_eq!(
            store.audit().newest(Some(3), 1).unwrap()[0].entry.what,
            "reserve_number"
        );
    }

    #[test]
    fn rows_can_be_neither_changed_nor_removed() {
        let (_folder, store) = three_acts();
        for forbidden in ["UPDATE audit SET who = 'x'", "DELETE FROM audit"] {
            let refused = store.write(|tx| Ok(tx.execute(forbidden, [])?));
            assert!(refused.is_err(), "{forbidden}");
        }
    }

    #[test]
    fn a_changed_a_removed_and_a_cut_off_row_are_found() {
        for (sql, at) in [
            ("UPDATE audit SET what = 'none' WHERE id = 2", 2),
            ("DELETE FROM audit WHERE id = 2", 3),
            ("DELETE FROM audit WHERE id = 3", 2),
        ] {
            let (_folder, store) = three_acts();
            tamper(&store, sql);
            assert_eq!(
                store.audit().verify_chain().unwrap(),
                Chain::Broken { at },
                "{sql}"
            );
        }
    }
}
