//! The words of a sealed document and of its attachments. They are kept because a search table holds no text: whatever
//! else of the document changes, it is indexed with them again.

use rusqlite::{OptionalExtension as _, Transaction};

use super::{Outgoing, OutgoingId};
use crate::columns::sql;
use crate::error::Result;
use crate::schema::Migration;
use crate::search::SEARCH_TEXT_MAX;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 33,
    sql: "
CREATE TABLE outgoing_words (
    outgoing INTEGER PRIMARY KEY REFERENCES outgoing (id),
    organ TEXT NOT NULL,
    words TEXT NOT NULL
) STRICT;",
}];

/// Keeps them, in the place of earlier ones.
pub(super) fn keep(tx: &Transaction<'_>, document: &Outgoing, words: &str) -> Result<()> {
    let end = words.floor_char_boundary(SEARCH_TEXT_MAX.min(words.len()));
    tx.prepare_cached(
        "INSERT OR REPLACE INTO outgoing_words (outgoing, organ, words) VALUES (?1, ?2, ?3)",
    )?
    .execute((
        document.id.0,
        sql(&document.draft.organ),
        words.get(..end).unwrap_or_default(),
    ))?;
    Ok(())
}

/// Those that are kept; none before it is sealed.
pub(super) fn of(tx: &Transaction<'_>, id: OutgoingId) -> Result<String> {
    let words = tx
        .prepare_cached("SELECT words FROM outgoing_words WHERE outgoing = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    Ok(words.unwrap_or_default())
}
