//! Timelines in words.

use trien_store::{Document, Event};

use super::shown;
use crate::app::App;
use crate::error::Result;
use crate::view::{Text, TimelineEntry};

impl App {
    pub(super) fn timeline(&self, document: Document) -> Result<Vec<TimelineEntry>> {
        let events = self.store.timeline().of(document)?;
        Ok(events.iter().map(entry).collect())
    }
}

fn entry(event: &Event) -> TimelineEntry {
    let code = event
        .what
        .strip_prefix("status_")
        .unwrap_or_else(|| status_of(&event.what));
    let (vi, en) = words(&event.what);
    let detail = if event.detail.is_empty() {
        String::new()
    } else {
        format!(": {}", event.detail)
    };
    TimelineEntry {
        text: Text::new(format!("{vi}{detail}"), format!("{en}{detail}")),
        who: event.who.clone(),
        at: Some(shown(event.at)),
        code: code.to_owned(),
    }
}

/// The code that the axis is told with a step of ours.
fn status_of(what: &str) -> &'static str {
    match what {
        "arrived" => "01",
        "returned" => "02",
        "registered" => "03",
        _ => "",
    }
}

/// What a step or status is called; an unknown word is shown as it is.
pub(super) fn words(what: &str) -> (&str, &str) {
    match what {
        "arrived" | "status_01" => ("Đã đến", "Arrived"),
        "duplicate" => ("Đến lần nữa", "Came again"),
        "registered" | "status_03" => ("Đã tiếp nhận, vào sổ", "Registered"),
        "returned" | "status_02" => ("Trả lại", "Returned"),
        "status_04" => ("Phân công xử lý", "Assigned"),
        "status_05" => ("Đang xử lý", "In progress"),
        "status_06" => ("Hoàn thành", "Completed"),
        "status_13" => ("Yêu cầu lấy lại", "Asked back"),
        "status_15" => ("Đồng ý", "Agreed"),
        "status_16" => ("Từ chối", "Refused"),
        "recall_asked" => ("Nơi gửi yêu cầu thu hồi", "The sender asks it back"),
        "update_asked" => ("Nơi gửi yêu cầu cập nhật", "The sender asks to update it"),
        "replace_asked" => ("Nơi gửi yêu cầu thay thế", "The sender asks to replace it"),
        "recall_agreed" => ("Đồng ý thu hồi", "Recall agreed"),
        "update_agreed" => ("Đồng ý cập nhật", "Update agreed"),
        "replace_agreed" => ("Đồng ý thay thế", "Replacement agreed"),
        "recall_refused" => ("Từ chối thu hồi", "Recall refused"),
        "update_refused" => ("Từ chối cập nhật", "Update refused"),
        "replace_refused" => ("Từ chối thay thế", "Replacement refused"),
        "created" => ("Soạn văn bản", "Drafted"),
        "prepared" => ("Đã chuẩn bị ô số, ngày, chữ ký", "Prepared for signing"),
        "written_anew" => (
            "Đã ghi lại tệp trước khi chuẩn bị: bảng tham chiếu rời từng mảnh hoặc có hai bảng (như Word xuất ra)",
            "Written anew before preparing: its cross-reference table was in pieces, or there were two (as Word writes)",
        ),
        "note" => ("Ghi cho lãnh đạo", "Note to the leader"),
        "draft" => ("Đưa về dự thảo", "Back to draft"),
        "handed_over" => ("Trình ký", "Handed over"),
        "signed" => ("Lãnh đạo đã ký", "Signed by the leader"),
        "level_missed" => (
            "Gửi không kèm dữ liệu kiểm chứng lâu dài",
            "Sent without long-term validation data",
        ),
        "nudged" => ("Chỉnh vị trí", "Places corrected"),
        "attached" => ("Tệp kèm theo", "Attachments"),
        "timestamp_pending" => ("Chờ dấu thời gian", "Waiting for a timestamp"),
        "asked_beside" => ("Trình thêm", "Asked beside the others"),
        "signer_skipped" => ("Bỏ qua người ký", "Goes on without a signer"),
        "numbered" => ("Giữ số", "Number reserved"),
        "number_void" | "void" => ("Hủy số", "Number given up"),
        "sealed" => ("Cấp số và đóng dấu", "Numbered and sealed"),
        "withdrawn" => ("Rút lại, chưa gửi", "Withdrawn before it left"),
        "sent" => ("Đã gửi lên Trục", "Sent to the axis"),
        other => (other, other),
    }
}
