//! `trien verify --online` against the practice PKI on loopback: what its OCSP responder and lists say counts, and where
//! nobody answers nothing is known.
#![allow(clippy::unwrap_used)] // A step that fails is a failed test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use der::EncodePem;
use rsa::pkcs8::EncodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::Value;
use sha2::Sha256;
use time::OffsetDateTime;
use trien_pades::{FieldName, Mark, NewField, SignRequest, begin};
use trien_pdf::write::{A4, Document};
use trien_pdf::{Limits, Pdf, Rect};
use trien_practice::pki::{Certificate, CertificateOrder, PracticeCa, Subject};
use trien_tests::Programs;

/// The practice PKI, served; it ends with the value.
struct Served {
    folder: PathBuf,
    services: Child,
}

impl Served {
    fn start(folder: &Path) -> Self {
        let port = {
            let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut command: Command = Programs::find().command();
        command.args(["practice", "pki"]).arg(folder);
        command
            .args(["--serve", &port.to_string()])
            .stdout(Stdio::null());
        let services = command.spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "the services do not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self {
            folder: folder.to_owned(),
            services,
        }
    }

    /// Exit code and report of a judgement that is given root and issuer, and no list.
    fn judge(&self, file: &Path, more: &[&str]) -> (i32, Value) {
        let mut command = Programs::find().command();
        command.arg("verify").arg(file).arg("--json").args(more);
        command.arg("--trust").arg(self.folder.join("root.pem"));
        command
            .arg("--intermediate")
            .arg(self.folder.join("issuer.pem"));
        let output = command.output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), report)
    }

    fn stop(&mut self) {
        let _ = self.services.kill();
        let _ = self.services.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A letter with one signature by a certificate that the CA has just issued, and that certificate.
fn signed_letter(folder: &Path) -> (Vec<u8>, Certificate) {
    let key = RsaPrivateKey::new(&mut rand::thread_rng(), 2048).unwrap();
    let subject = Subject::person("Nguyễn Văn Bình", "Chủ tịch", "UBND xã Mẫu", "Mẫu Sơn");
    let order = CertificateOrder::valid_for(subject, 30, OffsetDateTime::now_utc());
    let public = key.to_public_key().to_public_key_der().unwrap();
    let ca = PracticeCa::open(folder).unwrap();
    let certificate = ca.certify(&order, public.as_bytes()).unwrap();
    let mut draft = Document::new().unwrap();
    draft.page(A4);
    let file = draft.finish().unwrap();
    let pdf = Pdf::open(file.as_slice(), Limits::default()).unwrap();
    let request = SignRequest {
        field: FieldName::Leader,
        new_field: Some(NewField {
            page: 0,
            rect: Rect::new(380.0, 300.0, 500.0, 370.0),
            signer: None,
        }),
        certify: false,
        certificate: der::Encode::to_der(&certificate).unwrap(),
        chain: Vec::new(),
        prefer_pss: false,
        digest: trien_pades::DigestAlgorithm::Sha256,
        mark: Mark::None,
        claimed_time: OffsetDateTime::now_utc(),
        name: None,
        reason: None,
        location: None,
        fills: Vec::new(),
    };
    let act = begin(&pdf, &request).unwrap();
    let digest = <Sha256 as sha2::Digest>::digest(act.digest_input());
    let raw = key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).unwrap();
    let signed = act.finish(&raw).unwrap();
    drop(pdf);
    ([file, signed.appended].concat(), certificate)
}

fn first<'a>(report: &'a Value, key: &str) -> &'a str {
    report["reasons"][0][key].as_str().unwrap_or_default()
}

#[test]
fn the_services_of_the_authority_tell_good_from_revoked_and_silence_is_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let pki = folder.path().join("pki");
    let mut served = Served::start(&pki);
    let (bytes, certificate) = signed_letter(&pki);
    let file = folder.path().join("letter.pdf");
    fs::write(&file, bytes).unwrap();

    let (code, report) = served.judge(&file, &[]);
    assert_eq!((code, first(&report, "code")), (2, "revocation_unknown"));

    let (code, report) = served.judge(&file, &["--online"]);
    assert_eq!(
        (code, &report["verdict"]),
        (0, &"valid".into()),
        "{report:#}"
    );
    let revocation = &report["signatures"][0]["revocation"];
    assert_eq!(
        (&revocation["status"], &revocation["source"]),
        (&"good".into(), &"online".into())
    );

    let pem = folder.path().join("signer.pem");
    fs::write(&pem, certificate.to_pem(der::pem::LineEnding::LF).unwrap()).unwrap();
    let mut revoke = Programs::find().command();
    revoke
        .args(["practice", "pki"])
        .arg(&pki)
        .arg("--revoke")
        .arg(&pem);
    assert!(revoke.stdout(Stdio::null()).status().unwrap().success());
    let (code, report) = served.judge(&file, &["--online"]);
    assert_eq!((code, first(&report, "code")), (1, "certificate_revoked"));

    served.stop();
    let (code, report) = served.judge(&file, &["--online"]);
    assert_eq!((code, first(&report, "code")), (2, "revocation_unknown"));
}
