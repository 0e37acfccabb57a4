//! `trien verify` as a program: every run prints one JSON object and ends with its verdict's code (signing.md 3.7).

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

#[test]
fn a_verdict_is_the_exit_code() {
    let corpus = corpus();
    let trust = corpus.join("root.pem");
    let lists = corpus.join("crls.pem");
    let known = ["--trust", text(&trust), "--crl", text(&lists)];

    let (code, report) = verify(&corpus.join("h1.pdf"), &known);
    assert_eq!(
        (code, verdict(&report)),
        (0, "valid_with_permitted_changes")
    );
    let (code, report) = verify(&corpus.join("h1n_number_changed.pdf"), &known);
    assert_eq!((code, verdict(&report)), (1, "invalid"));
    let (code, report) = verify(&corpus.join("h1.pdf"), &[]);
    assert_eq!((code, verdict(&report)), (2, "indeterminate"));
}

#[test]
fn what_cannot_be_read_has_a_report_too() {
    let no_pdf = (4, "unreadable", "not_a_pdf");
    let no_file = (4, "unreadable", "file_not_readable");
    for (file, expected) in [
        (Path::new("/dev/null"), no_pdf),
        (Path::new(env!("CARGO_MANIFEST_PATH")), no_pdf),
        (Path::new(env!("CARGO_MANIFEST_DIR")), no_file),
        (Path::new("no-such-file.pdf"), no_file),
    ] {
        let (code, report) = verify(file, &[]);
        let reason = report["reasons"][0]["code"].as_str().unwrap();
        assert_eq!((code, verdict(&report), reason), expected, "{file:?}");
    }
}

fn verify(file: &Path, options: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["verify", text(file), "--json"];
    arguments.extend(options);
    trien(&arguments)
}

fn trien(arguments: &[&str]) -> (i32, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_trien"));
    let output = program.args(arguments).output().unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), answer)
}

fn verdict(report: &Value) -> &str {
    report["verdict"].as_str().unwrap()
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../pades/corpus")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
