//! Documents that came, as rows and as a pane.

use time::OffsetDateTime;
use trien_domain::{Operation, StatusCode};
use trien_pades::report::Report;
use trien_store::{
    BlobId, COUNT_CAP, ChangeRequest, Cursor, Document, Incoming, IncomingId, Only, OutgoingId,
    Verdict,
};

use super::banners::{hint, is_recalled, own_hint};
use super::{PAGE, days_to, parse_cursor, shown};
use crate::app::App;
use crate::attachments::file_view;
use crate::error::{AppError, ErrorCode, Result};
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
        only: Only,
        cursor: Option<&str>,
    ) -> Result<RowPage> {
        let after = parse_cursor::<(i64, i64)>(cursor)?.map(cursor_of);
        let mut documents = Vec::new();
        for state in states {
            documents.extend(self.store.incoming().list(
                &self.organ.id,
                Some(*state),
                only,
                after,
                PAGE,
            )?);
        }
        documents.sort_by_key(|d| std::cmp::Reverse((d.arrived_at, d.id.0)));
        documents.truncate(PAGE as usize);
        let total = self.count_incoming(states, only)?;
        self.incoming_page(&documents, total)
    }

    /// How many documents such a list has; beyond [`COUNT_CAP`] only that it is more.
    pub(super) fn count_incoming(&self, states: &[StatusCode], only: Only) -> Result<u32> {
        let (inbox, organ) = (self.store.incoming(), &self.organ.id);
        if only == Only::All {
            let folders = inbox.folders(organ)?;
            let here = folders.iter().filter(|f| states.contains(&f.state));
            return Ok(here.map(|f| f.total).sum());
        }
        let each = states.iter().map(|state| inbox.count(organ, *state, only));
        Ok(each.sum::<trien_store::Result<u32>>()?)
    }

    fn incoming_page(&self, documents: &[Incoming], total: u32) -> Result<RowPage> {
        let full = documents.len() == PAGE as usize;
        let next = documents.last().filter(|_| full).and_then(|last| {
            let nanos = i64::try_from(last.arrived_at.unix_timestamp_nanos() / 1_000_000).ok()?;
            serde_json::to_string(&(nanos, last.id.0)).ok()
        });
        Ok(RowPage {
            rows: self.incoming_rows(documents)?,
            next,
            total: total.min(COUNT_CAP),
        })
    }

    pub(super) fn incoming_rows(&self, documents: &[Incoming]) -> Result<Vec<RowView>> {
        let ids: Vec<IncomingId> = documents.iter().map(|d| d.id).collect();
        let changes = self.store.changes().about_each(&ids)?;
        let none = Vec::new();
        documents
            .iter()
            .map(|d| self.incoming_row(d, changes.get(&d.id).unwrap_or(&none)))
            .collect()
    }

    pub(super) fn incoming_row(
        &self,
        document: &Incoming,
        changes: &[ChangeRequest],
    ) -> Result<RowView> {
        let own = match document.operation {
            Operation::New => None,
            _ => self.store.changes().of_package(document.id)?,
        };
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
            hint: own.as_ref().and_then(own_hint).or_else(|| hint(changes)),
            error: None,
        })
    }

    pub(super) fn incoming_view(&self, id: Id) -> Result<DocumentView> {
        let document = self.store.incoming().get(row(id))?;
        let findings = self.store.incoming().findings(document.id)?;
        let changes = self.store.changes().about(document.id)?;
        let recalled = is_recalled(&changes);
        let current = self.current(&document, &changes)?;
        let files = if recalled {
            Vec::new()
        } else {
            self.incoming_files(document.id, current.id)?
        };
        let main = files.first();
        let report: Option<Report> = match serde_json::from_str(&findings.report) {
            Ok(report) if current.id == document.id => Some(report),
            _ => main
                .filter(|file| file.is_pdf)
                .and_then(|file| BlobId::parse(&file.sha256))
                .map(|blob| self.judge_blob(&blob))
                .transpose()?,
        };
        let checks: Vec<CheckView> = serde_json::from_str(&findings.checks).unwrap_or_default();
        let of_ours = |ids: Vec<OutgoingId>| -> Result<Vec<_>> {
            ids.into_iter().map(super::outgoing::key_of).collect()
        };
        let answered_by = of_ours(self.store.outgoing().answers_to(document.id)?)?;
        let carried_by = of_ours(self.store.outgoing().forwards_of(document.id)?)?;
        Ok(DocumentView {
            key: key_of(document.id)?,
            folder: folder(document.state),
            subject: current.subject.clone(),
            code: document.code.to_string(),
            urgency: current.urgency.code(),
            facts: super::facts::incoming(&document, &current),
            files,
            verdict: report
                .as_ref()
                .filter(|_| !recalled)
                .map(judge::verdict_view),
            checks,
            banners: self.banners(&document, &changes)?,
            awaited: Vec::new(),
            timeline: self.timeline(Document::Incoming(document.id))?,
            acts: self.incoming_acts(&document, &changes)?,
            note: Some(document.reason.clone())
                .filter(|reason| !reason.is_empty() && document.operation != Operation::New),
            answers: None,
            answered_by,
            carried_by,
            troubles: self.status_troubles(&document)?,
        })
    }

    /// What the document says now: the last update that the clerk agreed to, else itself.
    fn current(&self, document: &Incoming, changes: &[ChangeRequest]) -> Result<Incoming> {
        let updated = changes.iter().rfind(|request| {
            request.operation == Operation::Update && request.decision == Some(Verdict::Agreed)
        });
        match updated.and_then(|request| request.package) {
            Some(package) => Ok(self.store.incoming().get(package)?),
            None => Ok(document.clone()),
        }
    }

    /// The files of the current version beside the document itself.
    ///
    /// # Errors
    /// `NotNow` for what was recalled: its content is not given out any more.
    pub(crate) fn incoming_attachments(&self, id: Id) -> Result<Vec<FileView>> {
        let document = self.store.incoming().get(row(id))?;
        let changes = self.store.changes().about(document.id)?;
        if is_recalled(&changes) {
            return Err(AppError::new(ErrorCode::NotNow, "recalled"));
        }
        let current = self.current(&document, &changes)?;
        let files = self.store.incoming().attachments(current.id)?;
        Ok(files
            .into_iter()
            .filter(|file| !file.main)
            .map(file_view)
            .collect())
    }

    /// The files of the current version first; those before it are kept and shown as such.
    fn incoming_files(&self, document: IncomingId, current: IncomingId) -> Result<Vec<FileView>> {
        let mut files = self.files_of(current)?;
        if current != document {
            for mut before in self.files_of(document)? {
                before.description = Text::new(
                    format!("Bản trước khi cập nhật. {}", before.description.vi),
                    format!("Before the update. {}", before.description.en),
                );
                files.push(before);
            }
        }
        Ok(files)
    }

    fn files_of(&self, document: IncomingId) -> Result<Vec<FileView>> {
        let mut attachments = self.store.incoming().attachments(document)?;
        attachments.sort_by_key(|file| !file.main);
        Ok(attachments.into_iter().map(file_view).collect())
    }

    fn incoming_acts(&self, document: &Incoming, changes: &[ChangeRequest]) -> Result<Vec<Act>> {
        const DECIDE: [Act; 2] = [Act::AgreeChange, Act::RefuseChange];
        let own = self.store.changes().of_package(document.id)?;
        // A request that is a package of its own is decided there.
        let about = changes.iter().filter(|request| request.package.is_none());
        let open = about.chain(&own).filter(|r| r.decision.is_none()).count();
        // Which of several is meant is said on its banner.
        let first = if open == 1 { &DECIDE[..] } else { &[] };
        let is_document = own.is_none_or(|own| {
            own.operation == Operation::Replace && own.decision == Some(Verdict::Agreed)
        });
        let on = match is_document && !is_recalled(changes) {
            true => acts(document.state),
            false => Vec::new(),
        };
        Ok(first.iter().copied().chain(on).collect())
    }
}

pub(crate) fn key_of(id: IncomingId) -> Result<DocumentKey> {
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
