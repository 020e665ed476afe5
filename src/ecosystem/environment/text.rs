//! A piece of text that remembers where each of its bytes was written, whatever quotes and escapes lay around it.

use std::ops::Range;

use crate::{
    source::{FileId, Span},
    tree::Node,
};

/// Text, and the place of every byte of it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    file: FileId,
    value: String,
    places: Places,
    /// The place after the last byte.
    end: usize,
}

#[derive(Clone, Debug)]
enum Places {
    /// As in the file, from this offset on.
    From(usize),
    /// One a byte.
    Each(Vec<Range<usize>>),
}

impl Text {
    /// A range of the file as it stands.
    pub(super) fn verbatim(file: FileId, source: &str, range: Range<usize>) -> Text {
        Text { file, value: source[range.clone()].to_owned(), places: Places::From(range.start), end: range.end }
    }

    /// Nothing yet, at a place.
    pub(super) fn empty(file: FileId, at: usize) -> Text {
        Text { file, value: String::new(), places: Places::Each(Vec::new()), end: at }
    }

    /// A scalar of a document, without its quotes and escapes.
    pub(super) fn scalar(source: &str, node: &Node) -> Option<Text> {
        node.scalar().map(|value| Text::decoded(source, node.span, value))
    }

    /// A value that stands for the text of a span. What cannot be traced is all of the span.
    pub(super) fn decoded(source: &str, span: Span, value: String) -> Text {
        let places = align(&source[span.range()], span.start, &value);
        let places = places.unwrap_or_else(|| vec![span.range(); value.len()]);
        let end = places.last().map_or(span.end, |place| place.end);
        Text { file: span.file, value, places: Places::Each(places), end }
    }

    /// Adds one character that was written at a place.
    pub(super) fn push(&mut self, character: char, place: Range<usize>) {
        self.end = place.end;
        self.value.push(character);
        if let Places::Each(places) = &mut self.places {
            places.extend(std::iter::repeat_n(place, character.len_utf8()));
        }
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.value
    }

    /// The file it is from.
    pub(super) fn file(&self) -> FileId {
        self.file
    }

    /// Where a part of it was written.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        match &self.places {
            Places::From(offset) => offset + range.start..offset + range.end,
            Places::Each(places) => {
                let before = range.start.checked_sub(1).and_then(|at| places.get(at)).map(|place| place.end);
                let end = match range.is_empty() {
                    true => None,
                    false => places.get(range.end - 1).map(|place| place.end),
                };
                let start = match range.is_empty() {
                    true => before.unwrap_or(self.end),
                    false => places.get(range.start).map_or(self.end, |place| place.start),
                };
                start..end.unwrap_or(start).max(start)
            }
        }
    }

    /// Where a part of it was written.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let place = self.place(range);
        Span { file: self.file, start: place.start, end: place.end }
    }

    /// Where all of it was written.
    pub(super) fn whole(&self) -> Span {
        match self.value.is_empty() {
            true => Span { file: self.file, start: self.end, end: self.end },
            false => self.span(0..self.value.len()),
        }
    }

    /// A part of it.
    pub(super) fn part(&self, range: Range<usize>) -> Text {
        let end = self.place(range.clone()).end;
        let places = match &self.places {
            Places::From(offset) => Places::From(offset + range.start),
            Places::Each(places) => Places::Each(places[range.clone()].to_vec()),
        };
        Text { file: self.file, value: self.value[range].to_owned(), places, end }
    }

    /// A part without the blanks around it.
    pub(super) fn trimmed(&self, range: Range<usize>) -> Text {
        let part = &self.value[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        self.part(start..start + part.trim().len())
    }

    /// What is before and after the first `=`.
    pub(super) fn assignment(&self) -> Option<(Text, Text)> {
        let at = self.value.find('=')?;
        Some((self.part(0..at), self.part(at + 1..self.value.len())))
    }
}

/// Finds each byte of a value in the scalar that was written for it: quoted, plain or a block.
fn align(raw: &str, offset: usize, value: &str) -> Option<Vec<Range<usize>>> {
    if let Some(at) = raw.find(value).filter(|_| !raw.starts_with(['"', '|', '>']) || !raw.contains('\\')) {
        return Some((0..value.len()).map(|byte| offset + at + byte..offset + at + byte + 1).collect());
    }
    let is_escaped = raw.starts_with('"');
    let mut at = match raw.as_bytes().first()? {
        b'"' | b'\'' => 1,
        b'|' | b'>' => raw.find('\n')? + 1,
        _ => 0,
    };
    let mut places = Vec::with_capacity(value.len());
    for wanted in value.chars() {
        if is_escaped {
            at += joined_lines(&raw[at..]);
        }
        let length = loop {
            let rest = &raw[at..];
            match rest.chars().next() {
                Some('\\') if is_escaped => break escape_length(rest, wanted)?,
                Some('\'') if wanted == '\'' && rest.starts_with("''") => break 2,
                Some(found) if found == wanted => break found.len_utf8(),
                Some(found) if found.is_whitespace() && wanted.is_whitespace() => break found.len_utf8(),
                Some(found) if found.is_whitespace() => at += found.len_utf8(),
                None if wanted == '\n' => break 0,
                _ => return None,
            }
        };
        let place = offset + at..offset + at + length;
        places.extend(std::iter::repeat_n(place, wanted.len_utf8()));
        at += length;
    }
    Some(places)
}

/// The length of a `\` at the end of a line and the blanks that start the next one.
fn joined_lines(rest: &str) -> usize {
    let Some(next) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) else { return 0 };
    rest.len() - next.trim_start().len()
}

/// The length of an escape if it can stand for a character.
fn escape_length(rest: &str, wanted: char) -> Option<usize> {
    let kind = rest[1..].chars().next()?;
    let length = match kind {
        'x' => 4,
        'u' if wanted.len_utf16() == 2 => 12,
        'u' => 6,
        'U' => 10,
        'n' | 't' | 'r' | 'b' | 'f' | '0' => 2,
        _ if kind == wanted => 1 + kind.len_utf8(),
        _ => return None,
    };
    rest.is_char_boundary(length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    fn part(raw: &str, value: &str, wanted: &str) -> String {
        let sources = Sources::new(vec![SourceFile::new("a", raw)]);
        let file = sources.find("a").unwrap();
        let text = Text::decoded(raw, Span { file, start: 0, end: raw.len() }, value.to_owned());
        let at = value.find(wanted).unwrap();
        sources.text(text.span(at..at + wanted.len())).to_owned()
    }

    #[test]
    fn bytes_are_traced_through_quotes_escapes_and_indents() {
        assert_eq!(part("'it''s X=1'", "it's X=1", "X=1"), "X=1");
        assert_eq!(part(r#""run \"X=1\" \u00e9 Y=2""#, "run \"X=1\" é Y=2", "Y=2"), "Y=2");
        assert_eq!(part("|\n    one\n    X=1 two\n", "one\nX=1 two\n", "X=1"), "X=1");
        assert_eq!(part("\"a \\\n   X=1\"", "a X=1", "X=1"), "X=1");
    }

    #[test]
    fn what_cannot_be_traced_is_the_whole() {
        assert_eq!(part("*alias", "X=1", "X=1"), "*alias");
    }
}
