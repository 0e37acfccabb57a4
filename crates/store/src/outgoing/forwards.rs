//! Which letters a document of ours carries: as an attachment, or as what it is a copy of. What becomes of the letter
//! concerns whoever got it from us.

use rusqlite::Transaction;

use super::{Outbox, Outgoing, OutgoingId};
use crate::columns::sql;
use crate::error::Result;
use crate::incoming::IncomingId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 32,
    sql: "
CREATE TABLE forward (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    -- a letter of whose files it has one, byte for byte, or had one before it was sealed
    incoming INTEGER NOT NULL REFERENCES incoming (id),
    organ TEXT NOT NULL,
    PRIMARY KEY (outgoing, incoming)
) STRICT, WITHOUT ROWID;
CREATE INDEX forward_incoming ON forward (incoming, outgoing);",
}];

impl Outbox<'_> {
    /// The letters that a document of ours carries.
    pub fn carries(&self, id: OutgoingId) -> Result<Vec<IncomingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT incoming FROM forward WHERE outgoing = ?1 ORDER BY incoming",
            )?;
            let rows = query.query_map([id.0], |row| Ok(IncomingId(row.get(0)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The documents of ours that carry a letter.
    pub fn forwards_of(&self, letter: IncomingId) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT outgoing FROM forward WHERE incoming = ?1 ORDER BY outgoing",
            )?;
            let rows = query.query_map([letter.0], |row| Ok(OutgoingId(row.get(0)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Notes which letters the document carries by now.
pub(super) fn note(tx: &Transaction<'_>, document: &Outgoing) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO forward (outgoing, incoming, organ)
         SELECT ?1, incoming, organ FROM incoming_attachment
         WHERE organ = ?2 AND blob IN (
             SELECT blob FROM outgoing_attachment WHERE outgoing = ?1
             UNION ALL SELECT blob FROM revision WHERE outgoing = ?1)",
    )?
    .execute((document.id.0, sql(&document.draft.organ)))?;
    Ok(())
}

/// Its files are chosen anew.
pub(super) fn forget(tx: &Transaction<'_>, id: OutgoingId) -> Result<()> {
    tx.prepare_cached("DELETE FROM forward WHERE outgoing = ?1")?
        .execute([id.0])?;
    Ok(())
}
