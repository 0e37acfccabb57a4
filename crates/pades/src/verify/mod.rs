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
mod verdict;

use std::ops::Range;

use trien_pdf::{Limits, Object, Pdf, PdfError, ReadAt};

use crate::difference::form::{Form, FormError};
use crate::path::{Trust, Wanted};
use crate::report::{Hidden, Reason, ReasonCode, Report};

pub use crate::path;

/// Bytes read at a time when a file that cannot be opened is searched for signatures.
const BLOCK: usize = 64 * 1024;

/// Judges every signature of a PDF and everything that happened after it.
///
/// Always gives a report: what cannot be read is reported as unreadable, and nothing is repaired.
pub fn verify<S: ReadAt>(source: S, trust: &Trust) -> Report {
    verify_and_ask(source, trust).0
}

/// The same, and what could be fetched to know more: put into [`Trust::online`] it may change an
/// indeterminate judgement.
pub fn verify_and_ask<S: ReadAt>(source: S, trust: &Trust) -> (Report, Vec<Wanted>) {
    let unreadable = |code| (unreadable(&source, trust, code), Vec::new());
    let pdf = match Pdf::open(&source, Limits::default()) {
        Ok(pdf) if pdf.encrypted() => return unreadable(ReasonCode::Encrypted),
        Ok(pdf) => pdf,
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
pub fn signed_revision<S: ReadAt>(source: S, field: &str) -> Option<Range<u64>> {
    let pdf = Pdf::open(&source, Limits::default()).ok()?;
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
    let hidden = hidden(pdf, &placed)?;
    let strange = strange_bytes(pdf, &placed)?;
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

/// Signature dictionaries anywhere in the file that no signature field of the shown document has.
fn hidden<S: ReadAt>(pdf: &Pdf<S>, shown: &[placement::Placed]) -> Result<Vec<Hidden>, FormError> {
    let dictionaries = pdf.byte_range_dictionaries()?;
    let usage_rights = usage_rights(pdf)?;
    let is_shown = |found: &trien_pdf::ByteRangeDictionary| {
        shown.iter().any(|placed| {
            found.object == Some(placed.holder) && found.dict.as_ref() == Some(&placed.value)
        })
    };
    let vanished = dictionaries.iter().filter(|found| !is_shown(found));
    let vanished = vanished.filter(|found| found.object.is_none() || found.object != usage_rights);
    Ok(vanished.map(|found| hidden_at(found.offset)).collect())
}

/// The signature by which Adobe's programs grant usage rights in the oldest revision (ISO 32000-2
/// 12.8.6): a statement about programs, not about the document.
fn usage_rights<S: ReadAt>(pdf: &Pdf<S>) -> Result<Option<trien_pdf::ObjectId>, FormError> {
    let view = pdf.at(0);
    let permissions = view.get(&view.catalog()?, "Perms")?;
    let Some(permissions) = permissions.as_dict() else {
        return Ok(None);
    };
    let rights = ["UR3", "UR"].iter().find_map(|key| permissions.get(key));
    let Some(id) = rights.and_then(Object::as_reference) else {
        return Ok(None);
    };
    let value = view.dict(id, "usage rights")?;
    let references = view.get(&value, "Reference")?;
    let about_rights = |reference: &Object| {
        let reference = view.resolve(reference).ok();
        let reference = reference.as_ref().and_then(Object::as_dict);
        reference.is_some_and(|reference| {
            reference.is("TransformMethod", "UR3") || reference.is("TransformMethod", "UR")
        })
    };
    let references = references.as_array().unwrap_or_default();
    let all = !references.is_empty() && references.iter().all(about_rights);
    Ok(all.then_some(id))
}

/// Bytes after the oldest signed revision that no revision accounts for. Comments inside a revision
/// are what producers sign their work with; after the last one nothing is.
fn strange_bytes<S: ReadAt>(
    pdf: &Pdf<S>,
    placed: &[placement::Placed],
) -> Result<Vec<Reason>, FormError> {
    use trien_pdf::UnaccountedKind::Comment;
    let Some(oldest) = placed.iter().filter_map(|placed| placed.revision).min() else {
        return Ok(Vec::new());
    };
    let last = pdf.revisions().len();
    let unaccounted = pdf.unaccounted()?;
    let strange = unaccounted.iter().filter(|found| found.revision > oldest);
    let strange = strange.filter(|found| found.kind != Comment || found.revision >= last);
    Ok(strange
        .map(|found| Reason::new(ReasonCode::BytesUnaccounted, offset(found.range.start)))
        .collect())
}

/// A file that cannot be judged. If it holds signatures all the same, they are hidden, and a file
/// that hides signatures is not valid.
fn unreadable<S: ReadAt>(source: &S, trust: &Trust, code: ReasonCode) -> Report {
    let hidden = match code {
        ReasonCode::Encrypted | ReasonCode::NotAPdf | ReasonCode::FileNotReadable => Vec::new(),
        _ => find_byte_ranges(source)
            .into_iter()
            .map(hidden_at)
            .collect(),
    };
    let sha256 = hashing::run(source, &[])
        .map(|(sha256, _)| sha256)
        .unwrap_or_default();
    verdict::unreadable(source.len(), &sha256, trust, code, hidden)
}

fn hidden_at(at: u64) -> Hidden {
    Hidden {
        offset: at,
        reason: Reason::new(ReasonCode::SignatureHidden, offset(at)),
    }
}

fn offset(at: u64) -> String {
    format!("offset {at}")
}

fn code_of(error: &PdfError) -> ReasonCode {
    match error {
        PdfError::Io(_) => ReasonCode::FileNotReadable,
        PdfError::NotPdf => ReasonCode::NotAPdf,
        PdfError::Encrypted => ReasonCode::Encrypted,
        PdfError::Limit { .. } | PdfError::FileTooLarge => ReasonCode::LimitExceeded,
        _ => ReasonCode::StructureBroken,
    }
}

/// Offsets of `/ByteRange` in raw bytes; the first hundred are enough to refuse a file.
fn find_byte_ranges<S: ReadAt>(source: &S) -> Vec<u64> {
    const WORD: &[u8] = b"/ByteRange";
    const ENOUGH: usize = 100;
    let mut found = Vec::new();
    let mut block = vec![0; BLOCK];
    let mut at = 0;
    while found.len() < ENOUGH {
        let got = source.read_at(at, &mut block).unwrap_or(0);
        let bytes = block.get(..got).unwrap_or_default();
        for (index, window) in bytes.windows(WORD.len()).enumerate() {
            if window == WORD {
                found.push(at + index as u64);
            }
        }
        // Blocks overlap, so that no word is cut in two.
        if got < WORD.len() {
            break;
        }
        at += (got - WORD.len() + 1) as u64;
    }
    found
}
