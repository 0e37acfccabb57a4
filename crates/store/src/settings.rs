//! Settings of a profile and of each of its organs: key and value as text.
//!
//! What the keys are is `app`'s matter: the organ's facts, the role of the profile, names of axis
//! secrets (never the secrets), the series' notation, templates in mm, the mark TẬP HUẤN.

use rusqlite::OptionalExtension as _;
use trien_domain::OrganId;

use crate::Store;
use crate::columns::nfc;
use crate::error::Result;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "
CREATE TABLE setting (
    -- OrganId, '' for a setting of the whole profile
    organ TEXT NOT NULL DEFAULT '',
    key TEXT NOT NULL,
    -- never a secret: those are in the key store, only their entry's name may stand here
    value TEXT NOT NULL,
    PRIMARY KEY (organ, key)
) STRICT, WITHOUT ROWID;",
}];

/// Settings of the profile or of one organ.
#[derive(Debug)]
pub struct Settings<'a> {
    store: &'a Store,
    organ: &'a str,
}

impl Store {
    /// Settings of the whole profile.
    pub fn settings(&self) -> Settings<'_> {
        Settings {
            store: self,
            organ: "",
        }
    }

    /// Settings of one of its organs.
    pub fn settings_of<'a>(&'a self, organ: &'a OrganId) -> Settings<'a> {
        Settings {
            store: self,
            organ: organ.as_str(),
        }
    }
}

impl Settings<'_> {
    /// A setting's value.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        self.store.read(|db| {
            let mut query =
                db.prepare_cached("SELECT value FROM setting WHERE organ = ?1 AND key = ?2")?;
            Ok(query
                .query_row((self.organ, key), |row| row.get(0))
                .optional()?)
        })
    }

    /// Sets one setting.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        self.set_all(&[(key, value)])
    }

    /// Sets several together: all or none.
    pub fn set_all(&self, settings: &[(&str, &str)]) -> Result<()> {
        self.store.write(|tx| {
            for (key, value) in settings {
                tx.prepare_cached(
                    "INSERT INTO setting (organ, key, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                )?
                .execute((self.organ, key, nfc(value)))?;
            }
            Ok(())
        })
    }

    /// Forgets a setting; one that was never set is no error.
    pub fn remove(&self, key: &str) -> Result<()> {
        self.store.write(|tx| {
            tx.prepare_cached("DELETE FROM setting WHERE organ = ?1 AND key = ?2")?
                .execute((self.organ, key))?;
            Ok(())
        })
    }

    /// Every key and value, by key.
    pub fn all(&self) -> Result<Vec<(String, String)>> {
        self.store.read(|db| {
            let mut query =
                db.prepare_cached("SELECT key, value FROM setting WHERE organ = ?1 ORDER BY key")?;
            let rows = query.query_map([self.organ], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_organ_of_a_profile_has_settings_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let commune = OrganId::new("H99.15").unwrap();
        store.settings().set("role", "clerk").unwrap();
        store
            .settings_of(&commune)
            .set("notation", "UBND-VP")
            .unwrap();
        store.settings_of(&commune).set("notation", "UBND").unwrap();
        assert_eq!(store.settings().get("notation").unwrap(), None);
        assert_eq!(
            store
                .settings_of(&commune)
                .get("notation")
                .unwrap()
                .as_deref(),
            Some("UBND")
        );
        store.settings().remove("role").unwrap();
        assert_eq!(store.settings().all().unwrap(), vec![]);
    }

    #[test]
    fn texts_are_kept_composed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.settings().set("name", "Ho\u{300}a").unwrap();
        assert_eq!(
            store.settings().get("name").unwrap().as_deref(),
            Some("Hòa")
        );
    }
}
