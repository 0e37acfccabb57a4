//! The clerk's decision: the answer for the sender and the effect on our side, all or nothing.

use rusqlite::Transaction;
use time::OffsetDateTime;
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::{Operation, StatusCode};

use super::{ChangeId, ChangeRequest, Changes, about, get_request, targets, word};
use crate::audit::{self, NewAudit};
use crate::blobs::BlobId;
use crate::columns::{nfc, opt, sql, words};
use crate::error::{Conflict, Result, StoreError};
use crate::incoming::{self, IncomingId, get_incoming};
use crate::registers;
use crate::sends::{self, NewSend, Subject};
use crate::timeline::{self, Document};

/// What the clerk says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Đồng ý (15).
    Agreed,
    /// Từ chối (16), with a reason.
    Refused,
}

words!(Verdict {
    Agreed = "agreed",
    Refused = "refused",
});

impl Verdict {
    /// The status that tells the sender.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Agreed => StatusCode::Agreed,
            Self::Refused => StatusCode::Refused,
        }
    }
}

/// A decision with its answer, whose bytes are in the store already.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    /// What is decided.
    pub verdict: Verdict,
    /// The status 15 or 16, as a package.
    pub package: BlobId,
    /// Who decides.
    pub who: &'a str,
    /// Why not; may be empty where it is agreed.
    pub note: &'a str,
    /// Names and text of the files of an update, for searching.
    pub text: &'a str,
}

impl Changes<'_> {
    /// Decides a request: the answer goes into the queue, and what was agreed takes effect.
    ///
    /// # Errors
    /// [`Conflict::State`] where it is decided already, [`Conflict::ReasonMissing`] for a refusal
    /// without one.
    pub fn decide(&self, id: ChangeId, decision: &Decision<'_>, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| decide(tx, id, decision, now))
    }
}

fn decide(
    tx: &Transaction<'_>,
    id: ChangeId,
    decision: &Decision<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    let request = get_request(tx, id)?;
    if request.decision.is_some() {
        return Err(Conflict::State {
            what: "change request",
            found: format!("{:?}", request.decision),
            wanted: format!("{:?}", decision.verdict),
        }
        .into());
    }
    if decision.verdict == Verdict::Refused && decision.note.trim().is_empty() {
        return Err(Conflict::ReasonMissing { what: "refusal" }.into());
    }
    tx.prepare_cached(
        "UPDATE change_request SET decision = ?2, decided_by = ?3, decided_at = ?4, note = ?5
         WHERE id = ?1",
    )?
    .execute((
        id.0,
        sql(&decision.verdict),
        nfc(decision.who),
        sql(&now),
        nfc(decision.note),
    ))?;
    let request = get_request(tx, id)?;
    let documents = targets(tx, id)?;
    answer(tx, &request, decision, &documents, now)?;
    close_package(tx, &request, decision.verdict)?;
    let what = format!("{}_{}", word(request.operation), word_of(decision.verdict));
    for document in &documents {
        let this = Document::Incoming(*document);
        let detail = match decision.verdict {
            Verdict::Agreed => &request.reason,
            Verdict::Refused => decision.note,
        };
        timeline::append(tx, &request.organ, this, &what, decision.who, detail, now)?;
        if decision.verdict == Verdict::Agreed {
            take_effect(tx, &request, *document, decision.text, now)?;
        }
    }
    if let Some(package) = request.package {
        let this = Document::Incoming(package);
        timeline::append(
            tx,
            &request.organ,
            this,
            &what,
            decision.who,
            decision.note,
            now,
        )?;
    }
    let act = NewAudit {
        organ: Some(request.organ),
        who: decision.who.to_owned(),
        what,
        document: request.raw.to_string(),
        detail: decision.note.to_owned(),
        ..NewAudit::default()
    };
    audit::append(tx, &act, now)
}

/// The status 15 or 16 for who asked. It belongs to the package, or where a status 13 asked to the
/// document itself.
fn answer(
    tx: &Transaction<'_>,
    request: &ChangeRequest,
    decision: &Decision<'_>,
    documents: &[IncomingId],
    now: OffsetDateTime,
) -> Result<()> {
    let about = request.package.or(documents.first().copied());
    let incoming = about.ok_or_else(|| StoreError::not_found("document", request.id))?;
    let status = NewSend {
        organ: request.organ.clone(),
        subject: Subject::Status {
            incoming,
            code: decision.verdict.status(),
        },
        package: decision.package,
        recipients: vec![(request.from_id.clone(), request.from_name.clone())],
        not_before: now,
    };
    sends::insert(tx, &status, now).map(|_| ())
}

/// A package that asked is done with once it is decided. An agreed replacement is a document of its
/// own and goes on to be registered; a refused one was given back.
fn close_package(tx: &Transaction<'_>, request: &ChangeRequest, verdict: Verdict) -> Result<()> {
    let Some(package) = request.package else {
        return Ok(());
    };
    let state = match (request.operation, verdict) {
        (Operation::Replace, Verdict::Agreed) => return Ok(()),
        (Operation::Replace, Verdict::Refused) => StatusCode::Returned,
        _ => StatusCode::Completed,
    };
    tx.prepare_cached("UPDATE incoming SET state = ?2, unread = 0 WHERE id = ?1")?
        .execute((package.0, sql(&state)))?;
    Ok(())
}

/// What was agreed stands on the document: in the note of its line in the book, and in where it stands.
pub(super) fn take_effect(
    tx: &Transaction<'_>,
    request: &ChangeRequest,
    document: IncomingId,
    text: &str,
    now: OffsetDateTime,
) -> Result<()> {
    registers::add_note(tx, document, &noted(tx, request, now)?)?;
    match request.operation {
        Operation::Recall | Operation::Replace => close(tx, document),
        Operation::Update => bring_up_to_date(tx, request, document, text),
        Operation::New => Ok(()),
    }
}

/// The document, its line in the book and what it is found by say what its last agreed update says.
/// The message that it came in stays as it is.
fn bring_up_to_date(
    tx: &Transaction<'_>,
    request: &ChangeRequest,
    document: IncomingId,
    text: &str,
) -> Result<()> {
    let updates = about(tx, document)?.into_iter().rfind(|other| {
        other.operation == Operation::Update && other.decision == Some(Verdict::Agreed)
    });
    // One that is agreed to after a later one says nothing new.
    let last = updates.filter(|last| last.id == request.id);
    let Some(package) = last.and_then(|last| last.package) else {
        return Ok(());
    };
    let (old, new) = (get_incoming(tx, document)?, get_incoming(tx, package)?);
    // A subject that is left out stays as it was, and so does a date on which an answer is due.
    let subject = match new.subject.as_str() {
        "" => &old.subject,
        subject => subject,
    };
    tx.prepare_cached(
        "UPDATE incoming SET subject = ?2, urgency = ?3, due_on = ifnull(?4, due_on)
         WHERE id = ?1",
    )?
    .execute((
        document.0,
        nfc(subject),
        sql(&new.urgency),
        opt(new.due_on.as_ref()),
    ))?;
    let line = registers::kind_and_subject(&old.kind_name, subject);
    registers::set_subject(tx, document, &line)?;
    incoming::index_again(tx, document, text)
}

/// Nobody works any more on what was recalled or replaced, so it waits in no folder and is never
/// late. The sender is told by the 15 only.
fn close(tx: &Transaction<'_>, document: IncomingId) -> Result<()> {
    tx.prepare_cached(
        "UPDATE incoming SET state = ?2, unread = 0 WHERE id = ?1 AND state NOT IN (?2, ?3)",
    )?
    .execute((
        document.0,
        sql(&StatusCode::Completed),
        sql(&StatusCode::Returned),
    ))?;
    Ok(())
}

/// *Đã thu hồi ngày 20/11/2026*, as it stands in the book's column Ghi chú.
fn noted(tx: &Transaction<'_>, request: &ChangeRequest, now: OffsetDateTime) -> Result<String> {
    let day = written(vietnam_day(now));
    Ok(match (request.operation, request.package) {
        (Operation::Replace, Some(package)) => {
            let code = get_incoming(tx, package)?.code;
            format!("Thay thế bằng {code} ngày {day}")
        }
        (Operation::Update, _) => format!("Cập nhật ngày {day}"),
        _ => format!("Thu hồi ngày {day}"),
    })
}

fn word_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agreed => "agreed",
        Verdict::Refused => "refused",
    }
}
