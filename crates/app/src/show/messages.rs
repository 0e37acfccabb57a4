//! Messages that are no document yet: a person has to look at them, so they have rows and a pane of their own.

use std::io::Read as _;

use trien_store::{BlobId, COUNT_CAP, Incoming, Raw, RawId, RawState};

use super::facts::fact;
use super::incoming::sender;
use super::{hour_and_day, shown};
use crate::app::App;
use crate::error::{AppError, ErrorCode, ErrorView, Result};
use crate::view::{
    Act, Direction, DocumentKey, DocumentView, FactView, FileView, Folder, Id, MessageView,
    RowPage, RowView, Text,
};

/// More of a message nobody reads in a dialog; what follows is the base64 of its files.
const MESSAGE_SHOWN_MAX: u64 = 256 << 10;

impl App {
    /// Packages that could not be taken up, newest first.
    pub(super) fn list_unreadable(&self) -> Result<RowPage> {
        let stopped = self.store.raw().stopped(&self.organ.id, COUNT_CAP)?;
        let total = self.store.raw().count_stopped(&self.organ.id)?;
        self.message_rows(&stopped, total)
    }

    /// Documents that bear another one's number, newest first.
    pub(super) fn list_duplicates(&self) -> Result<RowPage> {
        let found = self.store.raw().duplicates(&self.organ.id, COUNT_CAP)?;
        let total = self.store.raw().count_duplicates(&self.organ.id)?;
        self.message_rows(&found, total)
    }

    /// A message of the axis as it came, by the hash that its status cell tells: as text, no more
    /// than a person reads of it. What looks secret is not opened.
    ///
    /// # Errors
    /// `NotFound`; `PackageLooksSecret`.
    pub fn message_text(&self, sha256: &str) -> Result<MessageView> {
        let unknown = || AppError::new(ErrorCode::NotFound, sha256);
        let blob = BlobId::parse(sha256).ok_or_else(unknown)?;
        let raw = self.store.raw().of_blob(&blob)?.ok_or_else(unknown)?;
        if Told::of(&raw).code == Some(ErrorCode::PackageLooksSecret) {
            return Err(ErrorCode::PackageLooksSecret.into());
        }
        let (file, size) = self.store.blobs().open_verified(&blob)?;
        let mut beginning = Vec::new();
        file.take(MESSAGE_SHOWN_MAX)
            .read_to_end(&mut beginning)
            .map_err(|e| AppError::new(ErrorCode::StoreFailed, format!("{blob}: {e}")))?;
        Ok(MessageView {
            text: readable(&String::from_utf8_lossy(&beginning)),
            bytes: size as f64,
            whole: size <= MESSAGE_SHOWN_MAX,
        })
    }

    fn message_rows(&self, messages: &[Raw], total: u32) -> Result<RowPage> {
        let rows = messages.iter().map(|raw| self.message_row(raw));
        Ok(RowPage {
            rows: rows.collect::<Result<_>>()?,
            next: None,
            total,
        })
    }

    fn message_row(&self, raw: &Raw) -> Result<RowView> {
        let told = Told::of(raw);
        let twin = self.twin(raw)?;
        Ok(RowView {
            key: key(raw)?,
            who: twin
                .as_ref()
                .map_or_else(|| raw.message.axis_id.clone(), sender),
            subject: twin.as_ref().map(|d| d.subject.clone()).unwrap_or_default(),
            code: twin.map(|d| d.code.to_string()).unwrap_or_default(),
            urgency: 0,
            due: None,
            due_in: None,
            at: shown(raw.received_at),
            unread: true,
            error: told.code,
            hint: Some(told.title),
        })
    }

    /// What is known of a message, and what may be done about it.
    pub(super) fn message_view(&self, id: Id) -> Result<DocumentView> {
        let raw = self.store.raw().get(RawId(i64::from(id)))?;
        let told = Told::of(&raw);
        let (folder, acts) = match raw.state {
            // What looks secret is not opened here, however often it is looked at.
            RawState::SetAside if told.code == Some(ErrorCode::PackageLooksSecret) => {
                (Folder::Unreadable, vec![Act::Return, Act::Dismiss])
            }
            RawState::Unreadable | RawState::SetAside => (
                Folder::Unreadable,
                vec![Act::ReadAgain, Act::Return, Act::Dismiss],
            ),
            RawState::Duplicate => (Folder::Duplicates, vec![Act::AdmitAnyway, Act::Dismiss]),
            other => return Err(AppError::new(ErrorCode::NotFound, format!("{other:?}"))),
        };
        let twin = self.twin(&raw)?;
        let mut facts = vec![
            fact("Việc gì", "What", told.title),
            fact("Gói tin", "Package", Text::same(&raw.message.axis_id)),
            fact(
                "Đến lúc",
                "Came at",
                Text::same(hour_and_day(raw.received_at)),
            ),
            fact("Vì sao", "Why", told.reason),
            fact("Việc cần làm", "What to do", told.action),
        ];
        facts.extend(twin.as_ref().map(same_number));
        Ok(DocumentView {
            key: key(&raw)?,
            folder,
            subject: match &twin {
                Some(twin) => twin.subject.clone(),
                None => raw.message.axis_id.clone(),
            },
            code: twin.map(|d| d.code.to_string()).unwrap_or_default(),
            urgency: 0,
            facts,
            files: self.package_file(&raw, told.code)?,
            awaited: Vec::new(),
            verdict: None,
            checks: Vec::new(),
            banners: Vec::new(),
            timeline: Vec::new(),
            acts,
            note: None,
            answers: None,
            answered_by: Vec::new(),
            carried_by: Vec::new(),
            troubles: Vec::new(),
        })
    }

    /// The package as it came, for whoever is asked about it; not where it looks secret.
    fn package_file(&self, raw: &Raw, why: Option<ErrorCode>) -> Result<Vec<FileView>> {
        if why == Some(ErrorCode::PackageLooksSecret) {
            return Ok(Vec::new());
        }
        let blob = raw.message.blob;
        let size = std::fs::metadata(self.store.blobs().path(&blob));
        let size = size.map_err(|e| AppError::new(ErrorCode::NotFound, format!("{blob}: {e}")))?;
        Ok(vec![FileView {
            attached: false,
            sha256: blob.to_string(),
            name: "goi-tin.edxml".to_owned(),
            bytes: size.len() as f64,
            is_pdf: false,
            description: Text::new("Gói tin gốc", "The package as it came"),
        }])
    }

    /// The document with which a duplicate shares its number.
    fn twin(&self, raw: &Raw) -> Result<Option<Incoming>> {
        let twin = raw.duplicate_of.map(|id| self.store.incoming().get(id));
        Ok(twin.transpose()?)
    }
}

fn key(raw: &Raw) -> Result<DocumentKey> {
    Ok(DocumentKey {
        direction: Direction::Message,
        id: crate::ids::view(raw.id.0)?,
    })
}

fn same_number(twin: &Incoming) -> FactView {
    let known = format!("{}, {}", twin.code, twin.subject);
    fact("Trùng số với", "Bears the number of", Text::same(known))
}

/// Text from outside as it may stand in a window and in a terminal: no control character moves a
/// cursor, and none of Unicode's marks of direction makes it read otherwise than it is.
fn readable(text: &str) -> String {
    let turns = |letter| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|letter| match letter {
            '\n' | '\t' => letter,
            other if other.is_control() || turns(other) => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}

/// Why a message was stopped, as an error.
pub(crate) fn why_stopped(raw: &Raw) -> AppError {
    let code = Told::of(raw).code.unwrap_or(ErrorCode::PackageInvalid);
    AppError::new(code, raw.message.axis_id.clone())
}

/// Why a message waits for a person, in words.
struct Told {
    code: Option<ErrorCode>,
    title: Text,
    reason: Text,
    action: Text,
}

impl Told {
    fn of(raw: &Raw) -> Self {
        let kept: Option<ErrorView> = serde_json::from_str(&raw.reason).ok();
        if raw.state == RawState::Duplicate {
            return Self {
                code: Some(ErrorCode::DuplicateDocument),
                title: Text::new("Trùng số, ký hiệu", "Bears a number that is here"),
                reason: Text::new(
                    "Cùng số, ký hiệu và cơ quan với một văn bản đã có; gói tin được giữ nguyên.",
                    "It bears number, notation and organ of a document that is here; the package is kept.",
                ),
                action: Text::new(
                    "Vẫn nhận nếu là văn bản khác, hoặc cất đi.",
                    "Admit it if it is another document, or put it away.",
                ),
            };
        }
        match kept {
            Some(error) => Self {
                code: Some(error.code),
                title: error.title,
                reason: error.reason,
                action: error.action,
            },
            None => Self {
                code: None,
                title: Text::same(&raw.reason),
                reason: Text::same(&raw.reason),
                action: Text::same(""),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_message_cannot_move_the_cursor_or_turn_its_reading_around() {
        assert_eq!(readable("<a>\u{1b}[2J\n\tđ</a>"), "<a>\u{fffd}[2J\n\tđ</a>");
        assert_eq!(readable("\u{202e}cod.exe"), "\u{fffd}cod.exe");
    }
}
