//! Which statements run, so that a test can look at the plan of each.
//!
//! Only debug builds tell, and only where they are asked to; a released program has nothing here.

use rusqlite::Connection;

/// Appends every statement that this connection runs, each once and in one line, to the file that the
/// environment variable `TRIEN_NOTE_STATEMENTS` names.
#[cfg(debug_assertions)]
pub(crate) fn note(db: &mut Connection) -> rusqlite::Result<()> {
    use rusqlite::trace::TraceEventCodes;

    if std::env::var_os(told::FILE).is_some() {
        db.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(told::statement))?;
    }
    Ok(())
}

/// Nothing in a released program.
#[cfg(not(debug_assertions))]
pub(crate) fn note(_: &mut Connection) -> rusqlite::Result<()> {
    Ok(())
}

#[cfg(debug_assertions)]
mod told {
    use std::collections::HashSet;
    use std::fs::OpenOptions;
    use std::io::Write as _;
    use std::sync::{Mutex, PoisonError};

    use rusqlite::trace::TraceEvent;

    pub(super) const FILE: &str = "TRIEN_NOTE_STATEMENTS";

    pub(super) fn statement(event: TraceEvent<'_>) {
        static TOLD: Mutex<Option<HashSet<String>>> = Mutex::new(None);

        let (TraceEvent::Stmt(statement, _), Some(file)) = (event, std::env::var_os(FILE)) else {
            return;
        };
        let mut line = statement
            .sql()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get_or_insert_default().insert(line.clone()) {
            line.push('\n');
            let opened = OpenOptions::new().create(true).append(true).open(file);
            // Where it cannot be written, the test finds too few.
            let _ = opened.and_then(|mut file| file.write_all(line.as_bytes()));
        }
    }
}
