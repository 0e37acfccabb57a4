//! What circulates on the axis and must be survived, and what must be refused.
// A test says what is wrong by failing, in its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use trien_edxml::{Attachment, EdxmlError, Limits, Message, Note, Package, read};

const DOCUMENT: &str = include_str!("golden/document.edxml");
const STATUS: &str = include_str!("golden/status.edxml");
/// The .NET dialect: another order, no `cid:` in the attachment, extra attributes.
const DOTNET: &str = include_str!("golden/dotnet.edxml");

fn read_text(text: &str) -> Result<Package, EdxmlError> {
    read(text.as_bytes(), &Limits::default())
}

fn facts(package: &Package) -> &trien_domain::DocumentFacts {
    match &package.message {
        Message::Document(facts) => facts,
        Message::Status(_) => panic!("a status"),
    }
}

#[test]
fn a_bom_and_junk_before_the_prolog_are_passed_over() {
    let package = read_text(&format!("\u{feff}{DOCUMENT}")).unwrap();
    assert_eq!(package.notes, []);
    let package = read_text(&format!("1212{DOCUMENT}\r\n")).unwrap();
    assert_eq!(package.notes, [Note::JunkBefore { bytes: 4 }]);
}

#[test]
fn utf16_is_read_with_and_without_its_mark() {
    let original = read_text(DOCUMENT).unwrap();
    for mark in ["\u{feff}", ""] {
        let text = format!("{mark}{DOCUMENT}");
        let little = text.encode_utf16().flat_map(u16::to_le_bytes);
        let big = text.encode_utf16().flat_map(u16::to_be_bytes);
        for bytes in [little.collect::<Vec<u8>>(), big.collect()] {
            assert_eq!(read(&bytes, &Limits::default()).unwrap(), original);
        }
    }
}

#[test]
fn any_prefix_means_the_same() {
    let original = read_text(DOCUMENT).unwrap();
    let renamed = DOCUMENT
        .replace("edXML:", "x:")
        .replace("xmlns:edXML", "xmlns:x");
    assert_eq!(read_text(&renamed).unwrap(), original);
    let bare = DOCUMENT
        .replace("edXML:", "")
        .replace("xmlns:edXML", "xmlns");
    assert_eq!(read_text(&bare).unwrap(), original);
}

/// The envelope declares the prefix, and a gateway writes it on what stands beside the envelope too.
#[test]
fn the_usual_prefix_is_known_where_nothing_declares_it() {
    let mut outside = DOCUMENT.to_owned();
    for name in [
        "AttachmentEncoded>",
        "Attachment>",
        "ContentId>",
        "AttachmentName>",
    ] {
        let (envelope, files) = outside.split_once("</edXML:edXMLEnvelope>").unwrap();
        let files = files.replace(&format!("<{name}"), &format!("<edXML:{name}"));
        let files = files.replace(&format!("</{name}"), &format!("</edXML:{name}"));
        outside = format!("{envelope}</edXML:edXMLEnvelope>{files}");
    }
    let (package, original) = (read_text(&outside).unwrap(), read_text(DOCUMENT).unwrap());
    assert_eq!(package.attachments, original.attachments);
    assert_eq!(package.notes, [Note::UndeclaredPrefix]);
}

#[test]
fn the_dotnet_dialect_is_read_whole() {
    let package = read_text(DOTNET).unwrap();
    assert_eq!(package.notes, []);
    assert_eq!(facts(&package).kind.number, 18);
    assert_eq!(facts(&package).staff.name, "Trần B");
    assert_eq!(package.attachments[0].bytes, b"%PDF-1.4 test");
    assert_eq!(
        package.attachments[0].content_id,
        "cf991479-fb24-42f2-9be4-1e73ab5d25ab"
    );
}

#[test]
fn the_legacy_namespace_is_read_and_noted() {
    let legacy = DOCUMENT.replace(
        "http://www.mic.gov.vn/TBT/QCVN_102_2016",
        "http://www.e-doc.vn/Schema/",
    );
    let package = read_text(&legacy).unwrap();
    assert!(matches!(&package.notes[..], [Note::OtherNamespace { .. }]));
}

#[test]
fn elements_of_foreign_namespaces_say_nothing() {
    let forged = DOCUMENT.replace(
        "<edXML:DocumentId>",
        "<x:DocumentId xmlns:x=\"urn:x\"><edXML:DocumentId>9</edXML:DocumentId></x:DocumentId>\n<edXML:DocumentId>",
    );
    assert_eq!(read_text(&forged).unwrap(), read_text(DOCUMENT).unwrap());
}

#[test]
fn a_document_type_is_refused_wherever_it_stands() {
    let dtd = "<!DOCTYPE edXML [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let with_prolog = DOCUMENT.replace("?>\n", &format!("?>\n{dtd}\n"));
    assert!(matches!(
        read_text(&with_prolog),
        Err(EdxmlError::HasDtd { .. })
    ));
    let bare = format!("{dtd}<edXML>&x;</edXML>");
    assert!(matches!(read_text(&bare), Err(EdxmlError::HasDtd { .. })));
}

#[test]
fn what_is_no_package_says_why() {
    assert!(matches!(
        read_text("%PDF-1.7"),
        Err(EdxmlError::NotXml { .. })
    ));
    assert!(matches!(read_text(""), Err(EdxmlError::NotXml { .. })));
    assert!(matches!(
        read_text("<edXML><a>"),
        Err(EdxmlError::NotXml { .. })
    ));
    assert!(matches!(
        read_text("<html/>"),
        Err(EdxmlError::NotEdxml { .. })
    ));
    assert!(matches!(read_text("<edXML/>"), Err(EdxmlError::NoHeader)));
    let undeclared = DOCUMENT.replace("<edXML:Subject>", "<x:Subject>");
    let undeclared = undeclared.replace("</edXML:Subject>", "</x:Subject>");
    assert!(matches!(
        read_text(&undeclared),
        Err(EdxmlError::NotXml { .. })
    ));
    let cut = &DOCUMENT[..DOCUMENT.len() / 2];
    assert!(matches!(read_text(cut), Err(EdxmlError::NotXml { .. })));
}

#[test]
fn missing_parts_are_named() {
    let nobody = STATUS.replace("<edXML:OrganId>000.00.15.H99<", "<edXML:OrganId>null<");
    assert_eq!(
        read_text(&nobody),
        Err(EdxmlError::MissingElement {
            element: "ResponseFor/OrganId"
        })
    );
    let odd = DOCUMENT.replace("BussinessDocType>0", "BussinessDocType>7");
    assert_eq!(
        read_text(&odd),
        Err(EdxmlError::UnknownOperation { digits: "7".into() })
    );
    let no_id = DOCUMENT.replace(
        "<edXML:DocumentId>000.00.15.H99,2026/11/20,125/UBND-VP</edXML:DocumentId>",
        "",
    );
    let package = read_text(&no_id).unwrap();
    assert_eq!(
        facts(&package).id.as_str(),
        "000.00.15.H99,2026/11/20,125/UBND-VP"
    );
    assert!(matches!(
        &package.notes[..],
        [Note::ComposedDocumentId { .. }]
    ));
}

#[test]
fn small_dirt_is_forgiven_and_noted() {
    let dirty = DOCUMENT
        .replace(
            "000.00.07.H99</edXML:OrganId>\n          <edXML:OrganizationInCharge",
            "000.00.00.H99</edXML:OrganId>\n          <edXML:OrganizationInCharge",
        )
        .replace("<edXML:DueDate>2026/12/05", "<edXML:DueDate>2014/02/30")
        .replace("Priority>0", "Priority>9")
        .replace("Bussiness", "Business");
    let package = read_text(&dirty).unwrap();
    assert_eq!(
        package.notes,
        [
            Note::DuplicateRecipient {
                organ: "000.00.00.H99".into()
            },
            Note::BadDate {
                element: "DueDate",
                text: "2014/02/30".into()
            },
            Note::UnknownCode {
                element: "Priority",
                text: "9".into()
            },
        ]
    );
    assert_eq!(facts(&package).to.len(), 1);
    assert_eq!(facts(&package).reason, "Văn bản điện tử mới");
}

#[test]
fn a_reference_without_its_file_is_an_error() {
    let start = DOCUMENT.find("    <Attachment>").unwrap();
    let end = DOCUMENT.find("    </Attachment>\n").unwrap() + "    </Attachment>\n".len();
    let lacking = format!("{}{}", &DOCUMENT[..start], &DOCUMENT[end..]);
    assert_eq!(
        read_text(&lacking),
        Err(EdxmlError::MissingAttachment {
            content_id: "4f1d6a1e-0c6e-4a6d-9d0a-0d5a1c2b3e01".into(),
            name: "125-UBND-VP.signed.pdf".into(),
        })
    );
}

#[test]
fn a_doubled_cid_and_line_breaks_in_base64_are_read() {
    let doubled = DOCUMENT
        .replacen("cid:4f1d", "cid:cid:4f1d", 1)
        .replace("JVBERi0xLjcK", "\n  JVBERi0x\r\n  LjcK\n");
    let package = read_text(&doubled).unwrap();
    assert_eq!(
        package.attachments,
        read_text(DOCUMENT).unwrap().attachments
    );
}

#[test]
fn a_name_with_a_way_up_is_kept_as_a_name_and_flagged() {
    let package = read_text(&DOCUMENT.replace("PL1.xlsx", "../../x")).unwrap();
    assert_eq!(
        package.notes,
        [Note::UnsafeAttachmentName {
            name: "../../x".into()
        }]
    );
    assert_eq!(package.attachments[1].name, "../../x");
    assert_eq!(package.attachments[1].file_name(), "x");
}

#[test]
fn an_empty_attachment_is_kept_and_noted() {
    let package = read_text(&DOCUMENT.replace("JVBERi0xLjcK", "")).unwrap();
    assert_eq!(
        package.notes,
        [Note::EmptyAttachment {
            name: "125-UBND-VP.signed.pdf".into()
        }]
    );
}

#[test]
fn a_wrapper_is_taken_off_and_a_real_zip_is_not() {
    let wrapped = |name: &str, entries: &[(&str, &[u8])]| {
        let text = STANDARD.encode(zip(entries));
        read_text(
            &DOCUMENT
                .replace("PL1.xlsx", name)
                .replace("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", &text),
        )
        .unwrap()
    };
    let package = wrapped("PL1.xlsx", &[("4f1d.xlsx", b"cells")]);
    assert_eq!(package.attachments[1].bytes, b"cells");
    assert_eq!(
        package.notes,
        [Note::Unwrapped {
            name: "PL1.xlsx".into()
        }]
    );
    // One library declares the file's own type and wraps it all the same.
    let package = wrapped("b.PDF", &[("4f1d.pdf", b"%PDF-1.4")]);
    assert!(package.attachments[1].is_pdf());
    for (name, entries) in [
        ("PL1.xlsx", &[("[Content_Types].xml", &b"<Types/>"[..])][..]),
        ("PL1.xlsx", &[("a", b"1"), ("b", b"2")]),
        ("files.zip", &[("report.doc", b"1")]),
    ] {
        assert!(
            wrapped(name, entries).attachments[1]
                .bytes
                .starts_with(b"PK"),
            "{name}"
        );
    }
}

#[test]
fn a_bomb_is_refused() {
    let bomb = STANDARD.encode(zip(&[("a.xlsx", &vec![0; 8 << 20])]));
    let package = DOCUMENT.replace("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", &bomb);
    assert!(matches!(
        read_text(&package),
        Err(EdxmlError::ZipBomb { .. })
    ));
}

#[test]
fn every_bound_holds() {
    let limits = Limits::default();
    let refused = |text: &str, limits: &Limits| {
        let error = read(text.as_bytes(), limits);
        assert!(
            matches!(error, Err(EdxmlError::TooMuch { .. })),
            "{error:?}"
        );
    };
    refused(&"<edXML>".repeat(100_000), &limits);
    refused(
        &format!("<edXML>{}</edXML>", "<a/>".repeat(60_000)),
        &limits,
    );
    let attributes: String = (0..40).map(|i| format!(" a{i}=''")).collect();
    refused(&format!("<edXML{attributes}/>"), &limits);
    refused(
        DOCUMENT,
        &Limits {
            package_bytes: 100,
            ..limits
        },
    );
    refused(
        DOCUMENT,
        &Limits {
            attachments: 1,
            ..limits
        },
    );
    refused(
        DOCUMENT,
        &Limits {
            attachment_bytes: 4,
            ..limits
        },
    );
    refused(
        DOCUMENT,
        &Limits {
            total_bytes: 12,
            ..limits
        },
    );
}

#[test]
fn what_is_made_ready_for_the_wire_comes_back_as_it_was() {
    let (table, pdf) = (b"a;b\n1;2\n".to_vec(), b"%PDF-1.7\n".to_vec());
    let attachments = [
        Attachment::of_file("vb.pdf", "Văn bản chính", pdf.clone()).unwrap(),
        Attachment::of_file("bảng kê.csv", "Phụ lục", table.clone()).unwrap(),
    ];
    let package = read_text(DOCUMENT).unwrap();
    let written = trien_edxml::write_document(
        facts(&package),
        &attachments,
        time::OffsetDateTime::UNIX_EPOCH,
    );
    let back = read(&written, &Limits::default()).unwrap();
    assert_eq!(back.attachments[0].bytes, pdf);
    assert_eq!(
        (
            back.attachments[1].name.as_str(),
            &back.attachments[1].bytes
        ),
        ("bảng kê.csv", &table)
    );
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in entries {
        let file = archive.new_file(*name);
        let deflated = file.compression_method(rawzip::CompressionMethod::DEFLATE);
        let (mut entry, config) = deflated.start().unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast());
        let mut out = config.wrap(encoder);
        out.write_all(bytes).unwrap();
        let (encoder, descriptor) = out.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}
