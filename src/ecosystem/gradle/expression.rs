//! What a build script writes for a value: a string, or the name of another value.

use std::ops::Range;

use super::tokens::{Kind, Token, tokens};

/// A value as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// Where; of a string the content.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) meaning: Meaning,
}

/// What an [`Expression`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The text itself.
    Text,
    /// What a name stands for: `acsbVersion`, `versions.acsb`.
    Name(String),
    /// Something composed or computed.
    Unknown,
}

/// Receivers that name the project itself.
const RECEIVERS: [&str; 7] = ["rootProject", "project", "parent", "ext", "extra", "properties", "this"];

/// Calls and indexed values that look a property up by name.
const LOOKUPS: [&str; 6] = ["property", "findProperty", "gradleProperty", "extra", "ext", "properties"];

/// A script's text and its language.
#[derive(Clone, Copy)]
pub(super) struct Script<'text> {
    /// The text.
    pub(super) text: &'text str,
    /// Whether it is Kotlin.
    pub(super) is_kotlin: bool,
}

impl Script<'_> {
    /// The expression that begins at a token, and how many tokens it takes.
    pub(super) fn expression(self, tokens: &[Token]) -> (Expression, usize) {
        let length = length(tokens);
        let Some((first, last)) = tokens[..length].first().zip(tokens[..length].last()) else {
            return (Expression { range: 0..0, meaning: Meaning::Unknown }, 0);
        };
        let range = first.range.start..last.range.end;
        let expression = match &tokens[..length] {
            [token] if matches!(token.kind, Kind::Literal | Kind::Template) => {
                self.string(token.kind, token.range.clone())
            }
            several => Expression { range, meaning: self.name(several).map_or(Meaning::Unknown, Meaning::Name) },
        };
        (expression, length)
    }

    /// A string, or the part of one.
    pub(super) fn string(self, kind: Kind, range: Range<usize>) -> Expression {
        let part = &self.text[range.clone()];
        let meaning = match part {
            part if part.contains('\\') => Meaning::Unknown,
            part if kind == Kind::Literal || !part.contains('$') => Meaning::Text,
            part => self.interpolated(part, &range).map_or(Meaning::Unknown, Meaning::Name),
        };
        Expression { range, meaning }
    }

    /// The name that a string with nothing but `$name` or `${…}` stands for.
    fn interpolated(self, part: &str, range: &Range<usize>) -> Option<String> {
        let inner = match part.strip_prefix('$')?.strip_prefix('{') {
            Some(inner) => {
                inner.strip_suffix('}')?;
                range.start + 2..range.end - 1
            }
            None => range.start + 1..range.end,
        };
        let is_braced = part.starts_with("${");
        if !is_braced && (self.is_kotlin && part.contains('.') || part[1..].contains(['$', '-', '(', '['])) {
            return None;
        }
        let tokens = tokens(self.text, inner, self.is_kotlin);
        let (expression, length) = self.expression(&tokens);
        match expression.meaning {
            Meaning::Name(name) if length == tokens.len() => Some(name),
            _ => None,
        }
    }

    /// The name that tokens spell.
    fn name(self, tokens: &[Token]) -> Option<String> {
        let tokens = self.without_conversion(tokens);
        if let [path @ .., open, key, close] = tokens
            && matches!(
                (open.kind, close.kind),
                (Kind::Mark(b'('), Kind::Mark(b')')) | (Kind::Mark(b'['), Kind::Mark(b']'))
            )
            && matches!(key.kind, Kind::Literal | Kind::Template)
            && !self.text[key.range.clone()].contains('$')
        {
            let last = path.last().filter(|token| token.kind == Kind::Word)?;
            let is_lookup = LOOKUPS.contains(&&self.text[last.range.clone()]);
            return is_lookup.then(|| self.text[key.range.clone()].to_owned());
        }
        self.path(tokens)
    }

    /// The words of a dotted path, without the project's own.
    pub(super) fn path(self, tokens: &[Token]) -> Option<String> {
        let mut words = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            match (index % 2, token.kind) {
                (0, Kind::Word) => words.push(&self.text[token.range.clone()]),
                (1, Kind::Mark(b'.')) => {}
                _ => return None,
            }
        }
        let own = words.iter().position(|word| !RECEIVERS.contains(word))?;
        let is_name = tokens.len() % 2 == 1 && !words[own].starts_with(|first: char| first.is_ascii_digit());
        is_name.then(|| words[own..].join("."))
    }

    /// Without `.get()`, `.toString()`, `as String`, `!!` at the end.
    fn without_conversion(self, mut tokens: &[Token]) -> &[Token] {
        loop {
            let is = |token: &Token, words: &[&str]| words.contains(&&self.text[token.range.clone()]);
            tokens = match tokens {
                [rest @ .., last] if !rest.is_empty() && matches!(last.kind, Kind::Mark(b'!' | b'?')) => rest,
                [rest @ .., cast, _] if !rest.is_empty() && is(cast, &["as"]) => rest,
                [rest @ .., dot, call, open, close]
                    if !rest.is_empty()
                        && dot.kind == Kind::Mark(b'.')
                        && is(call, &["get", "toString"])
                        && (open.kind, close.kind) == (Kind::Mark(b'('), Kind::Mark(b')')) =>
                {
                    rest
                }
                tokens => return tokens,
            };
        }
    }
}

/// How many tokens belong to an expression: up to a comma, a closing bracket, a block or a new line.
fn length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        let goes_on = matches!(token.kind, Kind::Mark(b'.' | b'+' | b'?'));
        match token.kind {
            _ if depth == 0 && index > 0 && token.is_first && !goes_on => return index,
            Kind::Mark(b',' | b';' | b'{' | b'}') if depth == 0 => return index,
            Kind::Mark(b')' | b']') if depth == 0 => return index,
            Kind::Mark(b'(' | b'[') => depth += 1,
            Kind::Mark(b')' | b']') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}
