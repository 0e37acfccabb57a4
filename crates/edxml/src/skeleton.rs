//! A package without its files: XML in which every long run of base64 is one blank, and where each
//! of them lies.
//!
//! A package of 60 MB is some kilobytes of XML around base64. So the package is read once, in
//! pieces, and only what surrounds the files is kept; the files are decoded from their places when
//! the structure is known. The runs are told by their place in the text, so that no package can
//! name one itself.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Take};
use std::ops::Range;

use memchr::memchr2;

use crate::tree::within;
use crate::{EdxmlError, Limits};

/// A run up to this length stays in the text: no base64 of a file that is worth a second look.
pub(crate) const SHORT: usize = 64 << 10;
/// What a section of text starts with in which nothing is markup.
pub(crate) const CDATA: &[u8] = b"<![CDATA[";
/// Read at once.
const CHUNK: usize = 256 << 10;

/// Text and what was left out of it.
#[derive(Debug, Default)]
pub(crate) struct Skeleton {
    /// Where its first byte lies in the package.
    from: u64,
    /// The package's bytes, each long run replaced by a blank.
    pub(crate) bytes: Vec<u8>,
    /// Where a blank stands, and the run's place in the package.
    pub(crate) runs: BTreeMap<usize, Range<u64>>,
}

impl Skeleton {
    /// Reads a package, or the part of it at a place.
    ///
    /// # Errors
    /// [`EdxmlError::TooMuch`] where too much surrounds the files.
    pub(crate) fn read<S: Read + Seek>(
        source: &mut S,
        place: &Range<u64>,
        limits: &Limits,
    ) -> Result<Self, EdxmlError> {
        let mut source = at(source, place)?;
        let mut scan = Scan {
            at: place.start,
            ..Scan::default()
        };
        scan.skeleton.from = place.start;
        let mut chunk = vec![0; CHUNK];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => scan.take(chunk.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
            let held = scan.skeleton.bytes.len();
            within(held, limits.xml_bytes, "bytes of XML around the files")?;
        }
        scan.end_run();
        Ok(scan.skeleton)
    }

    /// The place in what was read of a place in the text: as far behind the last blank before it as behind its run.
    pub(crate) fn place(&self, at: usize) -> u64 {
        match self.runs.range(..at).next_back() {
            Some((blank, run)) => run.end - self.from + (at - blank - 1) as u64,
            None => at as u64,
        }
    }
}

/// The bytes at a place of a package.
pub(crate) fn at<'s, S: Read + Seek>(
    source: &'s mut S,
    place: &Range<u64>,
) -> io::Result<Take<&'s mut S>> {
    source.seek(SeekFrom::Start(place.start))?;
    Ok(source.take(place.end - place.start))
}

/// What the bytes at hand stand in.
#[derive(Default, Clone, Copy, PartialEq)]
enum Within {
    /// Between tags, or inside a CDATA section: runs are here.
    #[default]
    Text,
    /// A tag, a comment or an instruction: kept as it is, up to its end.
    Markup,
}

#[derive(Default)]
struct Scan {
    skeleton: Skeleton,
    within: Within,
    /// The place in the package of the next byte.
    at: u64,
    /// Where the run at hand starts: in the text, and in the package.
    start: Option<(usize, u64)>,
    /// The run at hand is left out.
    long: bool,
}

impl Scan {
    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            bytes = match self.within {
                Within::Text => self.text(bytes),
                Within::Markup => self.markup(bytes),
            };
        }
    }

    /// Takes text up to the next `<`, or up to a `]`, which may end a CDATA section.
    fn text<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let ends = memchr2(b'<', b']', bytes);
        let (run, rest) = bytes.split_at(ends.unwrap_or(bytes.len()));
        let start = (self.skeleton.bytes.len(), self.at);
        let (text_at, _) = *self.start.get_or_insert(start);
        if !self.long {
            self.skeleton.bytes.extend_from_slice(run);
            let all = self.skeleton.bytes.get(text_at..).unwrap_or_default();
            if all.len() > SHORT && all.iter().all(|byte| may_be_base64(*byte)) {
                self.skeleton.bytes.truncate(text_at);
                self.skeleton.bytes.push(b' ');
                self.long = true;
            }
        }
        self.at += run.len() as u64;
        let Some((mark, after)) = rest.split_first() else {
            return rest;
        };
        self.end_run();
        self.skeleton.bytes.push(*mark);
        self.at += 1;
        if *mark == b'<' {
            self.within = Within::Markup;
        }
        after
    }

    /// Takes markup up to its `>`, or up to the text of a CDATA section. A `>` inside a comment or a
    /// value ends it too early, and then the rest is taken for text, of which nothing but base64 is
    /// left out: the parser sees all structure.
    fn markup<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let ends = memchr2(b'>', b'[', bytes);
        let (mark, rest) = bytes.split_at(ends.map_or(bytes.len(), |end| end + 1));
        self.skeleton.bytes.extend_from_slice(mark);
        self.at += mark.len() as u64;
        if mark.ends_with(b">") || self.skeleton.bytes.ends_with(CDATA) {
            self.within = Within::Text;
        }
        rest
    }

    fn end_run(&mut self) {
        if let (Some((text_at, at)), true) = (self.start, self.long) {
            self.skeleton.runs.insert(text_at, at..self.at);
        }
        self.start = None;
        self.long = false;
    }
}

/// Base64 as it travels: broken into lines, some by references to a carriage return.
fn may_be_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=&#;".contains(&byte)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Gives its bytes in pieces of one size.
    struct Pieces<'a>(Cursor<&'a [u8]>, usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(into.len());
            self.0.read(into.get_mut(..size).unwrap_or_default())
        }
    }

    impl Seek for Pieces<'_> {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn long_base64_is_left_out_wherever_the_pieces_break() {
        let file = "QUJD&#13;\n".repeat(SHORT / 8);
        let text = "Trích yếu dài, ".repeat(SHORT / 8);
        let around = |file: &str| {
            format!("<a b='>]'>{text}<f>{file}</f><g><![CDATA[{file}]]></g>]<h>QUJD</h></a>")
        };
        let package = around(&file);
        for size in [997, 65_537, usize::MAX] {
            let mut pieces = Pieces(Cursor::new(package.as_bytes()), size);
            let whole = 0..package.len() as u64;
            let skeleton = Skeleton::read(&mut pieces, &whole, &Limits::default()).unwrap();
            assert!(skeleton.bytes == around(" ").as_bytes(), "pieces of {size}");
            assert_eq!(skeleton.runs.len(), 2);
            for (at, run) in &skeleton.runs {
                let place = run.start as usize..run.end as usize;
                assert!(package[place] == file);
                assert_eq!(skeleton.place(*at), run.start);
                assert_eq!(skeleton.place(at + 1), run.end);
            }
        }
    }

    #[test]
    fn so_much_text_is_held_and_no_more() {
        let text = "<a>".to_owned() + &"lời ".repeat(1000);
        let read = |xml_bytes| {
            let limits = Limits {
                xml_bytes,
                ..Limits::default()
            };
            let mut source = Cursor::new(text.as_bytes());
            Skeleton::read(&mut source, &(0..text.len() as u64), &limits)
        };
        assert!(read(text.len()).is_ok());
        assert!(matches!(
            read(text.len() - 1),
            Err(EdxmlError::TooMuch { .. })
        ));
    }
}
