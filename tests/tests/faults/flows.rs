//! Every act that a token takes part in, with a fault at each call of its module: a signer's, initials, the seal's with
//! an attachment, the four marks of a document that was signed elsewhere, a copy's. `TRIEN_FLOWS=all` tries every fault
//! at every call, as `cargo xtask soak` does; otherwise one call in [`SAMPLE`] fails, each in the next way.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use trien_practice::office::DEPARTMENT;
use trien_practice::pki::softtoken::installed_module;
use trien_tests::papers::{plain, scan};
use trien_tests::{Desk, PIN_VARIABLE, rows};

use crate::world::{World, draft_of, seal_of, sign_of};

/// Every so many calls one fails where not all of them do: a flow has some forty to a hundred.
const SAMPLE: usize = 29;
/// More calls than one flow makes: a module that is asked so often is asked in a loop.
const MANY: usize = 400;
const DRAFTER: &str = "Trần Văn Bé";

/// An act at a desk.
struct Flow {
    desk: Desk,
    /// Makes what the act is done to, and gives its row at that desk.
    ready: fn(&World, &Desk) -> String,
    /// The command.
    act: for<'a> fn(&'a str, &'a str) -> [&'a str; 4],
}

#[test]
fn whichever_call_fails_a_signer_signs_whole_or_not_at_all() {
    let world = World::new();
    let leader = world.leader.clone();
    flow(leader, |world, _| world.handed_over(), sign_of).survives(&world);
}

#[test]
fn whichever_call_fails_document_and_attachment_are_sealed_together_or_not_at_all() {
    let world = World::new();
    flow(world.clerk.clone(), with_attachment, seal_of).survives(&world);
}

#[test]
fn whichever_call_fails_the_marks_of_what_was_signed_elsewhere_are_all_there_or_none() {
    let world = World::new();
    flow(world.clerk.clone(), signed_elsewhere, seal_of).survives(&world);
}

#[test]
fn whichever_call_fails_initials_and_copies_are_whole_or_not_there() {
    let world = World::new();
    if all() {
        let drafter = world.office.signing_desk("chuyen-vien", DRAFTER);
        flow(drafter, to_initial, sign_of).survives(&world);
    }
    flow(world.clerk.clone(), copy, seal_of).survives(&world);
}

fn flow(
    desk: Desk,
    ready: fn(&World, &Desk) -> String,
    act: for<'a> fn(&'a str, &'a str) -> [&'a str; 4],
) -> Flow {
    Flow { desk, ready, act }
}

fn all() -> bool {
    std::env::var("TRIEN_FLOWS").is_ok_and(|which| which == "all")
}

/// What happens to a token at a call of its module: the call fails, the token is pulled, the token comes back in
/// another slot.
fn faults(call: usize) -> [Value; 3] {
    [
        json!({ "function": "*", "call": call, "returns": "CKR_DEVICE_ERROR" }),
        json!({ "function": "*", "call": call, "lose_token": true }),
        json!({ "function": "*", "call": call, "move_token": true }),
    ]
}

impl Flow {
    /// Whatever happens, a PIN is tried once at most, the act is done whole or what stood stands, and the next try with
    /// a sound token goes through.
    fn survives(&self, world: &World) {
        world.put_shim(&self.desk);
        let step = if all() { 1 } else { SAMPLE };
        let mut waiting = None;
        for (turn, call) in (1..MANY).step_by(step).enumerate() {
            let mut reached = false;
            for (way, fault) in faults(call).into_iter().enumerate() {
                if !all() && way != turn % 3 {
                    continue;
                }
                let (id, before) = waiting.take().unwrap_or_else(|| self.standing(world));
                let at = format!("{fault}");
                world.follow(&json!({ "faults": [fault] }));
                let outcome = world.run(&self.desk, (self.act)(&id, PIN_VARIABLE));
                let (logins, calls) = (world.logins(), world.calls());
                assert!(logins <= 1, "{logins} logins, {at}: {outcome:#?}");
                reached |= calls >= call;
                if outcome.code == Some(0) {
                    continue;
                }
                let code = outcome.error_code().unwrap_or_default();
                assert!(code.starts_with("token_"), "{at}: {outcome:#?}");
                world.follow(&json!({}));
                assert_eq!(files(world, &self.desk, &id), before, "{at}");
                waiting = Some((id, before));
            }
            if !reached {
                assert!(call > 20, "{call} calls in one flow");
                if let Some((id, _)) = waiting {
                    world.ok(&self.desk, (self.act)(&id, PIN_VARIABLE));
                }
                return;
            }
        }
        panic!("a flow of {MANY} calls");
    }

    fn standing(&self, world: &World) -> (String, Value) {
        world.follow(&json!({}));
        let id = (self.ready)(world, &self.desk);
        let before = files(world, &self.desk, &id);
        (id, before)
    }
}

/// What must not change: where the document stands, and its files by their SHA-256. A number may be reserved for it.
fn files(world: &World, desk: &Desk, id: &str) -> Value {
    let shown = world.show(desk, id);
    let files = shown["files"].as_array().unwrap().iter();
    let files: Vec<_> = files.map(|file| &file["sha256"]).collect();
    json!([shown["folder"], files])
}

fn with_attachment(world: &World, clerk: &Desk) -> String {
    let id = world.signed();
    let appendix = world.scratch("phu-luc.pdf");
    fs::write(&appendix, plain("PHỤ LỤC", None).unwrap()).unwrap();
    world.ok(clerk, ["attach", &id, appendix.to_str().unwrap()]);
    id
}

/// A draft that somebody initials first, at that person's desk.
fn to_initial(world: &World, drafter: &Desk) -> String {
    let mut draft = draft_of(&world.answer());
    draft.extend(["--initials", DRAFTER].map(str::to_owned));
    let id = world.ok(&world.clerk, draft)["id"].to_string();
    world.ok(&world.clerk, ["handover", "out", &id]);
    world.ok(drafter, ["handover", "in"]);
    rows(drafter, "outbox", "to-sign")[0]["key"]["id"].to_string()
}

/// The leader signed in another program: the file has no boxes.
fn signed_elsewhere(world: &World, clerk: &Desk) -> String {
    let (letter, signed) = (world.answer(), world.scratch("signed.pdf"));
    let (letter, signed) = (letter.to_str().unwrap(), signed.to_str().unwrap());
    let module = installed_module().unwrap();
    let at = format!("1,125.{:03},190,50,25", another());
    let mut sign = vec!["sign", letter, "--out", signed, "--at", &at];
    sign.extend([
        "--module",
        module.to_str().unwrap(),
        "--pin-env",
        PIN_VARIABLE,
    ]);
    world.leader.ok(sign);
    let mut draft = draft_of(signed.as_ref());
    draft.push("--signed".to_owned());
    world.ok(clerk, draft)["id"].to_string()
}

fn copy(world: &World, clerk: &Desk) -> String {
    let path = world.scratch("scan.pdf");
    let size = (1654 + i64::from(another()), 2339);
    fs::write(&path, scan(size, "DeviceRGB").unwrap()).unwrap();
    let mut copy = vec!["copy", path.to_str().unwrap(), "--form", "sao-y"];
    copy.extend([
        "--notation",
        "SY-UBND",
        "--subject",
        "V/v thử",
        "--to",
        DEPARTMENT.id,
    ]);
    world.ok(clerk, copy)["id"].to_string()
}

/// Another figure each time: the same file would be the same document.
fn another() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}
