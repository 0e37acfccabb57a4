//! Lists of documents that came: newest first, by keyset, never by OFFSET.

use rusqlite::{Row, named_params};
use time::{Date, OffsetDateTime};
use trien_domain::{OrganId, StatusCode};

use super::{COLUMNS, Inbox, Incoming, IncomingId, incoming_row};
use crate::columns::{get, opt, sql};
use crate::error::Result;
use crate::search::{self, COUNT_CAP};

/// The place after which the next page starts: the last row of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When that document came.
    pub arrived_at: OffsetDateTime,
    /// Its row, which tells apart what came in the same millisecond.
    pub id: IncomingId,
}

impl From<&Incoming> for Cursor {
    fn from(document: &Incoming) -> Self {
        Self {
            arrived_at: document.arrived_at,
            id: document.id,
        }
    }
}

/// Which documents of a folder a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// All of them.
    All,
    /// *Khẩn* and above.
    Urgent,
    /// Those with a due date.
    Dated,
    /// Those that were due before this day.
    DueBefore(Date),
}

impl Only {
    /// The condition, in the words of the partial indexes; `?6` is the day.
    fn condition(self) -> &'static str {
        match self {
            Self::All => "AND ?6 IS NULL",
            Self::Urgent => "AND urgency > 0 AND ?6 IS NULL",
            Self::Dated => "AND due_on IS NOT NULL AND ?6 IS NULL",
            Self::DueBefore(_) => "AND due_on IS NOT NULL AND due_on < ?6",
        }
    }

    fn day(self) -> Option<Date> {
        match self {
            Self::DueBefore(day) => Some(day),
            Self::All | Self::Urgent | Self::Dated => None,
        }
    }
}

/// How many documents a folder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folder {
    /// The state its documents are in.
    pub state: StatusCode,
    /// All of them.
    pub total: u32,
    /// Those that nobody has opened.
    pub unread: u32,
}

/// A page of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits<T> {
    /// The newest documents that match, newest first.
    pub documents: Vec<T>,
    /// Whether older ones match, too. They are not counted: a phrase is looked for in each document that has its words.
    pub more: bool,
}

impl Inbox<'_> {
    /// A page of a folder (`None`: of all), newest first.
    pub fn list(
        &self,
        organ: &OrganId,
        state: Option<StatusCode>,
        only: Only,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Incoming>> {
        let folder = if state.is_some() {
            "AND state = ?5"
        } else {
            "AND ?5 IS NULL"
        };
        let query = format!(
            "SELECT {COLUMNS} FROM incoming
             WHERE organ = ?1 {folder} {} AND (arrived_at, id) < (?2, ?3)
             ORDER BY arrived_at DESC, id DESC LIMIT ?4",
            only.condition()
        );
        let (at, id) = after.map_or((i64::MAX.into(), i64::MAX), |cursor| {
            (sql(&cursor.arrived_at), cursor.id.0)
        });
        self.0.read(|db| {
            let state = state.map(|state| sql(&state));
            let mut query = db.prepare_cached(&query)?;
            let day = opt(only.day().as_ref());
            let given = (sql(organ), at, id, limit, state, day);
            let rows = query.query_map(given, incoming_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// How many of a folder's documents such a list has, counted up to [`COUNT_CAP`] + 1, which means
    /// *more*. The folder as a whole is counted by [`Inbox::folders`].
    pub fn count(&self, organ: &OrganId, state: StatusCode, only: Only) -> Result<u32> {
        let query = format!(
            "SELECT count(*) FROM (SELECT 1 FROM incoming
             WHERE organ = ?1 AND state = ?5 {} LIMIT ?4)",
            only.condition()
        );
        self.0.read(|db| {
            let given = named_params! {
                "?1": sql(organ),
                "?4": COUNT_CAP + 1,
                "?5": sql(&state),
                "?6": opt(only.day().as_ref()),
            };
            let mut query = db.prepare_cached(&query)?;
            Ok(query.query_row(given, |row| row.get(0))?)
        })
    }

    /// The folders that have documents, with their counts.
    pub fn folders(&self, organ: &OrganId) -> Result<Vec<Folder>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT state, total, unread FROM incoming_count
                 WHERE organ = ?1 AND total > 0 ORDER BY state",
            )?;
            let rows = query.query_map([sql(organ)], |row: &Row<'_>| {
                Ok(Folder {
                    state: get(row, "state")?,
                    total: row.get("total")?,
                    unread: row.get("unread")?,
                })
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The newest documents in which every typed word occurs, marks and case aside; the last word
    /// may be a beginning. `before` is the last row of the page before.
    pub fn search(
        &self,
        organ: &OrganId,
        typed: &str,
        before: Option<IncomingId>,
        limit: u32,
    ) -> Result<Hits<Incoming>> {
        self.0.read(|db| {
            let Some(words) = search::query(db, typed)? else {
                return Ok(Hits {
                    documents: Vec::new(),
                    more: false,
                });
            };
            let mut page = db.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM incoming_search JOIN incoming
                     ON incoming.id = incoming_search.rowid
                 WHERE incoming_search MATCH ?1 AND incoming_search.rowid < ?2 AND organ = ?3
                 ORDER BY incoming_search.rowid DESC LIMIT ?4"
            ))?;
            let before = before.map_or(i64::MAX, |id| id.0);
            let rows = page.query_map((&words, before, sql(organ), limit + 1), incoming_row)?;
            let mut documents: Vec<Incoming> = rows.collect::<rusqlite::Result<_>>()?;
            let more = documents.len() > limit as usize;
            documents.truncate(limit as usize);
            Ok(Hits { documents, more })
        })
    }
}
