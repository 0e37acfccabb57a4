//! Profile H1: fields first, then approvals, then number, date and seal in one revision — judged by others.

use std::collections::BTreeSet;

use crate::support::pki::{Key, Pki};
use crate::support::{
    clerk_request, draft, judge, keep, leader_signs, open, prepared, request, sign,
};
use serde_json::Value;
use trien_pades::{DigestAlgorithm, FieldName, Report, SignRequest, Verdict, filled};
use trien_pdf::Object;

/// Every signature holds for pyHanko, and nothing after it is more than form filling.
fn assert_judged(verdicts: &[Value], fields: &[&str]) {
    let judged: Vec<_> = verdicts
        .iter()
        .map(|verdict| verdict["field"].as_str().unwrap())
        .collect();
    assert_eq!(judged, fields);
    for (index, verdict) in verdicts.iter().enumerate() {
        for key in ["ok", "intact", "valid", "trusted"] {
            assert_eq!(verdict[key], true, "{key}: {verdict:#}");
        }
        let last = index + 1 == verdicts.len();
        let coverage = if last {
            "ENTIRE_FILE"
        } else {
            "ENTIRE_REVISION"
        };
        assert_eq!(verdict["coverage"], coverage, "{verdict:#}");
        let level = if last { "NONE" } else { "FORM_FILLING" };
        assert_eq!(verdict["modification_level"], level, "{verdict:#}");
    }
}

/// Our own verifier holds every signature for good, with the clerk's act as a permitted change.
fn assert_permitted(report: &Report) {
    assert_eq!(
        report.verdict,
        Verdict::ValidWithPermittedChanges,
        "{report:#?}"
    );
    assert!(report.reasons.is_empty(), "{report:#?}");
}

#[test]
fn the_leader_signs_and_the_clerk_numbers_and_seals() {
    let pki = Pki::new();
    let leader = pki.issue(
        10,
        "CN=Nguyễn Văn Bình,O=UBND xã An Hòa,C=VN",
        Key::rsa(2048),
    );
    let clerk = pki.issue(
        11,
        "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN",
        Key::rsa(2048),
    );
    let signed = leader_signs(
        &prepared(draft::letter().finish().unwrap(), false),
        &pki,
        &leader,
    );
    let sealed = sign(&signed, &clerk, &clerk_request(&pki, &clerk, "125"));

    assert!(sealed.starts_with(&signed));
    keep("h1.pdf", &sealed);
    assert_permitted(&judge::ours(&sealed, &pki));
    assert_eq!(filled(&open(&signed)).unwrap(), []);
    let values = filled(&open(&sealed)).unwrap();
    assert_eq!(values[0], (FieldName::Number, "125".to_owned()));
    assert_eq!(values.len(), 3, "number, day and month");
    if let Some(verdicts) = judge::pyhanko(&sealed, &pki, &[]) {
        assert_judged(&verdicts, &["ky_lanhdao", "ky_condau"]);
    }
    if let Some(valid) = judge::pdfsig_valid(&sealed) {
        assert_eq!(valid, 2);
    }
}

#[test]
fn initials_leader_and_seal_with_three_kinds_of_key_on_a_file_with_an_xref_stream() {
    let pki = Pki::new();
    let drafter = pki.issue(20, "CN=Lê Văn A,C=VN", Key::p256());
    let leader = pki.issue(21, "CN=Nguyễn Văn Bình,C=VN", Key::p384());
    let clerk = pki.issue(22, "CN=UBND xã An Hòa,C=VN", Key::rsa(2048));
    let file = prepared(draft::letter().finish_with_xref_stream().unwrap(), true);
    let file = sign(
        &file,
        &drafter,
        &request(&pki, &drafter, FieldName::Initials('a')),
    );
    let file = leader_signs(&file, &pki, &leader);
    let seal = SignRequest {
        prefer_pss: true,
        digest: DigestAlgorithm::Sha512,
        ..clerk_request(&pki, &clerk, "07")
    };
    let file = sign(&file, &clerk, &seal);

    keep("h1-initials.pdf", &file);
    assert_permitted(&judge::ours(&file, &pki));
    if let Some(verdicts) = judge::pyhanko(&file, &pki, &[]) {
        assert_judged(&verdicts, &["ky_nhay_a", "ky_lanhdao", "ky_condau"]);
        assert_eq!(verdicts[1]["md_algorithm"], "sha384");
        assert_eq!(verdicts[2]["mechanism"], "rsassa_pss");
        assert_eq!(verdicts[2]["md_algorithm"], "sha512");
    }
    if let Some(valid) = judge::pdfsig_valid(&file) {
        assert_eq!(valid, 3);
    }
}

#[test]
fn the_judge_refuses_a_revoked_leader_and_a_flipped_byte() {
    let pki = Pki::new();
    let leader = pki.issue(30, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let mut file = leader_signs(
        &prepared(draft::letter().finish().unwrap(), false),
        &pki,
        &leader,
    );
    let Some(verdicts) = judge::pyhanko(&file, &pki, &[30]) else {
        return;
    };
    assert_eq!(
        (&verdicts[0]["intact"], &verdicts[0]["trusted"]),
        (&true.into(), &false.into()),
        "{:#}",
        verdicts[0]
    );
    let claimed_time = file.windows(3).position(|bytes| bytes == b"(D:").unwrap();
    file[claimed_time + 6] ^= 1;
    assert_eq!(judge::pyhanko(&file, &pki, &[]).unwrap()[0]["ok"], false);
}

#[test]
fn the_clerks_revision_changes_nothing_but_the_fields_it_fills_and_signs() {
    let pki = Pki::new();
    let leader = pki.issue(40, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let signed = leader_signs(
        &prepared(draft::letter().finish().unwrap(), false),
        &pki,
        &leader,
    );
    let sealed = sign(&signed, &leader, &clerk_request(&pki, &leader, "125"));
    let (before, after) = (open(&signed), open(&sealed));
    assert_eq!(after.revisions().len(), before.revisions().len() + 1);

    // No number is left out, and none is used twice.
    let defined: Vec<_> = after
        .latest()
        .objects()
        .iter()
        .map(|id| id.number)
        .collect();
    assert_eq!(
        defined,
        (1..=u32::try_from(defined.len()).unwrap()).collect::<Vec<_>>()
    );

    let known: BTreeSet<_> = before.latest().objects().into_iter().collect();
    let changed: Vec<_> = after
        .revisions()
        .last()
        .unwrap()
        .defined()
        .filter(|id| known.contains(id))
        .collect();
    let names: Vec<_> = changed
        .iter()
        .map(|id| match after.latest().object(*id).unwrap() {
            Object::Dictionary(field) => field
                .get("T")
                .and_then(Object::as_string)
                .map(|name| name.to_text()),
            _ => None,
        })
        .collect();
    let fields = ["vb_so", "vb_ngay", "vb_thang", "ky_condau"];
    assert_eq!(names, fields.map(|name| Some(name.to_owned())));
}

#[test]
fn drafts_that_another_program_wrote_are_signed_in_their_own_kind_of_cross_references() {
    let pki = Pki::new();
    let person = pki.issue(50, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    for kind in [
        &["--linearize"][..],
        &["--object-streams=generate"],
        &["--linearize", "--object-streams=generate"],
    ] {
        let Some(draft) = judge::qpdf(&draft::letter().finish().unwrap(), kind) else {
            return;
        };
        let xref = open(&draft).latest().revision().unwrap().xref;
        let signed = leader_signs(&prepared(draft, false), &pki, &person);
        let sealed = sign(&signed, &person, &clerk_request(&pki, &person, "125"));
        assert!(
            open(&sealed)
                .revisions()
                .iter()
                .all(|revision| revision.xref == xref),
            "{kind:?}"
        );
        assert_permitted(&judge::ours(&sealed, &pki));
        if let Some(verdicts) = judge::pyhanko(&sealed, &pki, &[]) {
            assert_judged(&verdicts, &["ky_lanhdao", "ky_condau"]);
        }
        assert_eq!(judge::pdfsig_valid(&sealed).unwrap_or(2), 2);
    }
}
