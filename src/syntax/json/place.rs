//! Lines, indentation and keys of JSON5 text.

use std::ops::Range;

use super::scan::{Kind, Tokens};

/// What lies behind a member.
pub(super) struct Tail {
    /// Where the member ends.
    pub(super) start: usize,
    /// The comma.
    pub(super) comma: Option<usize>,
    /// Where the last comma or comment on the member's line ends.
    pub(super) line_end: usize,
}

impl Tail {
    /// The tail in `range`, which reaches from a member to the next one or to the closing bracket.
    pub(super) fn new(text: &str, range: Range<usize>) -> Tail {
        let mut tail = Tail { start: range.start, comma: None, line_end: range.start };
        for token in Tokens::new(text, range) {
            if token.kind == Kind::Comma {
                tail.comma.get_or_insert(token.range.start);
            }
            if !text[tail.start..token.range.start].contains(['\n', '\r']) {
                tail.line_end = token.range.end;
            }
        }
        tail
    }
}

/// Where the line of an offset starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |line| line + 1)
}

/// The spaces and tabs that the line of an offset starts with.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text[line_start(text, at)..].trim_start_matches('\u{feff}');
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The line break before an offset, else the first one of the text.
pub(super) fn newline(text: &str, at: usize) -> &'static str {
    let Some(line) = text[..at].rfind(['\n', '\r']).or_else(|| text.find(['\n', '\r'])) else { return "\n" };
    match (&text.as_bytes()[..line], &text.as_bytes()[line..]) {
        ([.., b'\r'], [b'\n', ..]) | (_, [b'\r', b'\n', ..]) => "\r\n",
        (_, [b'\r', ..]) => "\r",
        _ => "\n",
    }
}

/// Whether a key can be written without quotes.
pub(super) fn is_identifier(key: &str) -> bool {
    let starts = key.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$'));
    starts && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
}

/// A string in quotes.
pub(super) fn quoted(text: &str, quote: char) -> String {
    format!("{quote}{}{quote}", escaped(text))
}

/// A string's content, for quotes of either kind.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '"' | '\'' | '\0'..='\u{1f}' => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => escaped.push(c),
        }
    }
    escaped
}
