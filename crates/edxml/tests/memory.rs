//! What reading a package costs in memory: not its files, whichever dialect carries them.
//!
//! A test binary of its own, because a process has one high-water mark.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // In helpers too, a failure is a failed test.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use trien_edxml::{Files, Limits, read_from};

const DOCUMENT: &str = include_str!("golden/document.edxml");
const SOAP: &str = include_str!("dialects/soap.edxml");
/// A line of a file and its base64, and how many of them the file has.
const LINE: &str = "%PDF-1.7\n";
const ENCODED: &str = "JVBERi0xLjcK";
const LINES: usize = 1 << 18;
/// What a read may cost beside what the process has: buffers, and the XML around the files.
const COST: u64 = 2 << 20;

/// Files in a folder.
struct Folder(tempfile::TempDir);

impl Files for Folder {
    type File = File;

    fn create(&mut self) -> io::Result<File> {
        tempfile::tempfile_in(self.0.path())
    }
}

#[test]
fn a_large_file_is_not_held_in_any_dialect() {
    let document = DOCUMENT.split_once(ENCODED).expect("its first file");
    let (before, after) = SOAP
        .split_once("JVBERi0xLjQgdGVzdA==")
        .expect("its first file");
    let [base64, raw] = ["base64", "binary"].map(|encoding| {
        let (message, _) = before
            .rsplit_once("Content-Type: text/xml")
            .expect("its part");
        format!(
            "{message}Content-Type: application/pdf\nContent-Transfer-Encoding: {encoding}\n\
             Content-ID: <a339dbcb-c54f-41d8-b261-e76cb09bcd9b.pdf>\n\n"
        )
    });
    let (_, next) = after.split_once("</edXML:Document>").expect("its end");
    for (name, [head, line, tail], utf16) in [
        ("QCVN 102", [document.0, ENCODED, document.1], false),
        ("UTF-16", [document.0, ENCODED, document.1], true),
        ("a file in XML beside SOAP", [before, ENCODED, after], false),
        ("base64 beside SOAP", [&base64, ENCODED, next], false),
        ("a file beside SOAP", [&raw, LINE, next], false),
    ] {
        let mut package = package(head, line, tail, utf16);
        let mut folder = Folder(tempfile::tempdir().unwrap());
        let before = peak_from_here();
        let read = read_from(&mut package, &Limits::default(), &mut folder).expect(name);
        let cost = peak().saturating_sub(before);
        assert!(cost <= COST, "{name}: {cost} bytes");
        let mut file = read.attachments.into_iter().next().unwrap().bytes;
        let size = file.seek(SeekFrom::End(0)).unwrap();
        assert_eq!(size, (LINES * LINE.len()) as u64, "{name}");
        let mut first = [0; LINE.len()];
        file.rewind().unwrap();
        file.read_exact(&mut first).unwrap();
        assert_eq!(first, LINE.as_bytes(), "{name}");
    }
}

/// A package on the disk whose first file is large, written piece by piece.
fn package(head: &str, line: &str, tail: &str, utf16: bool) -> File {
    let mut out = BufWriter::new(tempfile::tempfile().unwrap());
    let mut put = |text: &str| {
        let units = || text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes: Vec<u8> = if utf16 { units() } else { text.into() };
        out.write_all(&bytes).unwrap();
    };
    if utf16 {
        put("\u{feff}");
    }
    put(head);
    let piece = line.repeat(LINES >> 8);
    (0..1 << 8).for_each(|_| put(&piece));
    put(tail);
    out.into_inner().unwrap()
}

/// Lets the high-water mark begin where the process is now (proc(5), clear_refs).
fn peak_from_here() -> u64 {
    fs::write("/proc/self/clear_refs", "5").unwrap();
    peak()
}

/// The most that was resident, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap() << 10
}
