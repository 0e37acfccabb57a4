//! What the axis is told of messages, and what it refuses to hear.

use time::OffsetDateTime;
use trien_domain::OrganId;

use super::{Raw, RawId, RawQueue, raw_row};
use crate::columns::{nfc, sql};
use crate::error::Result;

impl RawQueue<'_> {
    /// Messages that are decided upon and whose acknowledgement the axis has not taken, without
    /// those that it refused until the time to ask again has come.
    pub fn unacked(&self, organ: &OrganId, now: OffsetDateTime) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM raw_message
                 WHERE organ = ?1 AND acked_at IS NULL AND state IN ('admitted', 'duplicate')
                   AND ack_after <= ?2
                 ORDER BY id",
            )?;
            let rows = query.query_map((sql(organ), sql(&now)), raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The axis took our acknowledgement; where it lists the message all the same, it is not told
    /// again before `again`.
    pub fn acked(&self, id: RawId, now: OffsetDateTime, again: OffsetDateTime) -> Result<()> {
        self.acked_all(&[id], now, again)
    }

    /// The same for the messages of one round.
    pub fn acked_all(
        &self,
        ids: &[RawId],
        now: OffsetDateTime,
        again: OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE raw_message SET acked_at = ifnull(acked_at, ?2), ack_after = ?3
                 WHERE id = ?1",
            )?;
            for id in ids {
                update.execute((id.0, sql(&now), sql(&again)))?;
            }
            Ok(())
        })
    }

    /// The axis refused our acknowledgement; it is not told again before `again`.
    pub fn ack_refused(&self, id: RawId, reason: &str, again: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            tx.prepare_cached(
                "UPDATE raw_message SET ack_refused = ack_refused + 1, ack_reason = ?2,
                        ack_after = ?3
                 WHERE id = ?1",
            )?
            .execute((id.0, nfc(reason), sql(&again)))?;
            Ok(())
        })
    }

    /// Messages whose acknowledgement the axis refused and has not taken since, the newest first.
    pub fn refused_acks(&self, organ: &OrganId, limit: u32) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM raw_message WHERE organ = ?1 AND ack_refused > 0
                   AND acked_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM trouble_dismissed
                                   WHERE trouble_dismissed.organ = ?1
                                     AND trouble = 'ack:' || axis_id)
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
