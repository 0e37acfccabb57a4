//! Every scenario of signing, numbering, sealing and receiving, and the attacks on each:
//! `corpus/matrix` makes the files in the test run, both pyHanko and we judge them.

use std::path::Path;
use std::process::Command;

use crate::support::corpus;
use crate::support::judge::interpreter;
use serde_json::Value;
use trien_pades::{Report, Verdict, verify};

/// Files on which we and pyHanko may differ, in parts of a hundred.
const MAX_EXCEPTIONS: usize = 5;

#[test]
fn every_scenario_gets_the_verdict_of_the_contract() {
    let Some(python) = interpreter() else { return };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/matrix");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let trust = corpus::trust_of(folder.path());
    let matrix: Value = serde_json::from_slice(&read("matrix.json")).unwrap();
    let mut wrong = Vec::new();
    let (mut compared, mut differing) = (0, Vec::new());
    for (name, row) in matrix.as_object().unwrap() {
        let report = verify(read(&format!("{name}.pdf")), &trust);
        let verdict = serde_json::to_value(report.verdict).unwrap();
        if verdict != row["verdict"] {
            wrong.push(format!("{name}: {}", told(&report)));
        }
        let ours = matches!(
            report.verdict,
            Verdict::Valid | Verdict::ValidWithPermittedChanges
        );
        let Some(theirs) = row["pyhanko"].as_array() else {
            continue; // Compared by another file of its group.
        };
        compared += 1;
        let theirs = !theirs.is_empty() && theirs.iter().all(|one| one["ok"] == true);
        if ours != theirs {
            differing.push((name.clone(), if ours { "laxer" } else { "stricter" }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    compare(&differing, compared);
}

/// Where we differ from pyHanko, `exceptions.json` says why, and says nothing more.
fn compare(differing: &[(String, &str)], files: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/exceptions.json");
    let known: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let known = known.as_object().unwrap();
    let mut wrong = Vec::new();
    for (name, direction) in differing {
        match known.get(name) {
            Some(entry) if entry["we_are"] == **direction => {}
            _ => wrong.push(format!("{name}: we are {direction} than pyHanko")),
        }
    }
    for (name, entry) in known {
        if !differing.iter().any(|(differing, _)| differing == name) {
            wrong.push(format!("{name}: no difference any more"));
        }
        if entry["clause"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{name}: an exception without its clause"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        known.len() * 100 <= files * MAX_EXCEPTIONS,
        "{} of {files}",
        known.len()
    );
}

fn told(report: &Report) -> String {
    let reasons = report.reasons.iter();
    let reasons: Vec<String> = reasons
        .map(|reason| format!("{} {}", reason.code.code(), reason.place))
        .collect();
    format!("{:?} {reasons:?}", report.verdict)
}
