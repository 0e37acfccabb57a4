//! Who signed a request, and what with: the rules that the public SDK's requests pass.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::registry::{Registry, System};
use super::reply::Refusal;

const PREFIX: &str = "xroadvnpt-";

/// The signed parameters of a request, by lower-case name without the prefix. One that is there in
/// two spellings with two values says nothing.
pub(super) struct Params(BTreeMap<String, Option<String>>);

impl Params {
    /// A parameter; empty where the request has none. Surplus ones, which SDKs leak from earlier
    /// calls, are simply never asked for.
    pub(super) fn get(&self, name: &str) -> &str {
        let value = self.0.get(&name.to_lowercase()).and_then(Option::as_deref);
        value.unwrap_or_default()
    }

    /// Whether a parameter has two values: the public SDK's sample writes `docId` and `docid`, and
    /// an object of it that has done both calls sends both.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        matches!(self.0.get(&name.to_lowercase()), Some(None))
    }
}

/// Verifies a request's signature over the text of `sign-header` as received, never rebuilt, and
/// that every header it signs is there with the signed value. Timestamps are not looked at: SDKs
/// send the same one for days.
pub(super) fn authenticate<'r>(
    headers: &HeaderMap,
    registry: &'r Registry,
) -> Result<(&'r System, Params), Refusal> {
    let raw = |name: &str| {
        let value = headers.get(format!("{PREFIX}{name}"));
        value.map(axum::http::HeaderValue::as_bytes)
    };
    let (Some(signed), Some(hash)) = (raw("sign-header"), raw("hash-header")) else {
        return Err(Refusal::bad_secret("Yeu cau khong duoc ky"));
    };
    let object: serde_json::Map<String, Value> = serde_json::from_str(&text(signed))
        .map_err(|_| Refusal::bad_secret("sign-header khong phai JSON"))?;
    let mut params = BTreeMap::new();
    for (name, value) in &object {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = name.to_lowercase();
        let mut sent = headers.get_all(&name).iter();
        if !sent.any(|header| is_same(&text(header.as_bytes()), &value)) {
            return Err(Refusal::bad_secret("Header khac voi sign-header"));
        }
        if let Some(name) = name.strip_prefix(PREFIX) {
            let said = params
                .entry(name.to_owned())
                .or_insert_with(|| Some(value.clone()));
            if said.as_ref() != Some(&value) {
                *said = None;
            }
        }
    }
    let params = Params(params);
    let system = registry
        .system(params.get("systemid"))
        .filter(|system| verifies(&system.secret, signed, hash))
        .ok_or_else(|| Refusal::bad_secret("FAIL"))?;
    Ok((system, params))
}

/// Whether `hash-file` fits: missing, or the SHA-256 in its right form or in the SDK's, which drops
/// leading zeros of bytes, in any case.
pub(super) fn hash_fits(written: &str, package: &[u8]) -> bool {
    let digest = Sha256::digest(package);
    let right = hex::encode(digest);
    let usual: String = digest.iter().map(|byte| format!("{byte:x}")).collect();
    let written = written.to_lowercase();
    written.is_empty() || written == right || written == usual
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(package: &[u8]) -> String {
    hex::encode(Sha256::digest(package))
}

/// A header's text: UTF-8 where it is, else every byte a letter, as one of the SDK's two HTTP
/// libraries writes them.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// Equal; a Windows folder's backslashes were seen doubled in the header beside the JSON.
fn is_same(header: &str, signed: &str) -> bool {
    header == signed || header.replace("\\\\", "\\") == signed
}

/// Compares in constant time.
fn verifies(secret: &str, signed: &[u8], hash: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return false;
    };
    mac.update(signed);
    hex::decode(hash).is_ok_and(|hash| mac.verify_slice(&hash).is_ok())
}
