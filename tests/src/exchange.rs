//! The practice axis seen from behind: what it was sent, what it was told, and how it is made to fail.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use trien_domain::{DocumentId, OrganId};
use trien_edxml::{Limits, Message};
use trien_practice::axis::LEDGER;
use trien_practice::office::{COMMUNE, DEPARTMENT};
use trien_store::{Findings, NewIncoming, NewRaw, Store};

use crate::{Desk, Office};

impl Office {
    /// The documents that the axis took from an organ, each once: repeated sends are not told apart.
    pub fn documents_from(&self, organ: &str) -> Vec<Value> {
        let sends = lines(&self.axis_folder().join(LEDGER));
        let of = |send: &Value| send["from"] == organ && send["messagetype"] == "edoc";
        sends.into_iter().filter(of).collect()
    }

    /// How often the axis was told that a copy is done.
    pub fn acknowledgements(&self, copy: &str) -> usize {
        let changes = lines(&self.axis_folder().join("states.jsonl"));
        let done = |line: &&Value| line["doc_id"] == copy && line["status"] == "done";
        changes.iter().filter(done).count()
    }

    /// How often the axis was told that a copy could not be taken.
    pub fn returned(&self, copy: &str) -> usize {
        let changes = lines(&self.axis_folder().join("states.jsonl"));
        let failed = |line: &&Value| line["doc_id"] == copy && line["status"] == "fail";
        changes.iter().filter(failed).count()
    }

    /// The axis fails by this plan from now on; an empty list ends it.
    pub fn plan(&self, rules: &Value) {
        let path = self.axis_folder().join("faults.json");
        fs::write(path, rules.to_string()).expect("the plan is written");
    }

    /// How many calls have met each fault of the plan.
    pub fn faults_met(&self) -> Vec<u64> {
        let address = self.endpoint();
        let address = address.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).expect("the axis listens");
        let ask = "GET /_faults HTTP/1.1\r\nHost: axis\r\nConnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).expect("it is asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, told) = answer.split_once("\r\n\r\n").expect("a body");
        let told: Value = serde_json::from_str(told).expect("a line of JSON");
        let met = told["met"].as_array().expect("a list");
        met.iter().filter_map(Value::as_u64).collect()
    }

    /// Lays a package of the department for the commune on the axis as if it had been sent, whatever is
    /// in it; returns the id of the commune's copy.
    pub fn plant_for_commune(&mut self, package: &[u8]) -> String {
        self.plant("edoc", [DEPARTMENT.id, COMMUNE.id], package)
    }

    /// Sends the commune a good letter that it does not have yet: the department's first one under another
    /// number. Returns the id of the commune's copy.
    pub fn plant_letter(&mut self, number: u32) -> String {
        let package = self.letter(number);
        self.plant_for_commune(package.as_bytes())
    }

    /// Admits letters straight into a desk's store, as many as no axis could bring in a test's time.
    pub fn fill_inbox(&self, desk: &Desk, letters: u32) {
        let first = self.documents_from(DEPARTMENT.id).remove(0);
        let folder = self.axis_folder().join("packages");
        let package = fs::read(folder.join(first["sha256"].as_str().expect("its hash")));
        let package = trien_edxml::read(&package.expect("its package"), &Limits::default());
        let Message::Document(facts) = package.expect("it is read").message else {
            panic!("a letter is a document");
        };
        let store = Store::open(desk.data()).expect("the desk opens");
        let now = OffsetDateTime::now_utc();
        for n in 0..letters {
            let mut facts = (*facts).clone();
            facts.subject = format!("Kiểm tra phân trang {n}");
            facts.code.number = (10_000 + n).to_string();
            facts.id = DocumentId::new(&format!("{}-{n}", facts.id)).expect("an identifier");
            let blob = store
                .blobs()
                .put(facts.id.as_str().as_bytes())
                .expect("a blob");
            let organ = OrganId::new(COMMUNE.id).expect("the commune");
            let message = NewRaw {
                organ,
                axis_id: format!("filled-{n}"),
                message_type: "edoc".to_owned(),
                blob,
            };
            let raw = store.raw().keep(&message, now).expect("it is kept");
            store
                .raw()
                .acked(raw.id, now, now)
                .expect("it is acknowledged");
            let new = NewIncoming {
                raw: raw.id,
                facts,
                attachments: Vec::new(),
                findings: Findings::default(),
                text: String::new(),
                arrived: blob,
                same_code_anyway: false,
            };
            store.incoming().admit(&new, now).expect("it is admitted");
        }
    }

    /// The package of a line of the ledger.
    pub fn package(&self, line: &Value) -> String {
        let sha256 = line["sha256"].as_str().expect("its hash");
        let package = fs::read_to_string(self.axis_folder().join("packages").join(sha256));
        package.expect("its package")
    }

    /// The department's first letter as a package, under another number and identifier.
    pub fn letter(&self, number: u32) -> String {
        let first = self.documents_from(DEPARTMENT.id).remove(0);
        let id = first["document_id"].as_str().expect("its identifier");
        let package = self.package(&first);
        let (before, code) = package.split_once("<edXML:CodeNumber>").expect("a code");
        let (_, after) = code.split_once('<').expect("an end");
        format!("{before}<edXML:CodeNumber>{number}<{after}").replace(id, &format!("{id}-{number}"))
    }

    /// Lays a status package of the commune for the department on the axis; returns the copy's id.
    pub fn plant_status_for_department(&mut self, package: &[u8]) -> String {
        self.plant("status", [COMMUNE.id, DEPARTMENT.id], package)
    }

    /// Lays so many copies of a package of the department for the commune on the axis; returns their ids.
    pub fn plant_copies(&mut self, package: &[u8], number: u32) -> Vec<String> {
        let named: Vec<String> = (0..number).map(|n| format!("copy-{n}")).collect();
        self.plant_as("edoc", [DEPARTMENT.id, COMMUNE.id], package, &named);
        named
    }

    fn plant(&mut self, kind: &str, ends: [&str; 2], package: &[u8]) -> String {
        let copy = format!("planted-{}", lines(&self.axis_folder().join(LEDGER)).len());
        self.plant_as(kind, ends, package, std::slice::from_ref(&copy));
        copy
    }

    fn plant_as(&mut self, kind: &str, [from, to]: [&str; 2], package: &[u8], named: &[String]) {
        self.stop_axis();
        let folder = self.axis_folder();
        let sha256 = hex::encode(Sha256::digest(package));
        fs::write(folder.join("packages").join(&sha256), package).expect("the package is laid");
        let ledger = folder.join(LEDGER);
        let at = "2026-11-20T02:00:00Z";
        let first = &named[0];
        let copy = |id| json!({ "doc_id": id, "to": to, "status": "initial", "updated": at });
        let line = json!({
            "at": at, "doc_id": format!("send-of-{first}"), "system": DEPARTMENT.system,
            "from": from, "to": [to], "messagetype": kind, "document_id": first, "sha256": sha256,
            "bytes": package.len(), "duplicate": false,
            "copies": named.iter().map(copy).collect::<Vec<_>>(),
        });
        let mut file = OpenOptions::new()
            .append(true)
            .open(ledger)
            .expect("a ledger");
        writeln!(file, "{line}").expect("a line is added");
        self.start_axis();
    }
}

pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let parse = |line: &str| serde_json::from_str(line).expect("a line of JSON");
    text.lines().map(parse).collect()
}
