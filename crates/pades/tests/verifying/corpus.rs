//! Files that pyHanko signed, judged by us: `corpus/README.md` says how each was made, and
//! `corpus/expected.json` what the verdict must be beside pyHanko's own.

use crate::support::corpus::{self, folder};
use trien_pades::report::{Level, ReasonCode, Report};
use trien_pades::{Trust, Verdict, verify};
use trien_pdf::FileSource;

fn trust() -> Trust {
    corpus::trust_of(&folder())
}

fn judged(name: &str) -> Report {
    verify(
        FileSource::open(folder().join(format!("{name}.pdf"))).unwrap(),
        &trust(),
    )
}

#[test]
fn every_file_gets_its_verdict() {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let mut wrong = Vec::new();
    for (name, entry) in expected.as_object().unwrap() {
        let report = judged(name);
        let verdict = serde_json::to_value(report.verdict).unwrap();
        if verdict != entry["verdict"] {
            wrong.push(format!(
                "{name}: {verdict} instead of {}: {:#?}",
                entry["verdict"], report.reasons
            ));
        }
        assert!(
            report
                .signatures
                .iter()
                .all(|s| s.reasons.iter().all(|r| !r.vi.is_empty()))
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_corpus_file_is_expected() {
    let expected = std::fs::read_to_string(folder().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let files = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let pdfs = files.filter(|path| path.extension().is_some_and(|extension| extension == "pdf"));
    for path in pdfs {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(expected.get(name).is_some(), "{name} has no expectation");
    }
}

#[test]
fn levels_and_trusted_times() {
    let level = |name: &str| judged(name).signatures[0].level;
    assert_eq!(level("approval_pades"), Level::BB);
    assert_eq!(level("approval_adbe"), Level::Other);
    assert_eq!(level("b_t"), Level::BT);
    assert_eq!(level("h1_lta"), Level::BLTA);
    let stamped = judged("b_t").signatures[0].signed_at.clone();
    assert_eq!(stamped.trusted.as_deref(), Some("2026-11-05T02:00:00Z"));
    assert_eq!(stamped.tsa.as_deref(), Some("Corpus TSA"));
}

#[test]
fn revocation_counts_from_its_date_where_the_signing_time_is_proven() {
    let with = |list: &str, name: &str| {
        let mut trust = Trust {
            crls: Vec::new(),
            ..trust()
        };
        trust
            .add_crls(&std::fs::read(folder().join(list)).unwrap())
            .unwrap();
        verify(
            FileSource::open(folder().join(format!("{name}.pdf"))).unwrap(),
            &trust,
        )
    };
    let report = with("crls_leader_revoked_after.pem", "b_t");
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.warnings[0].code, ReasonCode::CertificateRevokedLater);
    for (list, name) in [
        ("crls_leader_revoked_before.pem", "b_t"),
        ("crls_leader_revoked_after.pem", "approval_pades"),
    ] {
        let report = with(list, name);
        assert_eq!(report.verdict, Verdict::Invalid, "{list} {name}");
        assert_eq!(report.reasons[0].code, ReasonCode::CertificateRevoked);
    }
}

#[test]
fn sha1_is_told_although_its_age_is_proven() {
    let report = judged("sha1_stamped_2019");
    let warnings: Vec<_> = report.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(warnings, [ReasonCode::WeakAlgorithm]);
    assert_eq!(judged("sha1").reasons[0].code, ReasonCode::WeakAlgorithm);
}
