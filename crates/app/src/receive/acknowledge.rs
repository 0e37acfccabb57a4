//! What the axis, and the sender of what comes back, is told of packages that are here.

use std::io::Cursor;

use time::Duration;
use trien_domain::StatusCode;
use trien_edxml::Message;
use trien_net::{Ack, AxisClient, AxisError, Fate, MessageType, Parcel, Refusal};
use trien_store::{BlobId, Raw};

use super::take_up::is_packages_fault;
use crate::app::App;
use crate::error::Result;
use crate::statuses::About;
use crate::view::SyncReport;

/// Where the axis refuses an acknowledgement, or lists what it was told is done, it is told again so
/// much later: a package that it does not know any more must not be asked about in every round.
const ACK_AGAIN: Duration = Duration::HOUR;
/// After so many refusals it is told once a day.
const ACK_REFUSALS_MAX: u32 = 3;

impl App {
    /// Tells the axis that packages are here, unless it knows or has just refused to hear of it.
    pub(super) fn acknowledge(
        &self,
        axis: &AxisClient,
        raws: &[Raw],
        report: &mut SyncReport,
    ) -> Result<()> {
        let now = self.now();
        let (mut told, mut ended) = (Vec::new(), Ok(()));
        for raw in raws.iter().filter(|raw| raw.ack_after <= now) {
            let sender = self.tell_returned(axis, raw);
            match sender.and_then(|()| self.tell_axis(axis, raw)) {
                Ok(()) => told.push(raw.id),
                Err(error) => ended = report.pass_over(error),
            }
            if ended.is_err() {
                break;
            }
        }
        crate::fault::point("receive.before_note");
        self.store.raw().acked_all(&told, now, now + ACK_AGAIN)?;
        crate::fault::point("receive.after_note");
        ended
    }

    /// Từ chối tiếp nhận (02): tells a sender why its package comes back, where the package says whose it is. The axis's
    /// *fail* waits for it: killed in between, it is told again, and a status that comes twice does no harm.
    fn tell_returned(&self, axis: &AxisClient, raw: &Raw) -> Result<()> {
        let why = match &raw.returned {
            Some(why) if raw.acked_at.is_none() && raw.ack_refused == 0 => why,
            _ => return Ok(()),
        };
        let facts = match self.message_of(&raw.message.blob) {
            Ok(Message::Document(facts)) => facts,
            // Nobody answers a status.
            Ok(Message::Status(_)) => return Ok(()),
            Err(error) if is_packages_fault(error.code) => return Ok(()),
            Err(error) => return Err(error),
        };
        let about = About {
            sender: &facts.from.id,
            code: &facts.code,
            document: &facts.id,
            date: facts.date,
        };
        let status = self.status_package(&about, StatusCode::Returned, &format!("Văn thư: {why}"));
        let (sha256, size) = (*BlobId::of(&status).sha256(), status.len() as u64);
        let parcel = Parcel::new(sha256, size, Cursor::new(status));
        let (from, of) = (self.organ.id.as_str(), MessageType::Status);
        crate::fault::point("return.before_status");
        match self.wait(axis.send_edoc(from, &[], of, parcel, self.now())) {
            Ok(_) => crate::fault::point("return.after_status"),
            // What the axis does not take for this sender it takes at no other time either.
            Err(error) if is_about_receiver(&error) => {
                tracing::warn!(%error, "the sender of a returned package was not told");
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn tell_axis(&self, axis: &AxisClient, raw: &Raw) -> Result<()> {
        let (ack, why) = match &raw.returned {
            Some(why) => (Ack::Fail, why.as_str()),
            None => (Ack::Done, ""),
        };
        crate::fault::point("receive.before_ack");
        let answer = self.wait(axis.update_status(&raw.message.axis_id, ack, why, self.now()));
        if let Err(error) = answer {
            self.note_refused(raw, &error)?;
            return Err(error.into());
        }
        crate::fault::point("receive.after_ack");
        Ok(())
    }

    /// Remembers that the axis does not want to hear of a package.
    fn note_refused(&self, raw: &Raw, error: &AxisError) -> Result<()> {
        if !matches!(error, AxisError::Refused { .. }) || error.fate() != Fate::Final {
            return Ok(());
        }
        let now = self.now();
        let again = match raw.ack_refused {
            before if before + 1 < ACK_REFUSALS_MAX => now + ACK_AGAIN,
            _ => now + Duration::DAY,
        };
        let reason = error.to_string();
        Ok(self.store.raw().ack_refused(raw.id, &reason, again)?)
    }
}

/// Whether the axis refuses a message for good, and not us.
fn is_about_receiver(error: &AxisError) -> bool {
    let ours = matches!(
        error,
        AxisError::Refused {
            refusal: Refusal::BadSecret | Refusal::UnknownSender,
            ..
        }
    );
    matches!(error, AxisError::Refused { .. }) && error.fate() == Fate::Final && !ours
}
