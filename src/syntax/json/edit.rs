//! Edits of JSON5 text that look as if the author had made them.

use std::ops::Range;

use super::{
    place::{Tail, escaped, indentation, is_identifier, line_start, newline, quoted},
    scan::{Kind, Tokens},
};
use crate::{
    edit::Edit,
    source::{SourceFile, Span},
    tree::{Member, Node, Value},
};

/// Adds `"key": value` at the end of an object, laid out like the members before it. `value` is JSON text.
///
/// `None` when the node is no object.
pub fn insert_member(file: &SourceFile, object: &Node, key: &str, value: &str) -> Option<Edit> {
    let Value::Object(members) = &object.value else { return None };
    let layout = Layout { text: &file.text, object };
    Some(match members.last() {
        Some(last) => layout.insert_after(last, |style| style.member(key, value)),
        None => layout.fill(|style| style.member(key, value)),
    })
}

/// Adds `"key": { "name": value, … }` at the end of an object, the new object laid out like its neighbours.
///
/// `None` when the node is no object, or there are no members to write.
pub fn insert_object_member(file: &SourceFile, object: &Node, key: &str, members: &[(&str, &str)]) -> Option<Edit> {
    let Value::Object(neighbours) = &object.value else { return None };
    if members.is_empty() {
        return insert_member(file, object, key, "{}");
    }
    let layout = Layout { text: &file.text, object };
    let spread = layout.spreads(members.len());
    Some(match neighbours.last() {
        Some(last) => layout.insert_after(last, |style| style.object_member(key, members, spread)),
        None => layout.fill(|style| style.object_member(key, members, spread)),
    })
}

/// Puts another value in a value's place. `value` is JSON text.
pub fn set_value(node: &Node, value: &str) -> Edit {
    Edit { span: node.span, text: value.to_owned() }
}

/// Puts a string in a value's place, in the quotes that the value had, else in those of the file.
pub fn set_string(file: &SourceFile, node: &Node, string: &str) -> Edit {
    let written = &file.text[node.span.range()];
    if matches!(node.value, Value::String(_)) && written.starts_with(['"', '\'']) {
        let span = Span { start: node.span.start + 1, end: node.span.end - 1, ..node.span };
        return Edit { span, text: escaped(string) };
    }
    let mut strings = Tokens::new(&file.text, 0..file.text.len()).map(|token| &file.text[token.range]);
    let quote = strings.find_map(|text| text.chars().next().filter(|first| matches!(first, '"' | '\'')));
    Edit { span: node.span, text: quoted(string, quote.unwrap_or('"')) }
}

/// Puts `"key": { "name": value, … }` in the place of a member, laid out like its neighbours.
pub fn replace_with_object_member(
    file: &SourceFile,
    object: &Node,
    member: &Member,
    key: &str,
    members: &[(&str, &str)],
) -> Edit {
    let layout = Layout { text: &file.text, object };
    let quote = layout.text[member.key.span.range()].chars().next().filter(|first| matches!(first, '"' | '\''));
    let indent = indentation(layout.text, member.key.span.start).to_owned();
    let style = Style { quote, ..layout.style(indent) };
    Edit { span: member.span(), text: style.object_member(key, members, layout.spreads(members.len())) }
}

/// Gives a member another key, in the quotes that the old one had.
pub fn rename_key(member: &Member, key: &str) -> Edit {
    let span = member.key.span;
    let unquoted = span.end - span.start == member.key.value.len();
    match unquoted {
        true if is_identifier(key) => Edit { span, text: key.to_owned() },
        true => Edit { span, text: quoted(key, '"') },
        false => Edit { span: Span { start: span.start + 1, end: span.end - 1, ..span }, text: escaped(key) },
    }
}

/// An object and the text around it.
struct Layout<'text> {
    text: &'text str,
    object: &'text Node,
}

/// How new members are written at one place.
struct Style<'text> {
    /// The line break before each member of a nested object.
    newline: &'text str,
    /// The white space that the member's own line starts with.
    indent: String,
    /// One level of indentation.
    unit: String,
    /// What stands between a key and its value.
    colon: &'text str,
    /// The quote of keys; none for words.
    quote: Option<char>,
    /// What stands between the brackets of an object on one line and its content.
    padding: &'text str,
}

impl Style<'_> {
    fn key(&self, key: &str) -> String {
        match self.quote {
            None if is_identifier(key) => key.to_owned(),
            quote => quoted(key, quote.unwrap_or('"')),
        }
    }

    fn member(&self, key: &str, value: &str) -> String {
        format!("{}{}{value}", self.key(key), self.colon)
    }

    fn object_member(&self, key: &str, members: &[(&str, &str)], spread: bool) -> String {
        let written = members.iter().map(|(name, value)| self.member(name, value));
        let value = if spread {
            let before = format!("{}{}{}", self.newline, self.indent, self.unit);
            let lines: Vec<_> = written.map(|member| format!("{before}{member}")).collect();
            format!("{{{}{}{}}}", lines.join(","), self.newline, self.indent)
        } else {
            let separator = if self.colon.ends_with(' ') { ", " } else { "," };
            let line = written.collect::<Vec<_>>().join(separator);
            format!("{{{0}{line}{0}}}", self.padding)
        };
        self.member(key, &value)
    }
}

impl<'text> Layout<'text> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.object.span.file, start: range.start, end: range.end }
    }

    /// The bytes between the last member, or the opening bracket, and the closing bracket.
    fn tail(&self) -> Range<usize> {
        let start = self.object.members().last().map_or(self.object.span.start + 1, |member| member.value.span.end);
        start..self.object.span.end - 1
    }

    fn insert_after(&self, last: &Member, member: impl Fn(&Style<'_>) -> String) -> Edit {
        let tail = Tail::new(self.text, self.tail());
        let style = self.style(indentation(self.text, last.key.span.start).to_owned());
        let written = member(&style);
        let start = last.key.span.start;
        let line = line_start(self.text, start);
        let lead = &self.text[line..start];
        let own_line = line > self.object.span.start && lead.trim_matches([' ', '\t', ',']).is_empty();
        if own_line && lead.contains(',') && tail.comma.is_none() {
            // a comma before each member
            let text = format!("{}{lead}{written}", style.newline);
            return Edit { span: self.span(tail.line_end..tail.line_end), text };
        }
        let separator = match own_line {
            true => format!("{}{}", style.newline, style.indent),
            false => {
                if style.colon.ends_with(' ') {
                    " ".to_owned()
                } else {
                    String::new()
                }
            }
        };
        if let Some(comma) = tail.comma {
            let at = if own_line { tail.line_end.max(comma + 1) } else { comma + 1 };
            let text = format!("{separator}{written},");
            return Edit { span: self.span(at..at), text };
        }
        let end = if own_line { tail.line_end } else { tail.start };
        let kept = &self.text[tail.start..end];
        Edit { span: self.span(tail.start..end), text: format!(",{kept}{separator}{written}") }
    }

    /// Puts the first member into an empty object.
    fn fill(&self, member: impl Fn(&Style<'_>) -> String) -> Edit {
        let tail = self.tail();
        let base = indentation(self.text, self.object.span.start);
        let comments: Vec<_> = Tokens::new(self.text, tail.clone()).collect();
        let inside = &self.text[tail.clone()];
        let spread = inside.contains(['\n', '\r']) || self.text.trim().contains(['\n', '\r']);
        let at = comments.last().map_or(tail.start, |token| token.range.end);
        let mut style = self.style(base.to_owned());
        if !spread {
            let padding = if at > tail.start { " " } else { style.padding };
            let text = format!("{padding}{}{}", member(&style), style.padding);
            return Edit { span: self.span(at..tail.end), text };
        }
        style.indent = format!("{base}{}", style.unit);
        let before = format!("{}{}", style.newline, style.indent);
        let text = format!("{before}{}", member(&style));
        if self.text[at..tail.end].contains(['\n', '\r']) {
            return Edit { span: self.span(at..at), text };
        }
        Edit { span: self.span(at..tail.end), text: format!("{text}{}{base}", style.newline) }
    }

    fn style(&self, indent: String) -> Style<'text> {
        let colon = self.colon();
        Style {
            newline: newline(self.text, self.object.span.end - 1),
            unit: self.unit(&indent),
            indent,
            colon,
            quote: self.quote(),
            padding: self.padding(colon),
        }
    }

    /// What stands between key and value: in this object, else at the first colon of the file.
    fn colon(&self) -> &'text str {
        let between = match self.object.members().last() {
            Some(member) => member.key.span.end..member.value.span.start,
            None => self.first_colon().unwrap_or(0..0),
        };
        let colon = &self.text[between];
        if matches!(colon, ":" | ": " | " : " | " :") { colon } else { ": " }
    }

    fn first_colon(&self) -> Option<Range<usize>> {
        let mut tokens = Tokens::new(self.text, 0..self.text.len());
        let mut end = 0;
        while let Some(token) = tokens.next() {
            if token.kind == Kind::Colon {
                return Some(end..tokens.next()?.range.start);
            }
            end = token.range.end;
        }
        None
    }

    /// What stands behind the bracket of the first object that has a member on the bracket's line.
    fn padding(&self, colon: &str) -> &'text str {
        let mut open = None;
        for token in Tokens::new(self.text, 0..self.text.len()) {
            let between = open.map(|end| &self.text[end..token.range.start]);
            if let Some(padding @ ("" | " ")) = between.filter(|_| token.kind != Kind::Close) {
                return padding;
            }
            open = self.text[token.range.clone()].eq("{").then_some(token.range.end);
        }
        if colon.ends_with(' ') { " " } else { "" }
    }

    fn quote(&self) -> Option<char> {
        let Some(member) = self.object.members().last() else { return Some('"') };
        self.text[member.key.span.range()].chars().next().filter(|first| matches!(first, '"' | '\''))
    }

    /// One level of indentation: what the members have more than the line of the bracket, else what the first
    /// indented line has.
    fn unit(&self, indent: &str) -> String {
        let base = indentation(self.text, self.object.span.start);
        if let Some(more) = indent.strip_prefix(base).filter(|more| !more.is_empty()) {
            return more.to_owned();
        }
        let lines = self.text.split(['\n', '\r']).filter(|line| !line.trim_start().starts_with(['*', '/']));
        lines.map(|line| indentation(line, 0)).find(|indent| !indent.is_empty()).unwrap_or("  ").to_owned()
    }

    /// Whether a new object of `count` members is to be spread over lines.
    fn spreads(&self, count: usize) -> bool {
        let spread = |node: &Node| self.text[node.span.range()].contains(['\n', '\r']);
        let objects =
            self.object.members().iter().map(|member| &member.value).filter(|node| !node.members().is_empty());
        let (same, other): (Vec<_>, Vec<_>) = objects.partition(|node| node.members().len() == count);
        let chosen = if same.is_empty() { other } else { same };
        if chosen.is_empty() {
            return self.is_spread();
        }
        chosen.into_iter().any(spread)
    }

    /// Whether the object has its members on several lines; an empty one is as its file is.
    fn is_spread(&self) -> bool {
        let text =
            if self.object.members().is_empty() { self.text.trim() } else { &self.text[self.object.span.range()] };
        text.contains(['\n', '\r'])
    }
}
