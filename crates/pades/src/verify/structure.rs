//! What stands in the bytes besides the document shown: signatures out of its reach, bytes that no
//! revision explains.

use trien_pdf::{ByteRangeDictionary, Object, ObjectId, Pdf, ReadAt, UnaccountedKind, View};

use super::placement::Placed;
use crate::difference::form::FormError;
use crate::report::{Hidden, Reason, ReasonCode};

/// Bytes read at a time when a file that cannot be opened is searched for signatures.
const BLOCK: usize = 64 * 1024;
/// Signatures reported of such a file; the first is enough to refuse it.
const ENOUGH: usize = 100;
/// White space looked through between `/ByteRange` and its array.
const MAX_BLANK: usize = 16;

/// Signature dictionaries anywhere in the file that no signature field of the shown document has.
pub fn hidden<S: ReadAt>(pdf: &Pdf<S>, shown: &[Placed]) -> Result<Vec<Hidden>, FormError> {
    let dictionaries = pdf.byte_range_dictionaries()?;
    let is_shown = |found: &ByteRangeDictionary| {
        shown
            .iter()
            .any(|placed| found.object == Some(placed.holder) && found.dict == placed.value)
    };
    let vanished: Vec<&ByteRangeDictionary> = dictionaries
        .iter()
        .filter(|found| !is_shown(found))
        .collect();
    if vanished.is_empty() {
        return Ok(Vec::new());
    }
    let oldest = oldest_signed(shown).unwrap_or(usize::MAX);
    let rights = usage_rights(pdf.at(oldest))?;
    let is_rights = |found: &ByteRangeDictionary| {
        found.revision <= oldest && found.object.is_some() && found.object == rights
    };
    let vanished = vanished.into_iter().filter(|found| !is_rights(found));
    Ok(vanished.map(|found| hidden_at(found.offset)).collect())
}

/// Bytes after the oldest signed revision that no revision accounts for. Comments inside a revision
/// are what producers sign their work with; after the last one nothing is.
pub fn strange_bytes<S: ReadAt>(pdf: &Pdf<S>, placed: &[Placed]) -> Result<Vec<Reason>, FormError> {
    use UnaccountedKind::Comment;
    let Some(oldest) = oldest_signed(placed) else {
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

/// Signatures in the raw bytes of a file that cannot be opened.
pub fn hidden_in_bytes<S: ReadAt>(source: &S) -> Vec<Hidden> {
    const WORD: &[u8] = b"/ByteRange";
    let overlap = WORD.len() + MAX_BLANK;
    let mut found = Vec::new();
    let mut block = vec![0; BLOCK];
    let mut at = 0;
    while found.len() < ENOUGH {
        let got = source.read_at(at, &mut block).unwrap_or(0);
        let bytes = block.get(..got).unwrap_or_default();
        // Blocks overlap, so that nothing is cut in two; what is near the end is found in the next.
        let fresh = match bytes.len() < block.len() {
            true => bytes.len(),
            false => bytes.len() - overlap,
        };
        let words = bytes.windows(WORD.len()).take(fresh).enumerate();
        let words = words.filter(|(_, window)| *window == WORD);
        for (index, _) in words {
            let mut rest = bytes.iter().skip(index + WORD.len()).take(MAX_BLANK);
            if rest.find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
                found.push(hidden_at(at + index as u64));
            }
        }
        if fresh == bytes.len() {
            break;
        }
        at += fresh as u64;
    }
    found.truncate(ENOUGH);
    found
}

/// The words for a place in the file.
pub fn offset(at: u64) -> String {
    format!("offset {at}")
}

fn hidden_at(at: u64) -> Hidden {
    Hidden {
        offset: at,
        reason: Reason::new(ReasonCode::SignatureHidden, offset(at)),
    }
}

fn oldest_signed(placed: &[Placed]) -> Option<usize> {
    placed.iter().filter_map(|placed| placed.revision).min()
}

/// The signature by which Adobe's programs grant usage rights to the unsigned document (ISO 32000-2
/// 12.8.6): a statement about programs, not about the document.
fn usage_rights<S: ReadAt>(view: View<'_, S>) -> Result<Option<ObjectId>, FormError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bytes_are_searched_across_blocks_for_the_key_with_its_array() {
        let offsets = |bytes: &[u8]| -> Vec<u64> {
            let found = hidden_in_bytes(&bytes);
            found.iter().map(|hidden| hidden.offset).collect()
        };
        assert_eq!(offsets(b"x /ByteRange [0 1 2 3]"), [2]);
        assert!(offsets(b"the key /ByteRange is told of").is_empty());
        for start in BLOCK - 30..BLOCK + 3 {
            let mut bytes = vec![b' '; start];
            bytes.extend(b"/ByteRange\r\n[0 1 2 3]");
            assert_eq!(offsets(&bytes), [start as u64]);
        }
    }
}
