//! Judging a file with what the services of its authorities say now.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use trien_net::{Fetcher, Proxy, Vouched};
use trien_pades::Trust;
use trien_pades::path::{Certificate, Crl, Ocsp, Wanted};
use trien_pades::report::Report;
use trien_pades::verify::verify_and_ask;
use trien_pdf::FileSource;

use crate::error::{AppError, ErrorCode, Result};
use crate::plain;

/// Each round may find a further issuer, and then his list: a chain of three certificates needs three.
const MAX_ROUNDS: usize = 5;
/// Most calls for one file; six signatures with timestamps need about a dozen.
const MAX_CALLS: usize = 40;
/// As long as a person waits for a judgement.
const PATIENCE: Duration = Duration::from_secs(60);

/// Judges a file, fetching what is wanting: issuers, lists, OCSP answers. What cannot be fetched stays unknown.
/// `password` is that of an encrypted file, else empty.
///
/// # Errors
/// `StoreFailed` where this process cannot have a network at all.
pub fn verify_online(file: &Path, trust: Trust, password: &str) -> Result<Report> {
    let trust = fetch_for(file, trust, password)?;
    Ok(plain::verify(file, &trust, password))
}

/// The trust with what the services of a file's certificates say now, as far as it is wanted to judge the file.
pub(crate) fn fetch_for(file: &Path, mut trust: Trust, password: &str) -> Result<Trust> {
    let failed = |e: &dyn std::fmt::Display| AppError::new(ErrorCode::StoreFailed, e.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| failed(&e))?;
    let fetcher = Fetcher::new(&Proxy::System).map_err(|e| failed(&e))?;
    let until = Instant::now() + PATIENCE;
    let mut asked = HashSet::new();
    for _ in 0..MAX_ROUNDS {
        let Ok(source) = FileSource::open(file) else {
            break;
        };
        let (_, mut wanted) = verify_and_ask(source, &trust, password);
        wanted.retain(|wanted| !asked.contains(&key(wanted)));
        wanted.truncate(MAX_CALLS.saturating_sub(asked.len()));
        if wanted.is_empty() {
            break;
        }
        asked.extend(wanted.iter().map(key));
        runtime.block_on(async {
            for wanted in &wanted {
                // Nothing was fetched in time, or nothing that can be read: it stays unknown.
                let _ = timeout_at(until, fetch(&fetcher, wanted, &mut trust)).await;
            }
        });
    }
    Ok(trust)
}

async fn fetch(fetcher: &Fetcher, wanted: &Wanted, trust: &mut Trust) {
    const REQUEST: &str = "application/ocsp-request";
    // A status is asked for where a trusted authority signed the certificate that names the address; an issuer is
    // wanted while nobody is known to have signed it.
    match wanted {
        Wanted::Crl { url } => {
            let bytes = fetcher.get(url, Vouched::ByAuthority).await;
            let lists = bytes.ok().and_then(|bytes| Crl::read_all(&bytes).ok());
            trust.online.crls.extend(lists.unwrap_or_default());
        }
        Wanted::Ocsp { url, request } => {
            let sent = fetcher.post(url, REQUEST, request.clone(), Vouched::ByAuthority);
            let answer = sent
                .await
                .ok()
                .and_then(|bytes| Ocsp::from_der(&bytes).ok());
            trust.online.ocsps.extend(answer);
        }
        Wanted::Issuer { url } => {
            let vouched = if is_named_by_trust(url, trust) {
                Vouched::ByAuthority
            } else {
                Vouched::ByNobody
            };
            let bytes = fetcher.get(url, vouched).await.unwrap_or_default();
            let found = Certificate::read_all(&bytes);
            let found = found.or_else(|_| Certificate::read_bundle(&bytes));
            trust.online.certificates.extend(found.unwrap_or_default());
        }
    }
}

/// Whether a certificate that the office was given names the same server.
fn is_named_by_trust(url: &str, trust: &Trust) -> bool {
    let server = |url: &str| url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let given = trust.roots.iter().chain(&trust.intermediates);
    let mut named = given.flat_map(Certificate::addresses);
    named.any(|named| server(&named) == server(url))
}

/// What tells one call from another.
fn key(wanted: &Wanted) -> (String, Vec<u8>) {
    match wanted {
        Wanted::Crl { url } | Wanted::Issuer { url } => (url.clone(), Vec::new()),
        Wanted::Ocsp { url, request } => (url.clone(), request.clone()),
    }
}
