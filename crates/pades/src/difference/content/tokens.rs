//! Tokens of content streams and character maps (ISO 32000-2 7.8.2).

/// A token of a content stream, as far as it matters here.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    String(Vec<u8>),
    Name(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

pub struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    /// Reads from the first byte on.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self
            .rest
            .iter()
            .position(|byte| !keep(*byte))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn literal(&mut self) -> Vec<u8> {
        let (mut depth, mut bytes) = (1, Vec::new());
        while let Some(byte) = self.rest.first().copied() {
            self.skip(1);
            match byte {
                b'\\' => self.escape(&mut bytes),
                b'(' => {
                    depth += 1;
                    bytes.push(byte);
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    bytes.push(byte);
                }
                _ => bytes.push(byte),
            }
        }
        bytes
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(byte) = self.rest.first().copied() else {
            return;
        };
        if (b'0'..=b'7').contains(&byte) {
            let digits = self
                .rest
                .iter()
                .take(3)
                .take_while(|b| (b'0'..=b'7').contains(*b))
                .count();
            let value = self
                .rest
                .iter()
                .take(digits)
                .fold(0u32, |v, b| v * 8 + u32::from(*b - b'0'));
            bytes.push(u8::try_from(value & 0xff).unwrap_or(0));
            return self.skip(digits);
        }
        self.skip(1);
        match byte {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\n' => {}
            b'\r' if self.rest.first() == Some(&b'\n') => self.skip(1),
            b'\r' => {}
            other => bytes.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let digits: Vec<u8> = self
            .take_while(|byte| byte != b'>')
            .iter()
            .copied()
            .filter_map(digit)
            .collect();
        self.skip(1);
        digits
            .chunks(2)
            .map(|pair| pair.first().map_or(0, |d| d << 4) | pair.get(1).copied().unwrap_or(0))
            .collect()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            self.take_while(|byte| matches!(byte, 0 | 9 | 10 | 12 | 13 | 32));
            if self.rest.first() == Some(&b'%') {
                self.take_while(|byte| !matches!(byte, b'\r' | b'\n'));
            } else {
                break;
            }
        }
        let regular = |byte: u8| {
            !matches!(
                byte,
                0 | 9
                    | 10
                    | 12
                    | 13
                    | 32
                    | b'('
                    | b')'
                    | b'<'
                    | b'>'
                    | b'['
                    | b']'
                    | b'{'
                    | b'}'
                    | b'/'
                    | b'%'
            )
        };
        let first = *self.rest.first()?;
        if regular(first) {
            let word = self.take_while(regular);
            let number = std::str::from_utf8(word)
                .ok()
                .filter(|_| first != b'i' && first != b'n');
            return Some(match number.and_then(|word| word.parse().ok()) {
                Some(number) => Token::Number(number),
                None => Token::Word(word.to_vec()),
            });
        }
        self.skip(1);
        Some(match first {
            b'/' => Token::Name(unescaped(self.take_while(regular))),
            b'(' => Token::String(self.literal()),
            b'<' if self.rest.first() == Some(&b'<') => {
                self.skip(1);
                Token::Open
            }
            b'<' => Token::String(self.hexadecimal()),
            b'>' if self.rest.first() == Some(&b'>') => {
                self.skip(1);
                Token::Close
            }
            b'[' => Token::Open,
            b']' => Token::Close,
            // Braces and stray brackets have no meaning in a content stream.
            other => Token::Word(vec![other]),
        })
    }
}

/// A name as the dictionaries have it, where `#` begins two hexadecimal digits (ISO 32000-2 7.3.5): taken as it is
/// written, it would name another resource than the one that a viewer takes.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name);
    while let [first, tail @ ..] = rest {
        let pair = match (first, tail) {
            (b'#', [high, low, ..]) => digit(*high).zip(digit(*low)),
            _ => None,
        };
        bytes.push(pair.map_or(*first, |(high, low)| high << 4 | low));
        rest = tail
            .get(if pair.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    bytes
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_a_content_stream() {
        let tokens: Vec<Token> =
            Tokens::new(b"/F1 12.5 Tf [(a\\)\\101) -20 <0041>] TJ % end\n").collect();
        assert_eq!(
            tokens,
            [
                Token::Name(b"F1".to_vec()),
                Token::Number(12.5),
                Token::Word(b"Tf".to_vec()),
                Token::Open,
                Token::String(b"a)A".to_vec()),
                Token::Number(-20.0),
                Token::String(vec![0, 0x41]),
                Token::Close,
                Token::Word(b"TJ".to_vec()),
            ]
        );
    }

    #[test]
    fn a_name_is_the_one_that_the_resources_have() {
        let names = Tokens::new(b"/F#31 /F#2331 /F# /F#zz").map(|token| match token {
            Token::Name(name) => String::from_utf8(name).unwrap(),
            other => format!("{other:?}"),
        });
        assert_eq!(names.collect::<Vec<_>>(), ["F1", "F#31", "F#", "F#zz"]);
    }
}
