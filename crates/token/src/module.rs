//! The door: a loaded module, and a login on one of its tokens.

use std::{
    collections::BTreeMap,
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{
    FinalTry, Mechanism, PinEntry, Result, SignOrder, Snapshot, TokenCertificate, TokenError,
    TokenId, TokenInfo, child,
    message::{self, Line, LoginId, Request, Response},
};

/// How long a dropped login waits for its logout.
const DROP_WAIT: Duration = Duration::from_secs(3);

/// How long calls may take before the module counts as hanging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// Waiting for the calls of others on the same module.
    pub queue: Duration,
    /// Loading the library and `C_Initialize`.
    pub load: Duration,
    /// Looking at slots, tokens and certificates.
    pub look: Duration,
    /// A login with a typed PIN.
    pub login: Duration,
    /// A login on the token's own pad: the time that a person may take.
    pub login_on_device: Duration,
    /// One signature.
    pub sign: Duration,
}

impl Default for Deadlines {
    /// Times for USB tokens, which need up to 1.5 s for a signature and some seconds after plugging in.
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(10),
            load: Duration::from_secs(20),
            look: Duration::from_secs(15),
            login: Duration::from_secs(20),
            login_on_device: Duration::from_secs(120),
            sign: Duration::from_secs(30),
        }
    }
}

/// A PKCS#11 module in a child process of its own, where it can hang or crash without harm.
///
/// Clones and further [`Module::open`] calls of the same file share the process; it stays until this one
/// ends, or until a call hangs: then it is killed, and the next [`Module::open`] starts another.
#[derive(Clone, Debug)]
pub struct Module {
    path: PathBuf,
    line: Arc<Line>,
    deadlines: Deadlines,
}

impl Module {
    /// Loads and initialises the module, or finds it loaded.
    ///
    /// # Errors
    /// [`TokenError::ModuleNotFound`], [`TokenError::ModuleUnloadable`], [`TokenError::Timeout`].
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, Deadlines::default())
    }

    /// As [`Module::open`], with deadlines of its own.
    ///
    /// # Errors
    /// As [`Module::open`].
    pub fn open_with(path: &Path, deadlines: Deadlines) -> Result<Self> {
        let not_found = || TokenError::ModuleNotFound {
            path: path.to_owned(),
        };
        // One file is one module under whatever name: the canonical path is the key.
        let path = path.canonicalize().map_err(|_| not_found())?;
        if !path.is_file() {
            return Err(not_found());
        }
        let line = worker_of(&path, deadlines)?;
        Ok(Self {
            path,
            line,
            deadlines,
        })
    }

    /// The module's canonical path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is plugged in now. Cheap enough to be polled once a second or two.
    ///
    /// Many modules can't wait for slot events (SoftHSM says `CKR_FUNCTION_NOT_SUPPORTED`), so a change
    /// is noticed by comparing two snapshots.
    ///
    /// # Errors
    /// [`TokenError::DeviceBusy`] behind a long call, [`TokenError::Timeout`], [`TokenError::Device`].
    pub fn snapshot(&self) -> Result<Snapshot> {
        match self.ask(Request::Snapshot, self.deadlines.look)? {
            Response::Snapshot(snapshot) => Ok(snapshot),
            other => Err(out_of_step(&other)),
        }
    }

    /// The initialised tokens that are plugged in now.
    ///
    /// # Errors
    /// As [`Module::snapshot`].
    pub fn tokens(&self) -> Result<Vec<TokenInfo>> {
        Ok(self.snapshot()?.tokens)
    }

    /// The one token whose serial number, or else label, is `name`.
    ///
    /// # Errors
    /// [`TokenError::NoToken`], [`TokenError::TokenAmbiguous`], or as [`Module::snapshot`].
    pub fn token_named(&self, name: &str) -> Result<TokenInfo> {
        let tokens = self.tokens()?;
        let by_serial: Vec<_> = tokens.iter().filter(|t| t.id.0 == name).collect();
        let by_label: Vec<_> = tokens.iter().filter(|t| t.label == name).collect();
        let found = if by_serial.is_empty() {
            by_label
        } else {
            by_serial
        };
        match found.as_slice() {
            [] => Err(TokenError::NoToken {
                token: name.to_owned(),
            }),
            [one] => Ok((*one).clone()),
            several => Err(TokenError::TokenAmbiguous {
                token: name.to_owned(),
                count: several.len(),
            }),
        }
    }

    /// The X.509 certificates on the token that can be read without a login.
    ///
    /// # Errors
    /// [`TokenError::NoToken`], [`TokenError::TokenRemoved`], or as [`Module::snapshot`].
    pub fn certificates(&self, token: &TokenId) -> Result<Vec<TokenCertificate>> {
        match self.ask(Request::Certificates(token.clone()), self.deadlines.look)? {
            Response::Certificates(certificates) => Ok(certificates),
            other => Err(out_of_step(&other)),
        }
    }

    /// Whether a token's list of mechanisms has this one; no PIN is needed.
    ///
    /// # Errors
    /// [`TokenError::NoToken`], or as [`Module::snapshot`].
    pub fn offers(&self, token: &TokenId, mechanism: Mechanism) -> Result<bool> {
        let request = Request::Offers {
            token: token.clone(),
            mechanism,
        };
        match self.ask(request, self.deadlines.look)? {
            Response::Offers(offers) => Ok(offers),
            other => Err(out_of_step(&other)),
        }
    }

    /// Logs in with exactly one `C_Login`, or none where the token's flags forbid it.
    ///
    /// # Errors
    /// No PIN reaches the token with [`TokenError::NoToken`], [`TokenError::TokenAmbiguous`],
    /// [`TokenError::PinLocked`] and [`TokenError::PinNotSet`] told by its flags,
    /// [`TokenError::FinalTryNotConfirmed`], [`TokenError::WrongPinEntry`] and
    /// [`TokenError::DeviceBusy`] while another login on the token is open. With
    /// [`TokenError::PinIncorrect`] one try is used up.
    pub fn login(&self, token: &TokenId, entry: PinEntry, final_try: FinalTry) -> Result<LoggedIn> {
        let limit = match entry {
            PinEntry::Typed(_) => self.deadlines.login,
            PinEntry::OnDevice => self.deadlines.login_on_device,
        };
        let request = Request::Login {
            token: token.clone(),
            entry,
            final_try,
        };
        match self.ask(request, limit)? {
            Response::LoggedIn(id) => Ok(LoggedIn {
                module: self.clone(),
                token: token.clone(),
                id: Some(id),
            }),
            other => Err(out_of_step(&other)),
        }
    }

    fn ask(&self, request: Request, limit: Duration) -> Result<Response> {
        self.line.ask(request, self.deadlines.queue, limit)
    }
}

/// An open login on one token. Threads may share it; the worker signs one order after the other.
///
/// Dropping it logs out and closes the session, for which it waits at most some seconds: a
/// program that ended in the midst of a module's call would crash in the module's clean-up.
#[derive(Debug)]
pub struct LoggedIn {
    module: Module,
    token: TokenId,
    /// `None` once logged out.
    id: Option<LoginId>,
}

impl LoggedIn {
    /// The token.
    #[must_use]
    pub fn token(&self) -> &TokenId {
        &self.token
    }

    /// Makes one signature: the raw bytes of the mechanism, `r ‖ s` for ECDSA.
    ///
    /// After [`TokenError::TokenRemoved`] or [`TokenError::Timeout`] the login is of no use any more and is
    /// to be dropped; after the other errors it can sign the next document.
    ///
    /// # Errors
    /// [`TokenError::TokenRemoved`], [`TokenError::CertificateNotFound`], [`TokenError::KeyNotFound`],
    /// [`TokenError::MechanismUnsupported`], [`TokenError::KeyAsksEachTime`], [`TokenError::Timeout`],
    /// [`TokenError::Device`].
    pub fn sign(&self, order: SignOrder) -> Result<Vec<u8>> {
        let Some(login) = self.id else {
            return Err(TokenError::NoToken {
                token: self.token.0.clone(),
            });
        };
        match self
            .module
            .ask(Request::Sign { login, order }, self.module.deadlines.sign)?
        {
            Response::Signature(signature) => Ok(signature),
            other => Err(out_of_step(&other)),
        }
    }

    /// Logs out, as dropping does, and tells how it went.
    ///
    /// # Errors
    /// What `C_Logout` answered; the session is closed all the same.
    pub fn logout(mut self) -> Result<()> {
        match self.id.take() {
            Some(id) => self
                .module
                .ask(Request::Logout(id), self.module.deadlines.look)
                .map(|_| ()),
            None => Ok(()),
        }
    }
}

impl Drop for LoggedIn {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.module.line.tell(Request::Logout(id), DROP_WAIT);
        }
    }
}

/// The worker of each module.
static LOADED: Mutex<BTreeMap<PathBuf, Arc<Line>>> = Mutex::new(BTreeMap::new());

/// Logs out everywhere and ends all modules; for the last moments of a program.
///
/// Waits at most `wait` for each module, then kills it; later calls fail with [`TokenError::Timeout`].
pub fn shut_down(wait: Duration) {
    let loaded = mem::take(&mut *LOADED.lock().unwrap_or_else(PoisonError::into_inner));
    for line in loaded.into_values() {
        line.tell(Request::ShutDown, wait);
        line.abandon();
    }
}

/// The module's living worker, or a new one that has loaded it.
fn worker_of(path: &Path, deadlines: Deadlines) -> Result<Arc<Line>> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(line) = loaded.get(path).filter(|line| !line.is_abandoned()) {
        return Ok(Arc::clone(line));
    }
    let unloadable = |e: std::io::Error| TokenError::ModuleUnloadable {
        path: path.to_owned(),
        reason: e.to_string(),
    };
    let worker = child::Worker::start(path).map_err(unloadable)?;
    let process = worker.process.clone();
    let (line, jobs) = message::line(move || process.kill());
    thread::Builder::new()
        .name("pkcs11".into())
        .spawn(move || worker.serve(jobs))
        .map_err(unloadable)?;
    let line = Arc::new(line);
    match line.ask(Request::Load, deadlines.queue, deadlines.load) {
        Ok(_) => {
            loaded.insert(path.to_owned(), Arc::clone(&line));
            Ok(line)
        }
        Err(error) => {
            line.abandon();
            Err(match error {
                TokenError::WorkerDied { status } => TokenError::ModuleUnloadable {
                    path: path.to_owned(),
                    reason: format!("it ended its process: {status}"),
                },
                error => error,
            })
        }
    }
}

/// The worker answers each kind of request with its own kind of response; anything else is our defect.
fn out_of_step(response: &Response) -> TokenError {
    TokenError::Device {
        function: "worker".into(),
        ckr: format!("unexpected response {response:?}"),
    }
}
