//! What senders ask to be changed: recalls, updates and replacements, each until the clerk decides.
//!
//! They come as packages (BussinessDocType 1 to 3) or, for a recall, as the status 13. Nothing
//! changes by itself: Decision 28/2018 art. 9 has the receiver cancel a recalled document *and tell
//! the sender*, so each ends with one answer, 15 or 16, in the same transaction as its effect.

mod decide;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};
use time::OffsetDateTime;
use trien_domain::{DocumentFacts, DocumentId, Operation, OrganId, StatusMessage};

pub use decide::{Decision, Verdict};

use crate::Store;
use crate::columns::{get, get_opt, nfc, opt, row_id, sql};
use crate::error::{Result, StoreError};
use crate::incoming::IncomingId;
use crate::raw::RawId;
use crate::schema::Migration;
use crate::statuses;
use crate::timeline::{self, Document};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 15,
    sql: "
CREATE TABLE change_request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the package or the status 13 that asks
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- BussinessDocType: 1 recall, 2 update, 3 replace; a status 13 is a recall
    operation INTEGER NOT NULL CHECK (operation BETWEEN 1 AND 3),
    -- the package as a document; NULL: a status 13
    package INTEGER REFERENCES incoming (id),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    -- NULL: it waits for the clerk
    decision TEXT CHECK (decision IN ('agreed', 'refused')),
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at INTEGER,
    note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX change_request_open ON change_request (organ, id) WHERE decision IS NULL;
CREATE INDEX change_request_package ON change_request (package) WHERE package IS NOT NULL;
CREATE TABLE change_target (
    request INTEGER NOT NULL REFERENCES change_request (id),
    organ TEXT NOT NULL,
    -- DocumentId of what is to be changed, as the sender wrote it
    document_id TEXT NOT NULL,
    -- that document, once it is here and only where its sender is who asks
    target INTEGER REFERENCES incoming (id),
    PRIMARY KEY (request, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_target_document ON change_target (target) WHERE target IS NOT NULL;
CREATE INDEX change_target_unknown ON change_target (organ, document_id) WHERE target IS NULL;",
}];

row_id!(
    /// A request to change documents.
    ChangeId
);

/// A request to change documents that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRequest {
    /// Its row.
    pub id: ChangeId,
    /// Which of our organs it came for.
    pub organ: OrganId,
    /// The message that asks.
    pub raw: RawId,
    /// Recall, update or replace.
    pub operation: Operation,
    /// The package as a document; `None` for a status 13.
    pub package: Option<IncomingId>,
    /// Who asks.
    pub from_id: OrganId,
    /// Their name.
    pub from_name: String,
    /// Why.
    pub reason: String,
    /// When it came.
    pub asked_at: OffsetDateTime,
    /// What the clerk decided; `None` while it waits.
    pub decision: Option<Verdict>,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<OffsetDateTime>,
    /// The reason of a refusal.
    pub note: String,
}

/// The requests of senders to change what they sent.
#[derive(Debug)]
pub struct Changes<'a>(&'a Store);

impl Store {
    /// The requests of senders to change what they sent.
    pub fn changes(&self) -> Changes<'_> {
        Changes(self)
    }
}

impl Changes<'_> {
    /// A request.
    pub fn get(&self, id: ChangeId) -> Result<ChangeRequest> {
        self.0.read(|db| get_request(db, id))
    }

    /// The requests about a document, oldest first, decided and open ones.
    pub fn about(&self, document: IncomingId) -> Result<Vec<ChangeRequest>> {
        self.0.read(|db| about(db, document))
    }

    /// The requests about each of several documents, those without any left out.
    pub fn about_each(
        &self,
        documents: &[IncomingId],
    ) -> Result<BTreeMap<IncomingId, Vec<ChangeRequest>>> {
        self.0.read(|db| {
            let mut found = BTreeMap::new();
            for document in documents {
                let requests = about(db, *document)?;
                if !requests.is_empty() {
                    found.insert(*document, requests);
                }
            }
            Ok(found)
        })
    }

    /// The request that a package makes; `None` for a new document.
    pub fn of_package(&self, package: IncomingId) -> Result<Option<ChangeRequest>> {
        self.0.read(|db| of_package(db, package))
    }

    /// The documents that a request is about and that are here.
    pub fn targets(&self, id: ChangeId) -> Result<Vec<IncomingId>> {
        self.0.read(|db| targets(db, id))
    }

    /// Requests that wait for the clerk, oldest first.
    pub fn open(&self, organ: &OrganId, limit: u32) -> Result<Vec<ChangeRequest>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM change_request WHERE organ = ?1 AND decision IS NULL
                 ORDER BY id LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), request_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Notes what a package asks for; a new document asks for nothing.
pub(crate) fn asked_by_package(
    tx: &Transaction<'_>,
    organ: &OrganId,
    raw: RawId,
    package: IncomingId,
    facts: &DocumentFacts,
    now: OffsetDateTime,
) -> Result<()> {
    if facts.operation == Operation::New {
        return Ok(());
    }
    let asked = Asked {
        organ,
        raw,
        operation: facts.operation,
        package: Some(package),
        from_id: &facts.from.id,
        from_name: &facts.from.name,
        reason: &facts.reason,
    };
    insert(tx, &asked, &facts.targets(), now)
}

/// Notes a status 13. Returns whether it is about a document that is here.
pub(crate) fn asked_by_status(
    tx: &Transaction<'_>,
    organ: &OrganId,
    raw: RawId,
    message: &StatusMessage,
    now: OffsetDateTime,
) -> Result<bool> {
    if find_target(tx, organ, &message.document, &message.from.id)?.is_none() {
        return Ok(false);
    }
    let asked = Asked {
        organ,
        raw,
        operation: Operation::Recall,
        package: None,
        from_id: &message.from.id,
        from_name: &message.from.name,
        reason: &message.description,
    };
    insert(tx, &asked, std::slice::from_ref(&message.document), now)?;
    Ok(true)
}

/// A document has come for which a recall, an update or a replacement came before it.
pub(crate) fn arrived_late(
    tx: &Transaction<'_>,
    organ: &OrganId,
    id: IncomingId,
    facts: &DocumentFacts,
    text: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let mut query = tx.prepare_cached(
        "SELECT change_request.* FROM change_target
         JOIN change_request ON change_request.id = change_target.request
         WHERE change_target.organ = ?1 AND change_target.document_id = ?2
           AND change_target.target IS NULL AND change_request.package IS NOT ?3",
    )?;
    let rows = query.query_map((sql(organ), sql(&facts.id), id.0), request_row)?;
    let requests: Vec<ChangeRequest> = rows.collect::<rusqlite::Result<_>>()?;
    for request in requests {
        if !is_same_organ(tx, &request.from_id, &facts.from.id)? {
            continue;
        }
        tx.prepare_cached(
            "UPDATE change_target SET target = ?3 WHERE request = ?1 AND document_id = ?2",
        )?
        .execute((request.id.0, sql(&facts.id), id.0))?;
        note_asked(
            tx,
            organ,
            id,
            request.operation,
            &request.from_name,
            &request.reason,
            now,
        )?;
        // The clerk may have agreed before there was anything to take effect on.
        if request.decision == Some(Verdict::Agreed) {
            decide::take_effect(tx, &request, id, text, now)?;
        }
    }
    recalled_early(tx, organ, facts, now)
}

/// A status 13 that came before its document asked for nothing then: it asks now.
fn recalled_early(
    tx: &Transaction<'_>,
    organ: &OrganId,
    facts: &DocumentFacts,
    now: OffsetDateTime,
) -> Result<()> {
    if !matches!(facts.operation, Operation::New | Operation::Replace) {
        return Ok(());
    }
    for early in statuses::recalls_of_nothing(tx, organ, &facts.id)? {
        let asked = Asked {
            organ,
            raw: early.raw,
            operation: Operation::Recall,
            package: None,
            from_id: &early.from_id,
            from_name: &early.from_name,
            reason: &early.description,
        };
        if is_same_organ(tx, &early.from_id, &facts.from.id)? {
            insert(tx, &asked, std::slice::from_ref(&facts.id), now)?;
        }
    }
    Ok(())
}

/// Whether a document was recalled and the clerk agreed: nothing more may happen to it.
pub(crate) fn is_recalled(db: &Connection, id: IncomingId) -> Result<bool> {
    let mut query = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM change_target
             JOIN change_request ON change_request.id = change_target.request
             WHERE change_target.target = ?1 AND change_request.operation = 1
               AND change_request.decision = 'agreed')",
    )?;
    Ok(query.query_row([id.0], |row| row.get(0))?)
}

pub(crate) fn of_package(db: &Connection, package: IncomingId) -> Result<Option<ChangeRequest>> {
    let mut query = db.prepare_cached("SELECT * FROM change_request WHERE package = ?1")?;
    Ok(query.query_row([package.0], request_row).optional()?)
}

struct Asked<'a> {
    organ: &'a OrganId,
    raw: RawId,
    operation: Operation,
    package: Option<IncomingId>,
    from_id: &'a OrganId,
    from_name: &'a str,
    reason: &'a str,
}

fn insert(
    tx: &Transaction<'_>,
    asked: &Asked<'_>,
    documents: &[DocumentId],
    now: OffsetDateTime,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO change_request (organ, raw, operation, package, from_id, from_name, reason,
                                     asked_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        sql(asked.organ),
        asked.raw.0,
        sql(&asked.operation),
        opt(asked.package.as_ref()),
        sql(asked.from_id),
        nfc(asked.from_name),
        nfc(asked.reason),
        sql(&now),
    ))?;
    let request = ChangeId(tx.last_insert_rowid());
    for document in documents {
        let target = find_target(tx, asked.organ, document, asked.from_id)?
            .filter(|target| Some(*target) != asked.package);
        tx.prepare_cached(
            "INSERT INTO change_target (request, organ, document_id, target)
             VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute((
            request.0,
            sql(asked.organ),
            sql(document),
            opt(target.as_ref()),
        ))?;
        if let Some(target) = target {
            let (who, why) = (asked.from_name, asked.reason);
            note_asked(tx, asked.organ, target, asked.operation, who, why, now)?;
        }
    }
    Ok(())
}

fn note_asked(
    tx: &Transaction<'_>,
    organ: &OrganId,
    target: IncomingId,
    operation: Operation,
    who: &str,
    why: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let what = format!("{}_asked", word(operation));
    timeline::append(tx, organ, Document::Incoming(target), &what, who, why, now)
}

/// What an operation is called in timelines.
fn word(operation: Operation) -> &'static str {
    match operation {
        Operation::New => "new",
        Operation::Recall => "recall",
        Operation::Update => "update",
        Operation::Replace => "replace",
    }
}

/// The document of an identifier, if it came from who asks: nobody recalls what another one sent.
fn find_target(
    tx: &Transaction<'_>,
    organ: &OrganId,
    document: &DocumentId,
    asks: &OrganId,
) -> Result<Option<IncomingId>> {
    // Each as its index says it: SQLite does not conclude that 3 is not 0.
    let kinds = [
        "SELECT id, from_id FROM incoming
         WHERE organ = ?1 AND document_id = ?2 AND operation = 0",
        "SELECT id, from_id FROM incoming
         WHERE organ = ?1 AND document_id = ?2 AND operation = 3 AND operation <> 0
         ORDER BY id LIMIT 1",
    ];
    for kind in kinds {
        let found: Option<(IncomingId, OrganId)> = tx
            .prepare_cached(kind)?
            .query_row((sql(organ), sql(document)), |row| {
                Ok((get(row, "id")?, get(row, "from_id")?))
            })
            .optional()?;
        if let Some((id, from)) = found {
            return Ok(is_same_organ(tx, &from, asks)?.then_some(id));
        }
    }
    Ok(None)
}

/// Whether two codes name one organ: the same, or its code before and after re-coding.
fn is_same_organ(tx: &Transaction<'_>, one: &OrganId, other: &OrganId) -> Result<bool> {
    if one == other {
        return Ok(true);
    }
    let mut query = tx.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM directory
             WHERE (code = ?1 AND old_code = ?2) OR (code = ?2 AND old_code = ?1))",
    )?;
    Ok(query.query_row((sql(one), sql(other)), |row| row.get(0))?)
}

fn about(db: &Connection, document: IncomingId) -> Result<Vec<ChangeRequest>> {
    let mut query = db.prepare_cached(
        "SELECT change_request.* FROM change_target
         JOIN change_request ON change_request.id = change_target.request
         WHERE change_target.target = ?1 ORDER BY change_request.id",
    )?;
    let rows = query.query_map([document.0], request_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn targets(db: &Connection, id: ChangeId) -> Result<Vec<IncomingId>> {
    let mut query = db.prepare_cached(
        "SELECT target FROM change_target WHERE request = ?1 AND target IS NOT NULL
         ORDER BY target",
    )?;
    let rows = query.query_map([id.0], |row| get(row, "target"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn get_request(db: &Connection, id: ChangeId) -> Result<ChangeRequest> {
    let mut query = db.prepare_cached("SELECT * FROM change_request WHERE id = ?1")?;
    let found = query.query_row([id.0], request_row).optional()?;
    found.ok_or_else(|| StoreError::not_found("change request", id))
}

fn request_row(row: &Row<'_>) -> rusqlite::Result<ChangeRequest> {
    Ok(ChangeRequest {
        id: get(row, "id")?,
        organ: get(row, "organ")?,
        raw: get(row, "raw")?,
        operation: get(row, "operation")?,
        package: get_opt(row, "package")?,
        from_id: get(row, "from_id")?,
        from_name: row.get("from_name")?,
        reason: row.get("reason")?,
        asked_at: get(row, "asked_at")?,
        decision: get_opt(row, "decision")?,
        decided_by: row.get("decided_by")?,
        decided_at: get_opt(row, "decided_at")?,
        note: row.get("note")?,
    })
}
