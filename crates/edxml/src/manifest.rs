//! The manifest's references and the attachments they name.

use std::io::{Read, Seek};

use trien_domain::text::compose;

use crate::parts::{Part, bare_id};
use crate::payload::Opening;
use crate::tree::{Element, within};
use crate::{Attachment, EdxmlError, Files, Note};

/// The files of a package, in the order of the manifest; files that it does not name come last.
pub(crate) fn attachments<S: Read + Seek, F: Files>(
    references: Option<Vec<Reference>>,
    parts: Vec<Part<'_>>,
    opening: &mut Opening<'_, S, F>,
) -> Result<Vec<Attachment<F::File>>, EdxmlError> {
    let listed = references.is_some();
    let references = references.unwrap_or_default();
    let limits = opening.limits;
    within(parts.len(), limits.attachments, "attachments")?;
    within(references.len(), limits.attachments, "references")?;
    let mut parts: Vec<Option<Part<'_>>> = parts.into_iter().map(Some).collect();
    let same_count = references.len() == parts.len();
    let mut found = Vec::new();
    for (index, reference) in references.iter().enumerate() {
        let part = take(&mut parts, |p| !p.id.is_empty() && p.id == reference.id)
            .or_else(|| {
                let loose = take(&mut parts, |p| {
                    !p.name.is_empty() && p.name == reference.name
                })
                .or_else(|| parts.get_mut(index).filter(|_| same_count)?.take())?;
                opening.notes.push(Note::MatchedLoosely {
                    name: reference.name.clone(),
                });
                Some(loose)
            })
            .ok_or_else(|| EdxmlError::MissingAttachment {
                content_id: reference.id.clone(),
                name: reference.name.clone(),
            })?;
        found.push((reference.clone(), part));
    }
    for part in parts.into_iter().flatten() {
        // A dialect without a manifest cannot name them.
        if listed {
            opening.notes.push(Note::UnlistedAttachment {
                name: part.name.clone(),
            });
        }
        found.push((Reference::default(), part));
    }
    if found.is_empty() {
        opening.notes.push(Note::NoAttachment);
    }
    let files = found.into_iter();
    files
        .map(|(reference, part)| open(reference, &part, opening))
        .collect()
}

/// Reference of the manifest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    id: String,
    name: String,
    description: String,
    content_type: String,
}

/// The references of a manifest. SOAP dialects name the file in `xlink:href` only.
pub(crate) fn references(manifest: &Element<'_>) -> Vec<Reference> {
    let of = |r: &Element<'_>| Reference {
        id: match r.get("ContentId") {
            "" => bare_id(r.attribute("href")),
            id => bare_id(id),
        },
        name: compose(r.get("AttachmentName")),
        description: compose(r.get("Description")),
        content_type: r.get("ContentType").to_owned(),
    };
    manifest.all("Reference").map(of).collect()
}

fn take<'a>(parts: &mut [Option<Part<'a>>], is_it: impl Fn(&Part<'a>) -> bool) -> Option<Part<'a>> {
    parts
        .iter_mut()
        .find(|p| p.as_ref().is_some_and(&is_it))?
        .take()
}

fn open<S: Read + Seek, F: Files>(
    reference: Reference,
    part: &Part<'_>,
    opening: &mut Opening<'_, S, F>,
) -> Result<Attachment<F::File>, EdxmlError> {
    let name = match or(reference.name, &part.name) {
        // A part without any name is still a file of the document.
        name if name.is_empty() => part.id.clone(),
        name => name,
    };
    let (bytes, size) = opening.decode(&name, &part.content)?;
    let attachment = Attachment {
        content_id: or(reference.id, &part.id),
        description: or(reference.description, &part.description),
        // The attachment's own type comes first: one library writes `application/zip` into every
        // reference, whatever the file is.
        content_type: or(part.content_type.clone(), &reference.content_type),
        name,
        bytes,
    };
    if size == 0 {
        opening.notes.push(Note::EmptyAttachment {
            name: attachment.name.clone(),
        });
    }
    if !attachment.has_safe_name() {
        opening.notes.push(Note::UnsafeAttachmentName {
            name: attachment.name.clone(),
        });
    }
    Ok(attachment)
}

fn or(first: String, second: &str) -> String {
    if first.is_empty() {
        compose(second)
    } else {
        first
    }
}
