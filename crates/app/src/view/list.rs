//! Folders, rows and pages of rows.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Id, Text};
use crate::error::ErrorCode;

/// A folder of either face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Folder {
    /// Chờ tiếp nhận.
    ToAccept,
    /// Đã vào sổ.
    Registered,
    /// Đang xử lý.
    InProgress,
    /// Quá hạn: not completed, and the due date is past, whichever step it is at.
    Overdue,
    /// Đã hoàn thành.
    Completed,
    /// Bị trả lại (by us).
    Returned,
    /// Không đọc được.
    Unreadable,
    /// Trùng số, ký hiệu: bears the number of a document that is here.
    Duplicates,
    /// Dự thảo: drafts at the clerk's desk, also those the leader returned.
    Drafts,
    /// Chờ ký: at the clerk's what is with the leader, at the leader's what waits for a signature.
    ToSign,
    /// Đã ký (leader's face).
    Signed,
    /// Chờ cấp số: signed, back at the clerk's.
    ToNumber,
    /// Chờ gửi: sealed, not yet dispatched.
    ToSend,
    /// Gửi lỗi: failed or unclear sends.
    SendTrouble,
    /// Theo dõi: dispatched.
    Tracking,
}

/// Which of a folder's documents a list shows; folders of documents of ours have all only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// All of them.
    #[default]
    All,
    /// *Khẩn* and above.
    Urgent,
    /// Those with a due date.
    Dated,
}

/// Incoming or outgoing, or not yet either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Văn bản đến.
    Incoming,
    /// Văn bản đi.
    Outgoing,
    /// A message from the axis that is no document yet.
    Message,
}

/// Which document: rows of each direction have identities of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct DocumentKey {
    /// Incoming or outgoing.
    pub direction: Direction,
    /// The row.
    pub id: Id,
}

/// One row of a list.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RowView {
    /// Which document.
    pub key: DocumentKey,
    /// Incoming: the sender. Outgoing: the recipients, or whom it waits for.
    pub who: String,
    /// Number and notation; the notation alone before numbering.
    pub code: String,
    /// Trích yếu.
    pub subject: String,
    /// 0 normal … 4.
    pub urgency: u8,
    /// Due date.
    pub due: Option<String>,
    /// Days left to the due date; negative once late.
    pub due_in: Option<i32>,
    /// Received, handed over, sent: the instant by which the list is ordered.
    pub at: String,
    /// Not opened yet.
    pub unread: bool,
    /// What the row needs, where that is not plain from its folder.
    pub hint: Option<Text>,
    /// What is wrong with it, or was left half done.
    pub error: Option<ErrorCode>,
}

/// A page of rows, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RowPage {
    /// The rows.
    pub rows: Vec<RowView>,
    /// Where the next page starts; `None` at the end. Opaque.
    pub next: Option<String>,
    /// How many there are in all; counting stops at 1000, and in a search one after this page.
    pub total: u32,
}

/// A book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// Sổ đăng ký văn bản đi.
    Outgoing,
    /// Sổ đăng ký văn bản đến.
    Incoming,
}

/// A page of a book in its ten columns.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
pub struct RegisterPage {
    /// Which book.
    pub book: Book,
    /// Which year.
    pub year: i32,
    /// The years that have such a book, newest first; this year among them.
    pub years: Vec<i32>,
    /// The ten heads (Decree 30 Annex IV).
    pub columns: Vec<String>,
    /// Lines, newest number first, each of ten cells.
    pub rows: Vec<Vec<String>>,
    /// Where the next page starts. Opaque.
    pub next: Option<String>,
}
