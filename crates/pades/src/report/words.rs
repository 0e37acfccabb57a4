//! The one line and the time line shown to people.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{ChangeKind, Indication, Report, Role, Signature, SignatureKind, Verdict};

impl Verdict {
    /// The verdict in Vietnamese.
    pub fn vi(self) -> &'static str {
        match self {
            Self::Valid => "HỢP LỆ",
            Self::ValidWithPermittedChanges => "HỢP LỆ, CÓ THAY ĐỔI ĐƯỢC PHÉP",
            Self::Invalid => "KHÔNG HỢP LỆ",
            Self::Indeterminate => "CHƯA KẾT LUẬN ĐƯỢC",
            Self::Unsigned => "CHƯA KÝ SỐ",
            Self::Unreadable => "KHÔNG ĐỌC ĐƯỢC",
        }
    }

    /// The verdict in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::ValidWithPermittedChanges => "VALID, WITH PERMITTED CHANGES",
            Self::Invalid => "NOT VALID",
            Self::Indeterminate => "CANNOT BE DECIDED",
            Self::Unsigned => "NOT SIGNED",
            Self::Unreadable => "CANNOT BE READ",
        }
    }
}

impl Report {
    /// The verdict with its cause in one line, in Vietnamese.
    pub fn headline_vi(&self) -> String {
        let cause = match self.verdict {
            Verdict::ValidWithPermittedChanges => changes_vi(self),
            Verdict::Valid | Verdict::Unsigned => String::new(),
            _ => self
                .reasons
                .first()
                .map(|r| uncapitalised(&r.vi))
                .unwrap_or_default(),
        };
        line(self.verdict.vi(), &cause)
    }

    /// The verdict with its cause in one line, in English.
    pub fn headline_en(&self) -> String {
        let cause = match self.verdict {
            Verdict::ValidWithPermittedChanges => changes_en(self),
            Verdict::Valid | Verdict::Unsigned => String::new(),
            _ => self
                .reasons
                .first()
                .map(|r| uncapitalised(&r.en))
                .unwrap_or_default(),
        };
        line(self.verdict.en(), &cause)
    }

    /// Who signed what and what happened afterwards, one sentence each, in Vietnamese.
    pub fn timeline_vi(&self) -> Vec<String> {
        let mut sentences: Vec<String> = Vec::new();
        for signature in &self.signatures {
            let number = sentences.len() + 1;
            sentences.push(format!("{number}. {}", event_vi(self, signature)));
        }
        if let Some(last) = self.signatures.last() {
            let end = match last.changes_after {
                ChangeKind::None => "Không có gì thay đổi sau đó.",
                ChangeKind::Lta => "Sau đó chỉ thêm dữ liệu kiểm tra dài hạn.",
                ChangeKind::Sign => "Sau đó có thêm ô chữ ký.",
                ChangeKind::FormFill => "Sau đó có ô được điền mà chưa có chữ ký xác nhận.",
                ChangeKind::Annotate => "Sau đó có nhận xét được thêm.",
                ChangeKind::NotPermitted => "Sau đó tài liệu bị thay đổi trái phép.",
            };
            sentences.push(format!("{}. {end}", sentences.len() + 1));
        }
        sentences
    }
}

/// "Nguyễn Văn B ký 08:40 ngày 05/11/2026 – …".
fn event_vi(report: &Report, signature: &Signature) -> String {
    let who = signature
        .signer
        .as_ref()
        .and_then(|s| s.common_name.clone())
        .unwrap_or_else(|| "Người ký không rõ".to_owned());
    let act = match (signature.kind, signature.role) {
        (SignatureKind::Timestamp, _) => "đóng dấu thời gian",
        (_, Role::Organisation) => "đóng dấu",
        _ => "ký",
    };
    let filled: BTreeSet<&str> = report
        .signatures
        .iter()
        .flat_map(|s| &s.changes)
        .filter(|c| c.kind == ChangeKind::FormFill && Some(c.revision) == signature.revision)
        .filter_map(|c| c.field.as_deref())
        .collect();
    let before = if filled.is_empty() {
        String::new()
    } else {
        let names: Vec<&str> = filled.into_iter().collect();
        format!("điền {} và ", names.join(", "))
    };
    let when = signature
        .signed_at
        .trusted
        .as_deref()
        .or(signature.signed_at.claimed.as_deref())
        .and_then(clock_vi)
        .unwrap_or_else(|| "không rõ lúc nào".to_owned());
    let state = match signature.indication {
        Indication::TotalPassed => match signature.changes_after {
            ChangeKind::None => "nội dung còn nguyên vẹn",
            ChangeKind::NotPermitted => "sau đó bị thay đổi trái phép",
            _ => "sau đó chỉ có thay đổi được phép",
        },
        Indication::Indeterminate => "chưa kết luận được",
        Indication::TotalFailed => "chữ ký không hợp lệ",
    };
    format!("{who} {before}{act} {when} – {state}.")
}

/// An RFC 3339 instant as Vietnamese civil time.
fn clock_vi(instant: &str) -> Option<String> {
    let instant = OffsetDateTime::parse(instant, &Rfc3339).ok()?;
    let local = instant.to_offset(time::UtcOffset::from_hms(7, 0, 0).ok()?);
    Some(format!(
        "{:02}:{:02} ngày {:02}/{:02}/{}",
        local.hour(),
        local.minute(),
        local.day(),
        u8::from(local.month()),
        local.year()
    ))
}

fn changes_vi(report: &Report) -> String {
    let kinds = kinds(report);
    let mut parts = Vec::new();
    if kinds.contains(&ChangeKind::FormFill) {
        parts.push("đã điền vào ô dành sẵn");
    }
    if kinds.contains(&ChangeKind::Sign) {
        let sealed = report
            .signatures
            .iter()
            .skip(1)
            .any(|s| s.role == Role::Organisation);
        parts.push(if sealed {
            "đã đóng dấu"
        } else {
            "đã ký thêm"
        });
    }
    if kinds.contains(&ChangeKind::Annotate) {
        parts.push("đã thêm nhận xét");
    }
    parts.join(", ")
}

fn changes_en(report: &Report) -> String {
    let kinds = kinds(report);
    let mut parts = Vec::new();
    if kinds.contains(&ChangeKind::FormFill) {
        parts.push("prepared fields were filled");
    }
    if kinds.contains(&ChangeKind::Sign) {
        parts.push("signatures were added");
    }
    if kinds.contains(&ChangeKind::Annotate) {
        parts.push("comments were added");
    }
    parts.join(", ")
}

fn kinds(report: &Report) -> BTreeSet<ChangeKind> {
    report
        .signatures
        .iter()
        .flat_map(|s| &s.changes)
        .map(|c| c.kind)
        .collect()
}

fn line(verdict: &str, cause: &str) -> String {
    if cause.is_empty() {
        verdict.to_owned()
    } else {
        format!("{verdict}: {}", cause.trim_end_matches('.'))
    }
}

fn uncapitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_vietnamese_time() {
        assert_eq!(
            clock_vi("2026-11-05T01:40:00Z").as_deref(),
            Some("08:40 ngày 05/11/2026")
        );
        assert_eq!(clock_vi("yesterday"), None);
    }
}
