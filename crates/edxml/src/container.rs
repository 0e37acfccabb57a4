//! MIME multipart around a message: SOAP with attachments, as dialects before QCVN 102 travel.
//!
//! The files that circulate are no whole MIME messages: some start at the first boundary, others
//! with a header whose boundary is right and whose other parameters are empty. So the boundary is
//! the first line that starts with `--`, as the senders' own library finds it.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use memchr::memchr;

use crate::tree::within;
use crate::{EdxmlError, Limits, skeleton, text};

/// The header of a part; the longest that was seen has 140 bytes.
const HEADER_MAX: u64 = 8 << 10;
/// Where the first boundary must stand; before it there is a short header, or nothing.
const PREAMBLE_MAX: usize = 4 << 10;
/// Read at once: files are long lines of base64.
const CHUNK: usize = 256 << 10;

/// A message and what lies beside it, each by its place in the package: files are not held.
#[derive(Debug, PartialEq)]
pub(crate) struct Container {
    /// The message's XML.
    pub(crate) message: Range<u64>,
    /// The other parts, in their order.
    pub(crate) parts: Vec<MimePart>,
}

/// A part beside the message.
#[derive(Debug, PartialEq)]
pub(crate) struct MimePart {
    /// Content-ID as written.
    pub(crate) id: String,
    /// Content-Type, without its parameters.
    pub(crate) content_type: String,
    /// Whether its bytes are base64.
    pub(crate) base64: bool,
    /// Where its bytes lie.
    pub(crate) body: Range<u64>,
}

impl Container {
    /// The same container with its message, which is UTF-16, written as UTF-8 to `out`, and its parts after it as they are.
    pub(crate) fn in_utf8<S: Read + Seek, W: Write + Seek>(
        self,
        source: &mut S,
        out: &mut W,
    ) -> Result<Container, EdxmlError> {
        text::from_utf16(&mut skeleton::at(source, &self.message)?, out)?;
        let message = 0..out.stream_position()?;
        let mut parts = Vec::new();
        for part in self.parts {
            let start = out.stream_position()?;
            io::copy(&mut skeleton::at(source, &part.body)?, out)?;
            let body = start..out.stream_position()?;
            parts.push(MimePart { body, ..part });
        }
        Ok(Container { message, parts })
    }
}

/// Takes a multipart apart; `head` is its beginning.
pub(crate) fn open<S: Read + Seek>(
    source: &mut S,
    head: &[u8],
    limits: &Limits,
) -> Result<Container, EdxmlError> {
    let boundary = boundary(head).unwrap_or_default();
    let mut places = Vec::new();
    split(source, boundary, |place| {
        places.push(place);
        within(places.len(), limits.attachments + 1, "MIME parts")
    })?;
    let mut parts = Vec::new();
    for place in places {
        parts.push(mime_part(source, place)?);
    }
    let mut parts = parts.into_iter();
    let root = parts.next().ok_or(EdxmlError::NoHeader)?;
    if root.base64 {
        return Err(encoded("base64"));
    }
    Ok(Container {
        message: root.body,
        parts: parts.collect(),
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

/// Gives the places between lines of the boundary, up to the closing one, or the first with nothing in it.
fn split<S: Read + Seek>(
    source: &mut S,
    boundary: &[u8],
    mut found: impl FnMut(Range<u64>) -> Result<(), EdxmlError>,
) -> Result<(), EdxmlError> {
    source.rewind()?;
    let mut lines = BufReader::with_capacity(CHUNK, source);
    let (mut at, mut line) = (0, Vec::new());
    // Where the part at hand starts, and whether anything is in it.
    let mut part: Option<(u64, bool)> = None;
    loop {
        let length = next_line(&mut lines, &mut line)?;
        let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let text = text.trim_ascii();
        let closing = text.strip_suffix(b"--").is_some_and(|t| t == boundary);
        if length == 0 || closing || text == boundary {
            match part {
                Some((start, true)) => found(start..at)?,
                Some((_, false)) => return Ok(()),
                None => {}
            }
            if length == 0 || closing {
                return Ok(());
            }
            part = Some((at + length, false));
        } else if let Some((_, filled)) = &mut part {
            *filled |= !text.is_empty();
        }
        at += length;
    }
}

/// Reads a line and its break, and keeps as much of it as a boundary may have; how long it is, 0 at the end.
fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<u64> {
    line.clear();
    let mut length = 0;
    loop {
        let bytes = match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        let end = memchr(b'\n', bytes).map(|at| at + 1);
        let taken = end.unwrap_or(bytes.len());
        let room = PREAMBLE_MAX.saturating_sub(line.len()).min(taken);
        line.extend_from_slice(bytes.get(..room).unwrap_or_default());
        source.consume(taken);
        length += taken as u64;
        if end.is_some() || taken == 0 {
            return Ok(length);
        }
    }
}

fn mime_part<S: Read + Seek>(source: &mut S, place: Range<u64>) -> Result<MimePart, EdxmlError> {
    let mut head = Vec::new();
    let most = HEADER_MAX.min(place.end - place.start);
    source.seek(SeekFrom::Start(place.start))?;
    source.by_ref().take(most).read_to_end(&mut head)?;
    let (head, length) = header(&head).ok_or(EdxmlError::TooMuch {
        what: "bytes in a MIME header",
        limit: HEADER_MAX as usize,
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
        base64: match field("Content-Transfer-Encoding").to_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" => false,
            "base64" => true,
            other => return Err(encoded(other)),
        },
        body: without_last_break(source, place.start + length as u64..place.end)?,
    })
}

/// No sender of quoted-printable is known, and a file that is taken for what it is not is worse than none.
fn encoded(encoding: &str) -> EdxmlError {
    EdxmlError::PartEncoding {
        encoding: encoding.to_owned(),
    }
}

/// A part's header up to the first empty line, and where its body starts; `None` where the header has no end.
fn header(part: &[u8]) -> Option<(&[u8], usize)> {
    let mut at = 0;
    for line in part.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii().is_empty() {
            return Some((part.get(..at)?, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// The line break before the next boundary belongs to the boundary (RFC 2046 section 5.1.1).
fn without_last_break<S: Read + Seek>(source: &mut S, body: Range<u64>) -> io::Result<Range<u64>> {
    let mut end = Vec::new();
    source.seek(SeekFrom::Start(body.end.saturating_sub(2).max(body.start)))?;
    source
        .by_ref()
        .take(2.min(body.end - body.start))
        .read_to_end(&mut end)?;
    let length = match end.as_slice() {
        b"\r\n" => 2,
        [.., b'\n'] => 1,
        _ => 0,
    };
    Ok(body.start..body.end - length)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn opened(text: &str) -> Container {
        let mut source = Cursor::new(text.as_bytes());
        open(&mut source, text.as_bytes(), &Limits::default()).unwrap()
    }

    fn at<'a>(text: &'a str, place: &Range<u64>) -> &'a str {
        &text[place.start as usize..place.end as usize]
    }

    #[test]
    fn parts_are_found_with_and_without_a_header_before_them() {
        let parts = "--b\r\nContent-Type: text/xml; charset=utf-8\r\n\r\n<a/>\r\n\
                     --b\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: BASE64\r\n\r\nQUJD\r\n--b--\r\n";
        let header = "Content-type: multipart/related; boundary=\"b\"\n\n";
        for text in [
            parts.to_owned(),
            format!("{header}{parts}"),
            format!("\u{feff}{parts}"),
        ] {
            let container = opened(&text);
            assert_eq!(at(&text, &container.message), "<a/>");
            let part = &container.parts[0];
            assert_eq!(
                (part.id.as_str(), part.base64, at(&text, &part.body)),
                ("<1>", true, "QUJD")
            );
            assert_eq!(container.parts.len(), 1);
        }
    }

    #[test]
    fn a_multipart_that_is_cut_gives_what_is_there() {
        let text = "--b\n\n<a/>\n--b\nContent-ID: 1\n\nhalf";
        assert_eq!(at(text, &opened(text).parts[0].body), "half");
        let cut = b"--b\nno empty line";
        assert!(open(&mut Cursor::new(cut), cut, &Limits::default()).is_err());
    }

    #[test]
    fn a_line_that_is_longer_than_any_boundary_is_passed_over() {
        let long = format!("--b{}", "x".repeat(3 * CHUNK));
        let text = format!("--b\n\n{long}\n--b\n\n\n--b\n\nlost\n--b--");
        let container = opened(&text);
        assert!(at(&text, &container.message) == long);
        assert_eq!(container.parts, [], "an empty part is the last one");
    }

    #[test]
    fn a_part_in_another_encoding_is_refused() {
        let field = |encoding| format!("Content-Transfer-Encoding: {encoding}\n\n");
        for (root, part, refused) in [
            ("8bit", "Base64", None),
            ("7bit", "quoted-printable", Some("quoted-printable")),
            ("base64", "binary", Some("base64")),
        ] {
            let text = format!("--b\n{}<a/>\n--b\n{}x\n--b--", field(root), field(part));
            let limits = Limits::default();
            let opened = open(&mut Cursor::new(&text), text.as_bytes(), &limits);
            match refused {
                None => assert!(opened.is_ok()),
                Some(encoding) => assert_eq!(opened, Err(encoded(encoding))),
            }
        }
    }

    #[test]
    fn a_comment_in_plain_xml_is_no_boundary() {
        assert!(!is_multipart(
            b"<?xml version=\"1.0\"?>\n<a>\n--\n--b\n</a>"
        ));
    }

    #[test]
    fn parts_are_counted() {
        let text = "--b\n\n<a/>\n".repeat(500);
        assert!(matches!(
            open(&mut Cursor::new(&text), text.as_bytes(), &Limits::default()),
            Err(EdxmlError::TooMuch { .. })
        ));
    }
}
