//! Sends that somebody has to look after: the axis is asked about copies, a person about troubles.

use trien_domain::OrganId;

use super::{Send, Sends, send_row};
use crate::columns::{get, sql};
use crate::error::Result;
use crate::incoming::IncomingId;
use crate::outgoing::OutgoingId;

impl Sends<'_> {
    /// Documents that the axis took and that some recipient has not fetched, the newest first.
    pub fn undelivered(&self, organ: &OrganId, limit: u32) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM send WHERE organ = ?1 AND outgoing IS NOT NULL AND state = 'sent'
                   AND EXISTS (SELECT 1 FROM delivery WHERE delivery.send = send.id
                               AND delivery.state IN ('pending', 'on_axis'))
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), send_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents of ours with a send that needs a person, the newest first: its answer was lost, or
    /// it failed and a recipient has not got the document by another one.
    pub fn in_trouble(&self, organ: &OrganId, limit: u32) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT outgoing FROM send WHERE organ = ?1 AND outgoing IS NOT NULL
                   AND (state = 'unclear' OR state = 'failed' AND EXISTS (
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
                   AND state = 'failed' ORDER BY incoming DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), |row| get(row, "incoming"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
