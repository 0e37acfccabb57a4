//! The two books, in the ten columns of Decree 30 Annex IV.
//!
//! A line is written in the transaction that uses its number, so a book has every number once.

use rusqlite::{Connection, Row, named_params};
use time::Date;
use trien_domain::register::{IncomingEntry, OutgoingEntry};
use trien_domain::{OrganId, Series};

use crate::Store;
use crate::columns::{get, get_opt, nfc, opt, sql};
use crate::error::Result;
use crate::incoming::IncomingId;
use crate::numbers::key;
use crate::outgoing::OutgoingId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 11,
        sql: "
CREATE TABLE outgoing_book (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    series TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- NULL: the number was given up, and the note says why
    outgoing INTEGER REFERENCES outgoing (id),
    -- the ten columns of Sổ đăng ký văn bản đi, in their order
    code TEXT NOT NULL,
    date TEXT NOT NULL,
    subject TEXT NOT NULL,
    signatory TEXT NOT NULL,
    recipients TEXT NOT NULL,
    archive TEXT NOT NULL,
    copies TEXT NOT NULL,
    sent_on TEXT,
    receipt TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (organ, year, series, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_book_document ON outgoing_book (outgoing) WHERE outgoing IS NOT NULL;
CREATE TABLE incoming_book (
    organ TEXT NOT NULL,
    year INTEGER NOT NULL,
    series TEXT NOT NULL,
    -- the ten columns of Sổ đăng ký văn bản đến; số đến is the key
    number INTEGER NOT NULL,
    arrived_on TEXT NOT NULL,
    author TEXT NOT NULL,
    code TEXT NOT NULL,
    date TEXT,
    subject TEXT NOT NULL,
    assignee TEXT NOT NULL,
    passed_on TEXT,
    receipt TEXT NOT NULL,
    note TEXT NOT NULL,
    incoming INTEGER NOT NULL UNIQUE REFERENCES incoming (id),
    PRIMARY KEY (organ, year, series, number)
) STRICT, WITHOUT ROWID;",
    },
    Migration {
        version: 28,
        sql: "
CREATE INDEX outgoing_book_newest ON outgoing_book (organ, year, date, series, number);",
    },
];

/// Comes after every date in writing.
const NEVER: &str = "9999-99-99";

/// Where a line stands in the outgoing book of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingLine {
    /// The document's date.
    pub date: Date,
    /// The key of its series.
    pub series: String,
    /// Its number in that series.
    pub number: u32,
}

/// The books of a profile.
#[derive(Debug)]
pub struct Registers<'a>(&'a Store);

impl Store {
    /// The books of this profile.
    pub fn registers(&self) -> Registers<'_> {
        Registers(self)
    }
}

impl Registers<'_> {
    /// The years of which an organ has an outgoing book, newest first.
    pub fn outgoing_years(&self, organ: &OrganId) -> Result<Vec<i32>> {
        self.years("outgoing_book", organ)
    }

    /// The years of which an organ has a book of arrivals, newest first.
    pub fn incoming_years(&self, organ: &OrganId) -> Result<Vec<i32>> {
        self.years("incoming_book", organ)
    }

    /// From year to year by the key, so that no line of a book is read.
    fn years(&self, book: &str, organ: &OrganId) -> Result<Vec<i32>> {
        let query = format!(
            "WITH RECURSIVE years (year) AS (
                 SELECT max(year) FROM {book} WHERE organ = ?1
                 UNION ALL
                 SELECT (SELECT max(year) FROM {book} WHERE organ = ?1 AND year < years.year)
                 FROM years WHERE year IS NOT NULL)
             SELECT year FROM years WHERE year IS NOT NULL"
        );
        self.0.read(|db| {
            let mut query = db.prepare_cached(&query)?;
            let years = query.query_map([sql(organ)], |row| row.get(0))?;
            Ok(years.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A page of the outgoing book after a number, in the order of the book.
    pub fn outgoing(
        &self,
        series: &Series,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<(u32, OutgoingEntry)>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM outgoing_book
                 WHERE organ = ?1 AND year = ?2 AND series = ?3 AND number > ?4
                 ORDER BY number LIMIT ?5",
            )?;
            let (organ, year, key) = key(series);
            let after = after.unwrap_or(0);
            let rows = query.query_map((organ, year, key, after, limit), |row| {
                Ok((row.get("number")?, outgoing_line(row)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A page of an organ's outgoing book of a year before a line, newest first, whatever the series.
    pub fn outgoing_newest(
        &self,
        organ: &OrganId,
        year: i32,
        before: Option<&OutgoingLine>,
        limit: u32,
    ) -> Result<Vec<(OutgoingLine, OutgoingEntry)>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM outgoing_book
                 WHERE organ = ?1 AND year = ?2 AND (date, series, number) < (?3, ?4, ?5)
                 ORDER BY date DESC, series DESC, number DESC LIMIT ?6",
            )?;
            let given = (
                sql(organ),
                year,
                before.map_or(NEVER.to_owned().into(), |line| sql(&line.date)),
                before.map_or("", |line| line.series.as_str()),
                before.map_or(0, |line| line.number),
                limit,
            );
            let rows = query.query_map(given, |row| {
                let line = OutgoingLine {
                    date: get(row, "date")?,
                    series: row.get("series")?,
                    number: row.get("number")?,
                };
                Ok((line, outgoing_line(row)?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A page of the book of arrivals after a number, in the order of the book.
    pub fn incoming(
        &self,
        series: &Series,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<IncomingEntry>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM incoming_book
                 WHERE organ = ?1 AND year = ?2 AND series = ?3 AND number > ?4
                 ORDER BY number LIMIT ?5",
            )?;
            let (organ, year, key) = key(series);
            let after = after.unwrap_or(0);
            let rows = query.query_map((organ, year, key, after, limit), incoming_line)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// A page of the book of arrivals before a number, newest first.
    pub fn incoming_newest(
        &self,
        series: &Series,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<IncomingEntry>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM incoming_book
                 WHERE organ = ?1 AND year = ?2 AND series = ?3 AND number < ?4
                 ORDER BY number DESC LIMIT ?5",
            )?;
            let (organ, year, key) = key(series);
            let before = before.unwrap_or(u32::MAX);
            let rows = query.query_map((organ, year, key, before, limit), incoming_line)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// Tên loại và trích yếu nội dung, as one column holds both.
pub fn kind_and_subject(kind: &str, subject: &str) -> String {
    match (kind.is_empty(), subject.is_empty()) {
        (true, _) => subject.to_owned(),
        (_, true) => kind.to_owned(),
        _ => format!("{kind}: {subject}"),
    }
}

pub(crate) fn put_outgoing(
    db: &Connection,
    series: &Series,
    number: u32,
    outgoing: Option<OutgoingId>,
    line: &OutgoingEntry,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO outgoing_book (organ, year, series, number, outgoing, code, date, subject,
             signatory, recipients, archive, copies, sent_on, receipt, note)
         VALUES (:organ, :year, :series, :number, :outgoing, :code, :date, :subject,
             :signatory, :recipients, :archive, :copies, :sent_on, :receipt, :note)",
    )?
    .execute(named_params! {
        ":organ": sql(&series.organ),
        ":year": series.year,
        ":series": series.key,
        ":number": number,
        ":outgoing": opt(outgoing.as_ref()),
        ":code": nfc(&line.code),
        ":date": sql(&line.date),
        ":subject": nfc(&line.subject),
        ":signatory": nfc(&line.signatory),
        ":recipients": nfc(&line.recipients),
        ":archive": nfc(&line.archive),
        ":copies": nfc(&line.copies),
        ":sent_on": opt(line.sent_on.as_ref()),
        ":receipt": nfc(&line.receipt),
        ":note": nfc(&line.note),
    })?;
    Ok(())
}

pub(crate) fn put_incoming(
    db: &Connection,
    series: &Series,
    incoming: IncomingId,
    line: &IncomingEntry,
) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO incoming_book (organ, year, series, number, arrived_on, author, code, date,
             subject, assignee, passed_on, receipt, note, incoming)
         VALUES (:organ, :year, :series, :number, :arrived_on, :author, :code, :date,
             :subject, :assignee, :passed_on, :receipt, :note, :incoming)",
    )?
    .execute(named_params! {
        ":organ": sql(&series.organ),
        ":year": series.year,
        ":series": series.key,
        ":number": line.number,
        ":arrived_on": sql(&line.arrived_on),
        ":author": nfc(&line.author),
        ":code": nfc(&line.code),
        ":date": opt(line.date.as_ref()),
        ":subject": nfc(&line.subject),
        ":assignee": nfc(&line.assignee),
        ":passed_on": opt(line.passed_on.as_ref()),
        ":receipt": nfc(&line.receipt),
        ":note": nfc(&line.note),
        ":incoming": incoming.0,
    })?;
    Ok(())
}

/// Ngày chuyển of the outgoing book: the first day on which the axis took a package.
pub(crate) fn sent_on(db: &Connection, outgoing: OutgoingId, day: Date) -> Result<()> {
    db.prepare_cached(
        "UPDATE outgoing_book SET sent_on = ifnull(sent_on, ?2) WHERE outgoing = ?1",
    )?
    .execute((outgoing.0, sql(&day)))?;
    Ok(())
}

/// Ký nhận of the outgoing book.
pub(crate) fn set_receipt(db: &Connection, outgoing: OutgoingId, receipt: &str) -> Result<()> {
    db.prepare_cached("UPDATE outgoing_book SET receipt = ?2 WHERE outgoing = ?1")?
        .execute((outgoing.0, nfc(receipt)))?;
    Ok(())
}

/// Đơn vị hoặc người nhận and Ngày chuyển of the book of arrivals.
pub(crate) fn assigned(
    db: &Connection,
    incoming: IncomingId,
    assignee: &str,
    day: Date,
) -> Result<()> {
    db.prepare_cached(
        "UPDATE incoming_book SET assignee = ?2, passed_on = ?3 WHERE incoming = ?1",
    )?
    .execute((incoming.0, nfc(assignee), sql(&day)))?;
    Ok(())
}

/// Tên loại và trích yếu of the book of arrivals, after an update.
pub(crate) fn set_subject(db: &Connection, incoming: IncomingId, subject: &str) -> Result<()> {
    db.prepare_cached("UPDATE incoming_book SET subject = ?2 WHERE incoming = ?1")?
        .execute((incoming.0, nfc(subject)))?;
    Ok(())
}

/// Ghi chú of the outgoing book: that a document was recalled or updated, once for each day.
pub(crate) fn note_outgoing(db: &Connection, outgoing: OutgoingId, note: &str) -> Result<()> {
    db.prepare_cached(
        "UPDATE outgoing_book SET note = iif(note = '', ?2, note || '; ' || ?2)
         WHERE outgoing = ?1 AND instr(note, ?2) = 0",
    )?
    .execute((outgoing.0, nfc(note)))?;
    Ok(())
}

/// Ghi chú of the book of arrivals: a recall, an update or a replacement is added to what is there.
/// A document that is not registered has no line.
pub(crate) fn add_note(db: &Connection, incoming: IncomingId, note: &str) -> Result<()> {
    db.prepare_cached(
        "UPDATE incoming_book SET note = iif(note = '', ?2, note || '; ' || ?2)
         WHERE incoming = ?1",
    )?
    .execute((incoming.0, nfc(note)))?;
    Ok(())
}

fn outgoing_line(row: &Row<'_>) -> rusqlite::Result<OutgoingEntry> {
    Ok(OutgoingEntry {
        code: row.get("code")?,
        date: get(row, "date")?,
        subject: row.get("subject")?,
        signatory: row.get("signatory")?,
        recipients: row.get("recipients")?,
        archive: row.get("archive")?,
        copies: row.get("copies")?,
        sent_on: get_opt(row, "sent_on")?,
        receipt: row.get("receipt")?,
        note: row.get("note")?,
    })
}

fn incoming_line(row: &Row<'_>) -> rusqlite::Result<IncomingEntry> {
    Ok(IncomingEntry {
        arrived_on: get(row, "arrived_on")?,
        number: row.get("number")?,
        author: row.get("author")?,
        code: row.get("code")?,
        date: get_opt(row, "date")?,
        subject: row.get("subject")?,
        assignee: row.get("assignee")?,
        passed_on: get_opt(row, "passed_on")?,
        receipt: row.get("receipt")?,
        note: row.get("note")?,
    })
}
