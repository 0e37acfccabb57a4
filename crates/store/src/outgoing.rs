//! Documents of ours, from draft to dispatch.

mod draft;
pub(crate) mod forwards;
mod list;
mod steps;
pub(crate) mod words;

use rusqlite::{Connection, OptionalExtension as _, Row};
use time::{Date, OffsetDateTime};
use trien_domain::document::{Kind, Reference, SLASH, Staff};
use trien_domain::number::printed;
use trien_domain::{Code, CopyForm, DocumentId, OrganId, OutgoingState, Signatory, Urgency};

pub(crate) use draft::set_recipients;
pub use list::OutgoingCursor;
pub use steps::{Move, NewRevision, Sealing};
pub(crate) use steps::{change, numbered, unnumbered};

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, row_id, words};
use crate::error::{Result, StoreError};
use crate::incoming::{Attachment, IncomingId, attachment_row};
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 6,
        sql: "
CREATE TABLE outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the same at the clerk's and at the leader's desk: a UUID, in the hand-over package
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('draft', 'prepared', 'handed_over', 'returned', 'signed',
        'numbered', 'sealed', 'waiting_send', 'sent')),
    place TEXT NOT NULL,
    kind_number INTEGER NOT NULL,
    kind_name TEXT NOT NULL,
    -- the notation of its number to come: UBND-VP
    notation TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    signatory_competence TEXT NOT NULL,
    signatory_position TEXT NOT NULL,
    signatory_name TEXT NOT NULL,
    due_on TEXT,
    urgency INTEGER NOT NULL,
    sphere TEXT NOT NULL,
    typist TEXT NOT NULL,
    copies INTEGER,
    pages INTEGER,
    -- titles, one a line
    appendices TEXT NOT NULL,
    -- Nơi nhận as printed, one a line
    to_places TEXT NOT NULL,
    steering INTEGER NOT NULL,
    paper INTEGER NOT NULL CHECK (paper IN (0, 1)),
    staff_department TEXT NOT NULL,
    staff_name TEXT NOT NULL,
    staff_email TEXT NOT NULL,
    staff_mobile TEXT NOT NULL,
    -- from numbering on
    number INTEGER,
    issued_on TEXT,
    -- from sealing on: an identifier on the axis has the number in it
    document_id TEXT,
    -- why the leader gave it back
    reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outgoing_folder ON outgoing (organ, state, id);
CREATE UNIQUE INDEX outgoing_document ON outgoing (organ, document_id)
    WHERE document_id IS NOT NULL;
CREATE TABLE outgoing_recipient (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE outgoing_reference (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- the document that it answers (ResponseFor), and its row where it came to this profile
    ref_organ TEXT NOT NULL,
    ref_number TEXT NOT NULL,
    ref_notation TEXT NOT NULL,
    ref_document_id TEXT NOT NULL,
    ref_date TEXT,
    incoming INTEGER REFERENCES incoming (id),
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_reference_incoming ON outgoing_reference (incoming)
    WHERE incoming IS NOT NULL;
CREATE TABLE outgoing_attachment (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    description TEXT NOT NULL,
    -- always 0: the document itself is its last revision
    main INTEGER NOT NULL DEFAULT 0 CHECK (main = 0),
    size INTEGER NOT NULL,
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_attachment_blob ON outgoing_attachment (blob);
CREATE TABLE revision (
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('draft', 'prepared', 'initialled', 'signed', 'sealed')),
    -- SHA-256 of the whole PDF as it stood after this step
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    size INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    PRIMARY KEY (outgoing, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_blob ON revision (blob);
CREATE VIRTUAL TABLE outgoing_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);",
    },
    Migration {
        version: 19,
        sql: "
-- which layout its paper has, by key; '' is the usual one
ALTER TABLE outgoing ADD COLUMN layout TEXT NOT NULL DEFAULT '';
-- between number and notation
ALTER TABLE outgoing ADD COLUMN joint TEXT NOT NULL DEFAULT '/' CHECK (length(joint) = 1);",
    },
    Migration {
        version: 20,
        sql: "
-- NULL: a document, not a copy of one
ALTER TABLE outgoing ADD COLUMN copy TEXT CHECK (copy IN ('sao_y', 'sao_luc', 'trich_sao'));",
    },
    Migration {
        version: 26,
        sql: "
-- counting all documents for each painted frame is too slow: triggers keep the sums
CREATE TABLE outgoing_count (
    organ TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (organ, state)
) STRICT, WITHOUT ROWID;
INSERT INTO outgoing_count (organ, state, total)
    SELECT organ, state, count(*) FROM outgoing GROUP BY organ, state;
CREATE TRIGGER outgoing_added AFTER INSERT ON outgoing BEGIN
    INSERT INTO outgoing_count (organ, state, total) VALUES (NEW.organ, NEW.state, 1)
        ON CONFLICT DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER outgoing_removed AFTER DELETE ON outgoing BEGIN
    UPDATE outgoing_count SET total = total - 1 WHERE organ = OLD.organ AND state = OLD.state;
END;
CREATE TRIGGER outgoing_changed AFTER UPDATE OF state ON outgoing BEGIN
    UPDATE outgoing_count SET total = total - 1 WHERE organ = OLD.organ AND state = OLD.state;
    INSERT INTO outgoing_count (organ, state, total) VALUES (NEW.organ, NEW.state, 1)
        ON CONFLICT DO UPDATE SET total = total + 1;
END;
CREATE INDEX outgoing_newest ON outgoing (organ, id);
-- 1: a package made here has carried a signed file of it
ALTER TABLE outgoing ADD COLUMN handed_back INTEGER NOT NULL DEFAULT 0
    CHECK (handed_back IN (0, 1));
CREATE INDEX outgoing_to_hand_back ON outgoing (organ, id)
    WHERE state = 'signed' AND handed_back = 0;",
    },
];

row_id!(
    /// A document of ours.
    OutgoingId
);

/// What a document of ours says of itself, as far as people fill it in. Number, date and
/// identifier come later and are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Which of our organs issues it.
    pub organ: OrganId,
    /// Địa danh.
    pub place: String,
    /// Kind.
    pub kind: Kind,
    /// The notation of its number to come: `UBND-VP`.
    pub notation: String,
    /// Between number and notation.
    pub joint: char,
    /// Which layout its paper has, by key; empty for the usual one.
    pub layout: String,
    /// The form of a copy; `None` for a document.
    pub copy: Option<CopyForm>,
    /// Trích yếu.
    pub subject: String,
    /// Nội dung tóm tắt.
    pub content: String,
    /// Who is to sign.
    pub signatory: Signatory,
    /// Hạn trả lời.
    pub due: Option<Date>,
    /// Urgency.
    pub urgency: Urgency,
    /// Phạm vi lưu hành.
    pub sphere: String,
    /// Ký hiệu người soạn.
    pub typist: String,
    /// Số lượng bản.
    pub copies: Option<u16>,
    /// Số trang.
    pub pages: Option<u16>,
    /// Titles of the appendices.
    pub appendices: Vec<String>,
    /// Nơi nhận, as printed.
    pub to_places: Vec<String>,
    /// SteeringType.
    pub steering: u8,
    /// Whether a paper copy goes too.
    pub paper: bool,
    /// Who works on it.
    pub staff: Staff,
    /// To whom on the axis: identifier and name.
    pub recipients: Vec<(OrganId, String)>,
    /// The documents it answers, each with its row where it came to this profile.
    pub responds_to: Vec<(Reference, Option<IncomingId>)>,
}

impl Draft {
    /// Number and notation as printed.
    pub fn code(&self, number: u32) -> Code {
        Code {
            number: printed(number),
            notation: self.notation.clone(),
            joint: self.joint,
        }
    }

    /// An empty draft of an organ.
    pub fn new(organ: OrganId) -> Self {
        Self {
            organ,
            place: String::new(),
            kind: Kind::cong_van(),
            notation: String::new(),
            joint: SLASH,
            layout: String::new(),
            copy: None,
            subject: String::new(),
            content: String::new(),
            signatory: Signatory::default(),
            due: None,
            urgency: Urgency::default(),
            sphere: String::new(),
            typist: String::new(),
            copies: None,
            pages: None,
            appendices: Vec::new(),
            to_places: Vec::new(),
            steering: 0,
            paper: false,
            staff: Staff::default(),
            recipients: Vec::new(),
            responds_to: Vec::new(),
        }
    }
}

/// A document of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its row.
    pub id: OutgoingId,
    /// Its name in hand-over packages.
    pub key: String,
    /// What it says of itself.
    pub draft: Draft,
    /// Where it stands.
    pub state: OutgoingState,
    /// Its number, from numbering on.
    pub number: Option<u32>,
    /// Its date, from numbering on.
    pub issued_on: Option<Date>,
    /// Its identifier on the axis, from sealing on.
    pub document_id: Option<DocumentId>,
    /// Why the leader gave it back.
    pub reason: String,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When its state last changed.
    pub changed_at: OffsetDateTime,
}

/// What a revision of the PDF adds to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RevisionKind {
    /// The file as it was given.
    Draft,
    /// Fields and signature fields.
    Prepared,
    /// An initial (ký nháy).
    Initialled,
    /// The leader's signature.
    Signed,
    /// Number, date and seal.
    Sealed,
}

words!(RevisionKind {
    Draft = "draft",
    Prepared = "prepared",
    Initialled = "initialled",
    Signed = "signed",
    Sealed = "sealed",
});

/// The whole PDF as it stood after one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Consecutive from 1.
    pub ordinal: u32,
    /// What it adds.
    pub kind: RevisionKind,
    /// The file; its name is its SHA-256.
    pub blob: BlobId,
    /// Its size in bytes.
    pub size: u64,
    /// When.
    pub at: OffsetDateTime,
    /// By whom.
    pub who: String,
}

/// The documents of ours.
#[derive(Debug)]
pub struct Outbox<'a>(&'a Store);

impl Store {
    /// The documents of ours.
    pub fn outgoing(&self) -> Outbox<'_> {
        Outbox(self)
    }
}

impl Outbox<'_> {
    /// A document.
    pub fn get(&self, id: OutgoingId) -> Result<Outgoing> {
        self.0.read(|db| get_outgoing(db, id))
    }

    /// The document with a name of hand-over packages.
    pub fn find(&self, key: &str) -> Result<Option<Outgoing>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached("SELECT id FROM outgoing WHERE key = ?1")?;
            let id = query.query_row([key], |row| get(row, "id")).optional()?;
            id.map(|id| get_outgoing(db, id)).transpose()
        })
    }

    /// Its revisions, oldest first.
    pub fn revisions(&self, id: OutgoingId) -> Result<Vec<Revision>> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT * FROM revision WHERE outgoing = ?1 ORDER BY ordinal")?;
            let rows = query.query_map([id.0], revision_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Its appendices that are files of their own.
    pub fn attachments(&self, id: OutgoingId) -> Result<Vec<Attachment>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM outgoing_attachment WHERE outgoing = ?1 ORDER BY ordinal",
            )?;
            let rows = query.query_map([id.0], attachment_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Our answers to a document that came.
    pub fn answers_to(&self, incoming: IncomingId) -> Result<Vec<OutgoingId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT DISTINCT outgoing FROM outgoing_reference WHERE incoming = ?1
                 ORDER BY outgoing",
            )?;
            let rows = query.query_map([incoming.0], |row| get(row, "outgoing"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}

pub(crate) fn get_outgoing(db: &Connection, id: OutgoingId) -> Result<Outgoing> {
    let mut query = db.prepare_cached("SELECT * FROM outgoing WHERE id = ?1")?;
    let found = query.query_row([id.0], draft::outgoing_row).optional()?;
    let mut document = found.ok_or_else(|| StoreError::not_found("document", id))?;
    draft::load_lists(db, &mut document)?;
    Ok(document)
}

fn revision_row(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        ordinal: row.get("ordinal")?,
        kind: get(row, "kind")?,
        blob: get(row, "blob")?,
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        at: get(row, "at")?,
        who: row.get("who")?,
    })
}
