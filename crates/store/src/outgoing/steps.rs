//! The steps of a document of ours, each checked against `domain`'s transitions.

use rusqlite::Transaction;
use time::{Date, OffsetDateTime};
use trien_domain::register::OutgoingEntry;
use trien_domain::{DocumentId, OutgoingState, Series};

use super::{Outbox, Outgoing, OutgoingId, RevisionKind, draft, forwards, get_outgoing, words};
use crate::audit::{self, NewAudit};
use crate::blobs::BlobId;
use crate::columns::{Column as _, nfc, sql};
use crate::error::{Conflict, Result};
use crate::incoming::Attachment;
use crate::numbers;
use crate::timeline::{self, Document};

/// A revision of the PDF; its bytes are in the store already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    /// What it adds.
    pub kind: RevisionKind,
    /// The whole file.
    pub blob: BlobId,
    /// Its size in bytes.
    pub size: u64,
}

/// A step to another state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move<'a> {
    /// The state after it.
    pub to: OutgoingState,
    /// The revision that the step made, if it made one.
    pub revision: Option<NewRevision>,
    /// Who took it.
    pub who: &'a str,
    /// Why a document is given back; for the others what the timeline shows.
    pub detail: &'a str,
}

/// Number, date and seal in one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing<'a> {
    /// The series of the number that was reserved for it.
    pub series: &'a Series,
    /// That number.
    pub number: u32,
    /// Its identifier on the axis.
    pub document_id: DocumentId,
    /// The sealed file.
    pub revision: NewRevision,
    /// Its attachments, sealed too; all of them.
    pub attachments: Vec<Attachment>,
    /// Its line in the book.
    pub entry: OutgoingEntry,
    /// The words of its files, by which it is found.
    pub words: &'a str,
    /// Who sealed it.
    pub who: &'a str,
    /// SHA-256 of the organ's certificate, in hex.
    pub certificate: &'a str,
}

impl Outbox<'_> {
    /// Takes a step, with its revision, timeline and audit row in one transaction. Numbering,
    /// sealing and sending have steps of their own.
    ///
    /// # Errors
    /// [`Conflict::State`] where the step does not lead on from the document's state, and
    /// [`Conflict::ReasonMissing`] for giving a document back without a reason.
    pub fn step(&self, id: OutgoingId, step: &Move<'_>, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| take_step(tx, id, step, now))
    }

    /// Adds a revision without changing the state: the file as it was given, an initial.
    pub fn add_revision(
        &self,
        id: OutgoingId,
        revision: &NewRevision,
        who: &str,
        now: OffsetDateTime,
    ) -> Result<u32> {
        self.0.write(|tx| {
            let document = get_outgoing(tx, id)?;
            add_revision(tx, &document, revision, who, now)
        })
    }

    /// The sealed revision, the number used, the line in the book and the identifier: all or
    /// nothing.
    ///
    /// # Errors
    /// [`Conflict::OtherContent`] where the number is not the one reserved for this document.
    pub fn seal(&self, id: OutgoingId, sealing: &Sealing<'_>, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| {
            let document = get_outgoing(tx, id)?;
            let Sealing {
                series,
                number,
                entry,
                who,
                ..
            } = sealing;
            change(tx, id, OutgoingState::Sealed, now)?;
            if document.number != Some(*number) {
                return Err(Conflict::OtherContent {
                    what: "number of document",
                    key: id.to_string(),
                }
                .into());
            }
            numbers::mark_used(tx, series, *number, entry, who, now)?;
            add_revision(tx, &document, &sealing.revision, who, now)?;
            draft::put_attachments(tx, &document, &sealing.attachments)?;
            tx.prepare_cached("UPDATE outgoing SET document_id = ?2 WHERE id = ?1")?
                .execute((id.0, sql(&sealing.document_id)))?;
            words::keep(tx, &document, sealing.words)?;
            draft::index(tx, id, &document.draft, &entry.code)?;
            told(tx, &document, "sealed", who, &entry.code, now)?;
            let act = NewAudit {
                organ: Some(document.draft.organ),
                who: (*who).to_owned(),
                what: "seal".to_owned(),
                document: sealing.document_id.to_string(),
                certificate: sealing.certificate.to_owned(),
                result: sealing.revision.blob.to_string(),
                detail: entry.code.clone(),
            };
            audit::append(tx, &act, now)
        })
    }
}

/// The one place where an outgoing document's state changes.
pub(crate) fn change(
    tx: &Transaction<'_>,
    id: OutgoingId,
    next: OutgoingState,
    now: OffsetDateTime,
) -> Result<()> {
    let found = get_outgoing(tx, id)?.state;
    if !found.may_become(next) {
        return Err(Conflict::State {
            what: "document",
            found: format!("{found:?}"),
            wanted: format!("{next:?}"),
        }
        .into());
    }
    tx.prepare_cached("UPDATE outgoing SET state = ?2, changed_at = ?3 WHERE id = ?1")?
        .execute((id.0, next.value(), sql(&now)))?;
    Ok(())
}

/// A number was reserved for it.
pub(crate) fn numbered(
    tx: &Transaction<'_>,
    id: OutgoingId,
    number: u32,
    date: Date,
    now: OffsetDateTime,
) -> Result<()> {
    change(tx, id, OutgoingState::Numbered, now)?;
    tx.prepare_cached("UPDATE outgoing SET number = ?2, issued_on = ?3 WHERE id = ?1")?
        .execute((id.0, number, sql(&date)))?;
    let document = get_outgoing(tx, id)?;
    let code = document.draft.code(number);
    told(tx, &document, "numbered", "", &code.to_string(), now)
}

/// Its number was given up.
pub(crate) fn unnumbered(tx: &Transaction<'_>, id: OutgoingId, now: OffsetDateTime) -> Result<()> {
    change(tx, id, OutgoingState::Signed, now)?;
    tx.prepare_cached("UPDATE outgoing SET number = NULL, issued_on = NULL WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
}

fn take_step(
    tx: &Transaction<'_>,
    id: OutgoingId,
    step: &Move<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    use OutgoingState::{Numbered, Returned, Sealed, Sent, WaitingSend};
    let document = get_outgoing(tx, id)?;
    if matches!(step.to, Numbered | Sealed | WaitingSend | Sent) {
        return Err(Conflict::State {
            what: "document",
            found: format!("{:?}", document.state),
            wanted: format!("{:?} by hand", step.to),
        }
        .into());
    }
    if step.to == Returned && step.detail.trim().is_empty() {
        let what = "giving a document back";
        return Err(Conflict::ReasonMissing { what }.into());
    }
    change(tx, id, step.to, now)?;
    let reason = if step.to == Returned { step.detail } else { "" };
    tx.prepare_cached("UPDATE outgoing SET reason = ?2 WHERE id = ?1")?
        .execute((id.0, nfc(reason)))?;
    if let Some(revision) = &step.revision {
        add_revision(tx, &document, revision, step.who, now)?;
    }
    let what = word(step.to);
    told(tx, &document, &what, step.who, step.detail, now)?;
    let act = NewAudit {
        organ: Some(document.draft.organ),
        who: step.who.to_owned(),
        what: format!("document_{what}"),
        document: document.key,
        result: step
            .revision
            .as_ref()
            .map(|new| new.blob.to_string())
            .unwrap_or_default(),
        detail: step.detail.to_owned(),
        ..NewAudit::default()
    };
    audit::append(tx, &act, now)
}

fn add_revision(
    tx: &Transaction<'_>,
    document: &Outgoing,
    revision: &NewRevision,
    who: &str,
    now: OffsetDateTime,
) -> Result<u32> {
    let ordinal: u32 = tx
        .prepare_cached("SELECT ifnull(max(ordinal), 0) + 1 FROM revision WHERE outgoing = ?1")?
        .query_row([document.id.0], |row| row.get(0))?;
    tx.prepare_cached(
        "INSERT INTO revision (outgoing, ordinal, organ, kind, blob, size, at, who)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        document.id.0,
        ordinal,
        sql(&document.draft.organ),
        sql(&revision.kind),
        sql(&revision.blob),
        i64::try_from(revision.size).unwrap_or(i64::MAX),
        sql(&now),
        nfc(who),
    ))?;
    forwards::note(tx, document)?;
    Ok(ordinal)
}

fn told(
    tx: &Transaction<'_>,
    document: &Outgoing,
    what: &str,
    who: &str,
    detail: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let this = Document::Outgoing(document.id);
    timeline::append(tx, &document.draft.organ, this, what, who, detail, now)
}

fn word(state: OutgoingState) -> String {
    match state.value() {
        rusqlite::types::Value::Text(word) => word,
        _ => String::new(),
    }
}
