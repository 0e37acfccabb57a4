//! Sends whose copies the axis is still to be asked about.

use trien_domain::OrganId;

use super::{Send, Sends, send_row};
use crate::columns::sql;
use crate::error::Result;

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
}
