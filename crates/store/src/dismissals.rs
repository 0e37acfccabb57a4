//! Troubles of the exchange that a person has seen and that need nobody any more.
//!
//! They are told from what the exchange left (a status that nobody knows, a refused acknowledgement,
//! a package that is not given), which stays as it is; who put what away is in the audit trail.

use rusqlite::OptionalExtension as _;
use time::OffsetDateTime;
use trien_domain::OrganId;

use crate::Store;
use crate::audit::{self, NewAudit};
use crate::columns::sql;
use crate::error::Result;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 22,
    sql: "
CREATE TABLE trouble_dismissed (
    organ TEXT NOT NULL,
    -- 'status:' and its row, 'ack:' or 'fetch:' and the axis's key
    trouble TEXT NOT NULL,
    PRIMARY KEY (organ, trouble)
) STRICT, WITHOUT ROWID;",
}];

/// The troubles that were put away.
#[derive(Debug)]
pub struct Dismissals<'a>(&'a Store);

impl Store {
    /// The troubles of the exchange that a person has put away.
    pub fn dismissals(&self) -> Dismissals<'_> {
        Dismissals(self)
    }
}

impl Dismissals<'_> {
    /// Puts a trouble away, with who did and what it said; asked twice it has one effect.
    pub fn put_away(
        &self,
        organ: &OrganId,
        trouble: &str,
        who: &str,
        said: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            let new: Option<i64> = tx
                .prepare_cached(
                    "INSERT INTO trouble_dismissed (organ, trouble) VALUES (?1, ?2)
                     ON CONFLICT DO NOTHING RETURNING 1",
                )?
                .query_row((sql(organ), trouble), |row| row.get(0))
                .optional()?;
            if new.is_none() {
                return Ok(());
            }
            let act = NewAudit {
                organ: Some(organ.clone()),
                who: who.to_owned(),
                what: "trouble_dismissed".to_owned(),
                document: trouble.to_owned(),
                detail: said.to_owned(),
                ..NewAudit::default()
            };
            audit::append(tx, &act, now)
        })
    }
}
