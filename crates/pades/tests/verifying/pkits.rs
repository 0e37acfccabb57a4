//! NIST's Public Key Interoperability Test Suite: every end entity whose name begins with `Invalid`, and those whose issuers
//! demand a policy that they do not share, must fail path validation, every other must pass (with any policy); `corpus/pkits/exceptions.json` says where we
//! differ and why, and an unexpected success fails too.

use std::collections::BTreeMap;
use std::path::Path;

use time::macros::datetime;
use trien_pades::Trust;
use trien_pades::path::{Certificate, Crl, Question, Sources, Usage, validate};
use trien_pades::report::Indication;

fn read(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus/pkits")
            .join(name),
    )
    .unwrap()
}

/// The blocks of a PEM file by the name in the line before each.
fn named<T>(text: &str, read: impl Fn(&[u8]) -> Option<T>) -> BTreeMap<String, T> {
    let blocks = text.split("\n\n").filter_map(|block| {
        let (name, pem) = block.trim().split_once('\n')?;
        Some((name.to_owned(), read(pem.as_bytes())?))
    });
    blocks.collect()
}

/// Sections 4.8.4 to 4.8.12 of the suite's document: "the path should not validate successfully".
const WITHOUT_COMMON_POLICY: [&str; 6] = [
    "DifferentPoliciesTest4EE",
    "DifferentPoliciesTest5EE",
    "DifferentPoliciesTest7EE",
    "DifferentPoliciesTest8EE",
    "DifferentPoliciesTest9EE",
    "DifferentPoliciesTest12EE",
];

fn must_fail(name: &str) -> bool {
    name.starts_with("Invalid") || WITHOUT_COMMON_POLICY.contains(&name)
}

#[test]
fn every_case_is_judged_right_or_excused() {
    let certificates = named(&read("certs.pem"), |pem| {
        Certificate::read_all(pem).ok()?.pop()
    });
    let crls = named(&read("crls.pem"), |pem| Crl::read_all(pem).ok()?.pop());
    let excused: BTreeMap<String, String> = serde_json::from_str(&read("exceptions.json")).unwrap();
    let trust = Trust {
        roots: vec![certificates["TrustAnchorRootCertificate"].clone()],
        intermediates: certificates.values().cloned().collect(),
        crls: crls.into_values().collect(),
        ..Trust::new(datetime!(2026-11-22 00:00 UTC))
    };
    let question = Question {
        sources: Sources::new(&trust),
        usage: Usage::Document,
        proven: None,
        claimed: None,
    };
    let mut wrong = Vec::new();
    let mut judged = 0;
    for (name, leaf) in certificates
        .iter()
        .filter(|(name, _)| name.contains("Test") && name.ends_with("EE"))
    {
        let outcome = validate(leaf, &question);
        let right = (outcome.indication == Indication::TotalPassed) != must_fail(name);
        judged += 1;
        if right == excused.contains_key(name) {
            let codes: Vec<_> = outcome
                .failures
                .iter()
                .map(|reason| reason.code.code())
                .collect();
            wrong.push(format!("{name}: {:?} {codes:?}", outcome.indication));
        }
    }
    assert!(judged > 200, "{judged}");
    assert!(
        wrong.is_empty(),
        "{} of {judged}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
