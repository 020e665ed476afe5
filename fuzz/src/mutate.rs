//! New inputs from old ones, by changes that mostly keep code code: whole lines, words and brackets are cut, doubled,
//! moved and taken over from fixtures; things nest deeper than anyone writes them.
//!
//! Nothing here knows a language. Whatever has lines, words and brackets is served.

use std::ops::Range;

use crate::{random::Random, seeds::Seeds};

mod brackets;
mod layout;
mod lines;
mod nesting;
mod words;

/// Puts a new input in the place of `data[..size]`, of `most` bytes at most, and tells its length.
pub fn mutate(seeds: &Seeds, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let random = &mut Random::new(seed);
    let text = match seeds.next() {
        Some(seed) => seed.to_vec(),
        None => mutated(seeds, &data[..size], random, most),
    };
    let length = text.len().min(most).min(data.len());
    data[..length].copy_from_slice(&text[..length]);
    length
}

fn mutated(seeds: &Seeds, text: &[u8], random: &mut Random, most: usize) -> Vec<u8> {
    let mut text = text.to_vec();
    if text.len() < 8 || random.one_in(64) {
        text = random.pick(seeds.all()).cloned().unwrap_or_default();
    }
    for _ in 0..=random.below(4) {
        let other = random.pick(seeds.all()).map_or(&[][..], Vec::as_slice);
        text = match random.below(16) {
            0..5 => lines::mutate(&text, other, random),
            5..10 => words::mutate(&text, seeds.words(), random),
            10..13 => brackets::mutate(&text, other, random),
            13 => nesting::mutate(&text, random, most.saturating_sub(text.len())),
            14 => layout::mutate(&text, random),
            _ => bytes(text, random),
        };
    }
    text
}

/// A few bytes are gone, or others.
fn bytes(mut text: Vec<u8>, random: &mut Random) -> Vec<u8> {
    let at = random.below(text.len());
    match random.below(3) {
        0 => drop(text.drain(at..text.len().min(at + 1 + random.below(8)))),
        1 => text.insert(at, random.next() as u8),
        _ => text.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.next() as u8),
    }
    text
}

/// The words, the runs of blanks, and the signs of a text.
pub fn tokens(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let class = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => 0,
        b' ' | b'\t' => 1,
        sign => sign,
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let first = class(*text.get(at)?);
        let length = if first > 1 { 1 } else { text[at..].iter().take_while(|byte| class(**byte) == first).count() };
        at += length;
        Some(at - length..at)
    })
}

/// A text with another piece in the place of a range.
fn replaced(text: &[u8], range: Range<usize>, piece: &[u8]) -> Vec<u8> {
    [&text[..range.start], piece, &text[range.end..]].concat()
}
