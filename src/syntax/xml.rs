//! XML, as far as build files need it: elements, their texts, and edits that keep the layout.
//!
//! Attributes, comments and namespaces are kept in the text but are no part of the tree. A document type, and with it
//! every entity of its own, is refused.

use crate::{
    edit::Edit,
    source::{FileId, Span, Spanned},
    syntax::{DEPTH_LIMIT, SyntaxError},
};

mod layout;

/// How many attributes an element, and namespaces a document, may declare.
const ATTRIBUTE_LIMIT: usize = 256;

/// An element.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its name without a prefix; the span is the whole name in the start tag.
    pub name: Spanned<String>,
    /// From the start tag to the end tag.
    pub span: Span,
    /// Its own text if that is in one piece: entities resolved, the white space around it removed.
    pub text: Option<Spanned<String>>,
    /// Whether text stands in it in several pieces, with comments, instructions or elements between them.
    pub is_split: bool,
    /// The elements in it, in order.
    pub children: Vec<Element>,
    /// The end tag; `None` for `<name/>`.
    pub end_tag: Option<Span>,
}

/// Reads a document and gives its root element. A byte order mark and a declared encoding do not matter: the text is
/// decoded already.
///
/// # Errors
/// When the text is not well-formed, has a document type, nests deeper than [`DEPTH_LIMIT`] or has too many attributes.
pub fn parse(file: FileId, text: &str) -> Result<Element, SyntaxError> {
    if let Some((start, message)) = excess(text) {
        return Err(SyntaxError { message, span: Span { file, start, end: start + 1 } });
    }
    let document = roxmltree::Document::parse(text).map_err(|error| syntax_error(file, text, &error))?;
    Ok(element(file, text, document.root_element()))
}

/// Where the comments of a document are, in order; none where it does not parse.
pub fn comments(text: &str) -> Vec<std::ops::Range<usize>> {
    if excess(text).is_some() {
        return Vec::new();
    }
    let Ok(document) = roxmltree::Document::parse(text) else { return Vec::new() };
    document.root().descendants().filter(|node| node.is_comment()).map(|node| node.range()).collect()
}

impl Element {
    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name.value == name)
    }

    /// Every child of a name, in order.
    pub fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name.value == name)
    }

    /// The element under a path of names, the first of each.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text of the first child of a name.
    pub fn text_of(&self, name: &str) -> Option<&Spanned<String>> {
        self.child(name)?.text.as_ref()
    }

    /// Puts `value` in the place of the text; `None` where elements are, or other pieces of text.
    pub fn set_text(&self, value: &str) -> Option<Edit> {
        let value = escaped(value);
        if let Some(text) = &self.text {
            return Some(Edit { span: text.span, text: value });
        }
        if self.is_split || !self.children.is_empty() {
            return None;
        }
        match self.end_tag {
            Some(end_tag) => Some(Edit { span: end_tag.before(), text: value }),
            None => {
                let span = Span { start: self.span.end - "/>".len(), ..self.span };
                Some(Edit { span, text: format!(">{value}</{}>", self.name.value) })
            }
        }
    }

    /// Gives it another name, in both tags.
    pub fn rename(&self, name: &str) -> Vec<Edit> {
        let start = Edit { span: self.name.span, text: name.to_owned() };
        let end = self.end_tag.map(|span| Edit { span, text: format!("</{name}>") });
        std::iter::once(start).chain(end).collect()
    }

    /// Inserts `xml` behind this element, on lines of its own if this one stands so. `xml` is written from the first
    /// column with `\n`; `source` is the text of the file.
    pub fn insert_after(&self, source: &str, xml: &str) -> Edit {
        Edit { span: self.span.after(), text: layout::behind(source, self.span.start, xml) }
    }

    /// Inserts `xml` as the last element in this one, laid out like the others or one step further in than this one.
    pub fn insert_inside(&self, source: &str, xml: &str) -> Edit {
        if let Some(last) = self.children.last() {
            return last.insert_after(source, xml);
        }
        let inner = layout::inside(source, self.span.start, xml);
        match self.end_tag {
            Some(end_tag) => {
                let content = source[..end_tag.start].trim_end_matches([' ', '\t', '\r', '\n']).len();
                Edit { span: Span { start: content, end: end_tag.start, ..end_tag }, text: inner }
            }
            None => {
                let span = Span { start: self.span.end - "/>".len(), ..self.span };
                let name = &source[self.name.span.range()];
                Edit { span, text: format!(">{inner}</{name}>") }
            }
        }
    }

    /// Removes the element, with its line if nothing else is on it.
    pub fn remove(&self, source: &str) -> Edit {
        Edit { span: layout::with_line(source, self.span), text: String::new() }
    }
}

/// Text as it is written between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn element(file: FileId, source: &str, node: roxmltree::Node<'_, '_>) -> Element {
    let span = Span { file, start: node.range().start, end: node.range().end };
    let written = &source[span.range()];
    let qualified = written[1..].find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(0);
    let name = Span { start: span.start + 1, end: span.start + 1 + qualified, ..span };
    let is_closed = written.ends_with("/>") && node.first_child().is_none();
    let end_tag = written.rfind("</").filter(|_| !is_closed).map(|at| Span { start: span.start + at, ..span });
    let pieces = pieces(node);
    Element {
        name: Spanned { value: node.tag_name().name().to_owned(), span: name },
        span,
        text: if let [piece] = pieces[..] { Some(text(file, source, piece)) } else { None },
        is_split: pieces.len() > 1,
        children: node
            .children()
            .filter(|child| child.is_element())
            .map(|child| element(file, source, child))
            .collect(),
        end_tag,
    }
}

/// The texts among the children that are not white space.
fn pieces<'tree, 'text>(node: roxmltree::Node<'tree, 'text>) -> Vec<roxmltree::Node<'tree, 'text>> {
    let is_piece = |child: &roxmltree::Node<'_, '_>| child.text().is_some_and(|text| !text.trim().is_empty());
    node.children().filter(|child| child.is_text()).filter(is_piece).collect()
}

/// A text without the white space around it.
fn text(file: FileId, source: &str, piece: roxmltree::Node<'_, '_>) -> Spanned<String> {
    let value = piece.text().unwrap_or_default().trim().to_owned();
    let range = piece.range();
    let written = source[range.clone()].trim();
    let start = range.start + source[range].find(written).unwrap_or(0);
    // a `CDATA` section holds its text as it is; elsewhere a reference may stand for a part of it
    let (start, length) = match written.find(&value).filter(|_| written.starts_with("<![CDATA[")) {
        Some(at) => (start + at, value.len()),
        None => (start, written.len()),
    };
    Spanned { value, span: Span { file, start, end: start + length } }
}

/// The first place that would cost the parser more than a build file may: it recurses over nesting, and its time and
/// memory grow with the square of attributes and namespaces. Text that is not well-formed is read in some way, too.
fn excess(text: &str) -> Option<(usize, String)> {
    let (mut depth, mut namespaces, mut at) = (0_usize, 0, 0);
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((_, end)) = skipped.iter().find(|(begin, _)| rest.starts_with(begin)) {
            at = start + rest.find(end)? + end.len();
            continue;
        }
        let tag = &rest[..tag_end(rest)?];
        if tag.starts_with("</") {
            depth = depth.saturating_sub(1);
        } else if !tag.ends_with('/') {
            depth += 1;
        }
        namespaces += tag.matches("xmlns").count();
        if depth > DEPTH_LIMIT {
            return Some((start, format!("elements nest deeper than {DEPTH_LIMIT}")));
        }
        if namespaces > ATTRIBUTE_LIMIT || tag.matches('=').count() > ATTRIBUTE_LIMIT {
            return Some((start, format!("more than {ATTRIBUTE_LIMIT} attributes or namespaces")));
        }
        at = start + tag.len() + 1;
    }
    None
}

/// The offset of the `>` that ends a tag; one in a quoted value does not.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, c)| {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '>' => return Some(at),
            None if c == '"' || c == '\'' => quote = Some(c),
            None => {}
        }
        None
    })
}

fn syntax_error(file: FileId, text: &str, error: &roxmltree::Error) -> SyntaxError {
    let position = error.pos();
    let message = error.to_string();
    let end = message.rfind(" at ").unwrap_or(message.len());
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take((position.row as usize).saturating_sub(1)).map(str::len).sum();
    let line = lines.next().unwrap_or_default().trim_end_matches(['\n', '\r']);
    let column = (position.col as usize).saturating_sub(1);
    let start = before + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let width = text[start..].chars().next().map_or(0, char::len_utf8);
    SyntaxError { message: message[..end].to_owned(), span: Span { file, start, end: start + width } }
}
