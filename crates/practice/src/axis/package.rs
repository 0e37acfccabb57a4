//! What the axis looks at in a package, and the line it adds to it.
//!
//! It reads as little as a post office does: who sends, to whom, and which document. It shares no
//! code with the clients' reader, so that a mistake of that one is not repeated here.

use std::borrow::Cow;

use quick_xml::events::Event;
use quick_xml::{Reader, Writer};

/// A multipart's own header ends within so many bytes.
const PREAMBLE_MAX: usize = 4 << 10;

/// The address side of a package.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// From/OrganId.
    pub(super) from: String,
    /// To/OrganId of a document, ResponseFor/OrganId of a status.
    pub(super) to: Vec<String>,
    /// DocumentId; for a status that of the document it is about.
    pub(super) document_id: String,
    /// Subject; a status has none.
    pub(super) title: String,
    /// CodeNumber.
    pub(super) number: String,
    /// CodeNotation.
    pub(super) notation: String,
}

/// Reads the address side; `None` where there is no MessageHeader in well-formed XML.
pub(super) fn address(bytes: &[u8]) -> Option<Address> {
    let text = markup(bytes)?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut path: Vec<String> = Vec::new();
    let mut found = Address::default();
    let mut response_for = Vec::new();
    let (mut header, mut status) = (false, false);
    let mut value = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                path.push(start.local_name().into_inner().to_owned());
                value.clear();
            }
            Event::Text(piece) => value.push_str(&piece.into_inner()),
            Event::CData(piece) => value.push_str(&piece.into_inner()),
            Event::GeneralRef(reference) => {
                let named = quick_xml::escape::resolve_predefined_entity(&reference);
                match named {
                    Some(text) => value.push_str(text),
                    None => value.push(reference.resolve_char_ref().ok()??),
                }
            }
            Event::End(_) => {
                let names: Vec<&str> = path.iter().map(String::as_str).collect();
                let text = value.trim();
                match names.as_slice() {
                    // Statuses of before QCVN 102 have an element of their own for it.
                    [.., "MessageHeader"] | [.., "Header", "Status"] => header = true,
                    [.., "MessageHeader", "StatusCode"]
                    | [.., "Header", "Status", "StatusCode"] => status = true,
                    [.., "MessageHeader", "From", "OrganId"]
                    | [.., "Header", "Status", "From", "OrganId"] => found.from = text.to_owned(),
                    [.., "MessageHeader", "To", "OrganId"] => found.to.push(text.to_owned()),
                    [.., "MessageHeader", "DocumentId"] => found.document_id = text.to_owned(),
                    [.., "MessageHeader", "Subject"] => found.title = text.to_owned(),
                    [.., "MessageHeader", "Code", "CodeNumber"] => found.number = text.to_owned(),
                    [.., "MessageHeader", "Code", "CodeNotation"] => {
                        found.notation = text.to_owned();
                    }
                    [
                        ..,
                        "ResponseFor",
                        name @ ("OrganId" | "DocumentId" | "Code"),
                    ] => {
                        response_for.push(((*name).to_owned(), text.to_owned()));
                    }
                    _ => {}
                }
                path.pop();
                value.clear();
            }
            Event::DocType(_) => return None,
            Event::Eof if path.is_empty() && header => break,
            Event::Eof => return None,
            _ => {}
        }
    }
    if status {
        let of = |wanted: &'static str| {
            let named = response_for.iter().filter(move |(name, _)| name == wanted);
            named.map(|(_, text)| text.clone())
        };
        found.to = of("OrganId").collect();
        // Its number and notation is all that an older one says of the document.
        if let Some(document) = of("DocumentId").chain(of("Code")).next() {
            found.document_id = document;
        }
    }
    Some(found)
}

/// The package with the axis's own TraceHeader, as real axes deliver it; a package without a
/// TraceHeaderList (a status) stays as it is. The text around it is not touched.
pub(super) fn traced(bytes: &[u8], centre: &str, timestamp: &str) -> Vec<u8> {
    let whole = || bytes.to_vec();
    let Some(at) = memrfind(bytes, b"TraceHeaderList>") else {
        return whole();
    };
    let Some(start) = bytes
        .get(..at)
        .and_then(|b| b.iter().rposition(|b| *b == b'<'))
    else {
        return whole();
    };
    let (before, after) = bytes.split_at(start);
    // `</edXML:` gives the sender's own prefix.
    let Some(prefix) = after.get(2..at - start).map(String::from_utf8_lossy) else {
        return whole();
    };
    let line = format!(
        "<{prefix}TraceHeader><{prefix}OrganId>{centre}</{prefix}OrganId>\
         <{prefix}Timestamp>{timestamp}</{prefix}Timestamp></{prefix}TraceHeader>"
    );
    [before, line.as_bytes(), after].concat()
}

/// The package written anew, as real axes write it: one line, without empty elements and without the
/// namespace of XML signatures. What is not well-formed, or no plain XML in UTF-8, stays as it is.
pub(super) fn rewritten(bytes: &[u8]) -> Vec<u8> {
    const XMLDSIG: &str = " xmlns=\"http://www.w3.org/2000/09/xmldsig#\"";
    let (Some(Cow::Borrowed(text)), None) = (markup(bytes), root_part(bytes)) else {
        return bytes.to_vec();
    };
    let mut reader = Reader::from_str(text);
    let mut out = Writer::new(Vec::new());
    // A start is held back until it is known that something follows it.
    let mut held: Vec<Event<'_>> = Vec::new();
    let mut depth = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(Event::Eof) if depth == 0 => break,
            Ok(Event::Eof) | Err(_) => return bytes.to_vec(),
            Ok(event) => event,
        };
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Start(_) => held.push(event),
            Event::Empty(_) => {}
            Event::Text(ref text) if text.contains('\n') && text.trim().is_empty() => {}
            Event::End(_) if held.pop().is_some() => {}
            event => {
                for start in held.drain(..).chain([event]) {
                    if out.write_event(start).is_err() {
                        return bytes.to_vec();
                    }
                }
            }
        }
    }
    let written = out.into_inner();
    match String::from_utf8(written) {
        Ok(text) => text.replace(XMLDSIG, "").into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

/// The text from its first `<`: files come with a BOM and stray characters before the prolog, in UTF-16, or as a
/// multipart whose first part is the message (the dialects of before QCVN 102).
fn markup(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |unit: fn([u8; 2]) -> u16, text: &[u8]| {
        let units: Vec<u16> = text.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).ok().map(Cow::Owned)
    };
    match bytes {
        [0xff, 0xfe, text @ ..] => utf16(u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => utf16(u16::from_be_bytes, text),
        // The first `<` tells as much as a mark.
        [b'<', 0, ..] => utf16(u16::from_le_bytes, bytes),
        [0, b'<', ..] => utf16(u16::from_be_bytes, bytes),
        _ => {
            let xml = root_part(bytes).unwrap_or(bytes);
            let start = xml.iter().position(|b| *b == b'<')?;
            std::str::from_utf8(xml.get(start..)?)
                .ok()
                .map(Cow::Borrowed)
        }
    }
}

/// The body of a multipart's first part; `None` where this is no multipart. The boundary is the first line that
/// starts with `--`: the files that circulate need not name it.
fn root_part(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    let mut boundary: &[u8] = b"";
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let text = text.trim_ascii();
        if text.len() > 2 && text.starts_with(b"--") {
            boundary = text;
            break;
        }
        let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
        if at > PREAMBLE_MAX || text.get(digits) == Some(&b'<') {
            return None;
        }
    }
    let part = bytes.get(at..).filter(|_| !boundary.is_empty())?;
    let (mut start, mut end) = (None, 0);
    for line in part.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii();
        if text.starts_with(boundary) {
            break;
        }
        end += line.len();
        if start.is_none() && text.is_empty() {
            start = Some(end);
        }
    }
    part.get(start?..end)
}

fn memrfind(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).rposition(|w| w == pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "<a:edXML xmlns:a='x'><a:MessageHeader><a:From><a:OrganId>A</a:OrganId></a:From>\
        <a:To><a:OrganId>B</a:OrganId></a:To><a:To><a:OrganId>C</a:OrganId></a:To>\
        <a:DocumentId>A,1/X&amp;Y</a:DocumentId>\
        <a:Code><a:CodeNumber>1</a:CodeNumber><a:CodeNotation>X&amp;Y</a:CodeNotation></a:Code><a:Subject>&lt;&#13;&gt;</a:Subject></a:MessageHeader>\
        <a:TraceHeaderList></a:TraceHeaderList></a:edXML>";

    #[test]
    fn a_document_is_routed_by_its_receivers() {
        let address = address(format!("\u{feff}12{DOCUMENT}\r\n").as_bytes()).unwrap();
        assert_eq!(address.from, "A");
        assert_eq!(address.to, ["B", "C"]);
        assert_eq!(address.document_id, "A,1/X&Y");
        assert_eq!((&*address.number, &*address.notation), ("1", "X&Y"));
        assert_eq!(address.title, "<\r>", "the sent list tells it");
    }

    #[test]
    fn a_status_is_routed_to_whom_it_answers() {
        let status = "<e><MessageHeader><From><OrganId>B</OrganId></From><ResponseFor><OrganId>A</OrganId>\
            <DocumentId>9</DocumentId></ResponseFor><StatusCode>01</StatusCode></MessageHeader></e>";
        let address = address(status.as_bytes()).unwrap();
        assert_eq!(
            (address.to, address.document_id),
            (vec!["A".to_owned()], "9".to_owned())
        );
        assert_eq!(super::address(b"<e/>"), None);
        assert_eq!(super::address(&status.as_bytes()[..60]), None);
    }

    #[test]
    fn every_dialect_and_encoding_that_circulates_is_routed() {
        let (from, to) = ("000.00.00.G22", ["000.00.00.H41"]);
        for multipart in [
            include_str!("../../../edxml/tests/dialects/soap.edxml"),
            include_str!("../../../edxml/tests/dialects/edoc-vn.edxml"),
        ] {
            let address = address(multipart.as_bytes()).unwrap();
            assert_eq!(
                (&*address.from, &address.to[..]),
                (from, &to.map(String::from)[..])
            );
            assert_eq!(
                address.document_id,
                "000.00.00.G22,2025/10/14,7816/VPCP-TTĐT"
            );
            assert_eq!(rewritten(multipart.as_bytes()), multipart.as_bytes());
        }
        let status = include_bytes!("../../../edxml/tests/dialects/soap-status.edxml");
        let address = super::address(status).unwrap();
        assert_eq!(
            (&*address.from, &address.to[..]),
            (to[0], &[from.to_owned()][..])
        );
        assert_eq!(
            address.document_id, "7816/VPCP-TTĐT",
            "all that it says of it"
        );
        let plain = super::address(DOCUMENT.as_bytes());
        for (mark, bytes) in [
            ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xfe, 0xff], u16::to_be_bytes),
        ] {
            let wide = DOCUMENT.encode_utf16().flat_map(bytes);
            let wide: Vec<u8> = mark.into_iter().chain(wide).collect();
            assert_eq!(super::address(&wide), plain);
            assert_eq!(rewritten(&wide), wide);
        }
    }

    #[test]
    fn a_package_written_anew_has_no_empty_elements_and_says_the_same() {
        let package = DOCUMENT.replace("<a:Subject>", "<a:Place/><a:Due>\n</a:Due><a:Subject>");
        let written = String::from_utf8(rewritten(package.as_bytes())).unwrap();
        assert!(
            !written.contains("Place") && !written.contains("Due"),
            "{written}"
        );
        assert_eq!(address(written.as_bytes()), address(package.as_bytes()));
        assert_eq!(rewritten(b"<a><b>"), b"<a><b>".to_vec());
    }

    #[test]
    fn a_trace_is_added_in_the_senders_prefix() {
        let traced = traced(DOCUMENT.as_bytes(), "00.99.W00", "2026/11/20 09:00:00");
        let text = String::from_utf8(traced).unwrap();
        assert!(text.contains(
            "<a:TraceHeaderList><a:TraceHeader><a:OrganId>00.99.W00</a:OrganId>\
             <a:Timestamp>2026/11/20 09:00:00</a:Timestamp></a:TraceHeader></a:TraceHeaderList>"
        ));
    }
}
