//! The answer of `getEdoc`, decoded while it arrives: `{"ErrorCode":"0",…,"data":"<base64>"}`.
//!
//! A package of 60 MB is 80 MB of JSON text; holding it and its decoded form together would cost
//! more than the document is worth. So the string of the top-level key `data` is decoded piece by
//! piece into whatever takes it, and everything else is kept as the small JSON object it is, with
//! `""` in its place.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::{memchr2, memchr3};

use super::answer;
use crate::AxisError;

/// What may stand around `data`: three short fields.
const REST_MAX: usize = 64 << 10;

/// The key whose string is the package.
const DATA: &[u8] = b"data";

/// From how many base64 characters on they are decoded.
const BATCH: usize = 16 << 10;

/// A decoder that is given the body as it arrives and writes the package as it is decoded.
#[derive(Debug)]
pub struct EdocAnswer<W> {
    limit: usize,
    state: State,
    depth: usize,
    /// The latest string, and whether a colon made a key of it.
    string: Vec<u8>,
    at_value: bool,
    rest: Vec<u8>,
    has_data: bool,
    base64: Vec<u8>,
    escape: Vec<u8>,
    decoded: Vec<u8>,
    /// Bytes of the package so far.
    size: usize,
    out: W,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Outside,
    InString {
        escaped: bool,
    },
    InData,
    /// After a backslash inside `data`: some servers write `=` as `\u003d`.
    InDataEscape,
}

impl<W: Write> EdocAnswer<W> {
    /// A decoder for packages of at most `limit` bytes, which go to `out`.
    pub fn new(limit: usize, out: W) -> Self {
        Self {
            limit,
            state: State::Outside,
            depth: 0,
            string: Vec::new(),
            at_value: false,
            rest: Vec::new(),
            has_data: false,
            base64: Vec::with_capacity(BATCH),
            escape: Vec::new(),
            decoded: Vec::new(),
            size: 0,
            out,
        }
    }

    /// Takes the next piece of the body.
    ///
    /// # Errors
    /// [`AxisError::TooLarge`], [`AxisError::Incomplete`] for what is no base64, and
    /// [`AxisError::NotKept`] where `out` does not take it.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), AxisError> {
        let mut rest = piece;
        loop {
            // The package itself is taken in runs, all else byte by byte.
            if self.state == State::InData {
                let end = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                let (run, after) = rest.split_at(end);
                self.digits(run)?;
                rest = after;
            }
            let Some((byte, after)) = rest.split_first() else {
                return Ok(());
            };
            self.byte(*byte)?;
            rest = after;
        }
    }

    /// What took the package, once the body is at its end.
    ///
    /// # Errors
    /// As [`EdocAnswer::push`], and whatever the axis said instead of a package.
    pub fn finish(mut self, http: u16) -> Result<W, AxisError> {
        answer::verdict(http, &self.rest)?;
        self.decode()?;
        if self.has_data && self.size > 0 {
            Ok(self.out)
        } else {
            Err(AxisError::Incomplete { what: "data" })
        }
    }

    fn byte(&mut self, byte: u8) -> Result<(), AxisError> {
        match self.state {
            State::InData => self.data(byte),
            State::InDataEscape => return self.data_escape(byte),
            State::InString { escaped } => {
                self.keep(byte);
                self.state = match byte {
                    b'"' if !escaped => State::Outside,
                    b'\\' if !escaped => State::InString { escaped: true },
                    _ => {
                        self.remember(byte);
                        State::InString { escaped: false }
                    }
                };
            }
            State::Outside => self.outside(byte),
        }
        Ok(())
    }

    fn outside(&mut self, byte: u8) {
        self.keep(byte);
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b':' => self.at_value = true,
            b',' => self.at_value = false,
            b'"' if self.depth == 1 && self.at_value && self.string == DATA && !self.has_data => {
                self.keep(b'"');
                self.has_data = true;
                self.string.clear();
                self.state = State::InData;
            }
            b'"' => {
                self.string.clear();
                self.state = State::InString { escaped: false };
            }
            _ => {}
        }
    }

    /// What ends a run inside `data`: its closing quote or an escape.
    fn data(&mut self, byte: u8) {
        self.state = match byte {
            b'"' => State::Outside,
            _ => State::InDataEscape,
        };
        self.escape.clear();
    }

    fn data_escape(&mut self, byte: u8) -> Result<(), AxisError> {
        self.escape.push(byte);
        let character = match self.escape.as_slice() {
            [b'u', hex @ ..] if hex.len() < 4 => return Ok(()),
            [b'u', hex @ ..] => std::str::from_utf8(hex)
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                .ok_or(NOT_BASE64)?,
            [b'n' | b'r' | b't'] => b'\n',
            _ => byte,
        };
        self.state = State::InData;
        self.digits(&[character])
    }

    fn digits(&mut self, run: &[u8]) -> Result<(), AxisError> {
        // Servers that break lines do so every 76 digits; most do not, and a run is taken whole.
        let broken = memchr3(b'\n', b'\r', b' ', run).or_else(|| memchr2(b'\t', b'\x0c', run));
        match broken {
            None => self.base64.extend_from_slice(run),
            Some(_) => {
                let digits = run.iter().filter(|byte| !byte.is_ascii_whitespace());
                self.base64.extend(digits);
            }
        }
        if self.base64.len() >= BATCH {
            let last = self.base64.split_off(self.base64.len() / 4 * 4);
            self.decode()?;
            self.base64 = last;
        }
        Ok(())
    }

    fn decode(&mut self) -> Result<(), AxisError> {
        self.decoded.clear();
        STANDARD
            .decode_vec(&self.base64, &mut self.decoded)
            .map_err(|_| NOT_BASE64)?;
        self.base64.clear();
        self.size += self.decoded.len();
        if self.size > self.limit {
            return Err(AxisError::TooLarge { limit: self.limit });
        }
        self.out
            .write_all(&self.decoded)
            .map_err(|e| AxisError::not_kept(&e))
    }

    /// Keeps what is not the package; beyond the bound it is no answer of an axis, and what was
    /// kept is enough to say so.
    fn keep(&mut self, byte: u8) {
        if self.rest.len() < REST_MAX {
            self.rest.push(byte);
        }
    }

    /// Remembers a string as far as a key can be told by it.
    fn remember(&mut self, byte: u8) {
        if self.string.len() <= DATA.len() {
            self.string.push(byte);
        }
    }
}

const NOT_BASE64: AxisError = AxisError::Incomplete {
    what: "data in base64",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8], size: usize) -> Result<Vec<u8>, AxisError> {
        let mut answer = EdocAnswer::new(100_000, Vec::new());
        for piece in body.chunks(size) {
            answer.push(piece)?;
        }
        answer.finish(200)
    }

    #[test]
    fn the_package_is_found_wherever_the_pieces_break() {
        let package: Vec<u8> = (0..50_000u32).map(|i| i as u8).collect();
        let data = STANDARD.encode(&package);
        let body = format!(
            r#"{{"status":"OK","ErrorCode":"0","ErrorDesc":"a \"data\":\"","data":"{data}"}}"#
        );
        for size in [1, 7, 4096, usize::MAX] {
            assert_eq!(read(body.as_bytes(), size).as_ref(), Ok(&package));
        }
    }

    #[test]
    fn a_full_disk_is_told_as_one() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut answer = EdocAnswer::new(100, Full);
        let pushed = answer.push(br#"{"ErrorCode":"0","data":"QUJD"}"#);
        let told = pushed.and_then(|()| answer.finish(200).map(drop));
        let kind = std::io::ErrorKind::StorageFull;
        assert!(matches!(told, Err(AxisError::NotKept { kind: k, .. }) if k == kind));
    }

    #[test]
    fn escapes_that_servers_write_are_understood() {
        let body = br#"{"data":"QUI\u003d\n","ErrorCode":0}"#;
        assert_eq!(read(body, 1), Ok(b"AB".to_vec()));
        let body = br#"{ "data" : "\/\/8=" , "ErrorCode" : "0" }"#;
        assert_eq!(read(body, 3), Ok(vec![0xff, 0xff]));
    }

    #[test]
    fn an_answer_without_a_package_says_why() {
        assert_eq!(
            read(br#"{"ErrorCode":"0"}"#, 5),
            Err(AxisError::Incomplete { what: "data" })
        );
        assert_eq!(
            read(br#"{"ErrorCode":"0","data":"!!!!"}"#, 5),
            Err(NOT_BASE64)
        );
        assert!(matches!(
            read(b"<html>\"data\":\"", 5),
            Err(AxisError::NotJson { .. })
        ));
        // Cut in the middle of the package: the object never closes.
        assert!(matches!(
            read(br#"{"ErrorCode":"0","data":"QUJD"#, 5),
            Err(AxisError::NotJson { .. })
        ));
        assert!(matches!(
            read(br#"{"ErrorCode":"22","ErrorDesc":"no","data":""}"#, 5),
            Err(AxisError::Refused { .. })
        ));
        let long = format!(r#"{{"ErrorCode":"0","data":"{}"}}"#, "QUJD".repeat(50_000));
        assert_eq!(
            read(long.as_bytes(), 4096),
            Err(AxisError::TooLarge { limit: 100_000 })
        );
    }
}
