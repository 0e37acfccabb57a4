//! Timestamps at a desk: wanted with each signature, waited for by nobody. One that cannot be had is *pending*; it is
//! tried again before the file leaves the desk, because after the next signature it is too late.

use time::{Duration, OffsetDateTime};
use trien_pades::FieldName;
use trien_store::{BlobId, Document, OutgoingId, RevisionKind};

use crate::acts::{check_all, check_own};
use crate::app::App;
use crate::attachments::is_sealed;
use crate::error::{ErrorCode, Result};
use crate::levels::{Target, Tsa, extend, stamp};
use crate::profile::DispatchLevel;

/// The setting with the instant of the authority's last failure, in seconds since 1970.
const FAILED_AT: &str = "timestamp.failed_at";
/// After a failure the authority is left alone for so long: a batch does not wait for it again and again.
const REST: Duration = Duration::minutes(1);
/// After so long a signed file leaves without its timestamp: the document matters more.
const PENDING_AT_MOST: Duration = Duration::minutes(30);

impl App {
    /// The file with a timestamp in its last signature where this desk has an authority and it answers, else as it is.
    pub(crate) fn stamped(
        &self,
        id: OutgoingId,
        pdf: Vec<u8>,
        field: FieldName,
    ) -> Result<Vec<u8>> {
        match self.try_stamp(&pdf, field)? {
            Some(stamped) => Ok(stamped),
            None if self.profile.tsa.is_some() => {
                self.store
                    .settings()
                    .set(&pending(id), &field.to_string())?;
                let (this, organ) = (Document::Outgoing(id), &self.organ.id);
                let what = "timestamp_pending";
                (self.store.timeline()).append(organ, this, what, "", "", self.now())?;
                Ok(pdf)
            }
            None => Ok(pdf),
        }
    }

    /// The same for a sealed attachment, whose timestamp is pending as its document's is.
    pub(crate) fn stamped_attachment(
        &self,
        id: OutgoingId,
        pdf: Vec<u8>,
        field: FieldName,
    ) -> Result<Vec<u8>> {
        let stamped = self.try_stamp(&pdf, field)?;
        if stamped.is_none() && self.profile.tsa.is_some() {
            let (settings, note) = (self.store.settings(), pending_attachments(id));
            let others = settings.get(&note)?.unwrap_or_default();
            let line = format!("{others}{} {field}\n", BlobId::of(&pdf));
            settings.set(&note, &line)?;
        }
        Ok(stamped.unwrap_or(pdf))
    }

    /// Whether a document may leave this desk: its timestamps are there, were never wanted, or were waited for long
    /// enough. Pending ones are tried once more.
    pub(crate) fn settle_timestamp(&self, id: OutgoingId, kind: RevisionKind) -> Result<bool> {
        let main = self.settle_main(id, kind)?;
        Ok(self.settle_attachments(id)? && main)
    }

    fn settle_attachments(&self, id: OutgoingId) -> Result<bool> {
        let (settings, note) = (self.store.settings(), pending_attachments(id));
        let Some(pending) = settings.get(&note)? else {
            return Ok(true);
        };
        let mut files = self.store.outgoing().attachments(id)?;
        let (mut left, mut changed) = (String::new(), false);
        for line in pending.lines() {
            let (sha256, field) = line.split_once(' ').unwrap_or_default();
            let file = files
                .iter_mut()
                .find(|file| file.blob.to_string() == sha256);
            // A try to seal that failed left files that nobody has any more.
            let (Some(file), Some(field)) = (file, FieldName::parse(field)) else {
                continue;
            };
            match self.try_stamp(&self.blob(&file.blob)?, field)? {
                Some(stamped) => {
                    file.blob = self.store.blobs().put(&stamped)?;
                    file.size = stamped.len() as u64;
                    changed = true;
                }
                None => left.push_str(&format!("{line}\n")),
            }
        }
        if changed {
            self.store.outgoing().renew_attachments(id, &files)?;
        }
        if left.is_empty() || self.waited_long(id)? {
            settings.remove(&note)?;
            return Ok(true);
        }
        settings.set(&note, &left)?;
        Ok(false)
    }

    fn waited_long(&self, id: OutgoingId) -> Result<bool> {
        let waited = self.now() - self.store.outgoing().get(id)?.changed_at;
        Ok(waited >= PENDING_AT_MOST)
    }

    fn settle_main(&self, id: OutgoingId, kind: RevisionKind) -> Result<bool> {
        let (settings, note) = (self.store.settings(), pending(id));
        let Some(field) = settings
            .get(&note)?
            .and_then(|name| FieldName::parse(&name))
        else {
            return Ok(true);
        };
        let (_, pdf) = self.current_pdf(id)?;
        if let Some(stamped) = self.try_stamp(&pdf, field)? {
            let revision = self.keep(&stamped, kind)?;
            let who = &self.profile.person.full_name;
            let outbox = self.store.outgoing();
            outbox.add_revision(id, &revision, who, self.now())?;
            settings.remove(&note)?;
            return Ok(true);
        }
        if !self.waited_long(id)? {
            return Ok(false);
        }
        settings.remove(&note)?;
        Ok(true)
    }

    /// Gives pending timestamps up: somebody wants the files to leave now.
    pub(crate) fn without_timestamp(&self, id: OutgoingId) -> Result<()> {
        self.store.settings().remove(&pending_attachments(id))?;
        Ok(self.store.settings().remove(&pending(id))?)
    }

    /// Brings a sealed document, with its sealed attachments, to the level at which the office dispatches. What cannot be had now holds no document up: it
    /// is told, and `trien extend` can add it at any time.
    pub(crate) fn extend_for_dispatch(&self, id: OutgoingId) -> Result<()> {
        let target = match self.profile.dispatch_level {
            None => return Ok(()),
            Some(DispatchLevel::LongTerm) => Target::LongTerm,
            Some(DispatchLevel::Archive) => Target::Archive,
        };
        let (_, pdf) = self.current_pdf(id)?;
        let who = &self.profile.person.full_name;
        let outbox = self.store.outgoing();
        if let Some(extended) = self.extended(id, &pdf, target)? {
            let revision = self.keep(&extended, RevisionKind::Sealed)?;
            outbox.add_revision(id, &revision, who, self.now())?;
        }
        let mut files = outbox.attachments(id)?;
        let mut changed = false;
        for file in files.iter_mut().filter(|file| is_sealed(file)) {
            if let Some(extended) = self.extended(id, &self.blob(&file.blob)?, target)? {
                file.blob = self.store.blobs().put(&extended)?;
                file.size = extended.len() as u64;
                changed = true;
            }
        }
        if changed {
            outbox.renew_attachments(id, &files)?;
        }
        Ok(())
    }

    /// A file at a level, where that is another file and can be had now; what cannot is told in the timeline.
    fn extended(&self, id: OutgoingId, pdf: &[u8], target: Target) -> Result<Option<Vec<u8>>> {
        let tsa = self.profile.tsa.as_deref().map(Tsa::at);
        let trust = self.trust(self.now())?;
        let online = !self.profile.training;
        match extend(pdf, target, tsa.as_ref(), trust, online) {
            Ok(extended) if extended == pdf => Ok(None),
            Ok(extended) => {
                check_all(&self.judge(extended.as_slice())?)?;
                Ok(Some(extended))
            }
            Err(error) => {
                tracing::warn!(%error, "the level of dispatch was not reached");
                let (this, organ) = (Document::Outgoing(id), &self.organ.id);
                let (what, detail) = ("level_missed", error.code.title().vi);
                (self.store.timeline()).append(organ, this, what, "", &detail, self.now())?;
                Ok(None)
            }
        }
    }

    /// `None` where there is no authority, or it cannot be had now.
    pub(crate) fn try_stamp(&self, pdf: &[u8], field: FieldName) -> Result<Option<Vec<u8>>> {
        let Some(url) = &self.profile.tsa else {
            return Ok(None);
        };
        let settings = self.store.settings();
        let failed_at = settings.get(FAILED_AT)?.and_then(|text| text.parse().ok());
        let failed_at = failed_at.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
        if failed_at.is_some_and(|at| self.now() - at < REST) {
            return Ok(None);
        }
        match stamp(pdf, &field.to_string(), &Tsa::at(url)) {
            Ok(stamped) => {
                check_own(&self.judge(&stamped)?, field)?;
                Ok(Some(stamped))
            }
            Err(error) if error.code == ErrorCode::TimestampUnavailable => {
                tracing::warn!(%error, "no timestamp now");
                settings.set(FAILED_AT, &self.now().unix_timestamp().to_string())?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The setting that stands while a document's timestamp is pending: the field that wants it.
fn pending(id: OutgoingId) -> String {
    format!("timestamp.pending.{}", id.0)
}

/// The setting that stands while timestamps of a document's attachments are pending: a line for each, with the file's
/// SHA-256 and the field that wants it.
fn pending_attachments(id: OutgoingId) -> String {
    format!("timestamp.pending.attachments.{}", id.0)
}
