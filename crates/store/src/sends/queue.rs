//! The steps of a send, each checked against `domain`'s transitions.

use rusqlite::{Connection, Transaction};
use time::OffsetDateTime;
use trien_domain::calendar::{vietnam_day, written};
use trien_domain::{DeliveryState, Operation, OrganId, OutgoingState, SendState, StatusCode};

use super::add::refuse_copies_elsewhere;
use super::{Send, SendId, Sends, Subject, get_send, send_row};
use crate::audit::{self, NewAudit};
use crate::columns::{Column as _, get, nfc, sql};
use crate::error::{Conflict, Result, StoreError};
use crate::leases::{self, Lease};
use crate::timeline::{self, Document};
use crate::{outgoing, registers};

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The axis took it.
    Sent {
        /// The axis's key of it.
        axis_id: String,
    },
    /// It did not leave, or the axis asked to come again.
    Later {
        /// When to try again.
        at: OffsetDateTime,
        /// Why.
        reason: String,
    },
    /// The bytes left and the answer was lost.
    Unclear {
        /// What was seen last.
        reason: String,
    },
    /// A retry does not change the refusal, or it was tried for too long.
    Failed {
        /// Why.
        reason: String,
    },
}

/// How a send that is unclear or failed is settled, by evidence or by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// It is on the axis.
    WasSent {
        /// The axis's key of it, where it is known.
        axis_id: Option<String>,
    },
    /// It is not on the axis: send it again.
    TryAgain,
    /// It is given up: it needs nobody any more.
    GiveUp,
    /// It is taken back before it left: hold and undo.
    TakeBack,
}

impl Sends<'_> {
    /// Counts a try and marks the package as leaving; both are durable when this returns, before
    /// a byte leaves. Only the holder of the lease sends.
    pub fn begin_try(&self, id: SendId, lease: &Lease, now: OffsetDateTime) -> Result<Send> {
        self.0.write(|tx| {
            leases::require(tx, lease)?;
            change(tx, id, SendState::Sending, "")?;
            tx.prepare_cached("UPDATE send SET tries = tries + 1, last_try_at = ?2 WHERE id = ?1")?
                .execute((id.0, sql(&now)))?;
            get_send(tx, id)
        })
    }

    /// Writes down how a try ended.
    pub fn finish_try(&self, id: SendId, outcome: &Outcome, now: OffsetDateTime) -> Result<()> {
        self.0.write(|tx| match outcome {
            Outcome::Sent { axis_id } => sent(tx, id, Some(axis_id), now),
            Outcome::Later { at, reason } => {
                change(tx, id, SendState::Waiting, reason)?;
                due_at(tx, id, *at)
            }
            Outcome::Unclear { reason } => change(tx, id, SendState::Unclear, reason),
            Outcome::Failed { reason } => {
                change(tx, id, SendState::Failed, reason)?;
                settled(tx, &get_send(tx, id)?, now)
            }
        })
    }

    /// What a process that is gone left half sent becomes *chưa rõ*; asked by whoever just took
    /// the lease. Returns those sends.
    pub fn recover(&self, lease: &Lease) -> Result<Vec<SendId>> {
        self.0.write(|tx| {
            leases::require(tx, lease)?;
            let mut query = tx.prepare_cached(
                // As the index says it: SQLite does not conclude it from the state.
                "SELECT id FROM send WHERE state = 'sending' AND state <> 'sent'",
            )?;
            let rows = query.query_map([], |row| get(row, "id"))?;
            let left: Vec<SendId> = rows.collect::<rusqlite::Result<_>>()?;
            for id in &left {
                change(tx, *id, SendState::Unclear, "interrupted")?;
            }
            Ok(left)
        })
    }

    /// Settles a send that is unclear or failed, or takes one back that still waits. `who` is a
    /// person, or the evidence's name.
    ///
    /// # Errors
    /// [`Conflict::AlreadyOnItsWay`] for trying again where another package has meanwhile gone to
    /// one of its recipients.
    pub fn settle(
        &self,
        id: SendId,
        settlement: &Settlement,
        who: &str,
        detail: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0
            .write(|tx| settle(tx, id, settlement, who, detail, now))
    }

    /// What the axis says of one recipient's copy; a step back is not believed and changes nothing.
    pub fn set_delivery(
        &self,
        id: SendId,
        recipient: &OrganId,
        state: DeliveryState,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0
            .write(|tx| set_delivery(tx, id, recipient, state, now))
    }
}

/// Settles a send, and says in the audit trail who did and why.
pub(super) fn settle(
    tx: &Transaction<'_>,
    id: SendId,
    settlement: &Settlement,
    who: &str,
    detail: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let before = get_send(tx, id)?;
    match settlement {
        Settlement::WasSent { axis_id } => sent(tx, id, axis_id.as_deref(), now)?,
        Settlement::TryAgain => {
            refuse_copies_elsewhere(tx, &before)?;
            change(tx, id, SendState::Waiting, detail)?;
            if let Subject::Document { outgoing, .. } = before.subject {
                waits(tx, outgoing, now)?;
            }
            set_taken_back(tx, id, false)?;
            due_at(tx, id, now)?;
            tried_since(tx, id, now)?;
        }
        Settlement::TakeBack => {
            if before.state != SendState::Waiting {
                return Err(wrong_state(before.state, SendState::Failed).into());
            }
            set_taken_back(tx, id, true)?;
            give_up(tx, &before, detail, now)?;
        }
        Settlement::GiveUp => {
            set_taken_back(tx, id, true)?;
            give_up(tx, &before, detail, now)?;
        }
    }
    let act = NewAudit {
        organ: Some(before.organ),
        who: who.to_owned(),
        what: "settle_send".to_owned(),
        document: before.package.to_string(),
        result: format!("{settlement:?}"),
        detail: detail.to_owned(),
        ..NewAudit::default()
    };
    audit::append(tx, &act, now)
}

/// A status from a recipient proves that what it tells of got there: a send of that to it which was
/// unclear is settled, and its copy was fetched.
pub(crate) fn proven_sent(
    tx: &Transaction<'_>,
    outgoing: crate::OutgoingId,
    recipient: &OrganId,
    status: Option<StatusCode>,
    now: OffsetDateTime,
) -> Result<()> {
    let mut query = tx.prepare_cached(
        "SELECT send.* FROM send JOIN delivery ON delivery.send = send.id
         WHERE send.outgoing = ?1 AND delivery.recipient_id = ?2 AND send.tries > 0",
    )?;
    let rows = query.query_map((outgoing.0, sql(recipient)), send_row)?;
    let sends: Vec<Send> = rows.collect::<rusqlite::Result<_>>()?;
    for send in sends.iter().filter(|send| proves(status, send)) {
        if matches!(send.state, SendState::Unclear | SendState::Sending) {
            sent(tx, send.id, None, now)?;
        }
        if matches!(
            send.state,
            SendState::Unclear | SendState::Sending | SendState::Sent
        ) {
            set_delivery(tx, send.id, recipient, DeliveryState::Fetched, now)?;
        }
    }
    Ok(())
}

/// Whether a status shows that this package came. A recall and an update bear the identifier of the
/// document that they are about, so only an answer to them (15, 16) does: 01 to 06 may be about the
/// document itself. A document is there once anything at all is told of it.
fn proves(status: Option<StatusCode>, send: &Send) -> bool {
    match send.subject {
        Subject::Document {
            operation: Operation::Recall | Operation::Update,
            ..
        } => matches!(status, Some(StatusCode::Agreed | StatusCode::Refused)),
        _ => true,
    }
}

fn sent(
    tx: &Transaction<'_>,
    id: SendId,
    axis_id: Option<&str>,
    now: OffsetDateTime,
) -> Result<()> {
    change(tx, id, SendState::Sent, "")?;
    tx.prepare_cached("UPDATE send SET sent_at = ?2, axis_id = ifnull(?3, axis_id) WHERE id = ?1")?
        .execute((id.0, sql(&now), axis_id))?;
    tx.prepare_cached(
        "UPDATE delivery SET state = 'on_axis', changed_at = ?2
         WHERE send = ?1 AND state = 'pending'",
    )?
    .execute((id.0, sql(&now)))?;
    let send = get_send(tx, id)?;
    match send.subject {
        Subject::Document {
            outgoing,
            operation,
        } => {
            let this = Document::Outgoing(outgoing);
            timeline::append(tx, &send.organ, this, "sent", "", "", now)?;
            registers::sent_on(tx, outgoing, vietnam_day(now))?;
            let day = written(vietnam_day(now));
            match operation {
                Operation::Recall => {
                    registers::note_outgoing(tx, outgoing, &format!("Thu hồi ngày {day}"))?;
                }
                Operation::Update => {
                    registers::note_outgoing(tx, outgoing, &format!("Cập nhật ngày {day}"))?;
                }
                Operation::New | Operation::Replace => {}
            }
            document_settled(tx, outgoing, now)
        }
        Subject::Status { .. } => Ok(()),
    }
}

fn give_up(tx: &Transaction<'_>, send: &Send, reason: &str, now: OffsetDateTime) -> Result<()> {
    if send.state != SendState::Failed {
        change(tx, send.id, SendState::Failed, reason)?;
    }
    settled(tx, send, now)
}

/// A send has come to an end that is not the axis's taking it.
fn settled(tx: &Transaction<'_>, send: &Send, now: OffsetDateTime) -> Result<()> {
    match send.subject {
        Subject::Document { outgoing, .. } => document_settled(tx, outgoing, now),
        Subject::Status { .. } => Ok(()),
    }
}

/// A document of which a package is on its way is *chờ gửi*.
pub(super) fn waits(
    tx: &Transaction<'_>,
    outgoing: crate::OutgoingId,
    now: OffsetDateTime,
) -> Result<()> {
    if outgoing::get_outgoing(tx, outgoing)?.state == OutgoingState::WaitingSend {
        return Ok(());
    }
    outgoing::change(tx, outgoing, OutgoingState::WaitingSend, now)
}

/// A document whose last package was settled is sent if the axis took any, else as sealed as
/// before.
fn document_settled(
    tx: &Transaction<'_>,
    outgoing: crate::OutgoingId,
    now: OffsetDateTime,
) -> Result<()> {
    let (open, taken): (bool, bool) = tx
        .prepare_cached(
            "SELECT ifnull(max(state IN ('waiting', 'sending', 'unclear')), 0),
                    ifnull(max(state = 'sent'), 0)
             FROM send WHERE outgoing = ?1",
        )?
        .query_row([outgoing.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let state = outgoing::get_outgoing(tx, outgoing)?.state;
    if open || state != OutgoingState::WaitingSend {
        return Ok(());
    }
    let next = if taken {
        OutgoingState::Sent
    } else {
        OutgoingState::Sealed
    };
    outgoing::change(tx, outgoing, next, now)
}

/// The one place where a send's state changes.
fn change(tx: &Transaction<'_>, id: SendId, next: SendState, reason: &str) -> Result<()> {
    let found = get_send(tx, id)?.state;
    if !found.may_become(next) {
        return Err(wrong_state(found, next).into());
    }
    tx.prepare_cached("UPDATE send SET state = ?2, reason = ?3 WHERE id = ?1")?
        .execute((id.0, sql(&next), nfc(reason)))?;
    Ok(())
}

fn wrong_state(found: SendState, wanted: SendState) -> Conflict {
    Conflict::State {
        what: "send",
        found: word(found),
        wanted: word(wanted),
    }
}

fn set_taken_back(tx: &Transaction<'_>, id: SendId, taken_back: bool) -> Result<()> {
    tx.prepare_cached("UPDATE send SET taken_back = ?2 WHERE id = ?1")?
        .execute((id.0, taken_back))?;
    Ok(())
}

/// Its four days begin now.
fn tried_since(tx: &Transaction<'_>, id: SendId, now: OffsetDateTime) -> Result<()> {
    tx.prepare_cached("UPDATE send SET tried_since = ?2 WHERE id = ?1")?
        .execute((id.0, sql(&now)))?;
    Ok(())
}

fn due_at(tx: &Transaction<'_>, id: SendId, at: OffsetDateTime) -> Result<()> {
    tx.prepare_cached("UPDATE send SET next_try_at = ?2 WHERE id = ?1")?
        .execute((id.0, sql(&at)))?;
    Ok(())
}

fn set_delivery(
    db: &Connection,
    id: SendId,
    recipient: &OrganId,
    next: DeliveryState,
    now: OffsetDateTime,
) -> Result<()> {
    use rusqlite::OptionalExtension as _;
    let found: Option<DeliveryState> = db
        .prepare_cached("SELECT state FROM delivery WHERE send = ?1 AND recipient_id = ?2")?
        .query_row((id.0, sql(recipient)), |row| get(row, "state"))
        .optional()?;
    let found = found.ok_or_else(|| StoreError::not_found("delivery", recipient))?;
    if found.may_become(next) {
        db.prepare_cached(
            "UPDATE delivery SET state = ?3, changed_at = ?4
             WHERE send = ?1 AND recipient_id = ?2",
        )?
        .execute((id.0, sql(recipient), sql(&next), sql(&now)))?;
    }
    Ok(())
}

fn word(state: SendState) -> String {
    match state.value() {
        rusqlite::types::Value::Text(word) => word,
        _ => String::new(),
    }
}
