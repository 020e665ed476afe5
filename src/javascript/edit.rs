//! Edits of code that look as if the author had made them.

use crate::{
    edit::Edit,
    source::{SourceFile, Span},
    syntax::layout::{line_break, line_start},
};

/// Puts an argument, or an element of a list, before the one at `next`: on a line of its own where that one has one.
pub fn insert_before(file: &SourceFile, next: Span, argument: &str) -> Edit {
    let text = &*file.text;
    let lead = &text[line_start(text, next.start)..next.start];
    let line_break = line_break(text, next.start);
    let text = match lead.trim() {
        "" if !lead.is_empty() => format!("{argument},{line_break}{lead}"),
        "," => format!("{argument}{line_break}{lead}"),
        _ => format!("{argument}, "),
    };
    Edit { span: next.before(), text }
}
