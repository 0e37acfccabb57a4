//! Judging profile H1 as our own signer writes it. `3.3` and the names in brackets are those of
//! the attack checklist in the tests beside this one.

use crate::support::office::{LEADER, codes, judged, office, signature, trust};
use crate::support::prepared;
use time::Duration;
use trien_pades::report::{ChangeKind, Covers, Indication, Legal, Level, Role, Subindication};
use trien_pades::{Trust, Verdict, signed_revision, verify};

#[test]
fn the_leaders_file_is_valid() {
    let report = judged(&office().signed);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert!(
        report.reasons.is_empty() && report.warnings.is_empty(),
        "{report:#?}"
    );
    let leader = signature(&report, "ky_lanhdao");
    assert_eq!(leader.covers, Covers::WholeFile);
    assert_eq!(leader.level, Level::BB);
    assert_eq!(leader.role, Role::Person);
    assert_eq!(leader.changes_after, ChangeKind::None);
    assert_eq!((leader.page, leader.revision), (Some(1), Some(2)));
    assert!(leader.intact && leader.lock.is_some() && leader.rect.is_some());
    assert_eq!(report.headline_vi(), "HỢP LỆ");
}

#[test]
fn number_date_and_seal_are_permitted_changes() {
    let report = judged(&office().sealed);
    assert_eq!(
        report.verdict,
        Verdict::ValidWithPermittedChanges,
        "{report:#?}"
    );
    assert!(
        report.reasons.is_empty() && report.warnings.is_empty(),
        "{report:#?}"
    );
    let leader = signature(&report, "ky_lanhdao");
    assert_eq!(leader.covers, Covers::WholeRevision);
    assert_eq!(leader.changes_after, ChangeKind::FormFill);
    let filled: Vec<_> = leader
        .changes
        .iter()
        .filter_map(|change| change.field.as_deref())
        .collect();
    assert_eq!(filled, ["vb_so", "vb_ngay", "vb_thang", "ky_condau"]);
    assert!(
        leader
            .changes
            .iter()
            .all(|change| change.permitted && change.revision == 3)
    );
    let seal = signature(&report, "ky_condau");
    assert_eq!(
        (seal.covers, seal.changes_after),
        (Covers::WholeFile, ChangeKind::None)
    );
    assert_eq!(
        (seal.role, report.legal),
        (Role::Organisation, Legal::Original)
    );
    assert_eq!(
        report.headline_vi(),
        "HỢP LỆ, CÓ THAY ĐỔI ĐƯỢC PHÉP: đã điền vào ô dành sẵn, đã đóng dấu"
    );
    let timeline = report.timeline_vi();
    assert_eq!(timeline.len(), 3, "{timeline:#?}");
    assert!(
        timeline[0].starts_with("1. Nguyễn Văn Bình ký "),
        "{timeline:#?}"
    );
    assert!(
        timeline[1].contains("điền số, ngày, tháng và đóng dấu"),
        "{timeline:#?}"
    );
    assert_eq!(timeline[2], "3. Không có gì thay đổi sau đó.");
    let timeline = report.timeline_en();
    assert!(
        timeline[0].starts_with("1. Nguyễn Văn Bình signed at "),
        "{timeline:#?}"
    );
    assert!(
        timeline[1].contains("filled the number, the day, the month and sealed at"),
        "{timeline:#?}"
    );
    assert_eq!(timeline[2..], ["3. Nothing has changed since."]);
}

#[test]
fn what_the_leader_signed_can_be_cut_out() {
    let sealed = &office().sealed;
    let range = signed_revision(sealed.as_slice(), "ky_lanhdao", "").unwrap();
    let (start, end) = (range.start as usize, range.end as usize);
    assert_eq!(judged(&sealed[start..end]).verdict, Verdict::Valid);
    assert_eq!(
        sealed[start..end].trim_ascii_end(),
        office().signed.trim_ascii_end()
    );
    assert_eq!(signed_revision(sealed.as_slice(), "ky_nhay_a", ""), None);
}

#[test]
fn a_draft_is_unsigned_and_garbage_is_unreadable() {
    let draft = prepared(crate::support::draft::letter().finish().unwrap(), false);
    assert_eq!(judged(&draft).verdict, Verdict::Unsigned);
    let report = judged(b"PK\x03\x04 not a PDF");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Unreadable, vec!["not_a_pdf"])
    );
    let report = judged(b"");
    assert_eq!(report.verdict, Verdict::Unreadable);
    let report = judged(&draft[..draft.len() - 40]);
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Unreadable, vec!["structure_broken"])
    );
}

#[test]
fn without_root_or_list_nothing_is_green() {
    let file = office().sealed.as_slice();
    let at = trust(&[]).at;
    let report = verify(file, &Trust::new(at));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["no_trusted_root"])
    );
    let leader = signature(&report, "ky_lanhdao");
    assert_eq!(
        leader.subindication,
        Some(Subindication::NoCertificateChainFound)
    );

    let report = verify(
        file,
        &Trust {
            crls: Vec::new(),
            ..trust(&[])
        },
    );
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_eq!(codes(&report)[0], "revocation_unknown");

    // The list of the issuer alone leaves the issuer's own standing open.
    let issuer_only = trust(&[]).crls.split_off(1);
    let report = verify(
        file,
        &Trust {
            crls: issuer_only,
            ..trust(&[])
        },
    );
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["revocation_unknown"])
    );

    let other = crate::support::pki::Pki::new();
    let mut foreign = Trust::new(at);
    foreign.add_roots(&other.root()).unwrap();
    let report = verify(file, &foreign);
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Indeterminate, vec!["chain_not_found"])
    );
}

#[test]
fn a_revoked_leader_is_invalid() {
    let report = verify(office().sealed.as_slice(), &trust(&[LEADER]));
    assert_eq!(
        (report.verdict, codes(&report)),
        (Verdict::Invalid, vec!["certificate_revoked"])
    );
    let leader = signature(&report, "ky_lanhdao");
    assert_eq!(leader.indication, Indication::TotalFailed);
    assert_eq!(leader.subindication, Some(Subindication::Revoked));
    assert!(leader.revocation.revoked_at.is_some() && leader.intact);
}

#[test]
fn certificates_hold_only_in_their_time() {
    for (shift, code) in [
        (-3, "certificate_not_yet_valid"),
        (400, "certificate_expired"),
    ] {
        let at = trust(&[]).at + Duration::days(shift);
        let report = verify(office().signed.as_slice(), &Trust { at, ..trust(&[]) });
        assert_eq!(
            (report.verdict, codes(&report)[0]),
            (Verdict::Indeterminate, code)
        );
    }
    // An old list says nothing of today.
    let at = trust(&[]).at + Duration::days(60);
    let report = verify(office().signed.as_slice(), &Trust { at, ..trust(&[]) });
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert!(codes(&report).contains(&"crl_not_usable"), "{report:#?}");
}

/// Later work reads the report by these names; they do not change within `trien.verify/1`.
#[test]
fn the_report_has_the_keys_of_its_contract() {
    let report = serde_json::to_value(judged(&office().sealed)).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(
        keys(&report),
        [
            "schema",
            "file",
            "at",
            "verdict",
            "warnings",
            "reasons",
            "legal",
            "hidden",
            "signatures"
        ]
    );
    assert_eq!(report["schema"], "trien.verify/1");
    assert_eq!(keys(&report["file"]), ["sha256", "bytes"]);
    let leader = &report["signatures"][0];
    assert_eq!(
        keys(leader),
        [
            "field",
            "kind",
            "role",
            "subfilter",
            "revision",
            "byte_range",
            "page",
            "rect",
            "intact",
            "covers",
            "indication",
            "subindication",
            "level",
            "docmdp",
            "lock",
            "changes_after",
            "changes",
            "signer",
            "revocation",
            "signed_at",
            "algorithm",
            "reasons",
        ]
    );
    assert_eq!(leader["indication"], "TOTAL_PASSED");
    assert_eq!(
        (&leader["level"], &leader["kind"]),
        (&"B-B".into(), &"signature".into())
    );
    assert_eq!(keys(&leader["lock"]), ["action", "fields"]);
    assert_eq!(
        keys(&leader["changes"][0]),
        ["revision", "kind", "field", "object", "rule", "permitted"]
    );
    assert_eq!(
        keys(&leader["signer"]),
        [
            "common_name",
            "title",
            "organization",
            "organization_unit",
            "serial",
            "issuer",
            "not_before",
            "not_after",
            "sha256",
        ]
    );
    assert_eq!(
        keys(&leader["revocation"]),
        ["status", "source", "as_of", "revoked_at"]
    );
    assert_eq!(keys(&leader["signed_at"]), ["claimed", "trusted", "tsa"]);
    assert_eq!(
        keys(&leader["algorithm"]),
        ["digest", "signature", "key_bits"]
    );
    let broken = serde_json::to_value(judged(b"nothing")).unwrap();
    assert_eq!(keys(&broken["reasons"][0]), ["code", "vi", "en", "where"]);
}
