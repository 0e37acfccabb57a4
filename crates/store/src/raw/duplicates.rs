//! Messages whose document was here already.

use rusqlite::Connection;
use trien_domain::OrganId;

use super::{Raw, RawId, RawQueue, RawState, raw_row, set_state};
use crate::columns::sql;
use crate::error::Result;
use crate::incoming::IncomingId;

impl RawQueue<'_> {
    /// Duplicates by number, notation and organ that nobody has looked at, the newest first: each
    /// may be a document of its own.
    pub fn duplicates(&self, organ: &OrganId, limit: u32) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM raw_message WHERE organ = ?1 AND duplicate_by = 'code' AND seen = 0
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// How many duplicates nobody has looked at.
    pub fn count_duplicates(&self, organ: &OrganId) -> Result<u32> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT count(*) AS total FROM raw_message
                 WHERE organ = ?1 AND duplicate_by = 'code' AND seen = 0",
            )?;
            Ok(query.query_row([sql(organ)], |row| row.get("total"))?)
        })
    }
}

/// Marks a message as a duplicate of a document; `by` is `id` or `code`.
pub(crate) fn set_duplicate(
    db: &Connection,
    id: RawId,
    of: IncomingId,
    by: &str,
    reason: &str,
) -> Result<()> {
    set_state(db, id, RawState::Duplicate, reason)?;
    db.prepare_cached("UPDATE raw_message SET duplicate_of = ?2, duplicate_by = ?3 WHERE id = ?1")?
        .execute((id.0, of.0, by))?;
    Ok(())
}

/// Nobody need look at a duplicate any more.
pub(crate) fn mark_seen(db: &Connection, id: RawId) -> Result<()> {
    db.prepare_cached("UPDATE raw_message SET seen = 1 WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}
