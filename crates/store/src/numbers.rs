//! Numbers: taken through one door, in one IMMEDIATE transaction, bound to what they are for.

use rusqlite::{OptionalExtension as _, Row, Transaction};
use time::{Date, OffsetDateTime};
use trien_domain::number::printed;
use trien_domain::register::OutgoingEntry;
use trien_domain::{NumberState, OrganId, OutgoingState, Series};

use crate::Store;
use crate::audit::{self, NewAudit};
use crate::blobs::BlobId;
use crate::columns::{Column as _, get, get_opt, nfc, opt, sql};
use crate::error::{Conflict, Result, StoreError};
use crate::incoming::IncomingId;
use crate::outgoing::{self, OutgoingId};
use crate::registers;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 10,
        sql: "
CREATE TABLE number (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    -- 'di' outgoing, 'den' arrivals, or a series of the office's own
    series TEXT NOT NULL,
    -- consecutive from 1 on 1 January (Decree 30 art. 15)
    number INTEGER NOT NULL CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'used', 'void')),
    -- what an outgoing number is for: SHA-256 of the leader-signed file
    file_sha256 TEXT CHECK (length(file_sha256) = 64),
    outgoing INTEGER REFERENCES outgoing (id),
    -- what an arrival number is for
    incoming INTEGER REFERENCES incoming (id),
    -- the day of numbering in Vietnam, which the document bears
    dated TEXT NOT NULL,
    -- why it is void
    reason TEXT NOT NULL DEFAULT '',
    taken_at INTEGER NOT NULL,
    settled_at INTEGER,
    PRIMARY KEY (organ, year, series, number),
    CHECK ((file_sha256 IS NULL) <> (incoming IS NULL)),
    CHECK (state <> 'void' OR reason <> '')
) STRICT, WITHOUT ROWID;
-- one file has one number, whatever was tried and failed between
CREATE UNIQUE INDEX number_file ON number (organ, file_sha256)
    WHERE file_sha256 IS NOT NULL AND state <> 'void';
CREATE UNIQUE INDEX number_incoming ON number (incoming) WHERE incoming IS NOT NULL;
CREATE INDEX number_outgoing ON number (outgoing) WHERE outgoing IS NOT NULL;",
    },
    Migration {
        version: 29,
        sql: "
CREATE INDEX number_reserved ON number (organ, year, series, number) WHERE state = 'reserved';",
    },
];

/// A number that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its series.
    pub series: Series,
    /// The number.
    pub number: u32,
    /// What became of it.
    pub state: NumberState,
    /// The leader-signed file it is for; `None` for an arrival number.
    pub file: Option<BlobId>,
    /// The document of ours it is for.
    pub outgoing: Option<OutgoingId>,
    /// The document that came it is for.
    pub incoming: Option<IncomingId>,
    /// The date the document bears.
    pub dated: Date,
    /// Why it is void.
    pub reason: String,
    /// When it was taken.
    pub taken_at: OffsetDateTime,
}

/// A request for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation<'a> {
    /// From which series.
    pub series: &'a Series,
    /// SHA-256 of the leader-signed file.
    pub file: BlobId,
    /// The document, where it is in the store; its state becomes *numbered*.
    pub outgoing: Option<OutgoingId>,
    /// The date it will bear (`domain::calendar::issue_day`), in the series' year.
    pub date: Date,
    /// Who numbers it.
    pub who: &'a str,
}

/// The numbers of a profile.
#[derive(Debug)]
pub struct Numbers<'a>(&'a Store);

impl Store {
    /// The numbers of this profile.
    pub fn numbers(&self) -> Numbers<'_> {
        Numbers(self)
    }
}

impl Numbers<'_> {
    /// Reserves the next number of a series for a file. The same file asked again gets its number
    /// and its first date again, used or not.
    ///
    /// # Errors
    /// [`Conflict::OtherYear`] where the date is not in the series' year.
    pub fn reserve(&self, reservation: &Reservation<'_>, now: OffsetDateTime) -> Result<Taken> {
        self.0.write(|tx| reserve(tx, reservation, now))
    }

    /// The number stands in the sealed file. Its line goes into the book with it.
    /// `outgoing().seal(…)` does this for a document of the store.
    pub fn mark_used(
        &self,
        series: &Series,
        number: u32,
        entry: &OutgoingEntry,
        who: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0
            .write(|tx| mark_used(tx, series, number, entry, who, now))
    }

    /// Gives a reserved number up, with a reason that stays in the book. It is never given again,
    /// and its document stands as signed again.
    pub fn void(
        &self,
        series: &Series,
        number: u32,
        reason: &str,
        who: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0
            .write(|tx| void(tx, series, number, reason, who, now))
    }

    /// A number.
    pub fn get(&self, series: &Series, number: u32) -> Result<Taken> {
        self.0.read(|db| get_number(db, series, number))
    }

    /// The number that a file has, reserved or used.
    pub fn of_file(&self, organ: &OrganId, file: &BlobId) -> Result<Option<Taken>> {
        self.0.read(|db| of_file(db, organ, file))
    }

    /// Numbers that are reserved and on no document yet: the next start goes on with them.
    pub fn reserved(&self, organ: &OrganId) -> Result<Vec<Taken>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM number INDEXED BY number_reserved
                 WHERE organ = ?1 AND state = 'reserved'
                 ORDER BY year, series, number",
            )?;
            let rows = query.query_map([sql(organ)], number_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The last number of a series and the latest date in it. A number about to be given with an
    /// earlier date than that means that a clock is wrong.
    pub fn last(&self, series: &Series) -> Result<Option<(u32, Date)>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT max(number) AS number, max(dated) AS dated FROM number
                 WHERE organ = ?1 AND year = ?2 AND series = ?3",
            )?;
            let (organ, year, key) = key(series);
            let (number, dated): (Option<u32>, Option<Date>) = query
                .query_row((organ, year, key), |row| {
                    Ok((row.get("number")?, get_opt(row, "dated")?))
                })?;
            Ok(number.zip(dated))
        })
    }
}

/// Takes the arrival number of a document in the transaction that registers it.
pub(crate) fn take_arrival(
    tx: &Transaction<'_>,
    series: &Series,
    incoming: IncomingId,
    dated: Date,
    now: OffsetDateTime,
) -> Result<u32> {
    let number = next(tx, series)?;
    let (organ, year, key) = key(series);
    tx.prepare_cached(
        "INSERT INTO number (organ, year, series, number, state, incoming, dated, taken_at,
                             settled_at)
         VALUES (?1, ?2, ?3, ?4, 'used', ?5, ?6, ?7, ?7)",
    )?
    .execute((organ, year, key, number, incoming.0, sql(&dated), sql(&now)))?;
    Ok(number)
}

pub(crate) fn mark_used(
    tx: &Transaction<'_>,
    series: &Series,
    number: u32,
    entry: &OutgoingEntry,
    who: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let taken = get_number(tx, series, number)?;
    settle(tx, &taken, NumberState::Used, "", now)?;
    registers::put_outgoing(tx, series, number, taken.outgoing, entry)?;
    write_down(tx, &taken, "use_number", who, &entry.code, now)
}

fn reserve(
    tx: &Transaction<'_>,
    reservation: &Reservation<'_>,
    now: OffsetDateTime,
) -> Result<Taken> {
    let series = reservation.series;
    if let Some(known) = of_file(tx, &series.organ, &reservation.file)? {
        return Ok(known);
    }
    if reservation.date.year() != series.year {
        return Err(Conflict::OtherYear {
            year: series.year,
            date: reservation.date,
        }
        .into());
    }
    let number = next(tx, series)?;
    let (organ, year, key) = key(series);
    tx.prepare_cached(
        "INSERT INTO number (organ, year, series, number, state, file_sha256, outgoing, dated,
                             taken_at)
         VALUES (?1, ?2, ?3, ?4, 'reserved', ?5, ?6, ?7, ?8)",
    )?
    .execute((
        organ,
        year,
        key,
        number,
        sql(&reservation.file),
        opt(reservation.outgoing.as_ref()),
        sql(&reservation.date),
        sql(&now),
    ))?;
    if let Some(id) = reservation.outgoing {
        outgoing::numbered(tx, id, number, reservation.date, now)?;
    }
    let taken = get_number(tx, series, number)?;
    write_down(tx, &taken, "reserve_number", reservation.who, "", now)?;
    Ok(taken)
}

fn void(
    tx: &Transaction<'_>,
    series: &Series,
    number: u32,
    reason: &str,
    who: &str,
    now: OffsetDateTime,
) -> Result<()> {
    if reason.trim().is_empty() {
        let what = "giving a number up";
        return Err(Conflict::ReasonMissing { what }.into());
    }
    let taken = get_number(tx, series, number)?;
    settle(tx, &taken, NumberState::Void, reason, now)?;
    let mut line = OutgoingEntry {
        code: printed(number),
        date: taken.dated,
        subject: String::new(),
        signatory: String::new(),
        recipients: String::new(),
        archive: String::new(),
        copies: String::new(),
        sent_on: None,
        receipt: String::new(),
        note: reason.to_owned(),
    };
    if let Some(id) = taken.outgoing {
        let document = outgoing::get_outgoing(tx, id)?;
        line.subject = document.draft.subject;
        if document.state == OutgoingState::Numbered {
            outgoing::unnumbered(tx, id, now)?;
        }
    }
    registers::put_outgoing(tx, series, number, None, &line)?;
    write_down(tx, &taken, "void_number", who, reason, now)
}

/// The next number: one more than the highest, so that no number is missing and none comes twice.
fn next(tx: &Transaction<'_>, series: &Series) -> Result<u32> {
    let (organ, year, key) = key(series);
    let highest: u32 = tx
        .prepare_cached(
            "SELECT ifnull(max(number), 0) FROM number
             WHERE organ = ?1 AND year = ?2 AND series = ?3",
        )?
        .query_row((organ, year, key), |row| row.get(0))?;
    Ok(highest.saturating_add(1))
}

fn settle(
    tx: &Transaction<'_>,
    taken: &Taken,
    next: NumberState,
    reason: &str,
    now: OffsetDateTime,
) -> Result<()> {
    if !taken.state.may_become(next) {
        return Err(Conflict::State {
            what: "number",
            found: format!("{:?}", taken.state),
            wanted: format!("{next:?}"),
        }
        .into());
    }
    let (organ, year, key) = key(&taken.series);
    tx.prepare_cached(
        "UPDATE number SET state = ?5, reason = ?6, settled_at = ?7
         WHERE organ = ?1 AND year = ?2 AND series = ?3 AND number = ?4",
    )?
    .execute((
        organ,
        year,
        key,
        taken.number,
        sql(&next),
        nfc(reason),
        sql(&now),
    ))?;
    Ok(())
}

fn write_down(
    tx: &Transaction<'_>,
    taken: &Taken,
    what: &str,
    who: &str,
    detail: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let Series { organ, year, key } = &taken.series;
    let act = NewAudit {
        organ: Some(organ.clone()),
        who: who.to_owned(),
        what: what.to_owned(),
        document: taken.file.map(|file| file.to_string()).unwrap_or_default(),
        result: format!("{key}/{year}/{}", taken.number),
        detail: detail.to_owned(),
        ..NewAudit::default()
    };
    audit::append(tx, &act, now)
}

fn of_file(db: &rusqlite::Connection, organ: &OrganId, file: &BlobId) -> Result<Option<Taken>> {
    let mut query = db.prepare_cached(
        "SELECT * FROM number WHERE organ = ?1 AND file_sha256 = ?2 AND state <> 'void'",
    )?;
    Ok(query
        .query_row((sql(organ), sql(file)), number_row)
        .optional()?)
}

fn get_number(db: &rusqlite::Connection, series: &Series, number: u32) -> Result<Taken> {
    let (organ, year, key) = key(series);
    let mut query = db.prepare_cached(
        "SELECT * FROM number WHERE organ = ?1 AND year = ?2 AND series = ?3 AND number = ?4",
    )?;
    let found = query
        .query_row((organ, year, key, number), number_row)
        .optional()?;
    found.ok_or_else(|| StoreError::not_found("number", number))
}

/// A series as the first three columns of a key.
pub(crate) fn key(series: &Series) -> (rusqlite::types::Value, i32, &str) {
    (series.organ.value(), series.year, &series.key)
}

fn number_row(row: &Row<'_>) -> rusqlite::Result<Taken> {
    Ok(Taken {
        series: Series {
            organ: get(row, "organ")?,
            year: row.get("year")?,
            key: row.get("series")?,
        },
        number: row.get("number")?,
        state: get(row, "state")?,
        file: get_opt(row, "file_sha256")?,
        outgoing: get_opt(row, "outgoing")?,
        incoming: get_opt(row, "incoming")?,
        dated: get(row, "dated")?,
        reason: row.get("reason")?,
        taken_at: get(row, "taken_at")?,
    })
}
