//! Commands: `AC_OPTS=no-auth node app.js`, `export X=…`, `set X=…`, `java -Dx=…`. Quotes of an outer language may
//! surround a command, so a word's quotes count wherever they stand.

use std::ops::Range;

use super::{Text, names::matters};
use crate::facts::Variable;

/// Commands that only print their words.
const PRINTERS: [&str; 6] = ["echo", "printf", "grep", "rem", "REM", "::"];

/// Words after which a quoted `NAME=value` is no command.
const SETTERS: [&str; 6] = ["set", "SET", "export", "env", "-e", "--env"];

/// How deep commands may be quoted inside of commands.
const QUOTING_LIMIT: usize = 4;

/// What the commands in a range set.
pub(super) fn variables(text: Text<'_>, range: Range<usize>) -> Vec<Variable> {
    variables_at(text, range, None)
}

/// The same, with a word for the place.
pub(super) fn variables_at(text: Text<'_>, range: Range<usize>, place: Option<&str>) -> Vec<Variable> {
    let mut found = Vec::new();
    read(text, range, place, QUOTING_LIMIT, &mut found);
    found
}

fn read(text: Text<'_>, range: Range<usize>, place: Option<&str>, limit: usize, found: &mut Vec<Variable>) {
    let mut is_printed = false;
    let mut previous = "";
    let words = Words { text: text.text, at: range.start, end: range.end, is_first: true };
    for word in words {
        let written = &text.text[word.range.clone()];
        is_printed = if word.is_first { PRINTERS.contains(&written) } else { is_printed };
        let is_set = SETTERS.contains(&std::mem::replace(&mut previous, written));
        if is_printed || limit == 0 {
            continue;
        }
        let (inner, content) = super::unquoted(written);
        let start = word.range.start + inner;
        if inner > 0 && !is_set && content.contains(char::is_whitespace) {
            read(text, start..start + content.len(), place, limit - 1, found);
            continue;
        }
        let Some((name, value)) = assignment(content) else { continue };
        let name_start = start + (content.len() - value.len() - 1 - name.len());
        let value_range = start + content.len() - value.len()..start + content.len();
        if matters(name) {
            found.push(text.variable(name, name_start, value_range, place));
            continue;
        }
        let (inner, content) = super::unquoted(value);
        read(text, value_range.start + inner..value_range.start + inner + content.len(), place, limit - 1, found);
    }
}

/// A word that sets something: `NAME=value`, `-Dname=value`, `--name=value`, `$env:NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = ["-D", "--", "$env:"].iter().find_map(|start| name.strip_prefix(start)).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-[]".contains(c));
    is_name.then_some((name, value))
}

/// An escaped quote is one of a command that stands inside of quotes itself.
const QUOTES: [&str; 3] = ["\\\"", "\"", "'"];

/// Whether a text starts with a quote that is closed later; an apostrophe is not.
fn is_quoted(text: &str, quote: &str) -> bool {
    text.strip_prefix(quote).is_some_and(|rest| rest.contains(quote))
}

struct Word {
    range: Range<usize>,
    is_first: bool,
}

/// The words of commands, comments left out.
struct Words<'text> {
    text: &'text str,
    at: usize,
    end: usize,
    is_first: bool,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        self.skip_to_word();
        let start = self.at;
        let mut quote: Option<&str> = None;
        while let Some(next) = self.peek() {
            let rest = &self.text[self.at..self.end];
            match quote {
                Some(open) if rest.starts_with(open) => {
                    self.at += open.len();
                    quote = None;
                }
                Some("'") => self.at += next.len_utf8(),
                Some(_) => self.advance(next),
                None if next.is_whitespace() || ";&|()<>`".contains(next) => break,
                None => match QUOTES.into_iter().find(|open| is_quoted(rest, open)) {
                    Some(open) => {
                        self.at += open.len();
                        quote = Some(open);
                    }
                    None => self.advance(next),
                },
            }
        }
        let is_first = std::mem::replace(&mut self.is_first, false);
        (start < self.at).then_some(Word { range: start..self.at, is_first })
    }
}

impl Words<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..self.end].chars().next()
    }

    /// Steps over a character; over two if the first escapes the second.
    fn advance(&mut self, next: char) {
        self.at += next.len_utf8();
        if next == '\\' {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    fn skip_to_word(&mut self) {
        while let Some(next) = self.peek() {
            let rest = &self.text[self.at..self.end];
            match next {
                '\n' | '\r' | ';' | '&' | '|' | '(' | ')' | '`' => self.is_first = true,
                '#' => {
                    self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
                    continue;
                }
                '\\' if rest[1..].starts_with(['\n', '\r']) => {
                    self.at += 1 + usize::from(rest[1..].starts_with("\r\n"))
                }
                _ if next.is_whitespace() || matches!(next, '<' | '>') => {}
                _ => return,
            }
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }
}
