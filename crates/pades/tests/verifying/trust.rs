//! Signatures, certificates, lists, answers and timestamps, right and wrong: `corpus/trust/make.py` makes each file and
//! says in `cases.json` what must come of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use trien_pades::report::{Level, Reason, Report, SignatureKind};
use trien_pades::{Trust, Verdict, verify};
use trien_pdf::FileSource;

/// What is given and what must come of it; what is left out is not looked at.
#[derive(Deserialize)]
struct Case {
    name: String,
    pdf: String,
    /// RFC 3339.
    at: String,
    /// DER in base64, as all below.
    roots: Vec<String>,
    intermediates: Vec<String>,
    crls: Vec<String>,
    ocsps: Vec<String>,
    verdict: Verdict,
    /// Of the first signature.
    level: Option<Level>,
    /// Whether the first signature has a trusted time.
    trusted: Option<bool>,
    /// Codes that must be among the reasons.
    reasons: Option<Vec<String>>,
    /// Codes that must be among the warnings; an empty list allows none.
    warnings: Option<Vec<String>>,
}

#[test]
fn every_case_comes_out_as_it_must() {
    let text = std::fs::read_to_string(folder().join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() > 100, "{}", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(Case::fault).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_file_is_used_by_a_case() {
    let text = std::fs::read_to_string(folder().join("cases.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    let used: BTreeSet<&str> = cases.iter().map(|case| case.pdf.as_str()).collect();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pdf") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(used.contains(name), "{name}");
        }
    }
}

impl Case {
    fn fault(&self) -> Option<String> {
        let report = self.report();
        let first = report.signatures.iter();
        let mut first = first.filter(|signature| signature.kind == SignatureKind::Signature);
        let first = first.next();
        let trusted = first.map(|signature| signature.signed_at.trusted.is_some());
        let level = first.map(|signature| signature.level);
        let right = report.verdict == self.verdict
            && (self.level.is_none() || level == self.level)
            && (self.trusted.is_none() || trusted == self.trusted)
            && holds(&report.reasons, self.reasons.as_deref(), false)
            && holds(&report.warnings, self.warnings.as_deref(), true);
        (!right).then(|| {
            format!(
                "{} ({}): {:?} instead of {:?}, {level:?}, trusted {trusted:?}, reasons {:?}, warnings {:?}",
                self.name,
                self.pdf,
                report.verdict,
                self.verdict,
                codes(&report.reasons),
                codes(&report.warnings),
            )
        })
    }

    fn report(&self) -> Report {
        let mut trust = Trust::new(OffsetDateTime::parse(&self.at, &Rfc3339).unwrap());
        for der in &self.roots {
            trust.add_roots(&decode(der)).unwrap();
        }
        for der in &self.intermediates {
            trust.add_intermediates(&decode(der)).unwrap();
        }
        for der in &self.crls {
            trust.add_crls(&decode(der)).unwrap();
        }
        for der in &self.ocsps {
            trust.add_ocsps(&decode(der)).unwrap();
        }
        let path = folder().join(format!("{}.pdf", self.pdf));
        verify(FileSource::open(path).unwrap(), &trust)
    }
}

fn holds(found: &[Reason], wanted: Option<&[String]>, exact_when_empty: bool) -> bool {
    let Some(wanted) = wanted else {
        return true;
    };
    let found = codes(found);
    let all = wanted.iter().all(|code| found.contains(&code.as_str()));
    all && (!exact_when_empty || !wanted.is_empty() || found.is_empty())
}

fn codes(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(|reason| reason.code.code()).collect()
}

fn decode(text: &str) -> Vec<u8> {
    let engine = base64::engine::general_purpose::STANDARD;
    engine.decode(text).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/trust")
}
