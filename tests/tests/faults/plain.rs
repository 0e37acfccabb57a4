//! The commands on plain files: a document's way without a profile, and what is refused on it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use time::{Date, Duration, OffsetDateTime};
use trien_domain::calendar::vietnam_day;
use trien_practice::office::COMMUNE;
use trien_practice::pki::softtoken::installed_module;
use trien_tests::{Desk, Outcome, PIN, PIN_VARIABLE, Programs, pyhanko};

use crate::world::World;

#[test]
fn a_draft_is_prepared_signed_numbered_and_sealed_and_both_verifiers_agree() {
    let world = World::new();
    let prepared = prepared(&world);
    let signed = signed(&world, &prepared);
    let sealed = world.scratch("sealed.pdf");
    let outcome = seal(&world, &world.clerk, &signed, &sealed, today(), &[]);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(world.logins(), 1);

    let pki = world.office.pki();
    let file = |name: &str| pki.join(name);
    let verified = world.run(
        &world.clerk,
        paths(
            &[
                "verify",
                "",
                "--trust",
                "",
                "--intermediate",
                "",
                "--crl",
                "",
                "--crl",
                "",
            ],
            &[
                &sealed,
                &file("root.pem"),
                &file("issuer.pem"),
                &file("root.crl"),
                &file("issuer.crl"),
            ],
        ),
    );
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    assert_eq!(verified.json["verdict"], "valid_with_permitted_changes");
    let judged = pyhanko(&sealed, &pki).unwrap();
    assert!(judged.status.success(), "{judged:?}");
}

#[test]
fn a_persons_certificate_seals_neither_a_prepared_file_nor_one_from_elsewhere() {
    let world = World::new();
    let prepared = prepared(&world);
    let signer = COMMUNE.leader.name;
    let elsewhere = world.scratch("elsewhere.pdf");
    let at = ["--at", "1,120,180,50,20"];
    sign(&world, &world.answer(), &elsewhere, &at);
    for (file, more) in [
        (signed(&world, &prepared), &[][..]),
        (elsewhere, &["--signer", signer][..]),
    ] {
        let (sealed, before) = (world.scratch("sealed.pdf"), fs::read(&file).unwrap());
        let refused = seal(&world, &world.leader, &file, &sealed, today(), more);
        world.assert_refused(&refused, "a person's certificate as seal");
        assert_eq!(world.logins(), 0, "no PIN is tried");
        assert!(!sealed.exists(), "nothing is left");
        assert_eq!(fs::read(&file).unwrap(), before, "the file is as it was");
        // The same file, with the office's seal.
        let sealing = seal(&world, &world.clerk, &file, &sealed, today(), more);
        assert_eq!(sealing.code, Some(0), "{sealing:#?}");
        fs::remove_file(sealed).unwrap();
    }
}

#[test]
fn a_date_before_the_signature_and_a_year_that_is_not_the_printed_one_are_refused() {
    let world = World::new();
    let signed = signed(&world, &prepared(&world));
    let sealed = world.scratch("sealed.pdf");
    let next_year = today().replace_year(today().year() + 1);
    for (date, case) in [
        (
            today() - Duration::days(1),
            "dated before the leader's signature",
        ),
        (
            next_year.unwrap_or(today() + Duration::days(366)),
            "another year than the printed one",
        ),
    ] {
        let refused = seal(&world, &world.clerk, &signed, &sealed, date, &[]);
        world.assert_refused(&refused, case);
        assert_eq!(world.logins(), 0, "{case}");
        assert!(!sealed.exists(), "{case}");
    }
}

/// The office's answer with the fields of its signers.
fn prepared(world: &World) -> PathBuf {
    let out = world.scratch("prepared.pdf");
    let mut arguments = paths(&["prepare", "", "--out", ""], &[&world.answer(), &out]);
    arguments.extend(["--signer", COMMUNE.leader.name].map(Into::into));
    world.ok(&world.clerk, arguments);
    out
}

/// The same, signed by the leader.
fn signed(world: &World, prepared: &Path) -> PathBuf {
    let out = world.scratch("signed.pdf");
    sign(world, prepared, &out, &[]);
    out
}

/// The leader's certificate is given as a file, the PIN by a descriptor.
fn sign(world: &World, file: &Path, out: &Path, more: &[&str]) {
    let pin = world.scratch("pin");
    fs::write(&pin, PIN).unwrap();
    let certificate = world.office.certificate("lanh-dao");
    let module = installed_module().unwrap();
    let mut command = world.leader.command();
    command.args(paths(
        &["sign", "", "--out", "", "--module", "", "--cert", ""],
        &[file, out, &module, &certificate],
    ));
    command.args(["--pin-fd", "0"]).args(more);
    command.stdin(File::open(pin).unwrap());
    let outcome = Outcome::of(command);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
}

/// Numbers and seals by the key that `token list` names at this desk, behind the shim.
fn seal(world: &World, desk: &Desk, file: &Path, out: &Path, date: Date, more: &[&str]) -> Outcome {
    world.follow(&json!({}));
    let shim = &Programs::find().shim;
    let found = world.run(desk, paths(&["token", "list", "--module", ""], &[shim]));
    let key = key_id(&found.json);
    let mut arguments = paths(
        &["number-and-seal", "", "--out", "", "--module", ""],
        &[file, out, shim],
    );
    let date = date.to_string();
    let act = [
        "--number",
        "7",
        "--date",
        &date,
        "--key-id",
        &key,
        "--pin-env",
        PIN_VARIABLE,
    ];
    arguments.extend(act.iter().chain(more).map(Into::into));
    world.run(desk, arguments)
}

/// The one key of the one token.
fn key_id(found: &Value) -> String {
    let certificate = &found["modules"][0]["tokens"][0]["certificates"][0];
    certificate["key_id"].as_str().unwrap().to_owned()
}

fn today() -> Date {
    vietnam_day(OffsetDateTime::now_utc())
}

/// Words, with paths in the place of the empty ones.
fn paths(words: &[&str], paths: &[&Path]) -> Vec<std::ffi::OsString> {
    let mut paths = paths.iter();
    let word = |word: &&str| match *word {
        "" => paths.next().unwrap().as_os_str().to_owned(),
        word => word.into(),
    };
    words.iter().map(word).collect()
}
