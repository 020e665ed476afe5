//! YAML: every document of a text, with exact spans.
//!
//! One event parser reads each document on its own, so that a bad one does not hide its neighbours. Aliases and merge
//! keys are resolved within a budget. A Maven placeholder (`@version@`) is taken for the plain scalar that it will be.

use std::{borrow::Cow, ops::Range};

use saphyr_parser::{Event, Parser, ScanError};

use crate::{
    source::{FileId, Span},
    syntax::SyntaxError,
    tree::{Node, Value},
};

mod build;
mod edit;
mod guard;
mod scalar;
mod write;

pub use edit::{insert_after, insert_member, insert_path, remove_member, rename_key, set_value};

use build::Builder;

/// What a text holds.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The documents that could be read, in order. A text without any content is one document that is null; its span
    /// is the place where content would go.
    pub documents: Vec<Node>,
    /// The first error, if some document is not YAML.
    pub error: Option<SyntaxError>,
}

/// Reads every document of a text.
pub fn parse(file: FileId, text: &str) -> Documents {
    let mut found = Documents::default();
    for range in document_ranges(text) {
        match read_document(file, text, range) {
            Ok(document) => found.documents.extend(document),
            Err(error) => found.error = found.error.or(Some(error)),
        }
    }
    if found.documents.is_empty() && found.error.is_none() {
        let span = Span { file, start: text.len(), end: text.len() };
        found.documents.push(Node { span, value: Value::Null });
    }
    found
}

/// Where each document is. Markers at the start of a line bound documents wherever they are, even inside of quotes.
fn document_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut at = start;
    let mut is_preamble = true;
    for line in text[start..].split_inclusive(['\n', '\r']) {
        if is_marker(line, "...") {
            ranges.push(start..at);
            start = at + line.len();
            is_preamble = true;
        } else if is_marker(line, "---") {
            if !is_preamble {
                ranges.push(start..at);
                start = at;
            }
            is_preamble = false;
        } else {
            is_preamble &= line.trim().is_empty() || line.starts_with(['#', '%']);
        }
        at += line.len();
    }
    ranges.push(start..at);
    ranges
}

fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Reads one document; `None` where there is nothing but comments.
fn read_document(file: FileId, text: &str, range: Range<usize>) -> Result<Option<Node>, SyntaxError> {
    let source = Source::new(file, text, range);
    let mut builder = Builder::new(&source);
    let mut begun = false;
    for event in Parser::new_from_str(&source.masked) {
        let (event, span) = event.map_err(|error| source.error(&error))?;
        if event == Event::StreamEnd {
            break;
        }
        if matches!(event, Event::DocumentStart(_)) && std::mem::replace(&mut begun, true) {
            // behind a byte order mark in the middle of the text, which other parsers take for content
            return Err(source.error_at(source.offset(span.start), "another document begins here"));
        }
        builder.event(event, source.offset(span.start)..source.offset(span.end))?;
    }
    Ok(builder.finish())
}

/// A document's text as the parser sees it, and the way back from its characters to our bytes.
struct Source<'text> {
    file: FileId,
    text: &'text str,
    range: Range<usize>,
    masked: String,
    mask: Option<char>,
    offsets: Option<Vec<usize>>,
}

impl<'text> Source<'text> {
    fn new(file: FileId, text: &'text str, range: Range<usize>) -> Source<'text> {
        let document = &text[range.clone()];
        let offsets =
            (!document.is_ascii()).then(|| document.char_indices().map(|(offset, _)| range.start + offset).collect());
        let (masked, mask) = mask_placeholders(&with_plain_directives(document));
        Source { file, text, range, masked, mask, offsets }
    }

    fn offset(&self, marker: saphyr_parser::Marker) -> usize {
        let offset = match &self.offsets {
            Some(offsets) => offsets.get(marker.index()).copied(),
            None => Some(self.range.start + marker.index()),
        };
        offset.unwrap_or(self.range.end).min(self.range.end)
    }

    fn error(&self, error: &ScanError) -> SyntaxError {
        let start = self.offset(*error.marker());
        self.error_at(start, error.info())
    }

    fn error_at(&self, start: usize, message: &str) -> SyntaxError {
        let width = self.text[start..self.range.end].chars().next().map_or(0, char::len_utf8);
        let span = Span { file: self.file, start, end: start + width };
        SyntaxError { message: message.trim_end_matches('.').to_owned(), span }
    }

    /// Puts the text behind the mask back.
    fn unmask(&self, value: &str) -> String {
        self.mask.map_or_else(|| value.to_owned(), |mask| value.replace(mask, "@"))
    }
}

/// The text with directives in ASCII, as many characters: of theirs the parser counts the bytes.
fn with_plain_directives(document: &str) -> Cow<'_, str> {
    if document.is_ascii() || !document.contains('%') {
        return Cow::Borrowed(document);
    }
    let is_before = |line: &&str| line.trim().is_empty() || line.starts_with(['#', '%']);
    let before: Vec<&str> = document.split_inclusive(['\n', '\r']).take_while(is_before).collect();
    let length = before.iter().map(|line| line.len()).sum();
    let plain = before.into_iter().flat_map(|line| {
        let is_directive = line.starts_with('%');
        line.chars().map(move |c| if is_directive && !c.is_ascii() { '_' } else { c })
    });
    Cow::Owned(plain.chain(document[length..].chars()).collect())
}

/// Replaces the `@` that starts a `@name@` by a character that the document does not use, for YAML reserves `@`.
fn mask_placeholders(document: &str) -> (String, Option<char>) {
    let is_start = |at: usize| {
        let name = &document[at + 1..];
        let length = name.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(name.len());
        length > 0
            && name[length..].starts_with('@')
            && !document[..at].ends_with(|c: char| !c.is_whitespace() && !"[{,".contains(c))
    };
    let starts: Vec<usize> = document.match_indices('@').map(|(at, _)| at).filter(|at| is_start(*at)).collect();
    let mask = ('\u{e000}'..='\u{e0ff}').find(|mask| !document.contains(*mask));
    let Some(mask) = mask.filter(|_| !starts.is_empty()) else {
        return (document.to_owned(), None);
    };
    let mut masked = String::with_capacity(document.len() + 2 * starts.len());
    let mut done = 0;
    for at in starts {
        masked.push_str(&document[done..at]);
        masked.push(mask);
        done = at + 1;
    }
    masked.push_str(&document[done..]);
    (masked, Some(mask))
}
