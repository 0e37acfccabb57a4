//! Initials and co-signers in H1, and a signer who was forgotten: any order, judged by others.

use crate::support::pki::{Key, Pki, Signatory};
use crate::support::{
    clerk_request, draft, judge, keep, leader_signs, open, picture, request, sign,
};
use trien_pades::{
    FieldName, FieldPlan, Mark, NewField, PadesError, PlannedField, SignRequest, Verdict, begin,
    marks, planned, prepare, signed_fields,
};

struct Office {
    pki: Pki,
    drafter: Signatory,
    deputy: Signatory,
    leader: Signatory,
    clerk: Signatory,
}

impl Office {
    fn new() -> Self {
        let pki = Pki::new();
        let person = |serial, name: &str| {
            let subject = format!("CN={name},title=Chuyên viên,O=UBND xã An Hòa,C=VN");
            pki.issue(serial, &subject, Key::p256())
        };
        Self {
            drafter: person(10, "Lê Văn A"),
            deputy: person(11, "Trần Thị B"),
            leader: person(12, "Nguyễn Văn Bình"),
            clerk: pki.issue(13, "CN=UBND xã An Hòa,O=UBND xã An Hòa,C=VN", Key::p256()),
            pki,
        }
    }

    fn signs(&self, file: &[u8], who: &Signatory, field: FieldName) -> Vec<u8> {
        let request = SignRequest {
            mark: Mark::Png(picture::signature_png()),
            ..request(&self.pki, who, field)
        };
        sign(file, who, &request)
    }

    fn seals(&self, file: &[u8]) -> Vec<u8> {
        sign(
            file,
            &self.clerk,
            &clerk_request(&self.pki, &self.clerk, "125"),
        )
    }

    /// All hold: for pyHanko with its difference policy, for poppler, for us.
    fn assert_judged(&self, file: &[u8], fields: &[&str]) {
        let report = judge::ours(file, &self.pki);
        assert_eq!(
            report.verdict,
            Verdict::ValidWithPermittedChanges,
            "{report:#?}"
        );
        if let Some(verdicts) = judge::pyhanko(file, &self.pki, &[]) {
            let judged: Vec<_> = verdicts
                .iter()
                .map(|v| v["field"].as_str().unwrap())
                .collect();
            assert_eq!(judged, fields);
            assert!(verdicts.iter().all(|v| v["ok"] == true), "{verdicts:#?}");
        }
        if let Some(valid) = judge::pdfsig_valid(file) {
            assert_eq!(valid, fields.len());
        }
    }
}

/// Two initials, a co-signer and the leader, each with a name.
fn prepared() -> Vec<u8> {
    let mut plan = draft::plan(false);
    let mut add = |name, signer: &str, rect| {
        plan.fields.push(PlannedField {
            name,
            page: 0,
            rect,
            signer: Some(signer.to_owned()),
        });
    };
    add(
        FieldName::Initials('a'),
        "Lê Văn A",
        marks::text_box(500.0, 530.0, 500.0),
    );
    add(
        FieldName::Initials('b'),
        "Trần Thị B",
        marks::text_box(540.0, 570.0, 500.0),
    );
    add(
        FieldName::CoSigner('a'),
        "Trần Thị B",
        marks::text_box(100.0, 190.0, 340.0),
    );
    let draft = draft::letter().finish().unwrap();
    let update = prepare(&open(&draft), &plan).unwrap();
    [draft, update.bytes].concat()
}

#[test]
fn a_skipped_initial_stays_unsigned_and_a_co_signer_may_follow_the_leader() {
    let office = Office::new();
    let file = office.signs(&prepared(), &office.deputy, FieldName::Initials('b'));
    let file = leader_signs(&file, &office.pki, &office.leader);
    let file = office.signs(&file, &office.deputy, FieldName::CoSigner('a'));
    let file = office.seals(&file);
    keep("f3-skipped.pdf", &file);
    office.assert_judged(
        &file,
        &["ky_nhay_b", "ky_lanhdao", "ky_dong_a", "ky_condau"],
    );
    assert_eq!(signed_fields(&open(&file)).unwrap().len(), 4);
}

#[test]
fn a_co_signer_may_come_before_everybody() {
    let office = Office::new();
    let file = office.signs(&prepared(), &office.deputy, FieldName::CoSigner('a'));
    let initials = begin(
        &open(&file),
        &request(&office.pki, &office.drafter, FieldName::Initials('a')),
    );
    assert!(
        matches!(&initials, Err(PadesError::FieldLocked { locked_by, .. }) if locked_by == "ky_dong_a"),
        "who signs for good closes the initials"
    );
    let file = leader_signs(&file, &office.pki, &office.leader);
    office.assert_judged(
        &office.seals(&file),
        &["ky_dong_a", "ky_lanhdao", "ky_condau"],
    );
}

#[test]
fn whose_a_field_is_stands_in_the_file() {
    let fields = planned(&open(&prepared())).unwrap().fields;
    let named: Vec<_> = fields
        .iter()
        .filter_map(|field| Some((field.name, field.signer.as_deref()?)))
        .collect();
    assert_eq!(
        named,
        [
            (FieldName::Initials('a'), "Lê Văn A"),
            (FieldName::Initials('b'), "Trần Thị B"),
            (FieldName::CoSigner('a'), "Trần Thị B"),
        ]
    );
}

#[test]
fn a_forgotten_signer_gets_a_new_visible_field_after_the_leader() {
    let office = Office::new();
    let file = leader_signs(&prepared(), &office.pki, &office.leader);
    let forgotten = SignRequest {
        new_field: Some(NewField {
            page: 0,
            rect: marks::text_box(100.0, 190.0, 280.0),
            signer: Some("Lê Văn A".to_owned()),
        }),
        mark: Mark::Png(picture::signature_png()),
        ..request(&office.pki, &office.drafter, FieldName::CoSigner('b'))
    };
    let file = sign(&file, &office.drafter, &forgotten);
    let file = office.seals(&file);
    keep("forgotten.pdf", &file);
    office.assert_judged(&file, &["ky_lanhdao", "ky_dong_b", "ky_condau"]);

    // A prepared field is signed where it stands, and none is made twice.
    let twice = SignRequest {
        field: FieldName::CoSigner('a'),
        ..forgotten
    };
    let refused = begin(&open(&prepared()), &twice);
    assert!(matches!(refused, Err(PadesError::AlreadyFilled(_))));
}

/// A document that was signed elsewhere has neither our boxes nor a field for the seal: number, day, month and seal are
/// then signatures of the organisation, each in a new field (D1).
#[test]
fn number_date_and_seal_go_into_new_fields_of_a_document_signed_elsewhere() {
    let office = Office::new();
    let leader = draft::plan(false).fields.remove(3);
    assert_eq!(leader.name, FieldName::Leader);
    // The signer elsewhere makes the field as it signs; nothing else is prepared.
    let elsewhere = SignRequest {
        new_field: Some(NewField {
            page: 0,
            rect: leader.rect,
            signer: None,
        }),
        mark: Mark::Png(picture::signature_png()),
        ..request(&office.pki, &office.leader, FieldName::Leader)
    };
    let draft = draft::letter().finish().unwrap();
    let mut file = sign(&draft, &office.leader, &elsewhere);

    let FieldPlan { fields } = draft::plan(false);
    let line = |text: &str, italic| Mark::Line {
        text: text.to_owned(),
        italic,
    };
    for (field, place, mark) in [
        (FieldName::NumberMark, &fields[0], line("125", false)),
        (FieldName::DayMark, &fields[1], line("05", true)),
        (FieldName::MonthMark, &fields[2], line("11", true)),
        (FieldName::Seal, &fields[4], Mark::Png(picture::seal_png())),
    ] {
        let act = SignRequest {
            new_field: Some(NewField {
                page: 0,
                rect: place.rect,
                signer: None,
            }),
            mark,
            ..request(&office.pki, &office.clerk, field)
        };
        file = sign(&file, &office.clerk, &act);
    }
    keep("d1.pdf", &file);
    office.assert_judged(
        &file,
        &["ky_lanhdao", "ky_so", "ky_ngay", "ky_thang", "ky_condau"],
    );
    if let Some(lines) = judge::lines(&file) {
        let date = "Số: 125 /UBND-VP An Hòa, ngày 05 tháng 11 năm 2026";
        assert!(lines.iter().any(|line| line == date), "{lines:#?}");
    }
}

/// The text on an attachment that is a file of its own stands in the corner without a picture.
#[test]
fn an_attachment_without_any_form_is_sealed_by_text() {
    let office = Office::new();
    let lines = ["125/UBND-VP", "2026-11-05T09:15:30+07:00"].map(str::to_owned);
    let act = SignRequest {
        new_field: Some(NewField {
            page: 0,
            rect: trien_pdf::Rect::new(420.0, 803.0, 553.0, 828.0),
            signer: None,
        }),
        mark: Mark::Block(lines.to_vec()),
        ..request(&office.pki, &office.clerk, FieldName::Seal)
    };
    let file = sign(&draft::letter().finish().unwrap(), &office.clerk, &act);
    keep("attachment.pdf", &file);
    let report = judge::ours(&file, &office.pki);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    if let Some(shown) = judge::lines(&file) {
        assert!(lines.iter().all(|line| shown.contains(line)), "{shown:#?}");
    }
    let narrow = SignRequest {
        new_field: Some(NewField {
            page: 0,
            rect: trien_pdf::Rect::new(500.0, 803.0, 553.0, 828.0),
            signer: None,
        }),
        ..act
    };
    let cut_off = begin(&open(&draft::letter().finish().unwrap()), &narrow);
    assert!(matches!(cut_off, Err(PadesError::TextTooWide { .. })));
}
