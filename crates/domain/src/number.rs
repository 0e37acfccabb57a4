//! Numbers: a series gives each document the next one, and no number is lost without a reason.

use time::Date;

use crate::organ::OrganId;

/// A series of numbers: consecutive from 1 on 1 January (Decree 30 art. 15).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    /// The organ whose series it is; one profile can serve several.
    pub organ: OrganId,
    /// The year of the documents' date.
    pub year: i32,
    /// Which series of that organ and year: `di` for the common outgoing one, `den` for arrivals;
    /// an office may keep more (art. 15: single, per kind or per group, as its head decides).
    pub key: String,
}

/// The common series of outgoing documents.
pub const OUTGOING: &str = "di";
/// The series of copies, one for all their forms (Decree 30 Annex I, part II).
pub const COPIES: &str = "ban-sao";
/// The series of arrival numbers (số đến).
pub const INCOMING: &str = "den";

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberState {
    /// Bound to the SHA-256 of a leader-signed file, not yet on paper.
    Reserved,
    /// On the document.
    Used,
    /// Given up, with a reason that stays in the register. It is never given again.
    Void,
}

impl NumberState {
    /// Whether a number may go from this state to the next one.
    pub fn may_become(self, next: NumberState) -> bool {
        matches!((self, next), (Self::Reserved, Self::Used | Self::Void))
    }
}

/// A number as printed: below ten it has a leading zero (Decree 30 Annex I, II.3).
pub fn printed(number: u32) -> String {
    format!("{number:02}")
}

/// The day as printed: below ten with a leading zero (Annex I, II.4).
pub fn printed_day(date: Date) -> String {
    format!("{:02}", date.day())
}

/// The month as printed: a leading zero for January and February only (Annex I, II.4).
pub fn printed_month(date: Date) -> String {
    match u8::from(date.month()) {
        month @ 1..=2 => format!("{month:02}"),
        month => month.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_and_dates_are_printed_as_annex_one_asks() {
        assert_eq!(printed(5), "05");
        assert_eq!(printed(412), "412");
        assert_eq!(printed_day(date!(2026 - 11 - 05)), "05");
        assert_eq!(printed_month(date!(2026 - 02 - 05)), "02");
        assert_eq!(printed_month(date!(2026 - 03 - 05)), "3");
        assert_eq!(printed_month(date!(2026 - 11 - 05)), "11");
    }

    #[test]
    fn a_used_number_stays_used_and_a_void_one_void() {
        assert!(NumberState::Reserved.may_become(NumberState::Used));
        assert!(NumberState::Reserved.may_become(NumberState::Void));
        for settled in [NumberState::Used, NumberState::Void] {
            for next in [NumberState::Reserved, NumberState::Used, NumberState::Void] {
                assert!(!settled.may_become(next));
            }
        }
    }
}
