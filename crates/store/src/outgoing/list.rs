//! Lists of documents of ours: newest first, by keyset.

use trien_domain::{OrganId, OutgoingState};

use super::draft::{load_lists, outgoing_row};
use super::{Outbox, Outgoing, OutgoingId};
use crate::columns::{get, sql};
use crate::error::Result;
use crate::incoming::Hits;
use crate::search;

/// The place after which the next page starts: the last document of the page before.
pub type OutgoingCursor = OutgoingId;

impl Outbox<'_> {
    /// A page of the documents in a state (`None`: of all), newest first.
    pub fn list(
        &self,
        organ: &OrganId,
        state: Option<OutgoingState>,
        after: Option<OutgoingCursor>,
        limit: u32,
    ) -> Result<Vec<Outgoing>> {
        let folder = if state.is_some() {
            "AND state = ?4"
        } else {
            "AND ?4 IS NULL"
        };
        let query = format!(
            "SELECT * FROM outgoing WHERE organ = ?1 {folder} AND id < ?2
             ORDER BY id DESC LIMIT ?3"
        );
        let after = after.map_or(i64::MAX, |id| id.0);
        self.0.read(|db| {
            let state = state.map(|state| sql(&state));
            let mut query = db.prepare_cached(&query)?;
            let rows = query.query_map((sql(organ), after, limit, state), outgoing_row)?;
            with_lists(db, rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Documents that were signed here and whose signed file is in no package made here, oldest
    /// first.
    pub fn to_hand_back(&self, organ: &OrganId, limit: u32) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT id FROM outgoing
                 WHERE organ = ?1 AND state = 'signed' AND handed_back = 0
                 ORDER BY id LIMIT ?2",
            )?;
            let rows = query.query_map((sql(organ), limit), |row| get(row, "id"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The states that documents are in, with how many.
    pub fn folders(&self, organ: &OrganId) -> Result<Vec<(OutgoingState, u32)>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT state, total FROM outgoing_count
                 WHERE organ = ?1 AND total > 0 ORDER BY state",
            )?;
            let rows = query.query_map([sql(organ)], |row| {
                Ok((get(row, "state")?, row.get("total")?))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The newest documents in which every typed word occurs, marks and case aside. `before` is the
    /// last row of the page before.
    pub fn search(
        &self,
        organ: &OrganId,
        typed: &str,
        before: Option<OutgoingCursor>,
        limit: u32,
    ) -> Result<Hits<Outgoing>> {
        self.0.read(|db| {
            let Some(words) = search::query(db, typed)? else {
                return Ok(Hits {
                    documents: Vec::new(),
                    more: false,
                });
            };
            let mut query = db.prepare_cached(
                "SELECT outgoing.* FROM outgoing_search JOIN outgoing
                     ON outgoing.id = outgoing_search.rowid
                 WHERE outgoing_search MATCH ?1 AND outgoing_search.rowid < ?2 AND organ = ?3
                 ORDER BY outgoing_search.rowid DESC LIMIT ?4",
            )?;
            let before = before.map_or(i64::MAX, |id| id.0);
            let rows = query.query_map((&words, before, sql(organ), limit + 1), outgoing_row)?;
            let mut documents: Vec<Outgoing> = rows.collect::<rusqlite::Result<_>>()?;
            let more = documents.len() > limit as usize;
            documents.truncate(limit as usize);
            let documents = with_lists(db, documents)?;
            Ok(Hits { documents, more })
        })
    }
}

fn with_lists(db: &rusqlite::Connection, mut documents: Vec<Outgoing>) -> Result<Vec<Outgoing>> {
    for document in &mut documents {
        load_lists(db, document)?;
    }
    Ok(documents)
}
