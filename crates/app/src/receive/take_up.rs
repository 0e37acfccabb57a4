//! Parse → judge → admit: messages that are kept become documents, statuses, or something for a person.

use std::fs;
use std::io::{self, Read, Seek};

use trien_domain::{DocumentFacts, StatusMessage};
use trien_edxml::{Attachment as File, EdxmlError, Files, Limits, Message, Note, Package};
use trien_store::{
    Admitted, Attachment, Batch, BlobId, Findings, NewIncoming, Raw, RawId, RawState, StoreError,
    Writing,
};

use super::{ATTEMPTS_MAX, Received};
use crate::app::App;
use crate::error::{AppError, ErrorCode, Result};
use crate::host::Changed;
use crate::look_over::Brought;

/// How messages are taken up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Manner {
    /// A person wants a document although another one bears its code.
    pub(crate) same_code_anyway: bool,
}

/// What was found out about a package before it is admitted.
pub(crate) struct Found {
    pub(crate) findings: Findings,
    pub(crate) text: String,
}

/// What a look into a message found.
enum Looked {
    Document(Box<NewIncoming>),
    Status(RawId, Box<StatusMessage>),
    Stop(RawState, AppError),
}

impl App {
    /// Takes messages up, in their order; what cannot be taken up is set aside with its code.
    pub(crate) fn take_up(&self, raws: &[Raw], manner: Manner) -> Result<Vec<Received>> {
        let mut files = self.store.blobs().batch();
        let looked = raws
            .iter()
            .map(|raw| self.look_into(raw, &mut files, manner));
        let looked = looked.collect::<Result<Vec<_>>>()?;
        files.settle()?;
        let (mut documents, mut statuses) = (Vec::new(), Vec::new());
        let mut received = Vec::with_capacity(raws.len());
        for (raw, looked) in raws.iter().zip(looked) {
            received.push(match looked {
                Looked::Document(new) => {
                    documents.push(*new);
                    Received::Document
                }
                Looked::Status(raw, status) => {
                    statuses.push((raw, status));
                    Received::Status
                }
                Looked::Stop(state, error) => self.set_aside(raw, state, &error)?,
            });
        }
        self.take_in_statuses(&statuses)?;
        let mut admitted = self.admit(&documents)?.into_iter();
        for received in &mut received {
            if *received == Received::Document {
                *received = admitted.next().unwrap_or(Received::Document);
            }
        }
        Ok(received)
    }

    /// Document, files, timeline, search text and the status 01 become visible together.
    fn admit(&self, new: &[NewIncoming]) -> Result<Vec<Received>> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        crate::fault::point("receive.before_admit");
        let admitted = self.store.incoming().admit_all(new, self.now())?;
        crate::fault::point("receive.after_admit");
        self.changed(Changed::Lists);
        let received = |admitted| match admitted {
            Ok(Admitted::New(_)) => Ok(Received::Document),
            Ok(Admitted::Duplicate { .. }) => Ok(Received::Duplicate),
            Err(error) => Err(AppError::from(error)),
        };
        admitted.into_iter().map(received).collect()
    }

    fn take_in_statuses(&self, statuses: &[(RawId, Box<StatusMessage>)]) -> Result<()> {
        if statuses.is_empty() {
            return Ok(());
        }
        crate::fault::point("status.before_receive");
        let taken = self.store.statuses().receive_all(statuses, self.now())?;
        crate::fault::point("status.after_receive");
        self.changed(Changed::Lists);
        for status in taken {
            status?;
        }
        Ok(())
    }

    fn look_into(&self, raw: &Raw, files: &mut Batch<'_>, manner: Manner) -> Result<Looked> {
        if raw.attempts > ATTEMPTS_MAX && !manner.same_code_anyway {
            let times = format!("it could not be taken up {ATTEMPTS_MAX} times");
            let error = AppError::new(ErrorCode::PackageInvalid, times);
            return Ok(Looked::Stop(RawState::SetAside, error));
        }
        let package = match self.parse(raw, files) {
            Ok(package) => package,
            Err(error) if is_packages_fault(error.code) => {
                return Ok(Looked::Stop(RawState::Unreadable, error));
            }
            Err(error) => return Err(error),
        };
        let facts = match package.message {
            Message::Status(status) => return Ok(Looked::Status(raw.id, status)),
            Message::Document(facts) => *facts,
        };
        if let Some(words) = secret_marking(&facts, &package.attachments) {
            let error = AppError::new(ErrorCode::PackageLooksSecret, words);
            return Ok(Looked::Stop(RawState::SetAside, error));
        }
        self.new_incoming(raw, facts, package.attachments, files, manner)
    }

    fn parse(&self, raw: &Raw, files: &mut Batch<'_>) -> Result<Package<Writing>> {
        let path = self.store.blobs().path(&raw.message.blob);
        let lost = |e: io::Error| StoreError::Corrupt(format!("{}: {e}", path.display()));
        // The disk may have been at fault since it was kept.
        let mut bytes = match raw.attempts {
            1 => fs::File::open(&path).map_err(lost)?,
            _ => self.store.blobs().open_verified(&raw.message.blob)?.0,
        };
        let package = trien_edxml::read_from(&mut bytes, &Limits::default(), &mut Kept(files))?;
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
        Ok(package)
    }

    /// What a package says, whatever is wrong with its files.
    pub(crate) fn message_of(&self, package: &BlobId) -> Result<Message> {
        let (mut bytes, _) = self.store.blobs().open_verified(package)?;
        let mut files = self.store.blobs().batch();
        let mut kept = Kept(&mut files);
        Ok(trien_edxml::message_in(
            &mut bytes,
            &Limits::default(),
            &mut kept,
        )?)
    }

    /// A document that is ready to be admitted: its files are on their way to the disk.
    fn new_incoming(
        &self,
        raw: &Raw,
        facts: DocumentFacts,
        parts: Vec<File<Writing>>,
        files: &mut Batch<'_>,
        manner: Manner,
    ) -> Result<Looked> {
        let marking = secret_marking(&facts, &parts);
        let mut attachments = Vec::new();
        let (mut main, mut others) = (None, Vec::new());
        for (ordinal, file) in parts.into_iter().enumerate() {
            let name = file.file_name();
            let (content_type, description) = (file.content_type, file.description);
            let mut bytes = file.bytes;
            let pdf = is_pdf(&mut bytes).map_err(EdxmlError::from)?;
            let added = files.add(bytes)?;
            match ordinal == 0 && pdf {
                true => main = Some(added.path),
                false => others.push(added.path),
            }
            attachments.push(Attachment {
                name,
                media_type: match pdf {
                    true => "application/pdf".to_owned(),
                    false => content_type,
                },
                description,
                main: ordinal == 0,
                size: added.size,
                blob: added.id,
            });
        }
        let found = self.look_over(&Brought {
            facts: &facts,
            main: main.as_deref(),
            others: &others,
            complete: !attachments.is_empty() && attachments.iter().all(|file| file.size > 0),
            marking,
            same_code: manner.same_code_anyway,
        });
        let arrived = self.arrived_package(&facts)?;
        Ok(Looked::Document(Box::new(NewIncoming {
            raw: raw.id,
            facts,
            attachments,
            findings: found.findings,
            text: found.text,
            arrived: files.put(&arrived)?.id,
            same_code_anyway: manner.same_code_anyway,
        })))
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

/// A package's files go straight to the disk.
struct Kept<'k, 'b>(&'k mut Batch<'b>);

impl Files for Kept<'_, '_> {
    type File = Writing;

    fn create(&mut self) -> io::Result<Writing> {
        self.0.write().map_err(|error| match error {
            StoreError::DiskFull { .. } => io::ErrorKind::StorageFull.into(),
            error => io::Error::other(error),
        })
    }
}

/// Whether a file is a PDF, whatever is declared.
fn is_pdf(file: &mut Writing) -> io::Result<bool> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(1024).read_to_end(&mut head)?;
    Ok(trien_edxml::is_pdf(&head))
}

/// Whether the package itself is wrong; else the machine is, and it is looked into again.
pub(super) fn is_packages_fault(code: ErrorCode) -> bool {
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
fn secret_marking<F>(facts: &DocumentFacts, files: &[File<F>]) -> Option<String> {
    let names = files
        .iter()
        .flat_map(|file| [file.name.as_str(), file.description.as_str()]);
    let stamps = [
        facts.sphere.as_str(),
        facts.kind.name.as_str(),
        facts.subject.as_str(),
    ];
    trien_domain::secrecy::marking(&facts.code, stamps.into_iter().chain(names))
}
