//! The axis behind TLS: a private authority, a client certificate, a gateway's path and headers, a proxy.
//! The servers are rustls on loopback; nothing of ours is on their side.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use time::OffsetDateTime;
use trien_net::{AxisClient, AxisConfig, AxisError, Fate, MessageType, Proxy};

const LIST: &str = r#"{"status":"OK","ErrorCode":"0","ErrorDesc":"Thanh cong","data":[]}"#;

/// An authority that no system knows.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(&self, name: &str, expired: bool) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity {
            pem: format!("{}{}", certificate.pem(), key.serialize_pem()),
            certificate: certificate.der().clone(),
            key,
        }
    }

    fn roots(&self) -> Arc<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        Arc::new(roots)
    }

    fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }
}

/// What a server saw of one request; `None` where the handshake failed.
type Seen = JoinHandle<Option<Vec<String>>>;

/// Answers one request behind TLS; `clients`: the authority whose certificates clients must show.
fn server(identity: &Identity, clients: Option<&Authority>) -> (u16, Seen) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = match clients {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(authority.roots(), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
    let chain = vec![identity.certificate.clone()];
    let config = Arc::new(config.with_single_cert(chain, key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(config).unwrap();
        let mut stream = BufReader::new(StreamOwned::new(connection, socket));
        let lines = head(&mut stream)?;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{LIST}",
            LIST.len()
        );
        stream.get_mut().write_all(answer.as_bytes()).ok()?;
        Some(lines)
    });
    (port, seen)
}

/// A request's lines up to the empty one.
fn head(stream: &mut impl BufRead) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" if lines.is_empty() => return None,
            "" => return Some(lines),
            line => lines.push(line.to_owned()),
        }
    }
}

/// What a client with this configuration gets from `https://localhost`.
fn ask(port: u16, path: &str, change: impl FnOnce(&mut AxisConfig)) -> Result<usize, AxisError> {
    let mut config = AxisConfig::new(&format!("https://localhost:{port}{path}"), "vxp.test.01");
    config.proxy = Proxy::Direct;
    change(&mut config);
    let client = AxisClient::new(config, "canary-bi-mat".to_owned().into())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let listed = client.received_list(MessageType::Document, OffsetDateTime::UNIX_EPOCH);
    runtime
        .block_on(listed)
        .map(|answered| answered.value.len())
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named_and_nowhere_else() {
    let (authority, other) = (Authority::new(), Authority::new());
    let axis = authority.issue("localhost", false);
    let (port, seen) = server(&axis, None);
    assert_eq!(
        ask(port, "", |config| config.ca_pem = authority.pem()),
        Ok(0)
    );
    assert!(seen.join().unwrap().is_some());
    let named = |authority: &Authority| authority.pem();
    for (identity, ca) in [
        (authority.issue("localhost", false), Vec::new()),
        (authority.issue("localhost", false), named(&other)),
        (authority.issue("truc.example", false), named(&authority)),
        (authority.issue("localhost", true), named(&authority)),
    ] {
        let (port, seen) = server(&identity, None);
        let refused = ask(port, "", |config| config.ca_pem = ca).unwrap_err();
        assert!(
            matches!(refused, AxisError::Untrusted { .. }),
            "{refused:?}"
        );
        assert_eq!(
            refused.fate(),
            Fate::Final,
            "trying again does not change a certificate"
        );
        assert!(
            seen.join().unwrap().is_none(),
            "nothing was told to a stranger"
        );
    }
}

#[test]
fn our_certificate_is_shown_to_an_axis_that_asks_for_it() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let axis = authority.issue("localhost", false);
    let ours = clients.issue("vxp.test.01", false);
    let strangers = Authority::new().issue("vxp.test.01", false);
    let shown = |identity: Option<&Identity>| {
        let (port, seen) = server(&axis, Some(&clients));
        let asked = ask(port, "", |config| {
            config.ca_pem = authority.pem();
            let pem = identity.map(|identity| identity.pem.clone().into_bytes());
            config.identity_pem = pem.unwrap_or_default().into();
        });
        (asked, seen.join().unwrap().is_some())
    };
    assert_eq!(shown(Some(&ours)), (Ok(0), true));
    for identity in [None, Some(&strangers)] {
        let (asked, answered) = shown(identity);
        let refused = asked.unwrap_err();
        assert!(!answered);
        assert!(
            matches!(refused, AxisError::Untrusted { .. }),
            "{refused:?}"
        );
        assert_eq!(refused.fate(), Fate::Final);
    }
}

#[test]
fn a_gateways_path_and_headers_come_before_the_function_and_outside_the_signature() {
    let authority = Authority::new();
    let (port, seen) = server(&authority.issue("localhost", false), None);
    let asked = ask(port, "/r1/VN/GOV/VPCP/VXP/", |config| {
        config.ca_pem = authority.pem();
        config.extra_headers = vec![("X-Road-Client".into(), "VN/GOV/H99/DMS".into())];
    });
    assert_eq!(asked, Ok(0));
    let lines = seen.join().unwrap().unwrap();
    assert_eq!(
        lines[0],
        "POST /r1/VN/GOV/VPCP/VXP/getReceivedEdocList HTTP/1.1"
    );
    assert!(
        lines.contains(&"x-road-client: VN/GOV/H99/DMS".to_owned()),
        "{lines:#?}"
    );
    let signed = lines
        .iter()
        .find(|line| line.starts_with("xroadvnpt-sign-header:"))
        .unwrap();
    assert!(!signed.contains("X-Road"), "{signed}");
}

#[test]
fn a_proxy_carries_what_it_cannot_read() {
    let authority = Authority::new();
    let (port, seen) = server(&authority.issue("localhost", false), None);
    let (proxy, asked_for) = proxy(port);
    let asked = ask(port, "", |config| {
        config.ca_pem = authority.pem();
        config.proxy = Proxy::Url(format!("http://vt:mat-khau@127.0.0.1:{proxy}").into());
    });
    assert_eq!(asked, Ok(0));
    assert!(seen.join().unwrap().is_some());
    let lines = asked_for.join().unwrap();
    assert_eq!(lines[0], format!("CONNECT localhost:{port} HTTP/1.1"));
    let password = "proxy-authorization: basic dnq6bwf0lwtoyxu=";
    assert!(
        lines.iter().any(|line| line.to_lowercase() == password),
        "{lines:#?}"
    );
}

/// A proxy that carries one connection to a port of this machine, and what it was asked.
fn proxy(to: u16) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let carried = std::thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let mut from_client = BufReader::new(client.try_clone().unwrap());
        let asked = head(&mut from_client).unwrap();
        let axis = TcpStream::connect(("127.0.0.1", to)).unwrap();
        (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut to_axis = axis.try_clone().unwrap();
        std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_axis));
        let _ = std::io::copy(&mut axis.take(u64::MAX), &mut &client);
        asked
    });
    (port, carried)
}
