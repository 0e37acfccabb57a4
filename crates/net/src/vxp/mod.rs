//! VXP as bytes, apart from carrying them: parameters, signature and hashes of requests, and what
//! answers are worth.
//!
//! A call's parameters travel as headers `XroadVnpt-<name>`, signed by an HMAC over a JSON object
//! of exactly these. The order of names, the spelling of the JSON and the odd forms of time and
//! hash are those of the public SDK, which real axes see every day.

pub mod answer;
mod edoc;
mod raw;

pub use edoc::EdocAnswer;
pub use raw::RawAnswer;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use time::OffsetDateTime;
use time::macros::{format_description, offset};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::NewAgency;

const PREFIX: &str = "XroadVnpt-";
/// What the SDK calls itself; no axis is known to look, and none is known to accept another.
const USER_AGENT: &str = "JAVASDKAgent/1.0.0 XRoad/VPCP";
const VERSION: &str = "3.0.201608";

/// Which queue: documents or business statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MessageType {
    /// `edoc`.
    Document,
    /// `status`.
    Status,
}

impl MessageType {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Document => "edoc",
            Self::Status => "status",
        }
    }
}

/// A call of one function, without its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function's name, appended to the endpoint.
    pub function: &'static str,
    /// Parameters in the SDK's order, those before `timestamp` and `Content-Type`.
    pub before: Vec<(&'static str, String)>,
    /// Parameters after them.
    pub after: Vec<(&'static str, String)>,
    /// What goes into the body.
    pub body: Body,
}

/// A request's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// None, with `Content-Length: 0`.
    None,
    /// None, and the call is a GET.
    Get,
    /// JSON; the SDK sends `{}` where there is nothing to say.
    Json(String),
    /// The package of `sendEdoc`, raw, to which the sender appends [`TAIL`]: its size in bytes.
    File(u64),
}

/// What follows the package in a `sendEdoc` body; it is not part of `hash-file`.
pub const TAIL: &[u8] = b"\r\n";

impl Call {
    /// What waits for this system.
    pub fn received_list(of: MessageType) -> Self {
        Self::new("getReceivedEdocList", Body::None)
            .with("servicetype", "eDoc")
            .with("messagetype", of.word())
    }

    /// The rows of one send, by the DocId that `sendEdoc` returned.
    pub fn sent_list(of: MessageType, doc_id: &str) -> Self {
        Self::new("getSentEdocList", Body::None)
            .with("servicetype", "eDoc")
            .with("messagetype", of.word())
            .with("docId", doc_id)
    }

    /// One package. `filePath` is the SDK's leak of its own folder and is not sent.
    pub fn get_edoc(doc_id: &str) -> Self {
        Self::new("getEdoc", Body::Json("{}".into())).with("docId", doc_id)
    }

    /// The same package, raw in the answer's body.
    pub fn download_edoc(doc_id: &str) -> Self {
        Self::new("downloadEdoc", Body::Get).with("docId", doc_id)
    }

    /// The acknowledgement of a package, `done` or `fail`.
    pub fn update_status(doc_id: &str, status: &str, description: &str) -> Self {
        let mut call = Self::new("updateStatus", Body::Json("{}".into())).with("docId", doc_id);
        call.after.push(("status", status.to_owned()));
        if !description.is_empty() {
            call.after.push(("description", ascii(description)));
        }
        call
    }

    /// A package of this SHA-256 and so many bytes to receivers. Without `to` the axis routes by the
    /// package itself.
    pub fn send_edoc(
        from: &str,
        to: &[String],
        of: MessageType,
        sha256: &[u8; 32],
        size: u64,
    ) -> Self {
        let call = Self::new("sendEdoc", Body::None)
            .with("servicetype", "eDoc")
            .with("messagetype", of.word())
            .with("hash-file", &hash_file(sha256))
            .with("from", from);
        let mut call = match to {
            [] => call,
            to => call.with("to", &serde_json::json!(to).to_string()),
        };
        call.body = Body::File(size);
        call
    }

    /// The whole directory.
    pub fn agencies() -> Self {
        Self::new("getAgenciesList", Body::None)
    }

    /// The directory by codes of Decision 20/2020, from a level down.
    pub fn agencies_qd20(level: u8) -> Self {
        Self::new("getAgenciesListQD20", Body::None).with("level", &level.to_string())
    }

    /// What changed in the directory.
    pub fn synchronize_unit() -> Self {
        Self::new("getSynchronizeUnit", Body::None)
    }

    /// How many packages wait.
    pub fn count(of: MessageType) -> Self {
        let function = match of {
            MessageType::Document => "countReceiveEdoc",
            MessageType::Status => "countReceiveStatus",
        };
        Self::new(function, Body::Json("{}".into()))
            .with("servicetype", "eDoc")
            .with("messagetype", of.word())
    }

    /// Registers or changes a subordinate unit.
    pub fn register_agency(unit: &NewAgency) -> Self {
        // Members that are text have no way to fail.
        let unit = serde_json::to_string(unit).unwrap_or_default();
        Self::new("registerAgency", Body::Json(unit))
    }

    /// Unregisters a unit.
    pub fn delete_agency(code: &str) -> Self {
        Self::new("deleteAgency", Body::Json("{}".into())).with("AgencyCode", code)
    }

    /// All headers of the request, in the order of the SDK; each call is signed afresh.
    pub fn headers(
        &self,
        system: &str,
        secret: &str,
        now: OffsetDateTime,
    ) -> Vec<(String, String)> {
        let content_type = match self.body {
            Body::File(_) => "application/octet-stream",
            _ => "application/json",
        };
        let mut params = vec![("systemid", system.to_owned())];
        params.extend(self.before.iter().cloned());
        params.push(("timestamp", timestamp(now)));
        params.push(("Content-Type", content_type.to_owned()));
        params.extend(self.after.iter().cloned());
        let mut headers = sign_headers(secret, &params);
        let mut plain = |name: &str, value: &str| headers.push((name.into(), value.into()));
        plain("Content-Type", content_type);
        plain("User-Agent", USER_AGENT);
        plain("XroadVnpt-version", VERSION);
        match &self.body {
            // The HTTP client leaves Content-Length out of a POST without a body.
            Body::None => plain("Content-Length", "0"),
            Body::Get => {}
            // Without the SDK's `Expect: 100-continue`: nobody waits for a word on two bytes, and a gateway may
            // answer 417 to it (RFC 9110 section 10.1.1).
            Body::Json(text) => plain("Content-Length", &text.len().to_string()),
            Body::File(size) => {
                plain("Content-Length", &(size + TAIL.len() as u64).to_string());
                plain("Cache-Control", "no-cache");
                plain("Pragma", "no-cache");
            }
        }
        headers
    }

    fn new(function: &'static str, body: Body) -> Self {
        Self {
            function,
            before: Vec::new(),
            after: Vec::new(),
            body,
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.before.push((name, value.to_owned()));
        self
    }
}

/// The headers of parameters with their signature: each as `XroadVnpt-<name>`, then the list of
/// names, the JSON that is signed and its HMAC-SHA256 under the secret's text, in lower-case hex.
pub fn sign_headers(secret: &str, params: &[(&str, String)]) -> Vec<(String, String)> {
    let named = params
        .iter()
        .map(|(name, value)| (format!("{PREFIX}{name}"), value.clone()));
    let mut headers: Vec<(String, String)> = named.collect();
    let object: serde_json::Map<String, serde_json::Value> = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let signed = serde_json::Value::Object(object).to_string();
    let keys: Vec<&str> = params.iter().map(|(name, _)| *name).collect();
    headers.push((format!("{PREFIX}sign-header-key"), keys.join(";")));
    headers.push((format!("{PREFIX}hash-header"), hmac_hex(secret, &signed)));
    headers.push((format!("{PREFIX}sign-header"), signed));
    headers
}

/// HMAC-SHA256 in lower-case hex; the key is the secret's UTF-8 text, not what it may encode.
pub fn hmac_hex(secret: &str, message: &str) -> String {
    // A key of any length is a valid HMAC key (RFC 2104 section 2).
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(message.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// `hash-file`: a SHA-256 in hex as every SDK writes it, without the leading zero of bytes below
/// 0x10 — a bug that axes see every day, so the correct form is the risky one.
pub fn hash_file(sha256: &[u8; 32]) -> String {
    sha256.iter().map(|byte| format!("{byte:x}")).collect()
}

/// The SDK's time: `ddMMyyyyTHHmmss+0mmm` in Vietnam's time. What follows the plus sign is
/// milliseconds, not an offset.
pub fn timestamp(now: OffsetDateTime) -> String {
    let local = now.to_offset(offset!(+7));
    local
        .format(format_description!(
            "[day][month][year]T[hour][minute][second]+0[subsecond digits:3]"
        ))
        .unwrap_or_default()
}

/// Text that survives as a header: SDKs and servers cut letters beyond ASCII to one byte, which
/// breaks the signature, so Vietnamese loses its marks here.
fn ascii(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c if c.is_ascii_graphic() => c,
            _ => ' ',
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use sha2::Digest;
    use time::macros::datetime;

    use super::*;

    const SECRET: &str = "recorder-dummy-secret";

    #[test]
    fn the_worked_example_verifies() {
        let call = Call::agencies();
        let headers = call.headers("vxp.test.01", SECRET, datetime!(2026-11-22 00:24:06.680 +7));
        let value = |name: &str| {
            let found = headers.iter().find(|(n, _)| n == name);
            found.map(|(_, v)| v.as_str())
        };
        assert_eq!(
            value("XroadVnpt-sign-header"),
            Some(
                r#"{"XroadVnpt-systemid":"vxp.test.01","XroadVnpt-timestamp":"22112026T002406+0680","XroadVnpt-Content-Type":"application/json"}"#
            )
        );
        assert_eq!(
            value("XroadVnpt-hash-header"),
            Some("616669eb12c70f3422df04645f7c76a013e4dc1db16c7bbe4e0d165ecd60e615")
        );
    }

    #[test]
    fn time_is_written_in_vietnam() {
        let evening = datetime!(2026-11-21 17:24:08.003 UTC);
        assert_eq!(timestamp(evening), "22112026T002408+0003");
    }

    #[test]
    fn the_hash_drops_zeros_as_every_sdk_does() {
        // SHA-256 of "abc" holds the bytes 0x01, 0x03 and 0x00.
        assert_eq!(
            hash_file(&Sha256::digest(b"abc").into()),
            "ba7816bf8f1cfea414140de5dae2223b0361a396177a9cb410ff61f2015ad"
        );
    }

    #[test]
    fn headers_are_ascii_whatever_is_described() {
        let call = Call::update_status("1", "fail", "Không đọc được tệp\r\nX: y");
        assert_eq!(call.after[1].1, "Khong doc duoc tep  X: y");
    }
}
