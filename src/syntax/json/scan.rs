//! The tokens of JSON5 text, with comments and bare template placeholders. Never fails: it only says what lies where.

use std::{borrow::Cow, ops::Range};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{` or `[`.
    Open,
    /// `}` or `]`.
    Close,
    /// `,`.
    Comma,
    /// `:`.
    Colon,
    /// A string with its quotes; the last one may lack its end.
    String,
    /// A comment of either kind.
    Comment,
    /// A run of anything else: a number, a word.
    Bare,
    /// A run that holds a `{{…}}` or `${…}`.
    Placeholder,
}

/// A token and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: Kind,
    /// Its bytes.
    pub(super) range: Range<usize>,
}

/// The tokens of a part of a text.
pub(super) struct Tokens<'text> {
    text: &'text str,
    at: usize,
    end: usize,
}

impl<'text> Tokens<'text> {
    /// The tokens of `text[range]`; the range starts outside strings and comments.
    pub(super) fn new(text: &'text str, range: Range<usize>) -> Tokens<'text> {
        Tokens { text, at: range.start, end: range.end }
    }

    fn rest(&self) -> &'text [u8] {
        &self.text.as_bytes()[self.at..self.end]
    }

    fn skip_space(&mut self) {
        let text = &self.text[self.at..self.end];
        self.at += text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    }

    fn classify(&self) -> (Kind, usize) {
        let rest = self.rest();
        if placeholder(rest).is_some() {
            return self.bare();
        }
        match rest {
            [b'{' | b'[', ..] => (Kind::Open, 1),
            [b'}' | b']', ..] => (Kind::Close, 1),
            [b',', ..] => (Kind::Comma, 1),
            [b':', ..] => (Kind::Colon, 1),
            [quote @ (b'"' | b'\''), ..] => (Kind::String, string(rest, *quote)),
            [b'/', b'/', ..] => (Kind::Comment, line(rest)),
            [b'/', b'*', ..] => (Kind::Comment, block(rest)),
            _ => self.bare(),
        }
    }

    fn bare(&self) -> (Kind, usize) {
        let rest = self.rest();
        let (mut kind, mut length) = (Kind::Bare, 0);
        while length < rest.len() {
            if let Some(skipped) = placeholder(&rest[length..]) {
                kind = Kind::Placeholder;
                length += skipped;
            } else if length > 0 && ends_bare(&self.text[self.at + length..self.end]) {
                break;
            } else {
                length += self.text[self.at + length..].chars().next().map_or(1, char::len_utf8);
            }
        }
        (kind, length)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_space();
        if self.at >= self.end {
            return None;
        }
        let (kind, length) = self.classify();
        let range = self.at..self.at + length;
        self.at = range.end;
        Some(Token { kind, range })
    }
}

fn ends_bare(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_whitespace() || "{}[],:\"'/".contains(c))
}

fn string(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn line(rest: &[u8]) -> usize {
    rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len())
}

fn block(rest: &[u8]) -> usize {
    rest[2..].windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |at| at + 4)
}

/// The longest placeholder; a bound, lest text full of `${` costs the square of its length.
const PLACEHOLDER_LIMIT: usize = 200;

/// The length of the `{{…}}`, `{{{…}}}` or `${…}` that `rest` starts with; it ends on its line.
fn placeholder(rest: &[u8]) -> Option<usize> {
    let (open, close): (&[u8], &[u8]) = match rest {
        // a section of Mustache or Handlebars is no value
        [b'{', b'{', b'#' | b'^' | b'/' | b'!' | b'>', ..] => return None,
        [b'{', b'{', b'{', ..] => (b"{{{", b"}}}"),
        [b'{', b'{', ..] => (b"{{", b"}}"),
        [b'$', b'{', ..] => (b"${", b"}"),
        _ => return None,
    };
    let rest = &rest[..rest.len().min(PLACEHOLDER_LIMIT)];
    let inside = &rest[open.len()..line(rest).max(open.len())];
    let at = inside.windows(close.len()).position(|window| window == close)?;
    Some(open.len() + at + close.len())
}

/// The text with every bare placeholder replaced by a string of the same length, and where those are.
pub(super) fn mask(text: &str) -> (Cow<'_, str>, Vec<Range<usize>>) {
    let tokens = Tokens::new(text, 0..text.len());
    let holes: Vec<_> = tokens.filter(|token| token.kind == Kind::Placeholder).map(|token| token.range).collect();
    if holes.is_empty() {
        return (Cow::Borrowed(text), holes);
    }
    let mut masked = String::with_capacity(text.len());
    for hole in &holes {
        masked.push_str(&text[masked.len()..hole.start]);
        masked.push('"');
        masked.extend(std::iter::repeat_n('_', hole.len() - 2));
        masked.push('"');
    }
    masked.push_str(&text[masked.len()..]);
    (Cow::Owned(masked), holes)
}

/// Where the bracket is that opens a level deeper than `limit`.
pub(super) fn too_deep(text: &str, limit: usize) -> Option<usize> {
    let mut depth = 0usize;
    for token in Tokens::new(text, 0..text.len()) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Some(token.range.start);
        }
    }
    None
}
