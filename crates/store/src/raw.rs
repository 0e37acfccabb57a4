//! Packages as they came from the axis, kept by hash before anything looks into them.

mod acks;
mod duplicates;
mod fetches;
mod stops;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, get_opt, nfc, row_id, sql, words};
use crate::db::apart;
use crate::error::{Conflict, Result, StoreError};
use crate::incoming::IncomingId;
use crate::schema::Migration;

pub(crate) use duplicates::{mark_seen, set_duplicate};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 4,
        sql: "
CREATE TABLE raw_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- which of our organs it came for
    organ TEXT NOT NULL,
    -- the axis's own key of this message, not the document's DocumentId
    axis_id TEXT NOT NULL,
    -- 'edoc' or 'status', as the axis's list says
    message_type TEXT NOT NULL,
    -- SHA-256 of the package's bytes
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    -- received: kept, not yet looked into. admitted: a document or a status stands for it.
    -- duplicate: its document was here already. unreadable: no package. set_aside: stopped, to be
    -- decided by a person (looks secret, failed three times)
    state TEXT NOT NULL DEFAULT 'received'
        CHECK (state IN ('received', 'admitted', 'duplicate', 'unreadable', 'set_aside')),
    reason TEXT NOT NULL DEFAULT '',
    -- how often it was looked into, counted before looking
    attempts INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER NOT NULL,
    -- when the axis took our acknowledgement; NULL: the axis still lists it
    acked_at INTEGER,
    UNIQUE (organ, axis_id)
) STRICT;
CREATE INDEX raw_message_blob ON raw_message (blob);
CREATE INDEX raw_message_open ON raw_message (organ, state, id) WHERE state <> 'admitted';
CREATE INDEX raw_message_unacked ON raw_message (organ, id) WHERE acked_at IS NULL;",
    },
    Migration {
        version: 16,
        sql: "
-- the document that a duplicate has something in common with, and what: 'id' or 'code'
ALTER TABLE raw_message ADD COLUMN duplicate_of INTEGER REFERENCES incoming (id);
ALTER TABLE raw_message ADD COLUMN duplicate_by TEXT CHECK (duplicate_by IN ('id', 'code'));
-- a person has seen a duplicate and lets it be
ALTER TABLE raw_message ADD COLUMN seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1));
-- how often the axis refused our acknowledgement, why, and before when it is not asked again
ALTER TABLE raw_message ADD COLUMN ack_refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE raw_message ADD COLUMN ack_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE raw_message ADD COLUMN ack_after INTEGER NOT NULL DEFAULT 0;
CREATE INDEX raw_message_duplicate ON raw_message (organ, id)
    WHERE duplicate_by = 'code' AND seen = 0;
CREATE INDEX raw_message_refused ON raw_message (organ, id) WHERE ack_refused > 0;
-- packages that the axis lists and could not give
CREATE TABLE fetch_trouble (
    organ TEXT NOT NULL,
    axis_id TEXT NOT NULL,
    tries INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- not asked for again before
    next_at INTEGER NOT NULL,
    PRIMARY KEY (organ, axis_id)
) STRICT, WITHOUT ROWID;",
    },
    Migration {
        version: 23,
        sql: "
-- why a person sent a package back: it is acknowledged as failed, with these words
ALTER TABLE raw_message ADD COLUMN returned TEXT;",
    },
    Migration {
        version: 30,
        sql: "
-- duplicates stand in neither, and the stopped ones are in their order, whichever of the two they are
DROP INDEX raw_message_open;
CREATE INDEX raw_message_received ON raw_message (organ, id) WHERE state = 'received';
CREATE INDEX raw_message_stopped ON raw_message (organ, id)
    WHERE state IN ('unreadable', 'set_aside');",
    },
];

row_id!(
    /// A message as it came.
    RawId
);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RawState {
    /// Kept, not yet looked into.
    Received,
    /// A document or a status stands for it.
    Admitted,
    /// Its document was here already.
    Duplicate,
    /// *Không đọc được*.
    Unreadable,
    /// Stopped for a person to decide: it looks secret, or failed again and again.
    SetAside,
}

words!(RawState {
    Received = "received",
    Admitted = "admitted",
    Duplicate = "duplicate",
    Unreadable = "unreadable",
    SetAside = "set_aside",
});

/// A message to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRaw {
    /// Which of our organs it came for.
    pub organ: OrganId,
    /// The axis's own key of it.
    pub axis_id: String,
    /// `edoc` or `status`, as the axis's list says.
    pub message_type: String,
    /// Its bytes.
    pub blob: BlobId,
}

/// A message that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// Its row.
    pub id: RawId,
    /// What was kept.
    pub message: NewRaw,
    /// What became of it.
    pub state: RawState,
    /// Why it is unreadable, set aside or a duplicate.
    pub reason: String,
    /// How often it was looked into.
    pub attempts: u32,
    /// When it was kept.
    pub received_at: OffsetDateTime,
    /// When the axis took our acknowledgement.
    pub acked_at: Option<OffsetDateTime>,
    /// How often the axis refused it.
    pub ack_refused: u32,
    /// Why.
    pub ack_reason: String,
    /// Not before then is it told again.
    pub ack_after: OffsetDateTime,
    /// The document with which a duplicate has something in common.
    pub duplicate_of: Option<IncomingId>,
    /// Why a person sent it back; it is acknowledged as failed.
    pub returned: Option<String>,
}

/// The queue of messages that came.
#[derive(Debug)]
pub struct RawQueue<'a>(&'a Store);

impl Store {
    /// The queue of messages that came.
    pub fn raw(&self) -> RawQueue<'_> {
        RawQueue(self)
    }
}

impl RawQueue<'_> {
    /// Keeps a message; one that the axis gives again is found again, whatever state it is in.
    ///
    /// # Errors
    /// [`Conflict::OtherContent`] where the axis gave other bytes under the same key before: the
    /// first ones stay.
    pub fn keep(&self, new: &NewRaw, now: OffsetDateTime) -> Result<Raw> {
        self.0.write(|tx| keep(tx, new, now))
    }

    /// Keeps the messages of one round in one transaction, each counted as looked into: whoever keeps
    /// them looks into them next. What contradicts the store ([`RawQueue::keep`]) is told for each.
    pub fn keep_all(&self, new: &[NewRaw], now: OffsetDateTime) -> Result<Vec<Result<Raw>>> {
        self.0.write(|tx| {
            let one = |new: &NewRaw| {
                apart(tx, || {
                    let kept = keep(tx, new, now)?;
                    count_attempt(tx, kept.id)
                })
            };
            new.iter().map(one).collect()
        })
    }

    /// A message by the axis's key: asked before fetching it a second time.
    pub fn find(&self, organ: &OrganId, axis_id: &str) -> Result<Option<Raw>> {
        self.0.read(|db| find(db, organ, axis_id))
    }

    /// A message.
    pub fn get(&self, id: RawId) -> Result<Raw> {
        self.0.read(|db| get_raw(db, id))
    }

    /// The first message that has these bytes.
    pub fn of_blob(&self, blob: &BlobId) -> Result<Option<Raw>> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT * FROM raw_message WHERE blob = ?1 ORDER BY id LIMIT 1")?;
            Ok(query.query_row([sql(blob)], raw_row).optional()?)
        })
    }

    /// Counts a look into a message before looking, so that one that kills the reader is found
    /// out; returns how often it was looked into, this time included.
    pub fn count_attempt(&self, id: RawId) -> Result<u32> {
        self.0.write(|tx| Ok(count_attempt(tx, id)?.attempts))
    }

    /// Takes a counted look back: it ended in an error that was not the message's, such as a full
    /// disk. Only looks that nobody survived go on counting.
    pub fn forgive_attempt(&self, id: RawId) -> Result<()> {
        self.0.write(|tx| {
            tx.prepare_cached(
                "UPDATE raw_message SET attempts = attempts - 1 WHERE id = ?1 AND attempts > 0",
            )?
            .execute([id.0])?;
            Ok(())
        })
    }

    /// Messages that were kept and not yet decided upon: the next start goes on with them.
    pub fn unfinished(&self, organ: &OrganId) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM raw_message WHERE organ = ?1 AND state = 'received' ORDER BY id",
            )?;
            let rows = query.query_map([sql(organ)], raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn keep(tx: &Transaction<'_>, new: &NewRaw, now: OffsetDateTime) -> Result<Raw> {
    tx.prepare_cached(
        "INSERT INTO raw_message (organ, axis_id, message_type, blob, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (organ, axis_id) DO NOTHING",
    )?
    .execute((
        sql(&new.organ),
        &new.axis_id,
        &new.message_type,
        sql(&new.blob),
        sql(&now),
    ))?;
    tx.prepare_cached("DELETE FROM fetch_trouble WHERE organ = ?1 AND axis_id = ?2")?
        .execute((sql(&new.organ), &new.axis_id))?;
    let kept = find(tx, &new.organ, &new.axis_id)?
        .ok_or_else(|| StoreError::not_found("message", &new.axis_id))?;
    if kept.message.blob != new.blob {
        return Err(Conflict::OtherContent {
            what: "message",
            key: new.axis_id.clone(),
        }
        .into());
    }
    Ok(kept)
}

fn count_attempt(tx: &Transaction<'_>, id: RawId) -> Result<Raw> {
    tx.prepare_cached("UPDATE raw_message SET attempts = attempts + 1 WHERE id = ?1")?
        .execute([id.0])?;
    get_raw(tx, id)
}

pub(crate) fn get_raw(db: &Connection, id: RawId) -> Result<Raw> {
    let mut query = db.prepare_cached("SELECT * FROM raw_message WHERE id = ?1")?;
    let raw = query.query_row([id.0], raw_row).optional()?;
    raw.ok_or_else(|| StoreError::not_found("message", id))
}

pub(crate) fn set_state(db: &Connection, id: RawId, state: RawState, reason: &str) -> Result<()> {
    let changed = db
        .prepare_cached("UPDATE raw_message SET state = ?2, reason = ?3 WHERE id = ?1")?
        .execute((id.0, sql(&state), nfc(reason)))?;
    if changed == 0 {
        return Err(StoreError::not_found("message", id));
    }
    Ok(())
}

fn find(db: &Connection, organ: &OrganId, axis_id: &str) -> Result<Option<Raw>> {
    let mut query =
        db.prepare_cached("SELECT * FROM raw_message WHERE organ = ?1 AND axis_id = ?2")?;
    Ok(query.query_row((sql(organ), axis_id), raw_row).optional()?)
}

fn raw_row(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        id: get(row, "id")?,
        message: NewRaw {
            organ: get(row, "organ")?,
            axis_id: row.get("axis_id")?,
            message_type: row.get("message_type")?,
            blob: get(row, "blob")?,
        },
        state: get(row, "state")?,
        reason: row.get("reason")?,
        attempts: row.get("attempts")?,
        received_at: get(row, "received_at")?,
        acked_at: get_opt(row, "acked_at")?,
        ack_refused: row.get("ack_refused")?,
        ack_reason: row.get("ack_reason")?,
        ack_after: get(row, "ack_after")?,
        duplicate_of: get_opt(row, "duplicate_of")?,
        returned: row.get("returned")?,
    })
}

#[cfg(test)]
impl NewRaw {
    pub(crate) fn sample(axis_id: &str, blob: BlobId) -> Self {
        Self {
            organ: OrganId::new("H99.15").unwrap(),
            axis_id: axis_id.to_owned(),
            message_type: "edoc".to_owned(),
            blob,
        }
    }
}

#[cfg(test)]
mod tests;
