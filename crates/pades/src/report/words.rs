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
        line(self.verdict.vi(), &uncapitalised(&self.cause_vi()))
    }

    /// The verdict with its cause in one line, in English.
    pub fn headline_en(&self) -> String {
        line(self.verdict.en(), &uncapitalised(&self.cause_en()))
    }

    /// What was changed with permission, or why the verdict is no better, in Vietnamese; empty where
    /// the verdict says it all.
    pub fn cause_vi(&self) -> String {
        match self.verdict {
            Verdict::ValidWithPermittedChanges => changes_vi(self),
            Verdict::Valid | Verdict::Unsigned => String::new(),
            _ => first(self, |reason| &reason.vi),
        }
    }

    /// The same in English.
    pub fn cause_en(&self) -> String {
        match self.verdict {
            Verdict::ValidWithPermittedChanges => changes_en(self),
            Verdict::Valid | Verdict::Unsigned => String::new(),
            _ => first(self, |reason| &reason.en),
        }
    }
}

fn first(report: &Report, words: impl Fn(&super::Reason) -> &String) -> String {
    report
        .reasons
        .first()
        .map(|reason| words(reason).clone())
        .unwrap_or_default()
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
