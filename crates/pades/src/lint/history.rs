//! What the bytes hold beside the document as it stands: earlier states, lost signatures, odd cross-references.

use trien_pdf::{Pdf, ReadAt, Revision, XrefKind};

use super::{FindingCode, Found};
use crate::error::PadesError;
use crate::form::Form;

/// Every signature in the bytes must be one that the form shows; before the first signature the file must be one
/// clean revision, or one and our preparation.
pub(super) fn look_at_history<S: ReadAt>(
    pdf: &Pdf<S>,
    form: Option<&Form>,
    found: &mut Found,
) -> Result<(), PadesError> {
    let fields = form.map_or(&[][..], |form| &form.fields);
    let shown: Vec<_> = fields
        .iter()
        .filter_map(|field| field.signature.as_ref())
        .collect();
    for signature in pdf.byte_range_dictionaries()? {
        if !shown.contains(&&signature.dict) {
            found.add(
                FindingCode::HiddenSignature,
                format!("byte {}", signature.offset),
            );
        }
    }
    let revisions = pdf.revisions();
    if revisions
        .iter()
        .any(|revision| revision.xref == XrefKind::Hybrid)
    {
        found.add(FindingCode::HybridXref, "trailer");
    }
    if !shown.is_empty() {
        return Ok(());
    }
    // Our preparation, and corrections that moved its boxes.
    let moves = |revision: &&Revision| {
        let mut defined = revision.defined();
        defined.all(|id| fields.iter().any(|field| field.id == Some(id)))
    };
    let moved = revisions.iter().skip(2).filter(moves).count();
    if revisions.len() > 1 + usize::from(!fields.is_empty()) + moved {
        found.add(
            FindingCode::EarlierRevisions,
            format!("{} revisions", revisions.len()),
        );
    }
    let Some(first) = revisions.first() else {
        return Ok(());
    };
    let has_table = first.xref != XrefKind::Stream && !first.linearized;
    if has_table && is_fragmented(pdf.source(), first.startxref)? {
        found.add(
            FindingCode::FragmentedXref,
            format!("byte {}", first.startxref),
        );
    }
    Ok(())
}

/// Whether the first subsection of a cross-reference table is not its only one (ISO 32000-2 7.5.4): `xref`, the first
/// number and the count, entries of 20 bytes each, `trailer`.
fn is_fragmented<S: ReadAt>(source: &S, table: u64) -> Result<bool, PadesError> {
    const ENTRY: u64 = 20;
    let head = read_text(source, table, 64)?;
    let subsection = head.trim_start_matches("xref").trim_start();
    let entries = subsection
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
        .trim_start();
    let count = subsection
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|count| count.parse::<u64>().ok());
    let Some(count) = count else { return Ok(true) };
    let end = table + (head.len() - entries.len()) as u64 + count.saturating_mul(ENTRY);
    Ok(!read_text(source, end, 16)?
        .trim_start()
        .starts_with("trailer"))
}

/// ASCII at a place; other bytes do not matter here and become `?`.
fn read_text<S: ReadAt>(source: &S, offset: u64, length: usize) -> Result<String, PadesError> {
    let mut bytes = vec![0; length];
    let read = source.read_at(offset, &mut bytes)?;
    let ascii = |byte: u8| {
        if byte.is_ascii() {
            char::from(byte)
        } else {
            '?'
        }
    };
    Ok(bytes.into_iter().take(read).map(ascii).collect())
}
