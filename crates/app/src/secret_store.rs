//! The axis's shared secret and those of what stands before it: in the system's key store, or in the profile's
//! sealed file.

use trien_secrets::{Secret, Secrets};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};

/// The name of the program's entries in the system's key store.
const SERVICE: &str = "vn.trien.desktop";
/// The profile's sealed file, where there is no key store.
const SEALED: &str = "secrets.sealed";

impl App {
    /// Opens this profile's secrets; where only a sealed file can hold them, the host is asked for
    /// its pass-phrase.
    ///
    /// # Errors
    /// `SecretStoreLocked`, `SecretStoreAbsent`.
    pub fn secrets(&self) -> Result<Secrets> {
        Ok(Secrets::open(SERVICE, &self.data.join(SEALED), |asked| {
            self.host.pass_phrase(asked)
        })?)
    }

    /// Keeps a secret under one of the names that the profile gives; `None`: the axis's shared secret.
    ///
    /// # Errors
    /// `BadArgument` where the profile has no such name; those of the key store.
    pub fn set_secret(&self, entry: Option<&str>, secret: &Secret) -> Result<()> {
        let known = self.profile.secret_entries();
        let found = match entry {
            None => known.first(),
            Some(entry) => known.iter().find(|name| **name == entry),
        };
        let unknown = || {
            let why = format!("the profile names these entries: {}", known.join(", "));
            AppError::new(ErrorCode::BadArgument, why)
        };
        Ok(self.secrets()?.set(found.ok_or_else(unknown)?, secret)?)
    }

    /// The secret of an entry, which must be text.
    pub(crate) fn secret(&self, entry: &str) -> Result<Zeroizing<String>> {
        let secret = self.secrets()?.get(entry)?;
        let text = secret
            .expose_text()
            .ok_or_else(|| AppError::new(ErrorCode::SecretMissing, entry))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}
