//! The spine *out*: package → one send with a delivery for each recipient → count the try → send →
//! sent, later, or needs a person. What is unclear is never resent by itself.

use std::time::Duration;

use rand::Rng;
use time::OffsetDateTime;
use trien_domain::{DeliveryState, Operation, OrganId, OutgoingState, SendState};
use trien_edxml::Message;
use trien_net::{AxisClient, AxisError, Fate, MessageType, Parcel, Refusal};
use trien_store::{
    NewSend, Outcome, OutgoingId, Revision, RevisionKind, Send, SendId, Settlement, StoreError,
    Subject,
};

use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::sync::Turn;
use crate::view::{DocumentKey, Id, SyncReport, UnclearDecision};

/// First wait after a failed try; each further one is [`FACTOR`] times as long, up to [`WAIT_MAX`].
const WAIT_FIRST: Duration = Duration::from_secs(20);
/// Between 2 and 3 tries never pile up (reliability rule c).
const FACTOR: f64 = 2.5;
/// An axis that is down for hours is asked once an hour.
const WAIT_MAX: Duration = Duration::from_secs(3600);
/// After four days a person has to look: weekends pass, holidays don't.
const GIVE_UP_AFTER: Duration = Duration::from_secs(4 * 24 * 3600);
/// Packages in one round.
const ROUND_MAX: u32 = 200;
/// A status has no files.
const STATUS_MAX: u64 = 64 << 10;
/// The axis is asked for so long how far the copies of a send are; after that a status tells.
const LOOK_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);

impl App {
    /// Gửi: makes the package and puts it into the queue; it leaves with the next round.
    ///
    /// # Errors
    /// `NotSealed`, `NoRecipients`, `NotNow` where every recipient has it already.
    pub fn dispatch(&self, id: Id, recipients: &[String]) -> Result<DocumentKey> {
        let document = self.store.outgoing().get(row(id))?;
        let sealed = matches!(
            document.state,
            OutgoingState::Sealed | OutgoingState::WaitingSend | OutgoingState::Sent
        );
        if !sealed {
            return Err(AppError::new(
                ErrorCode::NotSealed,
                format!("{:?}", document.state),
            ));
        }
        if document.state == OutgoingState::Sealed {
            // The last moment for the seal's timestamp; the document leaves with or without.
            self.settle_timestamp(document.id, RevisionKind::Sealed)?;
            self.without_timestamp(document.id)?;
            self.extend_for_dispatch(document.id)?;
        }
        let recipients = match recipients {
            [] => document.draft.recipients.clone(),
            chosen => self.recipients(chosen)?,
        };
        if recipients.is_empty() {
            return Err(ErrorCode::NoRecipients.into());
        }
        let facts = self.package_facts(&document, &recipients)?;
        let package = self.package_of(&document, &facts)?;
        let new = NewSend {
            organ: self.organ.id.clone(),
            subject: Subject::Document {
                outgoing: document.id,
                operation: Operation::New,
            },
            package,
            recipients,
            not_before: self.now() + self.hold(),
        };
        crate::fault::point("dispatch.before_add");
        self.store.sends().add(&new, self.now())?;
        crate::fault::point("dispatch.after_add");
        self.outgoing_changed(document.id)
    }

    /// The revision that may leave.
    pub(crate) fn sealed_revision(&self, id: OutgoingId) -> Result<Option<Revision>> {
        let revisions = self.store.outgoing().revisions(id)?;
        Ok(revisions
            .into_iter()
            .rfind(|r| r.kind == RevisionKind::Sealed))
    }

    /// How long a package waits before it may leave, so that a person can take it back.
    pub(crate) fn hold(&self) -> time::Duration {
        let axis = self.profile.axis.as_ref();
        time::Duration::seconds(axis.map_or(0, |axis| i64::from(axis.wire.hold)))
    }

    /// What a round that was killed left half sent: a document's package is *chưa rõ* and waits for
    /// evidence or a person; a status, which may come twice without harm, is told again.
    pub(crate) fn recover_sends(&self, turn: &Turn, report: &mut SyncReport) -> Result<()> {
        for id in self.store.sends().recover(&turn.lease)? {
            let send = self.store.sends().get(id)?;
            match send.subject {
                Subject::Document { .. } => {
                    report.troubles += 1;
                    report.tell(ErrorCode::SendInterrupted);
                }
                Subject::Status { .. } => {
                    let again = Settlement::TryAgain;
                    self.store
                        .sends()
                        .settle(id, &again, "Triện", "", self.now())?;
                }
            }
        }
        Ok(())
    }

    /// Sends everything whose time has come.
    pub(crate) fn send_due(
        &self,
        axis: &AxisClient,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        for send in self
            .store
            .sends()
            .due(&self.organ.id, self.now(), ROUND_MAX)?
        {
            if turn.is_over() {
                return Ok(());
            }
            match self.send_one(axis, turn, send.id)? {
                SendState::Sent => report.sent += 1,
                SendState::Unclear | SendState::Failed => report.troubles += 1,
                SendState::Waiting | SendState::Sending => {}
            }
        }
        Ok(())
    }

    /// One package: the try is counted and durable before a byte leaves.
    ///
    /// # Errors
    /// Those of the store; that of the axis only where it asks to be left alone, which ends the round.
    fn send_one(&self, axis: &AxisClient, turn: &Turn, id: SendId) -> Result<SendState> {
        crate::fault::point("send.before_count");
        let send = self.store.sends().begin_try(id, &turn.lease, self.now())?;
        crate::fault::point("send.after_count");
        let mut ended: Option<AppError> = None;
        let outcome = match self.hand_to_axis(axis, &send) {
            Ok(axis_id) => {
                crate::fault::point("send.after_axis");
                Outcome::Sent { axis_id }
            }
            Err(error) => {
                let outcome = after(&error, &send, self.now());
                if error.retry_after().is_some() {
                    ended = Some(error.into());
                }
                outcome
            }
        };
        crate::fault::point("send.before_finish");
        self.store.sends().finish_try(id, &outcome, self.now())?;
        crate::fault::point("send.after_finish");
        self.changed(Changed::Lists);
        match ended {
            Some(error) => Err(error),
            None => Ok(self.store.sends().get(id)?.state),
        }
    }

    fn hand_to_axis(
        &self,
        axis: &AxisClient,
        send: &Send,
    ) -> std::result::Result<String, AxisError> {
        let unreadable = |reason: String| AxisError::Config { reason };
        let (bytes, size) = self
            .store
            .blobs()
            .open_verified(&send.package)
            .map_err(|e| unreadable(e.to_string()))?;
        let package = Parcel::new(*send.package.sha256(), size, bytes);
        let of = self.message_type(send).map_err(|e| unreadable(e.detail))?;
        let (of, to) = match of {
            MessageType::Status => (of, Vec::new()),
            MessageType::Document => {
                let deliveries = self
                    .store
                    .sends()
                    .deliveries(send.id)
                    .map_err(|e| unreadable(e.to_string()))?;
                (
                    of,
                    deliveries
                        .into_iter()
                        .map(|d| d.recipient.to_string())
                        .collect(),
                )
            }
        };
        crate::fault::point("send.before_axis");
        let answer =
            self.wait(axis.send_edoc(self.organ.id.as_str(), &to, of, package, self.now()))?;
        Ok(answer.value)
    }

    /// As what a package travels. A recall may be a status (13): the package itself says so.
    fn message_type(&self, send: &Send) -> Result<MessageType> {
        match send.subject {
            Subject::Status { .. } => Ok(MessageType::Status),
            Subject::Document {
                operation: Operation::Recall,
                ..
            } => {
                let (_, size) = self.store.blobs().open_verified(&send.package)?;
                if size > STATUS_MAX {
                    return Ok(MessageType::Document);
                }
                Ok(match self.message_of(&send.package)? {
                    Message::Status(_) => MessageType::Status,
                    Message::Document(_) => MessageType::Document,
                })
            }
            Subject::Document { .. } => Ok(MessageType::Document),
        }
    }

    /// Asks the axis how far the receivers' copies of recent sends are.
    pub(crate) fn look_after_sent(&self, axis: &AxisClient) -> Result<()> {
        let since = self.now() - LOOK_AFTER;
        for send in self
            .store
            .sends()
            .undelivered(&self.organ.id, since, ROUND_MAX)?
        {
            let Some(axis_id) = send.axis_id.as_deref() else {
                continue;
            };
            let of = self.message_type(&send)?;
            let rows = match self.wait(axis.sent_list(of, axis_id, self.now())) {
                Ok(rows) => rows,
                // It does not know this one any more, say; it may know the next.
                Err(AxisError::Refused {
                    refusal,
                    retry_after: None,
                    ..
                }) if refusal != Refusal::BadSecret => continue,
                Err(_) => return Ok(()),
            };
            for row in rows.value {
                let Some(recipient) = OrganId::new(row.receiver()) else {
                    continue;
                };
                let state = match row.state() {
                    "done" => DeliveryState::Fetched,
                    "fail" => DeliveryState::Failed,
                    _ => DeliveryState::OnAxis,
                };
                let known = self
                    .store
                    .sends()
                    .set_delivery(send.id, &recipient, state, self.now());
                match known {
                    // The axis names somebody to whom we did not send it: nothing to note.
                    Err(StoreError::NotFound { .. }) => {}
                    other => other?,
                }
            }
        }
        Ok(())
    }

    /// The clerk's word on a send whose answer was lost.
    ///
    /// # Errors
    /// `NotNow` where it is not unclear.
    pub fn settle(&self, send: Id, decision: UnclearDecision) -> Result<()> {
        let settlement = match decision {
            UnclearDecision::CountAsSent => Settlement::WasSent { axis_id: None },
            UnclearDecision::SendAgain => Settlement::TryAgain,
        };
        self.settle_as(send, &settlement, SendState::Unclear, "")
    }

    /// Thử lại: a send that failed is tried again now.
    ///
    /// # Errors
    /// `NotNow` where it did not fail, or another package has gone to one of its recipients since.
    pub fn retry(&self, send: Id) -> Result<()> {
        self.settle_as(send, &Settlement::TryAgain, SendState::Failed, "")
    }

    /// Thôi gửi: a send that failed is not tried again. The audit trail keeps why.
    ///
    /// # Errors
    /// `ReasonMissing`; `NotNow` where it did not fail.
    pub fn give_up(&self, send: Id, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(ErrorCode::ReasonMissing.into());
        }
        self.settle_as(send, &Settlement::GiveUp, SendState::Failed, reason)
    }

    fn settle_as(
        &self,
        send: Id,
        settlement: &Settlement,
        from: SendState,
        why: &str,
    ) -> Result<()> {
        let id = SendId(i64::from(send));
        let state = self.store.sends().get(id)?.state;
        if state != from {
            return Err(AppError::new(ErrorCode::NotNow, format!("{state:?}")));
        }
        let who = &self.profile.person.full_name;
        crate::fault::point("settle.before");
        self.store
            .sends()
            .settle(id, settlement, who, why, self.now())?;
        crate::fault::point("settle.after");
        self.changed(Changed::Lists);
        Ok(())
    }
}

/// What a failed try means for the send.
fn after(error: &AxisError, send: &Send, now: OffsetDateTime) -> Outcome {
    let told = AppError::from(error.clone()).view();
    let reason = serde_json::to_string(&told).unwrap_or_else(|_| error.to_string());
    let is_status = matches!(send.subject, Subject::Status { .. });
    match error.fate() {
        // A status that comes twice does no harm; one that never comes leaves the sender waiting.
        Fate::Unknown if !is_status => Outcome::Unclear { reason },
        Fate::Final => Outcome::Failed { reason },
        _ if now - send.tried_since > GIVE_UP_AFTER => Outcome::Failed { reason },
        Fate::Retry | Fate::Unknown => Outcome::Later {
            // Never earlier than the axis asks for.
            at: now + wait(send.tries).max(error.retry_after().unwrap_or_default()),
            reason,
        },
    }
}

/// How long to wait after the n-th try, with jitter so that offices don't come back in step.
fn wait(tries: u32) -> Duration {
    let exponent = i32::try_from(tries.saturating_sub(1)).unwrap_or(i32::MAX);
    let seconds = (WAIT_FIRST.as_secs_f64() * FACTOR.powi(exponent)).min(WAIT_MAX.as_secs_f64());
    Duration::from_secs_f64(seconds * rand::thread_rng().gen_range(0.8..1.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_who_tries_again_after_the_four_days_gives_it_four_more() {
        let start = time::macros::datetime!(2026-11-20 08:00 +7);
        let folder = tempfile::tempdir().unwrap();
        let store = trien_store::Store::open(folder.path()).unwrap();
        let day_five = start + GIVE_UP_AFTER + time::Duration::DAY;
        let mut send = Send {
            id: SendId(1),
            organ: OrganId::new("H99.15").unwrap(),
            subject: Subject::Document {
                outgoing: OutgoingId(1),
                operation: Operation::New,
            },
            package: store.blobs().put(b"package").unwrap(),
            state: SendState::Sending,
            tries: 9,
            next_try_at: start,
            last_try_at: None,
            axis_id: None,
            reason: String::new(),
            created_at: start,
            tried_since: start,
            sent_at: None,
            taken_back: false,
        };
        let away = AxisError::Unreachable {
            reason: "reset".to_owned(),
        };
        let failed = after(&away, &send, day_five);
        assert!(matches!(failed, Outcome::Failed { .. }), "{failed:?}");
        send.tried_since = day_five;
        for day in 0..=4 {
            let later = after(&away, &send, day_five + time::Duration::days(day));
            assert!(matches!(later, Outcome::Later { .. }), "{later:?}");
        }
    }

    #[test]
    fn waits_grow_and_never_pass_an_hour_by_more_than_the_jitter() {
        assert!(wait(1) < Duration::from_secs(25));
        assert!(wait(4) > wait(1));
        for tries in [10, 100, u32::MAX] {
            let waited = wait(tries);
            assert!(
                waited > Duration::from_secs(2800) && waited < Duration::from_secs(4400),
                "{waited:?}"
            );
        }
    }
}
