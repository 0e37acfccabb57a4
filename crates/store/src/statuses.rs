//! Statuses that receivers sent us on documents of ours, each with the message behind it.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Row, Transaction};
use time::OffsetDateTime;
use trien_domain::status::progress;
use trien_domain::{DocumentId, OrganId, StatusCode, StatusMessage};

use crate::Store;
use crate::changes;
use crate::columns::{get, get_opt, nfc, opt, row_id, sql};
use crate::db::apart;
use crate::error::Result;
use crate::outgoing::OutgoingId;
use crate::raw::{self, RawId, RawState};
use crate::registers;
use crate::schema::Migration;
use crate::sends;
use crate::timeline::{self, Document};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 9,
        sql: "
CREATE TABLE status_received (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the message; one status each
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- DocumentId of the document it is about, and that document where we know it
    document_id TEXT NOT NULL,
    outgoing INTEGER REFERENCES outgoing (id),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    -- as it came: codes that nobody knows are shown, and move nothing
    digits TEXT NOT NULL,
    description TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    -- as the sender says; NULL where it says nothing readable
    at INTEGER,
    received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX status_received_outgoing ON status_received (outgoing, id)
    WHERE outgoing IS NOT NULL;
CREATE INDEX status_received_document ON status_received (document_id);",
    },
    Migration {
        version: 25,
        sql: "
CREATE INDEX status_received_unknown ON status_received (organ, id) WHERE outgoing IS NULL;",
    },
];

row_id!(
    /// A status that came.
    StatusId
);

/// A status that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReceived {
    /// Its row.
    pub id: StatusId,
    /// The message behind it.
    pub raw: RawId,
    /// The document of ours that it is about; `None` where we never sent one with that identifier.
    pub outgoing: Option<OutgoingId>,
    /// That document's identifier, as the message has it.
    pub document_id: String,
    /// Who reports.
    pub from_id: OrganId,
    /// Their name.
    pub from_name: String,
    /// The two digits as they came.
    pub digits: String,
    /// Free text.
    pub description: String,
    /// Who handled it there.
    pub staff_name: String,
    /// When, as the sender says.
    pub at: Option<OffsetDateTime>,
    /// When it came.
    pub received_at: OffsetDateTime,
}

/// The statuses that came.
#[derive(Debug)]
pub struct Statuses<'a>(&'a Store);

impl Store {
    /// The statuses that receivers sent us.
    pub fn statuses(&self) -> Statuses<'_> {
        Statuses(self)
    }
}

impl Statuses<'_> {
    /// Takes a status in: its row, the timeline, the recipient's copy marked as fetched, a send
    /// that was unclear settled by it, the message admitted, all in one transaction. Asked twice
    /// for one message it gives the same row.
    pub fn receive(
        &self,
        raw: RawId,
        message: &StatusMessage,
        now: OffsetDateTime,
    ) -> Result<StatusReceived> {
        self.0.write(|tx| receive(tx, raw, message, now))
    }

    /// Takes the statuses of one round in, in one transaction; what contradicts the store is told for
    /// each.
    pub fn receive_all(
        &self,
        messages: &[(RawId, Box<StatusMessage>)],
        now: OffsetDateTime,
    ) -> Result<Vec<Result<StatusReceived>>> {
        self.0.write(|tx| {
            let one = |(raw, message): &(RawId, Box<StatusMessage>)| {
                apart(tx, || receive(tx, *raw, message, now))
            };
            messages.iter().map(one).collect()
        })
    }

    /// The statuses on one document of ours, oldest first: the matrix recipient × status.
    pub fn of_outgoing(&self, outgoing: OutgoingId) -> Result<Vec<StatusReceived>> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT * FROM status_received WHERE outgoing = ?1 ORDER BY id")?;
            let rows = query.query_map([outgoing.0], status_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Statuses on documents that we never sent, newest first. A request to take back (13) is about
    /// what came to us, and stands here only where it names nothing that is here.
    pub fn of_nothing(&self, organ: &OrganId, limit: u32) -> Result<Vec<StatusReceived>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM status_received WHERE organ = ?1 AND outgoing IS NULL
                   AND NOT EXISTS (SELECT 1 FROM change_request
                                   WHERE change_request.raw = status_received.raw)
                   AND NOT EXISTS (SELECT 1 FROM trouble_dismissed
                                   WHERE trouble_dismissed.organ = ?1
                                     AND trouble = 'status:' || status_received.id)
                 ORDER BY id DESC LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), status_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn receive(
    tx: &Transaction<'_>,
    raw: RawId,
    message: &StatusMessage,
    now: OffsetDateTime,
) -> Result<StatusReceived> {
    let organ = raw::get_raw(tx, raw)?.message.organ;
    if let Some(known) = by_raw(tx, raw)? {
        return Ok(known);
    }
    let outgoing = outgoing_of(tx, &organ, message)?;
    tx.prepare_cached(
        "INSERT INTO status_received (organ, raw, document_id, outgoing, from_id, from_name,
             digits, description, staff_name, at, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        sql(&organ),
        raw.0,
        sql(&message.document),
        opt(outgoing.as_ref()),
        sql(&message.from.id),
        nfc(&message.from.name),
        message.digits.trim(),
        nfc(&message.description),
        nfc(&message.staff.name),
        opt(message.at.as_ref()),
        sql(&now),
    ))?;
    raw::set_state(tx, raw, RawState::Admitted, "")?;
    if message.status() == Some(StatusCode::RecallAsked) {
        changes::asked_by_status(tx, &organ, raw, message, now)?;
    }
    if let Some(outgoing) = outgoing {
        sends::proven_sent(tx, outgoing, &message.from.id, message.status(), now)?;
        let what = format!("status_{}", message.digits.trim());
        let (who, detail) = (&message.from.name, &message.description);
        timeline::append(
            tx,
            &organ,
            Document::Outgoing(outgoing),
            &what,
            who,
            detail,
            now,
        )?;
        registers::set_receipt(tx, outgoing, &receipt(tx, outgoing)?)?;
    }
    let received = by_raw(tx, raw)?;
    received.ok_or_else(|| crate::StoreError::not_found("status", raw))
}

/// Who has come how far: *Sở Nội vụ: đã tiếp nhận; Sở Tài chính: đã đến*.
fn receipt(tx: &Transaction<'_>, outgoing: OutgoingId) -> Result<String> {
    let mut query = tx.prepare_cached(
        "SELECT from_id, from_name, digits FROM status_received WHERE outgoing = ?1 ORDER BY id",
    )?;
    let mut rows = query.query([outgoing.0])?;
    let mut told: BTreeMap<String, (String, Vec<StatusCode>)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (from, name): (String, String) = (row.get(0)?, row.get(1)?);
        let (_, codes) = told.entry(from).or_insert((name, Vec::new()));
        codes.extend(StatusCode::from_digits(&row.get::<_, String>(2)?));
    }
    let lines: Vec<String> = told
        .values()
        .filter_map(|(name, codes)| Some(format!("{name}: {}", progress(codes)?.written())))
        .collect();
    Ok(lines.join("; "))
}

/// Requests to take a document back that came while nothing of that identifier was here.
pub(crate) fn recalls_of_nothing(
    tx: &Transaction<'_>,
    organ: &OrganId,
    document: &DocumentId,
) -> Result<Vec<StatusReceived>> {
    let mut query = tx.prepare_cached(
        "SELECT * FROM status_received
         WHERE document_id = ?2 AND organ = ?1 AND digits = ?3 AND outgoing IS NULL
           AND NOT EXISTS (SELECT 1 FROM change_request
                           WHERE change_request.raw = status_received.raw)
         ORDER BY id",
    )?;
    let asked = StatusCode::RecallAsked.digits();
    let rows = query.query_map((sql(organ), sql(document), asked), status_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn by_raw(tx: &Transaction<'_>, raw: RawId) -> Result<Option<StatusReceived>> {
    let mut query = tx.prepare_cached("SELECT * FROM status_received WHERE raw = ?1")?;
    Ok(query.query_row([raw.0], status_row).optional()?)
}

/// The document of ours that a status is about: by its identifier, else by number, notation and
/// date, since older programs write no identifier and others their own.
fn outgoing_of(
    tx: &Transaction<'_>,
    organ: &OrganId,
    message: &StatusMessage,
) -> Result<Option<OutgoingId>> {
    let by_id = tx
        .prepare_cached("SELECT id FROM outgoing WHERE organ = ?1 AND document_id = ?2")?
        .query_row((sql(organ), sql(&message.document)), |row| get(row, "id"))
        .optional()?;
    let number = message.code.number.trim_start_matches('0').parse::<u32>();
    let (None, Ok(number), Some(date)) = (by_id, number, message.date) else {
        return Ok(by_id);
    };
    let by_code = tx
        .prepare_cached(
            "SELECT id FROM outgoing
             WHERE organ = ?1 AND number = ?2 AND notation = ?3 AND issued_on = ?4",
        )?
        .query_row(
            (sql(organ), number, nfc(&message.code.notation), sql(&date)),
            |row| get(row, "id"),
        )
        .optional()?;
    Ok(by_code)
}

fn status_row(row: &Row<'_>) -> rusqlite::Result<StatusReceived> {
    Ok(StatusReceived {
        id: get(row, "id")?,
        raw: get(row, "raw")?,
        outgoing: get_opt(row, "outgoing")?,
        document_id: row.get("document_id")?,
        from_id: get(row, "from_id")?,
        from_name: row.get("from_name")?,
        digits: row.get("digits")?,
        description: row.get("description")?,
        staff_name: row.get("staff_name")?,
        at: get_opt(row, "at")?,
        received_at: get(row, "received_at")?,
    })
}
