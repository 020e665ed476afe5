//! Edits of YAML that change no byte but those they are about.

use super::{
    guard::one_member,
    parse,
    write::{block_lines, flow_member, flow_value, indent_unit, written_key},
};
use crate::{
    edit::Edit,
    source::{SourceFile, Span},
    syntax::layout::{line_break, line_end, line_start, next_line},
    tree::{Member, Node, Value},
};

/// Adds a member at the end of a map, or to a null where a map may stand. `value` is written as it is given.
///
/// `None` where the map is written elsewhere (an alias), or in a way that has no place for a member.
pub fn insert_member(file: &SourceFile, object: &Node, key: &str, value: &str) -> Option<Edit> {
    insert_path(file, object, &[key], value)
}

/// Adds a member under maps that do not exist yet: the path's last key gets the value, the others nest.
pub fn insert_path(file: &SourceFile, object: &Node, path: &[&str], value: &str) -> Option<Edit> {
    let edit = match &object.value {
        Value::Null => insert_into_null(file, object, path, value),
        Value::Object(_) if is_flow(file, object) => insert_into_flow(file, object, path, value),
        Value::Object(_) => insert_into_block(file, object, None, path, value),
        _ => None,
    };
    one_member(file, object.span, edit?)
}

/// Adds a member right after one of its neighbours.
pub fn insert_after(file: &SourceFile, object: &Node, member: &Member, key: &str, value: &str) -> Option<Edit> {
    if is_flow(file, object) || !is_inside(member.span(), object.span) {
        return insert_member(file, object, key, value);
    }
    one_member(file, object.span, insert_into_block(file, object, Some(member), &[key], value)?)
}

/// Puts another value in the place of a node's. `value` is written as it is given.
pub fn set_value(node: &Node, value: &str) -> Edit {
    let space = if node.span.start == node.span.end { " " } else { "" };
    Edit { span: node.span, text: format!("{space}{value}") }
}

/// Gives a member another key.
pub fn rename_key(member: &Member, key: &str) -> Edit {
    Edit { span: member.key.span, text: written_key(key, None) }
}

/// Removes a member: its lines, or its piece of a `{…}`. A map that loses its only member becomes `{}`.
///
/// `None` where there is no such member in the map's own text, where an alias needs what it holds, or where its key is
/// not written at all (a lone `?` or `:`).
pub fn remove_member(file: &SourceFile, object: &Node, key: &str) -> Option<Edit> {
    let written = written_members(object);
    let is_own = |member: &&Member| member.key.value == key && member.key.span.start < member.key.span.end;
    let index = written.iter().rposition(is_own)?;
    let edit = if is_flow(file, object) {
        remove_from_flow(&written, index)
    } else {
        remove_from_block(&file.text, object, &written, index)?
    };
    one_member(file, object.span, edit)
}

fn remove_from_flow(written: &[&Member], index: usize) -> Edit {
    let member = written[index];
    let previous = index.checked_sub(1).map(|index| written[index].value.span.end);
    let span = match (written.get(index + 1), previous) {
        (Some(next), _) => Span { end: next.key.span.start, ..member.key.span },
        (None, Some(start)) => Span { start, ..member.span() },
        (None, None) => member.span(),
    };
    Edit { span, text: String::new() }
}

fn remove_from_block(text: &str, object: &Node, written: &[&Member], index: usize) -> Option<Edit> {
    let member = written[index];
    let start = line_start(text, member.key.span.start);
    let prefix = &text[start..member.key.span.start];
    if prefix.contains('?') {
        return None;
    }
    if written.len() == 1 && (!prefix.is_empty() || object.members().len() > 1) {
        let head = text[..object.span.start].trim_end();
        let is_after_key = head.ends_with(':') && text[head.len()..object.span.start].contains('\n');
        let start = if is_after_key { head.len() } else { object.span.start };
        return Some(Edit {
            span: Span { start, ..object.span },
            text: if is_after_key { " {}" } else { "{}" }.into(),
        });
    }
    if !prefix.trim().is_empty() {
        let next = written.get(index + 1)?;
        return Some(Edit { span: Span { end: next.key.span.start, ..member.key.span }, text: String::new() });
    }
    let end = block_end(text, member);
    let span = Span { start, end, ..object.span };
    if end == text.len() && !text.ends_with(['\n', '\r']) {
        let before = text[..start].strip_suffix("\r\n").or_else(|| text[..start].strip_suffix(['\n', '\r']));
        return Some(Edit { span: Span { start: before.map_or(start, str::len), ..span }, text: String::new() });
    }
    Some(Edit { span, text: String::new() })
}

/// The start of the line after a member.
fn block_end(text: &str, member: &Member) -> usize {
    let end = member.value.span.end;
    if line_start(text, end) == end && end > member.key.span.end { end } else { next_line(text, end) }
}

fn insert_into_null(file: &SourceFile, null: &Node, path: &[&str], value: &str) -> Option<Edit> {
    let text = &*file.text;
    let documents = parse(null.span.file, text).documents;
    let document = documents.iter().find(|document| is_inside(null.span, document.span))?;
    let mut around = Vec::new();
    ancestors(document, null.span, &mut around);
    let Some(parent) = around.last() else {
        return insert_into_empty(text, null, path, value);
    };
    let member = parent.members().iter().find(|member| member.value.span == null.span)?;
    let head = text[..null.span.start].trim_end_matches(' ');
    if !head.ends_with(':') {
        return None;
    }
    if around.iter().any(|node| is_flow(file, node)) {
        let end = text.len() - text[null.span.end..].trim_start_matches(' ').len();
        let text = format!(" {}", flow_value(path, value));
        return Some(Edit { span: Span { start: head.len(), end, ..null.span }, text });
    }
    let column = text[line_start(text, member.key.span.start)..member.key.span.start].chars().count();
    let indent = " ".repeat(column + indent_unit(text));
    let line_break = line_break(text, null.span.start);
    let lines = format!("{line_break}{}", block_lines(path, value, &indent, None, text, line_break));
    if null.span.start != null.span.end {
        return Some(Edit { span: Span { start: head.len(), ..null.span }, text: lines });
    }
    let end = line_end(text, null.span.end);
    Some(Edit { span: Span { start: end, end, ..null.span }, text: lines })
}

/// The first content of a document.
fn insert_into_empty(text: &str, null: &Node, path: &[&str], value: &str) -> Option<Edit> {
    if null.span.start != null.span.end {
        return None;
    }
    let at = null.span.start;
    let line_break = line_break(text, at);
    let lines = block_lines(path, value, "", None, text, line_break);
    let is_new_line = line_start(text, at) == at;
    let text = if is_new_line { format!("{lines}{line_break}") } else { format!("{line_break}{lines}") };
    Some(Edit { span: null.span, text })
}

/// After one of the map's members, or else at its end; there with an empty line before it if its members have one.
fn insert_into_block(
    file: &SourceFile,
    object: &Node,
    after: Option<&Member>,
    path: &[&str],
    value: &str,
) -> Option<Edit> {
    let text = &*file.text;
    let prefix = &text[line_start(text, object.span.start)..object.span.start];
    if text[object.span.range()].starts_with(['*', '?']) || prefix.contains(|c| c != ' ' && c != '-') {
        return None;
    }
    let written = written_members(object);
    let blank = after.is_none() && are_spread(text, &written);
    let after = after.map_or(object.span.end, |member| member.value.span.end);
    let quote = written.last().and_then(|member| text[member.key.span.range()].chars().next());
    let line_break = line_break(text, after);
    let lines = block_lines(path, value, &" ".repeat(prefix.len()), quote, text, line_break);
    if line_start(text, after) == after {
        let span = Span { start: after, end: after, ..object.span };
        return Some(Edit { span, text: format!("{lines}{line_break}") });
    }
    let blank = if blank { line_break } else { "" };
    let at = line_end(text, after);
    Some(Edit { span: Span { start: at, end: at, ..object.span }, text: format!("{line_break}{blank}{lines}") })
}

/// Whether empty lines stand between a map's last members.
fn are_spread(text: &str, written: &[&Member]) -> bool {
    let [.., previous, last] = written else { return false };
    let between = text.get(previous.value.span.end..last.key.span.start).unwrap_or_default();
    let lines: Vec<&str> = between.split('\n').collect();
    matches!(&lines[..], [_, middle @ .., _] if middle.iter().any(|line| line.trim().is_empty()))
}

fn insert_into_flow(file: &SourceFile, object: &Node, path: &[&str], value: &str) -> Option<Edit> {
    let text = &*file.text;
    let Some(last) = written_members(object).into_iter().max_by_key(|member| member.value.span.end) else {
        let inner = Span { start: object.span.start + 1, end: object.span.end - 1, ..object.span };
        let blank = &text[inner.range()];
        let pad = if blank.starts_with(' ') { " " } else { "" };
        let member = flow_member(path, value, None, ": ");
        return blank.trim().is_empty().then(|| Edit { span: inner, text: format!("{pad}{member}{pad}") });
    };
    let quote = text[last.key.span.range()].chars().next();
    let separator = &text[last.key.span.end..last.value.span.start];
    let separator =
        if separator.trim_matches(' ') == ":" && last.value.value != Value::Null { separator } else { ": " };
    let member = flow_member(path, value, quote, separator);
    let start = line_start(text, last.key.span.start);
    let indent = &text[start..last.key.span.start];
    let at = last.value.span.end;
    if !indent.trim().is_empty() || start <= object.span.start {
        return Some(Edit { span: Span { start: at, ..last.value.span }, text: format!(", {member}") });
    }
    let end = line_end(text, at);
    let rest = &text[at..end];
    let line_break = line_break(text, at);
    let span = |start, end| Span { start, end, ..object.span };
    if rest.trim_start().starts_with(',') && !rest.contains('}') {
        return Some(Edit { span: span(end, end), text: format!("{line_break}{indent}{member},") });
    }
    if rest.trim_start().starts_with('#') {
        return Some(Edit { span: span(at, end), text: format!(",{rest}{line_break}{indent}{member}") });
    }
    Some(Edit { span: span(at, at), text: format!(",{line_break}{indent}{member}") })
}

/// The members that stand in the map's own text, in its order; merged ones stand elsewhere.
fn written_members(object: &Node) -> Vec<&Member> {
    let mut written: Vec<&Member> =
        object.members().iter().filter(|member| is_inside(member.span(), object.span)).collect();
    written.sort_by_key(|member| member.key.span.start);
    written
}

fn is_inside(inner: Span, outer: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

fn is_flow(file: &SourceFile, node: &Node) -> bool {
    file.text[node.span.range()].starts_with(['{', '['])
}

/// The nodes around a span, the outermost first, without the node of the span itself.
fn ancestors<'tree>(node: &'tree Node, span: Span, found: &mut Vec<&'tree Node>) {
    let members = node.members().iter().map(|member| &member.value);
    let below = node.elements().iter().chain(members).find(|below| is_inside(span, below.span));
    if let Some(below) = below {
        found.push(node);
        ancestors(below, span, found);
    }
}
