//! What an act puts into the queue, all of it or nothing; nobody gets a document twice.

use rusqlite::Transaction;
use time::OffsetDateTime;
use trien_domain::{Operation, OrganId, OutgoingState};

use super::queue::{settle, waits};
use super::{NewSend, Send, SendId, Sends, Settlement, Subject, deliveries, get_send, watch};
use crate::columns::{nfc, opt, sql};
use crate::error::{Conflict, Result};
use crate::outgoing::{self, OutgoingId};
use crate::timeline::{self, Document};

/// What is taken back because a document is asked back, and what goes out in its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AskedBack {
    /// Packages that wait and shall not leave.
    pub withdrawn: Vec<SendId>,
    /// The same for those of their recipients who are to get it, and the recalls.
    pub new: Vec<NewSend>,
}

impl Sends<'_> {
    /// Puts a package into the queue. A document's state becomes *chờ gửi* with it, and to whom it goes in all is noted.
    ///
    /// # Errors
    /// [`Conflict::AlreadyOnItsWay`] where a recipient has the document, or will have it by a
    /// package that is on its way; [`Conflict::State`] for a document that is not sealed.
    pub fn add(&self, new: &NewSend, now: OffsetDateTime) -> Result<SendId> {
        self.0.write(|tx| insert(tx, new, now))
    }

    /// Puts a replacement into the queue, and notes which documents of ours it replaces.
    ///
    /// # Errors
    /// As [`Sends::add`].
    pub fn add_replacing(
        &self,
        new: &NewSend,
        replaced: &[OutgoingId],
        now: OffsetDateTime,
    ) -> Result<SendId> {
        self.0.write(|tx| {
            if let Subject::Document { outgoing, .. } = new.subject {
                watch::note_replaced(tx, &new.organ, outgoing, replaced)?;
            }
            insert(tx, new, now)
        })
    }

    /// Takes back what waits for those from whom a document is asked back, puts into the queue what is still to leave
    /// for the others, and asks those who have it.
    ///
    /// # Errors
    /// [`Conflict::State`] where a package has left meanwhile; as [`Sends::add`].
    pub fn ask_back(
        &self,
        asked: &AskedBack,
        who: &str,
        why: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        self.0.write(|tx| {
            for id in &asked.withdrawn {
                settle(tx, *id, &Settlement::TakeBack, who, why, now)?;
                note_withdrawn(tx, &get_send(tx, *id)?, &asked.new, who, now)?;
            }
            for new in &asked.new {
                insert(tx, new, now)?;
            }
            Ok(())
        })
    }
}

pub(crate) fn insert(tx: &Transaction<'_>, new: &NewSend, now: OffsetDateTime) -> Result<SendId> {
    let (outgoing, operation, incoming, code) = match new.subject {
        Subject::Document {
            outgoing,
            operation,
        } => (Some(outgoing), Some(operation), None, None),
        Subject::Status { incoming, code } => (None, None, Some(incoming), Some(code)),
    };
    let mut rank = 0;
    if let (Some(outgoing), Some(operation)) = (outgoing, operation) {
        refuse_twice(tx, new, outgoing, operation)?;
        if carries(operation) {
            note_recipients(tx, outgoing, &new.recipients)?;
        }
        rank = 1 + outgoing::get_outgoing(tx, outgoing)?.draft.urgency.code();
        waits(tx, outgoing, now)?;
    }
    tx.prepare_cached(
        "INSERT INTO send (organ, outgoing, operation, incoming, status_code, package_blob,
                           next_try_at, created_at, tried_since, rank)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
    )?
    .execute((
        sql(&new.organ),
        opt(outgoing.as_ref()),
        opt(operation.as_ref()),
        opt(incoming.as_ref()),
        opt(code.as_ref()),
        sql(&new.package),
        sql(&new.not_before),
        sql(&now),
        rank,
    ))?;
    let id = SendId(tx.last_insert_rowid());
    for (recipient, name) in &new.recipients {
        tx.prepare_cached(
            "INSERT INTO delivery (send, organ, recipient_id, recipient_name, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((id.0, sql(&new.organ), sql(recipient), nfc(name), sql(&now)))?;
    }
    Ok(id)
}

/// The same for a package that is tried again: another may have gone to its recipients since.
pub(super) fn refuse_copies_elsewhere(tx: &Transaction<'_>, send: &Send) -> Result<()> {
    let Subject::Document {
        outgoing,
        operation: Operation::New | Operation::Replace,
    } = send.subject
    else {
        return Ok(());
    };
    for delivery in deliveries(tx, send.id)? {
        refuse_on_its_way(tx, outgoing, &delivery.recipient, Some(send.id))?;
    }
    Ok(())
}

/// Whether a package brings the document, and does not just speak of it.
fn carries(operation: Operation) -> bool {
    matches!(operation, Operation::New | Operation::Replace)
}

/// To whom a document goes in all: what was drafted gives way to what is sent first, and a later send adds to it.
fn note_recipients(
    tx: &Transaction<'_>,
    outgoing: OutgoingId,
    sent: &[(OrganId, String)],
) -> Result<()> {
    let document = outgoing::get_outgoing(tx, outgoing)?;
    let mut all = match document.state {
        OutgoingState::Sealed => Vec::new(),
        _ => document.draft.recipients,
    };
    for recipient in sent {
        if !all.iter().any(|(known, _)| *known == recipient.0) {
            all.push(recipient.clone());
        }
    }
    outgoing::set_recipients(tx, outgoing, all)
}

/// Says on the document's timeline who of a package's recipients will not get it.
fn note_withdrawn(
    tx: &Transaction<'_>,
    send: &Send,
    new: &[NewSend],
    who: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let Subject::Document { outgoing, .. } = send.subject else {
        return Ok(());
    };
    let gets_it = |organ: &OrganId| {
        let mut same = new.iter().filter(|new| new.subject == send.subject);
        same.any(|new| new.recipients.iter().any(|(id, _)| id == organ))
    };
    let names: Vec<String> = deliveries(tx, send.id)?
        .into_iter()
        .filter(|delivery| !gets_it(&delivery.recipient))
        .map(|delivery| delivery.name)
        .collect();
    let this = Document::Outgoing(outgoing);
    timeline::append(
        tx,
        &send.organ,
        this,
        "withdrawn",
        who,
        &names.join("; "),
        now,
    )
}

/// Nobody gets a document twice: a second package goes to those that lack it only. Nobody is asked twice at once for it.
fn refuse_twice(
    tx: &Transaction<'_>,
    new: &NewSend,
    outgoing: OutgoingId,
    operation: Operation,
) -> Result<()> {
    for (recipient, _) in &new.recipients {
        match operation {
            Operation::New | Operation::Replace => {
                refuse_on_its_way(tx, outgoing, recipient, None)?;
            }
            Operation::Recall => refuse_second_recall(tx, outgoing, recipient)?,
            // What changes around a document may change again.
            Operation::Update => {}
        }
    }
    Ok(())
}

fn refuse_on_its_way(
    tx: &Transaction<'_>,
    outgoing: OutgoingId,
    recipient: &OrganId,
    but: Option<SendId>,
) -> Result<()> {
    let on_its_way: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM send JOIN delivery ON delivery.send = send.id
             WHERE send.outgoing = ?1 AND send.operation IN (0, 3) AND send.state <> 'failed'
               AND send.id IS NOT ?3
               AND delivery.recipient_id = ?2 AND delivery.state <> 'failed')",
        )?
        .query_row((outgoing.0, sql(recipient), but.map(|id| id.0)), |row| {
            row.get(0)
        })?;
    refuse_if(on_its_way, recipient)
}

/// A recall that waits to leave says all that a second one would.
fn refuse_second_recall(
    tx: &Transaction<'_>,
    outgoing: OutgoingId,
    recipient: &OrganId,
) -> Result<()> {
    let waits: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM send JOIN delivery ON delivery.send = send.id
             WHERE send.outgoing = ?1 AND send.operation = ?3
               AND send.state IN ('waiting', 'sending') AND delivery.recipient_id = ?2)",
        )?
        .query_row(
            (outgoing.0, sql(recipient), sql(&Operation::Recall)),
            |row| row.get(0),
        )?;
    refuse_if(waits, recipient)
}

fn refuse_if(on_its_way: bool, recipient: &OrganId) -> Result<()> {
    if on_its_way {
        let recipient = recipient.to_string();
        return Err(Conflict::AlreadyOnItsWay { recipient }.into());
    }
    Ok(())
}
