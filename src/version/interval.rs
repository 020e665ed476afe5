//! Sets of neighbouring versions.

use std::ops::Bound::{self, Excluded, Included, Unbounded};

use super::{Scheme, Version};

/// All versions between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) lower: Bound<Version>,
    pub(super) upper: Bound<Version>,
}

impl Interval {
    pub(super) const ALL: Interval = Interval { lower: Unbounded, upper: Unbounded };

    pub(super) fn exactly(version: Version) -> Interval {
        Interval { lower: Included(version.clone()), upper: Included(version) }
    }

    /// A single comparator, such as `>=7.0.0` or `7.0.0`; the operator and version must touch.
    pub(super) fn comparator(scheme: Scheme, text: &str) -> Option<Interval> {
        let digits = text.trim_start_matches(['<', '>', '=']);
        let version = Version::parse(scheme, digits)?;
        match &text[..text.len() - digits.len()] {
            "" | "=" => Some(Interval::exactly(version)),
            ">" => Some(Interval { lower: Excluded(version), ..Interval::ALL }),
            ">=" => Some(Interval { lower: Included(version), ..Interval::ALL }),
            "<" => Some(Interval { upper: Excluded(version), ..Interval::ALL }),
            "<=" => Some(Interval { upper: Included(version), ..Interval::ALL }),
            _ => None,
        }
    }

    pub(super) fn admits(&self, version: &Version) -> bool {
        let above = match &self.lower {
            Included(lower) => lower <= version,
            Excluded(lower) => lower < version,
            Unbounded => true,
        };
        above
            && match &self.upper {
                Included(upper) => version <= upper,
                Excluded(upper) => version < upper,
                Unbounded => true,
            }
    }

    pub(super) fn is_empty(&self) -> bool {
        match (&self.lower, &self.upper) {
            (Unbounded, _) | (_, Unbounded) => false,
            (Included(lower), Included(upper)) => lower > upper,
            (Included(lower) | Excluded(lower), Included(upper) | Excluded(upper)) => lower >= upper,
        }
    }

    pub(super) fn intersection(&self, other: &Interval) -> Interval {
        let lower = if starts_before(&self.lower, &other.lower) { &other.lower } else { &self.lower };
        let upper = if ends_before(&self.upper, &other.upper) { &self.upper } else { &other.upper };
        Interval { lower: lower.clone(), upper: upper.clone() }
    }

    /// Whether nothing lies between this one and one that starts no earlier.
    fn reaches(&self, next: &Interval) -> bool {
        match (&self.upper, &next.lower) {
            (Unbounded, _) | (_, Unbounded) => true,
            (Excluded(upper), Excluded(lower)) => lower < upper,
            (Included(upper) | Excluded(upper), Included(lower) | Excluded(lower)) => lower <= upper,
        }
    }
}

fn starts_before(a: &Bound<Version>, b: &Bound<Version>) -> bool {
    match (a, b) {
        (_, Unbounded) => false,
        (Unbounded, _) => true,
        (Included(a), Excluded(b)) => a <= b,
        (Included(a) | Excluded(a), Included(b) | Excluded(b)) => a < b,
    }
}

fn ends_before(a: &Bound<Version>, b: &Bound<Version>) -> bool {
    match (a, b) {
        (Unbounded, _) => false,
        (_, Unbounded) => true,
        (Excluded(a), Included(b)) => a <= b,
        (Included(a) | Excluded(a), Included(b) | Excluded(b)) => a < b,
    }
}

/// The same versions in as few intervals as can be, in order.
pub(super) fn union(intervals: Vec<Interval>) -> Vec<Interval> {
    let mut sorted: Vec<Interval> = Vec::new();
    for interval in intervals.into_iter().filter(|interval| !interval.is_empty()) {
        // not `sort_by`, which may panic: Maven's order is not transitive for versions made to break it
        let at = sorted.partition_point(|other| starts_before(&other.lower, &interval.lower));
        sorted.insert(at, interval);
    }
    let mut merged: Vec<Interval> = Vec::new();
    for interval in sorted {
        match merged.last_mut() {
            Some(last) if last.reaches(&interval) => {
                if ends_before(&last.upper, &interval.upper) {
                    last.upper = interval.upper;
                }
            }
            _ => merged.push(interval),
        }
    }
    merged
}
