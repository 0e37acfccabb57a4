//! The disk is full while a document comes, and at each act of the job: told, nothing half there, nothing acknowledged;
//! with room again the same command does it.
//!
//! While a document comes that is a small tmpfs in a mount namespace of its own where the machine allows one, else a limit
//! on the size of files, which the kernel enforces on every write. The acts of the job have children that such a limit
//! would stop, too: there `strace` has the calls fail of the one process that keeps the files.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use trien_practice::office::{ANSWER, COMMUNE, DEPARTMENT};
use trien_store::Store;
use trien_tests::{Desk, Office, Outcome, PIN_VARIABLE, Programs, assert_disk, code_of, rows};

/// Mounts a tmpfs over the desk, with the desk's files, and fills all but 200 kB of it; after the first
/// round makes room for the second, and brings the desk's files back out.
const SMALL_DISK: &str = r#"
set -e
size=$(du -sk "$DESK" | cut -f1)
cp -a "$DESK" "$AWAY"
mount -t tmpfs -o size=$((size + 4096))k trien "$DESK"
cp -a "$AWAY/." "$DESK"
room=$(df -k --output=avail "$DESK" | tail -1)
head -c $(((room - 200) * 1024)) /dev/zero > "$DESK/filler"
"$TRIEN" --json --data "$DESK" sync || echo "exit $?"
rm "$DESK/filler"
"$TRIEN" --json --data "$DESK" sync || echo "exit $?"
"$TRIEN" --json --data "$DESK" inbox
"#;

/// The same by a limit of 100 kB on every file.
const SMALL_FILES: &str = r#"
(trap '' XFSZ; ulimit -f 200; exec "$TRIEN" --json --data "$DESK" sync) || echo "exit $?"
"$TRIEN" --json --data "$DESK" sync || echo "exit $?"
"$TRIEN" --json --data "$DESK" inbox
"#;

#[test]
fn a_full_disk_is_told_and_the_document_comes_once_there_is_room() {
    let mut office = Office::new();
    let copy = office.plant_letter(900);
    // Larger than the room that is left.
    let large = large(&office.letter(901));
    let large_copy = office.plant_for_commune(large.as_bytes());
    let clerk = office.clerk();
    let before = rows(&clerk, "inbox", "to-accept").len();

    let mut script = script(&office, &clerk);
    let output = script.output().unwrap();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    let outcome = Outcome::from_output(&script, &output);
    let lines: Vec<&str> = told.lines().collect();
    let [first, exit, second, inbox] = lines.as_slice() else {
        panic!("{told}\n{outcome:#?}");
    };
    let [first, second, inbox] =
        [first, second, inbox].map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert_eq!(
        first["error"]["code"],
        code_of("disk full on receive"),
        "{first}"
    );
    assert_eq!(*exit, "exit 75");
    assert!(second["error"].is_null(), "{second}");
    assert_eq!(
        inbox["rows"].as_array().unwrap().len(),
        before + 2,
        "{inbox}"
    );
    for copy in [copy, large_copy] {
        assert_eq!(office.acknowledgements(&copy), 1);
    }
}

#[test]
fn a_full_disk_stops_each_act_of_the_job_and_the_act_is_done_once_there_is_room() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let signatory = clerk.ok(["signatories"])[0]["id"].to_string();
    let pdf = office.drafts().join("tra-loi.pdf").display().to_string();
    let of = ["--signatory", &signatory, "--to", DEPARTMENT.id];
    let about = ["--subject", ANSWER.0, "--notation", COMMUNE.notation];
    let draft = full_at_first(&clerk, &[&["draft", &pdf], &about[..], &of[..]].concat());
    let id = draft["id"].to_string();
    clerk.ok(["handover", "out", &id]);
    full_at_first(&leader, &["handover", "in"]);
    let waiting = rows(&leader, "outbox", "to-sign")[0]["key"]["id"].to_string();
    let pin = ["--pin-env", PIN_VARIABLE];
    full_at_first(&leader, &[&["sign-documents", &waiting], &pin[..]].concat());
    full_at_first(&clerk, &["handover", "in"]);
    full_at_first(&clerk, &[&["seal", &id], &pin[..]].concat());
    full_at_first(&clerk, &["send", &id]);
    let file = office.folder().join("van-ban.pdf");
    let name = file.display().to_string();
    let save = ["show", "out", &id, "--save", &name];
    refused(&clerk, Full::Files, &save);
    clerk.ok(save);
    office.assert_judged(&file, 2);
    assert_eq!(clerk.ok(["sync"])["sent"], 1);
    let book = clerk.ok(["register", "out"]);
    assert_eq!(
        book["rows"].as_array().unwrap().len(),
        1,
        "one number: {book}"
    );
    for desk in [&clerk, &leader] {
        // What an act had written before there was no more room has no row; the sweep takes it.
        let store = Store::open(desk.data()).unwrap();
        let later = SystemTime::now() + Duration::from_secs(3600);
        store.blobs().sweep(later, Duration::ZERO).unwrap();
        assert_disk(desk.data());
    }
}

/// What there is no room for.
#[derive(Debug, Clone, Copy)]
enum Full {
    /// What the database writes.
    Database,
    /// A file that is whole, and gets its name last.
    Files,
}

/// Runs a command where there is no room for its files, where there is none for its rows, and with room; what it says then.
fn full_at_first(desk: &Desk, arguments: &[&str]) -> Value {
    for full in [Full::Files, Full::Database] {
        refused(desk, full, arguments);
    }
    desk.ok(arguments)
}

/// Runs a command that is told that the disk is full.
fn refused(desk: &Desk, full: Full, arguments: &[&str]) {
    let calls = match full {
        Full::Database => "write,pwrite64",
        Full::Files => "?rename,?renameat,?renameat2",
    };
    let mut command = Command::new("strace");
    command.args(["-qq", "-o", "/dev/null"]);
    command.args(["-e", &format!("trace={calls}")]);
    command.args(["-e", &format!("inject={calls}:error=ENOSPC")]);
    if let Full::Database = full {
        command.arg("-P").arg(desk.data().join("trien.db-wal"));
    }
    let act = desk.command();
    command.arg(act.get_program()).args(act.get_args());
    command.args(arguments);
    with_variables_of(&act, &mut command);
    let outcome = Outcome::of(command);
    let told = outcome.json.to_string();
    assert!(told.contains("\"disk_full\""), "{full:?}: {outcome:#?}");
    assert_eq!(outcome.code, Some(75), "{full:?}: {outcome:#?}");
}

/// The round of a desk, in a mount namespace of its own where the machine allows one.
fn script(office: &Office, desk: &Desk) -> Command {
    let mut script = if may_mount() {
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--user", "--map-root-user"]);
        unshare.args(["sh", "-c", SMALL_DISK]);
        unshare
    } else {
        let mut shell = Command::new("sh");
        shell.args(["-c", SMALL_FILES]);
        shell
    };
    with_variables_of(&desk.command(), &mut script);
    script
        .env("TRIEN", &Programs::find().trien)
        .env("DESK", desk.data())
        .env("AWAY", office.folder().join("away"));
    script
}

/// Gives a command the variables of another one.
fn with_variables_of(other: &Command, command: &mut Command) {
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// The package with an attachment's text of 1 MB more.
fn large(package: &str) -> String {
    let (before, after) = package.split_once("<edXML:Subject>").unwrap();
    let (before_content, content) = after.split_once("<edXML:Content>").unwrap();
    let filler = "Văn bản dài. ".repeat(60_000);
    format!("{before}<edXML:Subject>{before_content}<edXML:Content>{filler}{content}")
}

fn may_mount() -> bool {
    Command::new("unshare")
        .args([
            "--mount",
            "--user",
            "--map-root-user",
            "mount",
            "-t",
            "tmpfs",
            "x",
            "/mnt",
        ])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
