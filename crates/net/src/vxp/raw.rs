//! The answer of `downloadEdoc`: the package as it is, and nothing that says so.
//!
//! A login page or a proxy's notice comes with HTTP 200, too. Kept as the package it would cost the document, since
//! the axis would be told that it is here: so its start must look like one.

use std::io::Write;

use super::answer;
use crate::AxisError;

/// How much of it is looked at: the headers of a multipart stand in its first 4 KiB.
const HEAD: usize = 4 << 10;

/// Takes the body as it arrives and writes the package.
#[derive(Debug)]
pub struct RawAnswer<W> {
    http: u16,
    limit: usize,
    /// The start, until it is looked at.
    head: Vec<u8>,
    /// Bytes of the package so far.
    size: usize,
    out: W,
}

impl<W: Write> RawAnswer<W> {
    /// For a package of at most `limit` bytes, which goes to `out`, in an answer of this HTTP status.
    pub fn new(http: u16, limit: usize, out: W) -> Self {
        Self {
            http,
            limit,
            head: Vec::with_capacity(HEAD),
            size: 0,
            out,
        }
    }

    /// Takes the next piece of the body.
    ///
    /// # Errors
    /// [`AxisError::TooLarge`], [`AxisError::NotJson`] for what does not start as a package does, and
    /// [`AxisError::NotKept`] where `out` does not take it.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), AxisError> {
        let looked_at = self.size >= HEAD;
        self.size += piece.len();
        if self.size > self.limit {
            return Err(AxisError::TooLarge { limit: self.limit });
        }
        if looked_at {
            return self.write(piece);
        }
        self.head.extend_from_slice(piece);
        match self.size >= HEAD {
            true => self.begin(),
            false => Ok(()),
        }
    }

    /// What took the package, once the body is at its end.
    ///
    /// # Errors
    /// As [`RawAnswer::push`]; [`AxisError::Incomplete`] where nothing came, as axes refuse.
    pub fn finish(mut self) -> Result<W, AxisError> {
        if self.size == 0 {
            return Err(AxisError::Incomplete { what: "package" });
        }
        if self.size < HEAD {
            self.begin()?;
        }
        Ok(self.out)
    }

    fn begin(&mut self) -> Result<(), AxisError> {
        let head = std::mem::take(&mut self.head);
        if !is_package(head.get(..HEAD).unwrap_or(&head)) {
            return Err(answer::foreign(self.http, &head));
        }
        self.write(&head)
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), AxisError> {
        let written = self.out.write_all(piece);
        written.map_err(|e| AxisError::not_kept(&e))
    }
}

/// Whether what starts so can be a package: XML after the dirt that circulates (a byte-order mark, digits), UTF-16, or
/// a multipart.
fn is_package(head: &[u8]) -> bool {
    if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..]) {
        return true;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let dirt = |byte: &u8| byte.is_ascii_whitespace() || byte.is_ascii_digit();
    let start = head.iter().position(|byte| !dirt(byte)).unwrap_or(0);
    match head.get(start..) {
        Some(xml @ [b'<', ..]) => !is_page(xml),
        _ => is_multipart(head),
    }
}

fn is_page(xml: &[u8]) -> bool {
    let text = xml.to_ascii_lowercase();
    let has = |name: &[u8]| text.windows(name.len()).any(|w| w == name);
    has(b"<html") || has(b"<!doctype html")
}

/// Nothing but a header stands before the first boundary.
fn is_multipart(head: &[u8]) -> bool {
    for line in head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii) {
        if line.len() > 2 && line.starts_with(b"--") {
            return true;
        }
        let goes_on = line.is_empty() || line.contains(&b':') || line.contains(&b'=');
        if !goes_on || line.starts_with(b"{") {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Vec<u8>, AxisError> {
        let mut answer = RawAnswer::new(200, 100_000, Vec::new());
        for piece in body.chunks(100) {
            answer.push(piece)?;
        }
        answer.finish()
    }

    #[test]
    fn a_package_is_known_by_its_start_in_every_form_that_circulates() {
        let xml = format!("<edXML>{}</edXML>", "x".repeat(2 * HEAD));
        let mut packages: Vec<Vec<u8>> = ["", "\u{feff}", "\u{feff}1212", " \r\n"]
            .map(|dirt| format!("{dirt}{xml}").into_bytes())
            .into();
        packages.push(b"<edXML/>".to_vec());
        packages.push(xml.encode_utf16().fold(vec![0xff, 0xfe], |mut all, unit| {
            all.extend(unit.to_le_bytes());
            all
        }));
        packages.push(format!("--uuid\r\nContent-ID: <1>\r\n\r\n{xml}").into_bytes());
        packages.push(
            format!("Content-Type: multipart/related;\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\n{xml}")
                .into_bytes(),
        );
        for package in packages {
            let head = String::from_utf8_lossy(&package[..8]).into_owned();
            assert_eq!(read(&package).as_ref(), Ok(&package), "{head:?}");
        }
    }

    #[test]
    fn a_page_or_a_notice_is_no_package() {
        for other in [
            "<!DOCTYPE html><html></html>",
            "\n<!-- proxy -->\n<HTML lang=vi>",
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "{\"ErrorCode\":\"22\"}",
            "Phiên làm việc đã hết",
            "Error: session expired",
            "123",
        ] {
            let answer = read(other.as_bytes());
            assert!(matches!(answer, Err(AxisError::NotJson { .. })), "{other}");
        }
        let nothing = AxisError::Incomplete { what: "package" };
        assert_eq!(read(b""), Err(nothing));
        let large = AxisError::TooLarge { limit: 100_000 };
        assert_eq!(read(&[b'<'; 100_001]), Err(large));
    }
}
