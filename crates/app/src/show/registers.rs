//! The two books in their ten columns.

use trien_domain::Series;
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::number::{INCOMING, OUTGOING, printed};
use trien_domain::register::{INCOMING_COLUMNS, IncomingEntry, OUTGOING_COLUMNS, OutgoingEntry};

use super::{PAGE, parse_cursor};
use crate::app::App;
use crate::error::Result;
use crate::view::{Book, RegisterPage};

impl App {
    /// The year of today's books.
    pub fn this_year(&self) -> i32 {
        vietnam_day(self.now()).year()
    }

    /// A page of a book, newest number first.
    pub fn register(&self, book: Book, year: i32, cursor: Option<&str>) -> Result<RegisterPage> {
        let before: Option<u32> = parse_cursor(cursor)?;
        let series = |key: &str| Series {
            organ: self.organ.id.clone(),
            year,
            key: key.to_owned(),
        };
        let (columns, rows, last) = match book {
            Book::Outgoing => {
                let lines =
                    self.store
                        .registers()
                        .outgoing_newest(&series(OUTGOING), before, PAGE)?;
                let last = lines.last().map(|(number, _)| *number);
                (
                    OUTGOING_COLUMNS,
                    lines
                        .into_iter()
                        .map(|(_, line)| outgoing_line(line))
                        .collect::<Vec<_>>(),
                    last,
                )
            }
            Book::Incoming => {
                let lines =
                    self.store
                        .registers()
                        .incoming_newest(&series(INCOMING), before, PAGE)?;
                let last = lines.last().map(|line| line.number);
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
            next: last.filter(|_| full).map(|number| number.to_string()),
        })
    }
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
