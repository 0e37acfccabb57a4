//! Bytes and structure: what a signature covers, what stands behind it, and what readers could see differently. Each
//! test is named by the item of the attack checklist that it covers.

mod hidden;
mod objects;
mod others;
mod revisions;

use crate::support::surgery::assert_invalid;

/// Where a text stands last.
fn last(file: &[u8], text: &str) -> usize {
    let windows = file.windows(text.len());
    windows
        .rev()
        .position(|w| w == text.as_bytes())
        .map_or_else(
            || unreachable!("{text} is not in the file"),
            |back| file.len() - text.len() - back,
        )
}

/// An incremental update written byte by byte.
struct Hand {
    bytes: Vec<u8>,
    prev: usize,
    root: String,
    entries: Vec<(u32, u16, usize)>,
}

impl Hand {
    /// After a file that ends with a table.
    fn after(file: &[u8]) -> Self {
        let pdf = crate::support::open(file);
        let newest = pdf.revisions().last().unwrap();
        Self {
            bytes: file.to_vec(),
            prev: newest.startxref as usize,
            root: newest
                .trailer
                .get("Root")
                .unwrap()
                .as_reference()
                .unwrap()
                .to_string(),
            entries: Vec::new(),
        }
    }

    fn raw(mut self, text: &str) -> Self {
        self.bytes.extend(text.bytes());
        self
    }

    /// `number 0 obj text endobj`, listed.
    fn object(self, number: u32, text: &str) -> Self {
        self.object_of(number, 0, text)
    }

    fn object_of(mut self, number: u32, generation: u16, text: &str) -> Self {
        self.entries.push((number, generation, self.bytes.len()));
        self.raw(&format!("{number} {generation} obj {text} endobj\n"))
    }

    /// An entry for what stands somewhere else.
    fn entry(mut self, number: u32, place: usize) -> Self {
        self.entries.push((number, 0, place));
        self
    }

    /// A table, a trailer with what is given besides `/Size`, `/Root` and `/Prev`, and the ending.
    fn table(self, more: &str) -> Vec<u8> {
        let prev = self.prev;
        self.table_after(prev, more)
    }

    fn table_after(mut self, prev: usize, more: &str) -> Vec<u8> {
        let start = self.bytes.len();
        self.entries.sort_unstable();
        let mut text = String::from("xref\n");
        for (number, generation, place) in &self.entries {
            text += &format!("{number} 1\n{place:010} {generation:05} n \n");
        }
        let root = &self.root;
        text += &format!(
            "trailer << /Size 9000 /Root {root} /Prev {prev} {more} >>\nstartxref\n{start}\n%%EOF\n"
        );
        self.raw(&text).bytes
    }
}
