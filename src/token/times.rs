//! The points in time of a token, in words: `iat`, `nbf`, `exp`.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::{
    jwt::Members,
    token::{Check, Kind, Subject},
};

/// A claim that is a point in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The claim.
    pub claim: &'static str,
    /// The time.
    pub time: Timestamp,
    /// Seen from the time of the reading: `3 hours ago`, `in 2 minutes`.
    pub relative: String,
}

/// From here on a number of seconds is one of milliseconds: it is in the year 5138, or in 1973.
const MILLISECONDS: i64 = 100_000_000_000;

/// By how many seconds clocks may differ.
const SKEW: i64 = 60;

/// The points in time that can be read, in the order of the claims.
pub(super) fn moments(claims: &Members, at: Timestamp) -> Vec<Moment> {
    let moment = |(name, value): (&String, &Value)| {
        let claim = ["iat", "nbf", "exp"].into_iter().find(|claim| claim == name)?;
        match Claimed::new(Some(value)) {
            Claimed::Seconds(time) | Claimed::Milliseconds(time) => {
                Some(Moment { claim, time, relative: relative(time, at) })
            }
            Claimed::Missing | Claimed::Unreadable => None,
        }
    };
    claims.iter().filter_map(moment).collect()
}

/// What a claim about time says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claimed {
    Missing,
    Unreadable,
    Seconds(Timestamp),
    Milliseconds(Timestamp),
}

impl Claimed {
    fn new(value: Option<&Value>) -> Claimed {
        let Some(value) = value else { return Claimed::Missing };
        // a fraction of a second is cut, and what is too large is unreadable
        let number = value.as_i64().or_else(|| value.as_f64().map(|number| number as i64));
        let read = |number: i64| match number {
            MILLISECONDS.. => Timestamp::from_millisecond(number).map(Claimed::Milliseconds),
            _ => Timestamp::from_second(number).map(Claimed::Seconds),
        };
        number.and_then(|number| read(number).ok()).unwrap_or(Claimed::Unreadable)
    }
}

/// What is to say about the points in time.
pub(super) fn checks(kind: Kind, claims: &Members, at: Timestamp) -> Vec<Check> {
    let subjects = [("iat", Subject::IssuedAt), ("nbf", Subject::NotBefore), ("exp", Subject::Expiry)];
    let check = |(name, subject): (&str, Subject)| match Claimed::new(claims.get(name)) {
        Claimed::Missing if subject == Subject::Expiry => Some(without_end(kind)),
        Claimed::Missing => None,
        Claimed::Unreadable => Some(Check::error(subject, format!("`{name}` is no number of seconds since 1970"))),
        Claimed::Milliseconds(_) => Some(in_milliseconds(name, subject)),
        Claimed::Seconds(time) => judged(subject, time, at),
    };
    subjects.into_iter().filter_map(check).collect()
}

fn without_end(kind: Kind) -> Check {
    match kind {
        Kind::Other => Check::note(Subject::Expiry, "`exp` is missing: it never expires"),
        _ => Check::error(Subject::Expiry, "`exp` is missing: whoever reads it once can send it for ever"),
    }
}

fn in_milliseconds(name: &str, subject: Subject) -> Check {
    let what = match subject {
        Subject::Expiry => "taken for seconds, it never expires",
        _ => "taken for seconds, it lies thousands of years ahead",
    };
    Check::error(subject, format!("`{name}` is in milliseconds: {what}"))
        .with_help("a token counts seconds: in JavaScript, `Math.floor(Date.now() / 1000)`")
}

fn judged(subject: Subject, time: Timestamp, at: Timestamp) -> Option<Check> {
    let (ahead, words) = (time.as_second().saturating_sub(at.as_second()), relative(time, at));
    match subject {
        Subject::Expiry if ahead <= 0 => {
            let check = Check::error(subject, format!("expired {words}"));
            Some(check.with_help("`--at TIME` judges as of the time it was received"))
        }
        Subject::Expiry => {
            let fact = format!("expires {words}: until then the token is a credential, keep it to yourself");
            Some(Check::note(subject, fact))
        }
        Subject::NotBefore if ahead > 0 => Some(Check::error(subject, format!("not valid yet, but {words}"))),
        Subject::IssuedAt if ahead > SKEW => {
            let fact = format!("issued {words}: the clock of the signer or of the reader is wrong");
            Some(Check::warning(subject, fact))
        }
        _ => None,
    }
}

/// A time in UTC, to the second: `2021-11-30 11:25:33 UTC`.
pub fn utc(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A time as seen from another, in its largest unit: `3 hours ago`, `in 2 minutes`, `now`.
pub fn relative(time: Timestamp, at: Timestamp) -> String {
    let seconds = time.as_second().saturating_sub(at.as_second());
    let units =
        [("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let distance = seconds.unsigned_abs();
    // two of a unit at least, for `1 day` may be nearly two
    let unit = units.into_iter().find(|(_, length)| distance >= length * 2).unwrap_or(("second", 1));
    let number = distance / unit.1;
    let words = format!("{number} {}{}", unit.0, if number == 1 { "" } else { "s" });
    match seconds {
        0 => "now".to_owned(),
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::State;
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn distances_are_in_the_largest_unit_that_says_something() {
        let now = at(1_700_000_000);
        let relative = |seconds: i64| relative(at(1_700_000_000 + seconds), now);
        assert_eq!([relative(0), relative(1), relative(-1)], ["now", "in 1 second", "1 second ago"]);
        assert_eq!([relative(119), relative(120)], ["in 119 seconds", "in 2 minutes"]);
        assert_eq!([relative(-3 * 3600 - 59), relative(-47 * 3600)], ["3 hours ago", "47 hours ago"]);
        assert_eq!([relative(-72 * 3600), relative(90 * 86_400)], ["3 days ago", "in 2 months"]);
        assert_eq!(relative(-4 * 31_557_600 - 5), "4 years ago");
    }

    fn states(claims: Value) -> Vec<(Subject, State)> {
        let checks = checks(Kind::Request, claims.as_object().unwrap(), at(1000));
        checks.iter().map(|check| (check.subject, check.state)).collect()
    }

    #[test]
    fn times_are_judged_by_the_clock_that_is_given() {
        use crate::severity::Severity::{Error, Note, Warning};
        use Subject::{Expiry, IssuedAt, NotBefore};
        assert_eq!(states(json!({ "iat": 900, "exp": 1001 })), [(Expiry, State::Wrong(Note))]);
        assert_eq!(states(json!({ "iat": 1060, "exp": 1000 })), [(Expiry, State::Wrong(Error))]);
        assert_eq!(
            states(json!({ "iat": 1061, "nbf": 1001, "exp": 2000.5 })),
            [(IssuedAt, State::Wrong(Warning)), (NotBefore, State::Wrong(Error)), (Expiry, State::Wrong(Note))]
        );
        assert_eq!(states(json!({})), [(Expiry, State::Wrong(Error))]);
        for unreadable in [json!("1001"), json!(null), json!(1e300), json!(-1e300), json!(i64::MIN), json!(u64::MAX)] {
            assert_eq!(states(json!({ "exp": unreadable })), [(Expiry, State::Wrong(Error))]);
        }
    }

    #[test]
    fn milliseconds_are_known_and_shown_as_what_was_meant() {
        let claims = json!({ "exp": 1_638_271_533_000_i64 });
        assert!(checks(Kind::Request, claims.as_object().unwrap(), at(0))[0].fact.contains("milliseconds"));
        let moments = moments(claims.as_object().unwrap(), at(1_638_271_533 - 600));
        assert_eq!(
            (utc(moments[0].time).as_str(), moments[0].relative.as_str()),
            ("2021-11-30 11:25:33 UTC", "in 10 minutes")
        );
    }
}
