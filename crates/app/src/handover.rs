//! The *gói trình ký*: how a document goes from desk to desk without a server.
//!
//! A package is a folder with the PDF, the files that go with it, their facts as JSON and their hashes; no keys, no
//! secrets. It
//! travels by a shared folder or a USB stick, so it appears whole or not at all (written beside,
//! then renamed), and whoever takes it in trusts only what it verifies in the PDF.

mod files;

pub use files::FileFacts;

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{AppError, ErrorCode, Result};

/// The value of [`Facts::schema`].
pub const SCHEMA: &str = "trien.handover/1";
/// The facts of a package.
const FACTS: &str = "trinh-ky.json";
/// The PDF of a package.
const PDF: &str = "van-ban.pdf";
/// Facts are a page of JSON; what is larger is none of ours.
const FACTS_MAX: u64 = 256 * 1024;
/// The axis takes 50 MB; a draft beyond four times that is a mistake.
const PDF_MAX: u64 = 200 * 1024 * 1024;
/// More packages than this in one folder are not a desk's: the rest waits for the next look.
const PACKAGES_MAX: usize = 10_000;

/// Which way a package goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// From the clerk to the leader, to be signed.
    ToSign,
    /// From the leader back, signed.
    Signed,
    /// From the leader back, with a reason.
    Returned,
    /// From the leader back, to be worked on by somebody else first.
    Forwarded,
}

impl Facts {
    /// Who signs next.
    pub fn addressee(&self) -> &str {
        if self.next.is_empty() {
            &self.signatory.full_name
        } else {
            &self.next
        }
    }
}

impl Way {
    /// The folder below the hand-over folder; each desk writes into its own.
    fn folder(self) -> &'static str {
        match self {
            Self::ToSign => "trinh-ky",
            Self::Signed => "da-ky",
            Self::Returned => "tra-lai",
            Self::Forwarded => "chuyen-xu-ly",
        }
    }
}

/// What a package says of itself. Only for showing and matching: what is trusted is in the PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// One document keeps this identity on all its ways.
    pub id: Uuid,
    /// This package: the same document may go the same way again.
    pub package: Uuid,
    /// Which way.
    pub way: Way,
    /// When it was handed over, ISO 8601.
    pub at: String,
    /// The office.
    pub organ_id: String,
    /// Who hands it over.
    pub from: String,
    /// Trích yếu.
    pub subject: String,
    /// Ký hiệu.
    pub notation: String,
    /// Tên loại.
    pub kind: String,
    /// 0 normal … 4.
    pub urgency: u8,
    /// Due date, `yyyy-MM-dd`.
    pub due: Option<String>,
    /// The competent person.
    pub signatory: SignatoryFacts,
    /// Full name of who signs next: only that desk takes the package in. Empty: the competent person.
    #[serde(default)]
    pub next: String,
    /// The clerk's note, or the leader's reason.
    pub note: String,
    /// The document it answers, in words, `1284/SNV-VTLT của Sở Nội vụ`.
    pub answers: String,
    /// The names of those it will be sent to.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// SHA-256 of the prepared PDF, in hex: a signed file must continue it.
    pub prepared_sha256: String,
    /// SHA-256 of the PDF of this package, in hex.
    pub pdf_sha256: String,
    /// The files that go with the document; from the leader's desk, those that lay before the leader.
    #[serde(default)]
    pub attachments: Vec<FileFacts>,
}

/// The competent person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatoryFacts {
    /// Họ tên.
    pub full_name: String,
    /// Quyền hạn.
    pub competence: String,
    /// Chức vụ.
    pub position: String,
}

/// A package that lies in a folder and was read whole.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its folder.
    pub path: PathBuf,
    /// Its facts.
    pub facts: Facts,
    /// Its PDF.
    pub pdf: Vec<u8>,
}

/// Writes a package with the attachments that its facts name, from where they lie; one that is there already with the same
/// document is left as it is, one that was damaged is replaced.
///
/// # Errors
/// `HandoverFolderMissing` where the folder cannot be written, `DiskFull`.
pub fn write(root: &Path, facts: &Facts, pdf: &[u8], attachments: &[PathBuf]) -> Result<PathBuf> {
    let folder = root.join(facts.way.folder());
    let name = format!(
        "{}-{}",
        facts.id,
        facts.pdf_sha256.get(..16).unwrap_or_default()
    );
    let finished = folder.join(&name);
    if finished.exists() {
        let whole = read(&finished, facts.way).is_ok_and(|there| {
            (there.facts.id, &there.facts.pdf_sha256) == (facts.id, &facts.pdf_sha256)
                && there.facts.addressee() == facts.addressee()
                && there.facts.attachments == facts.attachments
        });
        if whole {
            return Ok(finished);
        }
        fs::remove_dir_all(&finished).map_err(|e| unavailable(root, &e))?;
    }
    let unfinished = folder.join(format!(".{name}"));
    let json = serde_json::to_vec_pretty(facts)
        .map_err(|e| AppError::new(ErrorCode::Internal, e.to_string()))?;
    let written = (|| {
        if !root.is_dir() {
            return Err(std::io::Error::from(ErrorKind::NotFound));
        }
        fs::create_dir_all(&unfinished)?;
        write_synced(&unfinished.join(PDF), pdf)?;
        files::write(&unfinished, attachments)?;
        write_synced(&unfinished.join(FACTS), &json)?;
        match fs::rename(&unfinished, &finished) {
            Err(_) if finished.exists() => fs::remove_dir_all(&unfinished)?,
            other => other?,
        }
        sync_folder(&folder)
    })();
    written
        .map(|()| finished)
        .map_err(|e| unavailable(root, &e))
}

/// Lists the packages that lie on a way. They are read one at a time: each may hold 200 MB.
///
/// # Errors
/// `HandoverFolderMissing` where the folder cannot be read.
pub fn list(root: &Path, way: Way) -> Result<Vec<PathBuf>> {
    if !root.is_dir() {
        return Err(unavailable(root, &ErrorKind::NotFound.into()));
    }
    let entries = match fs::read_dir(root.join(way.folder())) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(unavailable(root, &e)),
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir() && !is_hidden(path))
        .take(PACKAGES_MAX)
        .collect();
    folders.sort();
    Ok(folders)
}

/// Reads one package and compares its hash.
///
/// # Errors
/// `HandoverDamaged` where it is not whole, too large, or not what its facts say.
pub fn read(path: &Path, way: Way) -> Result<Found> {
    let damaged = |why: String| AppError::new(ErrorCode::HandoverDamaged, why);
    let json =
        read_bounded(&path.join(FACTS), FACTS_MAX).map_err(|e| damaged(format!("{FACTS}: {e}")))?;
    let facts: Facts =
        serde_json::from_slice(&json).map_err(|e| damaged(format!("{FACTS}: {e}")))?;
    if facts.schema != SCHEMA || facts.way != way {
        return Err(damaged(format!(
            "{FACTS}: {} {:?}",
            facts.schema, facts.way
        )));
    }
    let pdf = read_bounded(&path.join(PDF), PDF_MAX).map_err(|e| damaged(format!("{PDF}: {e}")))?;
    let found = hex::encode(Sha256::digest(&pdf));
    if found != facts.pdf_sha256 {
        return Err(damaged(format!(
            "{PDF}: SHA-256 {found}, {} expected",
            facts.pdf_sha256
        )));
    }
    files::check(path, &facts.attachments)?;
    Ok(Found {
        path: path.to_owned(),
        facts,
        pdf,
    })
}

/// Removes a package that was taken in and stored; a folder that is gone already is no error.
pub fn remove(found: &Found) -> Result<()> {
    match fs::remove_dir_all(&found.path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(unavailable(&found.path, &e)),
        _ => Ok(()),
    }
}

fn read_bounded(path: &Path, max: u64) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn unavailable(root: &Path, error: &std::io::Error) -> AppError {
    let code = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            ErrorCode::DiskFull
        }
        _ => ErrorCode::HandoverFolderMissing,
    };
    AppError::new(code, format!("{}: {error}", root.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(way: Way, pdf: &[u8]) -> Facts {
        Facts {
            schema: SCHEMA.to_owned(),
            id: Uuid::from_u128(7),
            package: Uuid::from_u128(8),
            way,
            at: "2026-11-20T09:15:30+07:00".to_owned(),
            organ_id: "000.00.15.H99".to_owned(),
            from: "Lò Thị Mai".to_owned(),
            subject: "V/v báo cáo".to_owned(),
            notation: "UBND-VP".to_owned(),
            kind: "Công văn".to_owned(),
            urgency: 0,
            due: None,
            signatory: SignatoryFacts {
                full_name: "Vi Đức Thuận".to_owned(),
                competence: "TM. ỦY BAN NHÂN DÂN".to_owned(),
                position: "CHỦ TỊCH".to_owned(),
            },
            next: String::new(),
            note: String::new(),
            answers: String::new(),
            recipients: vec!["Sở Nội vụ".to_owned()],
            prepared_sha256: String::new(),
            pdf_sha256: hex::encode(Sha256::digest(pdf)),
            attachments: Vec::new(),
        }
    }

    #[test]
    fn a_package_arrives_as_it_was_written_and_only_once() {
        let root = tempfile::tempdir().unwrap();
        let sent = facts(Way::ToSign, b"%PDF-");
        write(root.path(), &sent, b"%PDF-", &[]).unwrap();
        write(root.path(), &sent, b"%PDF-", &[]).unwrap();
        let found = list(root.path(), Way::ToSign).unwrap();
        assert_eq!(found.len(), 1);
        let found = read(&found[0], Way::ToSign).unwrap();
        assert_eq!(
            (found.facts.clone(), found.pdf.as_slice()),
            (sent, b"%PDF-".as_slice())
        );
        assert!(
            list(root.path(), Way::Signed).unwrap().is_empty(),
            "each way has its own folder"
        );
        remove(&found).unwrap();
        remove(&found).unwrap();
        assert!(list(root.path(), Way::ToSign).unwrap().is_empty());
    }

    #[test]
    fn an_altered_package_is_not_taken_and_is_replaced_when_it_comes_again() {
        let root = tempfile::tempdir().unwrap();
        let path = write(root.path(), &facts(Way::Signed, b"%PDF-"), b"%PDF-", &[]).unwrap();
        fs::write(path.join(PDF), b"%PDF-x").unwrap();
        assert_eq!(list(root.path(), Way::Signed).unwrap().len(), 1);
        let error = read(&path, Way::Signed).unwrap_err();
        assert_eq!(error.code, ErrorCode::HandoverDamaged);
        write(root.path(), &facts(Way::Signed, b"%PDF-"), b"%PDF-", &[]).unwrap();
        assert!(read(&path, Way::Signed).is_ok());
    }

    #[test]
    fn attachments_travel_with_the_document_and_a_changed_one_spoils_the_package() {
        let root = tempfile::tempdir().unwrap();
        let beside = root.path().join("phu-luc.pdf");
        fs::write(&beside, b"cells").unwrap();
        let mut sent = facts(Way::ToSign, b"%PDF-");
        sent.attachments.push(FileFacts {
            name: "../phu-luc.pdf".to_owned(),
            title: "Phụ lục I".to_owned(),
            sha256: hex::encode(Sha256::digest(b"cells")),
        });
        let path = write(root.path(), &sent, b"%PDF-", &[beside]).unwrap();
        let found = read(&path, Way::ToSign).unwrap();
        assert_eq!(found.attachment(0).unwrap(), b"cells");
        fs::write(path.join("kem-theo/01"), b"other").unwrap();
        for error in [
            read(&path, Way::ToSign).unwrap_err(),
            found.attachment(0).unwrap_err(),
        ] {
            assert_eq!(error.code, ErrorCode::HandoverDamaged);
        }
        remove(&found).unwrap();
    }

    #[test]
    fn a_half_copied_package_is_not_seen() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("trinh-ky/.unfinished")).unwrap();
        assert!(list(root.path(), Way::ToSign).unwrap().is_empty());
    }

    #[test]
    fn a_stick_that_is_not_plugged_in_is_told() {
        let missing = Path::new("/nonexistent/usb");
        assert_eq!(
            list(missing, Way::ToSign).unwrap_err().code,
            ErrorCode::HandoverFolderMissing
        );
        let error = write(missing, &facts(Way::ToSign, b""), b"", &[]).unwrap_err();
        assert_eq!(error.code, ErrorCode::HandoverFolderMissing);
    }
}
