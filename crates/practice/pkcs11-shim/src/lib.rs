//! A PKCS#11 module that forwards to SoftHSM2 and fails by plan.
//!
//! SoftHSM2 never locks a PIN, never hangs and can't be unplugged. This module can: it passes every
//! call on to the real one and, at the calls that a plan names, answers something else, waits, or
//! loses the token. It counts and logs every call, so that a test can say "one `C_Login`".
//!
//! Three variables of the environment steer it:
//!
//! | variable | what it names |
//! |---|---|
//! | `TRIEN_SHIM_MODULE` | the real module, such as `/usr/lib/softhsm/libsofthsm2.so` |
//! | `TRIEN_SHIM_PLAN` | the plan, a JSON file; read again whenever its bytes change; none is the empty plan |
//! | `TRIEN_SHIM_LOG` | the log; each call appends `C_Function CKR_RESULT` |
//!
//! A plan (all fields may be left out):
//!
//! ```json
//! {
//!   "faults": [
//!     { "function": "C_Sign",  "call": 2, "returns": "CKR_DEVICE_REMOVED" },
//!     { "function": "C_Login", "call": 1, "and_after": true, "returns": "CKR_PIN_LOCKED" },
//!     { "function": "C_FindObjectsInit", "call": 3, "delay_ms": 60000 },
//!     { "function": "C_OpenSession", "call": 2, "move_token": true },
//!     { "function": "*", "call": 40, "lose_token": true }
//!   ],
//!   "pin_flags": ["COUNT_LOW", "FINAL_TRY", "LOCKED", "TO_BE_CHANGED", "NOT_INITIALIZED"],
//!   "pad_pin": "2907"
//! }
//! ```
//!
//! Calls are counted from 1, from the last change of the plan. Many callers ask `C_Sign` twice for one
//! signature, first for its length. A lost token is gone from its slot, its sessions and login are
//! closed, and it comes back when a plan without the fault is read; a moved one is back at once, in a
//! slot of another number. `pin_flags` replaces the token's
//! own flags; `pad_pin` gives every token a pad of its own and is what the user types there. A plan
//! that can't be read fails every call with `CKR_GENERAL_ERROR` and says why in the log.
//!
//! A test loads the module and never links it: `cargo build -p trien-pkcs11-shim` puts it into the
//! target folder, and the plan is any JSON file.

#![allow(unsafe_code)] // the whole crate is one foreign-function boundary
#![allow(non_snake_case)] // the functions are named by the standard

mod ckr;
mod forward;
mod plan;
mod shim;

/// Names the real module.
const MODULE_VARIABLE: &str = "TRIEN_SHIM_MODULE";
/// Names the plan file.
const PLAN_VARIABLE: &str = "TRIEN_SHIM_PLAN";
/// Names the log file.
const LOG_VARIABLE: &str = "TRIEN_SHIM_LOG";
