//! Packages on a disk: what is written and read in pieces is what is written and read whole.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

use std::fs::File;
use std::io::{self, Cursor, Write};

use time::OffsetDateTime;
use trien_edxml::{
    Attachment, EdxmlError, Files, Limits, Message, message_in, read, read_from, write_document,
    write_document_to,
};

const DOCUMENT: &str = include_str!("golden/document.edxml");
const SENT: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// Files in a folder.
struct Folder(tempfile::TempDir);

impl Files for Folder {
    type File = File;

    fn create(&mut self) -> io::Result<File> {
        tempfile::tempfile_in(self.0.path())
    }
}

/// A PDF of a size that no text of a header has.
fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..size).map(|n| (n % 251) as u8));
    bytes
}

fn package(files: &[Attachment]) -> Vec<u8> {
    let Message::Document(facts) = read(DOCUMENT.as_bytes(), &Limits::default())
        .unwrap()
        .message
    else {
        panic!("a document");
    };
    let whole = write_document(&facts, files, SENT);
    let mut pieces = Vec::new();
    let mut readers: Vec<_> = files.iter().cloned().map(|f| f.map(Cursor::new)).collect();
    write_document_to(&mut pieces, &facts, &mut readers, SENT).unwrap();
    assert!(whole == pieces, "written in pieces as whole");
    whole
}

#[test]
fn a_large_package_is_read_from_its_file_as_from_memory() {
    let table = b"a;b\n1;2\n".repeat(40_000);
    let files = [
        Attachment::of_pdf("vb.pdf", "Văn bản chính", pdf(700_001)),
        Attachment::of_file("bảng kê.csv", "Phụ lục", table.clone()).unwrap(),
    ];
    let bytes = package(&files);
    let mut on_disk = tempfile::tempfile().unwrap();
    on_disk.write_all(&bytes).unwrap();
    let mut folder = Folder(tempfile::tempdir().unwrap());
    let read_whole = read(&bytes, &Limits::default()).unwrap();
    let in_pieces = read_from(&mut on_disk, &Limits::default(), &mut folder).unwrap();
    assert_eq!(in_pieces.message, read_whole.message);
    assert_eq!(in_pieces.notes, read_whole.notes);
    let contents = in_pieces.attachments.into_iter().map(|f| f.map(whole));
    assert!(contents.collect::<Vec<_>>() == read_whole.attachments);
    assert!(read_whole.attachments[0].bytes == files[0].bytes);
    assert!(read_whole.attachments[1].bytes == table, "unwrapped");
}

/// Whose a package is can be told though its files cannot be read.
#[test]
fn what_a_package_says_is_read_whatever_is_wrong_with_its_files() {
    let text = String::from_utf8(package(&[Attachment::of_pdf("vb.pdf", "", pdf(9))])).unwrap();
    let broken = text.replace("\">JVBE", "\">!?");
    assert!(broken.contains("!?"), "a PDF in base64 begins with JVBE");
    let limits = Limits::default();
    assert!(read(broken.as_bytes(), &limits).is_err());
    let mut folder = Folder(tempfile::tempdir().unwrap());
    let utf16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(broken.replace("UTF-8", "UTF-16").chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let whole = read(text.as_bytes(), &limits).unwrap().message;
    for package in [broken.into_bytes(), utf16] {
        let said = message_in(&mut Cursor::new(package), &limits, &mut folder);
        assert_eq!(said.unwrap(), whole);
    }
}

fn whole(mut file: File) -> Vec<u8> {
    use std::io::{Read, Seek};
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn long_base64_elsewhere_or_in_pieces_is_refused() {
    let files = [Attachment::of_pdf("vb.pdf", "", pdf(300_000))];
    let text = String::from_utf8(package(&files)).unwrap();
    let digits = "QUJD".repeat(50_000);
    let (head, tail) = text.split_once("</edXML:ContentTransferEncoded>").unwrap();
    let broken = format!("{head}<!-- -->QUJD</edXML:ContentTransferEncoded>{tail}");
    let content = format!("<edXML:Content>{digits}</edXML:Content><edXML:Subject>");
    let elsewhere = text.replace("<edXML:Subject>", &content);
    for package in [broken, elsewhere] {
        let refused = read(package.as_bytes(), &Limits::default());
        assert!(refused.is_err(), "{:?}", refused.map(|p| p.notes));
    }
    let prose = text.replace(
        "<edXML:Subject>",
        &format!("<edXML:Subject>{}", "dài, ".repeat(50_000)),
    );
    assert!(read(prose.as_bytes(), &Limits::default()).is_ok());
}

#[test]
fn a_full_disk_is_the_machines_fault() {
    struct Full;
    impl Files for Full {
        type File = Cursor<Vec<u8>>;
        fn create(&mut self) -> io::Result<Self::File> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }
    let package = package(&[Attachment::of_pdf("vb.pdf", "", pdf(100))]);
    let refused = read_from(&mut Cursor::new(package), &Limits::default(), &mut Full);
    let kind = io::ErrorKind::StorageFull;
    assert!(matches!(refused, Err(EdxmlError::Io { kind: k, .. }) if k == kind));
}
