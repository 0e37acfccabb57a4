//! The spine *in*: fetch → keep raw → parse → judge → admit → acknowledge.
//!
//! Each step takes what the one before gives, so that none can be skipped; killed between any two,
//! the next round goes on from what is stored ([`App::resume_receiving`]).

use time::Duration;
use trien_domain::DocumentFacts;
use trien_edxml::{Message, Note, Package};
use trien_net::{Ack, AxisClient, AxisError, Fate, MessageType, ReceivedRow};
use trien_store::{Admitted, Attachment, BlobId, Findings, NewIncoming, NewRaw, Raw, RawState};

use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::sync::Turn;
use crate::view::SyncReport;

/// A package that so many looks did not survive is set aside: the next one would not either.
const ATTEMPTS_MAX: u32 = 5;

/// A package that the axis gave.
struct Fetched {
    axis_id: String,
    of: MessageType,
    bytes: Vec<u8>,
}

/// A package that lies in our store under its hash: from here on nothing can be lost.
struct Kept {
    raw: Raw,
    /// Its bytes were there before it was fetched.
    left_over: bool,
}

/// A package that could be read.
struct Parsed {
    raw: Raw,
    package: Package,
}

/// Where the axis refuses an acknowledgement, or lists what it was told is done, it is told again so
/// much later: a package that it does not know any more must not be asked about in every round.
const ACK_AGAIN: Duration = Duration::HOUR;
/// After so many refusals it is told once a day.
const ACK_REFUSALS_MAX: u32 = 3;
/// A package that the axis lists and could not give so often is asked for more and more seldom.
const FETCHES_AT_ONCE: u32 = 3;
/// The longest that such a package waits.
const FETCH_AGAIN_MAX: Duration = Duration::HOUR;

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
    /// Receives one package that the axis lists.
    ///
    /// # Errors
    /// Those of the axis and of the store (`DiskFull` among them). What is wrong with the package
    /// itself is no error: it is set aside.
    pub(crate) fn receive_one(
        &self,
        axis: &AxisClient,
        row: &ReceivedRow,
        of: MessageType,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        if let Some(known) = self.store.raw().find(&self.organ.id, &row.doc_id)? {
            return self.continue_with(axis, &known, report);
        }
        if !self
            .store
            .raw()
            .may_fetch(&self.organ.id, &row.doc_id, self.now())?
        {
            return Ok(());
        }
        let fetched = match self.fetch(axis, row, of) {
            Ok(fetched) => fetched,
            Err(error) => return Err(self.note_unfetched(row, error)?),
        };
        let kept = self.keep_raw(fetched)?;
        if kept.left_over && turn.interrupted {
            report.tell(ErrorCode::ReceiveResumed);
        }
        self.continue_with(axis, &kept.raw, report)
    }

    /// Goes on with every package that a process which is gone left half received.
    ///
    /// # Errors
    /// As [`App::receive_one`].
    pub(crate) fn resume_receiving(
        &self,
        axis: &AxisClient,
        turn: &Turn,
        report: &mut SyncReport,
    ) -> Result<()> {
        for raw in self.store.raw().unfinished(&self.organ.id)? {
            self.continue_with(axis, &raw, report)?;
            if turn.interrupted {
                report.tell(ErrorCode::ReceiveResumed);
            }
        }
        for raw in self.store.raw().unacked(&self.organ.id, self.now())? {
            // A package that a person has dealt with keeps the reason why it was stopped: nothing
            // was interrupted there.
            let cut_short = turn.interrupted && raw.reason.is_empty();
            match self.acknowledge(axis, &raw) {
                Ok(()) if cut_short => report.tell(ErrorCode::AcknowledgeResumed),
                Ok(()) => {}
                Err(error) => report.pass_over(error)?,
            }
        }
        Ok(())
    }

    /// Parse → judge → admit → acknowledge, from whichever of them is missing.
    fn continue_with(&self, axis: &AxisClient, raw: &Raw, report: &mut SyncReport) -> Result<()> {
        let received = match raw.state {
            RawState::Received => self.take_up(raw)?,
            RawState::Admitted | RawState::Duplicate if raw.acked_at.is_some() => Received::Known,
            RawState::Admitted | RawState::Duplicate => Received::Duplicate,
            RawState::Unreadable | RawState::SetAside => Received::Waiting,
        };
        match received {
            Received::Document => report.received += 1,
            Received::Duplicate => report.duplicates += 1,
            Received::Status => report.statuses += 1,
            Received::SetAside => report.unreadable += 1,
            Received::Waiting | Received::Known => {}
        }
        if received == Received::Duplicate {
            report.tell(ErrorCode::DuplicateDocument);
        }
        if matches!(received, Received::SetAside | Received::Waiting) {
            return Ok(());
        }
        self.acknowledge(axis, raw)
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

    fn fetch(&self, axis: &AxisClient, row: &ReceivedRow, of: MessageType) -> Result<Fetched> {
        let answer = self.wait(axis.get_edoc(&row.doc_id, self.now(), Vec::new()))?;
        Ok(Fetched {
            axis_id: row.doc_id.clone(),
            of,
            bytes: answer.value,
        })
    }

    fn keep_raw(&self, fetched: Fetched) -> Result<Kept> {
        let left_over = self
            .store
            .blobs()
            .path(&BlobId::of(&fetched.bytes))
            .exists();
        crate::fault::point("receive.before_blob");
        let blob = self.store.blobs().put(&fetched.bytes)?;
        crate::fault::point("receive.after_blob");
        let new = NewRaw {
            organ: self.organ.id.clone(),
            axis_id: fetched.axis_id,
            message_type: fetched.of.word().to_owned(),
            blob,
        };
        let raw = self.store.raw().keep(&new, self.now())?;
        crate::fault::point("receive.after_row");
        Ok(Kept { raw, left_over })
    }

    /// Parses, judges and admits; what cannot be taken up is set aside with its code.
    fn take_up(&self, raw: &Raw) -> Result<Received> {
        let attempts = self.store.raw().count_attempt(raw.id)?;
        if attempts > ATTEMPTS_MAX {
            let error = AppError::new(
                ErrorCode::PackageInvalid,
                format!("the program did not survive reading it {ATTEMPTS_MAX} times"),
            );
            return self.set_aside(raw, RawState::SetAside, &error);
        }
        crate::fault::point("receive.after_attempt");
        let taken = self.look_into(raw, false);
        if taken.is_err() {
            // A full disk is not the package's fault.
            self.store.raw().forgive_attempt(raw.id)?;
        }
        taken
    }

    /// The same for a message that a person wants although another document bears its code.
    pub(crate) fn take_up_again(&self, raw: &Raw) -> Result<Received> {
        self.look_into(raw, true)
    }

    fn look_into(&self, raw: &Raw, same_code_anyway: bool) -> Result<Received> {
        let parsed = match self.parse(raw) {
            Ok(parsed) => parsed,
            Err(error) if is_packages_fault(error.code) => {
                return self.set_aside(raw, RawState::Unreadable, &error);
            }
            Err(error) => return Err(error),
        };
        match parsed.package.message.clone() {
            Message::Status(status) => {
                crate::fault::point("status.before_receive");
                self.store
                    .statuses()
                    .receive(parsed.raw.id, &status, self.now())?;
                crate::fault::point("status.after_receive");
                self.changed(Changed::Lists);
                Ok(Received::Status)
            }
            Message::Document(facts) => {
                if let Some(words) = secret_marking(&facts, &parsed.package) {
                    let error = AppError::new(ErrorCode::PackageLooksSecret, words);
                    return self.set_aside(raw, RawState::SetAside, &error);
                }
                self.admit(parsed, *facts, same_code_anyway)
            }
        }
    }

    fn parse(&self, raw: &Raw) -> Result<Parsed> {
        let package = self.read_package(raw)?;
        let unsafe_name = package
            .notes
            .iter()
            .find(|n| matches!(n, Note::UnsafeAttachmentName { .. }));
        if let Some(note) = unsafe_name {
            return Err(AppError::new(
                ErrorCode::PackageUnsafeName,
                note.to_string(),
            ));
        }
        Ok(Parsed {
            raw: raw.clone(),
            package,
        })
    }

    /// Document, files, timeline, search text and the status 01 become visible together.
    fn admit(
        &self,
        parsed: Parsed,
        facts: DocumentFacts,
        same_code_anyway: bool,
    ) -> Result<Received> {
        let mut attachments = Vec::new();
        for (ordinal, file) in parsed.package.attachments.iter().enumerate() {
            attachments.push(Attachment {
                name: file.file_name(),
                media_type: if file.is_pdf() {
                    "application/pdf".to_owned()
                } else {
                    file.content_type.clone()
                },
                description: file.description.clone(),
                main: ordinal == 0,
                size: file.bytes.len() as u64,
                blob: self.store.blobs().put(&file.bytes)?,
            });
        }
        let found = self.look_over(&facts, &parsed.package);
        let arrived = self.arrived_package(&facts)?;
        let new = NewIncoming {
            raw: parsed.raw.id,
            facts,
            attachments,
            findings: found.findings,
            text: found.text,
            arrived: self.store.blobs().put(&arrived)?,
            same_code_anyway,
        };
        crate::fault::point("receive.before_admit");
        let admitted = self.store.incoming().admit(&new, self.now())?;
        crate::fault::point("receive.after_admit");
        self.changed(Changed::Lists);
        Ok(match admitted {
            Admitted::New(_) => Received::Document,
            Admitted::Duplicate { .. } => Received::Duplicate,
        })
    }

    /// Tells the axis that a package is here, unless it knows or has just refused to hear of it.
    fn acknowledge(&self, axis: &AxisClient, raw: &Raw) -> Result<()> {
        let now = self.now();
        if raw.ack_after > now {
            return Ok(());
        }
        crate::fault::point("receive.before_ack");
        match self.wait(axis.update_status(&raw.message.axis_id, Ack::Done, "", now)) {
            Ok(_) => {
                crate::fault::point("receive.after_ack");
                Ok(self.store.raw().acked(raw.id, now, now + ACK_AGAIN)?)
            }
            Err(error @ AxisError::Refused { .. }) if error.fate() == Fate::Final => {
                let again = match raw.ack_refused {
                    before if before + 1 < ACK_REFUSALS_MAX => now + ACK_AGAIN,
                    _ => now + Duration::DAY,
                };
                let reason = error.to_string();
                self.store.raw().ack_refused(raw.id, &reason, again)?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Sets a package aside with its code first in the reason, so that lists can tell it in words.
    fn set_aside(&self, raw: &Raw, state: RawState, error: &AppError) -> Result<Received> {
        let reason = serde_json::to_string(&error.view())
            .map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))?;
        crate::fault::point("receive.before_stop");
        self.store.raw().stop(raw.id, state, &reason)?;
        crate::fault::point("receive.after_stop");
        self.changed(Changed::Lists);
        Ok(Received::SetAside)
    }
}

/// What was found out about a package before it is admitted.
pub(crate) struct Found {
    pub(crate) findings: Findings,
    pub(crate) text: String,
}

/// Whether the package itself is wrong; else the machine is, and it is looked into again.
fn is_packages_fault(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::PackageNotXml
            | ErrorCode::PackageHasDtd
            | ErrorCode::PackageLacksAttachment
            | ErrorCode::PackageUnsafeName
            | ErrorCode::PackageInvalid
    )
}

/// The words that make a package look secret, if any.
fn secret_marking(facts: &DocumentFacts, package: &Package) -> Option<String> {
    let names = package
        .attachments
        .iter()
        .flat_map(|file| [file.name.as_str(), file.description.as_str()]);
    let stamps = [
        facts.sphere.as_str(),
        facts.kind.name.as_str(),
        facts.subject.as_str(),
    ];
    trien_domain::secrecy::marking(&facts.code, stamps.into_iter().chain(names))
}
