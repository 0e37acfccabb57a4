//! Time limits as data: holidays, office hours, and how long a receiver may be silent.
//!
//! The file that comes with the program holds what was known when it was made; an office's
//! administrator replaces it under the setting `deadlines`, since each year's days off are decided
//! in the autumn before.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use serde::Deserialize;
use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, time};
use time::{Date, Duration, OffsetDateTime, Time};
use trien_domain::Urgency;
use trien_domain::working::{SendingLimits, WorkingDays};
use trien_store::{BlobId, Document, Outgoing, RevisionKind};

use crate::app::App;
use crate::drafts::civil;
use crate::error::Result;
use crate::gate::{leader_in, signing_time};

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

/// So long before a limit a person still has time to number, seal and send.
const NEAR: Duration = Duration::hours(2);

/// Whether a limit is near or past; of a short one the second half is near.
pub(crate) fn nears(signed: OffsetDateTime, due: OffsetDateTime, now: OffsetDateTime) -> bool {
    now > due - NEAR.min((due - signed) / 2)
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

    /// When the competent person signed a document of ours: the limits for sending run from there, not
    /// from when the file came back to this desk.
    pub(crate) fn signed_at(&self, document: &Outgoing) -> Result<Option<OffsetDateTime>> {
        let events = self.store.timeline().of(Document::Outgoing(document.id))?;
        let Some(taken) = events.into_iter().rfind(|event| event.what == "signed") else {
            return Ok(None);
        };
        let revisions = self.store.outgoing().revisions(document.id)?;
        let signed = revisions.iter().rfind(|r| r.kind == RevisionKind::Signed);
        let told = match signed {
            Some(revision) => self.told_by(revision.blob, document)?,
            None => None,
        };
        Ok(Some(begins(told, taken.at)))
    }

    /// The time of the leader's signature in a file, judged once: a file never changes.
    fn told_by(&self, file: BlobId, document: &Outgoing) -> Result<Option<OffsetDateTime>> {
        let known = || self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = known().get(&file) {
            return Ok(*told);
        }
        let report = self.judge_blob(&file)?;
        let told = leader_in(&report, document).and_then(signing_time);
        known().insert(file, told);
        Ok(told)
    }
}

/// From when a limit runs: a signature cannot be later than the file's coming here, whatever the clock
/// that made it says.
fn begins(told: Option<OffsetDateTime>, taken: OffsetDateTime) -> OffsetDateTime {
    told.map_or(taken, |told| told.min(taken))
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

    #[test]
    fn a_limit_runs_from_the_signature_and_never_from_after_the_file_came() {
        let (signed, taken) = (
            datetime!(2026-11-20 10:00 +7),
            datetime!(2026-11-23 08:00 +7),
        );
        assert_eq!(begins(Some(signed), taken), signed);
        assert_eq!(begins(None, taken), taken);
        assert_eq!(begins(Some(datetime!(2030-01-01 00:00 +7)), taken), taken);
    }

    #[test]
    fn a_limit_nears_two_hours_before_or_in_its_second_half() {
        let signed = datetime!(2026-11-20 10:00 +7);
        let noon_after = datetime!(2026-11-23 12:00 +7);
        assert!(!nears(signed, noon_after, datetime!(2026-11-23 09:00 +7)));
        assert!(nears(signed, noon_after, datetime!(2026-11-23 10:30 +7)));
        let within_the_hour = datetime!(2026-11-20 11:00 +7);
        assert!(!nears(
            signed,
            within_the_hour,
            datetime!(2026-11-20 10:20 +7)
        ));
        assert!(nears(
            signed,
            within_the_hour,
            datetime!(2026-11-20 10:40 +7)
        ));
    }
}
