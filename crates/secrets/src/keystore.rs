//! The system's key store.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use keyring::{Entry, Error};

use crate::error::{Result, SecretsError};
use crate::secret::Secret;

/// A prompt of the key store may stand on the screen: this long a person may take to answer it.
const PROMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// Written and read back to find out whether the store is open; it holds nothing.
const PROBE: &str = "probe";

/// The system's key store, under one service name.
#[derive(Debug)]
pub(crate) struct KeyStore {
    service: String,
}

impl KeyStore {
    pub(crate) fn open(service: &str) -> Result<Self> {
        let store = Self {
            service: service.to_owned(),
        };
        store.probe()?;
        Ok(store)
    }

    pub(crate) fn get(&self, name: &str) -> Result<Secret> {
        match self.ask(name, |entry| entry.get_secret().map(Secret::new))? {
            Err(Error::NoEntry) => {
                // A locked Secret Service finds nothing too, and says so in the same words.
                self.probe()?;
                Err(not_found(name))
            }
            other => other.map_err(told),
        }
    }

    pub(crate) fn set(&self, name: &str, secret: &Secret) -> Result<()> {
        let secret = secret.clone();
        self.ask(name, move |entry| entry.set_secret(secret.expose()))?
            .map_err(told)
    }

    pub(crate) fn delete(&self, name: &str) -> Result<()> {
        match self.ask(name, |entry| entry.delete_credential())? {
            Err(Error::NoEntry) => {
                self.probe()?;
                Err(not_found(name))
            }
            other => other.map_err(told),
        }
    }

    /// Only a value that was written and read back proves that the store is open.
    fn probe(&self) -> Result<()> {
        let seen = self.ask(PROBE, |entry| {
            entry.set_secret(PROBE.as_bytes())?;
            entry.get_secret()
        })?;
        match seen {
            Ok(value) if value == PROBE.as_bytes() => Ok(()),
            Ok(_) | Err(Error::NoEntry) => Err(SecretsError::Locked),
            Err(error) => Err(told(error)),
        }
    }

    /// Asks on a thread of its own: the D-Bus client blocks, which a runtime's thread must not, and
    /// an unanswered prompt must not hold the program.
    fn ask<T: Send + 'static>(
        &self,
        name: &str,
        question: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<keyring::Result<T>> {
        let (service, name) = (self.service.clone(), name.to_owned());
        let (answer, answered) = channel();
        thread::spawn(move || {
            if let Err(error) = Entry::store_status() {
                let _ = answer.send(Err(absent(error)));
                return;
            }
            let asked = Entry::new(&service, &name).and_then(|entry| question(&entry));
            let _ = answer.send(Ok(asked));
        });
        match answered.recv_timeout(PROMPT_TIMEOUT) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(SecretsError::Locked),
            Err(RecvTimeoutError::Disconnected) => Err(SecretsError::Platform(
                "the key store's client stopped".to_owned(),
            )),
        }
    }
}

/// The platform's store could not be reached; that does not change within one process.
fn absent(error: &Error) -> SecretsError {
    SecretsError::Absent {
        reason: error.to_string(),
    }
}

fn not_found(name: &str) -> SecretsError {
    SecretsError::NotFound {
        name: name.to_owned(),
    }
}

/// An error in our words. Two of the platform's errors carry the stored bytes: their text is not
/// used.
fn told(error: Error) -> SecretsError {
    match error {
        Error::NoStorageAccess(_) => SecretsError::Locked,
        Error::NoDefaultStore => absent(&error),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            SecretsError::Platform("the entry holds something else".to_owned())
        }
        other => SecretsError::Platform(other.to_string()),
    }
}
