//! Bounds on how deep a file nests, found without parsing it.
//!
//! The parser recurses without a limit of its own, and running out of stack ends the process. What a file can do
//! at worst follows from how many bytes of it can open a level at all; the stack is chosen by that.

use std::sync::LazyLock;

use crate::literals::Literals;

/// Stack for one level of the deepest possible nesting: measured in a debug build, twice over.
const BYTES_PER_LEVEL: usize = 12 * 1024;

/// Enough for every file that was not written to be deep.
pub(super) const LEAST_STACK: usize = 256 << 20;

/// More than this is not asked of the system.
const MOST_STACK: usize = 8 << 30;

/// Files whose brackets nest deeper are not read.
const DEEPEST: usize = 2_000;

/// The stack that a file may need at worst; `None` if it nests too deep to be read.
pub(super) fn stack_for(text: &str) -> Option<usize> {
    let brackets = text.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
    if brackets > DEEPEST && depth(text) > DEEPEST {
        return None;
    }
    const LEVELS: usize = LEAST_STACK / BYTES_PER_LEVEL;
    if text.len() <= LEVELS {
        return Some(LEAST_STACK); // a level takes a byte
    }
    let opening = text.bytes().filter(|byte| OPENING[usize::from(*byte)]).count();
    if opening + text.len() / 3 <= LEVELS {
        return Some(LEAST_STACK); // a word takes two, and one to end it
    }
    let levels = opening + keywords(text);
    let stack = levels.saturating_mul(BYTES_PER_LEVEL).max(LEAST_STACK);
    (stack <= MOST_STACK).then_some(stack)
}

/// How deep brackets nest if those in strings and comments count too.
fn depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The bytes at which a level of nesting can begin or go on: brackets, operators, member and call chains.
const OPENING: [bool; 256] = {
    let (signs, mut opening, mut at) = (b"([{`?:.<=!~+-*/%&|^@", [false; 256], 0);
    while at < signs.len() {
        opening[signs[at] as usize] = true;
        at += 1;
    }
    opening
};

/// How many words there are, at most, that can stand before another statement or operand without any bracket. Parts of
/// other words count too: no real one is missed for them, since none reaches beyond its own word.
fn keywords(text: &str) -> usize {
    static WORDS: LazyLock<Literals> =
        LazyLock::new(|| Literals::new(["else", "do", "new", "typeof", "void", "delete", "await", "yield", "async"]));
    WORDS.hits(text.as_bytes()).len()
}
