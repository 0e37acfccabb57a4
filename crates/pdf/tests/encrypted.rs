//! Encrypted files, made by qpdf (`corpus/README.md`).

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

mod common;

use common::Hand;
use trien_pdf::{Limits, Object, Pdf, PdfError, Update};

const FILES: [&str; 7] = [
    "rc4-40",
    "rc4-128",
    "aes-128",
    "aes-128-cleartext-metadata",
    "aes-256-r5",
    "aes-256",
    "aes-256-objstm",
];

fn bytes(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/encrypted");
    std::fs::read(folder.join(format!("{name}.pdf"))).unwrap()
}

fn open(name: &str, password: &str) -> Pdf<Vec<u8>> {
    Pdf::open_with_password(bytes(name), Limits::default(), password).unwrap()
}

/// The text of the note in the catalog, and the decoded content of the first page.
fn read(pdf: &Pdf<Vec<u8>>) -> Result<(String, Vec<u8>), PdfError> {
    let view = pdf.latest();
    let note = view.get(&view.catalog()?, "Note")?;
    let content = view.get(&view.pages()?[0].dict, "Contents")?;
    let Object::Stream(content) = content else {
        return Err(PdfError::WrongType { what: "/Contents" });
    };
    let note = note.as_string().unwrap().to_text();
    Ok((note, view.stream_bytes(&content)?))
}

#[test]
fn the_users_and_the_owners_password_open_strings_and_streams() {
    for name in FILES {
        let passwords = match name {
            "aes-256-objstm" => ["người-dùng", "chủ"],
            _ => ["nguoi-dung", "chu"],
        };
        for password in passwords {
            let pdf = open(name, password);
            assert!(pdf.encrypted() && !pdf.locked(), "{name} {password}");
            let (note, content) = read(&pdf).unwrap();
            assert_eq!(note, "Số 125/UBND-VP", "{name}");
            assert!(content.starts_with(b"BT /F1 12 Tf"), "{name}");
            assert_eq!(pdf.unaccounted().unwrap(), [], "{name}");
        }
    }
}

#[test]
fn another_password_reads_nothing() {
    for name in FILES {
        for password in ["", "nguoi-dun", "NGUOI-DUNG"] {
            let pdf = open(name, password);
            assert!(pdf.locked(), "{name}");
            assert!(read(&pdf).is_err(), "{name}");
        }
    }
}

#[test]
fn a_file_with_an_owners_password_only_opens_by_itself() {
    let pdf = Pdf::open(bytes("owner-only"), Limits::default()).unwrap();
    assert_eq!(read(&pdf).unwrap().0, "Số 125/UBND-VP");
    assert!(matches!(Update::new(&pdf).err(), Some(PdfError::Encrypted)));
}

#[test]
fn metadata_that_search_programs_read_stay_plain() {
    let pdf = open("aes-128-cleartext-metadata", "nguoi-dung");
    let view = pdf.latest();
    let Object::Stream(metadata) = view.get(&view.catalog().unwrap(), "Metadata").unwrap() else {
        unreachable!("the file has metadata");
    };
    let metadata = view.stream_bytes(&metadata).unwrap();
    assert!(metadata.windows(8).any(|window| window == b"xmpmeta>"));
}

#[test]
fn an_update_cannot_encrypt_what_stands_before_it() {
    let plain = common::plain();
    let prev = common::last(&plain, "xref\n1 1");
    let trailer = format!("/Size 5 /Root 1 0 R /Prev {prev} /Encrypt 4 0 R");
    let later = Hand::after(plain)
        .object(4, "<< /Filter /Standard /V 1 /R 2 /O <> /U <> /P 0 >>")
        .table(&trailer);
    assert!(matches!(
        Pdf::open(later, Limits::default()),
        Err(PdfError::EncryptionChanged)
    ));
    let encrypted = bytes("aes-256");
    let pdf = open("aes-256", "chu");
    let trailer = &pdf.revisions()[0].trailer;
    let (root, prev) = (trailer.get("Root").unwrap(), pdf.revisions()[0].startxref);
    let root = root.as_reference().unwrap();
    let later = Hand::after(encrypted)
        .object(9, "null")
        .table(&format!("/Size 20 /Root {root} /Prev {prev}"));
    assert!(matches!(
        Pdf::open(later, Limits::default()),
        Err(PdfError::EncryptionChanged)
    ));
}
