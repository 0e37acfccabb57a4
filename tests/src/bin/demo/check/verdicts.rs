//! `trien verify` on the sealed file and on the forgeries; its reports stay in the folder.

use std::path::Path;

use serde_json::Value;
use trien_tests::{Outcome, Programs};

use super::Finding;
use crate::files::{Files, SEALED, write};
use crate::forge::{FLIPPED, OVERLAID, RENUMBERED};

/// Exit codes of `trien verify`.
const VALID: i32 = 0;
const INVALID: i32 = 1;
const INDETERMINATE: i32 = 2;

/// What a judge is given.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    Everything,
    WithoutCrl,
    WithoutRoot,
    /// Lists in which the leader is revoked.
    LeaderRevoked,
}

pub fn sealed(files: &Files) -> Finding {
    let sealed = files.pdf(SEALED);
    verdict(files, "sealed", &sealed, Trust::Everything, VALID)
}

pub fn without_crl(files: &Files) -> Finding {
    let sealed = files.pdf(SEALED);
    verdict(files, "no-crl", &sealed, Trust::WithoutCrl, INDETERMINATE)
}

pub fn without_root(files: &Files) -> Finding {
    let sealed = files.pdf(SEALED);
    verdict(files, "no-root", &sealed, Trust::WithoutRoot, INDETERMINATE)
}

pub fn leader_revoked(files: &Files) -> Finding {
    let sealed = files.pdf(SEALED);
    let name = "leader-revoked";
    verdict(files, name, &sealed, Trust::LeaderRevoked, INVALID)
}

pub fn flipped(files: &Files) -> Finding {
    forged(files, FLIPPED)
}

pub fn renumbered(files: &Files) -> Finding {
    forged(files, RENUMBERED)
}

pub fn overlaid(files: &Files) -> Finding {
    forged(files, OVERLAID)
}

fn forged(files: &Files, file: &str) -> Finding {
    let name = file.trim_end_matches(".pdf");
    verdict(files, name, &files.forged(file), Trust::Everything, INVALID)
}

fn verdict(files: &Files, name: &str, pdf: &Path, trust: Trust, expected: i32) -> Finding {
    let mut command = Programs::find().command();
    command.args(["--json", "verify"]).arg(pdf);
    command.arg("--intermediate").arg(files.pki("issuer.pem"));
    if trust != Trust::WithoutRoot {
        command.arg("--trust").arg(files.pki("root.pem"));
    }
    if trust != Trust::WithoutCrl {
        for list in ["root.crl", "issuer.crl"] {
            command.arg("--crl").arg(match trust {
                Trust::LeaderRevoked => files.revoked(list),
                _ => files.pki(list),
            });
        }
    }
    let outcome = Outcome::of(command);
    let report = serde_json::to_vec_pretty(&outcome.json).map_err(|e| e.to_string())?;
    write(&files.report(name), &report)?;
    let told = format!(
        "exit {:?}, {}: {}",
        outcome.code.unwrap_or(-1),
        outcome.json["verdict"],
        reasons(&outcome.json)
    );
    super::holds(outcome.code == Some(expected), told)
}

/// The codes of all reasons, of the file and of its signatures.
fn reasons(report: &Value) -> String {
    let signatures = report["signatures"].as_array().into_iter().flatten();
    let all = std::iter::once(report).chain(signatures);
    let codes = all.flat_map(|of| of["reasons"].as_array().into_iter().flatten());
    let mut codes: Vec<&str> = codes.filter_map(|reason| reason["code"].as_str()).collect();
    codes.dedup();
    codes.join(", ")
}
