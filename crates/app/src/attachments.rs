//! Attachments and appendices that are files of their own: each gets the organisation's text in its corner and its seal
//! as the document is numbered (Decree 30/2020, Annex I, II.8b and III.1d), so that the package carries them sealed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use trien_domain::OutgoingState;
use trien_pdf::Pdf;
use trien_store::{Attachment, BlobId, Document, Outgoing, OutgoingId};

use crate::acts::Act;
use crate::app::App;
use crate::corner;
use crate::drafts::row;
use crate::elsewhere;
use crate::error::{AppError, ErrorCode, Result};
use crate::handover::{FileFacts, Found};
use crate::nudges::Nudges;
use crate::prepare::in_one_piece;
use crate::view::{Direction, DocumentKey, FileView, Id, Text};

/// More files than this with one document are a mistake: packages of 50 MB do not hold them.
pub(crate) const FILES_MAX: usize = 50;
/// The axis takes packages of 50 MB.
pub(crate) const FILE_MAX: usize = 50 * 1024 * 1024;
/// The type of what is sealed.
const PDF: &str = "application/pdf";
/// The type of what goes along as it is.
const OTHER: &str = "application/octet-stream";

/// A file that is to go with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its name for people; never a path.
    pub name: String,
    /// What it is: `Phụ lục I`, `Kế hoạch`.
    pub title: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl NewFile {
    /// A file by the name that it has in its folder; its title is that without the ending.
    pub fn named(path: &Path, bytes: Vec<u8>) -> Self {
        let text = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        Self {
            name: text(path.file_name()),
            title: text(path.file_stem()),
            bytes,
        }
    }
}

impl App {
    /// Puts the files that go with a document in the place of those that were there. PDFs are sealed with the document;
    /// others go along as they are, and the gate says so.
    ///
    /// # Errors
    /// `NotNow` once the document is numbered; `BadArgument` for too many or too large files and for names that are
    /// paths; what the lint says of a PDF.
    pub fn attach(&self, id: Id, files: Vec<NewFile>) -> Result<DocumentKey> {
        let document = self.attachable(id)?;
        let kept: Result<Vec<Attachment>> =
            files.into_iter().map(|file| self.keep_file(file)).collect();
        self.set_attached(&document, &kept?)
    }

    /// Adds files to those that go with a document; one that is there already, byte for byte, is not added again.
    ///
    /// # Errors
    /// As [`App::attach`].
    pub fn attach_more(&self, id: Id, files: Vec<NewFile>) -> Result<DocumentKey> {
        let document = self.attachable(id)?;
        let mut kept = self.store.outgoing().attachments(document.id)?;
        for file in files {
            let file = self.keep_file(file)?;
            if kept.iter().all(|there| there.blob != file.blob) {
                kept.push(file);
            }
        }
        self.set_attached(&document, &kept)
    }

    /// Takes a file, by its SHA-256, away from those that go with a document.
    ///
    /// # Errors
    /// `NotNow` once the document is numbered.
    pub fn detach(&self, id: Id, sha256: &str) -> Result<DocumentKey> {
        let document = self.attachable(id)?;
        let mut kept = self.store.outgoing().attachments(document.id)?;
        kept.retain(|file| file.blob.to_string() != sha256);
        self.set_attached(&document, &kept)
    }

    fn attachable(&self, id: Id) -> Result<Outgoing> {
        use OutgoingState::{Draft, HandedOver, Prepared, Returned, Signed};
        let document = self.store.outgoing().get(row(id))?;
        match document.state {
            Draft | Returned | Prepared | HandedOver | Signed => Ok(document),
            state => Err(AppError::new(ErrorCode::NotNow, format!("{state:?}"))),
        }
    }

    fn set_attached(&self, document: &Outgoing, kept: &[Attachment]) -> Result<DocumentKey> {
        if kept.len() > FILES_MAX {
            let why = format!("{} files, {FILES_MAX} at most", kept.len());
            return Err(AppError::new(ErrorCode::BadArgument, why));
        }
        self.store.outgoing().set_attachments(document.id, kept)?;
        let names: Vec<_> = kept.iter().map(|file| file.name.as_str()).collect();
        let (this, organ, now) = (Document::Outgoing(document.id), &self.organ.id, self.now());
        let (who, names) = (&self.profile.person.full_name, names.join(", "));
        (self.store.timeline()).append(organ, this, "attached", who, &names, now)?;
        self.outgoing_changed(document.id)
    }

    /// The files that go with a document, beside the document itself.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn attachments(&self, key: DocumentKey) -> Result<Vec<FileView>> {
        match key.direction {
            Direction::Outgoing => {
                let files = self.store.outgoing().attachments(row(key.id))?;
                Ok(files.into_iter().map(file_view).collect())
            }
            Direction::Incoming => self.incoming_attachments(key.id),
            Direction::Message => Ok(Vec::new()),
        }
    }

    /// The files that came with a hand-over package, as they are kept at this desk.
    ///
    /// # Errors
    /// Those of [`App::attach`]; `HandoverDamaged`.
    pub(crate) fn keep_attachments(&self, found: &Found) -> Result<Vec<Attachment>> {
        let files = found.facts.attachments.iter().enumerate();
        let kept = files.map(|(index, file)| {
            self.keep_file(NewFile {
                name: file.name.clone(),
                title: file.title.clone(),
                bytes: found.attachment(index)?,
            })
        });
        kept.collect()
    }

    /// What a document's files are called in a hand-over package, and where they lie.
    pub(crate) fn attachment_facts(
        &self,
        id: OutgoingId,
    ) -> Result<(Vec<FileFacts>, Vec<PathBuf>)> {
        let files = self.store.outgoing().attachments(id)?;
        let facts = files.iter().map(|file| FileFacts {
            name: file.name.clone(),
            title: file.description.clone(),
            sha256: file.blob.to_string(),
        });
        let paths = files.iter().map(|file| self.store.blobs().path(&file.blob));
        Ok((facts.collect(), paths.collect()))
    }

    /// Keeps which files lay before a signer, by what the package that came back says.
    pub(crate) fn note_seen(&self, id: OutgoingId, facts: &[FileFacts]) -> Result<()> {
        let seen: Vec<_> = facts.iter().map(|file| file.sha256.as_str()).collect();
        Ok(self.store.settings().set(&seen_key(id), &seen.join(" "))?)
    }

    /// Whether these are the files that lay before the signer; a signed file that came without a package says nothing.
    pub(crate) fn were_seen(&self, id: OutgoingId, files: &[Attachment]) -> Result<bool> {
        let seen = self.store.settings().get(&seen_key(id))?;
        let now: Vec<_> = files.iter().map(|file| file.blob.to_string()).collect();
        Ok(seen.is_none_or(|seen| seen == now.join(" ")))
    }

    fn keep_file(&self, file: NewFile) -> Result<Attachment> {
        let bad =
            |why: &str| AppError::new(ErrorCode::BadArgument, format!("{}: {why}", file.name));
        if file.name.is_empty() || file.name.contains(['/', '\\', '\0']) {
            return Err(bad("no file's name"));
        }
        if file.bytes.len() > FILE_MAX {
            return Err(bad("larger than the axis takes"));
        }
        let is_pdf = file.bytes.starts_with(b"%PDF-");
        let bytes = if is_pdf {
            let whole = in_one_piece(&file.bytes)?;
            let after_certification = self.profile.number_after_certification;
            elsewhere::check_open(&crate::pdf::open(&whole)?, after_certification)?;
            whole.into_owned()
        } else {
            file.bytes
        };
        Ok(Attachment {
            media_type: if is_pdf { PDF } else { OTHER }.to_owned(),
            description: file.title,
            main: false,
            size: bytes.len() as u64,
            blob: self.store.blobs().put(&bytes)?,
            name: file.name,
        })
    }

    /// The attachments of a document that are to be sealed with it, each with its act.
    pub(crate) fn attached(&self, document: &Outgoing, number: u32) -> Result<Vec<Attached>> {
        let layouts = self.layouts()?;
        let form = &layouts.of(&document.draft.layout)?.corner;
        let lines = corner::attachment_lines(form, &document.draft.code(number), self.now());
        let files = self.store.outgoing().attachments(document.id)?;
        let sealed = files.into_iter().map(|file| {
            if file.media_type != PDF {
                return Ok(Attached { file, sealed: None });
            }
            let pdf = self.blob(&file.blob)?;
            let act =
                self.corner_act(&file.blob, &crate::pdf::open(&pdf)?, form, &lines, document)?;
            let sealed = Some((pdf, act));
            Ok(Attached { file, sealed })
        });
        sealed.collect()
    }

    /// The organisation's seal as text in the corner of a file's first page.
    pub(crate) fn corner_act(
        &self,
        file: &BlobId,
        pdf: &Pdf<&[u8]>,
        form: &crate::layouts::Corner,
        lines: &[String],
        document: &Outgoing,
    ) -> Result<Act> {
        let path = self.store.blobs().path(file);
        let field = corner::unused_field(pdf)?;
        let (new_field, mark) = corner::find(self.renderer()?, &path, pdf, form, lines)?;
        Ok(Act {
            field,
            new_field: Some(new_field),
            mark,
            place: document.draft.place.clone(),
            now: self.now(),
            number: None,
            nudges: Nudges::default(),
            certify: false,
        })
    }
}

/// The setting with the SHA-256s of the attachments that lay before the last signer.
fn seen_key(id: OutgoingId) -> String {
    format!("attached.seen.{}", id.0)
}

/// An attachment as its document is sealed.
pub(crate) struct Attached {
    /// The file as it stands in the store.
    pub(crate) file: Attachment,
    /// Its bytes and what seals them; `None` for what is no PDF.
    pub(crate) sealed: Option<(Vec<u8>, Act)>,
}

/// An attachment as it is shown.
pub(crate) fn file_view(file: Attachment) -> FileView {
    FileView {
        sha256: file.blob.to_string(),
        is_pdf: is_sealed(&file),
        attached: !file.main,
        name: file.name,
        bytes: file.size as f64,
        description: Text::same(file.description),
    }
}

/// Whether an attachment is sealed with its document.
pub(crate) fn is_sealed(file: &Attachment) -> bool {
    file.media_type == PDF
}
