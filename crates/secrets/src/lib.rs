//! Secrets by name: in the system's key store, or in a file sealed with a pass-phrase.
//!
//! Database, settings and logs hold only an entry's name. A PIN is no secret of this crate: it is
//! never kept anywhere.

mod error;
mod keystore;
mod sealed;
mod secret;

use std::path::Path;

pub use error::{Result, SecretsError};
pub use secret::Secret;

use keystore::KeyStore;
use sealed::SealedFile;

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The system's key store: Secret Service, Keychain or Credential Manager.
    KeyStore,
    /// A file sealed with a pass-phrase.
    SealedFile,
}

/// Why a pass-phrase is asked for. The person must be told: a sealed file is only as good as its
/// pass-phrase, and nobody can restore a forgotten one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// There is no key store here; a sealed file is offered instead.
    ToMakeFile,
    /// A sealed file is here and its pass-phrase is needed.
    ToOpenFile,
}

/// The secrets of a profile.
#[derive(Debug)]
pub struct Secrets {
    backend: Backend,
}

#[derive(Debug)]
enum Backend {
    KeyStore(KeyStore),
    SealedFile(SealedFile),
}

impl Secrets {
    /// Opens the secrets of a profile: the sealed file where one was made, else the key store
    /// under `service`, else, only if `pass_phrase` gives one, a new sealed file.
    ///
    /// # Errors
    /// [`SecretsError::Locked`] for a key store that is there and closed: a sealed file is not
    /// offered then, or the profile would have two places. [`SecretsError::Absent`] where there is
    /// none and no pass-phrase was given.
    pub fn open(
        service: &str,
        file: &Path,
        pass_phrase: impl FnOnce(Asked) -> Option<Secret>,
    ) -> Result<Self> {
        if file.exists() {
            let given = pass_phrase(Asked::ToOpenFile).ok_or(SecretsError::Locked)?;
            return Self::open_file(file, &given);
        }
        match Self::open_key_store(service) {
            Err(absent @ SecretsError::Absent { .. }) => match pass_phrase(Asked::ToMakeFile) {
                Some(given) => Self::make_file(file, &given),
                None => Err(absent),
            },
            other => other,
        }
    }

    /// Opens the system's key store, and finds out by writing whether it is open.
    pub fn open_key_store(service: &str) -> Result<Self> {
        let backend = KeyStore::open(service).map(Backend::KeyStore)?;
        Ok(Self { backend })
    }

    /// Opens a sealed file.
    pub fn open_file(file: &Path, pass_phrase: &Secret) -> Result<Self> {
        let backend = SealedFile::open(file, pass_phrase).map(Backend::SealedFile)?;
        Ok(Self { backend })
    }

    /// Makes an empty sealed file; one that is there is not overwritten.
    pub fn make_file(file: &Path, pass_phrase: &Secret) -> Result<Self> {
        let backend = SealedFile::make(file, pass_phrase).map(Backend::SealedFile)?;
        Ok(Self { backend })
    }

    /// Where these secrets are kept.
    pub fn place(&self) -> Place {
        match &self.backend {
            Backend::KeyStore(_) => Place::KeyStore,
            Backend::SealedFile(_) => Place::SealedFile,
        }
    }

    /// A secret.
    ///
    /// # Errors
    /// [`SecretsError::NotFound`] only where the store is known to be open: a closed key store
    /// answers like an empty one, and is told apart here as [`SecretsError::Locked`].
    pub fn get(&self, name: &str) -> Result<Secret> {
        match &self.backend {
            Backend::KeyStore(store) => store.get(name),
            Backend::SealedFile(file) => file.get(name),
        }
    }

    /// Keeps a secret under a name, in place of what was there.
    pub fn set(&self, name: &str, secret: &Secret) -> Result<()> {
        match &self.backend {
            Backend::KeyStore(store) => store.set(name, secret),
            Backend::SealedFile(file) => file.set(name, secret),
        }
    }

    /// Forgets a secret.
    pub fn delete(&self, name: &str) -> Result<()> {
        match &self.backend {
            Backend::KeyStore(store) => store.delete(name),
            Backend::SealedFile(file) => file.delete(name),
        }
    }
}
