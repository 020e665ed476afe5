//! New YAML, laid out like a file's own.

/// A member of a `{…}`, and the maps around its value.
pub(super) fn flow_member(path: &[&str], value: &str, quote: Option<char>, separator: &str) -> String {
    match path {
        [key] => format!("{}{separator}{value}", written_key(key, quote)),
        [key, rest @ ..] => format!("{}{separator}{}", written_key(key, quote), flow_value(rest, value)),
        [] => value.to_owned(),
    }
}

/// A `{…}` for the rest of a path.
pub(super) fn flow_value(path: &[&str], value: &str) -> String {
    format!("{{{}}}", flow_member(path, value, None, ": "))
}

/// A member and the maps around it, one line each, without a line break at the end.
pub(super) fn block_lines(
    path: &[&str],
    value: &str,
    indent: &str,
    quote: Option<char>,
    text: &str,
    line_break: &str,
) -> String {
    let unit = " ".repeat(indent_unit(text));
    let mut lines = String::new();
    for (depth, key) in path.iter().enumerate() {
        let key = written_key(key, quote);
        lines.push_str(&format!("{indent}{}{key}:", unit.repeat(depth)));
        lines.push_str(&if depth + 1 == path.len() { format!(" {value}") } else { line_break.to_owned() });
    }
    lines
}

/// How many spaces a level of this file has.
pub(super) fn indent_unit(text: &str) -> usize {
    let mut parent = None;
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', '-']) {
            continue;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        match parent {
            Some(outer) if indent > outer => return indent - outer,
            _ => parent = content.ends_with(':').then_some(indent),
        }
    }
    2
}

/// A key as YAML: plain where that reads back as the same string, else in the neighbours' quotes.
pub(super) fn written_key(key: &str, quote: Option<char>) -> String {
    let is_plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/$".contains(c))
        && !matches!(
            key.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match quote {
        Some('\'') => format!("'{}'", key.replace('\'', "''")),
        Some('"') => quoted(key),
        _ if is_plain => key.to_owned(),
        _ => quoted(key),
    }
}

fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            _ if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            _ => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
