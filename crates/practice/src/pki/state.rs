//! What the CA's folder remembers beside keys and certificates: `ca.json`.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use x509_cert::{ext::pkix::CrlReason, serial_number::SerialNumber};

use super::{PkiError, Revocation, crl, files, making};

#[derive(Deserialize, Serialize)]
pub(super) struct State {
    /// Where the folder is served.
    pub address: Option<String>,
    /// The number of the last lists.
    pub crl_number: u64,
    revoked: Vec<RevokedEntry>,
}

#[derive(Deserialize, Serialize)]
struct RevokedEntry {
    /// Hexadecimal.
    serial: String,
    /// Seconds since 1970, UTC.
    date: i64,
    /// The number of RFC 5280, 5.3.1.
    reason: u32,
}

impl State {
    pub(super) fn new(address: Option<&str>) -> Self {
        Self {
            address: address.map(str::to_owned),
            crl_number: 0,
            revoked: Vec::new(),
        }
    }

    pub(super) fn path(dir: &Path) -> PathBuf {
        dir.join("ca.json")
    }

    pub(super) fn load(dir: &Path) -> Result<Self, PkiError> {
        let path = Self::path(dir);
        serde_json::from_str(&files::read(&path)?).map_err(|e| PkiError::Damaged {
            path,
            reason: e.to_string(),
        })
    }

    pub(super) fn save(&self, dir: &Path) -> Result<(), PkiError> {
        let json = serde_json::to_vec_pretty(self).map_err(making("ca.json"))?;
        files::publish(&Self::path(dir), &json)
    }

    /// Adds an entry; a later word on the same certificate replaces the earlier.
    pub(super) fn revoke(&mut self, revocation: &Revocation) {
        let serial = hex::encode(revocation.serial.as_bytes());
        self.revoked.retain(|entry| entry.serial != serial);
        self.revoked.push(RevokedEntry {
            serial,
            date: revocation.date.unix_timestamp(),
            reason: revocation.reason as u32,
        });
    }

    pub(super) fn entries(&self, dir: &Path) -> Result<Vec<crl::Entry>, PkiError> {
        let damaged = |reason: String| PkiError::Damaged {
            path: Self::path(dir),
            reason,
        };
        let read = |entry: &RevokedEntry| entry.read().map_err(damaged);
        self.revoked.iter().map(read).collect()
    }
}

impl RevokedEntry {
    fn read(&self) -> Result<crl::Entry, String> {
        let serial = hex::decode(&self.serial).map_err(|e| e.to_string())?;
        Ok(crl::Entry {
            serial: SerialNumber::new(&serial).map_err(|e| e.to_string())?,
            date: OffsetDateTime::from_unix_timestamp(self.date).map_err(|e| e.to_string())?,
            reason: reason(self.reason).ok_or_else(|| format!("reason {}", self.reason))?,
        })
    }
}

fn reason(number: u32) -> Option<CrlReason> {
    use CrlReason as R;
    let known = [
        R::Unspecified,
        R::KeyCompromise,
        R::CaCompromise,
        R::AffiliationChanged,
        R::Superseded,
        R::CessationOfOperation,
        R::CertificateHold,
        R::RemoveFromCRL,
        R::PrivilegeWithdrawn,
        R::AaCompromise,
    ];
    known.into_iter().find(|reason| *reason as u32 == number)
}
