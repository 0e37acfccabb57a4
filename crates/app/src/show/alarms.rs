//! What a person should look at before it is too late: limits that near, receivers that are silent,
//! copies that came back.

use std::collections::HashMap;

use time::macros::format_description;
use time::{Duration, OffsetDateTime};
use trien_domain::OutgoingState;
use trien_domain::calendar::VIETNAM;
use trien_store::OutgoingId;

use super::{PAGE, outgoing, tracking};
use crate::app::App;
use crate::deadlines::nears;
use crate::error::{AppError, ErrorCode, Result};
use crate::view::{AlarmView, Role, Text};

/// A copy that came back is told for so long; then somebody has long seen it.
const CAME_BACK: Duration = Duration::days(7);

impl App {
    /// Documents whose limit for sending nears or is past, and documents of which a receiver has told
    /// nothing, each told until it is no longer so.
    pub fn alarms(&self) -> Result<Vec<AlarmView>> {
        let mut alarms = Vec::new();
        for (id, limit) in self.limits()? {
            alarms.push(self.alarm(id, ErrorCode::SendingDue, limit.words().vi)?);
        }
        for id in self.silent_documents(PAGE)? {
            alarms.push(self.alarm(id, ErrorCode::ReceiverSilent, String::new())?);
        }
        Ok(alarms)
    }

    fn alarm(&self, id: OutgoingId, code: ErrorCode, detail: String) -> Result<AlarmView> {
        let document = self.store.outgoing().get(id)?;
        Ok(AlarmView {
            about: format!("{} {}", outgoing::code(&document), document.draft.subject),
            told: AppError::new(code, detail).view(),
        })
    }

    /// What is signed and not sent, and whose limit nears or is past.
    pub(super) fn limits(&self) -> Result<HashMap<OutgoingId, Limit>> {
        use OutgoingState as O;
        let mut limits = HashMap::new();
        if self.profile.role != Role::Clerk {
            return Ok(limits);
        }
        let (deadlines, now) = (self.deadlines()?, self.now());
        for state in [O::Signed, O::Numbered, O::Sealed] {
            let here = self
                .store
                .outgoing()
                .list(&self.organ.id, Some(state), None, PAGE)?;
            for document in here {
                let Some(signed) = self.signed_at(&document)? else {
                    continue;
                };
                let due = deadlines.sending(signed, document.draft.urgency).earlier();
                if nears(signed, due, now) {
                    let late = now > due;
                    limits.insert(document.id, Limit { state, due, late });
                }
            }
        }
        Ok(limits)
    }

    /// Documents of which a copy came back: a receiver returned it, or its program could not take it.
    pub(super) fn came_back(&self) -> Result<Vec<OutgoingId>> {
        let since = self.now() - CAME_BACK;
        Ok(self.store.sends().came_back(&self.organ.id, since, PAGE)?)
    }

    /// How many documents in *Theo dõi* somebody should look at.
    pub(super) fn count_tracking_alarms(&self) -> Result<usize> {
        let mut alarmed = self.silent_documents(PAGE)?;
        alarmed.extend(self.came_back()?);
        Ok(alarmed.len())
    }

    /// The words on a row of *Theo dõi*.
    pub(super) fn tracking_hints(&self) -> Result<HashMap<OutgoingId, Text>> {
        let back = Text::new("Có nơi trả lại hoặc không nhận được", "A copy came back");
        let came_back = self.came_back()?.into_iter().map(|id| (id, back.clone()));
        let silent = self.silent_documents(trien_store::COUNT_CAP)?.into_iter();
        let silent = silent.map(|id| (id, tracking::silent()));
        Ok(silent.chain(came_back).collect())
    }
}

/// Until when a document has to be sent.
pub(super) struct Limit {
    /// At which step it stands.
    pub(super) state: OutgoingState,
    due: OffsetDateTime,
    late: bool,
}

impl Limit {
    /// *Gửi trước 17:00 20/11*.
    pub(super) fn words(&self) -> Text {
        let form = format_description!("[hour]:[minute] [day]/[month]");
        let due = self.due.to_offset(VIETNAM).format(form).unwrap_or_default();
        match self.late {
            true => Text::new(
                format!("Quá hạn gửi {due}"),
                format!("Was due to leave {due}"),
            ),
            false => Text::new(format!("Gửi trước {due}"), format!("To leave before {due}")),
        }
    }
}
