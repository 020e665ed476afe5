//! JSON and JSON5: descriptors, npm manifests, ACE's `config.json`.
//!
//! Bare template placeholders (`"port": {{port}}`) are read as [`Value::Unknown`].

use std::{borrow::Cow, ops::Range};

use jsonc_parser::{
    CollectOptions, ParseOptions, ast,
    common::Ranged,
    errors::{ParseError, ParseErrorKind},
};

use crate::{
    source::{Encoding, FileId, SourceFile, Span, Spanned},
    syntax::{DEPTH_LIMIT, SyntaxError},
    tree::{Member, Node, Value},
};

mod edit;
mod locate;
mod place;
mod remove;
mod scan;
mod template;

pub use edit::{insert_member, insert_object_member, rename_key, replace_with_object_member, set_string, set_value};
pub use locate::locate;
pub use remove::remove_member;
pub use template::{is_template, template};

/// Reads JSON5 text; a byte order mark is skipped.
///
/// # Errors
/// When it is not even JSON5, nests deeper than [`DEPTH_LIMIT`], or has more than two megabytes.
pub fn parse(file: FileId, text: &str) -> Result<Node, SyntaxError> {
    let document = Document::new(file, text)?;
    let tree = document.ast(&TOLERANT).map_err(|error| document.error(&error))?;
    tree.map(|value| document.node(value)).ok_or_else(|| document.nothing())
}

/// Reads a JSON5 file, which has to be UTF-8.
///
/// # Errors
/// As [`parse`], and at the first byte that is not UTF-8.
pub fn read(id: FileId, file: &SourceFile) -> Result<Node, SyntaxError> {
    if file.encoding == Encoding::Utf8 {
        return parse(id, &file.text);
    }
    let bytes = file.encode();
    let valid = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let (start, c) = file.text.char_indices().nth(valid).unwrap_or((0, '\0'));
    let span = Span { file: id, start, end: start + c.len_utf8() };
    Err(SyntaxError { message: "not valid UTF-8".to_owned(), span })
}

/// What keeps text from being JSON as the standard has it: the first comment, trailing comma, single quote….
/// A byte order mark and template placeholders are let pass.
pub fn strict(file: FileId, text: &str) -> Option<SyntaxError> {
    let document = match Document::new(file, text) {
        Ok(document) => document,
        Err(error) => return Some(error),
    };
    let loose = match document.ast(&STRICT) {
        Ok(Some(_)) => None,
        Ok(None) => Some(document.nothing()),
        Err(error) => Some(document.error(&error)),
    };
    loose.into_iter().chain(document.odd_character()).min_by_key(|error| error.span.start)
}

const TOLERANT: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: true,
    allow_unary_plus_numbers: true,
    allow_bare_decimal_point_numbers: true,
    allow_non_finite_numbers: true,
    allow_extended_string_escapes: true,
};

/// Branches of a template stand side by side without a comma.
const TEMPLATE: ParseOptions = ParseOptions { allow_missing_commas: true, ..TOLERANT };

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The largest document: a hundred times the largest real one. A tree takes some twenty times its text.
const SIZE_LIMIT: usize = 2 << 20;

/// Text that is safe to hand to the parser.
struct Document<'text> {
    file: FileId,
    /// The text after its byte order mark, with placeholders masked.
    text: Cow<'text, str>,
    /// How many bytes the mark takes.
    offset: usize,
    holes: Vec<Range<usize>>,
}

impl<'text> Document<'text> {
    fn new(file: FileId, text: &'text str) -> Result<Document<'text>, SyntaxError> {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let offset = text.len() - body.len();
        if text.len() > SIZE_LIMIT {
            let message = format!("larger than {} MB", SIZE_LIMIT >> 20);
            return Err(SyntaxError { message, span: Span { file, start: offset, end: offset } });
        }
        if let Some(at) = scan::too_deep(body, DEPTH_LIMIT) {
            let span = Span { file, start: offset + at, end: offset + at + 1 };
            return Err(SyntaxError { message: format!("nested deeper than {DEPTH_LIMIT} levels"), span });
        }
        let (masked, holes) = scan::mask(body);
        Ok(Document { file, text: masked, offset, holes })
    }

    fn ast(&self, options: &ParseOptions) -> Result<Option<ast::Value<'_>>, ParseError> {
        jsonc_parser::parse_to_ast(&self.text, &CollectOptions::default(), options).map(|result| result.value)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start + self.offset, end: range.end + self.offset }
    }

    fn error_at(&self, range: Range<usize>, message: impl Into<String>) -> SyntaxError {
        SyntaxError { message: message.into(), span: self.span(range) }
    }

    /// The error of the parser, with a range that ends on the line where it starts.
    fn error(&self, error: &ParseError) -> SyntaxError {
        let range = error.range();
        let line = self.text[range.start..range.end].find(['\n', '\r']);
        let end = line.map_or(range.end, |length| range.start + length);
        self.error_at(range.start..end, message(error.kind()))
    }

    fn nothing(&self) -> SyntaxError {
        let message = if self.text.trim().is_empty() { "empty file" } else { "expected a value" };
        self.error_at(self.text.len()..self.text.len(), message)
    }

    /// Characters that the parser lets pass and the standard does not.
    fn odd_character(&self) -> Option<SyntaxError> {
        let mut end = 0;
        for token in scan::Tokens::new(&self.text, 0..self.text.len()) {
            let odd = |c: char| !matches!(c, ' ' | '\t' | '\n' | '\r');
            if let Some((at, space)) = self.text[end..token.range.start].char_indices().find(|(_, c)| odd(*c)) {
                return Some(self.error_at(end + at..end + at + space.len_utf8(), "unusual white space"));
            }
            end = token.range.end;
            let control = self.text[token.range.clone()].find(|c: char| c < ' ').map(|at| token.range.start + at);
            if let Some(at) = control.filter(|_| token.kind == scan::Kind::String) {
                return Some(self.error_at(at..at + 1, "control characters in strings are not allowed"));
            }
        }
        None
    }

    fn node(&self, value: ast::Value<'_>) -> Node {
        let range = value.range();
        let span = self.span(range.start..range.end);
        if self.holes.binary_search_by_key(&range.start, |hole| hole.start).is_ok() {
            return Node { span, value: Value::Unknown };
        }
        let value = match value {
            ast::Value::StringLit(string) => Value::String(string.value.into_owned()),
            ast::Value::NumberLit(number) => Value::Number(number.value.to_owned()),
            ast::Value::BooleanLit(boolean) => Value::Bool(boolean.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => Value::Array(array.elements.into_iter().map(|node| self.node(node)).collect()),
            ast::Value::Object(object) => {
                Value::Object(object.properties.into_iter().map(|property| self.member(property)).collect())
            }
        };
        Node { span, value }
    }

    fn member(&self, property: ast::ObjectProp<'_>) -> Member {
        let range = property.name.range();
        let key = Spanned { value: property.name.into_string(), span: self.span(range.start..range.end) };
        Member { key, value: self.node(property.value) }
    }
}

/// What the parser says, in our style.
fn message(kind: &ParseErrorKind) -> String {
    match kind {
        ParseErrorKind::UnexpectedCloseBrace => "unexpected `}`".to_owned(),
        ParseErrorKind::UnexpectedCloseBracket => "unexpected `]`".to_owned(),
        ParseErrorKind::UnexpectedColon => "unexpected `:`".to_owned(),
        ParseErrorKind::UnexpectedComma => "unexpected `,`".to_owned(),
        ParseErrorKind::ExpectedComma => "expected `,`".to_owned(),
        ParseErrorKind::ExpectedColonAfterObjectKey => "expected `:` after a key".to_owned(),
        ParseErrorKind::ExpectedStringObjectProperty => "keys must be in double quotes".to_owned(),
        ParseErrorKind::NonFiniteNumbersNotAllowed => "`Infinity` and `NaN` are not allowed".to_owned(),
        ParseErrorKind::UnterminatedObject => "this `{` is never closed".to_owned(),
        ParseErrorKind::UnterminatedArray => "this `[` is never closed".to_owned(),
        other => lower_first(&other.to_string()),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
