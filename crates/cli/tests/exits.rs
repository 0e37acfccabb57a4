//! How `trien` ends where nothing could be done: an exit code for each kind of fault, and one JSON object for whoever
//! asked for it (signing.md 3.7).

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

use std::process::Command;

use serde_json::Value;

#[test]
fn wrong_usage_is_told_in_json_to_who_asked_for_it() {
    for arguments in [
        &["verify", "--json"][..],
        &["verify", "x.pdf", "--at", "yesterday", "--json"],
    ] {
        let (code, answer) = trien(arguments);
        assert_eq!(
            (code, &answer["error"]["code"]),
            (64, &"bad_argument".into())
        );
    }
}

#[test]
fn an_input_that_cannot_be_read_is_bad_input_and_not_wrong_usage() {
    let folder = env!("CARGO_MANIFEST_DIR");
    for input in ["no-such-file", folder] {
        for arguments in [
            &["verify", "x.pdf", "--crl", "no-such-file"][..],
            &["revision", input, "--signature", "ky_lanhdao", "--out", "x"],
            &["prepare", input, "--out", "x", "--signer", "A"],
            &["sign", input, "--out", "x", "--module", "m"],
            &[
                "number-and-seal",
                input,
                "--out",
                "x",
                "--module",
                "m",
                "--number",
                "1",
                "--date",
                "2026-11-22",
            ],
            &["extend", input, "--out", "x", "--level", "lt"],
            &["set-up", input, "--data", "no-such-folder"],
        ] {
            let (code, answer) = trien(&[arguments, &["--json"]].concat());
            let told = (code, answer["error"]["code"].as_str());
            assert_eq!(told, (65, Some("file_not_readable")), "{arguments:?}");
        }
    }
}

#[test]
fn a_practice_service_whose_port_is_taken_is_unavailable() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let registry = r#"{"centre": "00.99.W00", "systems": [], "directory": []}"#;
    std::fs::write(folder.path().join("registry.json"), registry).unwrap();
    let folder = folder.path().to_str().unwrap();
    let (code, answer) = trien(&["practice", "axis", folder, "--port", &port, "--json"]);
    let told = (code, answer["error"]["code"].as_str());
    assert_eq!(told, (69, Some("practice_unavailable")));
}

fn trien(arguments: &[&str]) -> (i32, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_trien"));
    let output = program.args(arguments).output().unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), answer)
}
