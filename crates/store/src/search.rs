//! Full-text search over folded text: newest first, by row id, never by rank.
//!
//! An FTS5 table is contentless: it holds the words of `domain::text::fold`, so that `hoa binh`
//! finds *Hòa Bình* and `duong` finds *đường*, and none of the text itself.
//!
//! A code as documents write it (`125/UBND-VP`) is a word besides its parts, `125ubndvp`: it is looked for in one short list,
//! while its parts stand in half of all documents.
//!
//! While a word is being typed it is a prefix. FTS5 answers prefixes of the lengths that it has an
//! index for as quickly as words; for a longer one it first merges the lists of all words that
//! begin so, which took 100 ms of a million documents. Vietnamese is written in syllables, so few
//! words begin with the same four letters: these are looked up in a list of known words and asked
//! for one by one.

use std::collections::{BTreeSet, HashSet};

use rusqlite::Connection;
use trien_domain::text::fold;

use crate::error::Result;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 17,
    sql: "
CREATE TABLE search_word (
    -- '' : one list for all
    organ TEXT NOT NULL DEFAULT '',
    -- a folded word that some search table has, without digits, longer than FTS5's prefix indexes
    word TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE incoming_word USING fts5vocab (incoming_search, 'row');
CREATE VIRTUAL TABLE outgoing_word USING fts5vocab (outgoing_search, 'row');
CREATE VIRTUAL TABLE directory_word USING fts5vocab (directory_search, 'row');
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM incoming_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM outgoing_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
INSERT OR IGNORE INTO search_word (word)
    SELECT term FROM directory_word WHERE length(term) > 3 AND term NOT GLOB '*[0-9]*';
DROP TABLE incoming_word;
DROP TABLE outgoing_word;
DROP TABLE directory_word;",
}];

/// What is indexed of one document, in bytes of folded text: the words of some 500 pages. More is
/// no letter but a data set, and a hostile one would fill the disk.
pub const SEARCH_TEXT_MAX: usize = 1024 * 1024;
/// Codes of one document's texts: a list of enclosures has hundreds.
const CODES_MAX: usize = 2_000;
/// Bytes of a code behind its number; the longest notations have some 40.
const CODE_MAX: usize = 80;
/// Words of a query that are looked at; nobody types more.
const QUERY_WORDS_MAX: usize = 16;
/// Prefixes of up to so many letters have an index in FTS5 (`prefix` of its tables).
const INDEXED_PREFIX: usize = 3;
/// Known words that a longer prefix stands for; hardly any syllable has more than ten.
const COMPLETIONS_MAX: u32 = 48;
/// Hits are counted up to here; the interface then shows `1.000+`.
pub const COUNT_CAP: u32 = 1000;

/// Puts a document's texts into a search table, replacing what stood there.
pub(crate) fn index(db: &Connection, table: &str, id: i64, texts: &[&str]) -> Result<()> {
    let mut words = String::new();
    let mut codes = BTreeSet::new();
    for text in texts {
        let folded = fold(text);
        let room = SEARCH_TEXT_MAX.saturating_sub(words.len());
        let end = folded.floor_char_boundary(room.min(folded.len()));
        words.push_str(folded.get(..end).unwrap_or_default());
        words.push(' ');
        codes.extend(pieces(text).filter_map(code).take(CODES_MAX - codes.len()));
    }
    for code in codes {
        words.push_str(&code);
        words.push(' ');
    }
    let insert = format!("INSERT OR REPLACE INTO {table} (rowid, words) VALUES (?1, ?2)");
    db.prepare_cached(&insert)?.execute((id, &words))?;
    remember(db, &words)
}

/// Puts the words that a longer prefix may stand for into the list.
pub(crate) fn remember(db: &Connection, words: &str) -> Result<()> {
    let long: HashSet<&str> = words.split_whitespace().filter(|w| is_listed(w)).collect();
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO search_word (word) VALUES (?1)")?;
    for word in long {
        insert.execute([word])?;
    }
    Ok(())
}

/// The FTS5 query for what a person typed: every word, the last one as a beginning of a word,
/// since it is still being typed; text in quotation marks as a phrase. `None` where nothing is
/// left to look for.
pub(crate) fn query(db: &Connection, typed: &str) -> Result<Option<String>> {
    let mut terms = Vec::new();
    // Odd pieces stand between quotation marks; the last odd one may be open still.
    for (i, piece) in typed.split('"').enumerate() {
        let folded = fold(piece);
        if i % 2 == 1 && !folded.is_empty() {
            terms.push(format!("\"{folded}\""));
        } else {
            for piece in pieces(piece) {
                let folded = code(piece).unwrap_or_else(|| fold(piece));
                terms.extend(folded.split_whitespace().map(|word| format!("\"{word}\"")));
            }
        }
    }
    terms.truncate(QUERY_WORDS_MAX);
    if typed.ends_with(char::is_alphanumeric) {
        still_typing(&mut terms);
    }
    if let Some(last) = terms.last_mut()
        && let Some(prefix) = last.strip_suffix('*')
    {
        *last = completed(db, prefix.trim_matches('"'))?;
    }
    Ok((!terms.is_empty()).then(|| terms.join(" AND ")))
}

/// A prefix as FTS5 answers it quickly: by its own index, or as the known words that begin so.
fn completed(db: &Connection, prefix: &str) -> Result<String> {
    let by_index = format!("\"{prefix}\"*");
    if prefix.len() <= INDEXED_PREFIX || !is_listed(prefix) {
        return Ok(by_index);
    }
    let mut known = db.prepare_cached(
        "SELECT word FROM search_word WHERE word >= ?1 AND word < ?1 || char(1114111) LIMIT ?2",
    )?;
    let rows = known.query_map((prefix, COMPLETIONS_MAX + 1), |row| row.get::<_, String>(0))?;
    let words: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
    if words.is_empty() || words.len() > COMPLETIONS_MAX as usize {
        return Ok(by_index);
    }
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Ok(format!("({})", words.join(" OR ")))
}

/// What may be a code, in a text.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ":;,()".contains(c))
}

/// A code as one word, without the zero before a number below ten: a number, then a stroke or a hyphen and more (Decree
/// 30/2020 Annex I, part I, II.3; the Party's papers write `12-CV/TU`).
fn code(piece: &str) -> Option<String> {
    let piece = piece.trim_start_matches('0');
    let after = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_code = after.len() < piece.len()
        && after.len() <= CODE_MAX
        && after.starts_with(['/', '-'])
        && after.contains('/')
        && after.contains(char::is_alphanumeric);
    is_code.then(|| fold(piece).replace(' ', ""))
}

fn is_listed(word: &str) -> bool {
    word.len() > INDEXED_PREFIX && !word.contains(|c: char| c.is_ascii_digit())
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

    fn words() -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE search_word (word TEXT PRIMARY KEY) WITHOUT ROWID")
            .unwrap();
        db
    }

    fn asked(typed: &str) -> Option<String> {
        query(&words(), typed).unwrap()
    }

    #[test]
    fn what_is_typed_becomes_words_and_phrases() {
        assert_eq!(asked("Đường Hòa"), Some("\"duong\" AND \"hoa\"*".into()));
        assert_eq!(
            asked("125/UBND-VP hoả"),
            Some("\"125ubndvp\" AND \"hoa\"*".into()),
            "a code is one word"
        );
        assert_eq!(asked("01/CT "), asked("1/CT "));
        assert_eq!(asked("12-CV/TU"), Some("\"12cvtu\"*".into()), "the Party's");
        assert_eq!(asked("125/"), Some("\"125\"".into()), "no notation yet");
        assert_eq!(
            asked("\"hòa bình\" xã"),
            Some("\"hoa binh\" AND \"xa\"*".into())
        );
        assert_eq!(asked(" - "), None);
        assert_eq!(
            asked("Sở N"),
            Some("\"so\"".into()),
            "one letter begins half of all words"
        );
        assert_eq!(
            asked("Sở 7"),
            Some("\"so\" AND \"7\"".into()),
            "one digit is a number"
        );
    }

    #[test]
    fn a_longer_beginning_stands_for_the_known_words() {
        let db = words();
        remember(&db, "cong congty cu nguyen 20261120").unwrap();
        let asked = |typed| query(&db, typed).unwrap();
        assert_eq!(
            asked("số công"),
            Some("\"so\" AND (\"cong\" OR \"congty\")".into())
        );
        assert_eq!(asked("nguyet"), Some("\"nguyet\"*".into()), "unknown");
        assert_eq!(asked("2026"), Some("\"2026\"*".into()), "a number");
    }

    proptest! {
        /// Nothing that a person can type is an error of FTS5's grammar.
        #[test]
        fn any_typing_is_a_query(typed in "[\"*()^:\\- a-zđẵNOTANDR0-9]{0,40}") {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE VIRTUAL TABLE t USING fts5 (words, content = '');
                CREATE TABLE search_word (word TEXT PRIMARY KEY)").unwrap();
            if let Some(query) = query(&db, &typed).unwrap() {
                let found = db.query_row("SELECT count(*) FROM t WHERE t MATCH ?1", [query], |row| {
                    row.get::<_, i64>(0)
                });
                prop_assert_eq!(found.unwrap(), 0);
            }
        }
    }
}
