//! From B-B upwards (EN 319 142-1): timestamps and validation data for a file that is signed. No key is needed.

use std::io::Write;
use std::time::Duration;

use trien_net::{Fetcher, Proxy, Vouched};
use trien_pades::extend::{
    ArchiveTimestamp, Evidence, add_evidence, add_timestamp, embedded_certificates,
    timestamp_imprint, timestamp_request, timestamp_token,
};
use trien_pades::path::{Certificate, Trust};
use trien_pades::{PadesError, signed_fields};

use crate::error::{AppError, ErrorCode, Result};
use crate::online;

/// The media type of a request (RFC 3161 3.4).
const QUERY: &str = "application/timestamp-query";
/// As long as somebody waits who could go on without: the national service was seen to take up to 131 s.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most certificates above one another.
const MAX_CHAIN: usize = 16;

/// The level that a file is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// B-T: a trusted time for the last signature.
    Timestamp,
    /// B-LT: certificates, lists and OCSP answers in the file.
    LongTerm,
    /// B-LTA: a timestamp over all of it, to be renewed by doing this again.
    Archive,
}

/// A timestamp authority.
#[derive(Debug, Clone)]
pub struct Tsa {
    /// Where it is asked.
    pub url: String,
    /// How long to wait for it.
    pub patience: Duration,
}

impl Tsa {
    /// An authority that nobody waits long for.
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            patience: PATIENCE,
        }
    }

    /// A token over what has this SHA-256.
    ///
    /// # Errors
    /// `TimestampUnavailable`, also where it answers something else.
    pub fn token(&self, imprint: [u8; 32]) -> Result<Vec<u8>> {
        let unavailable = |why: String| AppError::new(ErrorCode::TimestampUnavailable, why);
        let request = timestamp_request(imprint, rand::random())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|e| unavailable(e.to_string()))?;
        let fetcher = Fetcher::new(&Proxy::System).map_err(|e| unavailable(e.to_string()))?;
        let asked = fetcher.post(
            &self.url,
            QUERY,
            request.der.clone(),
            // The office's administrator named it.
            Vouched::ByAuthority,
        );
        let answer = runtime.block_on(async { tokio::time::timeout(self.patience, asked).await });
        let answer = answer
            .map_err(|_| unavailable(format!("no answer within {:?}", self.patience)))?
            .map_err(|e| unavailable(e.to_string()))?;
        Ok(timestamp_token(&request, &answer)?)
    }
}

/// Puts a timestamp into a signature that nothing was appended to.
///
/// # Errors
/// `TimestampUnavailable`; `TimestampTooLate` where something was appended since.
pub fn stamp(pdf: &[u8], field: &str, tsa: &Tsa) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(pdf)?;
    let token = tsa.token(timestamp_imprint(&opened, field)?)?;
    let patch = add_timestamp(&opened, field, &token)?;
    let mut stamped = pdf.to_vec();
    if patch.apply(&mut stamped) {
        Ok(stamped)
    } else {
        Err(PadesError::Internal("the signature's gap").into())
    }
}

/// Brings a signed file to a level. `online` fetches what the trust lacks from the addresses that certificates name.
///
/// # Errors
/// `PdfNotSigned`, `TimestampUnavailable`; `BadArgument` where the level needs an authority and none is given.
pub fn extend(
    pdf: &[u8],
    target: Target,
    tsa: Option<&Tsa>,
    trust: Trust,
    online: bool,
) -> Result<Vec<u8>> {
    let authority = || {
        let missing = || AppError::new(ErrorCode::BadArgument, "no timestamp authority");
        tsa.ok_or_else(missing)
    };
    let mut file = pdf.to_vec();
    let fields = signed_fields(&crate::pdf::open(pdf)?)?;
    if fields.is_empty() {
        return Err(AppError::new(
            ErrorCode::BadArgument,
            "the file is not signed",
        ));
    }
    if let (Target::Timestamp, _) | (_, Some(_)) = (target, tsa) {
        file = stamp_last(&file, &fields, authority()?, target)?;
    }
    if target >= Target::LongTerm {
        let trust = if online {
            fetched(&file, trust)?
        } else {
            trust
        };
        file = with_evidence(file, &trust)?;
    }
    if target == Target::Archive {
        let act = ArchiveTimestamp::begin(&crate::pdf::open(&file)?)?;
        let token = authority()?.token(act.imprint()?)?;
        file.extend(act.finish(&token)?);
    }
    Ok(file)
}

/// Timestamps the one signature that nothing was appended to. Only where that was all that was asked for, its having
/// come too late is an error.
fn stamp_last(file: &[u8], fields: &[String], tsa: &Tsa, target: Target) -> Result<Vec<u8>> {
    for field in fields {
        match stamp(file, field, tsa) {
            Err(error) if error.code == ErrorCode::TimestampTooLate => {}
            other => return other,
        }
    }
    if target == Target::Timestamp {
        return Err(ErrorCode::TimestampTooLate.into());
    }
    Ok(file.to_vec())
}

/// The file with what is known of its certificates in its security store.
fn with_evidence(mut file: Vec<u8>, trust: &Trust) -> Result<Vec<u8>> {
    let opened = crate::pdf::open(&file)?;
    let evidence = evidence(&embedded_certificates(&opened)?, trust);
    if let Some(added) = add_evidence(&opened, &evidence)? {
        file.extend(added.bytes);
    }
    Ok(file)
}

/// The embedded certificates, their issuers up to the roots, and what those say of them.
fn evidence(embedded: &[Vec<u8>], trust: &Trust) -> Evidence {
    let embedded = embedded.iter();
    let mut chain: Vec<Certificate> = embedded
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    let known = || {
        let given = trust.intermediates.iter().chain(&trust.roots);
        given.chain(&trust.online.certificates)
    };
    for _ in 0..MAX_CHAIN {
        let above: Vec<Certificate> = known()
            .filter(|issuer| !chain.contains(issuer))
            .filter(|issuer| chain.iter().any(|below| below.issuer() == issuer.subject()))
            .cloned()
            .collect();
        if above.is_empty() {
            break;
        }
        chain.extend(above);
    }
    let lists = trust.crls.iter().chain(&trust.online.crls);
    let of_chain = lists.filter(|crl| chain.iter().any(|c| *c.issuer() == crl.issuer()));
    let answers = trust.ocsps.iter().chain(&trust.online.ocsps);
    Evidence {
        certificates: chain.iter().map(|c| c.der().to_vec()).collect(),
        crls: of_chain.map(|crl| crl.der().to_vec()).collect(),
        ocsps: answers
            .filter_map(trien_pades::path::Ocsp::response)
            .collect(),
    }
}

/// The trust with what the services of the file's certificates say now.
fn fetched(pdf: &[u8], trust: Trust) -> Result<Trust> {
    let failed = |e: std::io::Error| AppError::of_temporary(&e);
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    file.write_all(pdf)
        .and_then(|()| file.flush())
        .map_err(failed)?;
    online::fetch_for(file.path(), trust, "")
}
