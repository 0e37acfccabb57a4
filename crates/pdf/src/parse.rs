//! Objects from tokens (7.3), strictly: what the grammar does not say is an error.

use std::{collections::HashSet, ops::Range};

use crate::{
    cursor::Cursor,
    error::PdfError,
    limits::{MAX_DEPTH, MAX_KEYS},
    object::{Dict, Name, Object, ObjectId, PdfString},
};

/// What stands after `n g obj`.
pub(crate) enum Body {
    /// Any object but a stream, and the place after `endobj`.
    Plain(Object, u64),
    /// A stream's dictionary and the place of its first data byte.
    Stream(Dict, u64),
}

/// `n g obj` and what follows, up to `endobj` or the first byte of stream data. If `wanted` is given, no other object
/// will do.
pub(crate) fn indirect(
    cursor: &mut Cursor<'_>,
    wanted: Option<ObjectId>,
) -> Result<(ObjectId, Body), PdfError> {
    let offset = cursor.offset();
    let id = match (header(cursor), wanted) {
        (Ok(id), None) => id,
        (Ok(id), Some(wanted)) if id == wanted => id,
        (Ok(_) | Err(PdfError::Syntax { .. }), Some(id)) => {
            return Err(PdfError::ObjectHeader { id, offset });
        }
        (Err(error), _) => return Err(error),
    };
    cursor.skip_filler()?;
    let object = object(cursor, 0)?;
    cursor.skip_filler()?;
    match object {
        Object::Dictionary(dict) if cursor.eat(b"stream")? => {
            // Blanks before the line end, and CR alone, are against 7.3.8.1 and read alike by every viewer.
            while cursor.eat(b" ")? {}
            if !cursor.eat_eol()? {
                return Err(cursor.unexpected("a line end after stream"));
            }
            Ok((id, Body::Stream(dict, cursor.offset())))
        }
        object => {
            cursor.keyword(b"endobj", "endobj")?;
            Ok((id, Body::Plain(object, cursor.offset())))
        }
    }
}

/// `n g obj`.
pub(crate) fn header(cursor: &mut Cursor<'_>) -> Result<ObjectId, PdfError> {
    let number = cursor.unsigned("an object number")?;
    skip_some_space(cursor)?;
    let generation = cursor.unsigned("a generation number")?;
    skip_some_space(cursor)?;
    let id = object_id(number, generation).ok_or_else(|| cursor.unexpected("an object number"))?;
    cursor.keyword(b"obj", "obj")?;
    Ok(id)
}

/// A direct object. `depth` counts the arrays and dictionaries around it.
pub(crate) fn object(cursor: &mut Cursor<'_>, depth: usize) -> Result<Object, PdfError> {
    if depth > MAX_DEPTH {
        return Err(PdfError::Limit {
            offset: cursor.offset(),
            what: "nesting",
            limit: MAX_DEPTH as u64,
        });
    }
    match cursor.peek()? {
        Some(b'/') => Ok(Object::Name(name(cursor)?)),
        Some(b'(') => Ok(Object::String(literal(cursor)?)),
        Some(b'[') => array(cursor, depth),
        Some(b'<') if cursor.clone().eat(b"<<")? => {
            Ok(Object::Dictionary(dictionary(cursor, depth)?))
        }
        Some(b'<') => Ok(Object::String(hexadecimal(cursor)?)),
        Some(b'0'..=b'9') => integer_or_reference(cursor),
        Some(b'+' | b'-' | b'.') => number(cursor),
        _ => word(cursor),
    }
}

/// The span of a direct value inside the indirect object under the cursor: each key leads one dictionary deeper.
pub(crate) fn value_span(
    cursor: &mut Cursor<'_>,
    path: &[&str],
) -> Result<Option<Range<u64>>, PdfError> {
    cursor.skip_space()?;
    header(cursor)?;
    cursor.skip_filler()?;
    span_in(cursor, path, 0)
}

fn span_in(
    cursor: &mut Cursor<'_>,
    path: &[&str],
    depth: usize,
) -> Result<Option<Range<u64>>, PdfError> {
    let Some((wanted, rest)) = path.split_first() else {
        let start = cursor.offset();
        object(cursor, depth)?;
        return Ok(Some(start..cursor.offset()));
    };
    if !cursor.eat(b"<<")? {
        return Ok(None);
    }
    let mut found = None;
    loop {
        cursor.skip_filler()?;
        if cursor.eat(b">>")? {
            return Ok(found);
        }
        let key = name(cursor)?;
        cursor.skip_filler()?;
        let mut inside = cursor.clone();
        object(cursor, depth + 1)?;
        if key != *wanted {
            continue;
        }
        // A value that is said twice has no one place.
        if found.is_some() {
            return Ok(None);
        }
        found = span_in(&mut inside, rest, depth + 1)?;
    }
}

fn dictionary(cursor: &mut Cursor<'_>, depth: usize) -> Result<Dict, PdfError> {
    cursor.expect(b"<<", "a dictionary")?;
    let mut entries: Vec<(Name, Object)> = Vec::new();
    let mut seen = HashSet::new();
    loop {
        cursor.skip_filler()?;
        if cursor.eat(b">>")? {
            return Ok(Dict::from_distinct(entries));
        }
        let offset = cursor.offset();
        let key = name(cursor)?;
        if entries.len() >= MAX_KEYS {
            return Err(PdfError::Limit {
                offset,
                what: "keys of one dictionary",
                limit: MAX_KEYS as u64,
            });
        }
        cursor.skip_filler()?;
        let value = object(cursor, depth + 1)?;
        if seen.insert(key.clone()) {
            entries.push((key, value));
        } else if !entries.contains(&(key.clone(), value)) {
            // Two values for one key: viewers disagree on which one counts, and shadow attacks live there. Some
            // programs say the same thing twice, which nobody can read in two ways.
            return Err(PdfError::DuplicateKey {
                offset,
                key: String::from_utf8_lossy(&key.0).into_owned(),
            });
        }
    }
}

fn array(cursor: &mut Cursor<'_>, depth: usize) -> Result<Object, PdfError> {
    cursor.expect(b"[", "an array")?;
    let mut items = Vec::new();
    loop {
        cursor.skip_filler()?;
        if cursor.eat(b"]")? {
            return Ok(Object::Array(items));
        }
        items.push(object(cursor, depth + 1)?);
    }
}

pub(crate) fn name(cursor: &mut Cursor<'_>) -> Result<Name, PdfError> {
    cursor.expect(b"/", "a name")?;
    let raw = cursor.regular()?;
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'#' {
            bytes.push(*byte);
            continue;
        }
        let digits = rest
            .next()
            .copied()
            .and_then(hex_digit)
            .zip(rest.next().copied().and_then(hex_digit));
        match digits.map(|(high, low)| high << 4 | low) {
            Some(byte) if byte != 0 => bytes.push(byte),
            _ => return Err(cursor.unexpected("two hexadecimal digits after # in a name")),
        }
    }
    Ok(Name(bytes))
}

fn literal(cursor: &mut Cursor<'_>) -> Result<PdfString, PdfError> {
    cursor.expect(b"(", "a string")?;
    let mut bytes = Vec::new();
    let mut open = 1_usize;
    loop {
        match cursor.next()? {
            b'(' => {
                open += 1;
                bytes.push(b'(');
            }
            b')' => {
                open -= 1;
                if open == 0 {
                    return Ok(PdfString::literal(bytes));
                }
                bytes.push(b')');
            }
            b'\\' => escape(cursor, &mut bytes)?,
            b'\r' => {
                cursor.eat(b"\n")?;
                bytes.push(b'\n');
            }
            byte => bytes.push(byte),
        }
    }
}

fn escape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) -> Result<(), PdfError> {
    match cursor.next()? {
        b'n' => bytes.push(b'\n'),
        b'r' => bytes.push(b'\r'),
        b't' => bytes.push(b'\t'),
        b'b' => bytes.push(8),
        b'f' => bytes.push(0x0c),
        b'\n' => {}
        b'\r' => {
            cursor.eat(b"\n")?;
        }
        digit @ b'0'..=b'7' => {
            let mut value = digit - b'0';
            for _ in 0..2 {
                let Some(digit @ b'0'..=b'7') = cursor.peek()? else {
                    break;
                };
                // High-order overflow is ignored (table 3).
                value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                cursor.advance();
            }
            bytes.push(value);
        }
        byte => bytes.push(byte),
    }
    Ok(())
}

fn hexadecimal(cursor: &mut Cursor<'_>) -> Result<PdfString, PdfError> {
    cursor.expect(b"<", "a hexadecimal string")?;
    let mut bytes = Vec::new();
    let mut half = None;
    loop {
        let place = cursor.offset();
        let run = cursor.regular()?;
        hexadecimal_run(run, place, &mut bytes, &mut half)?;
        let place = cursor.offset();
        match cursor.next()? {
            b'>' => break,
            byte if crate::cursor::is_space(byte) => {}
            _ => return Err(no_digit(place)),
        }
    }
    // An odd last digit counts as if 0 followed (7.3.4.3).
    bytes.extend(half.map(|high| high << 4));
    Ok(PdfString { bytes, hex: true })
}

/// A run of digits without a space: by pairs, since signatures have tens of thousands, and what is left one by one.
fn hexadecimal_run(
    run: &[u8],
    place: u64,
    bytes: &mut Vec<u8>,
    half: &mut Option<u8>,
) -> Result<(), PdfError> {
    bytes.reserve(run.len().div_ceil(2));
    let before = bytes.len();
    if half.is_none() {
        let value = |digit: u8| DIGITS.get(usize::from(digit)).copied().unwrap_or(NONE);
        bytes.extend(run.chunks_exact(2).map_while(|pair| match *pair {
            [high, low] => {
                let (high, low) = (value(high), value(low));
                (high | low < NONE).then_some(high << 4 | low)
            }
            _ => None,
        }));
    }
    let done = 2 * (bytes.len() - before);
    for (at, byte) in (place..).zip(run).skip(done) {
        let digit = hex_digit(*byte).ok_or(no_digit(at))?;
        match half.take() {
            None => *half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    Ok(())
}

fn no_digit(offset: u64) -> PdfError {
    PdfError::Syntax {
        offset,
        expected: "a hexadecimal digit",
    }
}

/// What is no digit in [`DIGITS`].
const NONE: u8 = 16;
/// Each byte as a digit.
const DIGITS: [u8; 256] = {
    let mut digits = [NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, clippy::indexing_slicing)] // Below 256.
        if let Some(digit) = hex_digit(byte as u8) {
            digits[byte] = digit;
        }
        byte += 1;
    }
    digits
};

/// `12`, `1.5` or `12 0 R`.
fn integer_or_reference(cursor: &mut Cursor<'_>) -> Result<Object, PdfError> {
    let mut ahead = cursor.clone();
    if let Some(id) = reference(&mut ahead)? {
        *cursor = ahead;
        return Ok(Object::Reference(id));
    }
    number(cursor)
}

fn reference(cursor: &mut Cursor<'_>) -> Result<Option<ObjectId>, PdfError> {
    let Some(number) = digits(cursor)? else {
        return Ok(None);
    };
    let Some(generation) = digits(cursor)? else {
        return Ok(None);
    };
    if !cursor.eat(b"R")? || cursor.peek()?.is_some_and(crate::cursor::is_regular) {
        return Ok(None);
    }
    match object_id(number, generation) {
        Some(id) => Ok(Some(id)),
        None => Err(cursor.unexpected("a reference to an object that can exist")),
    }
}

/// Digits and the white space after them.
fn digits(cursor: &mut Cursor<'_>) -> Result<Option<u64>, PdfError> {
    let raw = cursor.regular()?;
    let value = std::str::from_utf8(raw)
        .ok()
        .filter(|s| s.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|s| s.parse().ok());
    if value.is_some() && cursor.peek()?.is_some_and(crate::cursor::is_space) {
        cursor.skip_space()?;
        return Ok(value);
    }
    Ok(None)
}

fn number(cursor: &mut Cursor<'_>) -> Result<Object, PdfError> {
    const EXPECTED: &str = "a number";
    let place = cursor.offset();
    let raw = cursor.regular()?;
    let fault = PdfError::Syntax {
        offset: place,
        expected: EXPECTED,
    };
    let text = std::str::from_utf8(raw).unwrap_or_default();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // Rust also reads exponents, `inf` and `nan`; PDF knows none of them (7.3.3).
    let plain = unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !plain || !unsigned.bytes().any(|b| b.is_ascii_digit()) {
        return Err(fault);
    }
    let parsed = if unsigned.contains('.') {
        text.parse().ok().map(Object::Real)
    } else {
        text.parse().ok().map(Object::Integer)
    };
    parsed.ok_or(fault)
}

fn word(cursor: &mut Cursor<'_>) -> Result<Object, PdfError> {
    let place = cursor.offset();
    match cursor.regular()? {
        b"true" => Ok(Object::Boolean(true)),
        b"false" => Ok(Object::Boolean(false)),
        b"null" => Ok(Object::Null),
        _ => match cursor.peek()? {
            None => Err(cursor.end()),
            Some(_) => Err(PdfError::Syntax {
                offset: place,
                expected: "an object",
            }),
        },
    }
}

fn skip_some_space(cursor: &mut Cursor<'_>) -> Result<(), PdfError> {
    if !cursor.peek()?.is_some_and(crate::cursor::is_space) {
        return Err(cursor.unexpected("white space"));
    }
    cursor.skip_space()
}

fn object_id(number: u64, generation: u64) -> Option<ObjectId> {
    let number = u32::try_from(number)
        .ok()
        .filter(|n| (1..=crate::limits::MAX_OBJECT_NUMBER).contains(n))?;
    Some(ObjectId {
        number,
        generation: u16::try_from(generation).ok()?,
    })
}

pub(crate) const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
