//! The PKI's services over HTTP, on loopback: its files, timestamps and OCSP.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use base64::Engine as _;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{PkiError, PracticeCa, Service, ocsp, timestamp};

/// A request names a hash or a certificate; the largest has some kilobytes.
const BODY_MAX: usize = 64 << 10;
/// How long open calls may take to end when it stops.
const FAREWELL: Duration = Duration::from_secs(2);
/// What is given to everybody who asks.
const PUBLISHED: [&str; 4] = ["root.cer", "root.crl", "issuer.cer", "issuer.crl"];

/// The running services of one CA.
#[derive(Debug)]
pub struct PkiServer {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl PkiServer {
    /// Serves the CA of `folder` on loopback, port 0 takes a free one. Whatever is put between the port and the
    /// last part of an address is ignored.
    ///
    /// | last part | what it is |
    /// |---|---|
    /// | `root.crl`, `issuer.crl`, `root.cer`, `issuer.cer` | lists and certificates, by GET |
    /// | `ocsp` and the other responders of [`Service`] | OCSP, by POST or GET |
    /// | `tsa` and the other authorities of [`Service`] | RFC 3161, by POST |
    ///
    /// # Errors
    /// [`PkiError::Listen`]; [`PkiError::File`] and [`PkiError::Damaged`] where the folder holds no CA.
    pub async fn start(folder: &Path, port: u16) -> Result<Self, PkiError> {
        let ca = PracticeCa::open(folder)?;
        let wanted = SocketAddr::from(([127, 0, 0, 1], port));
        let refused = |e: std::io::Error| PkiError::Listen {
            address: wanted,
            reason: e.to_string(),
        };
        let listener = TcpListener::bind(wanted).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (stop, stopped) = oneshot::channel();
        let app = Router::new().fallback(answer).with_state(Arc::new(ca));
        let served = axum::serve(listener, app).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        let task = tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::error!(%error, "the practice PKI's services ended");
            }
        });
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    /// The base of its addresses.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}/pki", self.address)
    }

    /// Stops it.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = tokio::time::timeout(FAREWELL, self.task).await;
    }

    /// Runs until the process ends.
    pub async fn wait(self) {
        let _open = self.stop;
        let _ = self.task.await;
    }
}

async fn answer(State(ca): State<Arc<PracticeCa>>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return respond(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", Vec::new());
    };
    // A service's key may have to be made, which takes a second.
    let made = tokio::task::spawn_blocking(move || find(&ca, &path, &body)).await;
    match made {
        Ok(Ok(Some((kind, bytes)))) => respond(StatusCode::OK, kind, bytes),
        Ok(Ok(None)) => respond(StatusCode::NOT_FOUND, "text/plain", Vec::new()),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

/// The answer to one request with its media type; `None` where there is nothing of that name.
fn find(
    ca: &PracticeCa,
    path: &str,
    body: &[u8],
) -> Result<Option<(&'static str, Vec<u8>)>, PkiError> {
    let now = OffsetDateTime::now_utc();
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let last = segments.last().copied().unwrap_or_default();
    if PUBLISHED.contains(&last) {
        let file = ca.dir().join(last);
        let bytes = std::fs::read(&file).map_err(super::files::file_error(&file))?;
        let kind = match last.ends_with(".crl") {
            true => "application/pkix-crl",
            false => "application/pkix-cert",
        };
        return Ok(Some((kind, bytes)));
    }
    let named = |segment: &str| {
        Service::ALL
            .into_iter()
            .find(|service| service.name() == segment)
    };
    if let Some(service) = named(last) {
        let own = ca.service(service, now)?;
        return Ok(Some(if service.is_responder() {
            let bytes = ocsp::answer(ca, &own, body, now)?;
            ("application/ocsp-response", bytes)
        } else {
            let bytes = timestamp::answer(&own, &ca.issuer, body, now)?;
            ("application/timestamp-reply", bytes)
        }));
    }
    // RFC 6960 A.1: a request by GET is the base64 of it, after the address.
    let asked = segments.iter().position(|segment| named(segment).is_some());
    let Some((service, rest)) =
        asked.and_then(|at| Some((named(segments.get(at)?)?, segments.get(at + 1..)?)))
    else {
        return Ok(None);
    };
    let text = rest
        .join("/")
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let request = base64::engine::general_purpose::STANDARD.decode(text);
    match request {
        Ok(request) if service.is_responder() => {
            let bytes = ocsp::answer(ca, &ca.service(service, now)?, &request, now)?;
            Ok(Some(("application/ocsp-response", bytes)))
        }
        _ => Ok(None),
    }
}

fn respond(status: StatusCode, kind: &'static str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn failed(error: &dyn std::fmt::Display) -> Response<Body> {
    let text = error.to_string().into_bytes();
    respond(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::{Decode, Encode};
    use time::macros::datetime;
    use x509_ocsp::{BasicOcspResponse, CertStatus, OcspResponse};
    use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion};

    const NOW: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

    #[test]
    fn the_files_and_nothing_else_of_the_folder_are_given() {
        let dir = tempfile::tempdir().unwrap();
        let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
        let given = find(&ca, "/pki/issuer.crl", b"").unwrap().unwrap();
        assert_eq!(given.0, "application/pkix-crl");
        for path in ["/pki/ca.json", "/pki/private/root.key.pem", "/pki/..", "/"] {
            assert!(find(&ca, path, b"").unwrap().is_none(), "{path}");
        }
    }

    #[test]
    fn a_timestamp_is_granted_for_a_hash_and_refused_for_nonsense() {
        let dir = tempfile::tempdir().unwrap();
        let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
        let request = TimeStampReq {
            version: TspVersion::V1,
            message_imprint: MessageImprint {
                hash_algorithm: spki::AlgorithmIdentifier {
                    oid: const_oid::db::rfc5912::ID_SHA_256,
                    parameters: None,
                },
                hashed_message: der::asn1::OctetString::new([7; 32]).unwrap(),
            },
            req_policy: None,
            nonce: None,
            cert_req: true,
            extensions: None,
        };
        let asked = request.to_der().unwrap();
        let (_, granted) = find(&ca, "/pki/tsa", &asked).unwrap().unwrap();
        let granted = TimeStampResp::from_der(&granted).unwrap();
        assert!(granted.time_stamp_token.is_some());
        let (_, refused) = find(&ca, "/pki/tsa", b"nonsense").unwrap().unwrap();
        let refused = TimeStampResp::from_der(&refused).unwrap();
        assert!(refused.time_stamp_token.is_none());
    }

    #[test]
    fn ocsp_tells_good_from_revoked_from_unknown() {
        let dir = tempfile::tempdir().unwrap();
        let ca = PracticeCa::create(dir.path(), None, NOW).unwrap();
        let status = |serial: &x509_cert::serial_number::SerialNumber| {
            let request = question(&ca, serial).to_der().unwrap();
            let (_, answer) = find(&ca, "/pki/ocsp", &request).unwrap().unwrap();
            let inner = OcspResponse::from_der(&answer)
                .unwrap()
                .response_bytes
                .unwrap();
            let basic = BasicOcspResponse::from_der(inner.response.as_bytes()).unwrap();
            basic.tbs_response_data.responses[0].cert_status
        };
        let serial_of = |service| {
            let made = ca.service(service, NOW).unwrap().certificate;
            made.tbs_certificate.serial_number
        };
        assert!(matches!(
            status(&serial_of(Service::Timestamp)),
            CertStatus::Good(_)
        ));
        let stolen = serial_of(Service::TimestampRevoked);
        assert!(matches!(status(&stolen), CertStatus::Revoked(_)));
        let stranger = serial_of(Service::TimestampRogue);
        assert!(matches!(status(&stranger), CertStatus::Unknown(_)));
    }

    fn question(
        ca: &PracticeCa,
        serial: &x509_cert::serial_number::SerialNumber,
    ) -> x509_ocsp::OcspRequest {
        use sha1::Digest;
        let hash =
            |bytes: &[u8]| der::asn1::OctetString::new(sha1::Sha1::digest(bytes).to_vec()).unwrap();
        let tbs = &ca.issuer().tbs_certificate;
        let key = tbs.subject_public_key_info.subject_public_key.raw_bytes();
        let id = x509_ocsp::CertId {
            hash_algorithm: spki::AlgorithmIdentifier {
                oid: const_oid::db::rfc5912::ID_SHA_1,
                parameters: None,
            },
            issuer_name_hash: hash(&tbs.subject.to_der().unwrap()),
            issuer_key_hash: hash(key),
            serial_number: serial.clone(),
        };
        x509_ocsp::OcspRequest {
            tbs_request: x509_ocsp::TbsRequest {
                version: x509_ocsp::Version::V1,
                requestor_name: None,
                request_list: vec![x509_ocsp::Request {
                    req_cert: id,
                    single_request_extensions: None,
                }],
                request_extensions: None,
            },
            optional_signature: None,
        }
    }
}
