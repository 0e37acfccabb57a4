//! Programs of others that judge what we sign: pyHanko with its difference analysis, and poppler's `pdfsig`.

use std::path::Path;
use std::process::Command;

use crate::{Office, workspace_root};

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
        if let Some(python) = std::env::var_os("TRIEN_JUDGE_PYTHON") {
            let mut judge = Command::new(python);
            judge.arg(workspace_root().join("tests/judge/judge.py"));
            judge.args(["--root", root, "--intermediate", issuer]);
            judge
                .args(["--crl", root_crl, "--crl", issuer_crl])
                .arg(pdf);
            let judged = judge.output().expect("the judge starts");
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
