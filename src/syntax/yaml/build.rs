//! From the parser's events to a tree.

use std::{collections::HashMap, ops::Range};

use saphyr_parser::{Event, ScalarStyle, Tag};

use super::{Source, scalar::scalar_value};
use crate::{
    source::{Span, Spanned},
    syntax::{DEPTH_LIMIT, SyntaxError},
    tree::{Member, Node, Value},
};

/// How many nodes aliases may add to a document; real documents stay far below, alias bombs far above.
const ALIAS_BUDGET: usize = 10_000;

/// A document under construction.
pub(super) struct Builder<'source> {
    source: &'source Source<'source>,
    open: Vec<Collection>,
    anchors: HashMap<usize, Anchored>,
    budget: usize,
    has_aliases: bool,
    end: usize,
    root: Option<Node>,
}

/// A list or map whose end was not seen yet.
struct Collection {
    start: usize,
    anchor: usize,
    is_flow: bool,
    content: Content,
}

enum Content {
    Array(Vec<Node>),
    Object(Vec<Member>, Option<Spanned<String>>),
}

/// A node that aliases may repeat.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

impl<'source> Builder<'source> {
    pub(super) fn new(source: &'source Source<'source>) -> Builder<'source> {
        Builder {
            source,
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: ALIAS_BUDGET,
            has_aliases: source.masked.contains('*'),
            end: source.range.start,
            root: None,
        }
    }

    /// Takes the next event; `place` is what the parser thinks it covers.
    pub(super) fn event(&mut self, event: Event<'_>, place: Range<usize>) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => self.scalar(&value, style, anchor, tag.as_deref(), place),
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::SequenceStart(anchor, _) => self.start(Content::Array(Vec::new()), anchor, place)?,
            Event::MappingStart(anchor, _) => self.start(Content::Object(Vec::new(), None), anchor, place)?,
            Event::SequenceEnd | Event::MappingEnd => self.finish_collection(place),
            _ => {}
        }
        Ok(())
    }

    /// The document; an empty one points to its end, where content would go.
    pub(super) fn finish(self) -> Option<Node> {
        let end = self.source.range.end;
        let mut root = self.root?;
        if root.value == Value::Null && root.span.start == root.span.end {
            root.span = Span { start: end, end, ..root.span };
        }
        Some(root)
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, place: Range<usize>) {
        let text = self.source.unmask(value);
        let has_properties = anchor != 0 || tag.is_some();
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.block_scalar(place),
            ScalarStyle::Plain if value.is_empty() && !has_properties => self.nothing(place.start),
            _ => self.inline_scalar(style, has_properties, place),
        };
        let value = scalar_value(&text, style, tag);
        self.push(Node { span, value }, anchor, Some(text));
    }

    /// From the `|` on.
    fn block_scalar(&self, place: Range<usize>) -> Span {
        let text = self.source.text;
        let start = skip(text, self.end..place.end.max(self.end), ":-?,");
        let last_line = text[..place.end].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let end = last_line + text[last_line..place.end].trim_end().len();
        self.span(start, block_end(text, start, end.max(start)))
    }

    /// The empty place right after a colon, for a value that is missing.
    fn nothing(&self, at: usize) -> Span {
        let colon = self.expects_value() && self.source.text[at..].starts_with(':');
        let at = at + usize::from(colon);
        self.span(at, at)
    }

    /// With quotes, without an anchor and a tag.
    fn inline_scalar(&self, style: ScalarStyle, has_properties: bool, place: Range<usize>) -> Span {
        let text = self.source.text;
        let end = place.start + text[place.clone()].trim_end().len();
        let start = if has_properties { skip(text, place, "").min(end) } else { place.start };
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.span(start, quoted_end(text, start..end)),
            _ => self.span(start, end),
        }
    }

    fn expects_value(&self) -> bool {
        matches!(self.open.last(), Some(Collection { content: Content::Object(_, Some(_)), .. }))
    }

    fn alias(&mut self, anchor: usize, place: Range<usize>) {
        let fits =
            |anchored: &&Anchored| anchored.size <= self.budget && self.open.len() + anchored.height <= DEPTH_LIMIT;
        let anchored =
            self.anchors.get(&anchor).filter(fits).map(|anchored| (anchored.node.value.clone(), anchored.size));
        let (value, size) = anchored.unwrap_or((Value::Unknown, 1));
        self.budget = self.budget.saturating_sub(size);
        let node = Node { span: self.span(place.start, place.end), value };
        let key = node.scalar();
        self.push(node, 0, key);
    }

    fn start(&mut self, content: Content, anchor: usize, place: Range<usize>) -> Result<(), SyntaxError> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(self.source.error_at(place.start, &format!("nested deeper than {DEPTH_LIMIT} levels")));
        }
        let written = self.source.text[place.clone()].trim_end();
        let is_flow = written.ends_with(['{', '[']);
        let start = match written.strip_suffix(['{', '[', '-']) {
            Some(properties) => place.start + properties.len(),
            None if matches!(content, Content::Array(_)) => self.block_sequence(place.end),
            None => place.end,
        };
        self.end = start;
        self.open.push(Collection { start, anchor, is_flow, content });
        Ok(())
    }

    /// Where the first dash is; of a list no deeper than its key, the parser tells the place behind it.
    fn block_sequence(&self, at: usize) -> usize {
        let text = self.source.text;
        let is_dash = |at: usize| is_dash(&text[at..]);
        let dash = skip(text, self.end.min(at)..at, ":?,");
        if !is_dash(at) && is_dash(dash) { dash } else { at }
    }

    fn finish_collection(&mut self, place: Range<usize>) {
        let Some(collection) = self.open.pop() else { return };
        let end = match collection.is_flow {
            // the parser's own range may go on over blanks and comments
            true if self.source.text.get(place.start..).is_some_and(|text| text.starts_with(['}', ']'])) => {
                place.start + 1
            }
            true => place.end,
            false => self.end.max(collection.start),
        };
        let span = self.span(collection.start, end);
        let value = match collection.content {
            Content::Array(elements) => Value::Array(elements),
            Content::Object(members, _) => Value::Object(with_merged(members)),
        };
        self.push(Node { span, value }, collection.anchor, None);
    }

    /// Adds a node to the collection around it. `key` is its text, should it be a key.
    fn push(&mut self, node: Node, anchor: usize, key: Option<String>) {
        self.end = node.span.end;
        self.remember(&node, anchor);
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut parent.content {
            Content::Array(elements) => elements.push(node),
            Content::Object(members, open_key) => match open_key.take() {
                Some(key) => members.push(Member { key, value: node }),
                None => {
                    let value = key.unwrap_or_else(|| self.source.text[node.span.range()].to_owned());
                    *open_key = Some(Spanned { value, span: node.span });
                }
            },
        }
    }

    fn remember(&mut self, node: &Node, anchor: usize) {
        if anchor == 0 || !self.has_aliases {
            return;
        }
        let (size, height) = measure(node);
        if size <= self.budget {
            self.budget -= size;
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { file: self.source.file, start, end }
    }
}

/// How many nodes a tree has, and how deep it is.
fn measure(node: &Node) -> (usize, usize) {
    let below = node.elements().iter().chain(node.members().iter().map(|member| &member.value));
    let (size, height) =
        below.map(measure).fold((0, 0), |(size, height), (more, deep)| (size + more, height.max(deep)));
    (size + 1, height + 1)
}

/// Moves what `<<` merges to the front, so that the map's own members win. The `<<` itself stays, without content.
fn with_merged(mut members: Vec<Member>) -> Vec<Member> {
    let mut merged = Vec::new();
    for member in &mut members {
        if member.key.value != "<<" {
            continue;
        }
        match std::mem::replace(&mut member.value.value, Value::Unknown) {
            Value::Object(inherited) => merged.push(inherited),
            Value::Array(elements) => merged.extend(elements.into_iter().filter_map(|element| match element.value {
                Value::Object(inherited) => Some(inherited),
                _ => None,
            })),
            other => member.value.value = other,
        }
    }
    let inherited = merged.into_iter().rev().flatten().filter(|member| member.key.value != "<<");
    inherited.collect::<Vec<_>>().into_iter().chain(members).collect()
}

fn is_dash(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Skips what may stand before a value: blanks, comments, an anchor, a tag, and the given signs.
fn skip(text: &str, range: Range<usize>, signs: &str) -> usize {
    let mut at = range.start;
    while let Some(next) = text[at..range.end].chars().next() {
        at += match next {
            '#' => text[at..range.end].find(['\n', '\r']).unwrap_or(range.end - at),
            '&' | '!' => text[at..range.end].find(char::is_whitespace).unwrap_or(range.end - at),
            _ if next.is_whitespace() || signs.contains(next) => next.len_utf8(),
            _ => break,
        };
    }
    at
}

/// Where the quote that opens a range closes; the parser's own range may go on over blanks and comments.
fn quoted_end(text: &str, range: Range<usize>) -> usize {
    let Some(quote) = text[range.clone()].chars().next() else { return range.end };
    let mut characters = text[range.clone()].char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if quote == '"' && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| quote == '\'' && *next == quote).is_none() {
            return range.start + at + 1;
        }
    }
    range.end
}

/// Where a block scalar ends: after its last line of content, or, if it keeps them (`|+`), after the empty lines.
fn block_end(text: &str, start: usize, end: usize) -> usize {
    let header_end = text[start..end].find(['\n', '\r']).map_or(end, |at| start + at);
    let header = text[start..header_end].split('#').next().unwrap_or_default();
    if header.contains('+') {
        return end.max(header_end);
    }
    (start + text[start..end].trim_end().len()).max(header_end)
}
