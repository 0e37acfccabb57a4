//! The books of both organs, and what the clerk's desk tells.

use serde_json::Value;
use trien_practice::office::{ANSWER, COMMUNE};

use super::{Finding, holds};
use crate::files::{Files, RETURNED, field, json, open, read};
use crate::job::REASON;

/// Both books of Decree 30/2020, Annex IV, have ten columns.
const COLUMNS: usize = 10;

/// The one entry of the clerk's outgoing book.
pub struct Numbered {
    /// Number and notation.
    pub code: String,
    /// `dd/MM/yyyy`.
    pub date: String,
    cells: Vec<String>,
}

pub fn numbered(files: &Files) -> Result<Numbered, String> {
    let rows = rows(files, "clerk-book-out")?;
    match <[Vec<String>; 1]>::try_from(rows) {
        Ok([cells]) => Ok(Numbered {
            code: cells.first().cloned().unwrap_or_default(),
            date: cells.get(1).cloned().unwrap_or_default(),
            cells,
        }),
        Err(rows) => Err(format!("the outgoing book has {} entries", rows.len())),
    }
}

pub fn columns(files: &Files) -> Finding {
    let mut entries = Vec::new();
    for name in [
        "clerk-book-out",
        "clerk-book-in",
        "receiver-book-out",
        "receiver-book-in",
    ] {
        let book = json(&files.told(&format!("{name}.json")))?;
        let rows = rows(files, name)?;
        let heads = strings(&book["columns"]).len();
        if heads != COLUMNS || rows.iter().any(|row| row.len() != COLUMNS) {
            return Err(format!("{name}: {heads} columns: {rows:?}"));
        }
        entries.push(format!("{name} {}", rows.len()));
    }
    Ok(format!("entries: {}", entries.join(", ")))
}

pub fn outgoing(files: &Files) -> Finding {
    let entry = numbered(files)?.cells;
    let filled = [ANSWER.0, COMMUNE.leader.name];
    let names_both = filled
        .iter()
        .all(|word| entry.iter().any(|cell| cell.contains(word)));
    holds(names_both, entry.join(" | "))
}

pub fn incoming(files: &Files) -> Finding {
    let code = numbered(files)?.code;
    let rows = rows(files, "receiver-book-in")?;
    let ours = |row: &&Vec<String>| row.contains(&code) && row.iter().any(|c| c == COMMUNE.name);
    let entries: Vec<_> = rows
        .iter()
        .filter(ours)
        .map(|row| row.join(" | "))
        .collect();
    holds(
        entries.len() == 1,
        format!("{}: {}", entries.len(), entries.join("; ")),
    )
}

/// The first draft is back at the clerk's with the leader's reason, prepared and unsigned.
pub fn returned(files: &Files) -> Finding {
    let shown = json(&files.told("returned.json"))?;
    let (folder, note) = (&shown["folder"], &shown["note"]);
    let bytes = read(&files.pdf(RETURNED))?;
    let (_, leader) = field(open(&bytes)?.latest(), "ky_lanhdao")?;
    let unsigned = leader.get("V").is_none();
    holds(
        folder == "drafts" && note == REASON && unsigned,
        format!("in {folder}: {note}; unsigned: {unsigned}"),
    )
}

fn rows(files: &Files, name: &str) -> Result<Vec<Vec<String>>, String> {
    let book = json(&files.told(&format!("{name}.json")))?;
    let rows = book["rows"].as_array().into_iter().flatten();
    Ok(rows.map(strings).collect())
}

fn strings(array: &Value) -> Vec<String> {
    let strings = array.as_array().into_iter().flatten();
    strings
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
