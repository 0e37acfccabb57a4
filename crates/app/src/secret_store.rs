//! The axis's shared secret and those of what stands before it: in the system's key store, or in the profile's
//! sealed file.

use trien_secrets::{Secret, Secrets};
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::profile::AxisProfile;

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

    /// Keeps a secret under one of the names that the profile gives, and uses it from now on; `None`: the axis's
    /// shared secret.
    ///
    /// # Errors
    /// `BadArgument` where the profile has no such name, or the secret is no text; those of the key store.
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
        let entry = found.ok_or_else(unknown)?;
        self.secrets()?.set(entry, secret)?;
        self.forget_client();
        // Whoever has just given the axis's secret is not asked for the pass-phrase of the file that keeps it.
        if let (true, Some(typed)) = (known.first() == Some(entry), text(secret))
            && let Err(error) = self.connect(typed)
        {
            // Kept is kept: what else keeps the axis from being reached is told by the next exchange.
            tracing::info!(%error, "the axis cannot be asked yet");
        }
        Ok(())
    }

    /// The secret of an entry, which must be text.
    pub(crate) fn secret(&self, entry: &str) -> Result<Zeroizing<String>> {
        let missing = || AppError::new(ErrorCode::SecretMissing, entry);
        text(&self.secrets()?.get(entry)?).ok_or_else(missing)
    }

    pub(crate) fn axis_profile(&self) -> Result<&AxisProfile> {
        let none = || AppError::new(ErrorCode::NotNow, "the profile has no axis");
        self.profile.axis.as_ref().ok_or_else(none)
    }
}

fn text(secret: &Secret) -> Option<Zeroizing<String>> {
    secret
        .expose_text()
        .map(|text| Zeroizing::new(text.to_owned()))
}
