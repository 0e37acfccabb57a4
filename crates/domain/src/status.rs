//! Processing statuses (trạng thái xử lý): business messages of their own, never the state of a
//! transport nor the operation of a package.

use time::{Date, OffsetDateTime};

use crate::document::{Code, DocumentId, Staff};
use crate::organ::{Organ, OrganId};

/// A status code of the axis (StatusCode), always two digits on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusCode {
    /// 01 đã đến: the receiver's system has it, the clerk has not handled it.
    Arrived,
    /// 02 từ chối tiếp nhận (trả lại), with a reason.
    Returned,
    /// 03 đã tiếp nhận, vào sổ văn bản đến.
    Accepted,
    /// 04 phân công xử lý.
    Assigned,
    /// 05 đang xử lý.
    InProgress,
    /// 06 đã hoàn thành.
    Completed,
    /// 13 yêu cầu lấy lại, from the sender, with a reason.
    RecallAsked,
    /// 15 đồng ý cập nhật, lấy lại.
    Agreed,
    /// 16 từ chối cập nhật, lấy lại, with a reason.
    Refused,
}

/// Every code, in the order of its digits.
pub const ALL: [StatusCode; 9] = [
    StatusCode::Arrived,
    StatusCode::Returned,
    StatusCode::Accepted,
    StatusCode::Assigned,
    StatusCode::InProgress,
    StatusCode::Completed,
    StatusCode::RecallAsked,
    StatusCode::Agreed,
    StatusCode::Refused,
];

impl StatusCode {
    /// The two digits on the wire.
    pub fn digits(self) -> &'static str {
        match self {
            Self::Arrived => "01",
            Self::Returned => "02",
            Self::Accepted => "03",
            Self::Assigned => "04",
            Self::InProgress => "05",
            Self::Completed => "06",
            Self::RecallAsked => "13",
            Self::Agreed => "15",
            Self::Refused => "16",
        }
    }

    /// The code of digits on the wire, `None` for an unknown one. A program in use sends the
    /// non-standard `14` for agreement; it is read as 15 and never written.
    pub fn from_digits(digits: &str) -> Option<Self> {
        match digits.trim() {
            "14" => Some(Self::Agreed),
            digits => ALL.into_iter().find(|code| code.digits() == digits),
        }
    }

    /// The status in words, as it stands in the column *Ký nhận* of the outgoing book.
    pub fn written(self) -> &'static str {
        match self {
            Self::Arrived => "đã đến",
            Self::Returned => "trả lại",
            Self::Accepted => "đã tiếp nhận",
            Self::Assigned => "phân công xử lý",
            Self::InProgress => "đang xử lý",
            Self::Completed => "đã hoàn thành",
            Self::RecallAsked => "yêu cầu lấy lại",
            Self::Agreed => "đồng ý cập nhật, lấy lại",
            Self::Refused => "từ chối cập nhật, lấy lại",
        }
    }

    /// Whether the sender of the status must say why.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Returned | Self::RecallAsked | Self::Refused)
    }

    /// Whether a receiver may send this status after those it sent before.
    ///
    /// Codes are sent once each, and nothing follows a return or a completion except the answer to
    /// a recall or an update.
    pub fn may_follow(self, sent: &[StatusCode]) -> bool {
        let answers = matches!(self, Self::Agreed | Self::Refused);
        if sent.contains(&self) && !answers {
            return false;
        }
        match self {
            Self::Arrived => true,
            Self::RecallAsked => false,
            Self::Agreed | Self::Refused => true,
            Self::Returned => !sent
                .iter()
                .any(|s| *s >= Self::Accepted && *s <= Self::Completed),
            Self::Accepted => !sent.contains(&Self::Returned) && !sent.contains(&Self::Completed),
            Self::Assigned | Self::InProgress | Self::Completed => {
                sent.contains(&Self::Accepted)
                    && !sent.contains(&Self::Returned)
                    && !sent.contains(&Self::Completed)
            }
        }
    }
}

/// How far a receiver has come, from all statuses it sent: they may arrive out of order (05 before
/// 03), so it is the highest of 01…06, and a return stands beside them.
pub fn progress(received: &[StatusCode]) -> Option<StatusCode> {
    if received.contains(&StatusCode::Returned) {
        return Some(StatusCode::Returned);
    }
    received
        .iter()
        .copied()
        .filter(|code| *code <= StatusCode::Completed)
        .max()
}

/// A status message (edXML with StatusCode): one organ tells another about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusMessage {
    /// Who reports.
    pub from: Organ,
    /// Whom the axis routes it to: the organ that sent the document (ResponseFor/OrganId).
    pub to: OrganId,
    /// The document's number and notation (ResponseFor/Code).
    pub code: Code,
    /// The document's identifier (ResponseFor/DocumentId).
    pub document: DocumentId,
    /// The document's date (ResponseFor/PromulgationDate).
    pub date: Option<Date>,
    /// Who handled it.
    pub staff: Staff,
    /// The two digits as they came, kept for codes that nobody knows.
    pub digits: String,
    /// Free text shown to the other side.
    pub description: String,
    /// When; the wire has local time without a zone, read as +07:00.
    pub at: Option<OffsetDateTime>,
}

impl StatusMessage {
    /// The code, `None` where the digits are unknown: such a message is shown, and moves nothing.
    pub fn status(&self) -> Option<StatusCode> {
        StatusCode::from_digits(&self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_there_and_back() {
        for code in ALL {
            assert_eq!(StatusCode::from_digits(code.digits()), Some(code));
        }
        assert_eq!(StatusCode::from_digits("14"), Some(StatusCode::Agreed));
        assert_eq!(StatusCode::from_digits("99"), None);
    }

    #[test]
    fn statuses_out_of_order_give_the_furthest() {
        use StatusCode::*;
        assert_eq!(progress(&[InProgress, Arrived, Accepted]), Some(InProgress));
        assert_eq!(progress(&[Arrived, Returned]), Some(Returned));
        assert_eq!(progress(&[]), None);
        assert_eq!(
            progress(&[Agreed]),
            None,
            "an answer to a recall is no progress"
        );
    }

    #[test]
    fn a_receiver_cannot_complete_what_it_never_accepted() {
        use StatusCode::*;
        assert!(!Completed.may_follow(&[Arrived]));
        assert!(Completed.may_follow(&[Arrived, Accepted]));
        assert!(
            !Accepted.may_follow(&[Arrived, Accepted]),
            "each is sent once"
        );
        assert!(
            !Returned.may_follow(&[Arrived, Accepted]),
            "registered documents are not returned"
        );
        assert!(!Assigned.may_follow(&[Arrived, Returned]));
    }
}
