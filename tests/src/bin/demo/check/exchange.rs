//! What went over the axis, by its ledger and the packages.

use serde_json::Value;
use sha2::{Digest, Sha256};
use trien_edxml::{Limits, Message, Package};
use trien_practice::office::{COMMUNE, DEPARTMENT};

use super::books::numbered;
use super::{Finding, holds};
use crate::files::{Files, RECEIVED, SEALED, json, json_lines, read};

/// What the receiver reports of a document that it works on: received, registered, completed.
const WAY: [&str; 3] = ["01", "03", "06"];

pub fn one_send(files: &Files) -> Finding {
    let ledger = json_lines(&files.ledger())?;
    let sends: Vec<&Value> = ledger.iter().filter(|line| is_document(line)).collect();
    let [send] = sends[..] else {
        return Err(format!("{} sends of documents", sends.len()));
    };
    let copies = send["copies"].as_array().map_or(0, Vec::len);
    holds(
        send["duplicate"] == false
            && send["to"] == serde_json::json!([DEPARTMENT.id])
            && copies == 1,
        format!("1 send of {}, {copies} copy", send["document_id"]),
    )
}

pub fn packages(files: &Files) -> Finding {
    let ledger = json_lines(&files.ledger())?;
    for (n, line) in ledger.iter().enumerate() {
        let (bytes, package) = package(files, n, line)?;
        let sha256 = hex::encode(Sha256::digest(&bytes));
        if line["sha256"] != sha256.as_str() {
            return Err(format!("package {} has SHA-256 {sha256}", n + 1));
        }
        let kind = match package.message {
            Message::Document(_) => "edoc",
            Message::Status(_) => "status",
        };
        if line["messagetype"] != kind {
            return Err(format!("package {} is {kind}", n + 1));
        }
        let main = package.attachments.first().map(|file| &file.bytes);
        if is_document(line) && main != Some(&read(&files.pdf(SEALED))?) {
            return Err(format!("package {} carries another file", n + 1));
        }
    }
    Ok(format!(
        "{} packages, read again; the document's carries the sealed file",
        ledger.len()
    ))
}

pub fn received(files: &Files) -> Finding {
    let same = read(&files.pdf(RECEIVED))? == read(&files.pdf(SEALED))?;
    let shown = json(&files.told("received.json"))?;
    let verdict = &shown["verdict"];
    holds(
        same && matches!(
            verdict["verdict"].as_str(),
            Some("valid" | "valid_with_permitted_changes")
        ),
        format!(
            "byte for byte: {same}; the receiver's verdict: {}",
            verdict["headline"]["vi"]
        ),
    )
}

/// The clerk sees them, and each was a package that the receiver's own system sent.
pub fn statuses(files: &Files) -> Finding {
    let tracking = json(&files.told("tracking.json"))?;
    let rows = tracking["rows"].as_array().map(Vec::as_slice);
    let Some([row]) = rows else {
        return Err(format!("not one recipient: {tracking}"));
    };
    let cells = row["cells"].as_array().into_iter().flatten();
    let seen: Vec<&str> = cells.filter_map(|cell| cell["code"].as_str()).collect();

    let code = numbered(files)?.code;
    let mut sent = Vec::new();
    for (n, line) in json_lines(&files.ledger())?.iter().enumerate() {
        if line["from"] != DEPARTMENT.id || line["messagetype"] != "status" {
            continue;
        }
        if line["system"] != DEPARTMENT.system {
            return Err(format!("{} sent a status for the receiver", line["system"]));
        }
        if let Message::Status(status) = package(files, n, line)?.1.message
            && status.code.to_string() == code
        {
            sent.push(status.digits);
        }
    }
    holds(
        seen == WAY && sent == WAY && row["organ_id"] == DEPARTMENT.id,
        format!(
            "clerk sees {}; {} sent {}",
            seen.join(", "),
            DEPARTMENT.system,
            sent.join(", ")
        ),
    )
}

/// A document of the commune; the practice office begins with letters of the department.
fn is_document(line: &Value) -> bool {
    line["from"] == COMMUNE.id && line["messagetype"] == "edoc"
}

/// The package of the ledger's n-th line, from 0.
fn package(files: &Files, n: usize, line: &Value) -> Result<(Vec<u8>, Package), String> {
    let text = |key: &str| line[key].as_str().unwrap_or_default();
    let name = format!(
        "{:02}-{}-{}.edxml",
        n + 1,
        text("from"),
        text("messagetype")
    );
    let bytes = read(&files.packages().join(&name))?;
    let package = trien_edxml::read(&bytes, &Limits::default());
    let package = package.map_err(|e| format!("{name}: {e}"))?;
    Ok((bytes, package))
}
