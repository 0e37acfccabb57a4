//! Packages as they came from the axis, kept by hash before anything looks into them.

use rusqlite::{Connection, OptionalExtension as _, Row};
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, get_opt, nfc, row_id, sql, words};
use crate::error::{Conflict, Result, StoreError};
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
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
}];

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
        self.0.write(|tx| {
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

    /// Counts a look into a message before looking, so that one that kills the reader is found
    /// out; returns how often it was looked into, this time included.
    pub fn count_attempt(&self, id: RawId) -> Result<u32> {
        self.0.write(|tx| {
            tx.prepare_cached("UPDATE raw_message SET attempts = attempts + 1 WHERE id = ?1")?
                .execute([id.0])?;
            Ok(get_raw(tx, id)?.attempts)
        })
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

    /// Stops a message that can't be read or must not be admitted by itself.
    pub fn stop(&self, id: RawId, state: RawState, reason: &str) -> Result<()> {
        self.0.write(|tx| set_state(tx, id, state, reason))
    }

    /// A person has dealt with a stopped message: it may be acknowledged now.
    ///
    /// # Errors
    /// [`Conflict::State`] for a message that is not stopped: nobody has looked into it yet, or it
    /// was taken up.
    pub fn dealt_with(&self, id: RawId, who: &str, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            let raw = get_raw(tx, id)?;
            if !matches!(raw.state, RawState::Unreadable | RawState::SetAside) {
                return Err(Conflict::State {
                    what: "message",
                    found: format!("{:?}", raw.state),
                    wanted: "SetAside".to_owned(),
                }
                .into());
            }
            set_state(tx, id, RawState::Admitted, &raw.reason)?;
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

    /// Messages that were kept and not yet decided upon: the next start goes on with them.
    pub fn unfinished(&self, organ: &OrganId) -> Result<Vec<Raw>> {
        self.list(organ, "state = 'received'")
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

    /// Messages that are decided upon and whose acknowledgement the axis has not taken.
    pub fn unacked(&self, organ: &OrganId) -> Result<Vec<Raw>> {
        self.list(
            organ,
            "acked_at IS NULL AND state IN ('admitted', 'duplicate')",
        )
    }

    /// The axis took our acknowledgement.
    pub fn acked(&self, id: RawId, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            tx.prepare_cached(
                "UPDATE raw_message SET acked_at = ifnull(acked_at, ?2) WHERE id = ?1",
            )?
            .execute((id.0, sql(&now)))?;
            Ok(())
        })
    }

    fn list(&self, organ: &OrganId, which: &str) -> Result<Vec<Raw>> {
        self.0.read(|db| {
            let query =
                format!("SELECT * FROM raw_message WHERE organ = ?1 AND {which} ORDER BY id");
            let mut query = db.prepare_cached(&query)?;
            let rows = query.query_map([sql(organ)], raw_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
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
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

    #[test]
    fn only_looks_that_nobody_survived_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let kept = store
            .raw()
            .keep(&NewRaw::sample("A1", BlobId::of(b"package")), NOW)
            .unwrap();
        assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 1);
        assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 2);
        store.raw().forgive_attempt(kept.id).unwrap();
        assert_eq!(store.raw().count_attempt(kept.id).unwrap(), 2);
        assert!(matches!(
            store.raw().dealt_with(kept.id, "clerk", NOW),
            Err(StoreError::Conflict(Conflict::State { .. }))
        ));
    }

    #[test]
    fn a_message_given_twice_is_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let new = NewRaw::sample("A1", BlobId::of(b"package"));
        let first = store.raw().keep(&new, NOW).unwrap();
        assert_eq!(
            store.raw().keep(&new, NOW + time::Duration::HOUR).unwrap(),
            first
        );
        let other = NewRaw::sample("A1", BlobId::of(b"other bytes"));
        assert!(matches!(
            store.raw().keep(&other, NOW),
            Err(StoreError::Conflict(Conflict::OtherContent { .. }))
        ));
        assert_eq!(store.raw().unfinished(&new.organ).unwrap(), vec![first]);
    }

    #[test]
    fn what_cannot_be_read_is_acknowledged_only_after_a_person_dealt_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let new = NewRaw::sample("A1", BlobId::of(b"<html>"));
        let id = store.raw().keep(&new, NOW).unwrap().id;
        assert_eq!(store.raw().count_attempt(id).unwrap(), 1);
        store
            .raw()
            .stop(id, RawState::Unreadable, "not XML")
            .unwrap();
        assert_eq!(store.raw().unacked(&new.organ).unwrap(), vec![]);
        assert_eq!(store.raw().stopped(&new.organ, 9).unwrap().len(), 1);
        store.raw().dealt_with(id, "clerk", NOW).unwrap();
        assert_eq!(store.raw().unacked(&new.organ).unwrap().len(), 1);
        store.raw().acked(id, NOW).unwrap();
        assert_eq!(store.raw().unacked(&new.organ).unwrap(), vec![]);
    }
}
