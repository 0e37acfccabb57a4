//! What SoftHSM2 never does, done by the shim before it: lock, hang, vanish, ask on a pad.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests, which clippy.toml can not see

mod world;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use trien_token::{FinalTry, Mechanism, PinEntry, PinState, TokenError, shut_down};
use world::{KeyKind::P256, in_own_process, typed};

#[test]
fn one_pin_typed_is_one_login_however_many_documents_are_signed() {
    let name = "one_pin_typed_is_one_login_however_many_documents_are_signed";
    in_own_process(name, P256, |world| {
        let module = world.shim();
        let login = world.login(&module).unwrap();
        for document in 0..5u8 {
            let signature = login
                .sign(world.order(Mechanism::Ecdsa, &[document]))
                .unwrap();
            assert!(world.ecdsa_verifies(&[document], &signature));
        }
        login.logout().unwrap();
        assert_eq!(world.calls("C_Login"), ["CKR_OK"]);
        assert_eq!(world.calls("C_Logout"), ["CKR_OK"]);
        assert_eq!(world.calls("C_Initialize"), ["CKR_OK"]);
    });
}

#[test]
fn a_wrong_pin_is_never_tried_again_by_the_program() {
    in_own_process(
        "a_wrong_pin_is_never_tried_again_by_the_program",
        P256,
        |world| {
            let wrong = world
                .shim()
                .login(&world.token, typed("canary-7f3a"), FinalTry::Refuse);
            let wrong = wrong.unwrap_err();
            assert_eq!(
                wrong,
                TokenError::PinIncorrect {
                    token: world.token.clone()
                }
            );
            assert!(!format!("{wrong} {wrong:?}").contains("canary"));
            assert_eq!(world.calls("C_Login"), ["CKR_PIN_INCORRECT"]);
        },
    );
}

#[test]
fn the_final_try_is_spent_only_when_it_was_confirmed() {
    in_own_process(
        "the_final_try_is_spent_only_when_it_was_confirmed",
        P256,
        |world| {
            world.follow(&json!({ "pin_flags": ["COUNT_LOW", "FINAL_TRY"] }));
            let module = world.shim();
            assert_eq!(module.tokens().unwrap()[0].pin_state, PinState::FinalTry);
            let refused = world.login(&module).unwrap_err();
            assert_eq!(
                refused,
                TokenError::FinalTryNotConfirmed {
                    token: world.token.clone()
                }
            );
            assert!(world.calls("C_Login").is_empty());

            module
                .login(&world.token, typed(world::PIN), FinalTry::Confirmed)
                .unwrap();
            assert_eq!(world.calls("C_Login"), ["CKR_OK"]);
        },
    );
}

#[test]
fn a_locked_or_unset_pin_is_known_before_it_is_typed() {
    in_own_process(
        "a_locked_or_unset_pin_is_known_before_it_is_typed",
        P256,
        |world| {
            let module = world.shim();
            let token = world.token.clone();
            world.follow(&json!({ "pin_flags": ["FINAL_TRY", "LOCKED"] }));
            assert_eq!(module.tokens().unwrap()[0].pin_state, PinState::Locked);
            let confirmed = module.login(&token, typed(world::PIN), FinalTry::Confirmed);
            assert_eq!(
                confirmed.unwrap_err(),
                TokenError::PinLocked {
                    token: token.clone()
                }
            );

            world.follow(&json!({ "pin_flags": ["NOT_INITIALIZED"] }));
            assert_eq!(
                world.login(&module).unwrap_err(),
                TokenError::PinNotSet { token }
            );
            assert!(world.calls("C_Login").is_empty());
        },
    );
}

#[test]
fn every_answer_of_a_login_has_its_own_error() {
    in_own_process("every_answer_of_a_login_has_its_own_error", P256, |world| {
        let module = world.shim();
        let token = || world.token.clone();
        for (ckr, expected) in [
            ("CKR_PIN_LOCKED", TokenError::PinLocked { token: token() }),
            (
                "CKR_PIN_LEN_RANGE",
                TokenError::PinMalformed { token: token() },
            ),
            ("CKR_PIN_EXPIRED", TokenError::PinExpired { token: token() }),
            (
                "CKR_USER_PIN_NOT_INITIALIZED",
                TokenError::PinNotSet { token: token() },
            ),
            ("CKR_FUNCTION_CANCELED", TokenError::UserCancelled),
            ("CKR_DEVICE_ERROR", device("C_Login", "CKR_DEVICE_ERROR")),
        ] {
            world.follow(&fault("C_Login", ckr));
            assert_eq!(world.login(&module).unwrap_err(), expected);
        }
        assert_eq!(world.calls("C_Login").len(), 6);
    });
}

#[test]
fn a_token_with_its_own_pad_asks_there() {
    in_own_process("a_token_with_its_own_pad_asks_there", P256, |world| {
        world.follow(&json!({ "pad_pin": world::PIN }));
        let module = world.shim();
        assert!(module.tokens().unwrap()[0].protected_auth_path);
        let typed_here = world.login(&module).unwrap_err();
        let token = world.token.clone();
        assert_eq!(
            typed_here,
            TokenError::WrongPinEntry {
                token,
                on_device: true
            }
        );
        assert!(world.calls("C_Login").is_empty());

        let login = module
            .login(&world.token, PinEntry::OnDevice, FinalTry::Refuse)
            .unwrap();
        login.sign(world.order(Mechanism::Ecdsa, b"x")).unwrap();
        assert_eq!(world.calls("C_Login"), ["CKR_OK"]);
    });
}

#[test]
fn a_token_lost_while_signing_must_be_logged_in_again() {
    in_own_process(
        "a_token_lost_while_signing_must_be_logged_in_again",
        P256,
        |world| {
            let module = world.shim();
            let login = world.login(&module).unwrap();
            // The second call of C_Sign makes the signature; the first asks for its length.
            let pulled = json!({ "function": "C_Sign", "call": 2, "lose_token": true });
            world.follow(&json!({ "faults": [pulled] }));
            let lost = login.sign(world.order(Mechanism::Ecdsa, b"x")).unwrap_err();
            let (token, during) = (world.token.clone(), "C_Sign".to_owned());
            assert_eq!(lost, TokenError::TokenRemoved { token, during });
            assert!(!module.snapshot().unwrap().holds(&world.token));

            world.follow(&json!({}));
            assert!(module.snapshot().unwrap().holds(&world.token));
            let stale = login.sign(world.order(Mechanism::Ecdsa, b"x"));
            assert!(
                matches!(stale, Err(TokenError::TokenRemoved { .. })),
                "{stale:?}"
            );
            drop(login);
            world
                .login(&module)
                .unwrap()
                .sign(world.order(Mechanism::Ecdsa, b"x"))
                .unwrap();
        },
    );
}

#[test]
fn what_fails_while_signing_is_named() {
    in_own_process("what_fails_while_signing_is_named", P256, |world| {
        let module = world.shim();
        let login = world.login(&module).unwrap();
        let sign_with = |function, ckr| {
            world.follow(&fault(function, ckr));
            login.sign(world.order(Mechanism::Ecdsa, b"x"))
        };
        let failed = sign_with("C_Sign", "CKR_DEVICE_ERROR");
        assert_eq!(failed, Err(device("C_Sign", "CKR_DEVICE_ERROR")));
        let (token, ckr) = (world.token.clone(), "CKR_MECHANISM_INVALID".to_owned());
        let unsupported = TokenError::MechanismUnsupported {
            token,
            mechanism: Mechanism::Ecdsa,
            ckr,
        };
        let failed = sign_with("C_SignInit", "CKR_MECHANISM_INVALID");
        assert_eq!(failed, Err(unsupported));
        sign_with("C_Digest", "CKR_DEVICE_ERROR").unwrap();
        assert_eq!(world.calls("C_Login").len(), 1);
    });
}

#[test]
fn a_module_that_hangs_is_given_up_and_can_be_opened_again() {
    in_own_process(
        "a_module_that_hangs_is_given_up_and_can_be_opened_again",
        P256,
        |world| {
            let hang = Duration::from_secs(6);
            let patience = Duration::from_secs(1);
            let module = world.impatient_shim(patience);
            let login = world.login(&module).unwrap();
            let delay_ms = hang.as_millis() as u64;
            let hanging = json!({ "function": "C_SignInit", "call": 1, "delay_ms": delay_ms });
            world.follow(&json!({ "faults": [hanging] }));

            let began = Instant::now();
            let hung = login.sign(world.order(Mechanism::Ecdsa, b"x")).unwrap_err();
            assert_eq!(
                hung,
                TokenError::Timeout {
                    after: patience,
                    during: "sign".into()
                }
            );
            let next = module.snapshot();
            assert!(matches!(next, Err(TokenError::Timeout { .. })), "{next:?}");
            assert!(began.elapsed() < hang, "nobody waits for the module");

            // The process that hung was killed: another one has the library and the token to itself.
            let reopened = world.shim();
            assert!(reopened.snapshot().unwrap().holds(&world.token));
            world.login(&reopened).unwrap();
            assert!(began.elapsed() < hang, "nobody waits for what was killed");
            assert_eq!(world.calls("C_Initialize"), ["CKR_OK", "CKR_OK"]);
        },
    );
}

#[test]
fn a_module_that_crashes_costs_the_call_that_it_was_in() {
    let name = "a_module_that_crashes_costs_the_call_that_it_was_in";
    in_own_process(name, P256, |world| {
        let module = world.shim();
        let login = world.login(&module).unwrap();
        let crashing = json!({ "function": "C_Sign", "call": 1, "crash": true });
        world.follow(&json!({ "faults": [crashing] }));
        let crashed = login.sign(world.order(Mechanism::Ecdsa, b"x"));
        assert!(
            matches!(crashed, Err(TokenError::WorkerDied { .. })),
            "{crashed:?}"
        );
        let after = module.snapshot();
        assert!(
            matches!(after, Err(TokenError::Timeout { .. })),
            "{after:?}"
        );

        world.follow(&json!({}));
        let reopened = world.shim();
        let login = world.login(&reopened).unwrap();
        login.sign(world.order(Mechanism::Ecdsa, b"x")).unwrap();
        assert_eq!(
            world.calls("C_Login"),
            ["CKR_OK", "CKR_OK"],
            "one for each PIN typed"
        );
    });
}

/// Every call of the flow fails once: the login is tried once at most, an error is told, and the next
/// try on the same token goes through.
#[test]
fn whichever_call_fails_no_pin_is_tried_twice_and_the_token_can_be_used_again() {
    let name = "whichever_call_fails_no_pin_is_tried_twice_and_the_token_can_be_used_again";
    in_own_process(name, P256, |world| {
        let module = world.shim();
        let sign_once = || -> trien_token::Result<()> {
            let info = module.token_named(world::LABEL)?;
            module.certificates(&info.id)?;
            let login = module.login(&info.id, typed(world::PIN), FinalTry::Refuse)?;
            login.sign(world.order(Mechanism::Ecdsa, b"x"))?;
            login.logout()
        };
        world.follow(&json!({}));
        let before = world.all_calls();
        sign_once().unwrap();
        let calls = world.all_calls() - before;
        assert!(calls > 20, "{calls} calls in one flow");
        for ckr in ["CKR_DEVICE_ERROR", "CKR_DEVICE_REMOVED"] {
            for call in 1..=calls {
                let nth = json!({ "function": "*", "call": call, "returns": ckr });
                // A plan is read anew when its file changes, and counts from there.
                world.follow(&json!({ "faults": [nth] }));
                let logins = world.calls("C_Login").len();
                let outcome = sign_once();
                let spent = world.calls("C_Login").len() - logins;
                assert!(spent <= 1, "call {call}, {ckr}: {spent} logins");
                if let Err(error) = outcome {
                    assert!(!error.to_string().contains(world::PIN));
                }
                world.follow(&json!({}));
                sign_once().unwrap_or_else(|error| panic!("after call {call}, {ckr}: {error}"));
            }
        }
    });
}

#[test]
fn a_program_that_ends_leaves_no_call_in_the_module() {
    let name = "a_program_that_ends_leaves_no_call_in_the_module";
    in_own_process(name, P256, |world| {
        let module = world.shim();
        let login = world.login(&module).unwrap();
        let polling = module.clone();
        // As the window polls for its token chip, until it is told that there is nothing more.
        let poller = thread::spawn(move || while polling.snapshot().is_ok() {});
        shut_down(Duration::from_secs(10));
        assert_eq!(world.calls("C_Finalize"), ["CKR_OK"]);
        let after = login.sign(world.order(Mechanism::Ecdsa, b"x"));
        assert!(
            matches!(after, Err(TokenError::Timeout { .. })),
            "{after:?}"
        );
        poller.join().unwrap();
    });
}

/// The first call of the function answers so.
fn fault(function: &str, ckr: &str) -> Value {
    json!({ "faults": [{ "function": function, "call": 1, "returns": ckr }] })
}

fn device(function: &str, ckr: &str) -> TokenError {
    TokenError::Device {
        function: function.into(),
        ckr: ckr.into(),
    }
}
