//! Messages that are stopped for a person: read again, dealt with, or sent back.

use rusqlite::Connection;
use time::OffsetDateTime;
use trien_domain::OrganId;

use super::{Raw, RawId, RawQueue, RawState, get_raw, mark_seen, raw_row, set_state};
use crate::columns::{nfc, sql};
use crate::error::{Conflict, Result, StoreError};

impl RawQueue<'_> {
    /// Stops a message that can't be read or must not be admitted by itself.
    pub fn stop(&self, id: RawId, state: RawState, reason: &str) -> Result<()> {
        self.0.write(|tx| set_state(tx, id, state, reason))
    }

    /// Takes a stopped message back among those that nobody has looked into, with none of its looks counted.
    ///
    /// # Errors
    /// [`Conflict::State`] for a message that is not stopped.
    pub fn reopen(&self, id: RawId) -> Result<Raw> {
        self.0.write(|tx| {
            get_stopped(tx, id)?;
            tx.prepare_cached(
                "UPDATE raw_message SET state = 'received', reason = '', attempts = 0 WHERE id = ?1",
            )?
            .execute([id.0])?;
            get_raw(tx, id)
        })
    }

    /// A person has dealt with a stopped message, which may be acknowledged now, or has seen a
    /// duplicate and lets it be.
    ///
    /// # Errors
    /// [`Conflict::State`] for a message that is neither: nobody has looked into it yet, or it was
    /// taken up.
    pub fn dealt_with(&self, id: RawId, who: &str, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            let raw = get_raw(tx, id)?;
            match raw.state {
                RawState::Unreadable | RawState::SetAside => {
                    set_state(tx, id, RawState::Admitted, &raw.reason)?;
                }
                RawState::Duplicate => mark_seen(tx, id)?,
                RawState::Received | RawState::Admitted => {
                    return Err(not_stopped(&raw));
                }
            }
            let entry = crate::NewAudit {
                organ: Some(raw.message.organ),
                who: who.to_owned(),
                what: "message_dealt_with".to_owned(),
                document: raw.message.axis_id,
                detail: raw.reason,
                ..crate::NewAudit::default()
            };
            crate::audit::append(tx, &entry, now)
        })
    }

    /// Trả lại: a person sends a stopped message back; it is done with, and will be acknowledged as
    /// failed.
    ///
    /// # Errors
    /// [`Conflict::State`] for a message that is not stopped.
    pub fn send_back(&self, id: RawId, who: &str, why: &str, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            let raw = get_stopped(tx, id)?;
            set_state(tx, id, RawState::Admitted, &raw.reason)?;
            tx.prepare_cached("UPDATE raw_message SET returned = ?2 WHERE id = ?1")?
                .execute((id.0, nfc(why)))?;
            let entry = crate::NewAudit {
                organ: Some(raw.message.organ),
                who: who.to_owned(),
                what: "message_returned".to_owned(),
                document: raw.message.axis_id,
                detail: why.to_owned(),
                ..crate::NewAudit::default()
            };
            crate::audit::append(tx, &entry, now)
        })
    }

    /// Messages that wait for a person, the newest first.
    pub fn stopped(&self, organ: &OrganId, limit: u32) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM raw_message
                 WHERE organ = ?1 AND state IN ('unreadable', 'set_aside')
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// How many messages wait for a person.
    pub fn count_stopped(&self, organ: &OrganId) -> Result<u32> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT count(*) AS total FROM raw_message
                 WHERE organ = ?1 AND state IN ('unreadable', 'set_aside')",
            )?;
            Ok(query.query_row([sql(organ)], |row| row.get("total"))?)
        })
    }
}

/// A message that is stopped.
fn get_stopped(db: &Connection, id: RawId) -> Result<Raw> {
    let raw = get_raw(db, id)?;
    match raw.state {
        RawState::Unreadable | RawState::SetAside => Ok(raw),
        RawState::Received | RawState::Admitted | RawState::Duplicate => Err(not_stopped(&raw)),
    }
}

fn not_stopped(raw: &Raw) -> StoreError {
    let conflict = Conflict::State {
        what: "message",
        found: format!("{:?}", raw.state),
        wanted: "SetAside".to_owned(),
    };
    conflict.into()
}
