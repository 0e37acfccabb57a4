//! PKCS#11 behind one worker process per module: slots, tokens, certificates, PIN state, signatures.
//!
//! Modules are foreign code that crashes, hangs and locks cards. So there is one door: [`Module`]
//! sends plain messages to the one process that calls the library, each call has a deadline, and one
//! typed [`Pin`] is at most one `C_Login`. A worker that hangs is killed, one that crashes costs the
//! call that it was in. [`worker_main`] is the worker's side; a shell calls it when it is started with
//! [`WORKER_ARGUMENT`].
//!
//! ```no_run
//! use std::path::Path;
//! use trien_token::{
//!     Digest, FinalTry, KeySelector, Mechanism, Module, Pin, PinEntry, SignOrder,
//! };
//!
//! # fn main() -> trien_token::Result<()> {
//! let module = Module::open(Path::new("/usr/lib/softhsm/libsofthsm2.so"))?;
//! let token = module.token_named("Chủ tịch")?;
//! let certificate = module.certificates(&token.id)?.remove(0);
//! let pin = PinEntry::Typed(Pin::new("29071945".to_owned()));
//! let login = module.login(&token.id, pin, FinalTry::Refuse)?;
//! let signature = login.sign(SignOrder {
//!     key: KeySelector::Certificate(certificate.der),
//!     mechanism: Mechanism::RsaPkcs1v15,
//!     digest: Digest::Sha256([0; 32]),
//! })?;
//! # drop(signature);
//! # Ok(())
//! # }
//! ```

mod child;
mod error;
mod host;
mod keys;
mod known;
mod mechanism;
mod message;
mod model;
mod module;
mod objects;
mod pin;
mod slots;
mod wire;
mod worker;

pub use child::WORKER_ARGUMENT;
pub use error::{Result, TokenError};
pub use host::worker_main;
pub use known::{KnownModule, Platform, known_modules};
pub use model::{
    Digest, EmptySlot, FinalTry, KeySelector, Mechanism, PinEntry, PinState, SignOrder, Snapshot,
    TokenCertificate, TokenId, TokenInfo,
};
pub use module::{Deadlines, LoggedIn, Module, shut_down};
pub use pin::Pin;
