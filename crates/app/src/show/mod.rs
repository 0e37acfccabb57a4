//! What the views show, made from the store.

mod alarms;
mod banners;
mod dispatching;
mod exchange;
mod facts;
mod findings;
mod incoming;
mod messages;
mod outgoing;
mod pages;
mod previews;
mod recalls;
mod registers;
mod searching;
mod timeline;
mod tracking;
mod troubles;
mod verification;

use time::macros::format_description;
use trien_domain::calendar::{VIETNAM, signing_time, vietnam_day};
use trien_domain::{OutgoingState, StatusCode};
use trien_store::COUNT_CAP;

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::view::{
    Direction, DocumentKey, DocumentView, Folder, FolderView, Only, Role, RowPage, SessionView,
};

pub(crate) use incoming::key_of as incoming_key;
pub(crate) use messages::why_stopped;

/// Rows on one page of a list: a window shows some 20, the list keeps at most 200.
pub(crate) const PAGE: u32 = 100;

impl App {
    /// The frame of the window.
    pub fn session(&self) -> Result<SessionView> {
        Ok(SessionView {
            role: self.profile.role,
            organ_name: self.profile.organ.name.clone(),
            organ_id: self.profile.organ.id.clone(),
            person: self.profile.person.full_name.clone(),
            training: self.profile.training,
            folders: self.folders()?,
            sync: self.sync_view()?,
            token: self.token(),
            handover_folder: self
                .profile
                .handover_folder
                .as_ref()
                .map(|f| f.display().to_string()),
        })
    }

    /// A page of a folder, newest first.
    pub fn list(&self, folder: Folder, only: Only, cursor: Option<&str>) -> Result<RowPage> {
        match place(folder) {
            Place::Incoming(states) => self.list_incoming(states, wanted(only), cursor),
            Place::Overdue => self.list_incoming(OPEN, self.overdue(), cursor),
            Place::Outgoing(states) => self.list_outgoing(folder, states, cursor),
            Place::Unreadable => self.list_unreadable(),
            Place::Duplicates => self.list_duplicates(),
            Place::Trouble => self.list_trouble(),
        }
    }

    /// The newest documents of both directions in which every typed word occurs.
    pub fn search(&self, text: &str, cursor: Option<&str>) -> Result<RowPage> {
        self.search_page(text, cursor)
    }

    /// One document with everything that its pane shows.
    pub fn document(&self, key: DocumentKey) -> Result<DocumentView> {
        match key.direction {
            Direction::Incoming => self.incoming_view(key.id),
            Direction::Outgoing => self.outgoing_view(key.id),
            Direction::Message => self.message_view(key.id),
        }
    }

    fn folders(&self) -> Result<Vec<FolderView>> {
        let folders: &[Folder] = match self.profile.role {
            Role::Leader => &[Folder::ToSign, Folder::Signed, Folder::Returned],
            Role::Clerk => &[
                Folder::ToAccept,
                Folder::Registered,
                Folder::InProgress,
                Folder::Overdue,
                Folder::Completed,
                Folder::Returned,
                Folder::Unreadable,
                Folder::Duplicates,
                Folder::Drafts,
                Folder::ToSign,
                Folder::ToNumber,
                Folder::ToSend,
                Folder::SendTrouble,
                Folder::Tracking,
            ],
        };
        let incoming = self.store.incoming().folders(&self.organ.id)?;
        let outgoing = self.store.outgoing().folders(&self.organ.id)?;
        let limits = self.limits()?;
        let mut views = Vec::new();
        for folder in folders {
            let count = match place(self.face(*folder)) {
                Place::Incoming(states) => incoming
                    .iter()
                    .filter(|f| states.contains(&f.state))
                    .map(|f| f.total)
                    .sum(),
                Place::Overdue => self.count_incoming(OPEN, self.overdue())?,
                Place::Outgoing(states) => outgoing
                    .iter()
                    .filter(|(state, _)| states.contains(state))
                    .map(|(_, total)| *total)
                    .sum(),
                Place::Unreadable => self.store.raw().count_stopped(&self.organ.id)?,
                Place::Duplicates => self.store.raw().count_duplicates(&self.organ.id)?,
                Place::Trouble => self.count_trouble()?,
            };
            let alarms = match place(self.face(*folder)) {
                _ if *folder == Folder::Tracking => self.count_tracking_alarms()?,
                Place::Outgoing(states) => {
                    let here = limits
                        .values()
                        .filter(|limit| states.contains(&limit.state));
                    here.count()
                }
                _ => 0,
            };
            let attention = count > 0
                && matches!(
                    folder,
                    Folder::Overdue | Folder::Unreadable | Folder::Duplicates | Folder::SendTrouble
                );
            views.push(FolderView {
                folder: *folder,
                count: count.min(COUNT_CAP),
                attention: attention || alarms > 0,
                alarms: u32::try_from(alarms).unwrap_or(COUNT_CAP),
            });
        }
        Ok(views)
    }

    /// Due before today.
    fn overdue(&self) -> trien_store::Only {
        trien_store::Only::DueBefore(vietnam_day(self.now()))
    }

    /// The leader's *Bị trả lại* holds what the leader gave back, the clerk's what the office returned.
    pub(crate) fn face(&self, folder: Folder) -> Folder {
        match (self.profile.role, folder) {
            (Role::Leader, Folder::Returned) => Folder::Drafts,
            _ => folder,
        }
    }
}

/// Steps at which a document that came still waits for somebody.
const OPEN: &[StatusCode] = &[
    StatusCode::Arrived,
    StatusCode::Accepted,
    StatusCode::Assigned,
    StatusCode::InProgress,
];

fn wanted(only: Only) -> trien_store::Only {
    match only {
        Only::All => trien_store::Only::All,
        Only::Urgent => trien_store::Only::Urgent,
        Only::Dated => trien_store::Only::Dated,
    }
}

/// Where a folder's documents are.
enum Place {
    Incoming(&'static [StatusCode]),
    /// Incoming and still open, but late.
    Overdue,
    Outgoing(&'static [OutgoingState]),
    Unreadable,
    Duplicates,
    Trouble,
}

fn place(folder: Folder) -> Place {
    use OutgoingState as O;
    use StatusCode as S;
    match folder {
        Folder::ToAccept => Place::Incoming(&[S::Arrived]),
        Folder::Registered => Place::Incoming(&[S::Accepted]),
        Folder::InProgress => Place::Incoming(&[S::Assigned, S::InProgress]),
        Folder::Overdue => Place::Overdue,
        Folder::Completed => Place::Incoming(&[S::Completed]),
        Folder::Returned => Place::Incoming(&[S::Returned]),
        Folder::Unreadable => Place::Unreadable,
        Folder::Duplicates => Place::Duplicates,
        Folder::Drafts => Place::Outgoing(&[O::Draft, O::Prepared, O::Returned]),
        Folder::ToSign => Place::Outgoing(&[O::HandedOver]),
        Folder::Signed => Place::Outgoing(&[O::Signed]),
        Folder::ToNumber => Place::Outgoing(&[O::Signed, O::Numbered]),
        Folder::ToSend => Place::Outgoing(&[O::Sealed]),
        Folder::SendTrouble => Place::Trouble,
        Folder::Tracking => Place::Outgoing(&[O::WaitingSend, O::Sent]),
    }
}

/// Days from today to a due date.
fn days_to(app: &App, due: Option<time::Date>) -> Option<i32> {
    let days = (due? - vietnam_day(app.now())).whole_days();
    i32::try_from(days).ok()
}

/// An opaque cursor is the JSON of its parts.
fn parse_cursor<T: serde::de::DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>> {
    let wrong =
        |e: serde_json::Error| AppError::new(ErrorCode::BadArgument, format!("cursor: {e}"));
    cursor
        .map(|text| serde_json::from_str(text).map_err(wrong))
        .transpose()
}

fn shown(at: time::OffsetDateTime) -> String {
    signing_time(at)
}

/// An instant among words, at Hanoi: *06:33 23/11/2026*. Where it stands alone, the window writes it.
fn hour_and_day(at: time::OffsetDateTime) -> String {
    let form = format_description!("[hour]:[minute] [day]/[month]/[year]");
    at.to_offset(VIETNAM).format(form).unwrap_or_default()
}
