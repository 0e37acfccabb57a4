//! What calls a module: the only code that runs beside it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as CkError, RvError},
    session::{Session, UserType},
    slot::Slot,
    types::AuthPin,
};

use crate::{
    FinalTry, PinEntry, PinState, Result, SignOrder, Snapshot, TokenError, TokenId, TokenInfo,
    error::Context,
    keys, mechanism,
    message::{LoginId, Request, Response},
    objects, slots,
};

/// How often a module that shows no token, or one that it can't read, is started afresh.
const REVIVE_EVERY: Duration = Duration::from_secs(2);

/// One module and what is open of it.
pub(crate) struct Worker {
    path: PathBuf,
    loaded: Option<Loaded>,
}

struct Loaded {
    pkcs11: Pkcs11,
    logins: HashMap<LoginId, Login>,
    next_login: LoginId,
    /// `C_Initialize` was ours, so `C_Finalize` is ours to call.
    initialised_here: bool,
    revived: Option<Instant>,
}

struct Login {
    token: TokenId,
    slot: Slot,
    session: Session,
}

impl Worker {
    /// A worker for the module at a path, which is loaded when that is asked for.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, loaded: None }
    }

    /// Logs out everywhere and ends the module.
    pub(crate) fn close(mut self) {
        self.loaded.take().into_iter().for_each(Loaded::close);
    }

    /// Carries out one request.
    pub(crate) fn handle(&mut self, request: Request) -> Result<Response> {
        if let Request::Load = request {
            self.loaded = Some(Loaded::load(&self.path)?);
            return Ok(Response::Done);
        }
        if let Request::ShutDown = request {
            self.loaded.take().into_iter().for_each(Loaded::close);
            return Ok(Response::Done);
        }
        let Some(loaded) = &mut self.loaded else {
            return Err(TokenError::ModuleNotFound {
                path: self.path.clone(),
            });
        };
        match request {
            Request::Load | Request::ShutDown => Ok(Response::Done),
            Request::Snapshot => loaded.look_around().map(Response::Snapshot),
            Request::Certificates(token) => loaded.certificates(&token),
            Request::Offers { token, mechanism } => loaded.offers(&token, mechanism),
            Request::Login {
                token,
                entry,
                final_try,
            } => loaded.login(&token, entry, final_try),
            Request::Sign { login, order } => loaded.sign(login, &order),
            Request::Logout(login) => loaded.logout(login),
        }
    }
}

impl Loaded {
    fn load(path: &Path) -> Result<Self> {
        let unloadable = |e: CkError| TokenError::ModuleUnloadable {
            path: path.to_owned(),
            reason: e.to_string(),
        };
        let pkcs11 = Pkcs11::new(path).map_err(unloadable)?;
        let initialised_here = match initialise(&pkcs11) {
            Ok(()) => true,
            // By a worker that hung and was given up, or by another library of this process.
            Err(CkError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => false,
            Err(e) => return Err(unloadable(e)),
        };
        Ok(Self {
            pkcs11,
            logins: HashMap::new(),
            next_login: 0,
            initialised_here,
            revived: None,
        })
    }

    fn close(self) {
        // Closing the last session of a token logs out of it.
        drop(self.logins);
        if self.initialised_here {
            // At the end of the program there is nobody to tell.
            let _ = self.pkcs11.finalize();
        }
    }

    /// The snapshot for callers, who poll it: here a module gets another chance to find a token.
    fn look_around(&mut self) -> Result<Snapshot> {
        let seen = slots::snapshot(&self.pkcs11);
        let stuck = match &seen {
            Ok(seen) => seen.tokens.is_empty() || seen.empty.iter().any(|s| s.unreadable.is_some()),
            Err(_) => true,
        };
        if stuck && self.revive() {
            slots::snapshot(&self.pkcs11)
        } else {
            seen
        }
    }

    /// Starts the module afresh: some drivers, SoftHSM too, look for tokens in `C_Initialize` only, and
    /// don't see one that is plugged in later. Never while somebody is logged in, not at every poll.
    fn revive(&mut self) -> bool {
        let lately = self.revived.is_some_and(|at| at.elapsed() < REVIVE_EVERY);
        if lately || !self.initialised_here || !self.logins.is_empty() {
            return false;
        }
        self.revived = Some(Instant::now());
        self.restart()
    }

    /// Ends the module, which closes whatever it has open, and begins it again.
    fn restart(&self) -> bool {
        // Whether it was still initialised does not matter; that it is again does.
        let _ = self.pkcs11.clone().finalize();
        initialise(&self.pkcs11).is_ok()
    }

    fn certificates(&self, token: &TokenId) -> Result<Response> {
        let (slot, _) = slots::find(&self.pkcs11, token)?;
        let context = Context {
            token,
            mechanism: None,
        };
        let list = || objects::certificates(&self.pkcs11.open_ro_session(slot)?);
        list()
            .map(Response::Certificates)
            .map_err(|e| self.blame(slot, &context, &e))
    }

    fn offers(&self, token: &TokenId, wanted: crate::Mechanism) -> Result<Response> {
        let (slot, _) = slots::find(&self.pkcs11, token)?;
        let context = Context {
            token,
            mechanism: Some(wanted),
        };
        let list = self.pkcs11.get_mechanism_list(slot);
        let list = list.map_err(|e| self.blame(slot, &context, &e))?;
        Ok(Response::Offers(list.contains(&mechanism::kind(wanted))))
    }

    fn login(&mut self, token: &TokenId, entry: PinEntry, final_try: FinalTry) -> Result<Response> {
        // `C_Login` is per application: a second one would be "already logged in" without its PIN ever
        // being looked at.
        if self.logins.values().any(|login| login.token == *token) {
            return Err(TokenError::DeviceBusy {
                reason: format!("{token} is logged in already"),
            });
        }
        let (slot, info) = slots::find(&self.pkcs11, token)?;
        may_log_in(&info, &entry, final_try)?;
        let pin = match entry {
            PinEntry::Typed(pin) => Some(AuthPin::new(pin.expose().into())),
            PinEntry::OnDevice => None,
        };
        let context = Context {
            token,
            mechanism: None,
        };
        let open = || {
            let session = self.pkcs11.open_ro_session(slot)?;
            session.login(UserType::User, pin.as_ref())?;
            Ok(session)
        };
        let session = open().map_err(|e| self.blame(slot, &context, &e))?;
        let id = self.next_login;
        self.next_login += 1;
        self.logins.insert(
            id,
            Login {
                token: token.clone(),
                slot,
                session,
            },
        );
        Ok(Response::LoggedIn(id))
    }

    fn sign(&mut self, login: LoginId, order: &SignOrder) -> Result<Response> {
        let result = self.sign_in_session(login, order);
        if result.is_err()
            && let Some(login) = self.logins.get_mut(&login)
            && let Ok(fresh) = self.pkcs11.open_ro_session(login.slot)
        {
            // A failed `C_Sign` may leave its operation active (`CKR_OPERATION_ACTIVE` from then on). The
            // login belongs to the token, so the fresh session has it; the old one is closed after.
            login.session = fresh;
        }
        result
    }

    fn sign_in_session(&self, login: LoginId, order: &SignOrder) -> Result<Response> {
        let Some(Login {
            token,
            slot,
            session,
        }) = self.logins.get(&login)
        else {
            return Err(TokenError::NoToken {
                token: format!("login {login}"),
            });
        };
        let context = Context {
            token,
            mechanism: Some(order.mechanism),
        };
        let blame = |e: CkError| self.blame(*slot, &context, &e);
        let key = keys::find(session, token, &order.key, order.mechanism).map_err(|e| match e {
            keys::FindError::Device(e) => blame(e),
            keys::FindError::Nothing(_) if !self.is_there(*slot, token) => {
                removed(token, "C_FindObjects")
            }
            keys::FindError::Nothing(e) => *e,
        })?;
        if key.always_authenticate {
            return Err(TokenError::KeyAsksEachTime {
                token: token.clone(),
            });
        }
        let data = mechanism::input(order.mechanism, &order.digest)?;
        let mechanism = mechanism::of(order.mechanism, &order.digest);
        session
            .sign(&mechanism, key.handle, &data)
            .map(Response::Signature)
            .map_err(blame)
    }

    fn logout(&mut self, login: LoginId) -> Result<Response> {
        let Some(Login { token, session, .. }) = self.logins.remove(&login) else {
            return Ok(Response::Done);
        };
        let result = session.logout();
        let closed = session.close();
        if (result.is_err() || closed.is_err()) && self.logins.is_empty() {
            // A session that stays open keeps the token logged in, and the next PIN from being looked at.
            self.restart();
        }
        let context = Context {
            token: &token,
            mechanism: None,
        };
        match result.map_err(|e| context.explain(&e)) {
            // Pulled before logging out: there is nothing left to log out of.
            Ok(()) | Err(TokenError::TokenRemoved { .. }) => Ok(Response::Done),
            Err(e) => Err(e),
        }
    }

    /// Explains a failed call; a token that is not there any more explains every other failure.
    fn blame(&self, slot: Slot, context: &Context<'_>, error: &CkError) -> TokenError {
        let explained = context.explain(error);
        match &explained {
            TokenError::Device { function, .. } if !self.is_there(slot, context.token) => {
                removed(context.token, function)
            }
            _ => explained,
        }
    }

    fn is_there(&self, slot: Slot, token: &TokenId) -> bool {
        slots::look_into(&self.pkcs11, slot).is_ok_and(|info| info.id == *token)
    }
}

fn initialise(pkcs11: &Pkcs11) -> cryptoki::error::Result<()> {
    pkcs11.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK))
}

fn removed(token: &TokenId, during: &str) -> TokenError {
    TokenError::TokenRemoved {
        token: token.clone(),
        during: during.to_owned(),
    }
}

/// Everything that can be refused before the token sees a PIN.
fn may_log_in(info: &TokenInfo, entry: &PinEntry, final_try: FinalTry) -> Result<()> {
    let token = info.id.clone();
    match (info.pin_state, final_try) {
        (PinState::Locked, _) => return Err(TokenError::PinLocked { token }),
        (PinState::NotSet, _) => return Err(TokenError::PinNotSet { token }),
        (PinState::FinalTry, FinalTry::Refuse) => {
            return Err(TokenError::FinalTryNotConfirmed { token });
        }
        (PinState::Ok | PinState::CountLow | PinState::FinalTry, _) => {}
    }
    let on_device = matches!(entry, PinEntry::OnDevice);
    if on_device != info.protected_auth_path {
        return Err(TokenError::WrongPinEntry {
            token,
            on_device: info.protected_auth_path,
        });
    }
    Ok(())
}
