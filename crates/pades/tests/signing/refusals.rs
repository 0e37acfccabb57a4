//! Acts that must not begin, and answers of a token that must not pass.

use std::sync::LazyLock;

use crate::support::pki::{Key, Pki, Signatory};
use crate::support::{clerk_request, draft, leader_signs, open, prepared, request, sign};
use time::Duration;
use trien_pades::{FieldName, Fill, PadesError, PlannedField, SignRequest, begin, prepare};
use trien_pdf::Rect;

static PKI: LazyLock<Pki> = LazyLock::new(Pki::new);
static PERSON: LazyLock<Signatory> =
    LazyLock::new(|| PKI.issue(1, "CN=Nguyễn Văn Bình,C=VN", Key::p256()));
static PREPARED: LazyLock<Vec<u8>> =
    LazyLock::new(|| prepared(draft::letter().finish().unwrap(), false));

fn refused(file: &[u8], request: &SignRequest) -> PadesError {
    begin(&open(file), request)
        .err()
        .expect("the act must not begin")
}

fn clerk(number: &str) -> SignRequest {
    clerk_request(&PKI, &PERSON, number)
}

#[test]
fn a_field_that_is_not_there_or_of_the_wrong_kind_or_signed_already() {
    let leader = request(&PKI, &PERSON, FieldName::Leader);
    let draft = draft::letter().finish().unwrap();
    assert!(
        matches!(refused(&draft, &leader), PadesError::NoSuchField(name) if name == "ky_lanhdao")
    );
    let number = request(&PKI, &PERSON, FieldName::Number);
    assert!(matches!(refused(&PREPARED, &number), PadesError::WrongField(name) if name == "vb_so"));
    let signed = leader_signs(&PREPARED, &PKI, &PERSON);
    assert!(
        matches!(refused(&signed, &leader), PadesError::AlreadyFilled(name) if name == "ky_lanhdao")
    );
}

#[test]
fn nothing_that_the_seal_locked_is_filled_afterwards() {
    let sealed = sign(
        &PREPARED,
        &PERSON,
        &SignRequest {
            fills: vec![],
            ..clerk("1")
        },
    );
    let late = SignRequest {
        field: FieldName::Leader,
        ..clerk("125")
    };
    let fault = refused(&sealed, &late);
    assert!(matches!(fault, PadesError::FieldLocked { locked_by, .. } if locked_by == "ky_condau"));
}

#[test]
fn a_number_shrinks_to_11_points_and_no_further() {
    // The box is 41 pt wide: 6 digits at 13 pt fit, 7 shrink to 11.7 pt, 8 would need 10.25 pt.
    for number in ["125", "123456", "1234567"] {
        begin(&open(&PREPARED), &clerk(number)).unwrap();
    }
    let fault = refused(&PREPARED, &clerk("12345678"));
    assert!(
        matches!(fault, PadesError::TextTooWide { room_pt, .. } if (room_pt - 41.0).abs() < 1e-6)
    );
}

#[test]
fn texts_that_would_not_be_what_is_shown() {
    for text in ["", " 125", "12345678901"] {
        assert!(
            matches!(refused(&PREPARED, &clerk(text)), PadesError::BadText { .. }),
            "{text:?}"
        );
    }
    for text in ["12\n5", "12漢"] {
        assert!(
            matches!(refused(&PREPARED, &clerk(text)), PadesError::Pdf(_)),
            "{text:?}"
        );
    }
}

#[test]
fn one_field_is_not_filled_twice_in_one_act() {
    let mut act = clerk("125");
    act.fills.push(Fill::new(FieldName::Number, "126"));
    assert!(matches!(refused(&PREPARED, &act), PadesError::AlreadyFilled(name) if name == "vb_so"));
}

#[test]
fn an_expired_certificate_or_bytes_that_are_none() {
    let mut late = request(&PKI, &PERSON, FieldName::Leader);
    late.claimed_time += Duration::days(400);
    assert!(matches!(
        refused(&PREPARED, &late),
        PadesError::CertificateNotValid { .. }
    ));
    let broken = SignRequest {
        chain: vec![vec![1, 2, 3]],
        ..request(&PKI, &PERSON, FieldName::Leader)
    };
    assert!(matches!(
        refused(&PREPARED, &broken),
        PadesError::BadCertificate { index: 1, .. }
    ));
    let issuer = SignRequest {
        certificate: PKI.issuer(),
        ..request(&PKI, &PERSON, FieldName::Leader)
    };
    assert!(matches!(refused(&PREPARED, &issuer), PadesError::KeyUsage));
}

#[test]
fn a_signature_by_another_key_or_over_other_bytes_does_not_pass() {
    let act = || begin(&open(&PREPARED), &request(&PKI, &PERSON, FieldName::Leader)).unwrap();
    let stranger = PKI.issue(2, "CN=Other,C=VN", Key::p256());
    let one = act();
    let raw = stranger.sign(&one);
    assert!(matches!(
        one.finish(&raw),
        Err(PadesError::SignatureMismatch)
    ));
    let two = act();
    let mut raw = PERSON.sign(&two);
    raw[40] ^= 1;
    assert!(matches!(
        two.finish(&raw),
        Err(PadesError::SignatureMismatch)
    ));
    assert!(matches!(
        act().finish(&[]),
        Err(PadesError::SignatureMismatch)
    ));
}

#[test]
fn plans_that_cannot_be_prepared() {
    let draft = draft::letter().finish().unwrap();
    let with = |change: &dyn Fn(&mut PlannedField)| {
        let mut plan = draft::plan(false);
        change(&mut plan.fields[0]);
        prepare(&open(&draft), &plan).unwrap_err()
    };
    assert!(matches!(
        with(&|field| field.page = 1),
        PadesError::NoSuchPage { page: 1, pages: 1 }
    ));
    assert!(matches!(
        with(&|field| field.name = FieldName::Seal),
        PadesError::BadPlan(_)
    ));
    assert!(matches!(
        with(&|field| field.name = FieldName::Initials('Ä')),
        PadesError::BadPlan(_)
    ));
    assert!(matches!(
        with(&|field| field.rect.x1 = field.rect.x0),
        PadesError::BadPlan(_)
    ));
    assert!(matches!(
        with(&|field| field.rect = Rect::new(0.0, 0.0, 9e9, 9.0)),
        PadesError::OffPage(_)
    ));
    assert!(matches!(
        prepare(&open(&PREPARED), &draft::plan(false)),
        Err(PadesError::AlreadyPrepared)
    ));
}
