//! What happens around each call: read the plan, count, fail or forward, log.

use std::{
    collections::HashMap,
    env, fs,
    io::Write,
    path::PathBuf,
    ptr,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use cryptoki_sys::*;

use crate::{
    LOG_VARIABLE, MODULE_VARIABLE, PLAN_VARIABLE, ckr,
    plan::{PinFlag, Plan},
};

/// The bit that marks a slot to which the plan has moved a token: SoftHSM2's own numbers have 31 bits.
const MOVED: CK_SLOT_ID = 1 << 31;

/// What a function needs to be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The library only.
    Library,
    /// A token in the slot.
    Slot,
    /// A session with a token.
    Session,
}

/// Runs one call by the plan; `real` calls SoftHSM2.
pub(crate) fn around(
    function: &'static str,
    scope: Scope,
    real: impl FnOnce(&CK_FUNCTION_LIST) -> CK_RV,
) -> CK_RV {
    let Some(module) = real_module() else {
        log(function, "no real module");
        return CKR_GENERAL_ERROR;
    };
    let rv = match decide(function, module) {
        Err(reason) => {
            log("plan", &reason);
            CKR_GENERAL_ERROR
        }
        Ok(verdict) => {
            // Outside the lock: other threads' calls go on while this one hangs.
            thread::sleep(verdict.delay);
            if verdict.crash {
                std::process::abort();
            }
            match (verdict.returns, verdict.lost, scope) {
                (Some(rv), _, _) => rv,
                (None, true, Scope::Slot) => CKR_TOKEN_NOT_PRESENT,
                (None, true, Scope::Session) => CKR_DEVICE_REMOVED,
                (None, _, _) => real(module),
            }
        }
    };
    log(function, &ckr::name(rv));
    rv
}

/// Whether the plan has pulled the token.
pub(crate) fn token_is_lost() -> bool {
    state().lost
}

/// A slot of the real module as callers see it: in another place once the plan has moved the token.
pub(crate) fn shown_slot(real: CK_SLOT_ID) -> CK_SLOT_ID {
    if state().moved { real | MOVED } else { real }
}

/// The real module's slot; `None` for one where there is nothing any more, because the token has moved.
pub(crate) fn real_slot(shown: CK_SLOT_ID) -> Option<CK_SLOT_ID> {
    match (state().moved, shown & MOVED != 0) {
        (false, _) => Some(shown),
        (true, true) => Some(shown & !MOVED),
        (true, false) => None,
    }
}

/// The PIN that is "typed on the pad".
pub(crate) fn pad_pin() -> Option<Vec<u8>> {
    state()
        .plan
        .pad_pin
        .as_ref()
        .map(|pin| pin.clone().into_bytes())
}

/// The token's flags as the plan wants them seen.
pub(crate) fn patch_token_flags(real: CK_FLAGS) -> CK_FLAGS {
    let state = state();
    let mut flags = real;
    if let Some(wanted) = &state.plan.pin_flags {
        flags |= CKF_USER_PIN_INITIALIZED;
        flags &= !(CKF_USER_PIN_COUNT_LOW
            | CKF_USER_PIN_FINAL_TRY
            | CKF_USER_PIN_LOCKED
            | CKF_USER_PIN_TO_BE_CHANGED);
        for flag in wanted {
            match flag {
                PinFlag::CountLow => flags |= CKF_USER_PIN_COUNT_LOW,
                PinFlag::FinalTry => flags |= CKF_USER_PIN_FINAL_TRY,
                PinFlag::Locked => flags |= CKF_USER_PIN_LOCKED,
                PinFlag::ToBeChanged => flags |= CKF_USER_PIN_TO_BE_CHANGED,
                PinFlag::NotInitialized => flags &= !CKF_USER_PIN_INITIALIZED,
            }
        }
    }
    if state.plan.pad_pin.is_some() {
        flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    }
    flags
}

#[derive(Default)]
struct State {
    /// The plan file's bytes when it was last read.
    source: Vec<u8>,
    plan: Plan,
    calls: HashMap<&'static str, u64>,
    lost: bool,
    moved: bool,
}

struct Verdict {
    delay: Duration,
    crash: bool,
    returns: Option<CK_RV>,
    lost: bool,
}

fn state() -> MutexGuard<'static, State> {
    static STATE: OnceLock<Mutex<State>> = OnceLock::new();
    STATE
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Counts the call and looks up what the plan says of it. An unreadable plan is an error, never "no
/// faults": a test must not pass because its plan was misspelt.
fn decide(function: &'static str, module: &CK_FUNCTION_LIST) -> Result<Verdict, String> {
    let mut state = state();
    state.follow_plan()?;
    let mut verdict = Verdict {
        delay: Duration::ZERO,
        crash: false,
        returns: None,
        lost: false,
    };
    let of_function = state.count(function);
    let of_all = state.count("*");
    let (mut pulled, mut moved) = (false, false);
    for fault in &state.plan.faults {
        let call = if fault.function == "*" {
            of_all
        } else {
            of_function
        };
        if (fault.function == "*" || fault.function == function) && fault.strikes(call) {
            verdict.delay += Duration::from_millis(fault.delay_ms);
            pulled |= fault.lose_token;
            moved |= fault.move_token;
            verdict.crash |= fault.crash;
            if let Some(name) = &fault.returns {
                let value = ckr::value(name).ok_or(format!("unknown return value {name}"))?;
                verdict.returns = Some(value);
            }
        }
    }
    if pulled && !state.lost {
        state.lost = true;
        close_all_sessions(module);
    }
    if moved && !state.moved {
        state.moved = true;
        close_all_sessions(module);
    }
    verdict.lost = state.lost;
    Ok(verdict)
}

impl State {
    /// Reads the plan again when its file has changed. No file is the empty plan.
    fn follow_plan(&mut self) -> Result<(), String> {
        let Some(path) = env::var_os(PLAN_VARIABLE) else {
            return Ok(());
        };
        let source = fs::read(PathBuf::from(path)).unwrap_or_default();
        if source == self.source {
            return Ok(());
        }
        let plan = match source.as_slice() {
            [] => Plan::default(),
            json => serde_json::from_slice(json).map_err(|e| e.to_string())?,
        };
        *self = Self {
            source,
            plan,
            calls: HashMap::new(),
            lost: false,
            moved: false,
        };
        Ok(())
    }

    fn count(&mut self, function: &'static str) -> u64 {
        let calls = self.calls.entry(function).or_default();
        *calls += 1;
        *calls
    }
}

/// A pulled token has lost its sessions and its login, also when it is put back.
fn close_all_sessions(module: &CK_FUNCTION_LIST) {
    const MOST_SLOTS: usize = 64;
    let (Some(list), Some(close)) = (module.C_GetSlotList, module.C_CloseAllSessions) else {
        return;
    };
    let mut slots = [0; MOST_SLOTS];
    let mut count = MOST_SLOTS as CK_ULONG;
    // SAFETY: buffer and length are our own, and the module writes at most `count` slots.
    if unsafe { list(CK_TRUE, slots.as_mut_ptr(), &mut count) } == CKR_OK {
        for slot in slots.iter().take(count as usize) {
            // SAFETY: takes a number by value.
            unsafe { close(*slot) };
        }
    }
}

/// SoftHSM2's functions, loaded once.
fn real_module() -> Option<&'static CK_FUNCTION_LIST> {
    static REAL: OnceLock<Option<CK_FUNCTION_LIST>> = OnceLock::new();
    REAL.get_or_init(load_real_module).as_ref()
}

fn load_real_module() -> Option<CK_FUNCTION_LIST> {
    let path = env::var_os(MODULE_VARIABLE)?;
    // SAFETY: loading runs the library's initialisers; it is the module that the test named.
    let library = unsafe { Pkcs11::new(path) }.ok()?;
    library.C_GetFunctionList.as_ref().ok()?;
    let mut list = ptr::null_mut();
    // SAFETY: the symbol is there, and `list` is a place for a pointer.
    let rv = unsafe { library.C_GetFunctionList(&mut list) };
    if rv != CKR_OK || list.is_null() {
        return None;
    }
    // SAFETY: the module said that it points to its function list, which lives as long as the library.
    let functions = unsafe { ptr::read_unaligned(list) };
    // Loaded for good: unloading would pull the functions from under their callers.
    std::mem::forget(library);
    Some(functions)
}

/// One line per call, appended in one write, so that threads and processes don't mix their lines.
fn log(function: &str, outcome: &str) {
    let Some(path) = env::var_os(LOG_VARIABLE) else {
        return;
    };
    if let Ok(mut file) = fs::OpenOptions::new().create(true).append(true).open(path) {
        // A log that can't be written makes the test that counts it fail; the call itself goes on.
        let _ = file.write_all(format!("{function} {outcome}\n").as_bytes());
    }
}
