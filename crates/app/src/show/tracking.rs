//! A dispatched document's way: recipient × status.

use trien_domain::{DeliveryState, SendState};
use trien_store::{Incoming, Send, StatusReceived};

use super::{shown, timeline};
use crate::app::App;
use crate::drafts::row;
use crate::error::{AppError, ErrorCode, ErrorView, Result};
use crate::view::{DeliveryView, Id, SendTrouble, StatusCell, Text, TrackingRow, TrackingView};

impl App {
    /// The recipients of a document with what each of them said, and the sends that need a person.
    pub fn tracking(&self, id: Id) -> Result<TrackingView> {
        let document = self.store.outgoing().get(row(id))?;
        let statuses = self.store.statuses().of_outgoing(document.id)?;
        let mut view = TrackingView {
            key: super::outgoing::key_of(document.id)?,
            rows: Vec::new(),
            troubles: Vec::new(),
        };
        for send in self.store.sends().of_outgoing(document.id)? {
            let deliveries = self.store.sends().deliveries(send.id)?;
            if matches!(send.state, SendState::Unclear | SendState::Failed) {
                let recipients = deliveries.iter().map(|d| d.name.clone()).collect();
                view.troubles.push(trouble(&send, recipients)?);
            }
            for delivery in deliveries {
                let cells = statuses
                    .iter()
                    .filter(|s| s.from_id == delivery.recipient)
                    .map(cell)
                    .collect();
                view.rows
                    .retain(|row| row.organ_id != delivery.recipient.as_str());
                view.rows.push(TrackingRow {
                    organ_id: delivery.recipient.to_string(),
                    organ_name: delivery.name,
                    delivery: delivery_view(send.state, delivery.state),
                    cells,
                });
            }
        }
        Ok(view)
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

fn cell(status: &StatusReceived) -> StatusCell {
    let word = format!("status_{}", status.digits);
    let (vi, en) = match timeline::words(&word) {
        (vi, _) if vi == word => (status.digits.as_str(), status.digits.as_str()),
        words => words,
    };
    StatusCell {
        code: status.digits.clone(),
        text: Text::new(vi, en),
        at: shown(status.at.unwrap_or(status.received_at)),
        description: status.description.clone(),
    }
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
