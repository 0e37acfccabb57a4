//! From bytes to a [`Report`].
//!
//! The steps: read the structure strictly, place every signature, hash everything in one read,
//! judge each signature by itself, explain what later revisions changed, and take the worst.

mod hashing;
mod level;
mod permissions;
mod placement;
mod policy;
mod signature;
mod standing;
mod store;
mod structure;
mod verdict;

use std::ops::Range;

use trien_pdf::{Limits, Pdf, PdfError, ReadAt};

use crate::difference::form::{Form, FormError};
use crate::path::{Trust, Wanted};
use crate::report::{ReasonCode, Report};

pub use crate::path;

/// Judges every signature of a PDF and everything that happened after it.
///
/// Always gives a report: what cannot be read is reported as unreadable, and nothing is repaired.
pub fn verify<S: ReadAt>(source: S, trust: &Trust) -> Report {
    // Every reader opens a file by itself that has an owner's password only.
    verify_encrypted(source, trust, "")
}

/// [`verify`] of a file that may be encrypted, with the user's or the owner's password.
pub fn verify_encrypted<S: ReadAt>(source: S, trust: &Trust, password: &str) -> Report {
    verify_and_ask(source, trust, password).0
}

/// The same, and what could be fetched to know more: put into [`Trust::online`] it may change an
/// indeterminate judgement.
pub fn verify_and_ask<S: ReadAt>(
    source: S,
    trust: &Trust,
    password: &str,
) -> (Report, Vec<Wanted>) {
    let unreadable = |code| (unreadable(&source, trust, code), Vec::new());
    let pdf = match Pdf::open_with_password(&source, Limits::default(), password) {
        Ok(pdf) if pdf.locked() => return unreadable(ReasonCode::Encrypted),
        Ok(pdf) => pdf.watching(verdict::is_suspect),
        Err(error) => return unreadable(code_of(&error)),
    };
    match examine(&pdf, trust) {
        Ok(found) => found,
        Err(FormError::Pdf(error)) => unreadable(code_of(&error)),
        Err(FormError::Malformed(_)) => unreadable(ReasonCode::StructureBroken),
        Err(FormError::TooLarge) => unreadable(ReasonCode::LimitExceeded),
    }
}

/// The report on a file that could not even be opened.
pub fn not_readable(trust: &Trust) -> Report {
    verdict::unreadable(0, &[], trust, ReasonCode::FileNotReadable, Vec::new())
}

/// The bytes of the file that the signature in `field` covers: cut off after them, the file is the
/// document that this person signed. `None` when there is no such signature, or when its byte range
/// is not what it must be.
/// `password` is that of an encrypted file, else empty.
pub fn signed_revision<S: ReadAt>(source: S, field: &str, password: &str) -> Option<Range<u64>> {
    let pdf = Pdf::open_with_password(&source, Limits::default(), password).ok()?;
    let form = Form::read(pdf.latest()).ok()??;
    let placed = placement::all(&pdf, &form)
        .into_iter()
        .find(|placed| placed.node.name == field)?;
    let (_, end) = placed.range.filter(|_| placed.faults.is_empty())?;
    Some(0..end)
}

fn examine<S: ReadAt>(pdf: &Pdf<S>, trust: &Trust) -> Result<(Report, Vec<Wanted>), FormError> {
    let form = Form::read(pdf.latest())?;
    let placed = form
        .as_ref()
        .map(|form| placement::all(pdf, form))
        .unwrap_or_default();
    let hidden = structure::hidden(pdf, &placed)?;
    let strange = structure::strange_bytes(pdf, &placed)?;
    let (sha256, standings) = standing::all(pdf, placed, trust)?;
    let mut wanted = Vec::new();
    for more in standings
        .iter()
        .flat_map(|standing| &standing.judged.wanted)
    {
        if !wanted.contains(more) {
            wanted.push(more.clone());
        }
    }
    let report = verdict::report(pdf, trust, sha256, standings, hidden, strange);
    Ok((report, wanted))
}

/// A file that cannot be judged. If it holds signatures all the same, they are hidden, and a file
/// that hides signatures is not valid.
fn unreadable<S: ReadAt>(source: &S, trust: &Trust, code: ReasonCode) -> Report {
    let hidden = match code {
        ReasonCode::Encrypted | ReasonCode::NotAPdf | ReasonCode::FileNotReadable => Vec::new(),
        _ => structure::hidden_in_bytes(source),
    };
    let sha256 = hashing::run(source, &[])
        .map(|(sha256, _)| sha256)
        .unwrap_or_default();
    verdict::unreadable(source.len(), &sha256, trust, code, hidden)
}

fn code_of(error: &PdfError) -> ReasonCode {
    match error {
        PdfError::Io(_) => ReasonCode::FileNotReadable,
        PdfError::NotPdf => ReasonCode::NotAPdf,
        PdfError::HeaderOffset { .. } => ReasonCode::BytesUnaccounted,
        PdfError::Encrypted => ReasonCode::Encrypted,
        PdfError::EncryptionChanged => ReasonCode::TrailerChanged,
        PdfError::Limit { .. } | PdfError::Work { .. } | PdfError::FileTooLarge => {
            ReasonCode::LimitExceeded
        }
        _ => ReasonCode::StructureBroken,
    }
}
