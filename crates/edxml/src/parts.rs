//! What carries the files: elements inside the message, or MIME parts beside it.

use std::borrow::Cow;
use std::ops::Range;

use trien_domain::text::compose;

use crate::container::MimePart;
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
    /// As they are.
    Raw(&'a [u8]),
    /// Encoded.
    Base64(Cow<'a, str>),
    /// Encoded, at a place in the package.
    Run(Range<u64>),
}

/// Attachments below `AttachmentEncoded`, or bare below the envelope.
pub(crate) fn within_message<'a>(
    root: &'a Element<'a>,
) -> impl Iterator<Item = Result<Part<'a>, EdxmlError>> {
    let encoded = root
        .all("AttachmentEncoded")
        .flat_map(|list| list.all("Attachment"));
    let bare = root.all("Attachment");
    encoded.chain(bare).filter_map(|attachment| {
        let first = |names: [&str; 2]| names.into_iter().find_map(|name| attachment.find(name));
        let text = |names: [&str; 2]| first(names).map_or("", |e| e.text.trim());
        let content = first(["ContentTransferEncoded", "Content"])?;
        Some(Ok(Part {
            id: bare_id(attachment.get("ContentId")),
            name: compose(text(["AttachmentName", "FileName"])),
            description: compose(attachment.get("Description")),
            content_type: text(["ContentType", "FileType"]).to_owned(),
            content: match &content.run {
                Some(run) => Content::Run(run.clone()),
                None => Content::Base64(Cow::Borrowed(content.text.as_ref())),
            },
        }))
    })
}

/// Attachments beside a message: the file itself, or XML of the dialect around its base64.
pub(crate) fn beside_message<'a>(
    parts: &'a [MimePart<'a>],
    limits: &Limits,
) -> impl Iterator<Item = Result<Part<'a>, EdxmlError>> {
    parts.iter().map(|part| {
        let mut found = match wrapped(part, limits)? {
            Some(found) => found,
            None => Part {
                id: String::new(),
                name: String::new(),
                description: String::new(),
                content_type: part.content_type.clone(),
                content: plain(part)?,
            },
        };
        found.id = bare_id(&part.id);
        Ok(found)
    })
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
fn wrapped<'a>(part: &MimePart<'a>, limits: &Limits) -> Result<Option<Part<'a>>, EdxmlError> {
    let Ok(text) = std::str::from_utf8(part.body) else {
        return Ok(None);
    };
    if !part.content_type.ends_with("xml") {
        return Ok(None);
    }
    // What a part's own XML is forgiven says nothing about the message.
    let mut document = match tree::parse(
        &Xml::whole(text.trim()),
        tree::ATTACHMENT,
        limits,
        &mut Vec::new(),
    ) {
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
        content: Content::Base64(value.text),
    }))
}

fn plain<'a>(part: &MimePart<'a>) -> Result<Content<'a>, EdxmlError> {
    if !part.base64 {
        return Ok(Content::Raw(part.body));
    }
    let text = std::str::from_utf8(part.body).map_err(|_| EdxmlError::BadBase64 {
        name: part.id.clone(),
    })?;
    Ok(Content::Base64(Cow::Borrowed(text)))
}
