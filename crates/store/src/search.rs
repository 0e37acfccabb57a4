//! Full-text search over folded text: newest first, by row id, never by rank.
//!
//! An FTS5 table is contentless: it holds the words of `domain::text::fold`, so that `hoa binh`
//! finds *Hòa Bình* and `duong` finds *đường*, and none of the text itself.

use rusqlite::Connection;
use trien_domain::text::fold;

use crate::error::Result;

/// What is indexed of one document, in bytes of folded text: the words of some 500 pages. More is
/// no letter but a data set, and a hostile one would fill the disk.
pub const SEARCH_TEXT_MAX: usize = 1024 * 1024;
/// Words of a query that are looked at; nobody types more.
const QUERY_WORDS_MAX: usize = 16;
/// Hits are counted up to here; the interface then shows `1.000+`.
pub const COUNT_CAP: u32 = 1000;

/// Puts a document's texts into a search table, replacing what stood there.
pub(crate) fn index(db: &Connection, table: &str, id: i64, texts: &[&str]) -> Result<()> {
    let mut words = String::new();
    for text in texts {
        let folded = fold(text);
        let room = SEARCH_TEXT_MAX.saturating_sub(words.len());
        let end = folded.floor_char_boundary(room.min(folded.len()));
        words.push_str(folded.get(..end).unwrap_or_default());
        words.push(' ');
    }
    let insert = format!("INSERT OR REPLACE INTO {table} (rowid, words) VALUES (?1, ?2)");
    db.prepare_cached(&insert)?.execute((id, words))?;
    Ok(())
}

/// The FTS5 query for what a person typed: every word, the last one as a beginning of a word,
/// since it is still being typed; text in quotation marks as a phrase. `None` where nothing is
/// left to look for.
pub(crate) fn query(typed: &str) -> Option<String> {
    let mut terms = Vec::new();
    // Odd pieces stand between quotation marks; the last odd one may be open still.
    for (i, piece) in typed.split('"').enumerate() {
        let folded = fold(piece);
        if i % 2 == 1 && !folded.is_empty() {
            terms.push(format!("\"{folded}\""));
        } else {
            terms.extend(folded.split_whitespace().map(|word| format!("\"{word}\"")));
        }
    }
    terms.truncate(QUERY_WORDS_MAX);
    if typed.ends_with(char::is_alphanumeric) {
        still_typing(&mut terms);
    }
    (!terms.is_empty()).then(|| terms.join(" "))
}

/// The last word may be a beginning. One letter begins half of all words: it is left out until a
/// second one is typed; one digit is a number, and stays as it is.
fn still_typing(terms: &mut Vec<String>) {
    let others = terms.len() > 1;
    let Some(last) = terms.last_mut() else { return };
    match last.trim_matches('"').as_bytes() {
        [b'0'..=b'9'] => {}
        [_] if others => {
            terms.pop();
        }
        [_] => {}
        _ => last.push('*'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_typed_becomes_words_and_phrases() {
        assert_eq!(query("Đường Hòa"), Some("\"duong\" \"hoa\"*".into()));
        assert_eq!(
            query("125/UBND-VP "),
            Some("\"125\" \"ubnd\" \"vp\"".into())
        );
        assert_eq!(
            query("\"hòa bình\" xã"),
            Some("\"hoa binh\" \"xa\"*".into())
        );
        assert_eq!(query(" - "), None);
        assert_eq!(
            query("Sở N"),
            Some("\"so\"".into()),
            "one letter begins half of all words"
        );
        assert_eq!(
            query("Sở 7"),
            Some("\"so\" \"7\"".into()),
            "one digit is a number"
        );
    }

    proptest! {
        /// Nothing that a person can type is an error of FTS5's grammar.
        #[test]
        fn any_typing_is_a_query(typed in "[\"*()^:\\- a-zđẵNOTANDR0-9]{0,40}") {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE VIRTUAL TABLE t USING fts5 (words, content = '')").unwrap();
            if let Some(query) = query(&typed) {
                let found = db.query_row("SELECT count(*) FROM t WHERE t MATCH ?1", [query], |row| {
                    row.get::<_, i64>(0)
                });
                prop_assert_eq!(found.unwrap(), 0);
            }
        }
    }
}
