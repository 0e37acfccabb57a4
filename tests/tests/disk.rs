//! The disk is full while a document comes: told, nothing half there, nothing acknowledged; with room
//! again the next round takes it.
//!
//! A small tmpfs in a mount namespace of its own where the machine allows one, else a limit on the size
//! of files, which the kernel enforces on every write.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::process::{Command, Stdio};

use serde_json::Value;
use trien_tests::{Office, Outcome, Programs, code_of, rows};

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

    let mut script = if may_mount() {
        let mut unshare = Command::new("unshare");
        unshare.args([
            "--mount",
            "--user",
            "--map-root-user",
            "sh",
            "-c",
            SMALL_DISK,
        ]);
        unshare
    } else {
        let mut shell = Command::new("sh");
        shell.args(["-c", SMALL_FILES]);
        shell
    };
    let programs = Programs::find();
    let ready = programs.command();
    for (name, value) in ready.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script
        .env("TRIEN", &programs.trien)
        .env("DESK", clerk.data())
        .env("AWAY", office.folder().join("away"));
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
