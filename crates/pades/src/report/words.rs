//! The one line shown to people.

use std::collections::BTreeSet;

use super::{ChangeKind, Report, Role, Verdict};

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
