//! Leases: which of the processes on a profile runs a loop.

use rusqlite::{OptionalExtension as _, Transaction};
use time::{Duration, OffsetDateTime};

use crate::Store;
use crate::columns::{get, sql};
use crate::error::{Conflict, Result};
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 2,
    sql: "
CREATE TABLE lease (
    -- '' : a lease is the profile's, whichever organ the loop works for
    organ TEXT NOT NULL DEFAULT '',
    -- 'sync'
    name TEXT NOT NULL PRIMARY KEY,
    -- unique to one process and start
    holder TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;",
}];

/// The lease of the loop that talks to the axis.
pub const SYNC: &str = "sync";

/// A lease that was taken. Only who holds [`SYNC`] sends, so that what is found half sent under a
/// fresh lease was left by a process that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Its name.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// Until when, unless it is renewed.
    pub expires: OffsetDateTime,
}

/// The leases of a profile.
#[derive(Debug)]
pub struct Leases<'a>(&'a Store);

impl Store {
    /// The leases of this profile.
    pub fn leases(&self) -> Leases<'_> {
        Leases(self)
    }
}

impl Leases<'_> {
    /// Takes a lease, or renews it for its holder; `Err(current)` inside `Ok` is who has it.
    pub fn take(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
        now: OffsetDateTime,
    ) -> Result<std::result::Result<Lease, Lease>> {
        self.0.write(|tx| {
            let other = current(tx, name)?
                .filter(|current| current.holder != holder && current.expires > now);
            if let Some(other) = other {
                return Ok(Err(other));
            }
            let lease = Lease {
                name: name.to_owned(),
                holder: holder.to_owned(),
                expires: now + ttl,
            };
            tx.prepare_cached(
                "INSERT INTO lease (name, holder, expires) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET holder = excluded.holder, expires = excluded.expires",
            )?
            .execute((name, holder, sql(&lease.expires)))?;
            Ok(Ok(lease))
        })
    }

    /// Gives a lease back; one that was lost meanwhile is no error.
    pub fn release(&self, lease: &Lease) -> Result<()> {
        self.0.write(|tx| {
            tx.prepare_cached("DELETE FROM lease WHERE name = ?1 AND holder = ?2")?
                .execute((&lease.name, &lease.holder))?;
            Ok(())
        })
    }

    /// Who has it, expired or not.
    pub fn current(&self, name: &str) -> Result<Option<Lease>> {
        self.0.read(|db| current(db, name))
    }
}

/// Refuses a step of whoever lost the lease meanwhile.
pub(crate) fn require(tx: &Transaction<'_>, lease: &Lease) -> Result<()> {
    match current(tx, &lease.name)? {
        Some(current) if current.holder == lease.holder => Ok(()),
        _ => Err(Conflict::LeaseLost {
            name: lease.name.clone(),
        }
        .into()),
    }
}

fn current(db: &rusqlite::Connection, name: &str) -> Result<Option<Lease>> {
    let mut query = db.prepare_cached("SELECT name, holder, expires FROM lease WHERE name = ?1")?;
    let lease = query.query_row([name], |row| {
        Ok(Lease {
            name: row.get("name")?,
            holder: row.get("holder")?,
            expires: get(row, "expires")?,
        })
    });
    Ok(lease.optional()?)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn one_holder_at_a_time_until_it_expires() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (now, ttl) = (datetime!(2026-11-22 08:00 UTC), Duration::minutes(2));
        let take = |holder: &str, now| store.leases().take(SYNC, holder, ttl, now).unwrap();
        let window = take("window", now).unwrap();
        assert_eq!(take("cli", now).unwrap_err(), window);
        assert!(
            take("window", now + Duration::minutes(1)).is_ok(),
            "renewed"
        );
        let cli = take("cli", now + Duration::minutes(4)).unwrap();
        store.leases().release(&window).unwrap();
        assert_eq!(
            store.leases().current(SYNC).unwrap(),
            Some(cli),
            "not the window's to release"
        );
    }
}
