//! npm's versions and ranges, read by nodejs-semver.

use std::ops::Bound::Unbounded;

use super::{Interval, Scheme};

/// Reads an exact version; the library's leniency towards `7.4.4.4` or `7.4.4beta` is not npm's.
pub(super) fn version(text: &str) -> Option<nodejs_semver::Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    nodejs_semver::Version::parse(text).ok().filter(|version| version.to_string() == text)
}

/// Reads a range as intervals, one for each alternative; `None` if any of them admits everything or is no range.
pub(super) fn range(text: &str) -> Option<Vec<Interval>> {
    if text.contains([':', '/', '@']) {
        return None;
    }
    text.split("||").map(alternative).collect()
}

/// Comparators are read one at a time: the library takes a contradiction such as `>=8 <7` for a union.
fn alternative(text: &str) -> Option<Interval> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let interval = match words[..] {
        [] => return None,
        [_, "-", _] => comparator(text.trim())?,
        _ => joined(&words).iter().try_fold(Interval::ALL, |all, one| Some(all.intersection(&comparator(one)?)))?,
    };
    (interval != Interval::ALL).then_some(interval)
}

/// The words, each operator that stands alone put before its version: `>= 7` is one comparator.
fn joined(words: &[&str]) -> Vec<String> {
    let mut comparators: Vec<String> = Vec::new();
    for word in words {
        match comparators.last_mut() {
            Some(last) if last.ends_with(['<', '>', '=', '^', '~']) => last.push_str(word),
            _ => comparators.push((*word).to_owned()),
        }
    }
    comparators
}

/// Reads what is known to be one interval, from the plain comparators that the library spells it out as.
fn comparator(text: &str) -> Option<Interval> {
    let plain = nodejs_semver::Range::parse(text).ok()?.to_string();
    if plain.contains("||") {
        return None;
    }
    if plain == "*" || plain == ">=0.0.0" && text.contains(['*', 'x', 'X']) {
        return Some(Interval::ALL);
    }
    let mut bounds = plain.split_whitespace().map(|bound| Interval::comparator(Scheme::Npm, bound));
    let interval = bounds.try_fold(Interval::ALL, |all, bound| Some(all.intersection(&bound?)))?;
    (interval.lower != Unbounded || interval.upper != Unbounded).then_some(interval)
}
