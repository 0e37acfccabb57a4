//! What carries the files: elements inside the message, or MIME parts beside it.

use std::borrow::Cow;
use std::io::{Read, Seek};
use std::ops::Range;

use trien_domain::text::compose;

use crate::container::MimePart;
use crate::skeleton::Skeleton;
use crate::tree::{self, Element, Xml};
use crate::{EdxmlError, Limits};

/// A file as it travels, its bytes still encoded.
pub(crate) struct Part<'a> {
    /// Its identifier without `cid:`.
    pub(crate) id: String,
    /// Its name; MIME parts have none, their references do.
    pub(crate) name: String,
    /// What its sender says of it.
    pub(crate) description: String,
    /// Its declared type.
    pub(crate) content_type: String,
    /// Its bytes.
    pub(crate) content: Content<'a>,
}

/// Bytes, or their base64.
pub(crate) enum Content<'a> {
    /// As they are, at a place in the package.
    Raw(Range<u64>),
    /// Encoded.
    Base64(Cow<'a, str>),
    /// Encoded, at a place in the package.
    Run(Range<u64>),
}

/// Attachments below `AttachmentEncoded`, or bare below the envelope.
pub(crate) fn within_message<'a>(root: &'a Element<'a>) -> impl Iterator<Item = Part<'a>> {
    let encoded = root
        .all("AttachmentEncoded")
        .flat_map(|list| list.all("Attachment"));
    let bare = root.all("Attachment");
    encoded.chain(bare).filter_map(|attachment| {
        let first = |names: [&str; 2]| names.into_iter().find_map(|name| attachment.find(name));
        let text = |names: [&str; 2]| first(names).map_or("", |e| e.text.trim());
        let content = first(["ContentTransferEncoded", "Content"])?;
        Some(Part {
            id: bare_id(attachment.get("ContentId")),
            name: compose(text(["AttachmentName", "FileName"])),
            description: compose(attachment.get("Description")),
            content_type: text(["ContentType", "FileType"]).to_owned(),
            content: match &content.run {
                Some(run) => Content::Run(run.clone()),
                None => Content::Base64(Cow::Borrowed(content.text.as_ref())),
            },
        })
    })
}

/// An attachment beside a message: the file itself, or XML of the dialect around its base64.
pub(crate) fn beside_message<S: Read + Seek>(
    part: &MimePart,
    source: &mut S,
    limits: &Limits,
) -> Result<Part<'static>, EdxmlError> {
    let mut found = wrapped(part, source, limits)?.unwrap_or_else(|| Part {
        id: String::new(),
        name: String::new(),
        description: String::new(),
        content_type: part.content_type.clone(),
        content: match part.base64 {
            true => Content::Run(part.body.clone()),
            false => Content::Raw(part.body.clone()),
        },
    });
    found.id = bare_id(&part.id);
    Ok(found)
}

/// A ContentId without its prefix, which one library writes twice, and without angle brackets.
pub(crate) fn bare_id(id: &str) -> String {
    let mut id = id.trim_matches(['<', '>']);
    while let Some(rest) = id.strip_prefix("cid:") {
        id = rest;
    }
    id.to_owned()
}

/// `Document/Attach/Attachment/value`, in either case; `None` where the part is no such XML.
fn wrapped<S: Read + Seek>(
    part: &MimePart,
    source: &mut S,
    limits: &Limits,
) -> Result<Option<Part<'static>>, EdxmlError> {
    if !part.content_type.ends_with("xml") {
        return Ok(None);
    }
    let skeleton = match Skeleton::read(source, &part.body, limits) {
        // A set of data, sent as it is.
        Err(EdxmlError::TooMuch { .. }) => return Ok(None),
        skeleton => skeleton?,
    };
    let Ok(text) = std::str::from_utf8(&skeleton.bytes) else {
        return Ok(None);
    };
    // What a part's own XML is forgiven says nothing about the message.
    let xml = Xml::with_runs(text.trim_start(), &skeleton);
    let mut document = match tree::parse(&xml, tree::ATTACHMENT, limits, &mut Vec::new()) {
        Ok(document) => document,
        // A file that is XML itself, sent as it is.
        Err(EdxmlError::NotEdxml { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(mut attachment) = document.take("Attachment") else {
        return Ok(None);
    };
    let name = attachment.get("name").to_owned();
    let content_type = attachment.attribute("Content-Type").to_owned();
    Ok(attachment.take("value").map(|value| Part {
        id: String::new(),
        name: String::new(),
        // The dialect's `name` is what the reference calls the description.
        description: compose(&name),
        content_type,
        content: match value.run {
            Some(run) => Content::Run(run),
            None => Content::Base64(Cow::Owned(value.text.into_owned())),
        },
    }))
}
