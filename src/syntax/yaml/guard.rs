//! Whether an edit changes nothing but the map that it is about.
//!
//! YAML's layout carries meaning, so an edit is only handed out after its result was read and compared.

use super::parse;
use crate::{
    edit::Edit,
    source::{SourceFile, Span},
    tree::{Member, Node, Value},
};

/// The edit, if it adds or removes exactly one member of the node at `target`, and all else reads as before.
pub(super) fn one_member(file: &SourceFile, target: Span, edit: Edit) -> Option<Edit> {
    let mut text = file.text.to_string();
    text.replace_range(edit.span.range(), &edit.text);
    let (before, after) = (parse(target.file, &file.text), parse(target.file, &text));
    let message = |error: Option<crate::syntax::SyntaxError>| error.map(|error| error.message);
    let is_kept = message(before.error) == message(after.error)
        && before.documents.len() == after.documents.len()
        && before.documents.iter().zip(&after.documents).all(|(before, after)| is_same(before, after, target));
    is_kept.then_some(edit)
}

fn is_same(before: &Node, after: &Node, target: Span) -> bool {
    if before.span == target && matches!(before.value, Value::Object(_) | Value::Null) {
        return differs_by_one(before.members(), after.members(), target)
            && matches!(after.value, Value::Object(_) | Value::Null);
    }
    match (&before.value, &after.value) {
        (Value::Array(before), Value::Array(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| is_same(before, after, target))
        }
        (Value::Object(before), Value::Object(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| is_same_member(before, after, target))
        }
        (before, after) => before == after,
    }
}

fn is_same_member(before: &Member, after: &Member, target: Span) -> bool {
    before.key.value == after.key.value && is_same(&before.value, &after.value, target)
}

fn differs_by_one(before: &[Member], after: &[Member], target: Span) -> bool {
    let is_pair = |(before, after): (&Member, &Member)| is_same_member(before, after, target);
    let head = before.iter().zip(after).take_while(|pair| is_pair(*pair)).count();
    let (before, after) = (&before[head..], &after[head..]);
    let tail = before.iter().rev().zip(after.iter().rev()).take_while(|pair| is_pair(*pair)).count();
    before.len() + after.len() == 2 * tail + 1
}
