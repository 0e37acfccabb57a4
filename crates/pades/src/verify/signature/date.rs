//! Dates as PDF writes them.

use time::OffsetDateTime;

/// `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2 7.9.4); parts from the month on may be missing.
pub(super) fn pdf_date(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (date, zone) = text.split_at_checked(digits)?;
    let part = |range: std::ops::Range<usize>, default: u8| match date.get(range) {
        None => Some(default),
        Some(part) => part.parse().ok(),
    };
    let year = date.get(0..4)?.parse().ok()?;
    let month = time::Month::try_from(part(4..6, 1)?).ok()?;
    let day = time::Date::from_calendar_date(year, month, part(6..8, 1)?).ok()?;
    let clock = time::Time::from_hms(part(8..10, 0)?, part(10..12, 0)?, part(12..14, 0)?).ok()?;
    let numbers: Vec<i8> = zone
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|n| n.parse().ok())
        .collect();
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let hours = numbers.first().copied().unwrap_or(0) * sign;
    let minutes = numbers.get(1).copied().unwrap_or(0) * sign;
    let offset = time::UtcOffset::from_hms(hours, minutes, 0).ok()?;
    Some(day.with_time(clock).assume_offset(offset))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn dates_of_pdf() {
        assert_eq!(
            pdf_date("D:20261122071500+07'00'"),
            Some(datetime!(2026-11-22 07:15 +7))
        );
        assert_eq!(
            pdf_date("D:20261122071500Z"),
            Some(datetime!(2026-11-22 07:15 UTC))
        );
        assert_eq!(pdf_date("D:2026"), Some(datetime!(2026-01-01 00:00 UTC)));
        assert_eq!(pdf_date("today"), None);
    }
}
