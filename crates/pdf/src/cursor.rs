//! Tokens over a window of the file (7.2).
//!
//! A window may end before the file does. Whoever runs into such an end gets [`PdfError::UnexpectedEnd`], and
//! [`with_window`] tries again with a larger window: so nothing is read that is not needed.

use crate::{
    error::PdfError,
    limits::MAX_OBJECT_BYTES,
    source::{ReadAt, read_exact},
};

/// Bytes of the first window: most objects without their stream data are smaller.
const FIRST_WINDOW: u64 = 2048;

/// Parses what stands at `offset`, seeing nothing from `end` on.
pub(crate) fn with_window<T>(
    source: &dyn ReadAt,
    offset: u64,
    end: u64,
    mut parse: impl FnMut(&mut Cursor<'_>) -> Result<T, PdfError>,
) -> Result<T, PdfError> {
    let available = end.min(source.len()).saturating_sub(offset);
    let mut size = FIRST_WINDOW;
    loop {
        let whole = size >= available;
        let take = size.min(available).min(MAX_OBJECT_BYTES);
        let bytes = read_exact(source, offset, usize::try_from(take).unwrap_or(0))?;
        match parse(&mut Cursor::new(&bytes, offset, whole && take == available)) {
            Err(PdfError::UnexpectedEnd { .. }) if !whole && take < MAX_OBJECT_BYTES => {
                size = size.saturating_mul(8)
            }
            Err(PdfError::UnexpectedEnd { .. }) if take < available => {
                return Err(PdfError::Limit {
                    offset,
                    what: "an object",
                    limit: MAX_OBJECT_BYTES,
                });
            }
            done => return done,
        }
    }
}

/// A place in a window.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    base: u64,
    complete: bool,
}

impl<'a> Cursor<'a> {
    /// `complete`: after these bytes there is nothing more to read.
    pub fn new(bytes: &'a [u8], base: u64, complete: bool) -> Self {
        Self {
            bytes,
            at: 0,
            base,
            complete,
        }
    }

    /// The place in the file.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    pub fn unexpected(&self, expected: &'static str) -> PdfError {
        PdfError::Syntax {
            offset: self.offset(),
            expected,
        }
    }

    /// The next byte; `None` at the true end only.
    pub fn peek(&self) -> Result<Option<u8>, PdfError> {
        match self.bytes.get(self.at) {
            None if !self.complete => Err(self.end()),
            byte => Ok(byte.copied()),
        }
    }

    /// The next byte, which must be there.
    pub fn next(&mut self) -> Result<u8, PdfError> {
        let byte = self.peek()?.ok_or_else(|| self.end())?;
        self.at += 1;
        Ok(byte)
    }

    /// Goes past a byte that [`Cursor::peek`] has shown.
    pub fn advance(&mut self) {
        self.at += 1;
    }

    pub fn end(&self) -> PdfError {
        PdfError::UnexpectedEnd {
            offset: self.base + self.bytes.len() as u64,
        }
    }

    /// Goes past these bytes if they come next.
    pub fn eat(&mut self, text: &[u8]) -> Result<bool, PdfError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.len() < text.len() && !self.complete && text.starts_with(rest) {
            return Err(self.end());
        }
        let found = rest.starts_with(text);
        if found {
            self.at += text.len();
        }
        Ok(found)
    }

    pub fn expect(&mut self, text: &[u8], expected: &'static str) -> Result<(), PdfError> {
        if self.eat(text)? {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    /// A keyword that no regular character may follow.
    pub fn keyword(&mut self, word: &[u8], expected: &'static str) -> Result<(), PdfError> {
        self.expect(word, expected)?;
        match self.peek()? {
            Some(byte) if is_regular(byte) => Err(self.unexpected(expected)),
            _ => Ok(()),
        }
    }

    /// White space only.
    pub fn skip_space(&mut self) -> Result<(), PdfError> {
        while self.peek()?.is_some_and(is_space) {
            self.advance();
        }
        Ok(())
    }

    /// White space and comments, which count as one space (7.2.3).
    pub fn skip_filler(&mut self) -> Result<(), PdfError> {
        loop {
            self.skip_space()?;
            if self.peek()? != Some(b'%') {
                return Ok(());
            }
            while self
                .peek()?
                .is_some_and(|byte| byte != b'\n' && byte != b'\r')
            {
                self.advance();
            }
        }
    }

    /// CR LF, LF or CR, if one of them comes next.
    pub fn eat_eol(&mut self) -> Result<bool, PdfError> {
        Ok(self.eat(b"\r\n")? || self.eat(b"\n")? || self.eat(b"\r")?)
    }

    /// Decimal digits and nothing else.
    pub fn unsigned(&mut self, expected: &'static str) -> Result<u64, PdfError> {
        let mut value: Option<u64> = None;
        while let Some(digit @ b'0'..=b'9') = self.peek()? {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|v| v.checked_add(u64::from(digit - b'0')));
            value = Some(next.ok_or_else(|| self.unexpected(expected))?);
            self.advance();
        }
        value.ok_or_else(|| self.unexpected(expected))
    }

    /// Exactly `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], PdfError> {
        let bytes = self
            .bytes
            .get(self.at..self.at + count)
            .ok_or_else(|| self.end())?;
        self.at += count;
        Ok(bytes)
    }

    /// The longest run of regular characters.
    pub fn regular(&mut self) -> Result<&'a [u8], PdfError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !is_regular(*byte));
        self.at += length.unwrap_or(rest.len());
        // A run that reaches the window's end may go on behind it.
        self.peek()?;
        Ok(rest.get(..length.unwrap_or(rest.len())).unwrap_or_default())
    }
}

/// White-space characters (table 1).
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// Neither white space nor a delimiter (table 2).
pub(crate) fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(
            byte,
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
        )
}
