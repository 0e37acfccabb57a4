//! Sends that somebody has to look after: the axis is asked about copies, a person about troubles.

use rusqlite::Transaction;
use time::OffsetDateTime;
use trien_domain::OrganId;

use super::{Send, Sends, send_row};
use crate::columns::{get, sql};
use crate::error::Result;
use crate::incoming::IncomingId;
use crate::outgoing::OutgoingId;

impl Sends<'_> {
    /// Documents that the axis took since a time and that some recipient has not fetched, the
    /// newest first.
    pub fn undelivered(
        &self,
        organ: &OrganId,
        since: OffsetDateTime,
        limit: u32,
    ) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM send WHERE organ = ?1 AND outgoing IS NOT NULL AND state = 'sent'
                   AND sent_at >= ?2
                   AND EXISTS (SELECT 1 FROM delivery WHERE delivery.send = send.id
                               AND delivery.state IN ('pending', 'on_axis'))
                 ORDER BY sent_at DESC LIMIT ?3",
            )?;
            let rows = query.query_map((sql(organ), sql(&since), limit), send_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents of ours with a send that needs a person, the newest first: its answer was lost, or
    /// it failed and a recipient has not got the document by another one.
    pub fn in_trouble(&self, organ: &OrganId, limit: u32) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT outgoing FROM send WHERE organ = ?1 AND outgoing IS NOT NULL
                   AND taken_back = 0 AND state IN ('unclear', 'failed')
                   AND (state = 'unclear' OR EXISTS (
                     SELECT 1 FROM delivery AS copy WHERE copy.send = send.id AND NOT EXISTS (
                       SELECT 1 FROM send AS other JOIN delivery ON delivery.send = other.id
                       WHERE other.outgoing = send.outgoing AND other.operation = send.operation
                         AND other.state <> 'failed'
                         AND delivery.recipient_id = copy.recipient_id)))
                 ORDER BY outgoing DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), |row| get(row, "outgoing"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents that came and about which a status did not reach the sender, the newest first.
    pub fn statuses_in_trouble(&self, organ: &OrganId, limit: u32) -> Result<Vec<IncomingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT incoming FROM send WHERE organ = ?1 AND incoming IS NOT NULL
                   AND state = 'failed' AND taken_back = 0 ORDER BY incoming DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), |row| get(row, "incoming"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Statuses that could not be told, the newest first: their senders wait in vain until a person
    /// tries again.
    pub fn failed_statuses(&self, organ: &OrganId, limit: u32) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM send WHERE organ = ?1 AND incoming IS NOT NULL AND state = 'failed'
                   AND taken_back = 0 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), send_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents of ours that the axis took within a time and of which some recipient has told
    /// nothing, the longest waiting first.
    pub fn silent(
        &self,
        organ: &OrganId,
        sent: std::ops::Range<OffsetDateTime>,
        limit: u32,
    ) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM send WHERE organ = ?1 AND outgoing IS NOT NULL AND state = 'sent'
                   AND sent_at >= ?2 AND sent_at < ?3 AND EXISTS (
                     SELECT 1 FROM delivery WHERE delivery.send = send.id AND NOT EXISTS (
                       SELECT 1 FROM status_received
                       WHERE status_received.outgoing = send.outgoing
                         AND status_received.from_id = delivery.recipient_id))
                 ORDER BY sent_at LIMIT ?4",
            )?;
            let (from, to) = (sql(&sent.start), sql(&sent.end));
            let rows = query.query_map((sql(organ), from, to, limit), send_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents of ours of which a copy came back since a time, the newest first: the axis says that
    /// the receiver's program could not take it, or the receiver returned it (02). One that was sent
    /// to them once more since is not meant.
    pub fn came_back(
        &self,
        organ: &OrganId,
        since: OffsetDateTime,
        limit: u32,
    ) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT outgoing FROM send JOIN delivery ON delivery.send = send.id
                 WHERE send.organ = ?1 AND outgoing IS NOT NULL AND send.state = 'sent'
                   AND operation IN (0, 3) AND sent_at >= ?2
                   AND (delivery.state = 'failed' OR EXISTS (
                     SELECT 1 FROM status_received
                     WHERE status_received.outgoing = send.outgoing AND digits = '02'
                       AND from_id = delivery.recipient_id
                       AND status_received.received_at >= sent_at))
                   AND NOT EXISTS (
                     SELECT 1 FROM send AS other JOIN delivery AS again ON again.send = other.id
                     WHERE other.outgoing = send.outgoing AND other.id > send.id
                       AND other.operation IN (0, 3) AND other.state <> 'failed'
                       AND again.recipient_id = delivery.recipient_id)
                 ORDER BY outgoing DESC LIMIT ?3",
            )?;
            let rows =
                query.query_map((sql(organ), sql(&since), limit), |row| get(row, "outgoing"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The documents of ours that replace one of ours.
    pub fn replaced_by(&self, replaced: OutgoingId) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT outgoing FROM outgoing_replaced WHERE replaced = ?1 ORDER BY outgoing",
            )?;
            let rows = query.query_map([replaced.0], |row| get(row, "outgoing"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Notes that a document of ours replaces others of ours.
pub(super) fn note_replaced(
    tx: &Transaction<'_>,
    organ: &OrganId,
    outgoing: OutgoingId,
    replaced: &[OutgoingId],
) -> Result<()> {
    for old in replaced {
        tx.prepare_cached(
            "INSERT INTO outgoing_replaced (outgoing, organ, replaced) VALUES (?1, ?2, ?3)
             ON CONFLICT DO NOTHING",
        )?
        .execute((outgoing.0, sql(organ), old.0))?;
    }
    Ok(())
}
