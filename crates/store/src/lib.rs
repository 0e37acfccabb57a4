//! One profile's data: SQLite and blobs in one folder.
//!
//! Knows the rows and their transactions, and nothing of networks, tokens or edXML: packages are
//! bytes by hash, reports are text. Every step that must not be half done (admission, registration,
//! numbering, sealing, a try to send) is one IMMEDIATE transaction with FULL durability, and each
//! can be asked twice with one effect, so that a process killed between two steps goes on by
//! asking again.
//!
//! [`Store::open`] is the door; each of its methods without arguments (`incoming()`, `sends()`,
//! `numbers()` …) leads to one table family. `now` is always an argument.

mod audit;
mod blobs;
mod changes;
mod columns;
mod db;
mod directory;
mod dismissals;
mod error;
pub mod fault;
mod handovers;
mod incoming;
mod leases;
mod numbers;
mod outgoing;
mod plans;
mod raw;
mod registers;
mod schema;
mod search;
mod sends;
mod settings;
mod signatories;
mod statuses;
mod timeline;

pub use audit::{Audit, AuditRow, Chain, NewAudit};
pub use blobs::{Added, Batch, BlobId, Blobs, Swept, Writing};
pub use changes::{ChangeId, ChangeRequest, Changes, Decision, Verdict};
pub use db::{BUSY_TIMEOUT, Store};
pub use directory::{Directory, Unit};
pub use dismissals::Dismissals;
pub use error::{Conflict, Result, StoreError};
pub use handovers::{Direction, Handover, HandoverState, Handovers, Noted};
pub use incoming::{
    Admitted, Attachment, Cursor, DuplicateBy, Findings, Folder, Hits, Inbox, Incoming, IncomingId,
    NewIncoming, Only, Registered, Registration, Step,
};
pub use leases::{Lease, Leases, SYNC};
pub use numbers::{Numbers, Reservation, Taken};
pub use outgoing::{
    Draft, Move, NewRevision, Outbox, Outgoing, OutgoingCursor, OutgoingId, Revision, RevisionKind,
    Sealing,
};
pub use raw::{NewRaw, Raw, RawId, RawQueue, RawState};
pub use registers::{OutgoingLine, Registers, kind_and_subject};
pub use search::{COUNT_CAP, SEARCH_TEXT_MAX};
pub use sends::{AskedBack, Delivery, NewSend, Outcome, Send, SendId, Sends, Settlement, Subject};
pub use settings::Settings;
pub use signatories::{NewSignatory, RegisteredSignatory, Signatories, SignatoryId, SignerRole};
pub use statuses::{StatusId, StatusReceived, Statuses};
pub use timeline::{Document, Event, EventId, Timeline};
