//! The two books, in the ten columns of Decree 30 Annex IV and in their order.

use time::Date;

/// The column heads of *Sổ đăng ký văn bản đi*.
pub const OUTGOING_COLUMNS: [&str; 10] = [
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung",
    "Người ký",
    "Nơi nhận văn bản",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
];

/// The column heads of *Sổ đăng ký văn bản đến*.
pub const INCOMING_COLUMNS: [&str; 10] = [
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung",
    "Đơn vị hoặc người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
];

/// One line of *Sổ đăng ký văn bản đi*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingEntry {
    /// Số, ký hiệu văn bản.
    pub code: String,
    /// Ngày tháng văn bản.
    pub date: Date,
    /// Tên loại và trích yếu nội dung.
    pub subject: String,
    /// Người ký.
    pub signatory: String,
    /// Nơi nhận văn bản.
    pub recipients: String,
    /// Đơn vị, người nhận bản lưu.
    pub archive: String,
    /// Số lượng bản.
    pub copies: String,
    /// Ngày chuyển, once it was sent.
    pub sent_on: Option<Date>,
    /// Ký nhận: for electronic documents, the receivers' statuses.
    pub receipt: String,
    /// Ghi chú: among others why a number was given up.
    pub note: String,
}

/// One line of *Sổ đăng ký văn bản đến*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingEntry {
    /// Ngày đến.
    pub arrived_on: Date,
    /// Số đến.
    pub number: u32,
    /// Tác giả.
    pub author: String,
    /// Số, ký hiệu văn bản.
    pub code: String,
    /// Ngày tháng văn bản.
    pub date: Option<Date>,
    /// Tên loại và trích yếu nội dung.
    pub subject: String,
    /// Đơn vị hoặc người nhận.
    pub assignee: String,
    /// Ngày chuyển.
    pub passed_on: Option<Date>,
    /// Ký nhận.
    pub receipt: String,
    /// Ghi chú.
    pub note: String,
}
