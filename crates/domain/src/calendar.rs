//! Legal dates are civil dates in Vietnam; instants are UTC.

use time::{Date, OffsetDateTime, UtcOffset};

/// Vietnam's offset: UTC+07:00 all year, no summer time since 1975.
pub const VIETNAM: UtcOffset = match UtcOffset::from_hms(7, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// The civil day in Vietnam at the given instant.
pub fn vietnam_day(instant: OffsetDateTime) -> Date {
    instant.to_offset(VIETNAM).date()
}

/// The day a document may bear: the day of numbering, never before the leader's signature
/// (Decree 30/2020 art. 15: number and date are given after the competent person has signed).
///
/// `signed_at` is the time the leader's signature claims. A clock that runs behind the leader's
/// must not give a document a date on which nobody had signed it.
pub fn issue_day(now: OffsetDateTime, signed_at: OffsetDateTime) -> Date {
    vietnam_day(now).max(vietnam_day(signed_at))
}

/// `dd/MM/yyyy`, as people in the office write a date.
pub fn written(date: Date) -> String {
    format!(
        "{:02}/{:02}/{:04}",
        date.day(),
        u8::from(date.month()),
        date.year()
    )
}

/// ISO 8601 with seconds and `+07:00`, as Decree 30 Annex I asks for the time of signing.
pub fn signing_time(instant: OffsetDateTime) -> String {
    let local = instant.to_offset(VIETNAM);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+07:00",
        local.year(),
        u8::from(local.month()),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_vietnam_not_in_greenwich() {
        assert_eq!(
            vietnam_day(datetime!(2026-11-21 16:59:59 UTC)),
            date!(2026 - 11 - 21)
        );
        assert_eq!(
            vietnam_day(datetime!(2026-11-21 17:00:00 UTC)),
            date!(2026 - 11 - 22)
        );
    }

    #[test]
    fn a_document_is_never_dated_before_its_signature() {
        let signed = datetime!(2026-11-22 01:00:00 UTC);
        let slow_clock = datetime!(2026-11-20 01:00:00 UTC);
        assert_eq!(issue_day(slow_clock, signed), date!(2026 - 11 - 22));
    }

    #[test]
    fn times_are_written_as_the_decree_asks() {
        assert_eq!(
            signing_time(datetime!(2026-11-20 02:15:30 UTC)),
            "2026-11-20T09:15:30+07:00"
        );
        assert_eq!(written(date!(2026 - 02 - 05)), "05/02/2026");
    }
}
