//! A scan of 200 MB: offsets of nine digits, hashed in one pass without being held in memory. And one of more than 4 GB.

#![allow(clippy::unwrap_used, clippy::panic)] // In helpers too, a failure is a failed test.

mod support;

use std::io::{self, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};
use support::office::{office, trust};
use support::pki::{Key, Pki};
use support::{draft, request};
use trien_pades::report::ReasonCode;
use trien_pades::{FieldName, Verdict, begin, prepare, verify};
use trien_pdf::{FileSource, Limits, Pdf, ReadAt};

const PICTURE: u64 = 200_000_000;
/// More than 32 bits can count.
const HUGE_PICTURE: u64 = (4 << 30) + 300_000_000;

/// A file of which only the interesting bytes are in memory: between `head` and `tail` lie zeros.
#[derive(Clone)]
struct Scan {
    head: Vec<u8>,
    picture: u64,
    tail: Vec<u8>,
}

impl ReadAt for Scan {
    fn len(&self) -> u64 {
        self.head.len() as u64 + self.picture + self.tail.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let (head, tail) = (
            self.head.len() as u64,
            self.head.len() as u64 + self.picture,
        );
        let wanted = buffer.len() as u64;
        if offset >= tail {
            let rest = self
                .tail
                .get((offset - tail) as usize..)
                .unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            return Ok(read);
        }
        if offset >= head {
            let read = wanted.min(tail - offset) as usize;
            buffer[..read].fill(0);
            return Ok(read);
        }
        let rest = &self.head[offset as usize..];
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }
}

/// One page and a picture that nobody decodes.
fn scan(picture: u64) -> Scan {
    let objects = [
        "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Resources << >> >>\nendobj\n",
    ];
    let mut head = String::from("%PDF-1.7\n");
    let mut table = String::from("xref\n0 5\n0000000000 65535 f \n");
    let mut begin_object = |head: &str| table.push_str(&format!("{:010} 00000 n \n", head.len()));
    for object in objects {
        begin_object(&head);
        head.push_str(object);
    }
    begin_object(&head);
    head.push_str(&format!("4 0 obj\n<< /Length {picture} >>\nstream\n"));
    let end = "\nendstream\nendobj\n";
    let startxref = head.len() as u64 + picture + end.len() as u64;
    let tail =
        format!("{end}{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{startxref}\n%%EOF\n");
    Scan {
        head: head.into_bytes(),
        picture,
        tail: tail.into_bytes(),
    }
}

#[test]
fn a_byte_range_of_nine_digits_covers_exactly_what_was_hashed() {
    let pki = Pki::new();
    let person = pki.issue(1, "CN=Nguyễn Văn Bình,C=VN", Key::p256());
    let mut file = scan(PICTURE);
    let pdf = Pdf::open(file.clone(), Limits::default()).unwrap();
    file.tail
        .extend(prepare(&pdf, &draft::plan(false)).unwrap().bytes);
    let pdf = Pdf::open(file.clone(), Limits::default()).unwrap();
    let act = begin(&pdf, &request(&pki, &person, FieldName::Leader)).unwrap();
    let attributes = act.digest_input().to_vec();
    let raw = person.sign(&act);
    let signed = act.finish(&raw).unwrap();
    assert_eq!(signed.base, file.len());

    file.tail.extend(&signed.appended);
    let text = String::from_utf8_lossy(&signed.appended).into_owned();
    let numbers = text
        .split("/ByteRange [")
        .nth(1)
        .and_then(|rest| rest.split(']').next())
        .unwrap();
    let numbers: Vec<u64> = numbers
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    let [zero, first, second, rest] = numbers[..] else {
        panic!("{numbers:?}")
    };
    assert!(first > 200_000_000 && second > first && zero == 0);
    assert_eq!(second + rest, file.len());

    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    for (mut offset, end) in [(zero, first), (second, second + rest)] {
        while offset < end {
            let wanted = block.len().min((end - offset) as usize);
            let read = file.read_at(offset, &mut block[..wanted]).unwrap();
            hash.update(&block[..read]);
            offset += read as u64;
        }
    }
    let digest = hash.finalize();
    assert!(
        attributes
            .windows(32)
            .any(|bytes| bytes == digest.as_slice()),
        "the message digest is that of the ranges"
    );
}

/// By `cargo test --test large -- --ignored`: a sparse file, of which a few KB are written.
#[test]
#[ignore = "hashes 4.6 GB twice, some ten seconds"]
fn a_file_of_more_than_four_gigabytes_is_signed_and_judged() {
    let pki = &office().pki;
    let person = pki.issue(30, "CN=Nguyễn Văn Bình,title=Chủ tịch,C=VN", Key::p256());
    let parts = scan(HUGE_PICTURE);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&parts.head).unwrap();
    file.seek(SeekFrom::Current(HUGE_PICTURE as i64)).unwrap();
    file.write_all(&parts.tail).unwrap();
    let path = file.path().to_owned();
    let open = || Pdf::open(FileSource::open(&path).unwrap(), Limits::default()).unwrap();
    let prepared = prepare(&open(), &draft::plan(false)).unwrap();
    file.write_all(&prepared.bytes).unwrap();
    let act = begin(&open(), &request(pki, &person, FieldName::Leader)).unwrap();
    let raw = person.sign(&act);
    file.write_all(&act.finish(&raw).unwrap().appended).unwrap();

    let report = verify(FileSource::open(&path).unwrap(), &trust(&[]));
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.reasons);
    let range = &report.signatures[0].byte_range;
    assert!(range[1] > 1 << 32 && range[1].to_string().len() == 10);
    // One bit of the picture, far behind the first 4 GB.
    file.seek(SeekFrom::Start((1 << 32) + 1)).unwrap();
    file.write_all(b"\x01").unwrap();
    let report = verify(FileSource::open(&path).unwrap(), &trust(&[]));
    assert_eq!(report.reasons[0].code, ReasonCode::DigestMismatch);
}
