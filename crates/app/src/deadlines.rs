//! Time limits as data: holidays, office hours, and how long a receiver may be silent.
//!
//! The file that comes with the program holds what was known when it was made; an office's
//! administrator replaces it under the setting `deadlines`, since each year's days off are decided
//! in the autumn before.

use std::collections::BTreeSet;

use serde::Deserialize;
use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, time};
use time::{Date, Duration, OffsetDateTime, Time};
use trien_domain::Urgency;
use trien_domain::working::{SendingLimits, WorkingDays};
use trien_store::{Document, OutgoingId};

use crate::app::App;
use crate::drafts::civil;
use crate::error::Result;

const BUILT_IN: &str = include_str!("../data/deadlines.json");
/// The setting that replaces it.
const SETTING: &str = "deadlines";
const HOUR: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");

/// The limits of an office.
#[derive(Debug, Clone)]
pub(crate) struct Deadlines {
    days: WorkingDays,
    hours: (Time, Time),
    urgent: Duration,
    silent: Silent,
}

#[derive(Deserialize)]
struct Written {
    noon: String,
    evening: String,
    urgent_minutes: i64,
    silent_hours: Silent,
    holidays: Vec<String>,
    worked: Vec<String>,
}

/// Hours without a status 01 after which a send raises an alarm, by urgency.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Silent {
    normal: i64,
    urgent: i64,
    express: i64,
}

impl Deadlines {
    /// Until when a document signed at an instant has to be sent.
    pub(crate) fn sending(&self, signed_at: OffsetDateTime, urgency: Urgency) -> SendingLimits {
        let at_once = (urgency != Urgency::Normal).then_some(self.urgent);
        self.days.sending_limits(signed_at, self.hours, at_once)
    }

    /// How long a receiver's program may take to tell that a document has come (01).
    pub(crate) fn silence(&self, urgency: Urgency) -> Duration {
        Duration::hours(match urgency {
            Urgency::Normal => self.silent.normal,
            Urgency::Urgent | Urgency::VeryUrgent => self.silent.urgent,
            Urgency::Express | Urgency::ExpressTimed => self.silent.express,
        })
    }

    /// The shortest of these.
    pub(crate) fn shortest_silence(&self) -> Duration {
        self.silence(Urgency::Express)
    }

    fn read(text: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(text).ok()?;
        let hour = |text: &str, otherwise| Time::parse(text, HOUR).unwrap_or(otherwise);
        let days = |days: &[String]| {
            days.iter()
                .filter_map(|d| civil(d))
                .collect::<BTreeSet<Date>>()
        };
        Some(Self {
            days: WorkingDays {
                holidays: days(&written.holidays),
                worked: days(&written.worked),
            },
            hours: (
                hour(&written.noon, time!(12:00)),
                hour(&written.evening, time!(17:00)),
            ),
            urgent: Duration::minutes(written.urgent_minutes),
            silent: written.silent_hours,
        })
    }
}

impl Default for Deadlines {
    /// Weekends only; used where the data cannot be read, so that limits are early rather than late.
    fn default() -> Self {
        Self {
            days: WorkingDays::default(),
            hours: (time!(12:00), time!(17:00)),
            urgent: Duration::HOUR,
            silent: Silent {
                normal: 24,
                urgent: 2,
                express: 1,
            },
        }
    }
}

impl App {
    pub(crate) fn deadlines(&self) -> Result<Deadlines> {
        let own = self.store.settings().get(SETTING)?;
        let own = own.and_then(|text| Deadlines::read(&text));
        Ok(own
            .or_else(|| Deadlines::read(BUILT_IN))
            .unwrap_or_default())
    }

    /// When the competent person signed a document of ours.
    pub(crate) fn signed_at(&self, id: OutgoingId) -> Result<Option<OffsetDateTime>> {
        let events = self.store.timeline().of(Document::Outgoing(id))?;
        let signed = events.into_iter().rfind(|event| event.what == "signed");
        Ok(signed.map(|event| event.at))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_built_in_calendar_is_read_and_knows_tet() {
        let deadlines = Deadlines::read(BUILT_IN).unwrap();
        let friday = datetime!(2026-02-13 15:00 +7);
        let limits = deadlines.sending(friday, Urgency::Normal);
        assert_eq!(limits.earlier(), datetime!(2026-02-23 12:00 +7));
        assert!(deadlines.silence(Urgency::Express) < deadlines.silence(Urgency::Normal));
    }
}
