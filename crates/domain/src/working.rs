//! Working days, and the two limits for sending a signed document.

use std::collections::BTreeSet;

use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, Weekday};

use crate::calendar::{VIETNAM, vietnam_day};

/// The days on which offices work: weekdays, less holidays, plus days worked in exchange for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDays {
    /// Days off beside Saturdays and Sundays.
    pub holidays: BTreeSet<Date>,
    /// Saturdays and Sundays that are worked (làm bù).
    pub worked: BTreeSet<Date>,
}

/// Until when a signed document has to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingLimits {
    /// Decree 30/2020 art. 18.1: the day of signing, at the latest the next working day.
    pub decree_30: OffsetDateTime,
    /// Decision 28/2018 art. 6: the day of signing, at the latest the morning of the next working
    /// day; urgent documents right after signing.
    pub decision_28: OffsetDateTime,
}

impl SendingLimits {
    /// The earlier one, which counts.
    pub fn earlier(&self) -> OffsetDateTime {
        self.decree_30.min(self.decision_28)
    }
}

impl WorkingDays {
    /// Whether offices work on a day.
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.worked.contains(&day) || (!weekend && !self.holidays.contains(&day))
    }

    /// The first working day after a day. Where the calendar knows none within a month it is the
    /// next day: a calendar that is wrong must not put a limit off for ever.
    pub fn next_after(&self, day: Date) -> Date {
        const MONTH: usize = 31;
        let mut days = std::iter::successors(day.next_day(), |day| day.next_day()).take(MONTH);
        let found = days.find(|day| self.is_working(*day));
        found.or_else(|| day.next_day()).unwrap_or(day)
    }

    /// The limits for a document signed at an instant: `noon` ends a morning, `evening` a working
    /// day; what is urgent has `at_once` after the signature.
    pub fn sending_limits(
        &self,
        signed_at: OffsetDateTime,
        hours: (Time, Time),
        at_once: Option<time::Duration>,
    ) -> SendingLimits {
        let (noon, evening) = hours;
        let next = self.next_after(vietnam_day(signed_at));
        let at = |hour| PrimitiveDateTime::new(next, hour).assume_offset(VIETNAM);
        SendingLimits {
            decree_30: at(evening),
            decision_28: at_once.map_or_else(|| at(noon), |soon| signed_at + soon),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime, time};

    use super::*;

    const HOURS: (Time, Time) = (time!(12:00), time!(17:00));

    #[test]
    fn weekends_and_holidays_are_passed_over_and_worked_days_are_not() {
        let calendar = WorkingDays {
            holidays: [date!(2026 - 04 - 30), date!(2026 - 05 - 01)].into(),
            worked: [date!(2026 - 05 - 02)].into(),
        };
        assert_eq!(
            calendar.next_after(date!(2026 - 04 - 29)),
            date!(2026 - 05 - 02)
        );
        let plain = WorkingDays::default();
        assert_eq!(
            plain.next_after(date!(2026 - 11 - 20)),
            date!(2026 - 11 - 23)
        );
    }

    #[test]
    fn the_morning_of_the_next_working_day_comes_before_its_end() {
        let friday = datetime!(2026-11-20 16:30 +7);
        let limits = WorkingDays::default().sending_limits(friday, HOURS, None);
        assert_eq!(limits.decision_28, datetime!(2026-11-23 12:00 +7));
        assert_eq!(limits.decree_30, datetime!(2026-11-23 17:00 +7));
        assert_eq!(limits.earlier(), limits.decision_28);
        let urgent = Some(time::Duration::HOUR);
        let limits = WorkingDays::default().sending_limits(friday, HOURS, urgent);
        assert_eq!(limits.earlier(), datetime!(2026-11-20 17:30 +7));
    }
}
