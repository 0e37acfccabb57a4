//! The job, step by step, each step a command at somebody's desk.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;
use trien_practice::office::{ANSWER, COMMUNE, DEPARTMENT};
use trien_practice::pki::softtoken::installed_module;
use trien_tests::{Desk, Office, Outcome, PIN_VARIABLE};

use crate::files::{self, DRAFT, Files, PREPARED, RECEIVED, RETURNED, SEALED, SIGNED, read, write};

/// The letter that starts it all.
const REQUEST: &str = "V/v nhắc báo cáo kết quả số hóa hồ sơ, giấy tờ năm 2026";
/// Why the leader gives the first draft back.
pub const REASON: &str = "Bổ sung tỷ lệ so với kế hoạch năm";

/// Does the job and leaves its files.
pub fn run(files: &Files) -> Result<(), String> {
    step("the practice office is made and its axis started");
    let office = Office::make(&files.office());
    let (clerk, leader, receiver) = (office.clerk(), office.leader(), office.receiver());

    let pdfs = files.pdf("");
    fs::create_dir_all(&pdfs).map_err(|e| format!("{}: {e}", pdfs.display()))?;
    let request = receive_request(files, &office)?;
    give_first_draft_back(files, &office, &request)?;
    let id = prepare_answer(files, &clerk, &office, &request)?;
    sign_and_seal(files, &clerk, &leader, &id)?;

    step("clerk: dispatched");
    clerk.ok(["send", &id]);
    clerk.ok(["sync"]);
    process_at_receiver(files, &receiver)?;
    step("clerk: the receiver's statuses come back");
    clerk.ok(["sync"]);

    keep_what_desks_tell(files, &clerk, &receiver, &id)?;
    keep_exchange(files, &office)?;
    keep_authority(files, &office)
}

/// The department writes; the commune receives, enters its book and reads.
fn receive_request(files: &Files, office: &Office) -> Result<String, String> {
    step("receiving organ: a letter of its own, signed, numbered, sealed and sent");
    department_writes(files, office)?;
    let clerk = office.clerk();
    step("clerk: received from the axis, entered in the book, read");
    let report = clerk.ok(["sync"]);
    expect(report["received"] == 1, "one document received", &report)?;
    let id = row(&clerk.ok(["inbox"]), REQUEST)?;
    clerk.ok(["accept", &id, "--assignee", "Văn phòng"]);
    let request = files.pdf("0-request.pdf");
    let shown = clerk.ok(words(["show", "in", &id, "--save"], &[&request]));
    keep_json(&files.told("request.json"), &shown)?;
    Ok(id)
}

/// Its director has a token but no desk: the file is signed with the command for plain files.
fn department_writes(files: &Files, office: &Office) -> Result<(), String> {
    let receiver = office.receiver();
    let [prepared, signed] =
        ["request-prepared.pdf", "request-signed.pdf"].map(|name| files.pdf(name));
    let draft = office.drafts().join("so-noi-vu-1.pdf");
    let people = receiver.ok(["signatories"]);
    let signatory = people[0]["id"].to_string();
    let facts = ["--subject", REQUEST, "--notation", DEPARTMENT.notation];
    let mut create = words(["draft"], &[&draft]);
    create.extend(facts.map(Into::into));
    create.extend(["--signatory", &signatory, "--to", COMMUNE.id].map(Into::into));
    let id = receiver.ok(create)["id"].to_string();
    receiver.ok(words(["show", "out", &id, "--save"], &[&prepared]));

    let picture = files.told("director-mark.png");
    write(&picture, DEPARTMENT.leader.signature)?;
    let module = installed_module().ok_or("SoftHSM2 is not installed")?;
    let director = Desk::new(&files.office().join("giam-doc"));
    let mut sign = director.command();
    sign.arg("sign").arg(&prepared).arg("--out").arg(&signed);
    sign.arg("--module").arg(module).arg("--mark").arg(picture);
    sign.args(["--token", DEPARTMENT.leader.name, "--pin-env", PIN_VARIABLE]);
    let outcome = Outcome::of(sign);
    expect(outcome.code == Some(0), "the director signs", &outcome.json)?;

    receiver.ok(words(["take-signed", &id], &[&signed]));
    receiver.ok(["seal", &id, "--pin-env", PIN_VARIABLE]);
    receiver.ok(["send", &id]);
    receiver.ok(["sync"]);
    Ok(())
}

/// A first draft goes to the leader and comes back with a reason.
fn give_first_draft_back(files: &Files, office: &Office, request: &str) -> Result<(), String> {
    let (clerk, leader) = (office.clerk(), office.leader());
    step("clerk: a first draft prepared and handed over");
    let subject = format!("{} (bản thứ nhất)", ANSWER.0);
    let first = draft(
        &clerk,
        &office.drafts().join("tra-loi.pdf"),
        &subject,
        request,
    );
    clerk.ok(["handover", "out", &first]);
    step("leader: listed under Chờ ký, returned with a reason");
    leader.ok(["handover", "in"]);
    let listed = row(&leader.ok(["outbox", "--folder", "to-sign"]), &subject)?;
    leader.ok(["return", &listed, "--reason", REASON]);
    clerk.ok(["handover", "in"]);
    let returned = files.pdf(RETURNED);
    let shown = clerk.ok(words(["show", "out", &first, "--save"], &[&returned]));
    keep_json(&files.told("returned.json"), &shown)
}

fn prepare_answer(
    files: &Files,
    clerk: &Desk,
    office: &Office,
    request: &str,
) -> Result<String, String> {
    step("clerk: the answer prepared and handed over");
    let path = files.pdf(DRAFT);
    write(&path, &read(&office.drafts().join("tra-loi.pdf"))?)?;
    let id = draft(clerk, &path, ANSWER.0, request);
    clerk.ok(words(
        ["show", "out", &id, "--save"],
        &[&files.pdf(PREPARED)],
    ));
    clerk.ok(["handover", "out", &id, "--note", "Kính trình lãnh đạo ký"]);
    Ok(id)
}

fn sign_and_seal(files: &Files, clerk: &Desk, leader: &Desk, id: &str) -> Result<(), String> {
    step("leader: listed under Chờ ký, signed with the token");
    leader.ok(["handover", "in"]);
    let listed = row(&leader.ok(["outbox", "--folder", "to-sign"]), ANSWER.0)?;
    leader.ok(["sign-documents", &listed, "--pin-env", PIN_VARIABLE]);
    leader.ok(["handover", "out"]);
    step("clerk: taken back, numbered, dated and sealed");
    clerk.ok(["handover", "in"]);
    clerk.ok(words(["show", "out", id, "--save"], &[&files.pdf(SIGNED)]));
    let sealed = clerk.ok(["seal", id, "--pin-env", PIN_VARIABLE]);
    keep_json(&files.told("sealed.json"), &sealed)?;
    let mut show = words(["show", "out", id, "--save"], &[&files.pdf(SEALED)]);
    show.extend(words(["--picture"], &[&files.picture()]));
    clerk.ok(show);
    Ok(())
}

fn process_at_receiver(files: &Files, receiver: &Desk) -> Result<(), String> {
    step("receiving organ: received (01), registered (03), completed (06)");
    receiver.ok(["sync"]);
    let id = row(&receiver.ok(["inbox"]), ANSWER.0)?;
    let path = files.pdf(RECEIVED);
    let shown = receiver.ok(words(["show", "in", &id, "--save"], &[&path]));
    keep_json(&files.told("received.json"), &shown)?;
    receiver.ok(["accept", &id, "--assignee", "Phòng Văn thư, Lưu trữ"]);
    receiver.ok(["status", &id, "06"]);
    receiver.ok(["sync"]);
    Ok(())
}

/// Both books of both clerks, the tracking and the document, as JSON and as people read them.
fn keep_what_desks_tell(
    files: &Files,
    clerk: &Desk,
    receiver: &Desk,
    id: &str,
) -> Result<(), String> {
    for (desk, name) in [(clerk, "clerk"), (receiver, "receiver")] {
        for book in ["out", "in"] {
            keep(
                files,
                desk,
                &format!("{name}-book-{book}"),
                ["register", book],
            )?;
        }
    }
    keep(files, clerk, "tracking", ["tracking", id])?;
    keep(files, clerk, "document", ["show", "out", id])
}

/// The ledger, and every package by the ledger's order.
fn keep_exchange(files: &Files, office: &Office) -> Result<(), String> {
    let axis = office.axis_folder();
    write(&files.ledger(), &read(&axis.join("ledger.jsonl"))?)?;
    for (n, line) in files::json_lines(&files.ledger())?.iter().enumerate() {
        let text = |key: &str| line[key].as_str().unwrap_or_default();
        let name = format!(
            "{:02}-{}-{}.edxml",
            n + 1,
            text("from"),
            text("messagetype")
        );
        let package = read(&axis.join("packages").join(text("sha256")))?;
        write(&files.packages().join(name), &package)?;
    }
    Ok(())
}

/// What the judges trust, and the same authority after it has revoked the leader.
fn keep_authority(files: &Files, office: &Office) -> Result<(), String> {
    for name in ["root.pem", "issuer.pem", "root.crl", "issuer.crl"] {
        write(&files.pki(name), &read(&office.pki().join(name))?)?;
    }
    for (desk, name) in [("lanh-dao", "leader.pem"), ("van-thu", "seal.pem")] {
        write(&files.pki(name), &read(&office.certificate(desk))?)?;
    }
    let copy = files.revoked("");
    copy_folder(&office.pki(), &copy)?;
    let mut revoke = trien_tests::Programs::find().command();
    revoke.args(["--json", "practice", "pki"]).arg(&copy);
    revoke.arg("--revoke").arg(files.pki("leader.pem"));
    let outcome = Outcome::of(revoke);
    expect(
        outcome.code == Some(0),
        "the leader is revoked",
        &outcome.json,
    )
}

/// A draft of the answer at the clerk's desk.
fn draft(clerk: &Desk, path: &Path, subject: &str, request: &str) -> String {
    let signatory = clerk.ok(["signatories"])[0]["id"].to_string();
    let mut create = words(["draft"], &[path]);
    create.extend(["--subject", subject, "--notation", COMMUNE.notation].map(Into::into));
    create.extend(["--signatory", &signatory, "--answers", request].map(Into::into));
    create.extend(["--to", DEPARTMENT.id].map(Into::into));
    clerk.ok(create)["id"].to_string()
}

/// The id of the one row with a subject.
fn row(page: &Value, subject: &str) -> Result<String, String> {
    let rows = page["rows"].as_array().into_iter().flatten();
    let ids: Vec<&Value> = rows
        .filter(|row| row["subject"] == subject)
        .map(|row| &row["key"]["id"])
        .collect();
    match ids[..] {
        [id] => Ok(id.to_string()),
        _ => Err(format!("{} rows with {subject:?} in {page}", ids.len())),
    }
}

/// Keeps what a command tells: JSON, and lines for people.
fn keep<const N: usize>(
    files: &Files,
    desk: &Desk,
    name: &str,
    arguments: [&str; N],
) -> Result<(), String> {
    keep_json(&files.told(&format!("{name}.json")), &desk.ok(arguments))?;
    let output = desk.command_for_people().args(arguments).output();
    let output = output.map_err(|e| e.to_string())?;
    write(&files.told(&format!("{name}.txt")), &output.stdout)
}

fn keep_json(path: &Path, value: &Value) -> Result<(), String> {
    let text = serde_json::to_vec_pretty(value).map_err(|e| e.to_string())?;
    write(path, &text)
}

/// Arguments: words, then paths.
fn words<const N: usize>(words: [&str; N], paths: &[&Path]) -> Vec<std::ffi::OsString> {
    let words = words.iter().map(|word| OsStr::new(word).to_owned());
    words
        .chain(paths.iter().map(|path| path.as_os_str().to_owned()))
        .collect()
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match from.is_dir() {
            true => copy_folder(&from, &to)?,
            false => write(&to, &read(&from)?)?,
        }
    }
    Ok(())
}

fn expect(holds: bool, what: &str, found: &Value) -> Result<(), String> {
    match holds {
        true => Ok(()),
        false => Err(format!("expected: {what}; found: {found}")),
    }
}

fn step(what: &str) {
    println!("- {what}");
}
