//! Descriptors written as literals: dictionaries, hashes, arrays, maps, object initialisers.

use crate::{
    facts::{Descriptor, Event, Origin},
    source::Spanned,
    stacks::{
        Language,
        code::{Code, NodeId},
        project::Project,
    },
    tree::{Member, Node, Value},
};

/// How deep the members of a descriptor are read.
const DEEPEST: usize = 12;

/// The descriptors of every file.
pub fn descriptors(project: &Project<'_>) -> Vec<Descriptor> {
    project.files.iter().flat_map(of_file).collect()
}

fn of_file(code: &Code<'_>) -> Vec<Descriptor> {
    let mut found = Vec::new();
    for node in code.ids() {
        let Some(pairs) = pairs(code, node) else { continue };
        let has = |wanted: &str| pairs.iter().any(|(key, _)| name_of(code, *key).as_deref() == Some(wanted));
        if !has("lifecycle") || !(has("baseUrl") || has("modules")) {
            continue;
        }
        let tree = read(code, node, 0);
        if Event::ALL.into_iter().any(|event| tree.at(&["lifecycle", event.key()]).is_some()) {
            found.push(Descriptor { file: code.file, tree, origin: Origin::Code, not_strict: None });
        }
    }
    found
}

/// The keys and values of a literal; `None` for anything else.
fn pairs(code: &Code<'_>, node: NodeId) -> Option<Vec<(NodeId, NodeId)>> {
    let (holder, kinds): (NodeId, &[&str]) = match code.kind(node) {
        "dictionary" | "hash" => (node, &["pair"]),
        "array_creation_expression" if code.language == Language::Php => (node, &["array_element_initializer"]),
        "composite_literal" => (code.field(node, "body")?, &["keyed_element"]),
        "literal_value" if !is_body(code, node) => (node, &["keyed_element"]),
        "object_creation_expression" | "implicit_object_creation_expression" => {
            (code.field(node, "initializer")?, &["assignment_expression"])
        }
        "anonymous_object_creation_expression" => return Some(anonymous(code, node)),
        _ => return None,
    };
    let elements = code.children(holder).filter(|child| kinds.contains(&code.kind(*child)));
    let pair = |element: NodeId| {
        let parts: Vec<_> = code.children(element).filter(|part| code.kind(*part) != "comment").collect();
        match parts.as_slice() {
            [key, value] => Some((inner(code, *key), inner(code, *value))),
            _ => None,
        }
    };
    let pairs: Vec<_> = elements.filter_map(pair).collect();
    (!pairs.is_empty()).then_some(pairs)
}

/// Whether a node is the body of a Go literal with a type, which is read as a whole.
fn is_body(code: &Code<'_>, node: NodeId) -> bool {
    code.parent(node).is_some_and(|above| code.kind(above) == "composite_literal")
}

/// The members of C#'s `new { a = 1 }`, whose names and values are siblings.
fn anonymous(code: &Code<'_>, node: NodeId) -> Vec<(NodeId, NodeId)> {
    let parts: Vec<_> = code.children(node).filter(|part| code.kind(*part) != "comment").collect();
    let named = parts.windows(2).filter(|pair| {
        let gap = code.span(pair[0]).end..code.span(pair[1]).start;
        code.kind(pair[0]) == "identifier" && !gap.is_empty() && code.between(gap).trim() == "="
    });
    named.map(|pair| (pair[0], pair[1])).collect()
}

fn inner(code: &Code<'_>, node: NodeId) -> NodeId {
    match code.kind(node) {
        "literal_element" => code.children(node).next().unwrap_or(node),
        _ => node,
    }
}

/// The name under which a member is written out.
fn name_of(code: &Code<'_>, key: NodeId) -> Option<String> {
    if let Some(text) = code.string(key) {
        return Some(text.to_owned());
    }
    if code.language == Language::CSharp && code.text(key).starts_with('[') {
        return code.below(key).find_map(|node| code.string(node)).map(str::to_owned);
    }
    if !code.is_name(key) {
        return None;
    }
    let name = code.text(key).trim_matches(':');
    let mut letters = name.chars();
    let first = letters.next()?;
    let is_typed = matches!(code.language, Language::CSharp | Language::Go);
    let is_symbol = code.language == Language::Ruby;
    match (is_typed, is_symbol) {
        (true, _) if name.ends_with("URL") => {
            let middle = letters.as_str().strip_suffix("URL")?; // a key that is `URL` alone is none of a descriptor's
            Some(format!("{}{middle}Url", first.to_lowercase()))
        }
        (true, _) => Some(first.to_lowercase().chain(letters).collect()),
        (_, true) => Some(name.to_owned()),
        _ => None,
    }
}

/// A literal as data.
pub(super) fn read(code: &Code<'_>, node: NodeId, depth: usize) -> Node {
    let value = if depth > DEEPEST { Value::Unknown } else { value(code, node, depth) };
    Node { span: code.span(node), value }
}

fn value(code: &Code<'_>, node: NodeId, depth: usize) -> Value {
    if let Some(text) = code.string(node) {
        return Value::String(text.to_owned());
    }
    if let Some(pairs) = pairs(code, node) {
        let member = |(key, value): (NodeId, NodeId)| {
            let key = Spanned { value: name_of(code, key)?, span: code.span(key) };
            Some(Member { key, value: read(code, value, depth + 1) })
        };
        return Value::Object(pairs.into_iter().filter_map(member).collect());
    }
    match (code.kind(node), code.text(node)) {
        ("true" | "boolean" | "boolean_literal" | "false", text) => Value::Bool(text.eq_ignore_ascii_case("true")),
        ("none" | "nil" | "null" | "null_literal", _) => Value::Null,
        ("integer" | "integer_literal" | "int_literal", text) => Value::Number(text.to_owned()),
        ("list" | "array" | "collection_expression" | "array_creation_expression" | "literal_value", _) => {
            let elements = code.children(node).filter(|child| code.kind(*child) != "comment");
            let element = |element: NodeId| {
                let only = code.children(element).next();
                let is_wrapped =
                    matches!(code.kind(element), "array_element_initializer" | "literal_element" | "argument");
                read(code, only.filter(|_| is_wrapped).unwrap_or(element), depth + 1)
            };
            Value::Array(elements.map(element).collect())
        }
        _ => Value::Unknown,
    }
}
