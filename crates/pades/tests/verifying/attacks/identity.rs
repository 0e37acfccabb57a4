//! Identity: right cryptography, wrong person.

use super::*;

#[test]
fn certificate_of_another_root_is_not_green() {
    let other = crate::support::pki::Pki::new();
    let stranger = other.issue(
        10,
        "CN=Nguyễn Văn Bình,title=Chủ tịch,O=UBND xã An Hòa,C=VN",
        Key::p256(),
    );
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), false);
    let report = judged(&leader_signs(&draft, &other, &stranger));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["chain_not_found"])
    );
}

/// The sealed letter with other signers.
fn signed_by(leader: &str, clerk: &str) -> Report {
    let pki = &office().pki;
    let (leader, clerk) = (
        pki.issue(40, leader, Key::p256()),
        pki.issue(41, clerk, Key::p256()),
    );
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), true);
    let signed = leader_signs(&draft, pki, &leader);
    judged(&sign(
        &signed,
        &clerk,
        &crate::support::clerk_request(pki, &clerk, "125"),
    ))
}

const PERSON: &str = "CN=Nguyễn Văn Bình,title=Chủ tịch,O=UBND xã An Hòa,C=VN";
const ORGANISATION: &str = "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN";

#[test]
fn a_personal_key_used_as_seal_makes_no_original() {
    let report = signed_by(
        PERSON,
        "CN=Trần Thị Mai,title=Văn thư,O=UBND xã An Hòa,C=VN",
    );
    assert_eq!(report.verdict, Verdict::ValidWithPermittedChanges);
    assert_eq!(report.legal, Legal::InformationOnly);
}

#[test]
fn a_missing_seal_makes_no_original() {
    let report = judged(&office().signed);
    assert_eq!(
        (report.verdict, report.legal),
        (Verdict::Valid, Legal::InformationOnly)
    );
}

#[test]
fn a_seal_before_the_leader_makes_no_original_and_is_told() {
    let report = signed_by(ORGANISATION, PERSON);
    assert_eq!(report.legal, Legal::InformationOnly);
    let told: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| warning.code.code())
        .collect();
    assert_eq!(told, ["seal_before_signature"]);
    assert_eq!(signed_by(PERSON, ORGANISATION).legal, Legal::Original);
}

#[test]
fn a_name_with_letters_that_only_look_alike_is_told() {
    // The В is Cyrillic.
    let report = signed_by(
        "CN=Nguyễn Văn Вình,title=Chủ tịch,O=UBND xã An Hòa,C=VN",
        ORGANISATION,
    );
    let told: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| warning.code.code())
        .collect();
    assert_eq!(told, ["name_imitates"]);
}
