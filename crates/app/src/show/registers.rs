//! The two books in their ten columns.

use trien_domain::Series;
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::number::{INCOMING, printed};
use trien_domain::register::{INCOMING_COLUMNS, IncomingEntry, OUTGOING_COLUMNS, OutgoingEntry};
use trien_domain::text::fold;
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

    /// A page of a book, newest number first: the lines in whose cells every typed word occurs, marks and case
    /// aside. Nothing typed: all lines.
    pub fn register(
        &self,
        book: Book,
        year: i32,
        find: &str,
        cursor: Option<&str>,
    ) -> Result<RegisterPage> {
        let find = fold(find);
        let words: Vec<&str> = find.split_whitespace().collect();
        let mut page = self.book_lines(book, year, cursor)?;
        page.keep(&words);
        // A book is one year's: what it costs to look through is bounded by that.
        while page.rows.len() < PAGE as usize {
            let Some(next) = page.next.take() else { break };
            let mut more = self.book_lines(book, year, Some(&next))?;
            more.keep(&words);
            page.rows.append(&mut more.rows);
            page.next = more.next;
        }
        Ok(page)
    }

    /// A page of lines as the book has them.
    fn book_lines(&self, book: Book, year: i32, cursor: Option<&str>) -> Result<RegisterPage> {
        let organ = &self.organ.id;
        let registers = self.store.registers();
        let (columns, mut years, rows, last) = match book {
            Book::Outgoing => {
                let before = cursor.map(line_of).transpose()?;
                let lines = registers.outgoing_newest(organ, year, before.as_ref(), PAGE)?;
                let last = lines.last().map(|(line, _)| cursor_of(line));
                let rows = lines.into_iter().map(|(_, line)| outgoing_line(line));
                let years = registers.outgoing_years(organ)?;
                (OUTGOING_COLUMNS, years, rows.collect::<Vec<_>>(), last)
            }
            Book::Incoming => {
                let series = Series {
                    organ: organ.clone(),
                    year,
                    key: INCOMING.to_owned(),
                };
                let lines = registers.incoming_newest(&series, parse_cursor(cursor)?, PAGE)?;
                let last = lines.last().map(|line| line.number.to_string());
                let rows = lines.into_iter().map(incoming_line).collect();
                (
                    INCOMING_COLUMNS,
                    registers.incoming_years(organ)?,
                    rows,
                    last,
                )
            }
        };
        if !years.contains(&self.this_year()) {
            years.insert(0, self.this_year());
        }
        let full = rows.len() == PAGE as usize;
        Ok(RegisterPage {
            book,
            year,
            years,
            columns: columns.map(str::to_owned).to_vec(),
            rows,
            next: last.filter(|_| full),
        })
    }
}

impl RegisterPage {
    /// Leaves the lines in which every word occurs.
    fn keep(&mut self, words: &[&str]) {
        self.rows.retain(|row| {
            let line = fold(&row.join(" "));
            words.iter().all(|word| line.contains(word))
        });
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
