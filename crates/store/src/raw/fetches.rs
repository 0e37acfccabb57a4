//! Packages that the axis lists and could not give: how often, why, and when they are asked for again.

use time::OffsetDateTime;
use trien_domain::OrganId;

use super::RawQueue;
use crate::columns::{nfc, sql};
use crate::error::Result;

impl RawQueue<'_> {
    /// Notes that the axis could not give a package; it is not asked for again before `next`, which
    /// is told by how often it failed, this time included.
    pub fn fetch_failed(
        &self,
        organ: &OrganId,
        axis_id: &str,
        reason: &str,
        next: impl FnOnce(u32) -> OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            let tries: u32 = tx
                .prepare_cached(
                    "INSERT INTO fetch_trouble (organ, axis_id, tries, reason, next_at)
                     VALUES (?1, ?2, 1, ?3, 0)
                     ON CONFLICT DO UPDATE SET tries = tries + 1, reason = excluded.reason
                     RETURNING tries",
                )?
                .query_row((sql(organ), axis_id, nfc(reason)), |row| row.get(0))?;
            tx.prepare_cached(
                "UPDATE fetch_trouble SET next_at = ?3 WHERE organ = ?1 AND axis_id = ?2",
            )?
            .execute((sql(organ), axis_id, sql(&next(tries))))?;
            Ok(())
        })
    }

    /// Whether a package may be asked for: it never failed, or its time has come.
    pub fn may_fetch(&self, organ: &OrganId, axis_id: &str, now: OffsetDateTime) -> Result<bool> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM fetch_trouble
                     WHERE organ = ?1 AND axis_id = ?2 AND next_at > ?3)",
            )?;
            Ok(query.query_row((sql(organ), axis_id, sql(&now)), |row| row.get(0))?)
        })
    }

    /// Packages that the axis lists and could not give: its key, how often, why.
    pub fn fetch_troubles(
        &self,
        organ: &OrganId,
        limit: u32,
    ) -> Result<Vec<(String, u32, String)>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT axis_id, tries, reason FROM fetch_trouble WHERE organ = ?1
                   AND NOT EXISTS (SELECT 1 FROM trouble_dismissed
                                   WHERE trouble_dismissed.organ = ?1
                                     AND trouble = 'fetch:' || axis_id)
                 ORDER BY axis_id LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
