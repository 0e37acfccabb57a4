//! Programs of others: pyHanko by `tests/judge/judge.py` and poppler judge what we made, qpdf writes drafts.

use std::path::{Path, PathBuf};
use std::process::Command;

use time::OffsetDateTime;
use trien_pades::{Report, Trust, verify};

use super::pki::Pki;

/// What pyHanko says of each signature, in the order of signing; `None` where pyHanko is not installed.
///
/// The interpreter is `TRIEN_JUDGE_PYTHON`, which must then be there, or that of `target/tools/venv`, which
/// `cargo xtask test` makes.
pub fn pyhanko(file: &[u8], pki: &Pki, revoked: &[u32]) -> Option<Vec<serde_json::Value>> {
    let python = interpreter()?;
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let [root_crl, issuer_crl] = pki.crls(revoked);
    let output = Command::new(python)
        .arg(workspace().join("tests/judge/judge.py"))
        .arg(put("file.pdf", file))
        .arg("--root")
        .arg(put("root.cer", &pki.root()))
        .arg("--intermediate")
        .arg(put("issuer.cer", &pki.issuer()))
        .arg("--crl")
        .arg(put("root.crl", &root_crl))
        .arg("--crl")
        .arg(put("issuer.crl", &issuer_crl))
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.code().is_some_and(|code| code <= 1),
        "{lines}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// What pyHanko says of each signature of each of several files, in one process.
pub fn pyhanko_all(files: &[&[u8]], pki: &Pki) -> Option<Vec<Vec<serde_json::Value>>> {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let [root_crl, issuer_crl] = pki.crls(&[]);
    let mut judge = Command::new(interpreter()?);
    judge.arg(workspace().join("tests/judge/judge.py"));
    for (number, file) in files.iter().enumerate() {
        judge.arg(put(&format!("{number}.pdf"), file));
    }
    judge.arg("--root").arg(put("root.cer", &pki.root()));
    let issuer = put("issuer.cer", &pki.issuer());
    judge.arg("--intermediate").arg(issuer);
    for (name, crl) in [("root.crl", root_crl), ("issuer.crl", issuer_crl)] {
        judge.arg("--crl").arg(put(name, &crl));
    }
    let output = judge.output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let verdicts = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let verdicts: Vec<_> = verdicts.collect();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(verdicts.len(), files.len(), "{lines}{told}");
    Some(verdicts)
}

/// What pyHanko says of each signature, its timestamp and the document timestamps by the evidence in the file alone.
pub fn pyhanko_ltv(file: &[u8], roots: &[&[u8]]) -> Option<Vec<serde_json::Value>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let mut judge = Command::new(interpreter()?);
    judge
        .arg(workspace().join("tests/judge/judge.py"))
        .arg(&path);
    for (number, root) in roots.iter().enumerate() {
        let path = folder.path().join(format!("root-{number}.cer"));
        std::fs::write(&path, root).unwrap();
        judge.arg("--root").arg(path);
    }
    let output = judge.arg("--ltv").output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code().is_some_and(|code| code <= 1),
        "{lines}{told}"
    );
    let verdicts = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    Some(verdicts.collect())
}

/// What our own verifier says.
pub fn ours(file: &[u8], pki: &Pki) -> Report {
    let mut trust = Trust::new(OffsetDateTime::now_utc());
    trust.add_roots(&pki.root()).unwrap();
    pki.crls(&[])
        .iter()
        .for_each(|crl| trust.add_crls(crl).unwrap());
    verify(file, &trust)
}

/// How many signatures `pdfsig` calls valid; `None` where poppler's tools are not installed.
pub fn pdfsig_valid(file: &[u8]) -> Option<usize> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let output = Command::new("pdfsig")
        .arg("-nocert")
        .arg(path)
        .output()
        .ok()?;
    Some(
        String::from_utf8_lossy(&output.stdout)
            .matches("Signature is Valid.")
            .count(),
    )
}

/// The lines that poppler reads on the pages as shown, with single spaces; `None` where its tools are not installed.
pub fn lines(file: &[u8]) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let output = Command::new("pdftotext")
        .arg("-layout")
        .arg(path)
        .arg("-")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let single_spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text.lines().map(single_spaced).collect())
}

/// The file as qpdf writes it; `None` where qpdf is not installed.
pub fn qpdf(file: &[u8], how: &[&str]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from.pdf"), folder.path().join("to.pdf"));
    std::fs::write(&from, file).unwrap();
    let status = Command::new("qpdf")
        .args(how)
        .args([&from, &to])
        .status()
        .ok()?;
    assert!(status.success(), "qpdf {how:?}");
    Some(std::fs::read(to).unwrap())
}

pub fn interpreter() -> Option<PathBuf> {
    match std::env::var_os("TRIEN_JUDGE_PYTHON") {
        Some(path) => Some(path.into()),
        None => Some(workspace().join("target/tools/venv/bin/python")).filter(|path| path.exists()),
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
