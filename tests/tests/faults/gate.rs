//! What the clerk's desk refuses of a signed file, and of a token that is to seal it.

use std::fs;
use std::process::Command;

use serde_json::Value;
use time::{Duration, OffsetDateTime};
use trien_pades::{FieldName, Mark, SignRequest, begin};
use trien_pdf::{Dict, Limits, Object, ObjectSink, Pdf, Update};
use trien_practice::pki::softtoken::{TokenFolder, installed_module};
use trien_tests::{Desk, Outcome, PIN, PIN_VARIABLE};

use crate::world::{World, change_token, seal_of};

/// A certificate of the leader's that ended a month ago.
pub const EXPIRED_LEADER: &[&str] = &[
    "--label",
    "het-han",
    "--name",
    "Vi Đức Thuận",
    "--title",
    "Chủ tịch",
    "--organ",
    "Ủy ban nhân dân xã Mẫu Sơn",
    "--expired",
];

#[test]
fn a_signed_file_is_taken_back_only_as_the_leader_signed_it() {
    let world = World::new();
    let id = world.handed_over();
    let prepared = world.newest_file(&world.clerk, &id);

    let before_leader = world.run(&world.clerk, seal_of(&id, PIN_VARIABLE));
    world.assert_refused(&before_leader, "seal before leader");

    world.sign(&id);
    let signed = world.newest_file(&world.leader, &id);
    let (token, certificate) = world.new_token("expired", EXPIRED_LEADER);
    let bad = [
        ("leader's signature broken", another_year(&signed)),
        (
            "leader is another person",
            signed_by_director(&world, &prepared),
        ),
        (
            "leader's certificate expired",
            signed_a_year_ago(&prepared, &token, certificate),
        ),
        ("field filled after the leader", with_number_filled(&signed)),
        ("object added after the leader", with_object_added(&signed)),
    ];
    for (case, pdf) in &bad {
        refuse_file(&world, &id, case, pdf);
    }
    // The same files in the leader's own package, its hash set right by whoever changed them.
    for (case, pdf) in &bad {
        refuse_package(&world, &id, case, pdf);
    }
    let taken = world.ok(&world.clerk, ["handover", "in"]);
    assert_eq!(
        taken["taken"][0]["id"].to_string(),
        id,
        "the true one is taken"
    );
    world.ok(&world.clerk, seal_of(&id, PIN_VARIABLE));
}

#[test]
fn only_this_offices_seal_is_put_on_and_no_number_is_lost_to_another() {
    let world = World::new();
    let id = world.signed();
    for (case, desk) in [
        ("a person's certificate as seal", world.office.leader()),
        ("another organ's seal", world.office.receiver()),
    ] {
        let before = world.standing(&world.clerk, &id);
        let outcome = seal_with_token_of(&world, &id, &desk);
        world.assert_refused(&outcome, case);
        assert_eq!(world.standing(&world.clerk, &id), before, "{case}");
        assert_eq!(
            book(&world),
            Vec::<Value>::new(),
            "{case}: no number is taken"
        );
    }
    let sealed = seal_with_token_of(&world, &id, &world.clerk);
    assert_eq!(sealed.json["code"], "01/UBND-VP", "{sealed:#?}");
}

#[test]
fn a_leader_whose_certificate_was_revoked_meanwhile_gets_no_number() {
    let world = World::new();
    let id = world.signed();
    let before = world.standing(&world.clerk, &id);
    let pki = world.office.pki();
    let certificate = world.office.certificate("lanh-dao");
    let arguments = ["practice", "pki", pki.to_str().unwrap(), "--revoke"];
    world
        .clerk
        .ok(arguments.into_iter().chain([certificate.to_str().unwrap()]));
    let list = world.clerk.data().join("trust/crls/issuer.crl");
    let earlier = fs::read(&list).unwrap();
    fs::copy(pki.join("issuer.crl"), &list).unwrap();
    let outcome = world.run(&world.clerk, seal_of(&id, PIN_VARIABLE));
    world.assert_refused(&outcome, "leader's certificate revoked");
    assert_eq!(world.standing(&world.clerk, &id), before);
    assert_eq!(book(&world), Vec::<Value>::new());

    // Without any list nothing is known of the certificate: that is not good enough either.
    fs::remove_file(&list).unwrap();
    let outcome = world.run(&world.clerk, seal_of(&id, PIN_VARIABLE));
    world.assert_refused(&outcome, "nothing known of the leader's certificate");
    assert_eq!(world.standing(&world.clerk, &id), before);
    fs::write(&list, earlier).unwrap();
    world.ok(&world.clerk, seal_of(&id, PIN_VARIABLE));
}

/// The lines of the book of outgoing documents.
fn book(world: &World) -> Vec<Value> {
    let book = world.clerk.ok(["register", "out"]);
    book["rows"].as_array().unwrap().clone()
}

/// Tries to seal at the clerk's desk with what another desk's token holds.
fn seal_with_token_of(world: &World, id: &str, desk: &Desk) -> Outcome {
    let name = desk.data().file_name().unwrap().to_str().unwrap();
    let pem = fs::read(world.office.certificate(name)).unwrap();
    let certificate = trien_app::plain::certificate(&pem).unwrap();
    change_token(&world.clerk, |profile| {
        profile.certificate_sha256 = trien_app::plain::sha256(&certificate);
    });
    let conf = desk.data().join("token/softhsm2.conf");
    let arguments = seal_of(id, PIN_VARIABLE);
    world.run_with(&world.clerk, arguments, &[("SOFTHSM2_CONF", &conf)])
}

fn refuse_file(world: &World, id: &str, case: &str, pdf: &[u8]) {
    let before = world.standing(&world.clerk, id);
    let path = world.scratch("brought.pdf");
    fs::write(&path, pdf).unwrap();
    let outcome = world.run(&world.clerk, ["take-signed", id, path.to_str().unwrap()]);
    world.assert_refused(&outcome, case);
    assert_eq!(world.standing(&world.clerk, id), before, "{case}");
}

fn refuse_package(world: &World, id: &str, case: &str, pdf: &[u8]) {
    let before = world.standing(&world.clerk, id);
    let way = world.office.handover().join("da-ky");
    let original = fs::read_dir(&way).unwrap().next().unwrap().unwrap().path();
    let aside = world.scratch("aside");
    fs::rename(&original, &aside).unwrap();
    let forged = way.join("goi-bi-sua");
    fs::create_dir(&forged).unwrap();
    let facts = fs::read(aside.join("trinh-ky.json")).unwrap();
    let mut facts: Value = serde_json::from_slice(&facts).unwrap();
    facts["pdf_sha256"] = trien_app::plain::sha256(pdf).into();
    fs::write(forged.join("trinh-ky.json"), facts.to_string()).unwrap();
    fs::write(forged.join("van-ban.pdf"), pdf).unwrap();
    let outcome = world.run(&world.clerk, ["handover", "in"]);
    world.assert_refused(&outcome, case);
    assert_eq!(world.standing(&world.clerk, id), before, "{case}");
    assert!(
        forged.join("van-ban.pdf").exists(),
        "evidence stays: {case}"
    );
    fs::remove_dir_all(&forged).unwrap();
    fs::rename(&aside, &original).unwrap();
}

/// The year in the signature's /M is changed: the bytes are no longer those that were signed.
fn another_year(signed: &[u8]) -> Vec<u8> {
    let at = find_last(signed, b"/M (D:20").unwrap() + b"/M (D:20".len();
    let mut pdf = signed.to_vec();
    pdf[at] = b'1';
    pdf
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|part| part == wanted)
}

/// The department's director signs in the chairman's field, with `trien sign` on the plain file.
fn signed_by_director(world: &World, prepared: &[u8]) -> Vec<u8> {
    let (file, out) = (
        world.scratch("director.pdf"),
        world.scratch("director-signed.pdf"),
    );
    fs::write(&file, prepared).unwrap();
    let sign = |more: &[&str]| {
        let mut command = Desk::new(&world.office.folder().join("giam-doc")).command();
        command.arg("sign").arg(&file).arg("--out").arg(&out);
        command.arg("--module").arg(installed_module().unwrap());
        command.args(["--pin-env", PIN_VARIABLE]).args(more);
        Outcome::of(command)
    };
    // A name that is not the certificate's is asked about first.
    let asked = sign(&[]);
    assert_eq!(asked.error_code(), Some("signer_name_differs"));
    assert!(!out.exists());
    let signed = sign(&["--despite-name"]);
    assert!(signed.code == Some(0), "{signed:#?}");
    fs::read(out).unwrap()
}

/// A signature that claims to be made when the certificate was valid; nothing proves that. Triện signs
/// with no expired certificate, so `pkcs11-tool` asks the token here.
fn signed_a_year_ago(prepared: &[u8], token: &TokenFolder, certificate: Vec<u8>) -> Vec<u8> {
    let then = OffsetDateTime::now_utc() - Duration::days(200);
    signed_at(then, prepared, token, "het-han", certificate)
}

/// A leader's signature that claims a time of the test's choice, made by a token of this label.
pub fn signed_at(
    claimed_time: OffsetDateTime,
    prepared: &[u8],
    token: &TokenFolder,
    label: &str,
    certificate: Vec<u8>,
) -> Vec<u8> {
    let pdf = Pdf::open(prepared, Limits::default()).unwrap();
    let request = SignRequest {
        field: FieldName::Leader,
        new_field: None,
        certify: false,
        certificate,
        chain: Vec::new(),
        prefer_pss: false,
        digest: trien_pades::DigestAlgorithm::Sha256,
        mark: Mark::None,
        claimed_time,
        name: None,
        reason: None,
        location: None,
        fills: Vec::new(),
    };
    let to_be_signed = begin(&pdf, &request).unwrap();
    let signature = raw_signature(token, label, &to_be_signed.digest_info().unwrap());
    let signed = to_be_signed.finish(&signature).unwrap();
    [prepared, &signed.appended].concat()
}

fn raw_signature(token: &TokenFolder, label: &str, digest_info: &[u8]) -> Vec<u8> {
    let conf = token.conf();
    let folder = conf.parent().unwrap();
    let (input, output) = (folder.join("digest-info"), folder.join("signature"));
    fs::write(&input, digest_info).unwrap();
    let (variable, conf) = token.environment();
    let mut tool = Command::new("pkcs11-tool");
    tool.env(variable, conf).arg("--module");
    tool.arg(installed_module().unwrap());
    tool.args(["--login", "--pin", PIN, "--token-label", label]);
    tool.args(["--sign", "--mechanism", "RSA-PKCS", "--input-file"]);
    tool.arg(&input).arg("--output-file").arg(&output);
    let ran = tool.output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    fs::read(output).unwrap()
}

/// Somebody writes a number into the prepared field.
fn with_number_filled(signed: &[u8]) -> Vec<u8> {
    update(signed, |update| {
        let view = update.before();
        let number = view.objects().into_iter().find(|id| {
            let object = view.object(*id).unwrap();
            let name = object.as_dict().and_then(|d| d.get("T")?.as_string());
            name.is_some_and(|name| name.to_text() == "vb_so")
        });
        let number = number.unwrap();
        let field = view.dict(number, "field").unwrap();
        update.set(number, field.with("V", Object::text("999")));
    })
}

/// Somebody hangs something into the document that no field accounts for.
fn with_object_added(signed: &[u8]) -> Vec<u8> {
    update(signed, |update| {
        let root = update.before().root().unwrap();
        let catalog = update.before().catalog().unwrap();
        let added = update.add(Dict::new().with("Type", Object::name("PieceInfo")));
        update.set(root, catalog.with("PieceInfo", Object::Reference(added)));
    })
}

fn update(signed: &[u8], change: impl FnOnce(&mut Update<'_, &[u8]>)) -> Vec<u8> {
    let pdf = Pdf::open(signed, Limits::default()).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    change(&mut update);
    [signed, &update.finish().unwrap().bytes].concat()
}
