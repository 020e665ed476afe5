//! Changed files as a patch: a unified diff in the form that `git apply` and `patch -p1` take.

use similar::TextDiff;

use crate::{
    plan::changes,
    source::{SourceFile, Sources},
};

/// The patch from one state of the same sources to another, in bytes, for a file need not be UTF-8.
pub fn patch(before: &Sources, after: &Sources) -> Vec<u8> {
    changes(before, after).flat_map(|(old, new)| file_patch(old, new)).collect()
}

/// The patch of one file, with `a/` and `b/` before its path. A line ends with a line feed and nothing else.
pub fn file_patch(old: &SourceFile, new: &SourceFile) -> Vec<u8> {
    let (before, after) = (old.encode(), new.encode());
    let (before, after) = (lines(&before), lines(&after));
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&before, &after);
    let (from, to) = (quoted(&format!("a/{}", old.path)), quoted(&format!("b/{}", new.path)));
    let mut patch = format!("diff --git {from} {to}\n--- {from}\n+++ {to}\n").into_bytes();
    for hunk in diff.unified_diff().iter_hunks() {
        let _ = hunk.to_writer(&mut patch); // writing to memory does not fail
    }
    patch
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// A path as git writes it: in quotes and escaped, where it holds what would end a line or a quote.
fn quoted(path: &str) -> String {
    if !path.bytes().any(|byte| byte.is_ascii_control() || matches!(byte, b'"' | b'\\')) {
        return path.to_owned();
    }
    let escaped = path.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
