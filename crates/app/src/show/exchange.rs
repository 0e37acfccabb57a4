//! Messages of the exchange that need a person and belong to no document's way.

use trien_domain::SendState;
use trien_store::{COUNT_CAP, Subject};

use super::shown;
use crate::app::App;
use crate::error::{AppError, ErrorCode, ErrorView, Result};
use crate::host::Changed;
use crate::view::{ExchangeTrouble, Text, TroubleKind};

impl App {
    /// Statuses that could not be told or that nobody here knows, refused acknowledgements, and
    /// packages that the axis lists and cannot give.
    pub fn exchange_troubles(&self) -> Result<Vec<ExchangeTrouble>> {
        let mut troubles = self.untold_statuses()?;
        let organ = &self.organ.id;
        for raw in self.store.raw().refused_acks(organ, COUNT_CAP)? {
            troubles.push(ExchangeTrouble {
                dismissal: Some(format!("ack:{}", raw.message.axis_id)),
                kind: TroubleKind::AcknowledgementRefused,
                send: None,
                key: raw.message.axis_id,
                who: String::new(),
                text: Text::new(
                    format!("Trục không nhận xác nhận: {}", raw.ack_reason),
                    format!("The axis refuses the acknowledgement: {}", raw.ack_reason),
                ),
                at: Some(shown(raw.received_at)),
            });
        }
        for (key, tries, reason) in self.store.raw().fetch_troubles(organ, COUNT_CAP)? {
            troubles.push(ExchangeTrouble {
                dismissal: Some(format!("fetch:{key}")),
                kind: TroubleKind::NotGiven,
                send: None,
                key,
                who: String::new(),
                text: Text::new(
                    format!("Trục liệt kê nhưng không đưa gói này ({tries} lần): {reason}"),
                    format!(
                        "The axis lists this package and does not give it ({tries} times): {reason}"
                    ),
                ),
                at: None,
            });
        }
        for status in self.store.statuses().of_nothing(organ, COUNT_CAP)? {
            troubles.push(ExchangeTrouble {
                dismissal: Some(format!("status:{}", status.id)),
                kind: TroubleKind::UnknownDocument,
                send: None,
                key: status.document_id,
                who: status.from_name,
                text: Text::new(
                    format!(
                        "Trạng thái {} cho văn bản không có ở đây: {}",
                        status.digits, status.description
                    ),
                    format!(
                        "Status {} of a document that is not here: {}",
                        status.digits, status.description
                    ),
                ),
                at: Some(shown(status.received_at)),
            });
        }
        Ok(troubles)
    }

    /// Đã xem, cất đi: a trouble needs nobody any more. What it was told from stays, and the audit
    /// trail keeps who put it away.
    ///
    /// # Errors
    /// `NotFound` for what is no trouble now.
    pub fn dismiss_trouble(&self, dismissal: &str) -> Result<()> {
        let troubles = self.exchange_troubles()?;
        let found = troubles
            .iter()
            .find(|trouble| trouble.dismissal.as_deref() == Some(dismissal))
            .ok_or_else(|| AppError::new(ErrorCode::NotFound, dismissal))?;
        let who = &self.profile.person.full_name;
        self.store.dismissals().put_away(
            &self.organ.id,
            dismissal,
            who,
            &found.text.vi,
            self.now(),
        )?;
        self.changed(Changed::Lists);
        Ok(())
    }

    fn untold_statuses(&self) -> Result<Vec<ExchangeTrouble>> {
        let failed = self
            .store
            .sends()
            .failed_statuses(&self.organ.id, COUNT_CAP)?;
        let mut troubles = Vec::new();
        for send in failed {
            let Subject::Status { incoming, code } = send.subject else {
                continue;
            };
            debug_assert_eq!(send.state, SendState::Failed);
            let document = self.store.incoming().get(incoming)?;
            let told: Option<ErrorView> = serde_json::from_str(&send.reason).ok();
            let why = told.map_or_else(|| send.reason.clone(), |error| error.detail);
            let digits = code.digits();
            troubles.push(ExchangeTrouble {
                dismissal: None,
                kind: TroubleKind::StatusNotTold,
                send: Some(crate::ids::view(send.id.0)?),
                key: document.document_id.to_string(),
                who: document.from_name,
                text: Text::new(
                    format!(
                        "Trạng thái {digits} của {} chưa báo được: {why}",
                        document.code
                    ),
                    format!(
                        "Status {digits} of {} could not be told: {why}",
                        document.code
                    ),
                ),
                at: send.last_try_at.map(shown),
            });
        }
        Ok(troubles)
    }
}
