//! MIME multipart around a message: SOAP with attachments, as dialects before QCVN 102 travel.
//!
//! The files that circulate are no whole MIME messages: some start at the first boundary, others
//! with a header whose boundary is right and whose other parameters are empty. So the boundary is
//! the first line that starts with `--`, as the senders' own library finds it.

use crate::tree::within;
use crate::{EdxmlError, Limits};

/// The header of a part; the longest that was seen has 140 bytes.
const HEADER_MAX: usize = 8 << 10;
/// Where the first boundary must stand; before it there is a short header, or nothing.
const PREAMBLE_MAX: usize = 4 << 10;

/// A message and what lies beside it.
pub(crate) struct Container<'a> {
    /// The message's XML.
    pub(crate) message: &'a [u8],
    /// The other parts, in their order.
    pub(crate) parts: Vec<MimePart<'a>>,
}

/// A part beside the message.
pub(crate) struct MimePart<'a> {
    /// Content-ID as written.
    pub(crate) id: String,
    /// Content-Type, without its parameters.
    pub(crate) content_type: String,
    /// Whether its bytes are base64.
    pub(crate) base64: bool,
    /// Its bytes.
    pub(crate) body: &'a [u8],
}

/// Takes a multipart apart; anything else is one message without parts.
pub(crate) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Container<'a>, EdxmlError> {
    let mut parts = Vec::new();
    for part in boundary(bytes).into_iter().flat_map(|b| split(bytes, b)) {
        parts.push(mime_part(part)?);
        within(parts.len(), limits.attachments + 1, "MIME parts")?;
    }
    let mut parts = parts.into_iter();
    Ok(match parts.next() {
        Some(root) => Container {
            message: root.body,
            parts: parts.collect(),
        },
        None => Container {
            message: bytes,
            parts: Vec::new(),
        },
    })
}

/// Whether a package that starts so is a multipart.
pub(crate) fn is_multipart(head: &[u8]) -> bool {
    boundary(head).is_some()
}

/// The boundary line, where the bytes are a multipart: nothing but a MIME header may come before it.
fn boundary(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let preamble = bytes.get(..PREAMBLE_MAX).unwrap_or(bytes);
    let found = preamble
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .take_while(|line| !line.starts_with(b"<"))
        .find(|line| line.starts_with(b"--"))?;
    (found.len() > 2).then_some(found)
}

/// What lies between lines of the boundary.
fn split<'a>(bytes: &'a [u8], boundary: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = next_line_of(bytes, boundary).map(|(_, after)| after);
    std::iter::from_fn(move || {
        let from = rest.take()?;
        let (part, after) = next_line_of(from, boundary).unwrap_or((from, b""));
        rest = Some(after).filter(|after| !after.is_empty());
        // Behind the last boundary there is nothing, or a line break.
        (!part.trim_ascii().is_empty()).then_some(part)
    })
}

/// The bytes before and after the next line that is the boundary, open or closing.
fn next_line_of<'a>(bytes: &'a [u8], boundary: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut start = 0;
    loop {
        let line = bytes.get(start..)?;
        let end = line.iter().position(|b| *b == b'\n');
        let text = end.map_or(Some(line), |end| line.get(..end))?.trim_ascii();
        let closing = text.strip_suffix(b"--").is_some_and(|t| t == boundary);
        let next = end.map_or(bytes.len(), |end| start + end + 1);
        if text == boundary || closing {
            let after = if closing { b"" } else { bytes.get(next..)? };
            return Some((bytes.get(..start)?, after));
        }
        end?;
        start = next;
    }
}

fn mime_part(part: &[u8]) -> Result<MimePart<'_>, EdxmlError> {
    let (head, body) = head_and_body(part).ok_or(EdxmlError::TooMuch {
        what: "bytes in a MIME header",
        limit: HEADER_MAX,
    })?;
    let head = String::from_utf8_lossy(head);
    let field = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value.trim())
            .to_owned()
    };
    let content_type = field("Content-Type");
    let content_type = content_type.split(';').next().unwrap_or_default();
    Ok(MimePart {
        id: field("Content-ID"),
        content_type: content_type.trim().to_owned(),
        base64: field("Content-Transfer-Encoding").eq_ignore_ascii_case("base64"),
        body,
    })
}

/// A part's header and body, parted by the first empty line; `None` where the header has no end. The
/// line break before the next boundary belongs to the boundary (RFC 2046 section 5.1.1).
fn head_and_body(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = part.get(..HEADER_MAX).unwrap_or(part);
    let mut at = 0;
    for line in head.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii().is_empty() {
            let (head, body) = part.split_at_checked(at)?;
            let body = body.get(line.len()..)?;
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            return Some((head, body.strip_suffix(b"\r").unwrap_or(body)));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Container<'_> {
        open(text.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn parts_are_found_with_and_without_a_header_before_them() {
        let parts = "--b\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n<a/>\r\n\
                     --b\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: BASE64\r\n\r\nQUJD\r\n--b--\r\n";
        let header = "Content-type: multipart/related; boundary=\"b\"\n\n";
        for text in [parts.to_owned(), format!("{header}{parts}")] {
            let container = opened(&text);
            assert_eq!(container.message, b"<a/>");
            let part = &container.parts[0];
            assert_eq!(
                (part.id.as_str(), part.base64, part.body),
                ("<1>", true, &b"QUJD"[..])
            );
            assert_eq!(container.parts.len(), 1);
        }
    }

    #[test]
    fn a_multipart_that_is_cut_gives_what_is_there() {
        let container = opened("--b\n\n<a/>\n--b\nContent-ID: 1\n\nhalf");
        assert_eq!(container.parts[0].body, b"half");
        assert!(open(b"--b\nno empty line", &Limits::default()).is_err());
    }

    #[test]
    fn a_comment_in_plain_xml_is_no_boundary() {
        let text = "<?xml version=\"1.0\"?>\n<a>\n--\n--b\n</a>";
        assert_eq!(opened(text).message, text.as_bytes());
    }

    #[test]
    fn parts_are_counted() {
        let text = "--b\n\n<a/>\n".repeat(500);
        assert!(matches!(
            open(text.as_bytes(), &Limits::default()),
            Err(EdxmlError::TooMuch { .. })
        ));
    }
}
