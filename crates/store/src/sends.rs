//! Packages on their way to the axis: documents and statuses in one queue.
//!
//! One send is one package, with one delivery per recipient under it. A try is counted before it
//! is made; what is found half sent is *chưa rõ* and never resent by itself.

mod add;
mod queue;
mod watch;

use rusqlite::{Connection, OptionalExtension as _, Row};
use time::OffsetDateTime;
use trien_domain::{DeliveryState, OrganId, SendState, StatusCode};

pub use add::AskedBack;
pub(crate) use add::insert;
pub(crate) use queue::proven_sent;
pub use queue::{Outcome, Settlement};

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, get_opt, row_id, sql};
use crate::error::{Result, StoreError};
use crate::incoming::IncomingId;
use crate::outgoing::OutgoingId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 8,
        sql: "
CREATE TABLE send (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the document of ours that the package carries
    outgoing INTEGER REFERENCES outgoing (id),
    -- BussinessDocType of that package
    operation INTEGER,
    -- or the document that a status package is about, and the status
    incoming INTEGER REFERENCES incoming (id),
    status_code TEXT,
    -- the package's bytes as they leave
    package_blob TEXT NOT NULL CHECK (length(package_blob) = 64),
    -- transport only: what the receiver does with it is in status_received
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'sending', 'sent', 'unclear', 'failed')),
    -- counted before a try
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    last_try_at INTEGER,
    -- the axis's key of it, once the axis has told
    axis_id TEXT,
    -- why it waits again, is unclear or failed
    reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    CHECK ((outgoing IS NULL) = (operation IS NULL)),
    CHECK ((incoming IS NULL) = (status_code IS NULL)),
    CHECK ((outgoing IS NULL) <> (incoming IS NULL))
) STRICT;
CREATE INDEX send_due ON send (state, next_try_at) WHERE state <> 'sent';
CREATE INDEX send_outgoing ON send (outgoing, id) WHERE outgoing IS NOT NULL;
CREATE INDEX send_package ON send (package_blob);
-- each status is told once; answers to a recall or an update (15, 16) as often as they are asked
CREATE UNIQUE INDEX send_status ON send (incoming, status_code)
    WHERE status_code NOT IN ('15', '16');
CREATE INDEX send_incoming ON send (incoming) WHERE incoming IS NOT NULL;
CREATE TABLE delivery (
    send INTEGER NOT NULL REFERENCES send (id),
    organ TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'on_axis', 'fetched', 'failed')),
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (send, recipient_id)
) STRICT, WITHOUT ROWID;",
    },
    Migration {
        version: 18,
        sql: "
-- 1: taken back by a person before it left; it needs nobody any more
ALTER TABLE send ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back IN (0, 1));
-- which documents of ours a document of ours replaces (BussinessDocType 3)
CREATE TABLE outgoing_replaced (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    organ TEXT NOT NULL,
    replaced INTEGER NOT NULL REFERENCES outgoing (id),
    PRIMARY KEY (outgoing, replaced)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_replaced_by ON outgoing_replaced (replaced);
-- statuses of older programs name a document by number and date only
CREATE INDEX outgoing_code ON outgoing (organ, number) WHERE number IS NOT NULL;
CREATE INDEX send_sent ON send (organ, sent_at) WHERE state = 'sent' AND outgoing IS NOT NULL;
CREATE INDEX send_failed_status ON send (organ, id)
    WHERE state = 'failed' AND incoming IS NOT NULL;",
    },
    Migration {
        version: 24,
        sql: "
-- what is due leaves in this order: 1 to 5 a document by its Priority, 0 a status
ALTER TABLE send ADD COLUMN rank INTEGER NOT NULL DEFAULT 0 CHECK (rank BETWEEN 0 AND 5);
UPDATE send SET rank = 1 + (SELECT urgency FROM outgoing WHERE outgoing.id = send.outgoing)
    WHERE outgoing IS NOT NULL AND state <> 'sent';
-- since when it is tried: a person's 'try again' starts its four days anew
ALTER TABLE send ADD COLUMN tried_since INTEGER NOT NULL DEFAULT 0;
UPDATE send SET tried_since = created_at WHERE state <> 'sent';
CREATE INDEX send_waiting ON send (organ, rank, next_try_at, id) WHERE state = 'waiting';
CREATE INDEX send_trouble ON send (organ, outgoing)
    WHERE outgoing IS NOT NULL AND taken_back = 0 AND state IN ('unclear', 'failed');
CREATE INDEX send_failed_about ON send (organ, incoming)
    WHERE state = 'failed' AND incoming IS NOT NULL;",
    },
];

/// The order in which packages leave: documents by their urgency, then statuses.
const RANKS: [u8; 6] = [5, 4, 3, 2, 1, 0];

row_id!(
    /// A package on its way.
    SendId
);

/// What a package carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A document of ours.
    Document {
        /// The document.
        outgoing: OutgoingId,
        /// What the package does to it.
        operation: trien_domain::Operation,
    },
    /// A status on a document that came.
    Status {
        /// The document.
        incoming: IncomingId,
        /// The status.
        code: StatusCode,
    },
}

/// A package to be sent. Its bytes are in the store already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSend {
    /// Which of our organs sends it.
    pub organ: OrganId,
    /// What it carries.
    pub subject: Subject,
    /// Its bytes.
    pub package: BlobId,
    /// To whom: identifier and name.
    pub recipients: Vec<(OrganId, String)>,
    /// Not before this time: hold and undo.
    pub not_before: OffsetDateTime,
}

/// A package in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// Its row.
    pub id: SendId,
    /// Which of our organs sends it.
    pub organ: OrganId,
    /// What it carries.
    pub subject: Subject,
    /// Its bytes.
    pub package: BlobId,
    /// Where it stands.
    pub state: SendState,
    /// How often it was tried.
    pub tries: u32,
    /// When it is due.
    pub next_try_at: OffsetDateTime,
    /// When it was last tried.
    pub last_try_at: Option<OffsetDateTime>,
    /// The axis's key of it.
    pub axis_id: Option<String>,
    /// Why it waits again, is unclear or failed.
    pub reason: String,
    /// When it was put into the queue.
    pub created_at: OffsetDateTime,
    /// Since when it is tried: from the queue, or from a person's *Thử lại* on. Four days later it needs a person.
    pub tried_since: OffsetDateTime,
    /// When the axis took it.
    pub sent_at: Option<OffsetDateTime>,
    /// A person took it back before it left, or gave it up after it failed: it needs nobody any more.
    pub taken_back: bool,
}

/// One recipient's copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The package.
    pub send: SendId,
    /// To whom.
    pub recipient: OrganId,
    /// Their name.
    pub name: String,
    /// Where it stands on the axis.
    pub state: DeliveryState,
    /// Since when.
    pub changed_at: OffsetDateTime,
}

/// The queue of packages.
#[derive(Debug)]
pub struct Sends<'a>(&'a Store);

impl Store {
    /// The queue of packages on their way to the axis.
    pub fn sends(&self) -> Sends<'_> {
        Sends(self)
    }
}

impl Sends<'_> {
    /// A package.
    pub fn get(&self, id: SendId) -> Result<Send> {
        self.0.read(|db| get_send(db, id))
    }

    /// Packages whose time has come: documents by their urgency, then statuses, and of one rank the
    /// longest waiting first.
    pub fn due(&self, organ: &OrganId, now: OffsetDateTime, limit: u32) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM send
                 WHERE organ = ?1 AND state = 'waiting' AND rank = ?2 AND next_try_at <= ?3
                 ORDER BY next_try_at, id LIMIT ?4",
            )?;
            let mut due = Vec::new();
            for rank in RANKS {
                let room = limit.saturating_sub(u32::try_from(due.len()).unwrap_or(limit));
                let rows = query.query_map((sql(organ), rank, sql(&now), room), send_row)?;
                due.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(due)
        })
    }

    /// When the next package is due; `None` where none waits.
    pub fn next_due(&self, organ: &OrganId) -> Result<Option<OffsetDateTime>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT next_try_at FROM send
                 WHERE organ = ?1 AND state = 'waiting' AND rank = ?2
                 ORDER BY next_try_at LIMIT 1",
            )?;
            let mut first = None;
            for rank in RANKS {
                let due = query.query_row((sql(organ), rank), |row| get(row, "next_try_at"));
                first = first.into_iter().chain(due.optional()?).min();
            }
            Ok(first)
        })
    }

    /// How many packages are in a state other than *sent*, statuses included.
    pub fn count(&self, organ: &OrganId, state: SendState) -> Result<u32> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT count(*) AS total FROM send
                 WHERE organ = ?1 AND state = ?2 AND state <> 'sent'",
            )?;
            Ok(query.query_row((sql(organ), sql(&state)), |row| row.get("total"))?)
        })
    }

    /// The packages of one document of ours, oldest first.
    pub fn of_outgoing(&self, outgoing: OutgoingId) -> Result<Vec<Send>> {
        self.of("outgoing", outgoing.0)
    }

    /// The statuses told about one document that came, oldest first.
    pub fn of_incoming(&self, incoming: IncomingId) -> Result<Vec<Send>> {
        self.of("incoming", incoming.0)
    }

    /// A package's recipients, by identifier.
    pub fn deliveries(&self, id: SendId) -> Result<Vec<Delivery>> {
        self.0.read(|db| deliveries(db, id))
    }

    fn of(&self, column: &str, id: i64) -> Result<Vec<Send>> {
        self.0.read(|db| {
            let query = format!("SELECT * FROM send WHERE {column} = ?1 ORDER BY id");
            let mut query = db.prepare_cached(&query)?;
            let rows = query.query_map([id], send_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// The statuses told, or to be told, about a document that came.
pub(crate) fn statuses_of(db: &Connection, incoming: IncomingId) -> Result<Vec<StatusCode>> {
    let mut query =
        db.prepare_cached("SELECT status_code FROM send WHERE incoming = ?1 ORDER BY id")?;
    let rows = query.query_map([incoming.0], |row| get(row, "status_code"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn deliveries(db: &Connection, id: SendId) -> Result<Vec<Delivery>> {
    let mut query =
        db.prepare_cached("SELECT * FROM delivery WHERE send = ?1 ORDER BY recipient_id")?;
    let rows = query.query_map([id.0], |row| {
        Ok(Delivery {
            send: get(row, "send")?,
            recipient: get(row, "recipient_id")?,
            name: row.get("recipient_name")?,
            state: get(row, "state")?,
            changed_at: get(row, "changed_at")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn get_send(db: &Connection, id: SendId) -> Result<Send> {
    let mut query = db.prepare_cached("SELECT * FROM send WHERE id = ?1")?;
    let found = query.query_row([id.0], send_row).optional()?;
    found.ok_or_else(|| StoreError::not_found("send", id))
}

fn send_row(row: &Row<'_>) -> rusqlite::Result<Send> {
    let outgoing: Option<OutgoingId> = get_opt(row, "outgoing")?;
    let subject = match outgoing {
        Some(outgoing) => Subject::Document {
            outgoing,
            operation: get(row, "operation")?,
        },
        None => Subject::Status {
            incoming: get(row, "incoming")?,
            code: get(row, "status_code")?,
        },
    };
    Ok(Send {
        id: get(row, "id")?,
        organ: get(row, "organ")?,
        subject,
        package: get(row, "package_blob")?,
        state: get(row, "state")?,
        tries: row.get("tries")?,
        next_try_at: get(row, "next_try_at")?,
        last_try_at: get_opt(row, "last_try_at")?,
        axis_id: row.get("axis_id")?,
        reason: row.get("reason")?,
        created_at: get(row, "created_at")?,
        tried_since: get(row, "tried_since")?,
        sent_at: get_opt(row, "sent_at")?,
        taken_back: row.get("taken_back")?,
    })
}
