//! Carrying requests: one HTTP client for questions, one for sends, and bounded answers.

use std::error::Error as _;
use std::sync::Once;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Response};
use zeroize::Zeroizing;

use crate::{AxisError, Identity, identity};

/// Where the axis is and how it is reached.
#[derive(Clone)]
pub struct AxisConfig {
    /// Base address with any path, `http://10.0.0.1:8080/XrdAdapter/adapter`; the function's name is
    /// appended.
    pub endpoint: String,
    /// The registered system's id, which is not an organ's.
    pub system_id: String,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// Through what.
    pub proxy: Proxy,
    /// PEM certificates of the only authorities to trust; empty trusts the system's.
    pub ca_pem: Vec<u8>,
    /// PEM certificate and key that we show; empty shows none.
    pub identity_pem: Zeroizing<Vec<u8>>,
    /// The certificate that we show in the place of that one, where its key lies on a token.
    pub identity: Option<Identity>,
    /// Headers that a gateway in front wants (`X-Road-Client`), outside the signature.
    pub extra_headers: Vec<(String, String)>,
    /// How much to take.
    pub sizes: Sizes,
}

impl AxisConfig {
    /// A configuration with everything but the address and the system at its default.
    pub fn new(endpoint: &str, system_id: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            system_id: system_id.to_owned(),
            timeouts: Timeouts::default(),
            proxy: Proxy::System,
            ca_pem: Vec::new(),
            identity_pem: Zeroizing::default(),
            identity: None,
            extra_headers: Vec::new(),
            sizes: Sizes::default(),
        }
    }
}

/// How long to wait. The SDKs have no bounds and hang for ever; we do not.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Until connected.
    pub connect: Duration,
    /// Between two pieces, of an answer or of a package on its way out.
    pub idle: Duration,
    /// For the answer to a package that has left us whole, and between its pieces.
    pub answer: Duration,
    /// For a question with a short answer, whole.
    pub call: Duration,
    /// For a package on its way, or the whole directory.
    pub transfer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            // The system holds some MB of it yet, which take a minute over a slow line; then the axis checks it.
            answer: Duration::from_secs(300),
            call: Duration::from_secs(120),
            // 50 MB over the slowest line in use, 512 kbit/s, take 14 minutes in base64.
            transfer: Duration::from_secs(1800),
        }
    }
}

/// Through what a connection goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxy {
    /// As the system or its environment says.
    System,
    /// Through none.
    Direct,
    /// Through this one, `http://user:password@host:port`.
    Url(Zeroizing<String>),
}

/// How much to take.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Bytes of one package.
    pub package: usize,
    /// Bytes of a list; a real directory of 111,339 organs has about 25 MB.
    pub list: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            package: 128 << 20,
            list: 128 << 20,
        }
    }
}

/// The HTTP clients of one configuration.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    /// Keeps connections open between questions.
    pub(crate) calls: Client,
    /// A fresh connection for each send: on a stale one a lost document could not be told from a
    /// taken one.
    pub(crate) sends: Client,
}

impl Transport {
    pub(crate) fn new(config: &AxisConfig) -> Result<Self, AxisError> {
        install_crypto();
        let build = |builder: ClientBuilder| builder.build().map_err(|e| bad(&e));
        let calls = builder(config)?.read_timeout(config.timeouts.idle);
        // Sends have limits of their own (see `departure`).
        let sends = builder(config)?.pool_max_idle_per_host(0);
        Ok(Self {
            calls: build(calls)?,
            sends: build(sends)?,
        })
    }
}

fn builder(config: &AxisConfig) -> Result<ClientBuilder, AxisError> {
    let mut builder = Client::builder()
        .connect_timeout(config.timeouts.connect)
        // A redirected POST would carry the signature elsewhere.
        .redirect(Policy::none())
        // Whether to try again is decided above, where it is known what a call does.
        .retry(reqwest::retry::never());
    builder = with_proxy(builder, &config.proxy)?;
    if let Some(ours) = &config.identity {
        return Ok(builder.tls_backend_preconfigured(identity::tls(ours, &config.ca_pem)?));
    }
    if !config.ca_pem.is_empty() {
        let authorities = Certificate::from_pem_bundle(&config.ca_pem).map_err(|e| bad(&e))?;
        builder = builder.tls_certs_only(authorities);
    }
    if !config.identity_pem.is_empty() {
        let identity = reqwest::Identity::from_pem(&config.identity_pem).map_err(|e| bad(&e))?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}

/// Sends what the client sends through the proxy.
pub(crate) fn with_proxy(
    builder: ClientBuilder,
    proxy: &Proxy,
) -> Result<ClientBuilder, AxisError> {
    Ok(match proxy {
        Proxy::System => builder,
        Proxy::Direct => builder.no_proxy(),
        Proxy::Url(url) => {
            let proxy = reqwest::Proxy::all(url.as_str()).map_err(|e| bad(&e))?;
            builder.proxy(proxy)
        }
    })
}

/// rustls takes its cryptography from the process; ring, because it builds without CMake. An
/// installed provider of the host program is left in place.
pub(crate) fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn bad(error: &reqwest::Error) -> AxisError {
    AxisError::Config {
        reason: reason(error),
    }
}

/// What an error of the HTTP client means for us.
pub(crate) fn judge(error: &reqwest::Error) -> AxisError {
    if let Some(reason) = tls_trouble(error) {
        return AxisError::Untrusted { reason };
    }
    let reason = reason(error);
    if error.is_builder() {
        AxisError::Config { reason }
    } else if error.is_connect() {
        AxisError::Unreachable { reason }
    } else if error.is_timeout() {
        AxisError::TimedOut
    } else {
        AxisError::Broken { reason }
    }
}

/// Reads a body to its end, piece by piece, and gives each piece away.
pub(crate) async fn pieces(
    mut response: Response,
    mut take: impl FnMut(&[u8]) -> Result<(), AxisError>,
) -> Result<(), AxisError> {
    while let Some(piece) = response.chunk().await.map_err(|e| judge(&e))? {
        take(&piece)?;
    }
    Ok(())
}

/// Reads a body whole, up to a bound, and tells of each piece that has come.
pub(crate) async fn bounded(
    response: Response,
    limit: usize,
    came: impl Fn(),
) -> Result<Vec<u8>, AxisError> {
    let mut body = Vec::new();
    pieces(response, |piece| {
        came();
        if body.len() + piece.len() > limit {
            return Err(AxisError::TooLarge { limit });
        }
        body.extend_from_slice(piece);
        Ok(())
    })
    .await?;
    Ok(body)
}

/// The error's chain in one line, without the address, which could carry a proxy's password.
fn reason(error: &reqwest::Error) -> String {
    let mut line = String::new();
    let mut source = error.source();
    while let Some(cause) = source {
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    if line.is_empty() {
        line.push_str("the request failed");
    }
    line
}

/// What TLS says, where a certificate is the trouble, theirs or ours. Its error comes in errors of
/// input and output, one in another, which do not name it as their source.
fn tls_trouble(error: &reqwest::Error) -> Option<String> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(
            tls @ (rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::AlertReceived(_)),
        ) = cause.downcast_ref()
        {
            return Some(tls.to_string());
        }
        let inner = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}
