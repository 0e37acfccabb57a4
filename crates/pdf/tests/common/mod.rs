//! Files written by hand, byte by byte, so that each test shows the fault that it is about.
// Every test binary uses a part; a helper that fails is a failed test.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use trien_pdf::{
    Limits, Pdf, PdfError,
    write::{A4, Cut, Document, Style},
};

/// A body under construction, with the places of its objects.
#[derive(Clone, Default)]
pub struct Hand {
    pub bytes: Vec<u8>,
    pub places: Vec<(u32, usize)>,
}

impl Hand {
    pub fn new() -> Self {
        Self {
            bytes: b"%PDF-1.7\n".to_vec(),
            places: Vec::new(),
        }
    }

    /// Goes on after what is there, as an incremental update does.
    pub fn after(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            places: Vec::new(),
        }
    }

    /// Any text.
    pub fn raw(mut self, text: &str) -> Self {
        self.bytes.extend(text.bytes());
        self
    }

    /// `number 0 obj text endobj`, listed in the next table.
    pub fn object(mut self, number: u32, text: &str) -> Self {
        self.places.push((number, self.bytes.len()));
        self.raw(&format!("{number} 0 obj {text} endobj\n"))
    }

    /// A catalog, a page tree and an empty page.
    pub fn one_page(self) -> Self {
        self.object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(
                2,
                "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] /Rotate 90 >>",
            )
            .object(
                3,
                "<< /Type /Page /Parent 2 0 R /CropBox [10 10 500 900] >>",
            )
    }

    /// A table of the objects so far, the trailer and the ending.
    pub fn table(self, trailer: &str) -> Vec<u8> {
        let start = self.bytes.len();
        self.table_with_startxref(trailer, start)
    }

    pub fn table_with_startxref(mut self, trailer: &str, startxref: usize) -> Vec<u8> {
        let mut table = String::from("xref\n");
        for (number, place) in &self.places {
            table += &format!("{number} 1\n{place:010} 00000 n \n");
        }
        self = self.raw(&table);
        self.raw(&format!(
            "trailer << {trailer} >>\nstartxref\n{startxref}\n%%EOF\n"
        ))
        .bytes
    }
}

/// One revision with one page.
pub fn plain() -> Vec<u8> {
    Hand::new().one_page().table("/Size 4 /Root 1 0 R")
}

/// Where the text stands last.
pub fn last(bytes: &[u8], text: &str) -> usize {
    bytes
        .windows(text.len())
        .rposition(|w| w == text.as_bytes())
        .expect("the text is there")
}

/// Replaces the last occurrence by a text of the same length.
pub fn patch(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = last(&bytes, from);
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

pub fn open(bytes: Vec<u8>) -> Result<Pdf<Vec<u8>>, PdfError> {
    Pdf::open(bytes, Limits::default())
}

/// A draft as the practice office writes it.
pub fn draft(pages: usize) -> Document {
    let mut draft = Document::new().unwrap();
    for page in 1..=pages {
        draft.page(A4);
        draft
            .text(
                85.0,
                742.0,
                Style::new(Cut::Regular, 13.0),
                "Số:        /QĐ-UBND",
            )
            .unwrap();
        draft
            .centred(
                297.0,
                60.0,
                Style::new(Cut::Italic, 13.0),
                &format!("Trang {page}"),
            )
            .unwrap();
    }
    draft
}

/// Files of other producers, by name.
pub fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "pdf"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    assert!(files.len() >= 6);
    files
}
