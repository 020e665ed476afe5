//! What stands between two brackets, cut, doubled, taken over and put into itself.

use std::ops::Range;

use super::replaced;
use crate::random::Random;

/// A change of one group; `other` is a text to take one from.
pub(super) fn mutate(text: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let Some(group) = some(text, None, random) else { return text.to_vec() };
    let inner = group.start + 1..group.end - 1;
    let piece = text[group.clone()].to_vec();
    match random.below(7) {
        0 => replaced(text, group, b""),
        1 => replaced(text, inner, b""),
        2 => replaced(text, group.end..group.end, &piece),
        3 => replaced(text, inner.start..inner.start, &piece),
        4 => replaced(text, group.clone(), &text[inner]),
        5 => replaced(text, group, &[&piece[..1], &piece, &piece[piece.len() - 1..]].concat()),
        _ => match some(other, Some(text[group.start]), random) {
            Some(taken) => replaced(text, group, &other[taken]),
            None => text.to_vec(),
        },
    }
}

/// A pair of brackets of a text and all between them; of one kind, if one is asked for.
fn some(text: &[u8], kind: Option<u8>, random: &mut Random) -> Option<Range<usize>> {
    let is_open = |byte: u8| kind.map_or(matches!(byte, b'(' | b'[' | b'{'), |kind| byte == kind);
    let opening: Vec<usize> = (0..text.len()).filter(|at| is_open(text[*at])).collect();
    let start = *random.pick(&opening)?;
    let open = text[start];
    let close = if open == b'(' { b')' } else { open + 2 };
    let mut depth = 0_usize;
    let length = text[start..].iter().position(|byte| {
        depth += usize::from(*byte == open);
        depth -= usize::from(*byte == close);
        depth == 0
    })?;
    Some(start..start + length + 1)
}
