//! The manifest's references and the attachments they name.

use trien_domain::text::compose;

use crate::tree::{Element, within};
use crate::{Attachment, EdxmlError, Limits, Note, payload};

/// The files of a package, in the order of the manifest; files that it does not name come last.
pub(crate) fn attachments(
    root: &Element<'_>,
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Vec<Attachment>, EdxmlError> {
    let mut parts: Vec<Option<Part<'_>>> = parts(root).map(Some).collect();
    within(parts.len(), limits.attachments, "attachments")?;
    let references: Vec<Reference> = references(root).collect();
    within(references.len(), limits.attachments, "references")?;
    let same_count = references.len() == parts.len();
    let mut found = Vec::new();
    for (index, reference) in references.iter().enumerate() {
        let part = take(&mut parts, |p| !p.id.is_empty() && p.id == reference.id)
            .or_else(|| {
                let loose = take(&mut parts, |p| {
                    !p.name.is_empty() && p.name == reference.name
                })
                .or_else(|| parts.get_mut(index).filter(|_| same_count)?.take())?;
                notes.push(Note::MatchedLoosely {
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
        notes.push(Note::UnlistedAttachment {
            name: part.name.clone(),
        });
        found.push((Reference::default(), part));
    }
    if found.is_empty() {
        notes.push(Note::NoAttachment);
    }
    let mut total = 0;
    let mut attachments = Vec::with_capacity(found.len());
    for (reference, part) in found {
        let attachment = open(reference, &part, limits, notes)?;
        total += attachment.bytes.len();
        within(total, limits.total_bytes, "bytes in all attachments")?;
        attachments.push(attachment);
    }
    Ok(attachments)
}

/// Reference of the manifest.
#[derive(Debug, Clone, Default)]
struct Reference {
    id: String,
    name: String,
    description: String,
    content_type: String,
}

/// Attachment below AttachmentEncoded, its text still encoded.
struct Part<'a> {
    id: String,
    name: String,
    element: &'a Element<'a>,
}

fn references(root: &Element<'_>) -> impl Iterator<Item = Reference> {
    let body = root.envelope().find("edXMLBody");
    let manifest = body.and_then(|b| b.find("edXMLManifest").or_else(|| b.find("Manifest")));
    manifest
        .into_iter()
        .flat_map(|m| m.all("Reference"))
        .map(|r| Reference {
            id: bare(r.get("ContentId")),
            name: compose(r.get("AttachmentName")),
            description: compose(r.get("Description")),
            content_type: r.get("ContentType").to_owned(),
        })
}

fn parts<'a>(root: &'a Element<'a>) -> impl Iterator<Item = Part<'a>> {
    root.all("AttachmentEncoded")
        .flat_map(|list| list.all("Attachment"))
        .filter(|a| a.find("ContentTransferEncoded").is_some())
        .map(|element| Part {
            id: bare(element.get("ContentId")),
            name: compose(element.get("AttachmentName")),
            element,
        })
}

fn take<'a>(parts: &mut [Option<Part<'a>>], is_it: impl Fn(&Part<'a>) -> bool) -> Option<Part<'a>> {
    parts
        .iter_mut()
        .find(|p| p.as_ref().is_some_and(&is_it))?
        .take()
}

fn open(
    reference: Reference,
    part: &Part<'_>,
    limits: &Limits,
    notes: &mut Vec<Note>,
) -> Result<Attachment, EdxmlError> {
    let name = or(reference.name, &part.name);
    let bytes = payload::decode(
        &name,
        part.element.get("ContentTransferEncoded"),
        limits,
        notes,
    )?;
    within(
        bytes.len(),
        limits.attachment_bytes,
        "bytes in an attachment",
    )?;
    let attachment = Attachment {
        content_id: or(reference.id, &part.id),
        description: or(reference.description, part.element.get("Description")),
        // The attachment's own type comes first: one library writes `application/zip` into every
        // reference, whatever the file is.
        content_type: or(
            part.element.get("ContentType").to_owned(),
            &reference.content_type,
        ),
        name,
        bytes,
    };
    if attachment.bytes.is_empty() {
        notes.push(Note::EmptyAttachment {
            name: attachment.name.clone(),
        });
    }
    if !attachment.has_safe_name() {
        notes.push(Note::UnsafeAttachmentName {
            name: attachment.name.clone(),
        });
    }
    Ok(attachment)
}

/// A ContentId without its prefix, which one library writes twice, and without angle brackets.
fn bare(id: &str) -> String {
    let mut id = id.trim_matches(['<', '>']);
    while let Some(rest) = id.strip_prefix("cid:") {
        id = rest;
    }
    id.to_owned()
}

fn or(first: String, second: &str) -> String {
    if first.is_empty() {
        compose(second)
    } else {
        first
    }
}
