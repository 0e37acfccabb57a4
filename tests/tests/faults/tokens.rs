//! PINs and tokens that fail at the leader's desk.

use std::fs;

use serde_json::{Value, json};
use trien_practice::pki::softtoken::TokenFolder;
use trien_tests::{Outcome, PIN_VARIABLE};

use crate::world::{WRONG_PIN, World, change_token, sign_of};

/// A variable that nobody sets: nobody typed a PIN.
const NO_PIN: &str = "TRIEN_TEST_NO_PIN";

/// Case, plan of the shim, variable with the PIN, tries of a PIN that the token sees.
type Case = (&'static str, Value, &'static str, usize);

#[test]
fn a_pin_is_tried_once_when_it_was_typed_and_never_otherwise() {
    let world = World::new();
    world.put_shim(&world.leader);
    let fault = |fault: Value| json!({ "faults": [fault] });
    let cases: [Case; 5] = [
        ("wrong PIN", json!({}), WRONG_PIN, 1),
        ("no PIN typed", json!({}), NO_PIN, 0),
        (
            "locked PIN",
            json!({ "pin_flags": ["LOCKED"] }),
            PIN_VARIABLE,
            0,
        ),
        (
            "last try",
            json!({ "pin_flags": ["COUNT_LOW", "FINAL_TRY"] }),
            PIN_VARIABLE,
            0,
        ),
        (
            "token pulled while signing",
            fault(json!({ "function": "C_Sign", "call": 2, "lose_token": true })),
            PIN_VARIABLE,
            1,
        ),
    ];
    for (case, plan, pin, tries) in cases {
        let id = world.handed_over();
        refuse(&world, &id, case, &plan, pin);
        assert_eq!(world.logins(), tries, "{case}");
        // The right way: the confirmation for a last try, a sound token for anything else.
        let retry_plan = if case == "last try" { plan } else { json!({}) };
        world.follow(&retry_plan);
        let confirmed = ["--confirm-last-try"];
        let retry = sign_of(&id, PIN_VARIABLE).into_iter().chain(confirmed);
        world.ok(&world.leader, retry);
        assert_eq!(world.logins(), 1, "{case}: one login for one PIN typed");
        world.ok(&world.clerk, ["handover", "in"]);
    }
}

#[test]
fn a_pin_that_the_token_locks_at_the_login_is_told_as_locked() {
    let world = World::new();
    world.put_shim(&world.leader);
    let id = world.handed_over();
    let plan = json!({ "faults": [{ "function": "C_Login", "returns": "CKR_PIN_LOCKED" }] });
    refuse(&world, &id, "locked PIN", &plan, PIN_VARIABLE);
    assert_eq!(world.logins(), 1);
}

#[test]
fn two_documents_are_signed_with_one_pin_and_one_login() {
    let world = World::new();
    world.put_shim(&world.leader);
    let (first, second) = (world.handed_over(), world.handed_over());
    world.follow(&json!({}));
    let both = ["sign-documents", &first, &second, "--pin-env", PIN_VARIABLE];
    let told = world.ok(&world.leader, both);
    assert_eq!(told["documents"].as_array().unwrap().len(), 2);
    assert_eq!(world.logins(), 1);
}

/// The token's patience is 30 seconds, so this test takes as long.
#[test]
fn a_token_that_hangs_is_given_up_and_works_again_later() {
    let world = World::new();
    world.put_shim(&world.leader);
    let id = world.handed_over();
    let hang = json!({ "faults": [{ "function": "C_Sign", "delay_ms": 600_000 }] });
    refuse(&world, &id, "hanging token", &hang, PIN_VARIABLE);
    assert_eq!(world.logins(), 1);
    world.follow(&json!({}));
    world.sign(&id);
}

#[test]
fn a_token_that_is_not_there_is_missed_before_a_pin_is_asked() {
    let world = World::new();
    world.put_shim(&world.leader);
    let id = world.handed_over();
    world.follow(&json!({}));
    let before = world.standing(&world.leader, &id);
    let tokens = world.leader.data().join("token/tokens");
    let pulled = world.scratch("pulled");
    fs::rename(&tokens, &pulled).unwrap();
    fs::create_dir(&tokens).unwrap();
    let outcome = world.run(&world.leader, sign_of(&id, PIN_VARIABLE));
    world.assert_refused(&outcome, "token absent");
    assert_eq!(world.logins(), 0);
    assert_eq!(world.standing(&world.leader, &id), before);
    fs::remove_dir(&tokens).unwrap();
    fs::rename(&pulled, &tokens).unwrap();
    world.sign(&id);
    assert_eq!(world.logins(), 1);
}

#[test]
fn an_expired_certificate_is_refused_before_a_pin_is_asked() {
    let world = World::new();
    world.put_shim(&world.leader);
    let id = world.handed_over();
    let before = world.standing(&world.leader, &id);
    let (token, certificate) = world.new_token("expired", crate::gate::EXPIRED_LEADER);
    let mut right = String::new();
    change_token(&world.leader, |profile| {
        let expired = trien_app::plain::sha256(&certificate);
        right = std::mem::replace(&mut profile.certificate_sha256, expired);
    });
    let outcome = sign_at(&world, &id, &token);
    world.assert_refused(&outcome, "expired certificate");
    assert_eq!(world.logins(), 0);
    assert_eq!(world.standing(&world.leader, &id), before);
    change_token(&world.leader, |profile| profile.certificate_sha256 = right);
    world.sign(&id);
}

fn sign_at(world: &World, id: &str, token: &TokenFolder) -> Outcome {
    let (variable, conf) = token.environment();
    let arguments = sign_of(id, PIN_VARIABLE);
    world.run_with(&world.leader, arguments, &[(variable, &conf)])
}

/// Signing fails by the plan and changes nothing.
fn refuse(world: &World, id: &str, case: &str, plan: &Value, pin: &str) {
    let before = world.standing(&world.leader, id);
    world.follow(plan);
    let outcome = world.run(&world.leader, sign_of(id, pin));
    world.assert_refused(&outcome, case);
    assert_eq!(world.standing(&world.leader, id), before, "{case}");
}
