//! A dispatched document's way: recipient × status.

use std::collections::HashSet;

use trien_domain::{DeliveryState, Operation, SendState};
use trien_store::{Incoming, Outgoing, OutgoingId, Send, StatusReceived, Subject};

use super::{hour_and_day, shown, timeline};
use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, ErrorView, Result};
use crate::view::{
    DeadlineView, DeliveryView, HeldSend, Id, OperationView, SendTrouble, StatusCell, Text,
    TrackingRow, TrackingView,
};

/// A receiver's silence is watched for so long; then a person has long been told.
const WATCHED: time::Duration = time::Duration::days(30);

impl App {
    /// The recipients of a document with what each of them said, and the sends that need a person.
    pub fn tracking(&self, id: Id) -> Result<TrackingView> {
        let document = self.store.outgoing().get(row(id))?;
        let statuses = self.store.statuses().of_outgoing(document.id)?;
        let mut view = TrackingView {
            key: super::outgoing::key_of(document.id)?,
            rows: Vec::new(),
            troubles: Vec::new(),
            held: Vec::new(),
            deadline: self.deadline(&document)?,
        };
        let silence = self.deadlines()?.silence(document.draft.urgency);
        let now = self.now();
        for send in self.store.sends().of_outgoing(document.id)? {
            let deliveries = self.store.sends().deliveries(send.id)?;
            let recipients = || deliveries.iter().map(|d| d.name.clone()).collect();
            match send.state {
                SendState::Unclear => view.troubles.push(trouble(&send, recipients())?),
                SendState::Failed if !send.taken_back => {
                    view.troubles.push(trouble(&send, recipients())?);
                }
                SendState::Waiting => view.held.push(held(&send, recipients())?),
                SendState::Failed | SendState::Sending | SendState::Sent => {}
            }
            // What was taken back before it left has reached nobody; what was given up has failed.
            if send.taken_back && send.tries == 0 {
                continue;
            }
            let Subject::Document { operation, .. } = send.subject else {
                continue;
            };
            let alarmed = send.sent_at.is_some_and(|sent| now - sent > silence);
            for delivery in deliveries {
                let state = delivery_view(send.state, delivery.state);
                let known = view
                    .rows
                    .iter_mut()
                    .find(|row| row.organ_id == delivery.recipient.as_str());
                if let Some(what) = asked(operation) {
                    // Whether the document itself got there is another question.
                    if let Some(row) = known {
                        row.operations.push(OperationView {
                            text: what,
                            delivery: state,
                            at: send.sent_at.map(shown),
                        });
                    }
                    continue;
                }
                let cells: Vec<StatusCell> = statuses
                    .iter()
                    .filter(|s| s.from_id == delivery.recipient)
                    .map(|s| self.cell(s))
                    .collect::<Result<_>>()?;
                let silent = (alarmed && cells.is_empty()).then(silent);
                match known {
                    // It was sent once more, after the first package did not get there.
                    Some(row) => (row.delivery, row.silent) = (state, silent),
                    None => view.rows.push(TrackingRow {
                        organ_id: delivery.recipient.to_string(),
                        organ_name: delivery.name,
                        delivery: state,
                        cells,
                        operations: Vec::new(),
                        silent,
                    }),
                }
            }
        }
        Ok(view)
    }

    fn cell(&self, status: &StatusReceived) -> Result<StatusCell> {
        let word = format!("status_{}", status.digits);
        let (vi, en) = match timeline::words(&word) {
            (vi, _) if vi == word => (status.digits.as_str(), status.digits.as_str()),
            words => words,
        };
        let raw = self.store.raw().get(status.raw)?;
        Ok(StatusCell {
            code: status.digits.clone(),
            text: Text::new(vi, en),
            at: shown(status.at.unwrap_or(status.received_at)),
            description: status.description.clone(),
            raw: raw.message.blob.to_string(),
        })
    }

    /// Until when the law wants it sent: both limits on working days, the earlier one first.
    fn deadline(&self, document: &Outgoing) -> Result<Option<DeadlineView>> {
        let Some(signed_at) = self.signed_at(document)? else {
            return Ok(None);
        };
        let limits = self.deadlines()?.sending(signed_at, document.draft.urgency);
        let sends = self.store.sends().of_outgoing(document.id)?;
        let left = sends.iter().filter_map(|send| send.sent_at).min();
        let laws = [
            (
                limits.decision_28,
                "Quyết định 28/2018, Điều 6",
                "Decision 28/2018 art. 6",
            ),
            (
                limits.decree_30,
                "Nghị định 30/2020, Điều 18",
                "Decree 30/2020 art. 18",
            ),
        ];
        let [first, second] = if limits.decision_28 <= limits.decree_30 {
            laws
        } else {
            [laws[1], laws[0]]
        };
        Ok(Some(DeadlineView {
            due: shown(first.0),
            law: Text::new(first.1, first.2),
            later: Text::new(
                format!("{}: {}", second.1, hour_and_day(second.0)),
                format!("{}: {}", second.2, hour_and_day(second.0)),
            ),
            late: left.unwrap_or_else(|| self.now()) > first.0,
        }))
    }

    /// Documents of which some recipient has told nothing for too long.
    pub(super) fn silent_documents(&self, limit: u32) -> Result<HashSet<OutgoingId>> {
        let deadlines = self.deadlines()?;
        let now = self.now();
        let within = (now - WATCHED)..(now - deadlines.shortest_silence());
        let mut silent = HashSet::new();
        for send in self.store.sends().silent(&self.organ.id, within, limit)? {
            let (Subject::Document { outgoing, .. }, Some(sent)) = (send.subject, send.sent_at)
            else {
                continue;
            };
            let urgency = self.store.outgoing().get(outgoing)?.draft.urgency;
            if now - sent > deadlines.silence(urgency) {
                silent.insert(outgoing);
            }
        }
        Ok(silent)
    }
}

impl App {
    /// Statuses about a document that came which its sender's axis refused, or which were tried for
    /// too long: the sender still waits for them.
    pub(super) fn status_troubles(&self, document: &Incoming) -> Result<Vec<SendTrouble>> {
        let sends = self.store.sends().of_incoming(document.id)?;
        let failed = sends
            .iter()
            .filter(|send| send.state == SendState::Failed)
            .map(|send| trouble(send, vec![super::incoming::sender(document)]));
        failed.collect()
    }
}

/// What a package asks about a document that was sent before; `None` for one that carries it.
fn asked(operation: Operation) -> Option<Text> {
    match operation {
        Operation::New | Operation::Replace => None,
        Operation::Recall => Some(Text::new("Thu hồi", "Recall")),
        Operation::Update => Some(Text::new("Cập nhật", "Update")),
    }
}

/// The alarm of a recipient that has told nothing.
pub(super) fn silent() -> Text {
    Text::new(
        "Chưa báo đã đến (01); gọi điện hỏi nơi nhận",
        "Has not told that it came (01); call the receiver",
    )
}

fn held(send: &Send, recipients: Vec<String>) -> Result<HeldSend> {
    let told: Option<ErrorView> = serde_json::from_str(&send.reason).ok();
    Ok(HeldSend {
        send: crate::ids::view(send.id.0)?,
        at: shown(send.next_try_at),
        recipients,
        reason: told.map(|error| error.title.vi).unwrap_or_default(),
    })
}

fn delivery_view(send: SendState, delivery: DeliveryState) -> DeliveryView {
    match (delivery, send) {
        (DeliveryState::Fetched, _) => DeliveryView::Fetched,
        (DeliveryState::Failed, _) => DeliveryView::Failed,
        (DeliveryState::OnAxis, _) | (DeliveryState::Pending, SendState::Sent) => {
            DeliveryView::OnAxis
        }
        (DeliveryState::Pending, SendState::Unclear) => DeliveryView::Unclear,
        (DeliveryState::Pending, SendState::Failed) => DeliveryView::Failed,
        (DeliveryState::Pending, SendState::Waiting | SendState::Sending) => DeliveryView::Waiting,
    }
}

/// What is known of a send that needs a person.
fn trouble(send: &Send, recipients: Vec<String>) -> Result<SendTrouble> {
    let unclear = send.state == SendState::Unclear;
    let told: Option<ErrorView> = serde_json::from_str(&send.reason).ok();
    let otherwise = || {
        let code = if unclear {
            ErrorCode::SendInterrupted
        } else {
            ErrorCode::AxisRefused
        };
        AppError::new(code, send.reason.clone()).view()
    };
    Ok(SendTrouble {
        send: crate::ids::view(send.id.0)?,
        unclear,
        error: told.unwrap_or_else(otherwise),
        recipients,
    })
}
