//! Java properties: keys and values with exact spans.
//!
//! Spring Boot reads several documents from one file, bounded by `#---` or `!---` lines.

use std::ops::Range;

use crate::{
    edit::Edit,
    source::{FileId, SourceFile, Span, Spanned},
    syntax::layout::{line_break, line_end, line_start, next_line},
    tree::{Member, Node, Value},
};

/// Reads a text as one object whose members are its keys, dots included; every value is a string.
pub fn parse(file: FileId, text: &str) -> Node {
    read(file, text, body(text))
}

/// Reads a text as Spring Boot does: one object a document, at least one.
pub fn documents(file: FileId, text: &str) -> Vec<Node> {
    let mut found = Vec::new();
    let mut start = body(text).start;
    let mut at = start;
    let mut before = "";
    let mut is_continued = false;
    for line in text[start..].split_inclusive('\n') {
        let after = &text[at + line.len()..];
        if !is_continued && is_separator(line, before, after) {
            found.push(read(file, text, start..at));
            start = at + line.len();
        }
        is_continued = is_continuation(line, is_continued);
        before = line;
        at += line.len();
    }
    found.push(read(file, text, start..at));
    found
}

/// Spring takes the mark for one only if it does not belong to a block of comments of its own kind.
fn is_separator(line: &str, before: &str, after: &str) -> bool {
    let mark = line.trim_end();
    matches!(mark, "#---" | "!---") && !before.starts_with(&mark[..1]) && !after.starts_with(&mark[..1])
}

/// Whether the line after this one continues it.
fn is_continuation(line: &str, is_continued: bool) -> bool {
    let is_comment = !is_continued && line.trim_start_matches(BLANK).starts_with(['#', '!']);
    let content = line.trim_end_matches(['\n', '\r']);
    !is_comment && (content.len() - content.trim_end_matches('\\').len()) % 2 == 1
}

const BLANK: [char; 3] = [' ', '\t', '\u{c}'];

fn body(text: &str) -> Range<usize> {
    text.len() - text.trim_start_matches('\u{feff}').len()..text.len()
}

fn read(file: FileId, text: &str, range: Range<usize>) -> Node {
    let mut members = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let start = at + blank_width(&text[at..range.end]);
        let end = logical_end(&text[..range.end], start);
        let is_comment = text[start..].starts_with(['#', '!']);
        if start < end && !is_comment {
            members.push(member(file, text, start..end));
        }
        let end = if is_comment { line_end(&text[..range.end], start) } else { end };
        at = next_line(&text[..range.end], end);
    }
    Node { span: Span { file, start: range.start, end: range.end }, value: Value::Object(members) }
}

fn blank_width(text: &str) -> usize {
    text.len() - text.trim_start_matches(BLANK).len()
}

/// Where the logical line that starts at an offset ends; a backslash before a line break continues it.
fn logical_end(text: &str, start: usize) -> usize {
    let mut end = line_end(text, start);
    while end < text.len() && (text[start..end].len() - text[start..end].trim_end_matches('\\').len()) % 2 == 1 {
        end = line_end(text, next_line(text, end));
    }
    end
}

fn member(file: FileId, text: &str, line: Range<usize>) -> Member {
    let written = &text[line.clone()];
    let key_end = line.start + key_length(written);
    let value_start = key_end + separator_length(&text[key_end..line.end]);
    let span = |start, end| Span { file, start, end };
    Member {
        key: Spanned { value: unescaped(&text[line.start..key_end]), span: span(line.start, key_end) },
        value: Node {
            span: span(value_start, line.end),
            value: Value::String(unescaped(&text[value_start..line.end])),
        },
    }
}

/// Up to the first separator that no backslash escapes, or a backslash at the end of the file, which escapes nothing.
fn key_length(line: &str) -> usize {
    let mut at = 0;
    while let Some(character) = line[at..].chars().next() {
        let after = &line[at + character.len_utf8()..];
        at = match character {
            '\\' if after.is_empty() => return at,
            '\\' => match strip_line_break(after) {
                Some(continued) => line.len() - continued.trim_start_matches(BLANK).len(),
                None => line.len() - after.len() + after.chars().next().map_or(0, char::len_utf8),
            },
            '=' | ':' | ' ' | '\t' | '\u{c}' => return at,
            _ => line.len() - after.len(),
        };
    }
    line.len()
}

/// Blanks, at most one `=` or `:`, blanks; a continued line's break and indent count as blanks.
fn separator_length(rest: &str) -> usize {
    let before = skip_blank(rest, 0);
    let sign = usize::from(rest[before..].starts_with(['=', ':']));
    skip_blank(rest, before + sign)
}

fn skip_blank(rest: &str, mut at: usize) -> usize {
    loop {
        at += blank_width(&rest[at..]);
        let Some(after) = rest[at..].strip_prefix('\\').and_then(strip_line_break) else { return at };
        at = rest.len() - after.len();
    }
}

fn strip_line_break(text: &str) -> Option<&str> {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix(['\n', '\r']))
}

/// Resolves escapes and continued lines. Half of a surrogate pair becomes U+FFFD.
fn unescaped(written: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = written;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            continue;
        }
        if let Some(after) = strip_line_break(rest) {
            rest = after.trim_start_matches(BLANK);
            continue;
        }
        let Some(escaped) = rest.chars().next() else { break };
        rest = &rest[escaped.len_utf8()..];
        let digits = rest.get(..4).filter(|digits| escaped == 'u' && digits.bytes().all(|c| c.is_ascii_hexdigit()));
        if let Some(unit) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            units.push(unit);
            rest = &rest[4..];
            continue;
        }
        let meant = match escaped {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            other => other,
        };
        units.extend_from_slice(meant.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16_lossy(&units)
}

/// Adds a key: after the last one that shares the most of its dotted path, else at the end of the document.
pub fn insert_member(file: &SourceFile, object: &Node, key: &str, value: &str) -> Option<Edit> {
    let Value::Object(members) = &object.value else { return None };
    let text = &*file.text;
    let neighbour = members.iter().max_by_key(|member| common_parts(&member.key.value, key));
    let separator = neighbour.map_or("=", |member| separator_of(text, member));
    let line = format!("{}{separator}{}", escaped_key(key), escaped_value(value));
    let Some(neighbour) = neighbour else {
        return Some(insert_at(text, object.span.after(), &line));
    };
    let at = neighbour.value.span.end;
    let span = Span { start: at, end: at, ..object.span };
    // the first break goes on with the neighbour's value: behind a backslash, or as the second half of its last break
    if text[..at].ends_with(['\\', '\r']) {
        return Some(Edit { span, text: format!("{0}{0}{line}", line_break(text, at)) });
    }
    Some(Edit { span, text: format!("{}{line}", line_break(text, at)) })
}

/// A line of its own at a place without neighbours.
fn insert_at(text: &str, span: Span, line: &str) -> Edit {
    let line_break = line_break(text, span.start);
    let is_new_line = line_start(text, span.start) == span.start;
    let text = if is_new_line { format!("{line}{line_break}") } else { format!("{line_break}{line}") };
    Edit { span, text }
}

fn common_parts(one: &str, other: &str) -> usize {
    one.split('.').zip(other.split('.')).take_while(|(one, other)| one == other).count()
}

/// What stands between a neighbour's key and value, if it is all on one line.
fn separator_of<'text>(text: &'text str, member: &Member) -> &'text str {
    let separator = &text[member.key.span.end..member.value.span.start];
    if separator.is_empty() || separator.contains('\\') { "=" } else { separator }
}

/// Puts another value in the place of a key's.
pub fn set_value(member: &Member, value: &str) -> Edit {
    let is_bare = member.key.span.end == member.value.span.start;
    let separator = if is_bare { "=" } else { "" };
    Edit { span: member.value.span, text: format!("{separator}{}", escaped_value(value)) }
}

/// Removes a key with its lines; `None` where there is no such key.
pub fn remove_member(file: &SourceFile, object: &Node, key: &str) -> Option<Edit> {
    let text = &*file.text;
    let span = object.member(key)?.span();
    let start = line_start(text, span.start);
    let end = next_line(text, span.end);
    if end == span.end && start > 0 {
        let before = text[..start].strip_suffix("\r\n").or_else(|| text[..start].strip_suffix(['\n', '\r']));
        return Some(Edit { span: Span { start: before.map_or(start, str::len), ..span }, text: String::new() });
    }
    Some(Edit { span: Span { start, end, ..span }, text: String::new() })
}

/// Gives a member another key.
pub fn rename_key(member: &Member, key: &str) -> Edit {
    Edit { span: member.key.span, text: escaped_key(key) }
}

fn escaped_key(key: &str) -> String {
    key.chars().map(|c| escaped(c, "=: #!\\")).collect()
}

fn escaped_value(value: &str) -> String {
    let blank = blank_width(value);
    let lead = if blank > 0 { "\\" } else { "" };
    format!("{lead}{}", value.chars().map(|c| escaped(c, "\\")).collect::<String>())
}

/// Also beyond ASCII, for Java read these files as Latin-1 until release 9.
fn escaped(character: char, special: &str) -> String {
    match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        _ if special.contains(character) => format!("\\{character}"),
        _ if character.is_ascii() => character.to_string(),
        _ => character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    }
}
