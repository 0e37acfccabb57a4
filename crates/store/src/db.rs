//! The database file: one writer connection behind a mutex, read-only connections beside it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::blobs::sync_folder;
use crate::error::{Result, StoreError};
use crate::schema;

/// How long a write waits for another process (the window and the command line may be open on one
/// profile at once) before it gives up as [`StoreError::Busy`].
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The database's file name in the profile's folder.
pub(crate) const DATABASE: &str = "trien.db";
/// Idle read-only connections kept: lists, search and a report at once; more are opened and closed.
const READERS_KEPT: usize = 4;
/// Statements kept compiled per connection; the crate has about 120.
const STATEMENTS_KEPT: usize = 128;

/// One profile's data: `trien.db` and `blobs/` in one folder. Cheap to clone, usable from any
/// thread; every call blocks on the disk.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the profile in a folder, making folder and database where there is none and bringing
    /// an older schema up to date.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] and [`StoreError::Foreign`] leave the file untouched.
    pub fn open(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        make_folder(&folder.join(crate::blobs::FOLDER))?;
        let writer = open_writer(folder).map_err(|error| error.placed(folder))?;
        // SQLite does this too, but takes no notice where it fails: what is committed to a log (WAL) whose name goes
        // with the power would go with it.
        sync_folder(folder).map_err(|error| StoreError::io(folder, folder, error))?;
        Ok(Self {
            inner: Arc::new(Inner {
                folder: folder.to_owned(),
                writer: Mutex::new(writer),
                readers: Mutex::default(),
            }),
        })
    }

    /// The profile's folder.
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// What SQLite's own check finds wrong with the file and its references; empty when sound.
    pub fn integrity(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut found = Vec::new();
            for pragma in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
                let mut check = db.prepare(pragma)?;
                let mut rows = check.query([])?;
                while let Some(row) = rows.next()? {
                    found.push(row.get::<_, String>(0)?);
                }
            }
            found.retain(|line| line != "ok");
            Ok(found)
        })
    }

    /// Runs a step in one IMMEDIATE transaction: all of it is on the disk when this returns, or
    /// none of it ever happened.
    pub(crate) fn write<T>(&self, step: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut writer = locked(&self.inner.writer);
        let run = || {
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = step(&tx)?;
            crate::fault::point("store.before_commit");
            tx.commit()?;
            crate::fault::point("store.after_commit");
            Ok(value)
        };
        run().map_err(|error: StoreError| error.placed(&self.inner.folder))
    }

    /// Looks something up on a read-only connection, in one snapshot.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let folder = &self.inner.folder;
        let idle = locked(&self.inner.readers).pop();
        let run = || {
            let mut reader = idle.map_or_else(|| open_reader(folder), Ok)?;
            let value = look(&*reader.transaction()?)?;
            let mut readers = locked(&self.inner.readers);
            if readers.len() < READERS_KEPT {
                readers.push(reader);
            }
            Ok(value)
        };
        run().map_err(|error: StoreError| error.placed(folder))
    }
}

/// Runs one of several parts of a step: what contradicts the store undoes this part alone, anything
/// else is an error of the whole step.
pub(crate) fn apart<T>(
    tx: &Transaction<'_>,
    part: impl FnOnce() -> Result<T>,
) -> Result<Result<T>> {
    let run = |sql: &str| tx.prepare_cached(sql)?.execute([]);
    run("SAVEPOINT part")?;
    match part() {
        Ok(value) => {
            run("RELEASE part")?;
            Ok(Ok(value))
        }
        Err(error @ (StoreError::Conflict(_) | StoreError::NotFound { .. })) => {
            run("ROLLBACK TO part")?;
            run("RELEASE part")?;
            Ok(Err(error))
        }
        Err(error) => Err(error),
    }
}

/// A thread that panicked left no half transaction behind (it was rolled back), so the connection
/// is as good as before.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    // Documents of an office are nobody else's on a shared machine.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| StoreError::io(folder, folder, error))
}

fn open_writer(folder: &Path) -> Result<Connection> {
    let path = folder.join(DATABASE);
    let mut db = Connection::open_with_flags(
        &path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    schema::refuse_foreign(&db, &path)?;
    keep_log(&db)?;
    // An acknowledged document, a number and a counted try must survive a power cut.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    empty_log(&db)?;
    schema::migrate(&mut db)?;
    crate::plans::note(&mut db)?;
    Ok(db)
}

/// Has what is committed kept in a log (WAL). Else a commit might be undone where the power goes soon after it, and
/// readers would stop writers.
fn keep_log(db: &Connection) -> Result<()> {
    // Two processes that meet on a new file may both be told BUSY here at once, without a wait.
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match to_the_end(db, "PRAGMA journal_mode = WAL") {
            Ok(Some(mode)) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(StoreError::Database(format!(
                    "keeps no log (WAL): {mode:?}"
                )));
            }
            Err(StoreError::Busy) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
}

/// Takes what an earlier process left in the log into the file, unless another one is at work.
///
/// Where a sync failed, its last commit may be found in the log, read from memory, and yet never get to the disk: with
/// the power would go whatever was committed behind it.
fn empty_log(db: &Connection) -> Result<()> {
    db.busy_timeout(Duration::ZERO)?;
    let emptied = to_the_end(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    db.busy_timeout(BUSY_TIMEOUT)?;
    match emptied {
        // A full disk keeps nobody from looking.
        Ok(_) | Err(StoreError::Busy | StoreError::DiskFull { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The first word of a pragma's answer, where it has one. SQLite answers first and then writes what it has answered: only
/// who asks to the end hears that it could not.
fn to_the_end(db: &Connection, pragma: &str) -> Result<Option<String>> {
    let mut pragma = db.prepare(pragma)?;
    let (mut answers, mut first) = (pragma.query([])?, None);
    while let Some(answer) = answers.next()? {
        first = answer.get_ref(0)?.as_str().ok().map(str::to_owned);
    }
    Ok(first)
}

fn open_reader(folder: &Path) -> Result<Connection> {
    let mut db = Connection::open_with_flags(
        folder.join(DATABASE),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    db.pragma_update(None, "trusted_schema", false)?;
    crate::plans::note(&mut db)?;
    Ok(db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_opens_again_and_is_sound() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path()).unwrap();
        let second = Store::open(folder.path()).unwrap();
        assert_eq!(first.integrity().unwrap(), Vec::<String>::new());
        assert_eq!(second.folder(), folder.path());
    }

    #[test]
    fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let refused = store.read(|db| {
            db.execute("DELETE FROM setting", [])?;
            Ok(())
        });
        assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
    }

    #[test]
    fn a_contradiction_undoes_its_own_part_only() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let put = |tx: &Transaction<'_>, key: &str| -> Result<()> {
            tx.execute(
                "INSERT INTO setting (organ, key, value) VALUES ('', ?1, '')",
                [key],
            )?;
            match key {
                "b" => Err(StoreError::not_found("thing", key)),
                _ => Ok(()),
            }
        };
        let parts = store.write(|tx| {
            ["a", "b", "c"]
                .map(|key| apart(tx, || put(tx, key)))
                .into_iter()
                .collect::<Result<Vec<_>>>()
        });
        let fine: Vec<bool> = parts.unwrap().iter().map(Result::is_ok).collect();
        assert_eq!(fine, [true, false, true]);
        let kept = ["a", "b", "c"].map(|key| store.settings().get(key).unwrap().is_some());
        assert_eq!(kept, [true, false, true]);
    }

    #[test]
    fn a_failed_step_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let failed: Result<()> = store.write(|tx| {
            tx.execute(
                "INSERT INTO setting (organ, key, value) VALUES ('', 'a', 'b')",
                [],
            )?;
            Err(StoreError::not_found("thing", 1))
        });
        assert!(failed.is_err());
        assert_eq!(store.settings().get("a").unwrap(), None);
    }
}
