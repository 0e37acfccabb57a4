//! An office's archive of a million documents: finding, paging, and the directory of all organs.
//!
//! The database is made by the store's own inserts. Each kind of question is asked two hundred times in other words, each
//! asked once, so that no answer comes from a cache of answers; the peers are asked the same ones.

mod documents;
mod questions;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};
use trien_store::{Cursor, Incoming, Only, Store};

use crate::Result;
use crate::figures::{Figures, Latencies};
use crate::peers::Python;
use documents::Archive;
use questions::{KINDS, Question};

/// Rows of a page.
const PAGE: u32 = 50;
/// Units of the directory, as many as the real one has.
const UNITS: u32 = 120_000;
/// Questions of each kind.
const ASKED: u32 = 200;

/// What a peer says: for each kind the seconds of each question, and the rows it gave in all.
#[derive(Deserialize)]
struct Told {
    seconds: BTreeMap<String, Vec<f64>>,
    rows: BTreeMap<String, u64>,
    build: f64,
}

/// Makes an archive of so many documents in a folder and asks it.
pub fn measure(
    figures: &mut Figures,
    folder: &Path,
    documents: u32,
    python: Option<&Python>,
) -> Result<()> {
    let archive = Archive::new(documents);
    let texts = folder.join("texts.tsv");
    let started = Instant::now();
    let profile = folder.join("archive");
    let store = Store::open(&profile)?;
    let mut lines = BufWriter::new(File::create(&texts)?);
    archive.fill(&store, |n, text| writeln!(lines, "{n}\t{text}"))?;
    lines.into_inner()?.sync_all()?;
    let built = started.elapsed();
    eprintln!(
        "{documents} documents admitted in {:.0} s",
        built.as_secs_f64()
    );
    // As after a start: no page of the file is in this connection's memory.
    drop(store);
    let store = Store::open(&profile)?;

    let mut ours = Told {
        seconds: BTreeMap::new(),
        rows: BTreeMap::new(),
        build: built.as_secs_f64(),
    };
    let questions = questions::all(&archive, ASKED);
    for (kind, asked) in &questions {
        let mut seconds = Vec::new();
        let mut rows = 0;
        for question in asked {
            let started = Instant::now();
            let hits = store
                .incoming()
                .search(documents::us(), &question.typed, None, PAGE)?;
            seconds.push(started.elapsed().as_secs_f64());
            rows += hits.documents.len() as u64;
            newest_first(&hits.documents)?;
        }
        ours.seconds.insert((*kind).to_owned(), seconds);
        ours.rows.insert((*kind).to_owned(), rows);
    }
    let peers = peers(figures, folder, &texts, &questions, python)?;
    for (kind, _) in KINDS {
        let mut row = Latencies::new(
            format!("{documents} documents, newest {PAGE}: {kind}"),
            ours.seconds.remove(kind).unwrap_or_default(),
        );
        for (name, told) in &peers {
            if told.rows.get(kind) != ours.rows.get(kind) {
                let (theirs, ours) = (told.rows.get(kind), ours.rows.get(kind));
                return Err(format!("{name} finds {theirs:?} rows of {kind}, we {ours:?}").into());
            }
            row.beside(name, told.seconds.get(kind).cloned().unwrap_or_default());
        }
        figures.latency(row);
    }
    for (name, told) in &peers {
        eprintln!(
            "{name}: index built in {:.0} s, ours in {:.0} s",
            told.build, ours.build
        );
    }
    pages(figures, &store, &archive)?;
    directory(figures, &store)
}

fn newest_first(documents: &[Incoming]) -> Result<()> {
    match documents.is_sorted_by(|a, b| a.id > b.id) {
        true => Ok(()),
        false => Err("a page is not newest first".into()),
    }
}

/// Pages by keyset, anywhere in the list, of all and of one folder.
fn pages(figures: &mut Figures, store: &Store, archive: &Archive) -> Result<()> {
    for (what, state) in [
        ("of all", None),
        ("of one folder", Some(trien_domain::StatusCode::Arrived)),
    ] {
        let mut seconds = Vec::new();
        for n in 0..ASKED {
            let cursor = Cursor {
                arrived_at: archive.arrival(archive.size() / ASKED * n),
                id: trien_store::IncomingId(i64::MAX),
            };
            let started = Instant::now();
            let page =
                store
                    .incoming()
                    .list(documents::us(), state, Only::All, Some(cursor), PAGE)?;
            seconds.push(started.elapsed().as_secs_f64());
            if n > 0 && page.len() != PAGE as usize {
                return Err(format!("a page has {} rows", page.len()).into());
            }
        }
        let what = format!("{} documents: a page anywhere {what}", archive.size());
        figures.latency(Latencies::new(what, seconds));
    }
    Ok(())
}

/// Names and codes as they are typed.
fn directory(figures: &mut Figures, store: &Store) -> Result<()> {
    let started = Instant::now();
    let units = documents::directory(UNITS);
    store
        .directory()
        .put_all(units, time::OffsetDateTime::now_utc())?;
    eprintln!(
        "{UNITS} units taken in in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let mut seconds = Vec::new();
    for typed in questions::organs(ASKED) {
        let started = Instant::now();
        let found = store.directory().search(&typed, PAGE)?;
        seconds.push(started.elapsed().as_secs_f64());
        if found.is_empty() {
            return Err(format!("no unit for {typed:?}").into());
        }
    }
    let what = format!("directory of {UNITS} units: a name as it is typed");
    figures.latency(Latencies::new(what, seconds));
    Ok(())
}

/// A plain FTS5 table and tantivy over the same folded texts, each in a process of its own.
fn peers(
    figures: &mut Figures,
    folder: &Path,
    texts: &Path,
    questions: &[(&'static str, Vec<Question>)],
    python: Option<&Python>,
) -> Result<Vec<(&'static str, Told)>> {
    let Some(python) = python else {
        return Ok(Vec::new());
    };
    let asked: BTreeMap<&str, Value> = questions
        .iter()
        .map(|(kind, asked)| (*kind, json!(asked)))
        .collect();
    let file = folder.join("questions.json");
    std::fs::write(&file, serde_json::to_vec(&asked)?)?;
    let mut told = Vec::new();
    for (name, module) in [("FTS5", "sqlite3"), ("tantivy", "tantivy")] {
        if !python.has(module) {
            figures.skip(
                &format!("search beside {name}"),
                &format!("no module {module}"),
            );
            continue;
        }
        eprintln!("{name} …");
        let index = folder.join(module);
        std::fs::create_dir_all(&index)?;
        told.push((name, python.search(module, texts, &file, &index)?));
    }
    Ok(told)
}
