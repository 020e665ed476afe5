//! What a fix would change, as a unified diff.

use std::{collections::BTreeMap, fmt::Write};

use similar::{ChangeTag, TextDiff};

use crate::{
    edit::{Edit, Fix},
    report::{places::Places, text},
    source::FileId,
};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;

/// How many lines of a diff are shown.
const LONGEST: usize = 60;

/// The diff, clean, a line an element; empty where the fix has no edits or they contradict each other.
pub(super) fn diff(places: &Places, fix: &Fix) -> Vec<String> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let mut lines: Vec<String> = by_file.into_iter().flat_map(|(file, edits)| file_diff(places, file, edits)).collect();
    if lines.len() > LONGEST {
        let more = text::count(lines.len() - LONGEST, "more line");
        lines.truncate(LONGEST);
        lines.push(format!("({more})"));
    }
    lines
}

/// Only the lines between the first edit and the last are compared, whatever the file's size.
fn file_diff(places: &Places, file: FileId, mut edits: Vec<&Edit>) -> Vec<String> {
    edits.sort();
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return Vec::new() };
    let (lines, source) = (places.lines(file), &places.file(file).text);
    let first_line = lines.line_of(first.span.start).saturating_sub(CONTEXT).max(1);
    let last_line = (lines.line_of(last.span.end) + CONTEXT).min(lines.count());
    let start = lines.start(first_line);
    let end = if last_line < lines.count() { lines.start(last_line + 1) } else { source.len() };
    let Some(new) = edited(source, start..end, &edits) else { return Vec::new() };
    let path = text::clean(&places.file(file).path);
    let mut written = vec![format!("--- a/{path}"), format!("+++ b/{path}")];
    written.extend(hunks(&source[start..end], &new, first_line));
    written
}

fn edited(source: &str, range: std::ops::Range<usize>, edits: &[&Edit]) -> Option<String> {
    let (mut text, mut at) = (String::new(), range.start);
    for edit in edits {
        text.push_str(source.get(at..edit.span.start)?);
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    text.push_str(source.get(at..range.end)?);
    Some(text)
}

fn hunks(old: &str, new: &str, first_line: usize) -> Vec<String> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        let mut header = String::from("@@");
        // writing to a string does not fail
        let _ =
            write!(header, " -{},{} +{},{} @@", old.start + first_line, old.len(), new.start + first_line, new.len());
        lines.push(header);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value().trim_end_matches(['\n', '\r']);
            lines.push(format!("{sign}{}", clipped(&text::clean_source(line))));
        }
    }
    lines
}

fn clipped(line: &str) -> String {
    match line.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}
