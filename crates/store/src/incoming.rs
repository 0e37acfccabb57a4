//! Documents that came: one row each, from admission to completion.

mod admit;
mod list;
mod steps;

use rusqlite::{Connection, OptionalExtension as _, Row};
use time::{Date, OffsetDateTime};
use trien_domain::{Code, DocumentId, Operation, OrganId, Signatory, StatusCode, Urgency};

pub(crate) use admit::index_again;
pub use admit::{Admitted, DuplicateBy, NewIncoming};
pub use list::{Cursor, Folder, Hits, Only};
pub use steps::{Registered, Registration, Step};

use crate::Store;
use crate::blobs::BlobId;
use crate::columns::{get, get_opt, row_id, sql};
use crate::error::{Result, StoreError};
use crate::raw::RawId;
use crate::schema::Migration;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 5,
        sql: "
CREATE TABLE incoming (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organ TEXT NOT NULL,
    -- the package; what has no column here is read from it again
    raw INTEGER NOT NULL UNIQUE REFERENCES raw_message (id),
    -- DocumentId of edXML, byte for byte
    document_id TEXT NOT NULL,
    -- BussinessDocType: 0 new, 1 recall, 2 update, 3 replace
    operation INTEGER NOT NULL CHECK (operation BETWEEN 0 AND 3),
    from_id TEXT NOT NULL,
    from_name TEXT NOT NULL,
    code_number TEXT NOT NULL,
    code_notation TEXT NOT NULL,
    -- NULL: the sender wrote no possible date
    issued_on TEXT,
    place TEXT NOT NULL,
    kind_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    signatory_competence TEXT NOT NULL,
    signatory_position TEXT NOT NULL,
    signatory_name TEXT NOT NULL,
    due_on TEXT,
    -- Priority: 0 normal ... 4 express at a set time
    urgency INTEGER NOT NULL,
    sphere TEXT NOT NULL,
    pages INTEGER,
    paper INTEGER NOT NULL CHECK (paper IN (0, 1)),
    -- SteeringType
    steering INTEGER NOT NULL,
    -- BussinessDocReason
    reason TEXT NOT NULL,
    -- the last of 01...06 that this office reached; it is also the folder in the list
    state TEXT NOT NULL CHECK (state IN ('01', '02', '03', '04', '05', '06')),
    unread INTEGER NOT NULL DEFAULT 1 CHECK (unread IN (0, 1)),
    arrived_at INTEGER NOT NULL,
    -- số đến and ngày đến, from the registration on
    arrival_number INTEGER,
    arrival_on TEXT,
    -- who or which unit works on it
    assignee TEXT NOT NULL DEFAULT '',
    -- one word on the signatures, the report and the checks before acceptance as JSON
    verdict TEXT NOT NULL,
    report TEXT NOT NULL,
    checks TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incoming_document ON incoming (organ, document_id) WHERE operation = 0;
CREATE INDEX incoming_code ON incoming (organ, from_id, code_number, code_notation);
CREATE INDEX incoming_folder ON incoming (organ, state, arrived_at, id);
CREATE INDEX incoming_newest ON incoming (organ, arrived_at, id);
-- counting a million rows for each painted list is too slow: triggers keep the sums
CREATE TABLE incoming_count (
    organ TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (organ, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER incoming_added AFTER INSERT ON incoming BEGIN
    INSERT INTO incoming_count (organ, state, total, unread)
        VALUES (NEW.organ, NEW.state, 1, NEW.unread)
        ON CONFLICT DO UPDATE SET total = total + 1, unread = unread + NEW.unread;
END;
CREATE TRIGGER incoming_removed AFTER DELETE ON incoming BEGIN
    UPDATE incoming_count SET total = total - 1, unread = unread - OLD.unread
        WHERE organ = OLD.organ AND state = OLD.state;
END;
CREATE TRIGGER incoming_changed AFTER UPDATE OF state, unread ON incoming BEGIN
    UPDATE incoming_count SET total = total - 1, unread = unread - OLD.unread
        WHERE organ = OLD.organ AND state = OLD.state;
    INSERT INTO incoming_count (organ, state, total, unread)
        VALUES (NEW.organ, NEW.state, 1, NEW.unread)
        ON CONFLICT DO UPDATE SET total = total + 1, unread = unread + NEW.unread;
END;
CREATE TABLE incoming_attachment (
    incoming INTEGER NOT NULL REFERENCES incoming (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- as the sender named it: for showing, never a path
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    description TEXT NOT NULL,
    -- the document itself; the others are appendices
    main INTEGER NOT NULL CHECK (main IN (0, 1)),
    size INTEGER NOT NULL,
    blob TEXT NOT NULL CHECK (length(blob) = 64),
    PRIMARY KEY (incoming, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_attachment_blob ON incoming_attachment (blob);
CREATE TABLE incoming_reference (
    incoming INTEGER NOT NULL REFERENCES incoming (id),
    ordinal INTEGER NOT NULL,
    organ TEXT NOT NULL,
    -- 'responds' (ResponseFor) or 'concerns' (the documents of an update or a replacement)
    relation TEXT NOT NULL CHECK (relation IN ('responds', 'concerns')),
    document_id TEXT NOT NULL,
    PRIMARY KEY (incoming, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_reference_document ON incoming_reference (document_id);
CREATE VIRTUAL TABLE incoming_search USING fts5 (
    words, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);",
    },
    Migration {
        version: 21,
        sql: "
-- the few of a folder that are urgent, or have a due date, are found without the many that are not
CREATE INDEX incoming_urgent ON incoming (organ, state, arrived_at, id) WHERE urgency > 0;
CREATE INDEX incoming_dated ON incoming (organ, state, arrived_at, id) WHERE due_on IS NOT NULL;",
    },
    Migration {
        version: 31,
        sql: "
-- recalls, updates and replacements may bear one identifier
CREATE INDEX incoming_change ON incoming (organ, document_id, id) WHERE operation <> 0;",
    },
];

row_id!(
    /// A document that came.
    IncomingId
);

/// A file of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name for people; never a path.
    pub name: String,
    /// Its type, `application/pdf`.
    pub media_type: String,
    /// What the sender says of it.
    pub description: String,
    /// Whether it is the document itself.
    pub main: bool,
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes.
    pub blob: BlobId,
}

/// A document that came, without its files, references and report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its row.
    pub id: IncomingId,
    /// Which of our organs it came for.
    pub organ: OrganId,
    /// The message it came in.
    pub raw: RawId,
    /// Its identifier on the axis.
    pub document_id: DocumentId,
    /// What its package does.
    pub operation: Operation,
    /// Who sent it.
    pub from_id: OrganId,
    /// The sender's name, as written.
    pub from_name: String,
    /// Number and notation.
    pub code: Code,
    /// Date of issue.
    pub issued_on: Option<Date>,
    /// Địa danh.
    pub place: String,
    /// Name of its kind.
    pub kind_name: String,
    /// Trích yếu.
    pub subject: String,
    /// Who signed.
    pub signatory: Signatory,
    /// Hạn trả lời.
    pub due_on: Option<Date>,
    /// Urgency.
    pub urgency: Urgency,
    /// Phạm vi lưu hành.
    pub sphere: String,
    /// Số trang.
    pub pages: Option<u16>,
    /// Whether a paper copy comes too.
    pub paper: bool,
    /// SteeringType.
    pub steering: u8,
    /// Why it was recalled, updated or replaced.
    pub reason: String,
    /// How far this office has come: 01 to 06.
    pub state: StatusCode,
    /// Whether nobody has opened it.
    pub unread: bool,
    /// When it was admitted.
    pub arrived_at: OffsetDateTime,
    /// Số đến.
    pub arrival_number: Option<u32>,
    /// Ngày đến.
    pub arrival_on: Option<Date>,
    /// Who works on it.
    pub assignee: String,
    /// One word on its signatures.
    pub verdict: String,
}

/// What was found out about a document when it came, as JSON that only `app` understands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// One word on the signatures, for the list.
    pub verdict: String,
    /// The verification report.
    pub report: String,
    /// The checks before acceptance.
    pub checks: String,
}

/// The documents that came.
#[derive(Debug)]
pub struct Inbox<'a>(&'a Store);

impl Store {
    /// The documents that came.
    pub fn incoming(&self) -> Inbox<'_> {
        Inbox(self)
    }
}

impl Inbox<'_> {
    /// A document.
    pub fn get(&self, id: IncomingId) -> Result<Incoming> {
        self.0.read(|db| get_incoming(db, id))
    }

    /// The document with an identifier of the axis; the first one where updates bear the same.
    pub fn find(&self, organ: &OrganId, document: &DocumentId) -> Result<Option<Incoming>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM incoming WHERE organ = ?1 AND document_id = ?2 AND operation = 0",
            )?;
            let found = query.query_row((sql(organ), sql(document)), incoming_row);
            Ok(found.optional()?)
        })
    }

    /// Its files, in the sender's order.
    pub fn attachments(&self, id: IncomingId) -> Result<Vec<Attachment>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT * FROM incoming_attachment WHERE incoming = ?1 ORDER BY ordinal",
            )?;
            let rows = query.query_map([id.0], attachment_row)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The documents it answers (ResponseFor).
    pub fn responds_to(&self, id: IncomingId) -> Result<Vec<DocumentId>> {
        self.0.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT document_id FROM incoming_reference
                 WHERE incoming = ?1 AND relation = 'responds' ORDER BY ordinal",
            )?;
            let rows = query.query_map([id.0], |row| get(row, "document_id"))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What was found out about it.
    pub fn findings(&self, id: IncomingId) -> Result<Findings> {
        self.0.read(|db| {
            let mut query =
                db.prepare_cached("SELECT verdict, report, checks FROM incoming WHERE id = ?1")?;
            let found = query.query_row([id.0], |row| {
                Ok(Findings {
                    verdict: row.get(0)?,
                    report: row.get(1)?,
                    checks: row.get(2)?,
                })
            });
            found
                .optional()?
                .ok_or_else(|| StoreError::not_found("document", id))
        })
    }

    /// Replaces the findings: what was admitted as *chưa kiểm tra* is verified later.
    pub fn set_findings(&self, id: IncomingId, findings: &Findings) -> Result<()> {
        self.0.write(|tx| {
            let changed = tx
                .prepare_cached(
                    "UPDATE incoming SET verdict = ?2, report = ?3, checks = ?4 WHERE id = ?1",
                )?
                .execute((id.0, &findings.verdict, &findings.report, &findings.checks))?;
            (changed == 1)
                .then_some(())
                .ok_or_else(|| StoreError::not_found("document", id))
        })
    }

    /// Marks a document as read, or as unread again.
    pub fn set_unread(&self, id: IncomingId, unread: bool) -> Result<()> {
        self.0.write(|tx| {
            tx.prepare_cached("UPDATE incoming SET unread = ?2 WHERE id = ?1")?
                .execute((id.0, unread))?;
            Ok(())
        })
    }
}

/// What [`incoming_row`] reads. The findings are several times as long and lie behind it, on pages of their own, which a list
/// of `*` would read as well.
const COLUMNS: &str =
    "incoming.id, incoming.organ, raw, document_id, operation, from_id, from_name,
    code_number, code_notation, issued_on, place, kind_name, subject, signatory_competence,
    signatory_position, signatory_name, due_on, urgency, sphere, pages, paper, steering, reason,
    state, unread, arrived_at, arrival_number, arrival_on, assignee, verdict";

pub(crate) fn get_incoming(db: &Connection, id: IncomingId) -> Result<Incoming> {
    let mut query = db.prepare_cached("SELECT * FROM incoming WHERE id = ?1")?;
    let found = query.query_row([id.0], incoming_row).optional()?;
    found.ok_or_else(|| StoreError::not_found("document", id))
}

pub(crate) fn attachment_row(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        description: row.get("description")?,
        main: row.get("main")?,
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        blob: get(row, "blob")?,
    })
}

fn incoming_row(row: &Row<'_>) -> rusqlite::Result<Incoming> {
    Ok(Incoming {
        id: get(row, "id")?,
        organ: get(row, "organ")?,
        raw: get(row, "raw")?,
        document_id: get(row, "document_id")?,
        operation: get(row, "operation")?,
        from_id: get(row, "from_id")?,
        from_name: row.get("from_name")?,
        code: Code::new(
            row.get::<_, String>("code_number")?,
            row.get::<_, String>("code_notation")?,
        ),
        issued_on: get_opt(row, "issued_on")?,
        place: row.get("place")?,
        kind_name: row.get("kind_name")?,
        subject: row.get("subject")?,
        signatory: Signatory {
            competence: row.get("signatory_competence")?,
            position: row.get("signatory_position")?,
            full_name: row.get("signatory_name")?,
        },
        due_on: get_opt(row, "due_on")?,
        urgency: get(row, "urgency")?,
        sphere: row.get("sphere")?,
        pages: row.get("pages")?,
        paper: row.get("paper")?,
        steering: row.get("steering")?,
        reason: row.get("reason")?,
        state: get(row, "state")?,
        unread: row.get("unread")?,
        arrived_at: get(row, "arrived_at")?,
        arrival_number: row.get("arrival_number")?,
        arrival_on: get_opt(row, "arrival_on")?,
        assignee: row.get("assignee")?,
        verdict: row.get("verdict")?,
    })
}
