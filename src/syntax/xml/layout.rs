//! Indentation and line ends around an element.

use crate::source::Span;

/// `xml` to stand behind the element that starts at `sibling`.
pub(super) fn behind(source: &str, sibling: usize, xml: &str) -> String {
    match indentation(source, sibling) {
        Some(indentation) => lines(source, indentation, xml),
        None => xml.to_owned(),
    }
}

/// `xml` to stand alone in the element that starts at `parent`, up to its end tag.
pub(super) fn inside(source: &str, parent: usize, xml: &str) -> String {
    match indentation(source, parent) {
        Some(outer) => {
            let inner = format!("{outer}{}", step(source));
            format!("{}{}{outer}", lines(source, &inner, xml), line_end(source))
        }
        None => xml.to_owned(),
    }
}

/// The span, with its line break and indentation if nothing else is on its lines.
pub(super) fn with_line(source: &str, span: Span) -> Span {
    let (Some(indentation), after) = (indentation(source, span.start), &source[span.end..]) else {
        return span;
    };
    let blank = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = &after[blank..];
    if !rest.starts_with('\n') && !rest.starts_with("\r\n") {
        return span;
    }
    let line = span.start - indentation.len();
    let start = source[..line].strip_suffix('\n').map_or(line, |before| before.trim_end_matches('\r').len());
    Span { start, end: span.end + blank, ..span }
}

/// Each line of `xml` on a new line, indented.
fn lines(source: &str, indentation: &str, xml: &str) -> String {
    xml.lines().map(|line| format!("{}{indentation}{line}", line_end(source))).collect()
}

/// The white space before an offset if it is the first thing on its line.
fn indentation(source: &str, start: usize) -> Option<&str> {
    let line = source[..start].rfind('\n').map(|at| at + 1)?;
    let before = &source[line..start];
    before.chars().all(|c| c == ' ' || c == '\t').then_some(before)
}

/// How far one level is indented: the first indented element stands one level in.
fn step(source: &str) -> &str {
    let indented = source.match_indices('\n').filter_map(|(at, _)| {
        let line = &source[at + 1..];
        let end = line.find(|c| c != ' ' && c != '\t')?;
        (end > 0 && line[end..].starts_with('<')).then(|| &line[..end])
    });
    indented.min_by_key(|indentation| indentation.len()).unwrap_or("  ")
}

fn line_end(source: &str) -> &str {
    match source.find('\n') {
        Some(at) if source[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
