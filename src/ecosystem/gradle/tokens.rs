//! Build scripts, Groovy or Kotlin, as words, strings and marks; comments are gone.

use std::ops::Range;

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Where it is; of a string the content.
    pub(super) range: Range<usize>,
    /// Whether it is the first of its line.
    pub(super) is_first: bool,
}

/// What a [`Token`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a number.
    Word,
    /// A string without interpolation.
    Literal,
    /// A string whose `$` stands for a value.
    Template,
    /// Any other character.
    Mark(u8),
}

/// The tokens of the part of a script.
pub(super) fn tokens(text: &str, range: Range<usize>, is_kotlin: bool) -> Vec<Token> {
    let mark = if range.start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let at = range.start + mark;
    let mut scanner = Scanner { bytes: text.as_bytes(), at, end: range.end, is_kotlin, found: Vec::new() };
    let mut is_first = true;
    while let Some(byte) = scanner.byte(0) {
        match byte {
            b'\n' => is_first = true,
            byte if byte.is_ascii_whitespace() => {}
            _ if scanner.skip_comment() => continue,
            _ => {
                scanner.token(is_first);
                is_first = false;
                continue;
            }
        }
        scanner.at += 1;
    }
    scanner.found
}

struct Scanner<'text> {
    bytes: &'text [u8],
    at: usize,
    end: usize,
    is_kotlin: bool,
    found: Vec<Token>,
}

impl Scanner<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes[..self.end].get(self.at + ahead).copied()
    }

    fn is_at(&self, offset: usize, text: &[u8]) -> bool {
        self.bytes[offset..self.end].starts_with(text)
    }

    /// Goes past a comment; Kotlin's nest.
    fn skip_comment(&mut self) -> bool {
        if self.is_at(self.at, b"//") || self.at == 0 && self.is_at(0, b"#!") {
            self.at = self.line_end();
            return true;
        }
        if !self.is_at(self.at, b"/*") {
            return false;
        }
        let mut depth = 0;
        while self.at < self.end {
            if self.is_at(self.at, b"/*") && (self.is_kotlin || depth == 0) {
                depth += 1;
                self.at += 2;
            } else if self.is_at(self.at, b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                self.at += 1;
            }
        }
        true
    }

    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.at..self.end];
        rest.iter().position(|byte| *byte == b'\n').map_or(self.end, |length| self.at + length)
    }

    fn token(&mut self, is_first: bool) {
        let start = self.at;
        let byte = self.bytes[start];
        let (kind, range) = match byte {
            b'\'' | b'"' => self.string(byte),
            b'/' if self.opens_pattern() => self.pattern(),
            byte if is_word(byte) => {
                let rest = &self.bytes[start..self.end];
                let length = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                self.at += length;
                (Kind::Word, start..self.at)
            }
            byte => {
                self.at += 1;
                (Kind::Mark(byte), start..self.at)
            }
        };
        self.found.push(Token { kind, range, is_first });
    }

    /// Whether a slash begins one of Groovy's strings and does not divide.
    fn opens_pattern(&self) -> bool {
        let before = self.found.last().map(|token| token.kind);
        let may_begin = matches!(before, Some(Kind::Mark(b'(' | b',' | b'=' | b'~' | b'[' | b':')));
        let line = &self.bytes[self.at + 1..self.line_end()];
        !self.is_kotlin && may_begin && line.contains(&b'/')
    }

    fn pattern(&mut self) -> (Kind, Range<usize>) {
        let start = self.at + 1;
        let line = &self.bytes[start..self.line_end()];
        let end = start + line.iter().position(|byte| *byte == b'/').unwrap_or(line.len());
        self.at = (end + 1).min(self.end);
        (Kind::Mark(b'/'), start..end)
    }

    fn string(&mut self, quote: u8) -> (Kind, Range<usize>) {
        let triple = [quote; 3];
        let is_triple = self.is_at(self.at, &triple);
        let mark = if is_triple { &triple[..] } else { &triple[..1] };
        self.at += mark.len();
        let start = self.at;
        let mut kind = Kind::Literal;
        while let Some(byte) = self.byte(0) {
            if self.is_at(self.at, mark) || byte == b'\n' && !is_triple {
                break;
            }
            if byte == b'$' && quote == b'"' {
                kind = Kind::Template;
                self.interpolation(is_triple);
            } else {
                let is_escape = byte == b'\\' && !(self.is_kotlin && is_triple);
                self.at = (self.at + 1 + usize::from(is_escape)).min(self.end);
            }
        }
        let end = self.at;
        if self.is_at(end, mark) {
            self.at += mark.len();
        }
        (kind, start..end)
    }

    /// Goes past `${…}`, quotes and braces in it included, or past a lone `$`.
    fn interpolation(&mut self, is_triple: bool) {
        self.at += 1;
        if self.byte(0) != Some(b'{') {
            return;
        }
        let (mut depth, mut quoted) = (0, None);
        while let Some(byte) = self.byte(0).filter(|byte| *byte != b'\n' || is_triple) {
            self.at += 1;
            match (quoted, byte) {
                (Some(quote), byte) if quote == byte => quoted = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quoted = Some(byte),
                (None, b'{') => depth += 1,
                (None, b'}') if depth == 1 => return,
                (None, b'}') => depth -= 1,
                _ => {}
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte == b'`' || byte >= 0x80
}
