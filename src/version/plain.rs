//! The order that RubyGems, Composer, PyPI and Go share for all that their packages are called in practice: numbers,
//! then words that stand before a release (`dev`, `alpha`, `beta`, `rc`) or after it (`post`, `patch`).

use std::cmp::Ordering;

/// What a version is compared by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Parts {
    /// The numbers that begin it, without zeros at the end: `1.0` is `1.0.0`.
    numbers: Vec<u64>,
    /// What follows them.
    rest: Rest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rest(Vec<Part>);

/// A piece behind the numbers, in their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A word of a release to come: how far it is, and the word.
    Before(u8, String),
    /// Nothing, as in a release.
    Release,
    /// A number.
    Number(u64),
    /// A word of a correction.
    After(String),
}

/// Reads a version, a leading `v` or not; `None` for ranges, branches and placeholders.
pub(super) fn version(text: &str) -> Option<Parts> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let text = text.split_once('+').map_or(text, |(public, _)| public).to_ascii_lowercase();
    let is_version = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !is_version {
        return None;
    }
    let length = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let mut numbers = Vec::new();
    for number in text[..length].split('.').filter(|number| !number.is_empty()) {
        numbers.push(number.parse().ok()?);
    }
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(Parts { numbers, rest: rest(&text[length..])? })
}

/// Reads what follows the numbers. Behind a hyphen a number is one of a release to come, as in Go's `v0.0.0-2021…`.
fn rest(text: &str) -> Option<Rest> {
    let mut parts = Vec::new();
    if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        parts.push(Part::Before(0, String::new()));
    }
    let is_digit = |c: char| c.is_ascii_digit();
    for piece in text.split(['.', '-', '_']).filter(|piece| !piece.is_empty()) {
        let mut piece = piece;
        while let Some(first) = piece.chars().next() {
            let length = piece.find(|c: char| is_digit(c) != is_digit(first)).unwrap_or(piece.len());
            parts.push(if is_digit(first) {
                Part::Number(piece[..length].parse().ok()?)
            } else {
                word(&piece[..length])
            });
            piece = &piece[length..];
        }
    }
    Some(Rest(parts))
}

fn word(word: &str) -> Part {
    let rank = match word {
        "dev" => 0,
        "a" | "alpha" => 1,
        "b" | "beta" => 2,
        "pre" | "preview" => 4,
        "c" | "rc" => 5,
        "post" | "rev" | "r" | "patch" | "pl" | "p" => return Part::After(word.to_owned()),
        _ => 3,
    };
    Part::Before(rank, word.to_owned())
}

impl Ord for Rest {
    fn cmp(&self, other: &Rest) -> Ordering {
        let part = |rest: &Rest, at: usize| rest.0.get(at).cloned().unwrap_or(Part::Release);
        let length = self.0.len().max(other.0.len());
        let orders = (0..length).map(|at| part(self, at).cmp(&part(other, at)));
        orders.fold(Ordering::Equal, Ordering::then)
    }
}

impl PartialOrd for Rest {
    fn partial_cmp(&self, other: &Rest) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
