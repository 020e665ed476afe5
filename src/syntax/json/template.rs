//! Templates that become JSON once rendered: Django, Jinja, Twig, Go, ERB, EJS, Mustache, Handlebars, PHP.

use std::ops::Range;

use super::{
    Document, SIZE_LIMIT, TEMPLATE,
    scan::{self, Kind, Token, Tokens},
};
use crate::{
    source::{FileId, Span, Spanned},
    syntax::DEPTH_LIMIT,
    tree::{Member, Node, Value},
};

/// Whether text holds directives of a template language, more than placeholders in strings.
pub fn is_template(text: &str) -> bool {
    text.len() <= SIZE_LIMIT && Mask::new(text).has_directives
}

/// The tree of a template, with its directives left out; of one that still is no JSON only the members that could be
/// recognised. `None` when there is no object in it, it nests too deep, or is too large.
pub fn template(file: FileId, text: &str) -> Option<Node> {
    if text.len() > SIZE_LIMIT {
        return None;
    }
    let mask = Mask::new(text);
    let mut tree = match parse(file, &mask.masked) {
        Some(tree) => tree,
        None => Recogniser::new(file, &mask.masked)?.document()?,
    };
    mask.restore(text, &mut tree);
    matches!(tree.value, Value::Object(_)).then_some(tree)
}

fn parse(file: FileId, masked: &str) -> Option<Node> {
    let document = Document::new(file, masked).ok()?;
    let tree = document.ast(&TEMPLATE).ok()??;
    Some(document.node(tree))
}

/// A template whose directives are replaced, byte for byte, by white space, strings or parts of strings.
struct Mask {
    masked: String,
    /// The directives that stand for a value.
    values: Vec<usize>,
    /// The directives within strings that would break them.
    inner: Vec<usize>,
    has_directives: bool,
    /// The last character before that is neither white space nor part of a directive.
    before: Option<char>,
}

/// How the directives of the template languages begin and end; longer ones first.
const DIRECTIVES: [(&str, &str); 7] =
    [("{{{", "}}}"), ("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>"), ("<?", "?>"), ("${", "}")];

impl Mask {
    fn new(text: &str) -> Mask {
        let mut mask = Mask {
            masked: String::with_capacity(text.len()),
            values: vec![],
            inner: vec![],
            has_directives: false,
            before: None,
        };
        let mut unclosed = [false; DIRECTIVES.len()];
        let mut in_string = false;
        while let Some(next) = text[mask.masked.len()..].chars().next() {
            let rest = &text[mask.masked.len()..];
            if let Some(length) = directive(rest, &mut unclosed) {
                mask.replace(&rest[..length], &rest[length..], in_string);
                continue;
            }
            match next {
                '\\' if in_string => mask.masked.extend(rest.chars().take(2)),
                _ => mask.masked.push(next),
            }
            in_string ^= next == '"';
            mask.before = Some(next).filter(|c| !c.is_whitespace()).or(mask.before);
        }
        mask
    }

    fn replace(&mut self, directive: &str, behind: &str, in_string: bool) {
        let statement = is_statement(directive);
        self.has_directives |= statement || !in_string;
        if in_string {
            if !directive.contains(['"', '\\', '\n', '\r']) {
                return self.masked.push_str(directive);
            }
            self.inner.push(self.masked.len());
            return self.masked.extend(std::iter::repeat_n('_', directive.len()));
        }
        let next = behind.trim_start().chars().next();
        let is_value = match self.before {
            Some(':') => matches!(next, None | Some(',' | '}' | ']')),
            Some('[' | ',') => !statement && matches!(next, Some(',' | ']')),
            _ => false,
        };
        if is_value {
            self.before = Some('"');
            self.values.push(self.masked.len());
            self.masked.push('"');
            self.masked.extend(std::iter::repeat_n('_', directive.len() - 2));
            return self.masked.push('"');
        }
        self.masked
            .extend(directive.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
    }

    /// Puts back what the mask hid: unknown values, and the text of strings as written.
    fn restore(&self, text: &str, node: &mut Node) {
        if self.values.binary_search(&node.span.start).is_ok() {
            node.value = Value::Unknown;
        }
        let first = self.inner.partition_point(|at| *at < node.span.start);
        let hidden = self.inner.get(first).is_some_and(|at| *at < node.span.end);
        match &mut node.value {
            Value::String(string) if hidden => {
                unquoted(&text[node.span.range()]).clone_into(string);
            }
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.restore(text, element)),
            Value::Object(members) => members.iter_mut().for_each(|member| self.restore(text, &mut member.value)),
            _ => {}
        }
    }
}

/// What stands in quotes; the last string of a text may lack its end.
fn unquoted(written: &str) -> &str {
    let mut inside = written.chars();
    let quote = inside.next();
    let inside = inside.as_str();
    quote.and_then(|quote| inside.strip_suffix(quote)).unwrap_or(inside)
}

/// The length of the directive that `rest` starts with. A kind that is not closed once never is.
fn directive(rest: &str, unclosed: &mut [bool; DIRECTIVES.len()]) -> Option<usize> {
    for ((open, close), unclosed) in DIRECTIVES.iter().zip(unclosed) {
        if *unclosed || !rest.starts_with(open) {
            continue;
        }
        match rest[open.len()..].find(close) {
            Some(at) => return Some(open.len() + at + close.len()),
            None => *unclosed = true,
        }
    }
    None
}

/// Whether a directive controls the output rather than being a part of it.
fn is_statement(directive: &str) -> bool {
    let Some(inner) = directive.strip_prefix("{{") else {
        let (open, third) = (&directive[..2], directive.as_bytes().get(2));
        return match open {
            "<%" => !matches!(third, Some(b'=' | b'-')),
            "<?" => third != Some(&b'='),
            "${" => false,
            _ => true,
        };
    };
    let inner = inner.trim_start_matches(['-', '~', ' ', '\t']);
    let word = inner.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let keyword = matches!(word, "define" | "if" | "else" | "end" | "range" | "with" | "block" | "template");
    inner.starts_with(['#', '^', '/', '!', '>']) || keyword
}

/// Finds members in text that is no JSON, by its tokens.
struct Recogniser<'text> {
    file: FileId,
    text: &'text str,
    tokens: std::iter::Peekable<Tokens<'text>>,
}

impl<'text> Recogniser<'text> {
    /// `None` when the text nests too deep.
    fn new(file: FileId, text: &'text str) -> Option<Recogniser<'text>> {
        let tokens = Tokens::new(text, 0..text.len()).peekable();
        scan::too_deep(text, DEPTH_LIMIT).is_none().then_some(Recogniser { file, text, tokens })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }

    fn next(&mut self) -> Option<Token> {
        self.tokens.find(|token| token.kind != Kind::Comment)
    }

    fn document(&mut self) -> Option<Node> {
        while let Some(token) = self.next() {
            if self.text[token.range.clone()].starts_with('{') && token.kind == Kind::Open {
                return Some(self.object(token.range.start));
            }
        }
        None
    }

    /// The members up to the closing bracket, or to the end of the text.
    fn object(&mut self, start: usize) -> Node {
        let mut members = Vec::new();
        let mut end = self.text.len();
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Close => {
                    end = token.range.end;
                    break;
                }
                Kind::Open => drop(self.value(token)),
                Kind::String | Kind::Bare => members.extend(self.member(token)),
                _ => {}
            }
        }
        Node { span: self.span(start..end), value: Value::Object(members) }
    }

    fn member(&mut self, key: Token) -> Option<Member> {
        self.tokens.next_if(|token| token.kind == Kind::Colon)?;
        let value = self.tokens.next_if(|token| !matches!(token.kind, Kind::Close | Kind::Comma | Kind::Colon))?;
        let text = self.text[key.range.clone()].trim_matches(['"', '\'']).to_owned();
        let key = Spanned { value: text, span: self.span(key.range) };
        Some(Member { key, value: self.value(value) })
    }

    fn array(&mut self, start: usize) -> Node {
        let mut elements = Vec::new();
        let mut end = self.text.len();
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Close => {
                    end = token.range.end;
                    break;
                }
                Kind::Comma | Kind::Colon => {}
                _ => elements.push(self.value(token)),
            }
        }
        Node { span: self.span(start..end), value: Value::Array(elements) }
    }

    fn value(&mut self, token: Token) -> Node {
        let text = &self.text[token.range.clone()];
        let value = match (token.kind, text) {
            (Kind::Open, "{") => return self.object(token.range.start),
            (Kind::Open, _) => return self.array(token.range.start),
            (Kind::String, _) if !text.contains('\\') => Value::String(text.trim_matches(['"', '\'']).to_owned()),
            (Kind::Bare, "true") => Value::Bool(true),
            (Kind::Bare, "false") => Value::Bool(false),
            (Kind::Bare, "null") => Value::Null,
            _ => Value::Unknown,
        };
        Node { span: self.span(token.range), value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, Sources};

    fn read(text: &str) -> Node {
        let sources = Sources::new(vec![SourceFile::new("a.json", text)]);
        let (id, _) = sources.iter().next().unwrap();
        template(id, text).unwrap()
    }

    #[test]
    fn directives_around_members_are_left_out() {
        let tree =
            read("{{define \"c\"}}{ {% if a %}\"a\": \"{% url \"x\" %}\"{% endif %} \"b\": <%= port %>, }{{end}}");
        assert_eq!(tree.at(&["a"]).and_then(Node::as_str), Some("{% url \"x\" %}"));
        assert_eq!(tree.at(&["b"]).map(|node| &node.value), Some(&Value::Unknown));
    }

    #[test]
    fn members_are_recognised_in_what_is_no_json() {
        let tree = read("{ \"a\": {{#x}}1{{/x}}{{^x}}2{{/x}},, \"l\": { \"i\": \"/i\" }, \"m\": [ }, \"t\": true");
        assert_eq!(tree.at(&["l", "i"]).and_then(Node::as_str), Some("/i"));
    }

    #[test]
    fn a_string_that_does_not_end_is_read_to_the_end_of_the_text() {
        let tree = read("{ {% if a %} \"a\": \"{% url \"x\" %}é");
        assert_eq!(tree.at(&["a"]).and_then(Node::as_str), Some("{% url \"x\" %}é"));
    }

    #[test]
    fn placeholders_in_strings_make_no_template() {
        assert!(!is_template("{ \"baseUrl\": \"{{localBaseUrl}}\" "));
        assert!(is_template("{ \"a\": \"{{#if b}}c{{/if}}\" }"));
    }
}
