//! Dates and times of the wire: `yyyy/MM/dd` and `yyyy/MM/dd HH:mm:ss`, local time of Vietnam.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use crate::Note;

/// Vietnam's time; the wire writes none, and every sender means this one.
const VIETNAM: UtcOffset = offset!(+7);

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]/[month]/[day]");
const TIME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]/[month]/[day] [hour]:[minute]:[second]");

/// Other orders that circulate: older dialects write the day first, gateways write ISO.
const OTHER_DATES: [&[BorrowedFormatItem<'_>]; 2] = [
    format_description!("[day]/[month]/[year]"),
    format_description!("[year]-[month]-[day]"),
];
const OTHER_TIMES: [&[BorrowedFormatItem<'_>]; 3] = [
    format_description!("[day]/[month]/[year] [hour]:[minute]:[second]"),
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"),
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]"),
];

/// A date as written in an element. What is no date is noted, and nothing is guessed for it.
pub(crate) fn date(element: &'static str, text: &str, notes: &mut Vec<Note>) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    let found = [DATE]
        .into_iter()
        .chain(OTHER_DATES)
        .find_map(|format| Date::parse(text, format).ok());
    // Some senders write a time behind the date.
    let found = found.or_else(|| parse_time(text).map(OffsetDateTime::date));
    if found.is_none() {
        note(element, text, notes);
    }
    found
}

/// An instant as written in an element.
pub(crate) fn instant(
    element: &'static str,
    text: &str,
    notes: &mut Vec<Note>,
) -> Option<OffsetDateTime> {
    let found = parse_time(text);
    if found.is_none() && !text.is_empty() {
        note(element, text, notes);
    }
    found
}

/// A date as the wire writes it.
pub(crate) fn write_date(date: Date) -> String {
    date.format(DATE).unwrap_or_default()
}

/// An instant as the wire writes it.
pub(crate) fn write_instant(at: OffsetDateTime) -> String {
    at.to_offset(VIETNAM).format(TIME).unwrap_or_default()
}

fn parse_time(text: &str) -> Option<OffsetDateTime> {
    [TIME]
        .into_iter()
        .chain(OTHER_TIMES)
        .find_map(|format| PrimitiveDateTime::parse(text, format).ok())
        .map(|at| at.assume_offset(VIETNAM))
}

fn note(element: &'static str, text: &str, notes: &mut Vec<Note>) {
    notes.push(Note::BadDate {
        element,
        text: text.to_owned(),
    });
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn every_order_in_use_is_read_and_one_is_written() {
        let mut notes = Vec::new();
        for written in [
            "2026/11/20",
            "20/11/2026",
            "2026-11-20",
            "2026/11/20 09:15:30",
        ] {
            assert_eq!(
                date("DueDate", written, &mut notes),
                Some(date!(2026 - 11 - 20))
            );
        }
        assert!(notes.is_empty());
        assert_eq!(write_date(date!(2026 - 02 - 05)), "2026/02/05");
        assert_eq!(
            write_instant(datetime!(2026-11-20 02:15:30 UTC)),
            "2026/11/20 09:15:30"
        );
    }

    #[test]
    fn an_impossible_date_is_noted_and_not_guessed() {
        let mut notes = Vec::new();
        assert_eq!(date("DueDate", "2014/02/30", &mut notes), None);
        assert_eq!(notes.len(), 1);
    }
}
