//! What an office does with a document: each step sends its status in the same transaction.

use rusqlite::Transaction;
use time::{Date, OffsetDateTime};
use trien_domain::calendar::vietnam_day;
use trien_domain::number::INCOMING;
use trien_domain::register::IncomingEntry;
use trien_domain::{Operation, Series, StatusCode};

use super::{Inbox, Incoming, IncomingId, get_incoming, index_again};
use crate::audit::{self, NewAudit};
use crate::blobs::BlobId;
use crate::changes;
use crate::columns::{nfc, sql};
use crate::error::{Conflict, Result};
use crate::sends::{self, NewSend, Subject};
use crate::timeline::{self, Document};
use crate::{numbers, registers};

/// Entering a document in the book (vào sổ): it gets its arrival number.
#[derive(Debug, Clone)]
pub struct Registration<'a> {
    /// The status 03 for the sender, as a package.
    pub package: BlobId,
    /// Đơn vị hoặc người nhận, may be empty until it is assigned.
    pub assignee: &'a str,
    /// Ghi chú.
    pub note: &'a str,
    /// Who registers it.
    pub who: &'a str,
}

/// A document's place in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// Số đến.
    pub number: u32,
    /// Ngày đến.
    pub on: Date,
}

/// Any other step: returned (02), assigned (04), in progress (05), completed (06).
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The status that tells the sender.
    pub to: StatusCode,
    /// That status as a package.
    pub package: BlobId,
    /// Who takes the step.
    pub who: &'a str,
    /// The reason of a return; for the others what the timeline shows.
    pub detail: &'a str,
    /// Who works on it from now on, where the step says so.
    pub assignee: Option<&'a str>,
}

impl Inbox<'_> {
    /// Registers a document: arrival number, line in the book, status 03, all or nothing. One that
    /// is registered already gives its number again.
    pub fn register(
        &self,
        id: IncomingId,
        registration: &Registration<'_>,
        now: OffsetDateTime,
    ) -> Result<Registered> {
        self.0.write(|tx| register(tx, id, registration, now))
    }

    /// The same, with who works on it from now on: it is found by that name, too. `text` is what else it is found by
    /// besides its row.
    pub fn register_and_assign(
        &self,
        id: IncomingId,
        registration: &Registration<'_>,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<Registered> {
        self.0.write(|tx| {
            let registered = register(tx, id, registration, now)?;
            index_again(tx, id, text)?;
            Ok(registered)
        })
    }

    /// Takes a step that says who works on it from now on; `text` as for [`Inbox::register_and_assign`].
    ///
    /// # Errors
    /// As [`Inbox::step`].
    pub fn assign(
        &self,
        id: IncomingId,
        step: &Step<'_>,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            take_step(tx, id, step, now)?;
            index_again(tx, id, text)
        })
    }

    /// Takes a step.
    ///
    /// # Errors
    /// [`Conflict::State`] where the status may not follow those already sent, and
    /// [`Conflict::ReasonMissing`] for a return without one.
    pub fn step(&self, id: IncomingId, step: &Step<'_>, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| take_step(tx, id, step, now))
    }
}

fn register(
    tx: &Transaction<'_>,
    id: IncomingId,
    registration: &Registration<'_>,
    now: OffsetDateTime,
) -> Result<Registered> {
    let document = get_incoming(tx, id)?;
    if let (Some(number), Some(on)) = (document.arrival_number, document.arrival_on) {
        return Ok(Registered { number, on });
    }
    let step = Step {
        to: StatusCode::Accepted,
        package: registration.package,
        who: registration.who,
        detail: registration.note,
        assignee: Some(registration.assignee).filter(|assignee| !assignee.is_empty()),
    };
    take_step(tx, id, &step, now)?;
    let on = vietnam_day(now);
    let series = Series {
        organ: document.organ.clone(),
        year: on.year(),
        key: INCOMING.to_owned(),
    };
    let number = numbers::take_arrival(tx, &series, id, on, now)?;
    tx.prepare_cached(
        "UPDATE incoming SET arrival_number = ?2, arrival_on = ?3, unread = 0 WHERE id = ?1",
    )?
    .execute((id.0, number, sql(&on)))?;
    registers::put_incoming(tx, &series, id, &entry(&document, number, on, registration))?;
    Ok(Registered { number, on })
}

fn entry(
    document: &Incoming,
    number: u32,
    on: Date,
    registration: &Registration<'_>,
) -> IncomingEntry {
    let assignee = registration.assignee.to_owned();
    IncomingEntry {
        arrived_on: on,
        number,
        author: document.from_name.clone(),
        code: document.code.to_string(),
        date: document.issued_on,
        subject: registers::kind_and_subject(&document.kind_name, &document.subject),
        passed_on: (!assignee.is_empty()).then_some(on),
        assignee,
        receipt: String::new(),
        note: registration.note.to_owned(),
    }
}

fn take_step(
    tx: &Transaction<'_>,
    id: IncomingId,
    step: &Step<'_>,
    now: OffsetDateTime,
) -> Result<()> {
    let document = get_incoming(tx, id)?;
    let sent = sends::statuses_of(tx, id)?;
    let refused = |found: &str| Conflict::State {
        what: "document",
        found: found.to_owned(),
        wanted: step.to.digits().to_owned(),
    };
    if !step.to.may_follow(&sent) {
        return Err(refused(document.state.digits()).into());
    }
    // A recalled document is frozen, and a request is answered by its decision only.
    if changes::is_recalled(tx, id)? {
        return Err(refused("recalled").into());
    }
    if let Some(request) = changes::of_package(tx, id)? {
        let registers = request.operation == Operation::Replace
            && request.decision == Some(changes::Verdict::Agreed);
        if !registers {
            return Err(refused("change request").into());
        }
    }
    if step.to.needs_reason() && step.detail.trim().is_empty() {
        let what = "return";
        return Err(Conflict::ReasonMissing { what }.into());
    }
    // An answer to a recall (15, 16) is no progress: the folder stays.
    let progress = if step.to <= StatusCode::Completed {
        step.to
    } else {
        document.state
    };
    let state = document.state.max(progress);
    let assignee = step.assignee.unwrap_or(&document.assignee);
    tx.prepare_cached("UPDATE incoming SET state = ?2, assignee = ?3, unread = 0 WHERE id = ?1")?
        .execute((id.0, sql(&state), nfc(assignee)))?;
    if step.to == StatusCode::Assigned {
        registers::assigned(tx, id, assignee, vietnam_day(now))?;
    }
    let status = NewSend {
        organ: document.organ.clone(),
        subject: Subject::Status {
            incoming: id,
            code: step.to,
        },
        package: step.package,
        recipients: vec![(document.from_id.clone(), document.from_name.clone())],
        not_before: now,
    };
    sends::insert(tx, &status, now)?;
    let what = format!("status_{}", step.to.digits());
    let (organ, this) = (&document.organ, Document::Incoming(id));
    timeline::append(tx, organ, this, &what, step.who, step.detail, now)?;
    let act = NewAudit {
        organ: Some(document.organ.clone()),
        who: step.who.to_owned(),
        what,
        document: document.document_id.to_string(),
        detail: step.detail.to_owned(),
        ..NewAudit::default()
    };
    audit::append(tx, &act, now)
}
