//! What other people's programs say of the signatures.

use std::process::Command;

use serde_json::Value;

use super::{Finding, holds};
use crate::files::{DRAFT, Files, PREPARED, SEALED, SIGNED, read, write};

/// What may have happened after a signature, in pyHanko's words: nothing, validation data, form filling.
const HARMLESS: [&str; 3] = ["NONE", "LTA_UPDATES", "FORM_FILLING"];

pub fn prefixes(files: &Files) -> Finding {
    let mut before = Vec::new();
    let mut lengths = Vec::new();
    for name in [DRAFT, PREPARED, SIGNED, SEALED] {
        let file = read(&files.pdf(name))?;
        if !file.starts_with(&before) || file.len() <= before.len() {
            return Err(format!("{name} does not continue the one before"));
        }
        lengths.push(file.len().to_string());
        before = file;
    }
    Ok(format!("{} bytes", lengths.join(" < ")))
}

/// Default difference policy, our root and both lists, nothing fetched.
pub fn pyhanko(files: &Files) -> Finding {
    let output = trien_tests::pyhanko(&files.pdf(SEALED), &files.pki(""))?;
    write(&files.judgement("pyhanko.jsonl"), &output.stdout)?;
    let told = String::from_utf8_lossy(&output.stdout);
    let verdicts: Vec<Value> = told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let good = |verdict: &Value| {
        let level = verdict["modification_level"].as_str().unwrap_or_default();
        let yes = |key: &str| verdict[key] == true;
        yes("ok") && yes("intact") && yes("valid") && yes("trusted") && HARMLESS.contains(&level)
    };
    let fields: Vec<&str> = verdicts
        .iter()
        .filter_map(|v| v["field"].as_str())
        .collect();
    let all_good = output.status.success() && fields == ["ky_lanhdao", "ky_condau"];
    if !all_good || !verdicts.iter().all(good) {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {told} {stderr}", output.status));
    }
    let line = |v: &Value| {
        let word = |key: &str| v[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", word("field"), word("modification_level"))
    };
    let lines: Vec<String> = verdicts.iter().map(line).collect();
    Ok(format!("intact, valid, trusted: {}", lines.join(", ")))
}

/// Poppler's cryptography; certificates are pyHanko's matter.
pub fn pdfsig(files: &Files) -> Finding {
    let output = Command::new("pdfsig")
        .arg("-nocert")
        .arg(files.pdf(SEALED))
        .output()
        .map_err(|e| format!("pdfsig: {e}"))?;
    write(&files.judgement("pdfsig.txt"), &output.stdout)?;
    let told = String::from_utf8_lossy(&output.stdout);
    let count = |what: &str| told.matches(what).count();
    let (all, valid) = (count("Signature #"), count("Signature is Valid."));
    let whole = count("Total document signed");
    holds(
        (all, valid, whole) == (2, 2, 1),
        format!("{all} signatures, {valid} valid, {whole} over the whole file"),
    )
}
