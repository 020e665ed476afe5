//! YAML and JSON: compose files, manifests of Kubernetes and clouds, workflows.

use super::{Text, names::matters, shell, unquoted};
use crate::{
    facts::{Variable, spring::relaxed},
    source::Span,
    tree::{Member, Node, Value},
};

/// Keys that say nothing about where a variable is set.
const STRUCTURE: [&str; 22] = [
    "args",
    "build",
    "build_args",
    "command",
    "container",
    "containers",
    "data",
    "entrypoint",
    "env",
    "env_variables",
    "environment",
    "jobs",
    "metadata",
    "resources",
    "run",
    "script",
    "services",
    "spec",
    "stringData",
    "template",
    "variables",
    "with",
];

/// Keys of lists of `NAME=value`, where a value may hold blanks.
const LISTS: [&str; 5] = ["args", "build_args", "env", "environment", "variables"];

/// What a tree sets, as `NAME: value`, `NAME=value`, `{name: NAME, value: …}`, or in a command.
pub(super) fn variables(text: Text<'_>, tree: &Node) -> Vec<Variable> {
    let mut found = Vec::new();
    read(text, tree, None, false, &mut found);
    found
}

fn read(text: Text<'_>, node: &Node, place: Option<&str>, is_list: bool, found: &mut Vec<Variable>) {
    match &node.value {
        Value::Object(members) => {
            let name = node.member("name").and_then(|member| member.value.as_str());
            if let Some(variable) = named(text, node, place) {
                found.push(variable);
                return;
            }
            let place = name.or(place);
            members.iter().for_each(|member| read_member(text, member, place, found));
        }
        Value::Array(elements) => elements.iter().for_each(|element| read(text, element, place, is_list, found)),
        Value::String(_) => found.extend(command(text, node, place, is_list)),
        _ => {}
    }
}

fn read_member(text: Text<'_>, member: &Member, place: Option<&str>, found: &mut Vec<Variable>) {
    let key = member.key.value.as_str();
    let is_variable = !key.contains('-') && !key.chars().any(|c| c.is_ascii_lowercase()) && matters(key);
    if is_variable {
        found.extend(variable(text, key, &member.value, member.span(), place));
        return;
    }
    let is_place = !member.value.members().is_empty() && !STRUCTURE.contains(&key);
    let place = if is_place { Some(key) } else { place };
    read(text, &member.value, place, LISTS.contains(&key), found);
}

/// A variable whose value is a node of its own.
fn variable(text: Text<'_>, name: &str, node: &Node, span: Span, place: Option<&str>) -> Option<Variable> {
    let value = node.scalar()?;
    let mut variable = text.variable(name, span.start, node.span.range(), place);
    variable.span = span;
    variable.value.value = value;
    Some(variable)
}

/// `{name: NAME, value: …}`, in any case.
fn named(text: Text<'_>, node: &Node, place: Option<&str>) -> Option<Variable> {
    let field = |names: &[&str]| {
        node.members().iter().find(|member| names.contains(&relaxed(&member.key.value).as_str())).map(|m| &m.value)
    };
    let name = field(&["name", "key"])?;
    let value = field(&["value"])?;
    let known = name.as_str().filter(|name| matters(name))?;
    let start = name.span.start.min(value.span.start);
    let span = Span { start, end: value.span.end.max(name.span.end), ..node.span };
    variable(text, known, value, span, place)
}

/// A string read as commands, or as one `NAME=value` if it stands in a list of variables.
fn command(text: Text<'_>, node: &Node, place: Option<&str>, is_list: bool) -> Vec<Variable> {
    let written = &text.text[node.span.range()];
    if written.starts_with('*') {
        return Vec::new();
    }
    let (quote, content) = unquoted(written);
    let start = node.span.start + quote;
    let end = start + content.len();
    match content.split_once('=').filter(|(name, _)| is_list && matters(name)) {
        Some((name, value)) => vec![text.variable(name, start, end - value.len()..end, place)],
        None => shell::variables_at(text, start..end, place),
    }
}

/// Every scalar below a node by its dotted path.
pub(super) fn flattened(node: &Node, path: &str, found: &mut Vec<(String, String)>) {
    for member in node.members() {
        let separator = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{separator}{}", member.key.value);
        match member.value.scalar() {
            Some(value) => found.push((path, value)),
            None => flattened(&member.value, &path, found),
        }
    }
}
