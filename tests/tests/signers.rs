//! Several people sign one document: initials, co-signers, somebody who was forgotten.
#![allow(clippy::unwrap_used)] // A step that fails is a failed test.

use std::fs;

use serde_json::Value;
use time::OffsetDateTime;
use trien_practice::office::COMMUNE;
use trien_store::{NewSignatory, SignerRole, Store};
use trien_tests::{Desk, Office, PIN_VARIABLE, rows};

const DRAFTER: &str = "Trần Văn Bé";
const DEPUTY: &str = "Đinh Thị Cúc";

/// Takes the commune's answer in with these people beside the leader, and hands it over.
fn draft(office: &Office, beside: &[(&str, &str)]) -> String {
    let pdf = office.drafts().join("tra-loi.pdf").display().to_string();
    let mut arguments = vec![
        "draft",
        &pdf,
        "--subject",
        "V/v thử",
        "--notation",
        "UBND-VP",
    ];
    arguments.extend(["--signatory", "1"]);
    for (as_what, name) in beside {
        arguments.extend([*as_what, *name]);
    }
    let id = office.clerk().ok(arguments)["id"].to_string();
    office.clerk().ok(["handover", "out", &id]);
    id
}

/// Takes in what lies there for this desk and signs all of it; returns how many that were.
fn signs(desk: &Desk) -> usize {
    desk.ok(["handover", "in"]);
    let waiting = rows(desk, "outbox", "to-sign");
    for row in &waiting {
        let id = row["key"]["id"].to_string();
        desk.ok(["sign-documents", &id, "--pin-env", PIN_VARIABLE]);
    }
    waiting.len()
}

fn fields(office: &Office, id: &str) -> Vec<String> {
    let saved = office.folder().join("saved.pdf");
    let path = saved.display().to_string();
    let shown = office.clerk().ok(["show", "out", id, "--save", &path]);
    assert!(fs::metadata(&saved).is_ok());
    let signatures = shown["verdict"]["signatures"].as_array().cloned();
    let fields = signatures.unwrap_or_default().into_iter();
    fields
        .map(|s| s["field"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn initials_go_round_by_themselves_and_the_leader_signs_last() {
    let office = Office::new();
    let drafter = office.signing_desk("chuyen-vien", DRAFTER);
    let deputy = office.signing_desk("pho-chu-tich", DEPUTY);
    let id = draft(&office, &[("--initials", DRAFTER), ("--initials", DEPUTY)]);

    assert_eq!(signs(&office.leader()), 0, "it is not the leader's turn");
    assert_eq!(signs(&deputy), 0, "nor the deputy's");
    assert_eq!(signs(&drafter), 1);
    office.clerk().ok(["handover", "in"]);
    assert_eq!(signs(&deputy), 1, "the clerk's desk handed it on by itself");
    office.clerk().ok(["handover", "in"]);
    office.clerk().refused(
        ["seal", &id, "--pin-env", PIN_VARIABLE],
        "leader_signature_missing",
    );
    assert_eq!(signs(&office.leader()), 1);
    office.clerk().ok(["handover", "in"]);
    office.clerk().ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let all = ["ky_nhay_a", "ky_nhay_b", "ky_lanhdao", "ky_condau"];
    assert_eq!(fields(&office, &id), all);
}

#[test]
fn out_of_turn_a_skipped_initial_stays_empty() {
    let office = Office::new();
    let id = draft(&office, &[("--initials", DRAFTER)]);
    let leader = [office.clerk(), office.leader()];
    leader[0].ok(["handover", "out", &id, "--to", "Vi Đức Thuận"]);
    assert_eq!(signs(&leader[1]), 1);
    leader[0].ok(["handover", "in"]);
    leader[0].ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    assert_eq!(fields(&office, &id), ["ky_lanhdao", "ky_condau"]);
}

#[test]
fn somebody_forgotten_signs_in_a_new_field_if_the_register_knows_them() {
    let office = Office::new();
    let forgotten = office.signing_desk("pho-chu-tich", DEPUTY);
    let id = office.signed_answer();
    let clerk = office.clerk();
    clerk.ok(["handover", "out", &id, "--to", DEPUTY]);
    assert_eq!(signs(&forgotten), 1);

    let refusal = clerk.run(["handover", "in"]).json;
    let code = |report: &Value| report["refused"][0]["error"]["code"].clone();
    assert_eq!(code(&refusal), "signer_unexpected", "{refusal:#}");
    register(&office, "pho-chu-tich", DEPUTY);
    clerk.ok(["handover", "in"]);
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    assert_eq!(
        fields(&office, &id),
        ["ky_lanhdao", "ky_nhay_a", "ky_condau"]
    );
}

/// Without a reason nobody is skipped; with one the gate opens, and the empty field stays empty.
#[test]
fn a_co_signer_who_does_not_sign_is_skipped_with_a_reason() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let year = OffsetDateTime::now_utc().year();
    let letter = trien_tests::papers::joint_letter(COMMUNE.leader.name, DEPUTY, year).unwrap();
    let file = office.folder().join("chung.pdf");
    fs::write(&file, letter).unwrap();
    let file = file.display().to_string();
    let mut form = vec![
        "draft",
        &file,
        "--subject",
        "V/v thử",
        "--notation",
        "UBND-VP",
    ];
    form.extend(["--signatory", "1", "--co-signer", DEPUTY]);
    let id = clerk.ok(form)["id"].to_string();
    clerk.ok(["handover", "out", &id, "--to", COMMUNE.leader.name]);
    assert_eq!(signs(&leader), 1);
    clerk.ok(["handover", "in"]);
    let seal = ["seal", &id, "--pin-env", PIN_VARIABLE];
    clerk.refused(seal, "co_signer_missing");
    let skip = ["skip-signer", &id, "--name", DEPUTY, "--reason"];
    clerk.refused(skip.iter().chain(&[" "]), "reason_missing");
    clerk.ok(skip.iter().chain(&["Đi công tác, đã thống nhất"]));
    clerk.ok(seal);
    assert_eq!(fields(&office, &id), ["ky_lanhdao", "ky_condau"]);
    office.assert_judged(&office.folder().join("saved.pdf"), 2);
}

/// Enters somebody into the clerk's register of signatories.
fn register(office: &Office, desk: &str, name: &str) {
    let pem = fs::read(office.certificate(desk)).unwrap();
    let der = trien_app::plain::certificate(&pem).unwrap();
    let store = Store::open(&office.folder().join("van-thu")).unwrap();
    let today = OffsetDateTime::now_utc().date();
    let new = NewSignatory {
        organ: trien_domain::OrganId::new(COMMUNE.id).unwrap(),
        full_name: name.to_owned(),
        position: "PHÓ CHỦ TỊCH".to_owned(),
        competence: String::new(),
        role: SignerRole::Person,
        certificate_sha256: *trien_store::BlobId::of(&der).sha256(),
        certificate_serial: String::new(),
        common_name: name.to_owned(),
        valid_from: today - time::Duration::days(2),
        valid_to: None,
    };
    let now = OffsetDateTime::now_utc();
    store.signatories().put(&new, "Lò Thị Mai", now).unwrap();
}

/// The prepared fields are filled and sealed under the leader's certification, which pyHanko accepts, too.
#[test]
fn a_leader_certifies_where_the_office_says_so_and_the_seal_still_fits() {
    let office = Office::new();
    office.certify();
    let id = office.signed_answer();
    office.clerk().ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    assert_eq!(fields(&office, &id), ["ky_lanhdao", "ky_condau"]);
    let saved = office.folder().join("saved.pdf");
    office.assert_judged(&saved, 2);
    let path = saved.display().to_string();
    let report = office.clerk().run(["verify", &path]).json;
    assert_eq!(report["signatures"][0]["docmdp"], 2, "{report:#}");
    assert_eq!(report["signatures"][1]["docmdp"], Value::Null);
}

/// Numbering after a certification elsewhere is the office's own decision, with a warning at the gate.
#[test]
fn what_was_certified_elsewhere_is_sealed_only_where_the_office_allows_it() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let letter = office.drafts().join("tra-loi.pdf").display().to_string();
    let signed = office.folder().join("signed.pdf").display().to_string();
    let mut sign = vec!["sign", &letter, "--out", &signed, "--certify"];
    sign.extend(["--module", "/usr/lib/softhsm/libsofthsm2.so"]);
    sign.extend(["--pin-env", PIN_VARIABLE, "--at", "1,125,190,50,25"]);
    leader.ok(sign);
    let mut draft = vec!["draft", &signed, "--signed", "--subject", "V/v thử"];
    draft.extend(["--notation", "UBND-VP", "--signatory", "1"]);
    clerk.refused(&draft, "certified_elsewhere");
    office.number_after_certification();
    let id = clerk.ok(&draft)["id"].to_string();
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let marks = ["ky_lanhdao", "ky_so", "ky_ngay", "ky_thang", "ky_condau"];
    assert_eq!(fields(&office, &id), marks);
    let saved = office.folder().join("saved.pdf").display().to_string();
    let report = clerk.run(["verify", &saved]).json;
    let failed = report.to_string().contains("TOTAL_FAILED");
    assert!(!failed, "permitted by P=2: {report:#}");
}

/// The leader signed in another program: there are no boxes, and nothing but signatures may follow.
#[test]
fn what_was_signed_elsewhere_is_numbered_and_sealed_in_new_fields() {
    let office = Office::new();
    let (clerk, leader) = (office.clerk(), office.leader());
    let letter = office.drafts().join("tra-loi.pdf").display().to_string();
    let signed = office.folder().join("signed.pdf").display().to_string();
    let module = "/usr/lib/softhsm/libsofthsm2.so";
    leader.ok([
        "sign",
        &letter,
        "--out",
        &signed,
        "--module",
        module,
        "--pin-env",
        PIN_VARIABLE,
        "--at",
        "1,125,190,50,25",
    ]);
    let facts = [
        "--subject",
        "V/v thử",
        "--notation",
        "UBND-VP",
        "--signatory",
        "1",
    ];
    let take_in = |file: &str| {
        let mut arguments = vec!["draft", file, "--signed"];
        arguments.extend(facts);
        clerk.run(arguments)
    };
    let unsigned = take_in(&letter);
    assert_eq!(
        unsigned.error_code(),
        Some("leader_signature_missing"),
        "{unsigned:#?}"
    );
    let id = take_in(&signed).json["id"].to_string();
    clerk.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    let marks = ["ky_lanhdao", "ky_so", "ky_ngay", "ky_thang", "ky_condau"];
    assert_eq!(fields(&office, &id), marks);
    let book = clerk.ok(["register", "out"]);
    assert_eq!(book["rows"][0][0], "01/UBND-VP", "{book:#}");
    let again = take_in(&office.folder().join("saved.pdf").display().to_string());
    assert_ne!(again.code, Some(0), "it is sealed already");
}
