//! What Gemfiles, `composer.json`, Python's manifests and `go.mod` ask for, read as intervals.

use std::ops::Bound::{Excluded, Included};

use super::{Interval, Scheme, Version};

/// Reads a requirement as intervals, one for each alternative; `None` if one of them admits everything, or is no range.
pub(super) fn range(scheme: Scheme, text: &str) -> Option<Vec<Interval>> {
    if text.contains(['/', ':', '@', '$', '{']) || text.contains(" - ") {
        return None;
    }
    text.replace("||", "|").split('|').map(|alternative| all_of(scheme, alternative)).collect()
}

/// Comparators that hold together, between commas or spaces.
fn all_of(scheme: Scheme, text: &str) -> Option<Interval> {
    let mut comparators: Vec<String> = Vec::new();
    for word in text.split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty()) {
        match comparators.last_mut() {
            Some(last) if last.ends_with(['<', '>', '=', '~', '^', '!']) => last.push_str(word),
            _ => comparators.push(word.to_owned()),
        }
    }
    let interval =
        comparators.iter().try_fold(Interval::ALL, |all, one| Some(all.intersection(&comparator(scheme, one)?)))?;
    (interval != Interval::ALL).then_some(interval)
}

fn comparator(scheme: Scheme, text: &str) -> Option<Interval> {
    let digits = text.trim_start_matches(['<', '>', '=', '~', '^', '!']);
    let operator = &text[..text.len() - digits.len()];
    match operator {
        "!=" => Some(Interval::ALL), // more than what is asked for, by one release
        "" | "=" | "==" | "===" if digits.contains('*') => wildcard(scheme, digits),
        "===" | "==" => Some(Interval::exactly(Version::parse(scheme, digits)?)),
        "~>" | "~=" => upwards(scheme, digits, segments(digits).saturating_sub(1).max(1)),
        "~" if scheme == Scheme::Pypi => upwards(scheme, digits, segments(digits).min(2)),
        "~" => upwards(scheme, digits, segments(digits).saturating_sub(1).max(1)),
        "^" => upwards(scheme, digits, significant(digits)),
        _ => Interval::comparator(scheme, text),
    }
}

/// `1.2.*`: whatever begins like that.
fn wildcard(scheme: Scheme, text: &str) -> Option<Interval> {
    let fixed = text.split('*').next()?.trim_end_matches('.');
    if fixed.is_empty() {
        return Some(Interval::ALL);
    }
    upwards(scheme, fixed, segments(fixed))
}

fn segments(digits: &str) -> usize {
    digits.split('.').count()
}

/// How many numbers a caret leaves as they are: up to the first that is not zero.
fn significant(digits: &str) -> usize {
    let numbers = digits.trim_start_matches('v').split('.');
    let zeros = numbers.take_while(|number| number.trim_start_matches('0').is_empty()).count();
    (zeros + 1).min(segments(digits))
}

/// From a version up to where one of its first `kept` numbers changes.
fn upwards(scheme: Scheme, digits: &str, kept: usize) -> Option<Interval> {
    let lower = Version::parse(scheme, digits)?;
    let mut numbers: Vec<u64> = Vec::new();
    for number in digits.trim_start_matches('v').split('.').take(kept) {
        numbers.push(number.parse().ok()?);
    }
    let last = numbers.last_mut()?;
    *last = last.checked_add(1)?;
    let next = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    // before the first sign of the next one: its `dev` is none of this range's
    let upper = Version::parse(scheme, &format!("{next}.dev"))?;
    Some(Interval { lower: Included(lower), upper: Excluded(upper) })
}
