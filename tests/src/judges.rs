//! Programs of others that judge what we sign, pyHanko with its difference analysis and poppler's `pdfsig`, and what we
//! keep, Python's SQLite.

use std::path::Path;
use std::process::{Command, Output};

use crate::{Office, workspace_root};

/// The variable that names the Python which has pyHanko.
const PYTHON: &str = "TRIEN_JUDGE_PYTHON";

impl Office {
    /// Asserts that our own verifier, pyHanko (where `TRIEN_JUDGE_PYTHON` names a Python that has it) and `pdfsig` find
    /// this many signatures in a file, each of them valid and followed by permitted changes only.
    ///
    /// # Panics
    /// Where a judge finds fault with one.
    pub fn assert_judged(&self, pdf: &Path, signatures: usize) {
        let pki = |name: &str| self.pki().join(name).display().to_string();
        let trust = ["root.pem", "issuer.pem", "root.crl", "issuer.crl"].map(pki);
        let [root, issuer, root_crl, issuer_crl] = &trust;
        let file = pdf.display().to_string();
        let mut ours = vec!["verify", &file, "--trust", root, "--intermediate", issuer];
        ours.extend(["--crl", root_crl, "--crl", issuer_crl]);
        let report = self.clerk().ok(ours);
        let found = report["signatures"].as_array().map_or(0, Vec::len);
        assert_eq!(found, signatures, "{report:#}");
        if std::env::var_os(PYTHON).is_some() {
            let judged = pyhanko(pdf, &self.pki()).expect("the judge starts");
            let lines = String::from_utf8_lossy(&judged.stdout);
            assert!(judged.status.success(), "pyHanko: {lines}");
            assert_eq!(lines.lines().count(), signatures, "pyHanko: {lines}");
        }
        let poppler = Command::new("pdfsig").arg("-nocert").arg(pdf).output();
        let said = String::from_utf8_lossy(&poppler.expect("pdfsig starts").stdout).into_owned();
        let valid = said.matches("Signature is Valid").count();
        assert_eq!(valid, signatures, "pdfsig: {said}");
    }
}

/// Asserts that each blob that a profile's database names lies on its disk, whole, and no other one
/// (`tests/judge/disk.py`).
///
/// # Panics
/// Where one is lost, spoilt or without a row, or where Python does not start.
pub fn assert_disk(profile: &Path) {
    let python = std::env::var_os(PYTHON).unwrap_or_else(|| "python3".into());
    let mut judge = Command::new(python);
    judge.arg(workspace_root().join("tests/judge/disk.py"));
    let judged = judge.arg(profile).output().expect("Python starts");
    let said = String::from_utf8_lossy(&judged.stdout);
    let failed = String::from_utf8_lossy(&judged.stderr);
    assert!(judged.status.success(), "{said}{failed}");
}

/// What pyHanko says of a file's signatures (`tests/judge/judge.py`), trusting the practice authority whose `root.pem`,
/// `issuer.pem`, `root.crl` and `issuer.crl` lie in a folder: default difference policy, nothing fetched.
///
/// # Errors
/// Where `TRIEN_JUDGE_PYTHON` names no Python.
pub fn pyhanko(pdf: &Path, pki: &Path) -> Result<Output, String> {
    let python = std::env::var_os(PYTHON);
    let python = python.ok_or_else(|| format!("{PYTHON} names no Python with pyHanko"))?;
    let mut judge = Command::new(python);
    judge.arg(workspace_root().join("tests/judge/judge.py"));
    judge.arg("--root").arg(pki.join("root.pem"));
    judge.arg("--intermediate").arg(pki.join("issuer.pem"));
    judge.arg("--crl").arg(pki.join("root.crl"));
    judge.arg("--crl").arg(pki.join("issuer.crl"));
    let output = judge.arg(pdf).output();
    output.map_err(|e| format!("{judge:?}: {e}"))
}
