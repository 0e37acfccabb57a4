//! Documents that came, as rows and as a pane.

use time::OffsetDateTime;
use trien_domain::{Operation, StatusCode};
use trien_pades::report::Report;
use trien_store::{COUNT_CAP, Cursor, Document, Incoming, IncomingId};

use super::{PAGE, days_to, parse_cursor, shown};
use crate::app::App;
use crate::error::{ErrorView, Result};
use crate::judge;
use crate::review::row;
use crate::view::{
    Act, CheckView, Direction, DocumentKey, DocumentView, FileView, Folder, Id, RowPage, RowView,
    Text,
};

impl App {
    pub(super) fn list_incoming(
        &self,
        states: &[StatusCode],
        cursor: Option<&str>,
    ) -> Result<RowPage> {
        let after = parse_cursor::<(i64, i64)>(cursor)?.map(cursor_of);
        let mut documents = Vec::new();
        for state in states {
            documents.extend(self.store.incoming().list(
                &self.organ.id,
                Some(*state),
                after,
                PAGE,
            )?);
        }
        documents.sort_by_key(|d| std::cmp::Reverse((d.arrived_at, d.id.0)));
        documents.truncate(PAGE as usize);
        let folders = self.store.incoming().folders(&self.organ.id)?;
        let total: u32 = folders
            .iter()
            .filter(|f| states.contains(&f.state))
            .map(|f| f.total)
            .sum();
        self.incoming_page(&documents, total)
    }

    pub(super) fn search_incoming(&self, text: &str, cursor: Option<&str>) -> Result<RowPage> {
        let before = parse_cursor::<(i64, i64)>(cursor)?.map(|(_, id)| IncomingId(id));
        let hits = self
            .store
            .incoming()
            .search(&self.organ.id, text, before, PAGE)?;
        self.incoming_page(&hits.documents, hits.count)
    }

    fn incoming_page(&self, documents: &[Incoming], total: u32) -> Result<RowPage> {
        let full = documents.len() == PAGE as usize;
        let next = documents.last().filter(|_| full).and_then(|last| {
            let nanos = i64::try_from(last.arrived_at.unix_timestamp_nanos() / 1_000_000).ok()?;
            serde_json::to_string(&(nanos, last.id.0)).ok()
        });
        let rows = documents
            .iter()
            .map(|d| self.incoming_row(d))
            .collect::<Result<_>>()?;
        Ok(RowPage {
            rows,
            next,
            total: total.min(COUNT_CAP),
        })
    }

    pub(super) fn incoming_row(&self, document: &Incoming) -> Result<RowView> {
        Ok(RowView {
            key: key_of(document.id)?,
            who: sender(document),
            code: document.code.to_string(),
            subject: document.subject.clone(),
            urgency: document.urgency.code(),
            due: document.due_on.map(|due| due.to_string()),
            due_in: days_to(self, document.due_on),
            at: shown(document.arrived_at),
            unread: document.unread,
            hint: None,
            error: None,
        })
    }

    pub(super) fn incoming_view(&self, id: Id) -> Result<DocumentView> {
        let document = self.store.incoming().get(row(id))?;
        let findings = self.store.incoming().findings(document.id)?;
        let attachments = self.store.incoming().attachments(document.id)?;
        let main = attachments.iter().find(|file| file.main);
        let report: Option<Report> = match serde_json::from_str(&findings.report) {
            Ok(report) => Some(report),
            Err(_) => main.map(|file| self.judge_blob(&file.blob)).transpose()?,
        };
        let checks: Vec<CheckView> = serde_json::from_str(&findings.checks).unwrap_or_default();
        let answered_by = self.store.outgoing().answers_to(document.id)?;
        let answered_by = answered_by
            .into_iter()
            .map(super::outgoing::key_of)
            .collect::<Result<_>>()?;
        let files = attachments.iter().map(|file| FileView {
            sha256: file.blob.to_string(),
            name: file.name.clone(),
            bytes: file.size as f64,
            is_pdf: file.media_type == "application/pdf",
            description: file.description.clone(),
        });
        Ok(DocumentView {
            key: key_of(document.id)?,
            folder: folder(document.state),
            subject: document.subject.clone(),
            code: document.code.to_string(),
            urgency: document.urgency.code(),
            facts: super::facts::incoming(&document),
            files: files.collect(),
            verdict: report.as_ref().map(judge::verdict_view),
            checks,
            timeline: self.timeline(Document::Incoming(document.id))?,
            acts: acts(document.state),
            note: Some(document.reason.clone())
                .filter(|reason| !reason.is_empty() && document.operation != Operation::New),
            answers: None,
            answered_by,
            troubles: self.status_troubles(&document)?,
        })
    }

    /// Packages that could not be taken up, newest first. Their rows wear the identity of the message.
    pub(super) fn list_unreadable(&self) -> Result<RowPage> {
        let stopped = self.store.raw().stopped(&self.organ.id, COUNT_CAP)?;
        let total = self.store.raw().count_stopped(&self.organ.id)?;
        let rows = stopped.iter().map(|raw| {
            let error: Option<ErrorView> = serde_json::from_str(&raw.reason).ok();
            let title = error
                .as_ref()
                .map_or_else(|| Text::new(&raw.reason, &raw.reason), |e| e.title.clone());
            Ok(RowView {
                key: DocumentKey {
                    direction: Direction::Incoming,
                    id: crate::ids::view(raw.id.0)?,
                },
                who: raw.message.axis_id.clone(),
                code: String::new(),
                subject: title.vi.clone(),
                urgency: 0,
                due: None,
                due_in: None,
                at: shown(raw.received_at),
                unread: true,
                error: error.as_ref().map(|e| e.code),
                hint: error.map(|e| e.action),
            })
        });
        Ok(RowPage {
            rows: rows.collect::<Result<_>>()?,
            next: None,
            total,
        })
    }
}

pub(super) fn key_of(id: IncomingId) -> Result<DocumentKey> {
    Ok(DocumentKey {
        direction: Direction::Incoming,
        id: crate::ids::view(id.0)?,
    })
}

fn cursor_of((millis, id): (i64, i64)) -> Cursor {
    let nanos = i128::from(millis) * 1_000_000;
    let arrived_at =
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Cursor {
        arrived_at,
        id: IncomingId(id),
    }
}

pub(super) fn sender(document: &Incoming) -> String {
    if document.from_name.is_empty() {
        document.from_id.to_string()
    } else {
        document.from_name.clone()
    }
}

fn folder(state: StatusCode) -> Folder {
    match state {
        StatusCode::Accepted => Folder::Registered,
        StatusCode::Assigned | StatusCode::InProgress => Folder::InProgress,
        StatusCode::Completed => Folder::Completed,
        StatusCode::Returned => Folder::Returned,
        _ => Folder::ToAccept,
    }
}

fn acts(state: StatusCode) -> Vec<Act> {
    match state {
        StatusCode::Arrived => vec![Act::Accept, Act::Return],
        StatusCode::Accepted => vec![Act::Assign, Act::Start, Act::Answer, Act::Complete],
        StatusCode::Assigned => vec![Act::Start, Act::Answer, Act::Complete, Act::Assign],
        StatusCode::InProgress => vec![Act::Answer, Act::Complete, Act::Assign],
        _ => Vec::new(),
    }
}
