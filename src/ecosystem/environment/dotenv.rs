//! Env files: one `NAME=value` a line, with or without `export`.

use std::ops::Range;

use super::{setting, text::Text};
use crate::{facts::Variable, source::FileId};

/// What an env file sets.
pub(super) fn read(file: FileId, source: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut at = source.len() - source.trim_start_matches('\u{feff}').len();
    while at < source.len() {
        let line = at..source[at..].find('\n').map_or(source.len(), |length| at + length);
        at = line.end + 1;
        let Some((name, start)) = name(source, line.clone()) else { continue };
        let (value, end) = value(source, start..line.end);
        at = at.max(end);
        let name = Text::verbatim(file, source, name);
        found.extend(setting::read(&name, &Text::verbatim(file, source, value), 0));
    }
    found
}

/// The name that a line sets, and where its value starts.
fn name(source: &str, line: Range<usize>) -> Option<(Range<usize>, usize)> {
    let text = &source[line.clone()];
    let equals = text.find('=')?;
    let declared = text[..equals].trim();
    let name = declared.strip_prefix("export ").map_or(declared, str::trim_start);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let end = line.start + text[..equals].trim_end().len();
    is_name.then(|| (end - name.len()..end, line.start + equals + 1))
}

/// The value in the rest of a line, or up to the quote that ends it; and where what follows starts.
fn value(source: &str, rest: Range<usize>) -> (Range<usize>, usize) {
    let text = &source[rest.clone()];
    let start = rest.start + text.len() - text.trim_start().len();
    if let Some(quote) = source[start..rest.end].chars().next().filter(|c| "'\"`".contains(*c)) {
        let inner = start + 1;
        if let Some(length) = closing(&source[inner..], quote) {
            let after = source[inner + length..].find('\n').map_or(source.len(), |line| inner + length + line + 1);
            return (inner..inner + length, after);
        }
    }
    let text = &source[start.min(rest.end)..rest.end];
    let comments = [" #", "\t#"].iter().filter_map(|mark| text.find(mark)).min();
    let is_comment = text.starts_with('#');
    let length = if is_comment { 0 } else { text[..comments.unwrap_or(text.len())].trim_end().len() };
    (start.min(rest.end)..start.min(rest.end) + length, rest.end + 1)
}

/// Where the quote that was opened is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => drop(characters.next()),
            _ if character == quote => return Some(at),
            _ => {}
        }
    }
    None
}
