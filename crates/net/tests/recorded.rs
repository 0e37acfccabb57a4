//! Our requests beside those of the public SDK, recorded on the wire (`recorded.http`).
//!
//! Equal means: after lower-casing header names and leaving out Host, Accept*, Connection and the
//! order of headers; the JSON that is signed keeps its spelling and its order. The SDK's HTTP library
//! asks `Expect: 100-continue` before the two bytes `{}`; ours does not, since nothing is won by it and
//! a gateway may refuse it.

// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use trien_net::MessageType::{Document, Status};
use trien_net::NewAgency;
use trien_net::vxp::{Body, Call, hmac_hex};

const RECORDED: &str = include_str!("recorded.http");
const SYSTEM: &str = "vxp.test.01";
const SECRET: &str = "recorder-dummy-secret";
const DOC_ID: &str = "68edb8c8c2dcb14db773ce44";
/// The unit that the SDK registered.
fn register() -> NewAgency {
    NewAgency {
        id: String::new(),
        pcode: "000.00.00.G22".into(),
        code: "000.00.01.G22".into(),
        name: "Đơn vị thử".into(),
        mail: "a@b.gov.vn".into(),
        mobile: "0900000000".into(),
        fax: "0".into(),
    }
}

struct Recorded {
    first_line: String,
    headers: BTreeMap<String, String>,
    body: String,
}

#[test]
fn every_signed_call_equals_its_recording() {
    let recorded = recorded();
    let to = ["000.00.00.H41".to_owned(), "000.00.00.H14".to_owned()];
    let calls = [
        (1, Call::agencies()),
        (2, Call::agencies_qd20(1)),
        (3, Call::synchronize_unit()),
        (4, Call::register_agency(&register())),
        (5, Call::delete_agency("000.00.01.G22")),
        (6, Call::received_list(Document)),
        (7, Call::received_list(Status)),
        (9, Call::update_status(DOC_ID, "done", "")),
        (
            10,
            sending(Call::send_edoc(SYSTEM, &[], Document, &[0; 32], 1829)),
        ),
        (
            11,
            sending(Call::send_edoc(SYSTEM, &to, Status, &[0; 32], 1829)),
        ),
        (12, Call::sent_list(Document, DOC_ID)),
        (15, Call::count(Document)),
        (16, Call::count(Status)),
    ];
    for (number, call) in calls {
        let recorded = &recorded[number - 1];
        assert_eq!(
            recorded.first_line,
            format!("POST /{} HTTP/1.1", call.function)
        );
        assert_eq!(ours(&call, recorded), recorded.headers, "request {number}");
        match &call.body {
            Body::None | Body::Get => assert_eq!(recorded.body, "(no body)"),
            Body::Json(text) => assert_eq!(recorded.body, *text),
            Body::File(size) => {
                assert_eq!(recorded.headers["content-length"], (size + 2).to_string());
            }
        }
    }
}

/// The SDK tells the axis its local folder in `filePath`; ours does not, and differs in nothing else.
/// (The folder was changed after recording, so that the recorded signature of this one is void.)
#[test]
fn fetching_equals_its_recordings_but_for_the_leaked_folder() {
    let (got, downloaded) = (&recorded()[7], &recorded()[12]);
    assert_equal_without_folder(&Call::get_edoc(DOC_ID), got, r"D:\\edoc/xml");
    assert_equal_without_folder(&Call::download_edoc(DOC_ID), downloaded, r"D:\\edoc/dl");
    assert_eq!(got.body, "{}");
    assert_eq!(downloaded.first_line, "GET /downloadEdoc HTTP/1.1");
}

fn assert_equal_without_folder(call: &Call, recorded: &Recorded, folder: &str) {
    let ours = ours(call, recorded);
    let mut theirs = recorded.headers.clone();
    theirs.remove("xroadvnpt-filepath");
    let leaked = format!(r#""XroadVnpt-filePath":"{folder}","#);
    let without = |text: &str| text.replace(&leaked, "").replace("filePath;", "");
    for name in ["xroadvnpt-sign-header", "xroadvnpt-sign-header-key"] {
        let value = without(&theirs[name]);
        theirs.insert(name.into(), value);
    }
    let signature = hmac_hex(SECRET, &theirs["xroadvnpt-sign-header"]);
    theirs.insert("xroadvnpt-hash-header".into(), signature);
    assert_eq!(ours, theirs);
}

/// The recording is of a file that is not public: its hash is taken over, the rest is ours.
fn sending(mut call: Call) -> Call {
    let hash = "cc7bdd662415e725c750bf6ce64c36a87ad21bf38d0a593f9f10203572747f";
    for (name, value) in &mut call.before {
        if *name == "hash-file" {
            hash.clone_into(value);
        }
    }
    call
}

fn ours(call: &Call, recorded: &Recorded) -> BTreeMap<String, String> {
    let headers = call.headers(
        SYSTEM,
        SECRET,
        time_of(&recorded.headers["xroadvnpt-timestamp"]),
    );
    headers
        .into_iter()
        .map(|(name, value)| (name.to_lowercase(), value))
        .collect()
}

fn time_of(written: &str) -> OffsetDateTime {
    let (seconds, millis) = written.split_once('+').unwrap();
    let format = format_description!("[day][month][year]T[hour][minute][second]");
    let at = PrimitiveDateTime::parse(seconds, format).unwrap();
    at.assume_offset(time::macros::offset!(+7))
        + time::Duration::milliseconds(millis.parse().unwrap())
}

fn recorded() -> Vec<Recorded> {
    let requests: Vec<Recorded> = RECORDED.split("### ").skip(1).map(request).collect();
    assert_eq!(requests.len(), 16);
    requests
}

fn request(text: &str) -> Recorded {
    let (head, body) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines().skip(1);
    let first_line = lines.next().unwrap().to_owned();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .filter(|(name, _)| {
            !matches!(name.as_str(), "host" | "connection" | "expect")
                && !name.starts_with("accept")
        })
        .collect();
    Recorded {
        first_line,
        headers,
        body: body.trim().to_owned(),
    }
}
