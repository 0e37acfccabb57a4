//! Each dialect that circulates says the same; samples are what the public libraries write.
// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use time::macros::{date, datetime};
use trien_domain::{DocumentFacts, Operation, StatusCode, StatusMessage, Urgency};
use trien_edxml::{Limits, Message, Note, Package, read};

const JAVA: &str = include_str!("dialects/java.edxml");
const DOTNET: &str = include_str!("golden/dotnet.edxml");
const SOAP: &str = include_str!("dialects/soap.edxml");
const EDOC_VN: &str = include_str!("dialects/edoc-vn.edxml");
const GO_VN: &str = include_str!("dialects/go-vn.edxml");

fn package(text: &str) -> Package {
    read(text.as_bytes(), &Limits::default()).unwrap()
}

fn facts(package: &Package) -> &DocumentFacts {
    match &package.message {
        Message::Document(facts) => facts,
        Message::Status(_) => panic!("a status"),
    }
}

fn status(text: &str) -> (StatusMessage, Vec<Note>) {
    let package = package(text);
    match package.message {
        Message::Status(status) => (*status, package.notes),
        Message::Document(_) => panic!("a document"),
    }
}

#[test]
fn every_dialect_says_the_same_of_the_same_document() {
    for text in [JAVA, DOTNET, SOAP, EDOC_VN, GO_VN] {
        let package = package(text);
        let facts = facts(&package);
        assert_eq!(facts.from.id.as_str(), "000.00.00.G22");
        assert_eq!(facts.from.name, "Văn phòng Chính phủ");
        assert_eq!(facts.to.len(), 1);
        assert_eq!(facts.to[0].id.as_str(), "000.00.00.H41");
        assert_eq!(facts.id.as_str(), "000.00.00.G22,2025/10/14,7816/VPCP-TTĐT");
        assert_eq!(facts.code.to_string(), "7816/VPCP-TTĐT");
        assert_eq!(facts.date, Some(date!(2025 - 10 - 14)));
        assert_eq!(facts.kind.name, "Công văn");
        assert_eq!(facts.signatory.full_name, "Nguyễn Văn A");
        assert_eq!(facts.operation, Operation::New);
        assert!(facts.concerns.is_empty());
        assert_eq!(package.attachments[0].name, "vb.pdf");
        assert!(package.attachments[0].is_pdf());
    }
}

#[test]
fn the_java_librarys_doubled_prefix_and_wrapped_table_are_undone() {
    let package = package(JAVA);
    assert_eq!(facts(&package).subject, "Trích yếu <thử> & \"kiểm tra\"");
    assert_eq!(
        package.attachments[0].content_id,
        "cf991479-fb24-42f2-9be4-1e73ab5d25ab"
    );
    let table = &package.attachments[1];
    assert_eq!(table.name, "bieu.xlsx");
    assert!(
        !table.bytes.starts_with(b"PK"),
        "the zip of one entry is off"
    );
}

#[test]
fn a_message_in_utf16_keeps_the_files_beside_it() {
    let start = SOAP.find("<SOAP-ENV:").unwrap();
    let end = start + SOAP[start..].find("\n--").unwrap();
    let message = SOAP[start..end].encode_utf16();
    let mark = [0xff, 0xfe].into_iter();
    let message: Vec<u8> = mark.chain(message.flat_map(u16::to_le_bytes)).collect();
    let (before, after) = (&SOAP.as_bytes()[..start], &SOAP.as_bytes()[end..]);
    let read = read(&[before, &message, after].concat(), &Limits::default()).unwrap();
    assert_eq!(read, package(SOAP));
}

#[test]
fn files_beside_a_soap_message_are_found_by_their_content_id() {
    for text in [SOAP, EDOC_VN] {
        for line_ends in ["\n", "\r\n"] {
            let package = package(&text.replace('\n', line_ends));
            assert!(
                matches!(
                    &package.notes[..],
                    [Note::OtherNamespace { .. }, Note::Unwrapped { .. }]
                ),
                "{:?}",
                package.notes
            );
            assert_eq!(facts(&package).urgency, Urgency::Urgent);
            let files: Vec<_> = package
                .attachments
                .iter()
                .map(|f| (f.name.as_str(), f.content_id.as_str(), f.bytes.len()))
                .collect();
            assert_eq!(
                files,
                [
                    ("vb.pdf", "a339dbcb-c54f-41d8-b261-e76cb09bcd9b.pdf", 13),
                    ("bieu.xlsx", "e8f9c932-de31-40cc-ace6-154b8ffb39fe.xlsx", 10),
                ]
            );
            assert_eq!(package.attachments[0].content_type, "application/pdf");
        }
    }
}

#[test]
fn a_mime_part_may_be_the_file_itself() {
    let (before, after) = SOAP.split_once("Content-Type: text/xml\n").unwrap();
    let (_, next) = after.split_once("\n------=_Part").unwrap();
    let id = "Content-ID: <a339dbcb-c54f-41d8-b261-e76cb09bcd9b.pdf>\n";
    for head_and_body in [
        format!("Content-Type: application/pdf\n{id}\n%PDF-1.4 test"),
        format!("{id}Content-Transfer-Encoding: base64\n\nJVBERi0x\nLjQgdGVzdA=="),
    ] {
        let package = package(&format!("{before}{head_and_body}\n------=_Part{next}"));
        assert_eq!(package.attachments[0].bytes, b"%PDF-1.4 test");
        assert_eq!(package.attachments[0].name, "vb.pdf");
    }
}

#[test]
fn a_dialect_without_a_manifest_names_its_files_itself() {
    let package = package(GO_VN);
    assert!(
        !package
            .notes
            .iter()
            .any(|n| matches!(n, Note::UnlistedAttachment { .. }))
    );
    assert_eq!(package.attachments[0].bytes, b"%PDF-1.4 test");
    assert_eq!(facts(&package).pages, Some(3));
}

#[test]
fn a_status_is_read_in_both_dialects() {
    let (java, notes) = status(include_str!("dialects/java-status.edxml"));
    assert_eq!(notes, []);
    let (soap, notes) = status(include_str!("dialects/soap-status.edxml"));
    assert!(notes.contains(&Note::ComposedDocumentId {
        id: java.document.to_string()
    }));
    assert_eq!(soap.at, Some(datetime!(2025-10-14 00:00:00 +7)));
    for status in [&java, &soap] {
        assert_eq!(status.status(), Some(StatusCode::Accepted));
        assert_eq!(status.from.id.as_str(), "000.00.00.H41");
        assert_eq!(status.to.as_str(), "000.00.00.G22");
        assert_eq!(status.code.to_string(), "7816/VPCP-TTĐT");
        assert_eq!(status.staff.name, "Trần B");
        assert_eq!(status.document, java.document);
    }
}

/// Without a DocumentId it is composed of the issuer's: the addressee's, but where the issuer asks for its document back.
#[test]
fn a_request_to_take_back_is_about_its_senders_document() {
    let text = include_str!("dialects/soap-status.edxml");
    let asked = text.replace(">03<", ">13<");
    let id = |text: &str| status(text).0.document.to_string();
    assert_eq!(id(text), "000.00.00.G22,2025/10/14,7816/VPCP-TTĐT");
    assert_eq!(id(&asked), "000.00.00.H41,2025/10/14,7816/VPCP-TTĐT");
}

#[test]
fn organ_and_code_in_each_others_place_are_told_apart() {
    let text = include_str!("golden/status-13.edxml")
        .replace(
            "<edXML:OrganId>000.00.07.H99<",
            "<edXML:OrganId>125/UBND-VP<",
        )
        .replace("<edXML:Code>125/UBND-VP<", "<edXML:Code>000.00.07.H99<");
    let (swapped, notes) = status(&text);
    assert_eq!(swapped.to.as_str(), "000.00.07.H99");
    assert_eq!(swapped.code.to_string(), "125/UBND-VP");
    assert!(matches!(&notes[..], [Note::Swapped { .. }]));
}

#[test]
fn a_cut_or_hostile_multipart_is_refused_with_its_reason() {
    for end in [200, 900, 3000] {
        assert!(read(&SOAP.as_bytes()[..end], &Limits::default()).is_err());
    }
    let dtd = SOAP.replace("<SOAP-ENV:Envelope", "<!DOCTYPE x []><SOAP-ENV:Envelope");
    assert!(read(dtd.as_bytes(), &Limits::default()).is_err());
    let inner = SOAP.replacen("<edXML:Document ", "<!DOCTYPE x []><edXML:Document ", 1);
    assert!(read(inner.as_bytes(), &Limits::default()).is_err());
}
