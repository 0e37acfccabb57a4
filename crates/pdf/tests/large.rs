//! Files whose offsets need more than 32 bits, without the disk for them.

#![allow(clippy::unwrap_used)] // In helpers too, a failure is a failed test.

use std::io;

use trien_pdf::{Dict, Limits, Object, ObjectSink, Pdf, PdfError, ReadAt, Update};

/// A head and a tail with spaces between.
struct Sparse {
    head: Vec<u8>,
    tail: Vec<u8>,
    len: u64,
}

impl Sparse {
    /// One revision whose cross-reference table ends a file of this length.
    fn new(len: u64) -> Self {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [] /Count 0 >>",
        ];
        let mut head = b"%PDF-1.7\n".to_vec();
        let mut table = String::from("xref\n0 3\n0000000000 65535 f \n");
        for (number, object) in (1..).zip(objects) {
            table += &format!("{:010} 00000 n \n", head.len());
            head.extend(format!("{number} 0 obj {object} endobj\n").bytes());
        }
        let ending = |startxref: u64| {
            format!("trailer << /Size 3 /Root 1 0 R >>\nstartxref\n{startxref:010}\n%%EOF\n")
        };
        let startxref = len - (table.len() + ending(0).len()) as u64;
        Self {
            head,
            tail: (table + &ending(startxref)).into_bytes(),
            len,
        }
    }

    fn append(&mut self, bytes: &[u8]) {
        self.tail.extend(bytes);
        self.len += bytes.len() as u64;
    }
}

impl ReadAt for Sparse {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let count = buf.len().min((self.len - offset) as usize);
        let tail = self.len - self.tail.len() as u64;
        for (place, byte) in (offset..).zip(&mut buf[..count]) {
            *byte = match place.checked_sub(tail) {
                Some(at) => self.tail[at as usize],
                None => self.head.get(place as usize).copied().unwrap_or(b' '),
            };
        }
        Ok(count)
    }
}

#[test]
fn an_update_beyond_four_gigabytes() {
    let mut file = Sparse::new(5 << 30);
    let (id, appended) = {
        let pdf = Pdf::open(&file, Limits::default()).unwrap();
        let mut update = Update::new(&pdf).unwrap();
        let id = update.add(Dict::new().with("Contents", Object::hex(vec![7; 8])));
        (id, update.finish().unwrap())
    };
    assert!(appended.value_span(id, &["Contents"]).unwrap().start > 5 << 30);
    file.append(&appended.bytes);
    let pdf = Pdf::open(&file, Limits::default()).unwrap();
    assert_eq!(pdf.revisions().len(), 2);
    assert!(pdf.latest().dict(id, "new").unwrap().contains("Contents"));
    assert_eq!(pdf.latest().pages().unwrap(), []);
}

#[test]
fn an_update_that_ten_digits_cannot_address_is_refused() {
    let file = Sparse::new(9_999_999_900);
    let pdf = Pdf::open(&file, Limits::default()).unwrap();
    let mut update = Update::new(&pdf).unwrap();
    update.add(Object::hex(vec![0; 100]));
    assert!(matches!(update.finish(), Err(PdfError::FileTooLarge)));
}
