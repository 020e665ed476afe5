//! The arguments of a dependency declaration: coordinates in one string, by name or by position, or an alias.

use std::ops::Range;

use super::{
    expression::{Expression, Meaning, Script},
    tokens::{Kind, Token},
};

/// What a declaration asks for.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// An artifact by its coordinates.
    Artifact { group: Expression, name: Expression, version: Option<Expression> },
    /// An alias of a version catalog: `libs.acsb.starter`.
    Alias(String),
    /// Another project of the build, by its path: `:core`.
    Project(String),
}

/// One of the arguments.
pub(super) struct Found {
    /// What it asks for.
    pub(super) asked: Asked,
    /// Where.
    pub(super) declared: Range<usize>,
    /// Whether it stands in `platform(…)`.
    pub(super) is_platform: bool,
}

/// Calls whose argument is a dependency like any other.
const WRAPPERS: [&str; 6] = ["platform", "enforcedPlatform", "create", "testFixtures", "mavenBom", "variantOf"];

/// What the declaration that begins at a token asks for, and how many tokens it takes.
pub(super) fn asked(script: Script, tokens: &[Token]) -> (Vec<Found>, usize) {
    let is_call = tokens.get(1).is_some_and(|token| token.kind == Kind::Mark(b'('));
    let end = if is_call { closing(tokens, 1) } else { line(tokens) };
    let mut reader =
        Reader { script, tokens: &tokens[..end], found: Vec::new(), named: Named::default(), bare: Vec::new() };
    let mut at = 1;
    while at < end {
        at += reader.step(at).max(1);
    }
    reader.flush();
    reader.positional();
    (reader.found, end)
}

/// The tokens of a call up to its closing bracket.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Mark(b'(' | b'[' | b'{') => depth += 1,
            Kind::Mark(b')' | b']' | b'}') if depth <= 1 => return index + 1,
            Kind::Mark(b')' | b']' | b'}') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The tokens of a statement without brackets: a comma, or a bracket that is open, joins the next line.
fn line(tokens: &[Token]) -> usize {
    let (mut depth, mut joins) = (0_usize, false);
    for (index, token) in tokens.iter().enumerate().skip(1) {
        if depth == 0 && token.is_first && !joins {
            return index;
        }
        joins = matches!(token.kind, Kind::Mark(b',' | b'+'));
        match token.kind {
            Kind::Mark(b'{' | b'}' | b';') if depth == 0 => return index,
            Kind::Mark(b')' | b']') if depth == 0 => return index,
            Kind::Mark(b'(' | b'[') => depth += 1,
            Kind::Mark(b')' | b']') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

#[derive(Default)]
struct Named {
    group: Option<Expression>,
    name: Option<Expression>,
    version: Option<Expression>,
    is_platform: bool,
}

struct Reader<'text> {
    script: Script<'text>,
    tokens: &'text [Token],
    found: Vec<Found>,
    named: Named,
    bare: Vec<Expression>,
}

impl<'text> Reader<'text> {
    fn is(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    fn word(&self, at: usize) -> &'text str {
        self.tokens.get(at).map_or("", |token| &self.script.text[token.range.clone()])
    }

    fn step(&mut self, at: usize) -> usize {
        match self.tokens[at].kind {
            Kind::Literal | Kind::Template => self.text(at),
            Kind::Word if self.is(at + 1, b':') || self.is(at + 1, b'=') => self.label(at),
            Kind::Word => self.call(at),
            Kind::Mark(b'{') => closing(self.tokens, at) - at,
            Kind::Mark(_) => 1,
        }
    }

    /// Whether the value stands in `platform(…)`.
    fn is_in_platform(&self, at: usize) -> bool {
        let call = at.checked_sub(2).filter(|_| self.is(at - 1, b'(')).map_or("", |call| self.word(call));
        ["platform", "enforcedPlatform"].contains(&call) || self.word(0) == "mavenBom"
    }

    fn text(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        let parts = parts(&self.script.text[token.range.clone()], token.range.start);
        let string = |range: &Range<usize>| self.script.string(token.kind, range.clone());
        let [group, name, rest @ ..] = parts.as_slice() else {
            let expression = string(&token.range);
            self.bare.push(expression);
            return 1;
        };
        let mut length = 1;
        let mut version = rest.first().filter(|range| !range.is_empty()).map(string);
        if self.is(at + 1, b'+') && rest.len() == 1 {
            let (added, taken) = self.script.expression(&self.tokens[at + 2..]);
            let range = rest[0].start..added.range.end;
            version = Some(if rest[0].is_empty() { added } else { Expression { range, meaning: Meaning::Unknown } });
            length += 1 + taken;
        } else if self.is(at + 1, b'+') {
            return 1;
        }
        let asked = Asked::Artifact { group: string(group), name: string(name), version };
        let declared = token.range.clone();
        self.found.push(Found { asked, declared, is_platform: self.is_in_platform(at) });
        length
    }

    fn label(&mut self, at: usize) -> usize {
        let (value, length) = self.script.expression(&self.tokens[at + 2..]);
        let label = self.word(at);
        if label == "group" && self.named.group.is_some() {
            self.flush();
        }
        match label {
            "group" => self.named.group = Some(value),
            "name" => self.named.name = Some(value),
            "version" => self.named.version = Some(value),
            _ => {}
        }
        length + 2
    }

    /// A call, or an alias.
    fn call(&mut self, at: usize) -> usize {
        let mut end = at + 1;
        while self.is(end, b'.') && self.tokens.get(end + 1).is_some_and(|token| token.kind == Kind::Word) {
            end += 2;
        }
        let last = end - 1;
        let is_call = self.is(end, b'(');
        if is_call && self.word(last) == "project" {
            let length = closing(self.tokens, end) - at;
            let literal = self.tokens[end..at + length].iter().find(|token| token.kind == Kind::Literal);
            self.found.extend(literal.map(|token| Found {
                asked: Asked::Project(self.script.text[token.range.clone()].to_owned()),
                declared: token.range.clone(),
                is_platform: false,
            }));
            return length;
        }
        if is_call && WRAPPERS.contains(&self.word(last)) {
            return end - at + 1;
        }
        let is_provider = is_call && ["get", "asProvider"].contains(&self.word(last));
        let path = &self.tokens[at..if is_provider { last - usize::from(last > at) } else { end }];
        let is_alias = path.len() > 1 && (!is_call || is_provider);
        if let Some(alias) = self.script.path(path).filter(|_| is_alias) {
            let declared = path[0].range.start..path[path.len() - 1].range.end;
            self.found.push(Found { asked: Asked::Alias(alias), declared, is_platform: self.is_in_platform(at) });
        }
        if is_call { closing(self.tokens, end) - at } else { end - at }
    }

    /// Ends an artifact given by names.
    fn flush(&mut self) {
        let named = std::mem::take(&mut self.named);
        if let (Some(group), Some(name)) = (named.group, named.name) {
            let declared = name.range.clone();
            let asked = Asked::Artifact { group, name, version: named.version };
            self.found.push(Found { asked, declared, is_platform: named.is_platform });
        }
    }

    /// Kotlin's `implementation("group", "name", "version")`.
    fn positional(&mut self) {
        let mut bare = std::mem::take(&mut self.bare).into_iter();
        if let (true, Some(group), Some(name)) = (self.found.is_empty(), bare.next(), bare.next()) {
            let declared = name.range.clone();
            let asked = Asked::Artifact { group, name, version: bare.next() };
            self.found.push(Found { asked, declared, is_platform: false });
        }
    }
}

/// The parts of `group:name:version:classifier@type`; colons in `${…}` do not count.
fn parts(text: &str, start: usize) -> Vec<Range<usize>> {
    let (mut depth, mut from, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b':' | b'@' | b'!' if depth == 0 => {
                found.push(start + from..start + at);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(start + from..start + text.len());
    found
}
