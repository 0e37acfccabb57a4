//! An axis that talks to nobody without a certificate, and an office whose certificate's key is on a token.
//!
//! In front of the practice axis stands rustls on the axis's side: no connection comes through it that is not mutual TLS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Helpers of tests, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use time::OffsetDateTime;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion,
};
use trien_app::host::{Asked, FinalTry, Pin, PinEntry, Secret};
use trien_app::plain::{certificate, sha256};
use trien_app::profile::{RsaProfile, TokenProfile};
use trien_app::view::PinRequest;
use trien_app::{App, Changed, ErrorCode, Host, PinAnswer};
use trien_practice::pki::softtoken::installed_module;
use trien_tests::{Office, Outcome, PIN, PIN_VARIABLE};

/// How the other side lets handshakes be signed.
type Terms = (
    &'static SupportedProtocolVersion,
    &'static [SignatureScheme],
);

const PSS: Terms = (&TLS13, &[SignatureScheme::RSA_PSS_SHA256]);
/// What a token needs that does not offer RSASSA-PSS.
const PKCS1: Terms = (&TLS12, &[SignatureScheme::RSA_PKCS1_SHA256]);
const P256: Terms = (&TLS13, &[SignatureScheme::ECDSA_NISTP256_SHA256]);

#[test]
fn the_exchange_goes_by_a_certificate_on_a_token() {
    let office = Office::new();
    let clerk = office.clerk();
    let further = office.further_token("van-thu");
    let own = own_token(&office);
    let runtime = Runtime::new().unwrap();
    for (token, terms) in [(&own, PSS), (&own, PKCS1), (&further, P256)] {
        let (port, authority) = front(&office, &runtime, terms);
        office.reach_axis("van-thu", |axis| {
            axis.endpoint = format!("https://localhost:{port}");
            axis.wire.authorities = Some(authority);
            axis.wire.identity_token = Some(token.clone());
        });
        let report = clerk.ok(["sync", "--directory", "--pin-env", PIN_VARIABLE]);
        assert_eq!(report["troubles"], 0, "{report}");
    }
    let mut wrong = clerk.command();
    wrong.args(["sync", "--directory", "--pin-env", "TRIEN_WRONG_PIN"]);
    let wrong = Outcome::of({
        wrong.env("TRIEN_WRONG_PIN", "00000000");
        wrong
    });
    assert_eq!(wrong.error_code(), Some("pin_incorrect"), "{wrong:#?}");
    office.reach_axis("van-thu", |axis| axis.wire.identity_token = None);
    clerk.refused(["sync"], "axis_untrusted");
}

#[test]
fn the_pin_is_asked_for_once_and_anew_after_the_token_has_sealed() {
    let office = Office::new();
    let document = office.signed_answer();
    let runtime = Runtime::new().unwrap();
    let (port, authority) = front(&office, &runtime, PSS);
    office.reach_axis("van-thu", |axis| {
        axis.endpoint = format!("https://localhost:{port}");
        axis.wire.authorities = Some(authority);
        axis.wire.identity_token = Some(own_token(&office));
    });
    // SoftHSM's folder is in the environment, so the window's part is played by a process of its own.
    let mut itself = Command::new(std::env::current_exe().unwrap());
    itself.args(["--ignored", "--exact", "--nocapture", "at_the_desk"]);
    let desk = office.clerk().data().to_owned();
    itself.env("SOFTHSM2_CONF", desk.join("token/softhsm2.conf"));
    itself.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    itself.env(DESK, desk).env(DOCUMENT, document);
    assert!(itself.status().unwrap().success());
}

#[test]
#[ignore = "run by the test above"]
fn at_the_desk() {
    let [desk, document] = [DESK, DOCUMENT].map(|name| std::env::var(name).unwrap());
    let person = Arc::new(Person::default());
    let app = App::open(Path::new(&desk), Arc::clone(&person) as Arc<dyn Host>).unwrap();
    for declined in [app.sync_now(), app.sync_by_itself(), app.sync_by_itself()] {
        assert_eq!(declined.unwrap_err().code, ErrorCode::Cancelled);
    }
    assert_eq!(
        person.asked(),
        1,
        "rounds that run by themselves do not ask again"
    );
    person.willing.store(true, Ordering::SeqCst);
    app.sync_now().unwrap();
    app.sync_by_itself().unwrap();
    assert_eq!(person.asked(), 2, "the login is kept");
    app.number_and_seal(document.parse().unwrap()).unwrap();
    assert_eq!(person.asked(), 3, "a person's act has a PIN of its own");
    app.sync_by_itself().unwrap();
    assert_eq!(person.asked(), 4);
}

/// What the process at the desk is told.
const DESK: &str = "TRIEN_TEST_DESK";
const DOCUMENT: &str = "TRIEN_TEST_DOCUMENT";

/// Somebody who types the PIN, once they want to.
#[derive(Default)]
struct Person {
    willing: AtomicBool,
    asked: AtomicUsize,
}

impl Person {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Host for Person {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn ask_pin(&self, _: &PinRequest) -> Option<PinAnswer> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = PinAnswer {
            entry: PinEntry::Typed(Pin::new(PIN.to_owned())),
            final_try: FinalTry::Refuse,
        };
        self.willing.load(Ordering::SeqCst).then_some(answer)
    }

    fn pass_phrase(&self, _: Asked) -> Option<Secret> {
        Some(Secret::new(b"tap-huan".to_vec()))
    }

    fn changed(&self, _: Changed) {}
}

/// The token with which the clerk's desk seals.
fn own_token(office: &Office) -> TokenProfile {
    let pem = fs::read(office.certificate("van-thu")).unwrap();
    TokenProfile {
        module: installed_module().unwrap(),
        serial: None,
        certificate_sha256: sha256(&certificate(&pem).unwrap()),
        rsa: RsaProfile::default(),
    }
}

/// Lets whoever shows a certificate of the practice CA through to the axis; its port, and the authority of its own.
fn front(office: &Office, runtime: &Runtime, terms: Terms) -> (u16, PathBuf) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let authority = office.folder().join("co-quan-tls.pem");
    fs::write(&authority, ca.pem()).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server(office, &ca, terms)));
    let axis = office.endpoint();
    let axis = axis.trim_start_matches("http://").to_owned();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (acceptor, axis) = (acceptor.clone(), axis.clone());
            tokio::spawn(async move {
                let mut client = acceptor.accept(socket).await?;
                let mut axis = TcpStream::connect(axis).await?;
                copy_bidirectional(&mut client, &mut axis).await
            });
        }
    });
    (port, authority)
}

fn server(office: &Office, ca: &CertifiedIssuer<'_, KeyPair>, terms: Terms) -> ServerConfig {
    let (version, schemes) = terms;
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let chain = vec![params.signed_by(&key, ca).unwrap().der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_file(office.pki().join("root.pem")).unwrap();
    roots.add(root).unwrap();
    let provider = Arc::new(ring::default_provider());
    let mut offered = ring::default_provider();
    let known = offered.signature_verification_algorithms.mapping.iter();
    let known = known.filter(|(scheme, _)| schemes.contains(scheme));
    offered.signature_verification_algorithms.mapping = known.copied().collect::<Vec<_>>().leak();
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(offered));
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_protocol_versions(&[version]).unwrap();
    let config = config.with_client_cert_verifier(clients.build().unwrap());
    config.with_single_cert(chain, key).unwrap()
}
