//! What can happen to a call, and to which.

use serde_json::{Value, json};
use trien_net::Sizes;

/// A call that an exchange makes: its name here, its function, and which messages it is about.
pub const OPERATIONS: [(&str, &str, Option<&str>); 6] = [
    ("the list", "getReceivedEdocList", None),
    ("a package", "getEdoc", None),
    ("an acknowledgement", "updateStatus", None),
    ("a document out", "sendEdoc", Some("edoc")),
    ("a status out", "sendEdoc", Some("status")),
    ("the look after copies", "getSentEdocList", None),
];

/// Every fault with its name.
pub fn faults() -> Vec<(String, Value)> {
    let mut faults = Vec::new();
    let mut add = |name: String, fault: Value| faults.push((name, fault));
    for code in [
        400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 415, 429, 431, 500, 501, 502, 503, 504,
        507, 511,
    ] {
        add(
            format!("HTTP {code}"),
            json!({ "kind": "status", "code": code }),
        );
    }
    add(
        "HTTP 429, again after a day".to_owned(),
        json!({ "kind": "status", "code": 429, "retry_after": "86400" }),
    );
    for http in [429, 500] {
        let words = json!({
            "kind": "refuse", "code": "99", "description": "Loi tap huan", "http": http,
        });
        add(format!("refusal 99 under HTTP {http}"), words);
    }
    for code in ["10", "15", "18", "19", "20", "21", "22", "23", "99", "E-1"] {
        let fault = json!({ "kind": "refuse", "code": code, "description": "Loi tap huan" });
        add(format!("refusal {code}"), fault);
    }
    // An answer's head has some 150 bytes; a small package's answer some 4 KiB.
    for bytes in [1, 40, 120, 160, 200, 300, 512, 1024, 2048, 3072, 4096] {
        add(
            format!("cut after {bytes} bytes"),
            json!({ "kind": "truncate", "bytes": bytes }),
        );
    }
    for bytes in [0, 1024, 4096, 65_536] {
        add(
            format!("cut after {bytes} bytes of the request"),
            json!({ "kind": "drop_during", "bytes": bytes }),
        );
    }
    for seconds in [600, -600, 86_400, -86_400, -1_795_000_000, 31_536_000] {
        add(
            format!("a clock {seconds} s off"),
            json!({ "kind": "clock", "seconds": seconds }),
        );
    }
    for (bytes, ms) in [(64, 1), (1, 30)] {
        add(
            format!("{bytes} bytes every {ms} ms"),
            json!({ "kind": "slow", "bytes": bytes, "ms": ms }),
        );
    }
    for ms in [20, 1_500] {
        add(
            format!("{ms} ms late"),
            json!({ "kind": "delay", "ms": ms }),
        );
    }
    // The last is longer than any answer that is taken.
    for bytes in [1, 1 << 20, Sizes::default().list] {
        add(
            format!("{bytes} bytes too many"),
            json!({ "kind": "long", "bytes": bytes }),
        );
    }
    add(
        "a bomb".to_owned(),
        json!({ "kind": "bomb", "bytes": 64_u32 << 20 }),
    );
    for kind in [
        "html",
        "empty",
        "bare",
        "drop",
        "drop_after",
        "garbled",
        "duplicate",
        "reverse",
        "unknown",
    ] {
        add(kind.to_owned(), json!({ "kind": kind }));
    }
    faults
}
