//! The two books in their ten columns.

use trien_domain::Series;
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::number::{INCOMING, printed};
use trien_domain::register::{INCOMING_COLUMNS, IncomingEntry, OUTGOING_COLUMNS, OutgoingEntry};
use trien_store::OutgoingLine;

use super::{PAGE, parse_cursor};
use crate::app::App;
use crate::drafts::civil;
use crate::error::{AppError, ErrorCode, Result};
use crate::view::{Book, RegisterPage};

impl App {
    /// The year of today's books.
    pub fn this_year(&self) -> i32 {
        vietnam_day(self.now()).year()
    }

    /// A page of a book, newest number first.
    pub fn register(&self, book: Book, year: i32, cursor: Option<&str>) -> Result<RegisterPage> {
        let organ = &self.organ.id;
        let registers = self.store.registers();
        let (columns, rows, last) = match book {
            Book::Outgoing => {
                let before = cursor.map(line_of).transpose()?;
                let lines = registers.outgoing_newest(organ, year, before.as_ref(), PAGE)?;
                let last = lines.last().map(|(line, _)| cursor_of(line));
                let rows = lines.into_iter().map(|(_, line)| outgoing_line(line));
                (OUTGOING_COLUMNS, rows.collect::<Vec<_>>(), last)
            }
            Book::Incoming => {
                let series = Series {
                    organ: organ.clone(),
                    year,
                    key: INCOMING.to_owned(),
                };
                let lines = registers.incoming_newest(&series, parse_cursor(cursor)?, PAGE)?;
                let last = lines.last().map(|line| line.number.to_string());
                (
                    INCOMING_COLUMNS,
                    lines.into_iter().map(incoming_line).collect(),
                    last,
                )
            }
        };
        let full = rows.len() == PAGE as usize;
        Ok(RegisterPage {
            book,
            year,
            columns: columns.map(str::to_owned).to_vec(),
            rows,
            next: last.filter(|_| full),
        })
    }
}

/// A place in the outgoing book as a cursor: `2026-11-20/125/di`.
fn cursor_of(line: &OutgoingLine) -> String {
    format!("{}/{}/{}", line.date, line.number, line.series)
}

fn line_of(cursor: &str) -> Result<OutgoingLine> {
    let mut parts = cursor.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default();
    let (date, number, series) = (civil(part()), part().parse().ok(), part());
    let bad = || AppError::new(ErrorCode::BadArgument, format!("cursor {cursor:?}"));
    let (date, number) = date.zip(number).ok_or_else(bad)?;
    Ok(OutgoingLine {
        date,
        series: series.to_owned(),
        number,
    })
}

fn outgoing_line(line: OutgoingEntry) -> Vec<String> {
    vec![
        line.code,
        written(line.date),
        line.subject,
        line.signatory,
        line.recipients,
        line.archive,
        line.copies,
        line.sent_on.map(written).unwrap_or_default(),
        line.receipt,
        line.note,
    ]
}

fn incoming_line(line: IncomingEntry) -> Vec<String> {
    vec![
        written(line.arrived_on),
        printed(line.number),
        line.author,
        line.code,
        line.date.map(written).unwrap_or_default(),
        line.subject,
        line.assignee,
        line.passed_on.map(written).unwrap_or_default(),
        line.receipt,
        line.note,
    ]
}
