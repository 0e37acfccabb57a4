//! From an HTTP request to an answer: body, fault plan, signature, function.

use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, Response, StatusCode, header, request};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use time::macros::datetime;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::codes::Codes;
use super::faults::{Fault, Faults};
use super::functions::{self, Call};
use super::ledger::Ledger;
use super::listener::{Allowance, CuttingListener};
use super::registry::Registry;
use super::reply::{Refusal, failure, json, respond, success};
use super::units::Unit;
use super::wire::authenticate;
use super::{AxisError, AxisOptions};

/// The largest body; three times the largest package that gateways in use let through.
const BODY_MAX: usize = 256 << 20;

/// The first and the last moment that a Date header can tell.
const CLOCK_FIRST: OffsetDateTime = datetime!(1900-01-01 00:00 UTC);
const CLOCK_LAST: OffsetDateTime = datetime!(9999-12-31 23:59:59 UTC);

/// What an answer that is too long goes on with.
static BLANKS: [u8; 64 << 10] = [b' '; 64 << 10];

const HTML: &str = "<!DOCTYPE html><html><body><h1>Trang không phải của trục</h1></body></html>\n";

/// The axis's state behind one lock: a practice axis has a few clients.
pub(super) struct Server {
    options: AxisOptions,
    inner: Mutex<Inner>,
}

struct Inner {
    registry: Registry,
    codes: Codes,
    ledger: Ledger,
    faults: Faults,
}

impl Server {
    pub(super) fn open(options: &AxisOptions) -> Result<Self, AxisError> {
        let registry = Registry::load(&options.folder)?;
        Ok(Self {
            options: options.clone(),
            inner: Mutex::new(Inner {
                codes: Codes::of(&registry),
                registry,
                ledger: Ledger::open(&options.folder)?,
                faults: Faults::open(&options.folder),
            }),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change is on disk before memory follows, so a panic elsewhere leaves nothing torn.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until told to stop.
pub(super) async fn serve(listener: TcpListener, server: Server, stop: oneshot::Receiver<()>) {
    // A fallback instead of routes: any prefix before the function's name is legal, `//` too.
    let app = Router::new().fallback(answer).with_state(Arc::new(server));
    let app = app.into_make_service_with_connect_info::<Allowance>();
    let stopped = async {
        let _ = stop.await;
    };
    let served = axum::serve(CuttingListener(listener), app).with_graceful_shutdown(stopped);
    if let Err(error) = served.await {
        tracing::error!(%error, "the practice axis ended");
    }
}

async fn answer(
    State(server): State<Arc<Server>>,
    ConnectInfo(allowance): ConnectInfo<Allowance>,
    request: Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let function = head
        .uri
        .path()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    if function == "_faults" {
        return plan(&server, &head.method, body).await;
    }
    let messagetype = head
        .headers
        .get("xroadvnpt-messagetype")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let fault = server.lock().faults.next(&function, messagetype);
    if let Some(Fault::DropDuring { bytes }) = fault {
        read_some(body, bytes).await;
        allowance.cut_after(0);
        return respond(StatusCode::OK, "text/plain", "");
    }
    // Reading the body makes hyper answer `Expect: 100-continue` at once.
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return respond(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "");
    };
    match fault {
        Some(Fault::Status { code, retry_after }) => {
            let page = respond(StatusCode::OK, "text/html; charset=UTF-8", HTML);
            return under(code, retry_after.as_deref(), page);
        }
        Some(Fault::Html {}) => return respond(StatusCode::OK, "text/html; charset=UTF-8", HTML),
        Some(Fault::Empty {}) => return respond(StatusCode::OK, "application/json", ""),
        Some(Fault::Bare {}) => {
            return respond(StatusCode::OK, "application/json", r#"{"data":[]}"#);
        }
        Some(Fault::Bomb { bytes }) => return bomb(bytes),
        Some(Fault::Refuse {
            code,
            description,
            http,
            retry_after,
        }) => {
            let no = json(&failure(&Refusal::new(&code, &description), &function));
            return under(http, retry_after.as_deref(), no);
        }
        Some(Fault::Drop {}) => {
            allowance.cut_after(0);
            return respond(StatusCode::OK, "text/plain", "");
        }
        Some(Fault::Delay { ms }) => tokio::time::sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    let response = carry_out(&server, &head, &function, &body, fault.as_ref());
    match fault {
        Some(Fault::DropAfter {}) => allowance.cut_after(0),
        Some(Fault::Truncate { bytes }) => allowance.cut_after(bytes),
        Some(fault) => return spoiled(response, &fault).await,
        None => {}
    }
    response
}

/// An answer under another HTTP status, which may say when to come again.
fn under(http: u16, retry_after: Option<&str>, mut answer: Response<Body>) -> Response<Body> {
    *answer.status_mut() = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(Ok(value)) = retry_after.map(HeaderValue::from_str) {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}

/// `POST /_faults` takes a new plan; `GET /_faults` tells how often each rule of the plan was met.
async fn plan(server: &Server, method: &Method, body: Body) -> Response<Body> {
    if method == Method::GET {
        return json(&serde_json::json!({ "met": server.lock().faults.met() }));
    }
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return respond(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "");
    };
    match server.lock().faults.replace(&body) {
        Ok(()) => respond(StatusCode::NO_CONTENT, "text/plain", ""),
        Err(error) => respond(StatusCode::BAD_REQUEST, "text/plain", error.to_string()),
    }
}

/// Reads so many bytes of a body, and not the rest.
async fn read_some(body: Body, bytes: usize) {
    let mut pieces = body.into_data_stream();
    let mut read = 0;
    while read < bytes {
        match pieces.next().await {
            Some(Ok(piece)) => read += piece.len(),
            Some(Err(_)) | None => return,
        }
    }
}

/// An answer that a client which unpacks it without a bound does not survive.
fn bomb(bytes: u32) -> Response<Body> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = std::io::repeat(0).take(u64::from(bytes));
    let packed = std::io::copy(&mut { zeros }, &mut packed).and_then(|_| packed.finish());
    let mut response = respond(
        StatusCode::OK,
        "application/json",
        packed.unwrap_or_default(),
    );
    let value = HeaderValue::from_static("gzip");
    response
        .headers_mut()
        .insert(header::CONTENT_ENCODING, value);
    response
}

/// What a fault does to an answer that stands.
async fn spoiled(mut response: Response<Body>, fault: &Fault) -> Response<Body> {
    match fault {
        Fault::Slow { bytes, ms } => {
            let (head, body) = response.into_parts();
            let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
            let (size, pause) = ((*bytes).max(1), Duration::from_millis(*ms));
            let pieces = futures_util::stream::unfold(whole, move |mut rest| async move {
                if rest.is_empty() {
                    return None;
                }
                tokio::time::sleep(pause).await;
                let piece = rest.split_to(size.min(rest.len()));
                Some((Ok::<_, std::convert::Infallible>(piece), rest))
            });
            Response::from_parts(head, Body::from_stream(pieces))
        }
        Fault::Clock { seconds } => {
            let ahead = time::Duration::seconds(*seconds);
            let now = OffsetDateTime::now_utc().saturating_add(ahead);
            // The header knows four digits of a year, and none before 1900.
            let now = now.clamp(CLOCK_FIRST, CLOCK_LAST);
            let written = now
                .format(&Rfc2822)
                .unwrap_or_default()
                .replace("+0000", "GMT");
            if let Ok(value) = HeaderValue::from_str(&written) {
                response.headers_mut().insert(header::DATE, value);
            }
            response
        }
        Fault::Long { bytes } => {
            let (head, body) = response.into_parts();
            // Never in memory as a whole: a plan may ask for more than there is.
            let blanks = std::iter::repeat_n(&BLANKS[..], *bytes / BLANKS.len());
            let blanks = blanks.chain(BLANKS.get(..*bytes % BLANKS.len()));
            let blanks = blanks.map(|piece| Ok(Bytes::from_static(piece)));
            let more = futures_util::stream::iter(blanks);
            Response::from_parts(head, Body::from_stream(body.into_data_stream().chain(more)))
        }
        Fault::Garbled {} => {
            let value = HeaderValue::from_static("gzip");
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, value);
            response
        }
        _ => response,
    }
}

fn carry_out(
    server: &Server,
    head: &request::Parts,
    function: &str,
    body: &[u8],
    fault: Option<&Fault>,
) -> Response<Body> {
    let mut inner = server.lock();
    let Inner {
        registry,
        codes,
        ledger,
        ..
    } = &mut *inner;
    let (system, params) = match authenticate(&head.headers, registry) {
        Ok(signed) => signed,
        // Whatever a download answers is saved as a document by the SDK: errors have no body.
        Err(_) if function == "downloadEdoc" => return respond(StatusCode::OK, "text/plain", ""),
        Err(refusal) => return json(&failure(&refusal, function)),
    };
    let mut call = Call {
        system,
        registry,
        codes,
        ledger,
        params: &params,
        body,
        now: OffsetDateTime::now_utc(),
        fault,
        list_sent_without_id: server.options.list_sent_without_id,
        rewrite: server.options.rewrite,
    };
    let result = match function {
        "getReceivedEdocList" => call.received_list(),
        "getSentEdocList" => call.sent_list(),
        "getEdoc" => call.get_edoc(),
        "updateStatus" => call.update_status(),
        "sendEdoc" => call.send_edoc(),
        "countReceiveEdoc" => call.count("edoc"),
        "countReceiveStatus" => call.count("status"),
        "getAgenciesList" => call.directory(functions::agency),
        "getAgenciesListQD20" => call.directory(functions::agency_qd20),
        "getSynchronizeUnit" => call.changes(),
        "downloadEdoc" => {
            let bytes = call.delivered().unwrap_or_default();
            return respond(StatusCode::OK, "application/octet-stream", bytes);
        }
        "registerAgency" | "deleteAgency" => {
            let (system, code) = (system.id.clone(), params.get("AgencyCode").to_owned());
            let now = functions::local(OffsetDateTime::now_utc());
            let invalid = |_| Refusal::new("10", "Thong tin don vi khong hop le");
            let changed = match function {
                "registerAgency" => serde_json::from_slice::<Unit>(body)
                    .map_err(invalid)
                    .and_then(|unit| registry.register(&system, unit, now)),
                _ => registry.unregister(&system, &code, now),
            };
            changed.and_then(|()| {
                *codes = Codes::of(registry);
                registry.save(&server.options.folder)?;
                Ok(success(serde_json::json!({})))
            })
        }
        _ => Err(Refusal::new("20", "Khong co ham nay")),
    };
    json(&result.unwrap_or_else(|refusal| failure(&refusal, function)))
}
