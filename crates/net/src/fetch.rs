//! Fetching what certificates name: revocation lists, OCSP answers, issuers, timestamps.
//!
//! The addresses come from documents. So an answer is bounded in size and time, no redirect is
//! followed, and where nobody vouches for an address it may not lead into the office's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Url};

use crate::transport::install_crypto;
use crate::{AxisError, Proxy};

/// The largest list in use (a CA's full CRL) has some ten megabytes.
const BODY_MAX: usize = 64 << 20;
/// Until connected; services that cannot be reached are the rule in many offices.
const CONNECT: Duration = Duration::from_secs(5);
/// For one answer, whole.
const WHOLE: Duration = Duration::from_secs(30);

/// Who vouches for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// An authority that the office trusts; its services may be in the office's network.
    ByAuthority,
    /// Nobody: only addresses of the public network are called.
    ByNobody,
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none that is called: another scheme than HTTP, or into a private network.
    #[error("{url} is not called: {reason}")]
    Refused {
        /// The address.
        url: String,
        /// Why not.
        reason: &'static str,
    },
    /// The service answered with something else than what was asked for.
    #[error("{url} answers with HTTP {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status; a redirect is one of them.
        status: u16,
    },
    /// The network said no, or the answer is too large.
    #[error("{url}: {source}")]
    Network {
        /// The address.
        url: String,
        /// What happened.
        source: AxisError,
    },
}

/// Fetches by GET and POST.
#[derive(Debug, Clone)]
pub struct Fetcher {
    anywhere: Client,
    public: Client,
}

impl Fetcher {
    /// A fetcher through a proxy, the system's, or none.
    ///
    /// # Errors
    /// [`AxisError::Config`] where the proxy's address cannot work.
    pub fn new(proxy: &Proxy) -> Result<Self, AxisError> {
        install_crypto();
        let build = |builder: ClientBuilder| {
            let built = builder.build();
            built.map_err(|e| crate::transport::judge(&e))
        };
        Ok(Self {
            anywhere: build(builder(proxy)?)?,
            public: build(builder(proxy)?.dns_resolver(PublicOnly))?,
        })
    }

    /// The body at `url`.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get(&self, url: &str, vouched: Vouched) -> Result<Vec<u8>, FetchError> {
        let parsed = checked(url, vouched)?;
        self.carry(self.client(vouched).get(parsed), url).await
    }

    /// What `url` answers to `body` of the media type `kind`.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn post(
        &self,
        url: &str,
        kind: &'static str,
        body: Vec<u8>,
        vouched: Vouched,
    ) -> Result<Vec<u8>, FetchError> {
        let request = self.client(vouched).post(checked(url, vouched)?);
        let request = request.header("Content-Type", kind).body(body);
        self.carry(request, url).await
    }

    fn client(&self, vouched: Vouched) -> &Client {
        match vouched {
            Vouched::ByAuthority => &self.anywhere,
            Vouched::ByNobody => &self.public,
        }
    }

    async fn carry(&self, request: RequestBuilder, url: &str) -> Result<Vec<u8>, FetchError> {
        let network = |source| FetchError::Network {
            url: url.to_owned(),
            source,
        };
        let answer = request.send().await;
        let answer = answer.map_err(|e| network(crate::transport::judge(&e)))?;
        if answer.status() != 200 {
            return Err(FetchError::Status {
                url: url.to_owned(),
                status: answer.status().as_u16(),
            });
        }
        crate::transport::bounded(answer, BODY_MAX, || ())
            .await
            .map_err(network)
    }
}

fn builder(proxy: &Proxy) -> Result<ClientBuilder, AxisError> {
    let builder = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        // What is signed needs no other place, and a redirect could lead where the address may not.
        .redirect(Policy::none())
        .retry(reqwest::retry::never());
    crate::transport::with_proxy(builder, proxy)
}

fn checked(url: &str, vouched: Vouched) -> Result<Url, FetchError> {
    let refused = |reason| FetchError::Refused {
        url: url.to_owned(),
        reason,
    };
    let parsed = Url::parse(url).map_err(|_| refused("it is no address"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(refused("it is not HTTP"));
    }
    let host = parsed.host_str().unwrap_or_default();
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_private = literal.is_ok_and(|address| !is_public(address));
    if vouched == Vouched::ByNobody && is_private {
        return Err(refused("it leads into a private network"));
    }
    Ok(parsed)
}

/// Names only resolve to addresses of the public network.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Not loopback, link-local, private, shared, multicast or unspecified (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // 100.64.0.0/10 is shared by a provider's customers, 0.0.0.0/8 means this network.
    let is_shared = first == 100 && (64..128).contains(&second);
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || first == 0
        || is_shared)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    !(address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_nobody_vouches_for_stay_out_of_the_office() {
        for url in [
            "http://127.0.0.1/x.crl",
            "http://10.1.2.3/x.crl",
            "https://192.168.1.1/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://[::1]/x.crl",
            "http://[fd00::1]/x.crl",
            "http://[::ffff:10.0.0.1]/x.crl",
            "http://2130706433/",
        ] {
            assert!(checked(url, Vouched::ByNobody).is_err(), "{url}");
            assert!(checked(url, Vouched::ByAuthority).is_ok(), "{url}");
        }
        assert!(checked("http://ocsp.ca.gov.vn", Vouched::ByNobody).is_ok());
    }

    #[test]
    fn only_http_is_spoken() {
        for url in [
            "file:///etc/passwd",
            "ldap://ca.gov.vn/cn=x",
            "ftp://a.vn/x",
            "x.crl",
            "",
        ] {
            assert!(checked(url, Vouched::ByAuthority).is_err(), "{url}");
        }
    }
}
