//! The time line shown to people: who signed what, and what happened afterwards.

use std::collections::BTreeSet;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{ChangeKind, Indication, Report, Role, Signature, SignatureKind};

impl Report {
    /// Who signed what and what happened afterwards, one sentence each, in Vietnamese.
    pub fn timeline_vi(&self) -> Vec<String> {
        self.timeline(event_vi, |last| match last {
            ChangeKind::None => "Không có gì thay đổi sau đó.",
            ChangeKind::Lta => "Sau đó chỉ thêm dữ liệu kiểm tra dài hạn.",
            ChangeKind::Sign => "Sau đó có thêm ô chữ ký.",
            ChangeKind::FormFill => "Sau đó có ô được điền mà chưa có chữ ký xác nhận.",
            ChangeKind::Annotate => "Sau đó có nhận xét được thêm.",
            ChangeKind::NotPermitted => "Sau đó tài liệu bị thay đổi trái phép.",
        })
    }

    /// Who signed what and what happened afterwards, one sentence each, in English; as many as in Vietnamese.
    pub fn timeline_en(&self) -> Vec<String> {
        self.timeline(event_en, |last| match last {
            ChangeKind::None => "Nothing has changed since.",
            ChangeKind::Lta => "Since then only data for long-term validation were added.",
            ChangeKind::Sign => "Since then a signature field was added.",
            ChangeKind::FormFill => "Since then a field was filled that no signature confirms.",
            ChangeKind::Annotate => "Since then comments were added.",
            ChangeKind::NotPermitted => "Since then the document was changed without permission.",
        })
    }

    fn timeline(
        &self,
        event: impl Fn(&Event) -> String,
        end: impl Fn(ChangeKind) -> &'static str,
    ) -> Vec<String> {
        let events = self.signatures.iter();
        let mut sentences: Vec<String> = events
            .map(|signature| event(&Event::of(self, signature)))
            .collect();
        sentences.extend(
            self.signatures
                .last()
                .map(|last| end(last.changes_after).to_owned()),
        );
        let numbered = sentences.iter().zip(1..);
        numbered
            .map(|(sentence, number)| format!("{number}. {sentence}"))
            .collect()
    }
}

/// One signature as a sentence needs it.
struct Event<'a> {
    signature: &'a Signature,
    who: Option<&'a str>,
    filled: Vec<&'a str>,
    /// Vietnamese civil time.
    when: Option<OffsetDateTime>,
}

impl<'a> Event<'a> {
    fn of(report: &'a Report, signature: &'a Signature) -> Self {
        let signer = signature.signer.as_ref();
        let changes = report.signatures.iter().flat_map(|s| &s.changes);
        let filled: BTreeSet<(usize, &str)> = changes
            .filter(|c| c.kind == ChangeKind::FormFill && Some(c.revision) == signature.revision)
            .filter_map(|c| c.field.as_deref())
            .map(|field| (rank(field), field))
            .collect();
        let times = &signature.signed_at;
        let when = times.trusted.as_deref().or(times.claimed.as_deref());
        Self {
            signature,
            who: signer.and_then(|signer| signer.common_name.as_deref()),
            filled: filled.into_iter().map(|(_, field)| field).collect(),
            when: when.and_then(vietnam),
        }
    }
}

/// The prepared text fields in the order in which a document bears them: name, Vietnamese, English.
const FIELDS: [(&str, &str, &str); 4] = [
    ("vb_so", "số", "the number"),
    ("vb_ngay", "ngày", "the day"),
    ("vb_thang", "tháng", "the month"),
    ("vb_nam", "năm", "the year"),
];

fn rank(field: &str) -> usize {
    let known = FIELDS.iter().position(|(name, _, _)| *name == field);
    known.unwrap_or(FIELDS.len())
}

/// Fields as people call them; one that is none of ours keeps its own name.
fn named(
    fields: &[&str],
    word: impl Fn(&(&'static str, &'static str, &'static str)) -> &'static str,
) -> String {
    let word = |field: &&str| {
        FIELDS
            .get(rank(field))
            .map_or((*field).to_owned(), |known| word(known).to_owned())
    };
    fields.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// "Nguyễn Văn B ký 08:40 ngày 05/11/2026 – …".
fn event_vi(event: &Event) -> String {
    let who = event.who.unwrap_or("Người ký không rõ");
    let act = match (event.signature.kind, event.signature.role) {
        (SignatureKind::Timestamp, _) => "đóng dấu thời gian",
        (_, Role::Organisation) => "đóng dấu",
        _ => "ký",
    };
    let before = match event.filled.as_slice() {
        [] => String::new(),
        filled => format!("điền {} và ", named(filled, |field| field.1)),
    };
    let when = event.when.map_or("không rõ lúc nào".to_owned(), |at| {
        format!("{} ngày {}", clock(at), date(at))
    });
    let state = match event.signature.indication {
        Indication::TotalPassed => match event.signature.changes_after {
            ChangeKind::None => "nội dung còn nguyên vẹn",
            ChangeKind::NotPermitted => "sau đó bị thay đổi trái phép",
            _ => "sau đó chỉ có thay đổi được phép",
        },
        Indication::Indeterminate => "chưa kết luận được",
        Indication::TotalFailed => "chữ ký không hợp lệ",
    };
    format!("{who} {before}{act} {when} – {state}.")
}

/// "Nguyễn Văn B signed at 08:40 on 05/11/2026 – …".
fn event_en(event: &Event) -> String {
    let who = event.who.unwrap_or("An unknown signer");
    let act = match (event.signature.kind, event.signature.role) {
        (SignatureKind::Timestamp, _) => "timestamped",
        (_, Role::Organisation) => "sealed",
        _ => "signed",
    };
    let before = match event.filled.as_slice() {
        [] => String::new(),
        filled => format!("filled {} and ", named(filled, |field| field.2)),
    };
    let when = event.when.map_or("at an unknown time".to_owned(), |at| {
        format!("at {} on {}", clock(at), date(at))
    });
    let state = match event.signature.indication {
        Indication::TotalPassed => match event.signature.changes_after {
            ChangeKind::None => "the content is intact",
            ChangeKind::NotPermitted => "changed afterwards without permission",
            _ => "only permitted changes afterwards",
        },
        Indication::Indeterminate => "cannot be decided",
        Indication::TotalFailed => "the signature is not valid",
    };
    format!("{who} {before}{act} {when} – {state}.")
}

/// An RFC 3339 instant as Vietnamese civil time, in both languages: the document was signed in Vietnam.
fn vietnam(instant: &str) -> Option<OffsetDateTime> {
    let instant = OffsetDateTime::parse(instant, &Rfc3339).ok()?;
    Some(instant.to_offset(time::UtcOffset::from_hms(7, 0, 0).ok()?))
}

fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

fn date(at: OffsetDateTime) -> String {
    format!("{:02}/{:02}/{}", at.day(), u8::from(at.month()), at.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_vietnamese_time() {
        let at = vietnam("2026-11-05T01:40:00Z").unwrap();
        assert_eq!((clock(at), date(at)), ("08:40".into(), "05/11/2026".into()));
        assert_eq!(vietnam("yesterday"), None);
    }
}
