//! The register of signatories: who may sign for an organ, and with which certificate.

use rusqlite::{OptionalExtension as _, Row};
use time::{Date, OffsetDateTime};
use trien_domain::OrganId;

use crate::Store;
use crate::audit::{self, NewAudit};
use crate::columns::{get, get_opt, nfc, opt, row_id, sql};
use crate::error::{Result, StoreError};
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 12,
    sql: "
CREATE TABLE signatory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    full_name TEXT NOT NULL,
    position TEXT NOT NULL,
    -- Quyền hạn: TM., KT., TL., TUQ. (Decree 30 art. 13)
    competence TEXT NOT NULL,
    -- 'person' signs, 'organ' seals: neither certificate does the other's work
    role TEXT NOT NULL CHECK (role IN ('person', 'organ')),
    certificate_sha256 TEXT NOT NULL CHECK (length(certificate_sha256) = 64),
    -- in hex, as the certificate has it
    certificate_serial TEXT NOT NULL,
    common_name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    -- NULL: until further notice
    valid_to TEXT,
    UNIQUE (organ, certificate_sha256)
) STRICT;",
}];

row_id!(
    /// A line of the register of signatories.
    SignatoryId
);

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignerRole {
    /// A person's: signs.
    Person,
    /// The organ's: seals.
    Organ,
}

crate::columns::words!(SignerRole {
    Person = "person",
    Organ = "organ",
});

/// Who may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignatory {
    /// For which organ.
    pub organ: OrganId,
    /// Họ tên, without titles; the organ's name for its seal.
    pub full_name: String,
    /// Chức vụ.
    pub position: String,
    /// Quyền hạn.
    pub competence: String,
    /// What the certificate is for.
    pub role: SignerRole,
    /// SHA-256 of the certificate.
    pub certificate_sha256: [u8; 32],
    /// Its serial number in hex.
    pub certificate_serial: String,
    /// Its subject's common name.
    pub common_name: String,
    /// From which day.
    pub valid_from: Date,
    /// To which day, included; `None` until further notice.
    pub valid_to: Option<Date>,
}

/// A line of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredSignatory {
    /// Its row.
    pub id: SignatoryId,
    /// Who may sign.
    pub signatory: NewSignatory,
}

/// The register of signatories of a profile.
#[derive(Debug)]
pub struct Signatories<'a>(&'a Store);

impl Store {
    /// The register of signatories.
    pub fn signatories(&self) -> Signatories<'_> {
        Signatories(self)
    }
}

impl Signatories<'_> {
    /// Enters a signatory; a certificate that is there already has its line replaced.
    pub fn put(&self, new: &NewSignatory, who: &str, now: OffsetDateTime) -> Result<SignatoryId> {
        self.0.write(|tx| {
            let certificate = hex::encode(new.certificate_sha256);
            let mut insert = tx.prepare_cached(
                "INSERT INTO signatory (organ, full_name, position, competence, role,
                     certificate_sha256, certificate_serial, common_name, valid_from, valid_to)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (organ, certificate_sha256) DO UPDATE SET
                     full_name = excluded.full_name, position = excluded.position,
                     competence = excluded.competence, role = excluded.role,
                     certificate_serial = excluded.certificate_serial,
                     common_name = excluded.common_name, valid_from = excluded.valid_from,
                     valid_to = excluded.valid_to
                 RETURNING id",
            )?;
            let id = insert.query_row(
                (
                    sql(&new.organ),
                    nfc(&new.full_name),
                    nfc(&new.position),
                    nfc(&new.competence),
                    sql(&new.role),
                    &certificate,
                    &new.certificate_serial,
                    nfc(&new.common_name),
                    sql(&new.valid_from),
                    opt(new.valid_to.as_ref()),
                ),
                |row| get(row, "id"),
            )?;
            let act = NewAudit {
                organ: Some(new.organ.clone()),
                who: who.to_owned(),
                what: "enter_signatory".to_owned(),
                certificate,
                detail: new.full_name.clone(),
                ..NewAudit::default()
            };
            audit::append(tx, &act, now)?;
            Ok(id)
        })
    }

    /// Ends a signatory's time; the line stays, so that what was signed before is still judged.
    pub fn end(&self, id: SignatoryId, on: Date, who: &str, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            let mut update =
                tx.prepare_cached("UPDATE signatory SET valid_to = ?2 WHERE id = ?1 RETURNING *")?;
            let ended = update
                .query_row((id.0, sql(&on)), signatory_row)
                .optional()?;
            let ended = ended
                .ok_or_else(|| StoreError::not_found("signatory", id))?
                .signatory;
            let act = NewAudit {
                organ: Some(ended.organ),
                who: who.to_owned(),
                what: "end_signatory".to_owned(),
                certificate: hex::encode(ended.certificate_sha256),
                detail: ended.full_name,
                ..NewAudit::default()
            };
            audit::append(tx, &act, now)
        })
    }

    /// The line of a certificate that was valid on a day.
    pub fn of_certificate(
        &self,
        organ: &OrganId,
        certificate_sha256: &[u8; 32],
        on: Date,
    ) -> Result<Option<RegisteredSignatory>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM signatory
                 WHERE organ = ?1 AND certificate_sha256 = ?2 AND valid_from <= ?3
                   AND (valid_to IS NULL OR valid_to >= ?3)",
            )?;
            let certificate = hex::encode(certificate_sha256);
            let found = query.query_row((sql(organ), certificate, sql(&on)), signatory_row);
            Ok(found.optional()?)
        })
    }

    /// Every line, by name.
    pub fn all(&self, organ: &OrganId) -> Result<Vec<RegisteredSignatory>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM signatory WHERE organ = ?1 ORDER BY full_name, id",
            )?;
            let rows = query.query_map([sql(organ)], signatory_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

fn signatory_row(row: &Row<'_>) -> rusqlite::Result<RegisteredSignatory> {
    let certificate: crate::BlobId = get(row, "certificate_sha256")?;
    Ok(RegisteredSignatory {
        id: get(row, "id")?,
        signatory: NewSignatory {
            organ: get(row, "organ")?,
            full_name: row.get("full_name")?,
            position: row.get("position")?,
            competence: row.get("competence")?,
            role: get(row, "role")?,
            certificate_sha256: *certificate.sha256(),
            certificate_serial: row.get("certificate_serial")?,
            common_name: row.get("common_name")?,
            valid_from: get(row, "valid_from")?,
            valid_to: get_opt(row, "valid_to")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_certificate_counts_while_its_line_is_valid() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let organ = OrganId::new("H99.15").unwrap();
        let leader = NewSignatory {
            organ: organ.clone(),
            full_name: "Vi Đức Thuận".into(),
            position: "CHỦ TỊCH".into(),
            competence: "TM. ỦY BAN NHÂN DÂN".into(),
            role: SignerRole::Person,
            certificate_sha256: [7; 32],
            certificate_serial: "0a".into(),
            common_name: "Vi Đức Thuận".into(),
            valid_from: date!(2026 - 01 - 01),
            valid_to: None,
        };
        let now = datetime!(2026-11-22 08:00 UTC);
        let id = store.signatories().put(&leader, "admin", now).unwrap();
        assert_eq!(store.signatories().put(&leader, "admin", now).unwrap(), id);
        store
            .signatories()
            .end(id, date!(2026 - 06 - 30), "admin", now)
            .unwrap();
        let on = |day| {
            store
                .signatories()
                .of_certificate(&organ, &[7; 32], day)
                .unwrap()
        };
        assert_eq!(on(date!(2025 - 12 - 31)), None);
        assert_eq!(
            on(date!(2026 - 06 - 30)).unwrap().signatory.full_name,
            "Vi Đức Thuận"
        );
        assert_eq!(on(date!(2026 - 07 - 01)), None);
    }
}
