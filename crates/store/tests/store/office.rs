//! The office of the tests: UBND xã An Hòa, which gets documents from Sở Nội vụ.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};
use trien_domain::document::{Kind, Staff};
use trien_domain::register::OutgoingEntry;
use trien_domain::{
    Code, DocumentFacts, DocumentId, Operation, Organ, OrganId, OutgoingState, Series, Signatory,
    StatusMessage, Urgency,
};
use trien_store::*;

pub const NOW: OffsetDateTime = datetime!(2026-11-22 02:00 UTC);
pub const TODAY: Date = date!(2026 - 11 - 22);

/// A profile in a folder of its own, which goes with it.
pub struct Office {
    pub store: Store,
    pub folder: TempDir,
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        Self { store, folder }
    }

    /// The lease of the loop that sends.
    pub fn lease(&self) -> Lease {
        lease_of(&self.store, "test")
    }

    /// Admits document `n` of Sở Nội vụ.
    pub fn admit(&self, n: u32) -> IncomingId {
        match admit(&self.store, &facts(n)).unwrap() {
            Admitted::New(id) => id,
            duplicate => panic!("{duplicate:?}"),
        }
    }

    /// A document of ours that the leader has signed; the signed file's hash is returned too.
    pub fn signed(&self, key: &str) -> (OutgoingId, BlobId) {
        self.signed_of(key, &draft())
    }

    fn signed_of(&self, key: &str, draft: &Draft) -> (OutgoingId, BlobId) {
        let outbox = self.store.outgoing();
        let id = outbox.create(key, draft, "clerk", NOW).unwrap();
        let file = self
            .store
            .blobs()
            .put(format!("signed {key}").as_bytes())
            .unwrap();
        for (to, kind) in [
            (OutgoingState::Prepared, RevisionKind::Prepared),
            (OutgoingState::HandedOver, RevisionKind::Prepared),
            (OutgoingState::Signed, RevisionKind::Signed),
        ] {
            let made = to != OutgoingState::HandedOver;
            let revision = made.then_some(NewRevision {
                kind,
                blob: file,
                size: 8,
            });
            let step = Move {
                to,
                revision,
                who: "leader",
                detail: "",
            };
            outbox.step(id, &step, NOW).unwrap();
        }
        (id, file)
    }

    /// A document of ours that is numbered, sealed and ready to be sent.
    pub fn sealed(&self, key: &str) -> OutgoingId {
        self.sealed_as(key, Urgency::Normal)
    }

    /// The same of an urgency.
    pub fn sealed_as(&self, key: &str, urgency: Urgency) -> OutgoingId {
        let draft = Draft { urgency, ..draft() };
        let (id, file) = self.signed_of(key, &draft);
        let series = outgoing_series();
        let taken = self
            .store
            .numbers()
            .reserve(&reservation(&series, file, Some(id)), NOW);
        let number = taken.unwrap().number;
        let sealed = self
            .store
            .blobs()
            .put(format!("sealed {key}").as_bytes())
            .unwrap();
        let sealing = sealing(&series, number, sealed);
        self.store.outgoing().seal(id, &sealing, NOW).unwrap();
        id
    }

    /// Puts a package of a sealed document into the queue.
    pub fn send(&self, outgoing: OutgoingId, to: &[&str]) -> Result<SendId> {
        let package = self.store.blobs().put(b"package").unwrap();
        self.store
            .sends()
            .add(&new_send(outgoing, package, to), NOW)
    }
}

pub fn lease_of(store: &Store, holder: &str) -> Lease {
    store
        .leases()
        .take(SYNC, holder, Duration::hours(1), NOW)
        .unwrap()
        .unwrap()
}

pub fn organ(id: &str) -> OrganId {
    OrganId::new(id).unwrap()
}

/// Our organ.
pub fn us() -> OrganId {
    organ("H99.15")
}

pub fn outgoing_series() -> Series {
    Series {
        organ: us(),
        year: 2026,
        key: trien_domain::number::OUTGOING.into(),
    }
}

pub fn arrivals() -> Series {
    Series {
        organ: us(),
        year: 2026,
        key: trien_domain::number::INCOMING.into(),
    }
}

pub fn reservation(series: &Series, file: BlobId, id: Option<OutgoingId>) -> Reservation<'_> {
    Reservation {
        series,
        file,
        outgoing: id,
        date: TODAY,
        who: "clerk",
    }
}

/// Number, date and seal of a document of ours.
pub fn sealing(series: &Series, number: u32, sealed: BlobId) -> Sealing<'_> {
    Sealing {
        words: "Số hồ sơ đã số hóa",
        series,
        number,
        document_id: DocumentId::compose(&us(), TODAY, &code(number)),
        revision: NewRevision {
            kind: RevisionKind::Sealed,
            blob: sealed,
            size: 8,
        },
        attachments: Vec::new(),
        entry: entry(number),
        who: "clerk",
        certificate: "",
    }
}

/// A package of a document of ours.
pub fn new_send(outgoing: OutgoingId, package: BlobId, to: &[&str]) -> NewSend {
    let recipient = |id: &&str| (organ(id), format!("Cơ quan {id}"));
    NewSend {
        organ: us(),
        subject: Subject::Document {
            outgoing,
            operation: Operation::New,
        },
        package,
        recipients: to.iter().map(recipient).collect(),
        not_before: NOW,
    }
}

/// What `from` tells of a document of ours.
pub fn status_message(document: DocumentId, from: &str, digits: &str) -> StatusMessage {
    StatusMessage {
        from: Organ::named(organ(from), "Sở Nội vụ"),
        to: us(),
        code: code(1),
        document,
        date: Some(TODAY),
        staff: Staff::default(),
        digits: digits.into(),
        description: String::new(),
        at: Some(NOW),
    }
}

pub fn code(number: u32) -> Code {
    Code::new(trien_domain::number::printed(number), "UBND-VP")
}

pub fn entry(number: u32) -> OutgoingEntry {
    OutgoingEntry {
        code: code(number).to_string(),
        date: TODAY,
        subject: "Công văn: V/v trả lời".into(),
        signatory: "Vi Đức Thuận".into(),
        recipients: "Sở Nội vụ".into(),
        archive: "Văn phòng".into(),
        copies: "01".into(),
        sent_on: None,
        receipt: String::new(),
        note: String::new(),
    }
}

pub fn draft() -> Draft {
    let mut draft = Draft::new(us());
    draft.notation = "UBND-VP".into();
    draft.subject = "V/v trả lời công văn của Sở Nội vụ".into();
    draft.to_places = vec!["- Sở Nội vụ;".into(), "- Lưu: VT.".into()];
    draft.recipients = vec![(organ("H99.02"), "Sở Nội vụ".into())];
    draft
}

/// Document `n` of Sở Nội vụ: `n/SNV-VP`.
pub fn facts(n: u32) -> DocumentFacts {
    let from = organ("H99.02");
    let code = Code::new(n.to_string(), "SNV-VP");
    DocumentFacts {
        id: DocumentId::compose(&from, date!(2026 - 11 - 20), &code),
        from: Organ::named(from, "Sở Nội vụ tỉnh Mẫu Sơn"),
        to: vec![Organ::named(us(), "UBND xã An Hòa")],
        code,
        place: "Mẫu Sơn".into(),
        date: Some(date!(2026 - 11 - 20)),
        kind: Kind::cong_van(),
        subject: format!("V/v kiểm tra đường liên xã đợt {n}"),
        content: String::new(),
        signatory: Signatory {
            full_name: "Đặng Thị Hường".into(),
            ..Signatory::default()
        },
        due: None,
        urgency: Urgency::Urgent,
        sphere: String::new(),
        typist: String::new(),
        copies: Some(1),
        pages: Some(2),
        appendices: Vec::new(),
        responds_to: Vec::new(),
        steering: 0,
        to_places: Vec::new(),
        operation: Operation::New,
        reason: String::new(),
        paper: false,
        concerns: Vec::new(),
        staff: Staff::default(),
    }
}

/// Keeps the message of a document and admits it, as `receive_all` does.
pub fn admit(store: &Store, facts: &DocumentFacts) -> Result<Admitted> {
    admit_as(store, facts, facts.id.as_str())
}

/// The same under an axis key of one's own: a message that came twice.
pub fn admit_as(store: &Store, facts: &DocumentFacts, axis_id: &str) -> Result<Admitted> {
    admit_of(
        store,
        facts,
        axis_id,
        format!("package {axis_id}").as_bytes(),
    )
}

/// Admits a document whose package has these bytes.
pub fn admit_of(
    store: &Store,
    facts: &DocumentFacts,
    axis_id: &str,
    bytes: &[u8],
) -> Result<Admitted> {
    let raw = keep(store, "edoc", axis_id, bytes)?;
    store
        .incoming()
        .admit(&new_incoming(store, facts, raw)?, NOW)
}

/// Admits a document although another one bears its number.
pub fn admit_anyway(store: &Store, facts: &DocumentFacts, raw: RawId) -> Result<Admitted> {
    let new = NewIncoming {
        same_code_anyway: true,
        ..new_incoming(store, facts, raw)?
    };
    store.incoming().admit(&new, NOW)
}

/// Keeps a message of the axis.
pub fn keep(store: &Store, message_type: &str, axis_id: &str, bytes: &[u8]) -> Result<RawId> {
    let message = NewRaw {
        organ: us(),
        axis_id: axis_id.to_owned(),
        message_type: message_type.to_owned(),
        blob: store.blobs().put(bytes)?,
    };
    Ok(store.raw().keep(&message, NOW)?.id)
}

fn new_incoming(store: &Store, facts: &DocumentFacts, raw: RawId) -> Result<NewIncoming> {
    let pdf = store.blobs().put(format!("%PDF {}", facts.id).as_bytes())?;
    Ok(NewIncoming {
        raw,
        facts: facts.clone(),
        attachments: vec![Attachment {
            name: "cong-van.pdf".into(),
            media_type: "application/pdf".into(),
            description: String::new(),
            main: true,
            size: 5,
            blob: pdf,
        }],
        findings: Findings {
            verdict: "valid".into(),
            ..Findings::default()
        },
        text: "Thực hiện kế hoạch bảo trì".into(),
        arrived: store
            .blobs()
            .put(format!("status 01 {}", facts.id).as_bytes())?,
        same_code_anyway: false,
    })
}

/// Starts this test binary again with one of its ignored tests: a second process on a profile.
pub fn process(test: &str, folder: &Path, name: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", test])
        .env("TRIEN_TEST_FOLDER", folder)
        .env("TRIEN_TEST_NAME", name)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What [`process`] told the process that it started.
pub fn told() -> (PathBuf, String) {
    let folder = std::env::var_os("TRIEN_TEST_FOLDER").expect("started by another test");
    (folder.into(), std::env::var("TRIEN_TEST_NAME").unwrap())
}
