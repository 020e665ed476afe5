//! Lines, cut, doubled, moved and taken over.

use std::ops::Range;

use super::replaced;
use crate::random::Random;

/// A change of up to four lines; `other` is a text to take some from.
pub(super) fn mutate(text: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let range = some(text, random);
    let piece = text[range.clone()].to_vec();
    match random.below(5) {
        0 => replaced(text, range, b""),
        1 => replaced(text, range.end..range.end, &piece),
        2 => {
            let rest = replaced(text, range, b"");
            let at = some(&rest, random).start;
            replaced(&rest, at..at, &piece)
        }
        3 => replaced(text, range, &other[some(other, random)]),
        _ => replaced(text, range.end..range.end, &other[some(other, random)]),
    }
}

/// The bytes of up to four lines that follow each other.
fn some(text: &[u8], random: &mut Random) -> Range<usize> {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let mut starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    if starts.last() != Some(&text.len()) {
        starts.push(text.len());
    }
    let first = random.below(starts.len().saturating_sub(1));
    let last = (first + 1 + random.below(4)).min(starts.len() - 1);
    starts[first]..starts[last]
}
