//! Dockerfiles: `ENV` and `ARG` in both forms, and the commands they run.

use std::ops::Range;

use super::{Text, lines, names::matters, shell, unquoted};
use crate::facts::Variable;

/// What a Dockerfile sets; the place is the stage's name.
pub(super) fn variables(text: Text<'_>) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut stage = None;
    for range in instructions(text.text) {
        let line = &text.text[range.clone()];
        let (keyword, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let rest_start = range.end - rest.len();
        match keyword.to_ascii_uppercase().as_str() {
            "FROM" => stage = stage_name(rest),
            "ENV" if !is_assignment(rest) => found.extend(old_form(text, rest_start..range.end, stage)),
            "CMD" | "ENTRYPOINT" | "RUN" if rest.trim_start().starts_with('[') => {
                found.extend(quoted_words(text, rest_start..range.end, stage));
            }
            "ENV" | "ARG" | "CMD" | "ENTRYPOINT" | "RUN" => {
                found.extend(shell::variables_at(text, rest_start..range.end, stage));
            }
            _ => {}
        }
    }
    found
}

/// Where each instruction is, continued lines included.
fn instructions(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut is_continued = false;
    for (start, line) in lines(text) {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let start = start + (line.len() - line.trim_start().len());
        match ranges.last_mut() {
            Some(range) if is_continued => range.end = start + content.len(),
            _ => ranges.push(start..start + content.len()),
        }
        is_continued = content.ends_with('\\');
    }
    ranges
}

fn stage_name(image: &str) -> Option<&str> {
    let words: Vec<&str> = image.split_whitespace().collect();
    let at = words.iter().position(|word| word.eq_ignore_ascii_case("as"))?;
    words.get(at + 1).copied()
}

fn is_assignment(rest: &str) -> bool {
    rest.split_whitespace().next().is_some_and(|word| word.contains('='))
}

/// `ENV NAME the rest is the value`.
fn old_form(text: Text<'_>, range: Range<usize>, stage: Option<&str>) -> Option<Variable> {
    let rest = &text.text[range.clone()];
    let start = range.start + (rest.len() - rest.trim_start().len());
    let (name, value) = rest.trim_start().split_once(char::is_whitespace)?;
    let value_start = range.end - value.trim_start().len();
    matters(name).then(|| text.variable(name, start, value_start..range.end, stage))
}

/// `["java", "-Dname=value"]`: each string is a word.
fn quoted_words(text: Text<'_>, range: Range<usize>, stage: Option<&str>) -> Vec<Variable> {
    let mut found = Vec::new();
    let mut start = range.start;
    for piece in text.text[range].split(',') {
        let word = piece.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
        let at = start + piece.find(word).unwrap_or(0) + unquoted(word).0;
        found.extend(shell::variables_at(text, at..at + unquoted(word).1.len(), stage));
        start += piece.len() + 1;
    }
    found
}
