//! Hand-over packages (gói trình ký) that were made or taken in: twice is harmless.

use rusqlite::{OptionalExtension as _, Row};
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, get_opt, nfc, opt, sql, words};
use crate::error::{Conflict, Result, StoreError};
use crate::outgoing::OutgoingId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 14,
        sql: "
CREATE TABLE handover (
    organ TEXT NOT NULL,
    -- the package's own name, made of what its facts say
    package TEXT NOT NULL,
    -- 'out': made here, 'in': taken in here
    direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
    -- SHA-256 of the PDF in it
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    -- open: made, or waiting at this desk. answered: signed or given back. refused: not believed
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'refused')),
    outgoing INTEGER REFERENCES outgoing (id),
    -- why it was refused
    reason TEXT NOT NULL DEFAULT '',
    seen_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (package, direction)
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_outgoing ON handover (outgoing) WHERE outgoing IS NOT NULL;",
    },
    Migration {
        version: 27,
        sql: "
-- which signed documents have still to be handed back is asked in each look at the folder
UPDATE outgoing SET handed_back = 1 WHERE EXISTS (
    SELECT 1 FROM handover JOIN revision ON revision.outgoing = outgoing.id
    WHERE handover.outgoing = outgoing.id AND handover.direction = 'out'
      AND revision.kind = 'signed' AND handover.sha256 = revision.blob);
CREATE TRIGGER handover_made AFTER INSERT ON handover WHEN NEW.direction = 'out' BEGIN
    UPDATE outgoing SET handed_back = 1 WHERE id = NEW.outgoing AND EXISTS (
        SELECT 1 FROM revision WHERE revision.outgoing = NEW.outgoing
          AND revision.kind = 'signed' AND revision.blob = NEW.sha256);
END;",
    },
];

/// Which way a package goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Made here.
    Out,
    /// Taken in here.
    In,
}

words!(Direction {
    Out = "out",
    In = "in",
});

/// What became of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandoverState {
    /// Made, or waiting at this desk.
    Open,
    /// Signed or given back.
    Answered,
    /// Not believed: its files are not what its facts say.
    Refused,
}

words!(HandoverState {
    Open = "open",
    Answered = "answered",
    Refused = "refused",
});

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Whose document it carries.
    pub organ: OrganId,
    /// Its own name.
    pub package: String,
    /// Which way it goes.
    pub direction: Direction,
    /// SHA-256 of the PDF in it.
    pub sha256: BlobId,
    /// What became of it.
    pub state: HandoverState,
    /// The document it carries.
    pub outgoing: Option<OutgoingId>,
    /// Why it was refused.
    pub reason: String,
}

/// Whether a package was seen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// It is new.
    New,
    /// It is known, and this is what became of it.
    Known(Handover),
}

/// The packages that were made or taken in.
#[derive(Debug)]
pub struct Handovers<'a>(&'a Store);

impl Store {
    /// The hand-over packages of this profile.
    pub fn handovers(&self) -> Handovers<'_> {
        Handovers(self)
    }
}

impl Handovers<'_> {
    /// Notes a package.
    ///
    /// # Errors
    /// [`Conflict::OtherContent`] where a package of that name had other content.
    pub fn note(&self, new: &Handover, now: OffsetDateTime) -> Result<Noted> {
        self.0.write(|tx| {
            if let Some(known) = find(tx, &new.package, new.direction)? {
                if known.sha256 == new.sha256 {
                    return Ok(Noted::Known(known));
                }
                return Err(Conflict::OtherContent {
                    what: "hand-over package",
                    key: new.package.clone(),
                }
                .into());
            }
            tx.prepare_cached(
                "INSERT INTO handover (organ, package, direction, sha256, state, outgoing, reason,
                                       seen_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            )?
            .execute((
                sql(&new.organ),
                &new.package,
                sql(&new.direction),
                sql(&new.sha256),
                sql(&new.state),
                opt(new.outgoing.as_ref()),
                nfc(&new.reason),
                sql(&now),
            ))?;
            Ok(Noted::New)
        })
    }

    /// A package by its name.
    pub fn find(&self, package: &str, direction: Direction) -> Result<Option<Handover>> {
        self.0.read(|db| find(db, package, direction))
    }

    /// Writes down what became of a package.
    pub fn set_state(
        &self,
        package: &str,
        direction: Direction,
        state: HandoverState,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            let changed = tx
                .prepare_cached(
                    "UPDATE handover SET state = ?3, reason = ?4, changed_at = ?5
                     WHERE package = ?1 AND direction = ?2",
                )?
                .execute((
                    package,
                    sql(&direction),
                    sql(&state),
                    nfc(reason),
                    sql(&now),
                ))?;
            let done = (changed == 1).then_some(());
            done.ok_or_else(|| StoreError::not_found("hand-over package", package))
        })
    }

    /// The packages of a document, both ways, oldest first.
    pub fn of_outgoing(&self, outgoing: OutgoingId) -> Result<Vec<Handover>> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT * FROM handover WHERE outgoing = ?1 ORDER BY seen_at")?;
            let rows = query.query_map([outgoing.0], handover_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn find(
    db: &rusqlite::Connection,
    package: &str,
    direction: Direction,
) -> Result<Option<Handover>> {
    let mut query =
        db.prepare_cached("SELECT * FROM handover WHERE package = ?1 AND direction = ?2")?;
    Ok(query
        .query_row((package, sql(&direction)), handover_row)
        .optional()?)
}

fn handover_row(row: &Row<'_>) -> rusqlite::Result<Handover> {
    Ok(Handover {
        organ: get(row, "organ")?,
        package: row.get("package")?,
        direction: get(row, "direction")?,
        sha256: get(row, "sha256")?,
        state: get(row, "state")?,
        outgoing: get_opt(row, "outgoing")?,
        reason: row.get("reason")?,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_package_taken_in_twice_is_known_and_a_forged_twin_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let now = datetime!(2026-11-22 08:00 UTC);
        let package = Handover {
            organ: OrganId::new("H99.15").unwrap(),
            package: "5f0c".into(),
            direction: Direction::In,
            sha256: BlobId::of(b"facts"),
            state: HandoverState::Open,
            outgoing: None,
            reason: String::new(),
        };
        assert_eq!(store.handovers().note(&package, now).unwrap(), Noted::New);
        let again = store.handovers().note(&package, now).unwrap();
        assert_eq!(again, Noted::Known(package.clone()));
        let twin = Handover {
            sha256: BlobId::of(b"other facts"),
            ..package
        };
        assert!(matches!(
            store.handovers().note(&twin, now),
            Err(StoreError::Conflict(Conflict::OtherContent { .. }))
        ));
    }
}
