//! What we asked back of our own documents: told in lists, over the document and before it is sent again.

use time::OffsetDateTime;
use trien_domain::{Operation, OutgoingState};
use trien_store::{Outgoing, OutgoingId, Subject};

use super::shown;
use crate::app::App;
use crate::error::Result;
use crate::view::{BannerKind, BannerView, Text};

/// How far a recall of ours is.
pub(super) struct Recalled {
    since: OffsetDateTime,
    asked: usize,
    agreed: usize,
}

impl App {
    /// Whether a document of ours was asked back, and who agreed so far.
    pub(super) fn recall_of(&self, id: OutgoingId) -> Result<Option<Recalled>> {
        let mut since = None;
        let mut asked = Vec::new();
        for send in self.store.sends().of_outgoing(id)? {
            let recalls = matches!(
                send.subject,
                Subject::Document {
                    operation: Operation::Recall,
                    ..
                }
            );
            if !recalls || send.taken_back {
                continue;
            }
            since.get_or_insert(send.created_at);
            let deliveries = self.store.sends().deliveries(send.id)?;
            asked.extend(deliveries.into_iter().map(|delivery| delivery.recipient));
        }
        let Some(since) = since else {
            return Ok(None);
        };
        asked.sort();
        asked.dedup();
        let mut agreed = asked.clone();
        let statuses = self.store.statuses().of_outgoing(id)?;
        agreed.retain(|organ| {
            let says = |s: &trien_store::StatusReceived| s.digits == "15" && s.from_id == *organ;
            statuses.iter().any(|s| says(s) && s.received_at >= since)
        });
        Ok(Some(Recalled {
            since,
            asked: asked.len(),
            agreed: agreed.len(),
        }))
    }

    /// The word on the row of a document that was asked back.
    pub(super) fn recall_hint(&self, document: &Outgoing) -> Result<Option<Text>> {
        use OutgoingState as O;
        if !matches!(document.state, O::Sealed | O::WaitingSend | O::Sent) {
            return Ok(None);
        }
        Ok(self.recall_of(document.id)?.map(|recall| recall.words()))
    }
}

impl Recalled {
    /// What stands over the document.
    pub(super) fn banner(&self) -> BannerView {
        let everybody = self.agreed == self.asked;
        BannerView {
            kind: match everybody {
                true => BannerKind::Recalled,
                false => BannerKind::RecallAsked,
            },
            text: self.words(),
            reason: String::new(),
            at: shown(self.since),
            request: None,
            here: false,
            other: None,
        }
    }

    /// *Đã yêu cầu thu hồi, 2/3 nơi đồng ý*.
    pub(super) fn words(&self) -> Text {
        let Self { asked, agreed, .. } = self;
        Text::new(
            format!("Đã yêu cầu thu hồi, {agreed}/{asked} nơi đồng ý"),
            format!("Asked back, {agreed} of {asked} agreed"),
        )
    }
}
