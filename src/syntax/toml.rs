//! TOML, as a tree with spans. Edits replace text at a span, for writing a document anew changes its line ends.

use toml_edit::{Array, Document, Item, TableLike, Value as Written};

use crate::{
    source::{FileId, Span, Spanned},
    syntax::SyntaxError,
    tree::{Member, Node, Value},
};

/// Reads a document; its root is an object. Nesting is bounded by the parser.
///
/// # Errors
/// When the text is no TOML.
pub fn parse(file: FileId, text: &str) -> Result<Node, SyntaxError> {
    let body = text.trim_start_matches('\u{feff}');
    let reader = Reader { file, skipped: text.len() - body.len() };
    let document = Document::parse(body).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        let (start, end) = (boundary(body, range.start), boundary(body, range.end));
        let message = error.message().lines().next().unwrap_or("no TOML").to_owned();
        SyntaxError { message, span: reader.span(Some(start..end.max(start))) }
    })?;
    let span = Span { file, start: reader.skipped, end: text.len() };
    Ok(Node { span, value: Value::Object(reader.members(document.as_table())) })
}

/// The nearest boundary of a character at or before an offset.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A string's content where it is written between quotes as it is, without an escape.
pub fn content(text: &str, node: &Node) -> Option<Spanned<String>> {
    let value = node.as_str()?;
    let written = &text[node.span.range()];
    let width = (written.len().checked_sub(value.len())?) / 2;
    let is_plain = written.get(width..width + value.len()) == Some(value) && matches!(width, 1 | 3);
    let span = Span { start: node.span.start + width, end: node.span.start + width + value.len(), ..node.span };
    is_plain.then(|| Spanned { value: value.to_owned(), span })
}

struct Reader {
    file: FileId,
    /// The length of a byte order mark.
    skipped: usize,
}

impl Reader {
    fn span(&self, range: Option<std::ops::Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        Span { file: self.file, start: range.start + self.skipped, end: range.end + self.skipped }
    }

    fn members(&self, table: &dyn TableLike) -> Vec<Member> {
        let member = |(name, item): (&str, &Item)| {
            let key = table.key(name).and_then(toml_edit::Key::span);
            let key = Spanned { value: name.to_owned(), span: self.span(key) };
            Member { key, value: self.item(item) }
        };
        table.iter().map(member).collect()
    }

    fn item(&self, item: &Item) -> Node {
        let value = match item {
            Item::None => Value::Null,
            Item::Value(value) => return self.value(value),
            Item::Table(table) => Value::Object(self.members(table)),
            Item::ArrayOfTables(tables) => {
                let node = |table: &toml_edit::Table| Node {
                    span: self.span(table.span()),
                    value: Value::Object(self.members(table)),
                };
                Value::Array(tables.iter().map(node).collect())
            }
        };
        Node { span: self.span(item.span()), value }
    }

    fn value(&self, written: &Written) -> Node {
        let value = match written {
            Written::String(string) => Value::String(string.value().clone()),
            Written::Integer(number) => Value::Number(number.value().to_string()),
            Written::Float(number) => Value::Number(number.value().to_string()),
            Written::Boolean(bool) => Value::Bool(*bool.value()),
            Written::Datetime(_) => Value::Unknown,
            Written::Array(array) => self.array(array),
            Written::InlineTable(table) => Value::Object(self.members(table)),
        };
        Node { span: self.span(written.span()), value }
    }

    fn array(&self, array: &Array) -> Value {
        Value::Array(array.iter().map(|value| self.value(value)).collect())
    }
}
