//! What it says that a name is set to a value.

use super::{
    command,
    names::{is_connect_property, matters},
    text::Text,
};
use crate::{
    facts::{PropertySource, Variable, spring::relaxed},
    source::{Span, Spanned},
    syntax::json,
    tree::{Node, Value},
};

const APPLICATION_JSON: &str = "SPRING_APPLICATION_JSON";

/// What it says that a variable is set to a value: itself, the properties in its JSON, the arguments in it.
pub(super) fn read(name: &Text, value: &Text, depth: usize) -> Vec<Variable> {
    if !matters(name.as_str()) {
        return if holds_arguments(name.as_str()) { command::nested(value, depth) } else { Vec::new() };
    }
    let mut found = vec![variable(name, &settled(value))];
    if name.as_str() == APPLICATION_JSON {
        found.extend(properties(value));
    }
    found
}

fn variable(name: &Text, value: &Text) -> Variable {
    let (start, end) = (name.whole(), value.whole());
    let span = Span { start: start.start.min(end.start), end: start.end.max(end.end), ..start };
    let value = Spanned { value: value.as_str().to_owned(), span: end };
    Variable { name: name.as_str().to_owned(), value, span, place: None, source: PropertySource::Environment }
}

/// Whether a variable's value is a list of arguments: `JAVA_OPTS`, `JAVA_TOOL_OPTIONS`.
fn holds_arguments(name: &str) -> bool {
    ["OPTS", "OPTIONS", "ARGS", "ARGUMENTS"].iter().any(|end| name.to_ascii_uppercase().ends_with(end))
}

/// The default of a value that is nothing but `${NAME:-default}`.
fn settled(value: &Text) -> Text {
    let inner = value.as_str().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let Some(inner) = inner.filter(|inner| !inner.contains(['$', '{', '}'])) else { return value.clone() };
    let name = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let operator = [":-", "-"].iter().find(|operator| inner[name..].starts_with(**operator));
    operator.map_or_else(|| value.clone(), |operator| value.part(2 + name + operator.len()..value.as_str().len() - 1))
}

/// The Connect properties in `SPRING_APPLICATION_JSON`, each under its dotted name.
pub(super) fn properties(value: &Text) -> Vec<Variable> {
    let Ok(tree) = json::parse(value.file(), value.as_str()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open: Vec<(String, &Node)> = vec![(String::new(), &tree)];
    while let Some((path, node)) = open.pop() {
        for member in node.members().iter().rev() {
            let name = if path.is_empty() { member.key.value.clone() } else { format!("{path}.{}", member.key.value) };
            let may_lead =
                "atlassian.connect.".starts_with(&format!("{}.", relaxed(&name))) || is_connect_property(&name);
            match (&member.value.value, may_lead) {
                (_, false) => {}
                (Value::Object(_), true) => open.push((name, &member.value)),
                _ if !is_connect_property(&name) => {}
                _ => found.extend(property(value, name, member.key.span, &member.value)),
            }
        }
    }
    found
}

fn property(json: &Text, name: String, key: Span, node: &Node) -> Option<Variable> {
    let whole = json.span(node.span.range());
    let quotes = usize::from(node.as_str().is_some());
    let value = node.scalar()?;
    let inner = node.span.start + quotes..node.span.end.saturating_sub(quotes).max(node.span.start + quotes);
    let span = json.span(key.start..node.span.end);
    let place = if inner.end <= node.span.end { json.span(inner) } else { whole };
    let value = Spanned { value, span: place };
    Some(Variable { name, value, span, place: None, source: PropertySource::ApplicationJson })
}
