//! What happened to a document, for people to read.

use rusqlite::Connection;
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::columns::{get, nfc, opt, row_id, sql};
use crate::error::Result;
use crate::incoming::IncomingId;
use crate::outgoing::OutgoingId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 7,
    sql: "
CREATE TABLE timeline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- exactly one of the two
    incoming INTEGER REFERENCES incoming (id),
    outgoing INTEGER REFERENCES outgoing (id),
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    -- a word: arrived, duplicate, registered, assigned, signed, status_06, ...
    what TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    CHECK ((incoming IS NULL) <> (outgoing IS NULL))
) STRICT;
CREATE INDEX timeline_incoming ON timeline (incoming, id) WHERE incoming IS NOT NULL;
CREATE INDEX timeline_outgoing ON timeline (outgoing, id) WHERE outgoing IS NOT NULL;",
}];

row_id!(
    /// A line of a timeline.
    EventId
);

/// The document a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Document {
    /// One that came.
    Incoming(IncomingId),
    /// One of ours.
    Outgoing(OutgoingId),
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its row.
    pub id: EventId,
    /// When.
    pub at: OffsetDateTime,
    /// Who; an organ's name for what others did.
    pub who: String,
    /// What, as a word.
    pub what: String,
    /// Anything else to be shown.
    pub detail: String,
}

/// The timelines of a profile's documents.
#[derive(Debug)]
pub struct Timeline<'a>(&'a Store);

impl Store {
    /// The timelines of the documents.
    pub fn timeline(&self) -> Timeline<'_> {
        Timeline(self)
    }
}

impl Timeline<'_> {
    /// Adds a line.
    pub fn append(
        &self,
        organ: &OrganId,
        document: Document,
        what: &str,
        who: &str,
        detail: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0
            .write(|tx| append(tx, organ, document, what, who, detail, now))
    }

    /// A document's lines, oldest first.
    pub fn of(&self, document: Document) -> Result<Vec<Event>> {
        let (column, id) = match document {
            Document::Incoming(id) => ("incoming", id.0),
            Document::Outgoing(id) => ("outgoing", id.0),
        };
        self.0.read(|db| {
            let query = format!("SELECT * FROM timeline WHERE {column} = ?1 ORDER BY id");
            let mut query = db.prepare_cached(&query)?;
            let rows = query.query_map([id], |row| {
                Ok(Event {
                    id: get(row, "id")?,
                    at: get(row, "at")?,
                    who: row.get("who")?,
                    what: row.get("what")?,
                    detail: row.get("detail")?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Adds a line in the transaction of what it tells.
pub(crate) fn append(
    db: &Connection,
    organ: &OrganId,
    document: Document,
    what: &str,
    who: &str,
    detail: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let (incoming, outgoing) = match document {
        Document::Incoming(id) => (Some(id), None),
        Document::Outgoing(id) => (None, Some(id)),
    };
    db.prepare_cached(
        "INSERT INTO timeline (organ, incoming, outgoing, at, who, what, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        sql(organ),
        opt(incoming.as_ref()),
        opt(outgoing.as_ref()),
        sql(&now),
        nfc(who),
        what,
        nfc(detail),
    ))?;
    Ok(())
}
