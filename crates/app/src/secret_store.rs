//! The axis's shared secret: in the system's key store, or in the profile's sealed file.

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

    /// Keeps the axis's shared secret under the name that the profile gives it.
    ///
    /// # Errors
    /// `BadArgument` where the profile has no axis; those of the key store.
    pub fn set_axis_secret(&self, secret: &Secret) -> Result<()> {
        let none = || AppError::new(ErrorCode::BadArgument, "the profile has no axis");
        let axis = self.profile.axis.as_ref().ok_or_else(none)?;
        Ok(self.secrets()?.set(&axis.secret_entry, secret)?)
    }

    pub(crate) fn axis_secret(&self, entry: &str) -> Result<Zeroizing<String>> {
        let secret = self.secrets()?.get(entry)?;
        let text = secret
            .expose_text()
            .ok_or_else(|| AppError::new(ErrorCode::SecretMissing, entry))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}
