//! The spine *in*: fetch → keep raw → parse → judge → admit → acknowledge.
//!
//! The packages of a round go through each step together, so that the disk is waited for once a step
//! and not once a package; a step takes what the one before gives, so that none can be skipped.
//! Killed between any two, the next round goes on from what is stored ([`App::resume_receiving`]).

mod acknowledge;
mod take_up;

use std::collections::BTreeSet;

use time::Duration;
use trien_net::{AxisClient, AxisError, MessageType, ReceivedRow};
use trien_store::{Added, Batch, NewRaw, Raw, RawState};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::profile::FetchBy;
use crate::sync::Turn;
use crate::view::SyncReport;

pub(crate) use take_up::{Found, Manner};

/// Packages that go through the steps together: enough that waiting for the disk costs little, few
/// enough that the first of them is in the inbox soon.
const BATCH: usize = 50;
/// A batch that has so many bytes takes no more packages: a large one is acknowledged by itself.
const BATCH_BYTES: u64 = 16 << 20;
/// A package that so many looks did not survive is set aside: the next one would not either.
const ATTEMPTS_MAX: u32 = 3;
/// Packages of one kind that are fetched in one round; the rest comes with the next, so that sending is not starved.
/// Those that are here already do not count: a sender whose packages all wait for a person would starve the others.
const ROUND_MAX: usize = 500;
/// A package that the axis lists and could not give so often is asked for more and more seldom.
const FETCHES_AT_ONCE: u32 = 3;
/// The longest that such a package waits.
const FETCH_AGAIN_MAX: Duration = Duration::HOUR;

/// A package that the axis gave, on its way to the disk.
struct Fetched {
    axis_id: String,
    blob: Added,
}

/// What came of one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// A document is in the inbox.
    Document,
    /// A document that is here already.
    Duplicate,
    /// A status on a document of ours.
    Status,
    /// *Không đọc được*, or stopped for a person: not acknowledged.
    SetAside,
    /// It was set aside before and still waits for a person.
    Waiting,
    /// It is here and the axis knows, and lists it all the same.
    Known,
}

impl App {
    /// Receives what the axis lists of one kind.
    ///
    /// # Errors
    /// Those of the axis and of the store (`DiskFull` among them). What is wrong with a package
    /// itself is no error: it is set aside.
    pub(crate) fn receive_all(
        &self,
        axis: &AxisClient,
        of: MessageType,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        let listed = self.wait(axis.received_list(of, self.now()))?;
        self.note_skew(listed.skew(self.now()))?;
        if listed.odd_rows > 0 {
            let why = format!("{} rows of the list have no docId", listed.odd_rows);
            report.pass_over(AppError::new(ErrorCode::AxisIncomplete, why))?;
        }
        let mut wanted = BTreeSet::new();
        let mut rows = Vec::new();
        for row in listed.value.iter().filter(|row| waits(row)) {
            if turn.is_over() {
                break;
            }
            let (organ, id) = (&self.organ.id, &row.doc_id);
            if let Some(known) = self.store.raw().find(organ, id)? {
                // One that is not decided upon was looked into when the round began: not twice.
                if known.state != RawState::Received
                    && let Err(error) = self.continue_with(axis, known, report)
                {
                    report.pass_over(error)?;
                }
            } else if rows.len() < ROUND_MAX
                && wanted.insert(id)
                && self.store.raw().may_fetch(organ, id, self.now())?
            {
                rows.push(row);
            }
        }
        let mut rest = rows.as_slice();
        while !rest.is_empty() && !turn.is_over() {
            rest = self.receive_batch(axis, rest, of, turn, report)?;
        }
        Ok(())
    }

    /// Receives the first of these packages together; gives back the others.
    fn receive_batch<'r>(
        &self,
        axis: &AxisClient,
        rows: &'r [&'r ReceivedRow],
        of: MessageType,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<&'r [&'r ReceivedRow]> {
        let mut files = self.store.blobs().batch();
        let (mut fetched, mut bytes, mut ended) = (Vec::new(), 0, Ok(()));
        let mut rest = rows;
        while let Some((row, after)) = rest.split_first() {
            rest = after;
            match self.fetch(axis, row, &mut files) {
                Ok(one) => {
                    bytes += one.blob.size;
                    fetched.push(one);
                }
                Err(error) => {
                    ended = report.pass_over(self.note_unfetched(row, error)?);
                }
            }
            let full = fetched.len() >= BATCH || bytes >= BATCH_BYTES;
            if full || ended.is_err() || turn.is_over() {
                break;
            }
        }
        let kept = self.keep_raw(files, fetched, of, turn, report)?;
        self.go_on(axis, kept, report)?;
        // What was fetched before the line broke is here.
        ended.map(|()| rest)
    }

    /// Goes on with every package that a process which is gone left half received, one by one: one of
    /// them may be what ended it.
    ///
    /// # Errors
    /// As [`App::receive_all`].
    pub(crate) fn resume_receiving(
        &self,
        axis: &AxisClient,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        for raw in self.store.raw().unfinished(&self.organ.id)? {
            if let Err(error) = self.continue_with(axis, raw, report) {
                report.pass_over(error)?;
            }
            if turn.interrupted {
                report.tell(ErrorCode::ReceiveResumed);
            }
        }
        let unacked = self.store.raw().unacked(&self.organ.id, self.now())?;
        // A package that a person has dealt with keeps the reason why it was stopped: nothing was
        // interrupted there.
        if turn.interrupted && unacked.iter().any(|raw| raw.reason.is_empty()) {
            report.tell(ErrorCode::AcknowledgeResumed);
        }
        self.acknowledge(axis, &unacked, report)
    }

    /// Goes on with a message that is here, from whichever step is missing.
    fn continue_with(
        &self,
        axis: &AxisClient,
        mut raw: Raw,
        report: &mut SyncReport,
    ) -> Result<()> {
        if raw.state == RawState::Received {
            raw.attempts = self.store.raw().count_attempt(raw.id)?;
            return self.go_on(axis, vec![raw], report);
        }
        let received = match raw.state {
            RawState::Admitted | RawState::Duplicate if raw.acked_at.is_some() => Received::Known,
            RawState::Admitted | RawState::Duplicate => Received::Duplicate,
            _ => Received::Waiting,
        };
        tell(received, report);
        match received {
            Received::Waiting => Ok(()),
            _ => self.acknowledge(axis, &[raw], report),
        }
    }

    /// Parse → judge → admit → acknowledge, for messages whose look is counted.
    fn go_on(&self, axis: &AxisClient, raws: Vec<Raw>, report: &mut SyncReport) -> Result<()> {
        crate::fault::point("receive.after_attempt");
        let taken = match self.take_up(&raws, Manner::default()) {
            Ok(taken) => taken,
            Err(error) => {
                // A full disk is not the packages' fault. Whatever else it was stays counted: each package is looked
                // into alone from now on, and one that fails so again and again is set aside.
                if is_machines_fault(error.code) {
                    for raw in &raws {
                        self.store.raw().forgive_attempt(raw.id)?;
                    }
                    return Err(error);
                }
                report.pass_over_package(error);
                return Ok(());
            }
        };
        let mut here = Vec::new();
        for (raw, received) in raws.into_iter().zip(taken) {
            tell(received, report);
            if received != Received::SetAside {
                here.push(raw);
            }
        }
        self.acknowledge(axis, &here, report)
    }

    /// Remembers that the axis could not give a package, so that it is not asked for in each round for
    /// ever; gives the error back.
    fn note_unfetched(&self, row: &ReceivedRow, error: AppError) -> Result<AppError> {
        let now = self.now();
        if SyncReport::concerns_one_package(error.code) {
            let next = |tries: u32| match tries.checked_sub(FETCHES_AT_ONCE) {
                None => now,
                Some(more) => now + (Duration::minutes(5) * (more + 1)).min(FETCH_AGAIN_MAX),
            };
            let reason = error.to_string();
            self.store
                .raw()
                .fetch_failed(&self.organ.id, &row.doc_id, &reason, next)?;
        }
        Ok(error)
    }

    /// The package goes to the disk as it arrives.
    fn fetch(
        &self,
        axis: &AxisClient,
        row: &ReceivedRow,
        files: &mut Batch<'_>,
    ) -> Result<Fetched> {
        let (id, now, file) = (&row.doc_id, self.now(), files.write()?);
        let answer = match self.package_profile().fetch {
            FetchBy::Encoded => self.wait(axis.get_edoc(id, now, file))?,
            FetchBy::Raw => match self.wait(axis.download_edoc(id, now, file)) {
                // Not every axis has this function, and none says with it why there is no package.
                Err(
                    AxisError::NotJson { .. }
                    | AxisError::Incomplete { .. }
                    | AxisError::Refused { .. },
                ) => self.wait(axis.get_edoc(id, now, files.write()?))?,
                given => given?,
            },
        };
        Ok(Fetched {
            axis_id: row.doc_id.clone(),
            blob: files.add(answer.value)?,
        })
    }

    /// Packages that lie in our store under their hashes: from here on nothing can be lost.
    fn keep_raw(
        &self,
        files: Batch<'_>,
        fetched: Vec<Fetched>,
        of: MessageType,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<Vec<Raw>> {
        crate::fault::point("receive.before_blob");
        files.settle()?;
        crate::fault::point("receive.after_blob");
        if turn.interrupted && fetched.iter().any(|one| one.blob.known) {
            report.tell(ErrorCode::ReceiveResumed);
        }
        let message = |one: Fetched| NewRaw {
            organ: self.organ.id.clone(),
            axis_id: one.axis_id,
            message_type: of.word().to_owned(),
            blob: one.blob.id,
        };
        let new: Vec<NewRaw> = fetched.into_iter().map(message).collect();
        let kept = self.store.raw().keep_all(&new, self.now())?;
        crate::fault::point("receive.after_row");
        Ok(kept.into_iter().collect::<std::result::Result<_, _>>()?)
    }
}

/// Whether the axis still lists a package for us.
fn waits(row: &ReceivedRow) -> bool {
    let state = row.status.trim();
    !["done", "fail"]
        .iter()
        .any(|over| state.eq_ignore_ascii_case(over))
}

/// Whether an error has nothing to do with the package at which it was met.
fn is_machines_fault(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::DiskFull
            | ErrorCode::ProfileBusy
            | ErrorCode::StoreFailed
            | ErrorCode::StoreNewer
    )
}

fn tell(received: Received, report: &mut SyncReport) {
    match received {
        Received::Document => report.received += 1,
        Received::Duplicate => {
            report.duplicates += 1;
            report.tell(ErrorCode::DuplicateDocument);
        }
        Received::Status => report.statuses += 1,
        Received::SetAside => report.unreadable += 1,
        Received::Waiting | Received::Known => {}
    }
}
