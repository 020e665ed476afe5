//! Maven's versions and ranges, in the order of its `ComparableVersion`.
//!
//! A version is a list of numbers and words; a hyphen, or a change between digits and letters, opens a list inside it
//! for all that follows.

use std::{
    cmp::Ordering,
    ops::Bound::{self, Excluded, Included, Unbounded},
};

use super::{Interval, Scheme, Version};

/// A version's numbers and words, without what does not count: trailing zeros and empty words.
pub(super) type Items = List;

/// Words that Maven orders, the earliest first; the empty one is a release. Others come after them all.
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

/// The place of a release among them.
const RELEASE: Qualifier = Qualifier { rank: 5, word: String::new() };

#[derive(Clone, Debug)]
enum Item {
    /// Digits without leading zeros, of any length.
    Number(String),
    Word(Qualifier),
    List(List),
}

#[derive(Clone, Debug)]
pub(super) struct List(Vec<Item>);

/// A word's rank, and for one that Maven does not know the word itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Qualifier {
    rank: usize,
    word: String,
}

/// Reads a version; `None` for ranges, placeholders, names that stand for a release not written here.
pub(super) fn version(text: &str) -> Option<List> {
    let is_open = text.ends_with('+') || text.starts_with("latest.");
    let is_version = !is_open && !["LATEST", "RELEASE"].contains(&text);
    let has_foreign = text.contains(|c: char| c.is_whitespace() || "[](),<>=|{}$@*\"'".contains(c));
    (is_version && !has_foreign).then(|| parse(&text.to_lowercase()))
}

/// Reads a range as intervals; `None` if one of them admits everything or is no range.
pub(super) fn range(text: &str) -> Option<Vec<Interval>> {
    if text.starts_with(['[', '(']) {
        return brackets(text);
    }
    text.split("||").map(comparators).collect()
}

fn comparators(text: &str) -> Option<Interval> {
    let mut comparators = text.split_whitespace().map(|one| Interval::comparator(Scheme::Maven, one)).peekable();
    comparators.peek()?;
    comparators.try_fold(Interval::ALL, |all, one| Some(all.intersection(&one?)))
}

/// Reads `[1.0,2.0),[3.0]`.
fn brackets(text: &str) -> Option<Vec<Interval>> {
    let mut intervals = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find([']', ')'])?;
        intervals.push(bracket(&rest[..=end])?);
        rest = rest[end + 1..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(intervals)
}

fn bracket(text: &str) -> Option<Interval> {
    let inner = text.get(1..text.len() - 1)?;
    let (opens, closes) = (text.starts_with('['), text.ends_with(']'));
    let Some((lower, upper)) = inner.split_once(',') else {
        return (opens && closes).then_some(Interval::exactly(Version::parse(Scheme::Maven, inner)?));
    };
    let interval = Interval { lower: bound(lower, opens)?, upper: bound(upper, closes)? };
    (text.starts_with(['[', '(']) && interval != Interval::ALL).then_some(interval)
}

fn bound(text: &str, included: bool) -> Option<Bound<Version>> {
    if text.trim().is_empty() {
        return Some(Unbounded);
    }
    let version = Version::parse(Scheme::Maven, text)?;
    Some(if included { Included(version) } else { Excluded(version) })
}

/// Splits lower-case text into items.
fn parse(text: &str) -> List {
    let mut lists = Nested::default();
    let (mut start, mut digits) = (0, false);
    for (at, c) in text.char_indices() {
        if c == '.' || c == '-' {
            lists.push(if at == start { Item::number("0") } else { Item::new(digits, &text[start..at]) });
            if c == '-' {
                lists.open();
            }
            start = at + 1;
            continue;
        }
        let is_digit = c.is_ascii_digit();
        if is_digit != digits && at > start {
            if is_digit {
                lists.open_unless_empty();
                lists.push(Item::Word(Qualifier::before_digit(&text[start..at])));
            } else {
                lists.push(Item::number(&text[start..at]));
            }
            lists.open();
            start = at;
        }
        digits = is_digit;
    }
    if start < text.len() {
        if !digits {
            lists.open_unless_empty();
        }
        lists.push(Item::new(digits, &text[start..]));
    }
    lists.close()
}

/// Lists being filled, each the last item of the one before.
struct Nested(Vec<Vec<Item>>);

impl Default for Nested {
    fn default() -> Nested {
        Nested(vec![Vec::new()])
    }
}

impl Nested {
    fn open(&mut self) {
        self.0.push(Vec::new());
    }

    fn open_unless_empty(&mut self) {
        if self.0.last().is_some_and(|list| !list.is_empty()) {
            self.open();
        }
    }

    fn push(&mut self, item: Item) {
        if let Some(list) = self.0.last_mut() {
            list.push(item);
        }
    }

    fn close(self) -> List {
        self.0.into_iter().rev().fold(List(Vec::new()), |inner, mut items| {
            if !inner.0.is_empty() {
                items.push(Item::List(inner));
            }
            List::trimmed(items)
        })
    }
}

impl Item {
    fn new(digits: bool, text: &str) -> Item {
        if digits { Item::number(text) } else { Item::Word(Qualifier::new(text)) }
    }

    fn number(digits: &str) -> Item {
        Item::Number(digits.trim_start_matches('0').to_owned())
    }

    /// Whether it does not count at the end of a list. A list that is left inside another always counts.
    fn is_null(&self) -> bool {
        !matches!(self, Item::List(_)) && self.cmp_nothing().is_eq()
    }

    /// Compares with a version that has nothing in this place.
    fn cmp_nothing(&self) -> Ordering {
        match self {
            Item::Number(digits) => digits.len().cmp(&0),
            Item::Word(qualifier) => qualifier.cmp(&RELEASE),
            Item::List(list) => {
                list.0.iter().map(Item::cmp_nothing).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            }
        }
    }
}

impl Qualifier {
    fn new(word: &str) -> Qualifier {
        let word = match word {
            "ga" | "final" | "release" => "",
            "cr" => "rc",
            word => word,
        };
        match QUALIFIERS.iter().position(|known| *known == word) {
            Some(rank) => Qualifier { rank, word: String::new() },
            None => Qualifier { rank: QUALIFIERS.len(), word: word.to_owned() },
        }
    }

    /// A single letter before a digit is an abbreviation: `1.0-b2`.
    fn before_digit(word: &str) -> Qualifier {
        Qualifier::new(match word {
            "a" => "alpha",
            "b" => "beta",
            "m" => "milestone",
            word => word,
        })
    }
}

impl List {
    /// Without the items at its end, and before a list, that do not count.
    fn trimmed(mut items: Vec<Item>) -> List {
        for index in (0..items.len()).rev() {
            if items[index].is_null() {
                items.remove(index);
            } else if !matches!(items[index], Item::List(_)) {
                break;
            }
        }
        List(items)
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Item) -> Ordering {
        match (self, other) {
            (Item::Number(a), Item::Number(b)) => (a.len(), a).cmp(&(b.len(), b)),
            (Item::Word(a), Item::Word(b)) => a.cmp(b),
            (Item::List(a), Item::List(b)) => a.cmp(b),
            (Item::Number(_), _) | (Item::List(_), Item::Word(_)) => Ordering::Greater,
            (_, Item::Number(_)) | (Item::Word(_), Item::List(_)) => Ordering::Less,
        }
    }
}

impl Ord for List {
    fn cmp(&self, other: &List) -> Ordering {
        for index in 0..self.0.len().max(other.0.len()) {
            let order = match (self.0.get(index), other.0.get(index)) {
                (Some(a), Some(b)) => a.cmp(b),
                (Some(a), None) => a.cmp_nothing(),
                (None, Some(b)) => b.cmp_nothing().reverse(),
                (None, None) => Ordering::Equal,
            };
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Item) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Item) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Item {}

impl PartialOrd for List {
    fn partial_cmp(&self, other: &List) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for List {
    fn eq(&self, other: &List) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for List {}
