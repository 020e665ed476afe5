//! Versions of packages and ranges of them, ordered as their registries order them.

use std::{cmp::Ordering, fmt};

use interval::{Interval, union};

mod interval;
mod maven;
mod npm;
mod plain;
mod requirement;

/// Longer texts are no versions; Maven's order recurses once for each hyphen.
const LENGTH_LIMIT: usize = 256;

/// Who decides how versions are ordered and what a range means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// npm: semantic versions and ranges such as `^7.4.4`.
    Npm,
    /// Maven: `ComparableVersion`, and ranges such as `[2.1,2.3)`.
    Maven,
    /// RubyGems: requirements such as `~> 0.9`.
    Gem,
    /// Composer: constraints such as `^1.3 || ~2.0`.
    Composer,
    /// PyPI: specifiers such as `~=1.8`, and Poetry's `^1.8`.
    Pypi,
    /// Go: one version, `v0.2.1`.
    Golang,
}

impl Scheme {
    /// The scheme of a package URL; Maven's order, which takes any text, for types that have none of their own.
    pub fn of(package: &str) -> Scheme {
        match package.strip_prefix("pkg:").and_then(|rest| rest.split('/').next()) {
            Some("npm") => Scheme::Npm,
            Some("gem") => Scheme::Gem,
            Some("composer") => Scheme::Composer,
            Some("pypi") => Scheme::Pypi,
            Some("golang") => Scheme::Golang,
            _ => Scheme::Maven,
        }
    }
}

/// One version.
#[derive(Clone, Debug)]
pub struct Version {
    order: Order,
    text: String,
}

/// What a version is compared by; versions of two schemes are never compared in earnest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Npm(nodejs_semver::Version),
    Maven(maven::Items),
    Plain(plain::Parts),
}

impl Version {
    /// Reads a version; `None` when the scheme does not take it for one: a range, a tag, a placeholder.
    pub fn parse(scheme: Scheme, text: &str) -> Option<Version> {
        let text = text.trim();
        if text.is_empty() || text.len() > LENGTH_LIMIT {
            return None;
        }
        let order = match scheme {
            Scheme::Npm => Order::Npm(npm::version(text)?),
            Scheme::Maven => Order::Maven(maven::version(text)?),
            Scheme::Gem | Scheme::Composer | Scheme::Pypi | Scheme::Golang => Order::Plain(plain::version(text)?),
        };
        Some(Version { order, text: text.to_owned() })
    }

    /// Its first number.
    pub fn major(&self) -> u64 {
        match &self.order {
            Order::Npm(version) => version.major(),
            Order::Maven(_) | Order::Plain(_) => {
                let rest = self.text.trim_start_matches(|c: char| !c.is_ascii_digit());
                let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
                digits.parse().unwrap_or(0)
            }
        }
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Version) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        self.order.cmp(&other.order)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A set of versions, never empty.
///
/// Membership is by order alone: `7.0.0-beta.1` is in `<7.0.0`, though npm would not install it for that range.
#[derive(Clone, Debug)]
pub struct VersionRange {
    text: String,
    intervals: Vec<Interval>,
}

impl VersionRange {
    /// Reads a range in the scheme's own notation; for Maven a lone version, `[a,b)`, and `>=a <b` as in our tables.
    /// `None` for what names no set of releases: tags, URLs, `*`, the empty string, a contradiction.
    pub fn parse(scheme: Scheme, text: &str) -> Option<VersionRange> {
        let text = text.trim();
        if text.len() > 4 * LENGTH_LIMIT {
            return None;
        }
        let intervals = union(match scheme {
            Scheme::Npm => npm::range(text)?,
            Scheme::Maven => maven::range(text)?,
            Scheme::Gem | Scheme::Composer | Scheme::Pypi | Scheme::Golang => requirement::range(scheme, text)?,
        });
        let is_empty = intervals.is_empty();
        (!is_empty).then(|| VersionRange { text: text.to_owned(), intervals })
    }

    /// Whether a version is in it.
    pub fn admits(&self, version: &Version) -> bool {
        self.intervals.iter().any(|interval| interval.admits(version))
    }

    /// Whether every version in it is in `other` too.
    pub fn is_within(&self, other: &VersionRange) -> bool {
        self.intervals.iter().all(|inner| other.intervals.iter().any(|outer| inner.intersection(outer) == *inner))
    }

    /// Whether some version is in both.
    pub fn overlaps(&self, other: &VersionRange) -> bool {
        let meets = |a: &Interval| other.intervals.iter().any(|b| !a.intersection(b).is_empty());
        self.intervals.iter().any(meets)
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(scheme: Scheme, text: &str) -> VersionRange {
        VersionRange::parse(scheme, text).unwrap_or_else(|| panic!("{text} is a range"))
    }

    fn npm(text: &str) -> VersionRange {
        range(Scheme::Npm, text)
    }

    fn maven(text: &str) -> VersionRange {
        range(Scheme::Maven, text)
    }

    /// The signs are what `ComparableVersion` of maven-artifact 3.8.7 answered.
    #[test]
    fn maven_versions_are_ordered_as_maven_orders_them() {
        for line in include_str!("../tests/data/maven-versions.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [a, b] = [fields[0], fields[1]].map(|text| Version::parse(Scheme::Maven, text).unwrap());
            assert_eq!((a.cmp(&b) as i8).to_string(), fields[2], "{line}");
            assert_eq!(b.cmp(&a), a.cmp(&b).reverse(), "{line}");
        }
    }

    #[test]
    fn npm_orders_prereleases_before_their_release() {
        let order = ["6.6.0", "7.0.0-alpha.2", "7.0.0-alpha.10", "7.0.0-beta", "7.0.0", "7.10.0"];
        let versions = order.map(|text| Version::parse(Scheme::Npm, text).unwrap());
        assert!(versions.is_sorted());
        assert!(npm("<7.0.0").admits(&versions[3]));
        assert_eq!(Version::parse(Scheme::Npm, "7.4.4+one"), Version::parse(Scheme::Npm, "7.4.4+two"));
        assert_eq!(versions.last().map(Version::major), Some(7));
    }

    #[test]
    fn what_is_no_version_is_none() {
        for text in ["^7.4.4", "7.4", "7.x", "latest", "", "7.4.4.4", "workspace:*", "99999999999999999999.0.0"] {
            assert!(Version::parse(Scheme::Npm, text).is_none(), "{text}");
        }
        for text in ["", "${acsb.version}", "[2.1,2.3)", "2.+", "latest.release", "LATEST", "@version@", "2.2 .3"] {
            assert!(Version::parse(Scheme::Maven, text).is_none(), "{text}");
        }
        assert!(Version::parse(Scheme::Maven, &"1-".repeat(100_000)).is_none());
        assert_eq!(Version::parse(Scheme::Maven, "2.2.3-SNAPSHOT").unwrap().major(), 2);
    }

    #[test]
    fn what_names_no_set_of_releases_is_none() {
        let npm = [
            "",
            "*",
            "x",
            "X",
            "latest",
            "next",
            "workspace:*",
            "workspace:^7.4.4",
            "npm:other@^7",
            "file:../ace",
            "catalog:",
            "git+ssh://git@example.org/a/b.git#7.4.4",
            "user/repository#semver:^7",
            "https://example.org/a.tgz",
            ">=8 <7",
            "^7 || *",
            "7.4.4 latest",
            "2.0.0 - 1.0.0",
            "${ace}",
            "^6 ^7",
        ];
        for text in npm {
            assert!(VersionRange::parse(Scheme::Npm, text).is_none(), "{text}");
        }
        let maven =
            ["", "(,)", "[1,2", "[2,1]", "${acsb.version}", "LATEST", "[1.0)", "2.+", "],[", "[1,2),x", ">=2 <1"];
        for text in maven {
            assert!(VersionRange::parse(Scheme::Maven, text).is_none(), "{text}");
        }
    }

    #[test]
    fn npm_ranges_are_compared_as_sets() {
        for inside in ["^6.6.0", "~6.6", "6.x", "6", "<=6.x", "3 - 6", "^4 || ^6", ">=5 <7", "6.6.0", "= 6.6.0"] {
            assert!(npm(inside).is_within(&npm("<7.0.0")), "{inside}");
        }
        for across in [">=6", "^6 || ^8", "6 - 7", ">6.0.0", "*.1.0 || 6", "<=7.0.0"] {
            let within = VersionRange::parse(Scheme::Npm, across).is_some_and(|range| range.is_within(&npm("<7.0.0")));
            assert!(!within, "{across}");
        }
        assert!(npm("^7.4.4").overlaps(&npm(">=7.4.0 <7.5.0")));
        assert!(!npm("^6.6.0").overlaps(&npm(">=7.0.0")));
        assert!(!npm("^7.5.0").overlaps(&npm("<7.5.0")));
        assert!(npm(">=7.0.0 <7.5.0").is_within(&npm(">=7.0.0 <7.4.0 || >=7.4.0 <7.5.0")));
    }

    #[test]
    fn plain_versions_are_ordered_by_number_then_word() {
        let order = [
            "0.0.0-20210727091500-0a1b2c3d4e5f",
            "0.9.0.pre2",
            "v0.9.0",
            "0.9.1.dev1",
            "0.9.1a2",
            "0.9.1-beta.2",
            "0.9.1.pre3",
            "0.9.1rc1",
            "0.9.1",
            "0.9.1.post1",
            "0.10",
            "1.0.1",
        ];
        let versions = order.map(|text| Version::parse(Scheme::Pypi, text).unwrap());
        assert!(versions.windows(2).all(|pair| pair[0] < pair[1]));
        let same = |a, b| Version::parse(Scheme::Composer, a) == Version::parse(Scheme::Composer, b);
        assert!(same("1.0", "v1.0.0") && same("1.0.0rc1", "1.0-RC1") && same("1.2+one", "1.2"));
        for text in ["dev-master", "~> 1.0", "master", "", "1.x!", "*", "99999999999999999999.0"] {
            assert!(Version::parse(Scheme::Gem, text).is_none(), "{text}");
        }
        assert_eq!(Version::parse(Scheme::Golang, "v0.2.1").unwrap().major(), 0);
    }

    #[test]
    fn plain_requirements_are_compared_as_sets() {
        let inside = |scheme, asked, bound| range(scheme, asked).is_within(&range(scheme, bound));
        use Scheme::{Composer, Gem, Golang, Pypi};
        for (scheme, asked, bound) in [
            (Gem, "0.8.0", "<0.9.0"),
            (Gem, "~> 0.7.1", "<0.8.0"),
            (Gem, "~> 0.7", "<1.0"),
            (Gem, ">= 0.1, < 0.9", "<0.9"),
            (Gem, "= 0.9.0.pre2", "<0.9.0"),
            (Composer, "^1.2", "<=2.0"),
            (Composer, "^0.3", "<0.4"),
            (Composer, "~1.2", "<2.0"),
            (Composer, "1.2.* || ^1.3", "<2.0"),
            (Composer, "v1.2.4|1.3.1", "<=1.3.1"),
            (Pypi, "==1.8.1", "<1.9"),
            (Pypi, "~=1.8.1", "<1.9"),
            (Pypi, "~1.8", "<1.9"),
            (Pypi, ">= 1.6.4, <= 1.7.1", "<2"),
            (Pypi, "==1.*", "<2"),
            (Golang, "v0.2.1", ">=0.2.0"),
        ] {
            assert!(inside(scheme, asked, bound), "{asked} {bound}");
        }
        for (scheme, asked, bound) in
            [(Gem, "~> 0.7", "<0.9"), (Composer, "^1.2", "<=1.3.1"), (Pypi, ">=1.8.1", "<3"), (Pypi, "!=1.0, <3", "<2")]
        {
            assert!(!inside(scheme, asked, bound), "{asked} {bound}");
        }
        for text in ["*", "dev-master", "1.0 - 2.0", "@dev", "git+https://example.org/a", "^x", "", "!=1.0"] {
            assert!(VersionRange::parse(Composer, text).is_none(), "{text}");
        }
    }

    #[test]
    fn maven_ranges_are_compared_as_sets() {
        let before = maven("<2.2.0");
        for inside in ["2.1.5", "[1.0,2.2.0)", "(,2.0]", "[1.5]", "[1,2),[2.1,2.2.0-M1]", "2.2.0-SNAPSHOT", ">=1 <2"] {
            assert!(maven(inside).is_within(&before), "{inside}");
        }
        for outside in ["2.2.0", "[1.0,2.2.0]", "[2.0,)", "(,2.0],[2.3,)"] {
            assert!(!maven(outside).is_within(&before), "{outside}");
        }
        assert!(maven("[2.0,)").overlaps(&before));
        assert!(!maven("[2.2,)").overlaps(&before));
        assert!(maven("2.2.0.RELEASE").is_within(&maven("[2.2]")));
        assert!(maven(">=2.2.1 <2.2.3").admits(&Version::parse(Scheme::Maven, "2.2.2").unwrap()));
    }
}
