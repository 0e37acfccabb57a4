//! A sender whose program is not ours to test: its letters come to the commune over the axis.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use time::OffsetDateTime;
use tokio::runtime::Runtime;
use trien_domain::{DocumentFacts, DocumentId, Organ, OrganId};
use trien_edxml::{Attachment, Limits, Message};
use trien_net::{AxisClient, AxisConfig, MessageType, Proxy};
use trien_practice::axis::LEDGER;
use trien_practice::office::{COMMUNE, DEPARTMENT};

use crate::Office;
use crate::exchange::lines;

/// The department's system, sending small letters to the commune.
#[derive(Debug)]
pub struct Post {
    client: AxisClient,
    runtime: Runtime,
    facts: DocumentFacts,
    sent: AtomicU32,
}

impl Post {
    /// A post on a running axis.
    ///
    /// # Panics
    /// Where the axis's ledger has no letter to take the facts from.
    pub fn new(office: &Office) -> Post {
        let package = office.letter(1);
        let read = trien_edxml::read(package.as_bytes(), &Limits::default());
        let Message::Document(mut facts) = read.expect("a letter").message else {
            panic!("a letter is a document");
        };
        let commune = OrganId::new(COMMUNE.id).expect("the commune");
        facts.to = vec![Organ::named(commune, COMMUNE.name)];
        let mut config = AxisConfig::new(&office.endpoint(), DEPARTMENT.system);
        config.proxy = Proxy::Direct;
        let secret = format!("khoa-tap-huan-{}", DEPARTMENT.system);
        Post {
            client: AxisClient::new(config, secret.into()).expect("a client"),
            runtime: Runtime::new().expect("a runtime"),
            facts: *facts,
            sent: AtomicU32::new(0),
        }
    }

    /// Sends one letter more; it has a subject of its own.
    ///
    /// # Panics
    /// Where the axis refuses it.
    pub fn letter(&self) {
        let n = self.sent.fetch_add(1, Ordering::SeqCst);
        let mut facts = self.facts.clone();
        facts.subject = subject(n);
        facts.code.number = (20_000 + n).to_string();
        facts.id = DocumentId::new(&format!("thu-{n}")).expect("an identifier");
        let text = format!("Nội dung {n}").into_bytes();
        let file = Attachment::of_file("noi-dung.txt", "", text).expect("a file");
        let now = OffsetDateTime::now_utc();
        let package = trien_edxml::write_document(&facts, &[file], now);
        let to = [COMMUNE.id.to_owned()];
        let sent = self
            .client
            .send_edoc(DEPARTMENT.id, &to, MessageType::Document, package, now);
        self.runtime.block_on(sent).expect("the axis takes it");
    }

    /// The subjects of all letters.
    pub fn subjects(&self) -> Vec<String> {
        (0..self.sent.load(Ordering::SeqCst)).map(subject).collect()
    }
}

fn subject(n: u32) -> String {
    format!("Thư số {n}")
}

impl Office {
    /// Statuses that the axis took from an organ, repeated ones too.
    pub fn statuses_from(&self, organ: &str) -> Vec<Value> {
        let sends = lines(&self.axis_folder().join(LEDGER));
        let of = |send: &Value| send["from"] == organ && send["messagetype"] == "status";
        sends.into_iter().filter(of).collect()
    }

    /// Documents that the axis still holds for an organ.
    ///
    /// # Panics
    /// Where the axis's folder cannot be read.
    pub fn waiting_for(&self, organ: &str) -> Vec<Value> {
        let queues = trien_practice::axis::queues(&self.axis_folder()).expect("its queues");
        let waits = queues
            .into_iter()
            .filter(|c| c.to == organ && c.messagetype == "edoc");
        waits
            .map(|copy| serde_json::to_value(copy).expect("a copy is JSON"))
            .collect()
    }
}
