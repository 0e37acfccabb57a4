//! B-T, B-LT and B-LTA over profile H1, by OpenSSL's timestamps, judged by pyHanko from what is in the file.

use crate::support::pki::{Key, Pki};
use crate::support::tsa::Tsa;
use crate::support::{clerk_request, draft, judge, keep, leader_signs, open, prepared, sign};
use time::OffsetDateTime;
use trien_pades::extend::{
    ArchiveTimestamp, Evidence, add_evidence, add_timestamp, embedded_certificates,
    timestamp_imprint, timestamp_request, timestamp_token,
};
use trien_pades::report::{Level, Report};
use trien_pades::{PadesError, Trust, Verdict, verify};

fn token(tsa: &Tsa, imprint: [u8; 32]) -> Vec<u8> {
    let request = timestamp_request(imprint, [7; 8]).unwrap();
    timestamp_token(&request, &tsa.answer(&request.der)).unwrap()
}

fn stamped(file: &[u8], field: &str, tsa: &Tsa) -> Vec<u8> {
    let pdf = open(file);
    let token = token(tsa, timestamp_imprint(&pdf, field).unwrap());
    let patch = add_timestamp(&pdf, field, &token).unwrap();
    let mut file = file.to_vec();
    assert!(patch.apply(&mut file));
    file
}

fn archived(file: &[u8], tsa: &Tsa) -> Vec<u8> {
    let act = ArchiveTimestamp::begin(&open(file)).unwrap();
    let token = token(tsa, act.imprint().unwrap());
    [file, &act.finish(&token).unwrap()].concat()
}

fn judged(file: &[u8], pki: &Pki) -> Report {
    let mut trust = Trust::new(OffsetDateTime::now_utc() + time::Duration::seconds(5));
    trust.add_roots(&pki.root()).unwrap();
    trust.add_intermediates(&pki.issuer()).unwrap();
    for crl in pki.crls(&[]) {
        trust.add_crls(&crl).unwrap();
    }
    verify(file, &trust)
}

fn levels(report: &Report) -> Vec<Level> {
    let signatures = report
        .signatures
        .iter()
        .filter(|s| !s.field.starts_with("dau_"));
    signatures.map(|s| s.level).collect()
}

#[test]
fn every_level_is_reached_without_the_signers_keys_and_holds_for_pyhanko() {
    let pki = Pki::new();
    let Some(tsa) = Tsa::new(&pki) else { return };
    let leader = pki.issue(10, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let clerk = pki.issue(
        11,
        "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN",
        Key::rsa(2048),
    );
    let bare = leader_signs(
        &prepared(draft::letter().finish().unwrap(), false),
        &pki,
        &leader,
    );
    let signed = stamped(&bare, "ky_lanhdao", &tsa);
    assert_eq!(signed.len(), bare.len(), "only the gap's own bytes change");
    let bare_seal = sign(&signed, &clerk, &clerk_request(&pki, &clerk, "125"));
    let late = add_timestamp(&open(&bare_seal), "ky_lanhdao", b"");
    assert!(matches!(late, Err(PadesError::TimestampTooLate(_))));

    let b_t = stamped(&bare_seal, "ky_condau", &tsa);
    let report = judged(&b_t, &pki);
    assert_eq!(
        report.verdict,
        Verdict::ValidWithPermittedChanges,
        "{report:#?}"
    );
    assert_eq!(levels(&report), [Level::BT, Level::BT], "{report:#?}");

    let mut certificates = embedded_certificates(&open(&b_t)).unwrap();
    assert!(certificates.contains(&leader.certificate) && certificates.len() == 4);
    certificates.push(pki.root());
    let evidence = Evidence {
        certificates,
        crls: pki.crls(&[]).to_vec(),
        ocsps: Vec::new(),
    };
    let added = add_evidence(&open(&b_t), &evidence).unwrap().unwrap();
    let b_lt = [b_t.as_slice(), &added.bytes].concat();
    assert!(
        add_evidence(&open(&b_lt), &evidence).unwrap().is_none(),
        "it is there already"
    );
    let report = judged(&b_lt, &pki);
    assert_eq!(
        report.verdict,
        Verdict::ValidWithPermittedChanges,
        "{report:#?}"
    );

    let b_lta = archived(&b_lt, &tsa);
    let renewed = archived(&b_lta, &tsa);
    let into_a_timestamp = timestamp_imprint(&open(&b_lta), "dau_thoi_gian_0001");
    assert!(matches!(
        into_a_timestamp,
        Err(PadesError::TimestampTooLate(_))
    ));
    keep("lta.pdf", &renewed);
    keep("lta-root.cer", &pki.root());
    for (file, stamps) in [(&b_lt, 0), (&b_lta, 1), (&renewed, 2)] {
        let report = judged(file, &pki);
        assert_eq!(
            report.verdict,
            Verdict::ValidWithPermittedChanges,
            "{report:#?}"
        );
        if let Some(verdicts) = judge::pyhanko_ltv(file, &[&pki.root()]) {
            assert_eq!(verdicts.len(), 2);
            for verdict in &verdicts {
                assert_eq!(verdict["ok"], true, "{verdicts:#?}");
                assert_eq!(verdict["timestamp"], true, "{verdicts:#?}");
                let archived = verdict["document_timestamps"].as_array().unwrap();
                assert_eq!(archived.len(), stamps, "{verdicts:#?}");
                assert!(archived.iter().all(|holds| holds == true), "{verdicts:#?}");
            }
        }
    }
}

#[test]
fn a_token_over_something_else_is_not_put_into_the_signature() {
    let pki = Pki::new();
    let Some(tsa) = Tsa::new(&pki) else { return };
    let leader = pki.issue(10, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let file = leader_signs(
        &prepared(draft::letter().finish().unwrap(), false),
        &pki,
        &leader,
    );
    let foreign = token(&tsa, [9; 32]);
    let refused = add_timestamp(&open(&file), "ky_lanhdao", &foreign);
    assert!(
        matches!(refused, Err(PadesError::Timestamp(_))),
        "{refused:?}"
    );

    let request = timestamp_request([9; 32], [1; 8]).unwrap();
    let replayed = tsa.answer(&timestamp_request([9; 32], [2; 8]).unwrap().der);
    let refused = timestamp_token(&request, &replayed).unwrap_err();
    assert!(refused.to_string().contains("another request"), "{refused}");
}
