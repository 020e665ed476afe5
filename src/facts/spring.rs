//! Spring Boot's configuration, read as Spring reads it: relaxed names, dotted and nested keys alike.

use crate::{
    edit::Edit,
    source::{SourceFile, Sources, Span, Spanned},
    syntax::{properties, yaml},
    tree::{Member, Node, Value},
};

/// One document of a Spring configuration file.
#[derive(Clone, Debug)]
pub struct SpringDocument {
    /// The profile that activates it, from `application-<profile>.yml` or from `spring.config.activate.on-profile`
    /// inside it, which may be an expression; `None` for what always holds.
    pub profile: Option<Spanned<String>>,
    /// Its content. Keys are as written: dotted and nested ones may mix.
    pub tree: Node,
}

/// A setting that a document holds.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its key, or the last part of it where keys nest.
    pub key: Span,
    /// Its value as written; the elements where it is written as `key[0]`, `key[1]`….
    pub value: Node,
}

/// The place for a setting that a document does not hold.
#[derive(Clone, Debug)]
pub struct Block<'tree> {
    /// The key of the block; `None` for the document itself.
    pub key: Option<Span>,
    /// The map, or the null where it would be.
    pub node: &'tree Node,
    /// What remains of the setting's key below the block.
    pub rest: String,
}

/// A name as Spring compares it with others: in lower case, without `-` and `_`.
pub fn canonical(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether an environment variable or a system property sets a property.
pub fn sets(variable: &str, property: &str) -> bool {
    canonical(variable).replace('.', "") == canonical(property).replace('.', "")
}

impl SpringDocument {
    /// A setting under its full key, in whatever style it is written; the last one, as Spring takes it.
    pub fn find(&self, key: &str) -> Option<Found> {
        let wanted = canonical(key);
        let member = path_to(&self.tree, &wanted, false).and_then(|path| path.last().copied());
        member
            .map(|member| Found { key: member.key.span, value: member.value.clone() })
            .or_else(|| indexed(&self.tree, &wanted))
    }

    /// The deepest existing block on the way to a setting. A document without any is its own block.
    pub fn block(&self, key: &str) -> Block<'_> {
        let root = Block { key: None, node: &self.tree, rest: key.to_owned() };
        blocks(&self.tree, key).pop().unwrap_or(root)
    }

    /// The edit that gives a setting a value: in place of the one it has, else in the deepest block on the way.
    ///
    /// `None` where the value is a map or a list, or where the text has no place for it.
    pub fn set(&self, sources: &Sources, key: &str, value: &str) -> Option<Edit> {
        let file = sources.file(self.tree.span.file);
        let wanted = canonical(key);
        if file.name().ends_with(".properties") {
            return match path_to(&self.tree, &wanted, true).and_then(|path| path.last().copied()) {
                Some(member) => Some(properties::set_value(member, value)),
                None => properties::insert_member(file, &self.tree, key, value),
            };
        }
        if let Some(member) = path_to(&self.tree, &wanted, true).and_then(|path| path.last().copied()) {
            return replaced(file, &member.value, value);
        }
        let root = Block { key: None, node: &self.tree, rest: key.to_owned() };
        let places = std::iter::once(root).chain(blocks(&self.tree, key));
        places.collect::<Vec<_>>().into_iter().rev().find_map(|block| inserted(file, &block, value))
    }
}

fn replaced(file: &SourceFile, node: &Node, value: &str) -> Option<Edit> {
    let is_collection = matches!(node.value, Value::Array(_) | Value::Object(_));
    let is_bare = node.span.start == node.span.end && !file.text[..node.span.start].ends_with(':');
    (!is_collection && !is_bare).then(|| yaml::set_value(node, value))
}

/// Beside its relatives if they are written with dots, else nested.
fn inserted(file: &SourceFile, block: &Block<'_>, value: &str) -> Option<Edit> {
    let path: Vec<&str> = block.rest.split('.').collect();
    let wanted = canonical(&block.rest);
    let common = |member: &&Member| {
        let own = canonical(&member.key.value);
        own.split('.').zip(wanted.split('.')).take_while(|(own, wanted)| own == wanted).count()
    };
    let relative = block.node.members().iter().filter(|member| is_written(block.node, member)).max_by_key(common);
    match relative {
        Some(member) if common(&member) > 0 => yaml::insert_after(file, block.node, member, &block.rest, value),
        _ => yaml::insert_path(file, block.node, &path, value),
    }
}

/// The members on the way to a key, the last one first in precedence. `is_own` leaves out what `<<` and aliases bring.
fn path_to<'tree>(node: &'tree Node, wanted: &str, is_own: bool) -> Option<Vec<&'tree Member>> {
    node.members().iter().rev().filter(|member| !is_own || is_written(node, member)).find_map(|member| {
        let rest = wanted.strip_prefix(&canonical(&member.key.value))?;
        if rest.is_empty() {
            return Some(vec![member]);
        }
        let below = path_to(&member.value, rest.strip_prefix('.')?, is_own)?;
        Some(std::iter::once(member).chain(below).collect())
    })
}

fn is_written(node: &Node, member: &Member) -> bool {
    node.span.start <= member.key.span.start && member.value.span.end <= node.span.end
}

/// The blocks on the way to a key, the deepest last.
fn blocks<'tree>(node: &'tree Node, key: &str) -> Vec<Block<'tree>> {
    let mut found: Vec<Block<'tree>> = Vec::new();
    for member in node.members().iter().filter(|member| is_written(node, member)) {
        let Some(rest) = rest_below(&member.key.value, key) else { continue };
        if !matches!(member.value.value, Value::Object(_) | Value::Null) {
            continue;
        }
        found.push(Block { key: Some(member.key.span), node: &member.value, rest: rest.clone() });
        found.extend(blocks(&member.value, &rest));
    }
    found.sort_by_key(|block| std::cmp::Reverse(block.rest.split('.').count()));
    found
}

/// What a key says beyond a block's own.
fn rest_below(block: &str, key: &str) -> Option<String> {
    let depth = block.split('.').count();
    let parts: Vec<&str> = key.split('.').collect();
    let is_prefix = depth < parts.len() && canonical(block) == canonical(&parts[..depth].join("."));
    is_prefix.then(|| parts[depth..].join("."))
}

/// The elements of a list that is written as one key each.
fn indexed(tree: &Node, wanted: &str) -> Option<Found> {
    let mut elements = Vec::new();
    collect_indexed(tree, wanted, &mut elements);
    elements.sort_by_key(|(index, _)| *index);
    let first = elements.first()?.1;
    let value = Value::Array(elements.iter().map(|(_, member)| member.value.clone()).collect());
    Some(Found { key: first.key.span, value: Node { span: first.value.span, value } })
}

fn collect_indexed<'tree>(node: &'tree Node, wanted: &str, elements: &mut Vec<(usize, &'tree Member)>) {
    for member in node.members() {
        let own = canonical(&member.key.value);
        if let Some(rest) = wanted.strip_prefix(&own).and_then(|rest| rest.strip_prefix('.')) {
            collect_indexed(&member.value, rest, elements);
            continue;
        }
        let index = own.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
        elements.extend(index.map(|index| (index, member)));
    }
}

impl Found {
    /// The value as text, placeholders replaced by their defaults; `None` where the text does not settle it.
    pub fn text(&self) -> Option<String> {
        match &self.value.value {
            Value::Null => Some(String::new()),
            _ => settled(&self.value.scalar()?),
        }
    }

    /// Whether the value depends on a placeholder, so that [`Found::text`] is a default at best.
    pub fn is_placeholder(&self) -> bool {
        self.value.scalar().is_some_and(|text| settled(&text).as_deref() != Some(&*text))
    }

    /// The value as Spring converts it to a truth value.
    pub fn truth(&self) -> Option<bool> {
        match self.text()?.trim().to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Some(true),
            "false" | "off" | "no" | "0" => Some(false),
            _ => None,
        }
    }

    /// The elements of a list, also of one that commas make.
    pub fn list(&self) -> Vec<Spanned<String>> {
        if !self.value.elements().is_empty() {
            return self.value.elements().iter().flat_map(split_by_commas).collect();
        }
        split_by_commas(&self.value)
    }
}

/// The pieces of a comma list. Their spans are exact unless escapes blur them; then they are the whole value's.
fn split_by_commas(node: &Node) -> Vec<Spanned<String>> {
    let Some(text) = node.scalar() else { return Vec::new() };
    let width = node.span.end - node.span.start;
    let quote = if width == text.len() + 2 { 1 } else { 0 };
    let is_exact = width == text.len() + 2 * quote;
    let mut at = 0;
    let mut pieces = Vec::new();
    for piece in text.split(',') {
        let start = node.span.start + quote + at + (piece.len() - piece.trim_start().len());
        at += piece.len() + 1;
        let value = piece.trim().to_owned();
        if value.is_empty() {
            continue;
        }
        let span = if is_exact { Span { start, end: start + value.len(), ..node.span } } else { node.span };
        pieces.push(Spanned { value, span });
    }
    pieces
}

/// How many placeholders a value may hold.
const PLACEHOLDER_LIMIT: usize = 16;

/// Text with every `${name:default}` replaced by its default.
fn settled(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..PLACEHOLDER_LIMIT {
        let Some(start) = text.rfind("${") else {
            let is_filtered = text.len() > 2 && text.starts_with('@') && text.ends_with('@');
            return (!text.contains("#{") && !is_filtered).then_some(text);
        };
        let end = start + text[start..].find('}')?;
        let (_, default) = text[start + 2..end].split_once(':')?;
        text = format!("{}{default}{}", &text[..start], &text[end + 1..]);
    }
    None
}
