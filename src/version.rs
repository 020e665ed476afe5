//! Versions of packages and ranges of them, ordered as npm and Maven order them.

use std::{cmp::Ordering, fmt};

/// Who decides how versions are ordered and what a range means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// npm: semantic versions and ranges such as `^7.4.4`.
    Npm,
    /// Maven: `ComparableVersion`, and ranges such as `[2.1,2.3)`.
    Maven,
}

impl Scheme {
    /// The scheme of a package URL; Maven's order, which takes any text, for types other than npm.
    pub fn of(package: &str) -> Scheme {
        if package.starts_with("pkg:npm/") { Scheme::Npm } else { Scheme::Maven }
    }
}

/// One version.
#[derive(Clone, Debug)]
pub struct Version {
    scheme: Scheme,
    text: String,
}

impl Version {
    /// Reads a version; `None` when the scheme does not take it for one.
    pub fn parse(scheme: Scheme, text: &str) -> Option<Version> {
        Some(Version { scheme, text: text.to_owned() })
    }

    /// Its first number.
    pub fn major(&self) -> u64 {
        0
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
        self.text.cmp(&other.text)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A set of versions.
#[derive(Clone, Debug)]
pub struct VersionRange {
    text: String,
}

impl VersionRange {
    /// Reads a range in the scheme's own notation; for Maven a lone version, `[a,b)`, and `>=a <b` as in our tables.
    /// `None` for what names no set of releases: tags, URLs, `*`, the empty string.
    pub fn parse(_scheme: Scheme, text: &str) -> Option<VersionRange> {
        Some(VersionRange { text: text.to_owned() })
    }

    /// Whether a version is in it.
    pub fn admits(&self, _version: &Version) -> bool {
        false
    }

    /// Whether every version in it is in `other` too.
    pub fn is_within(&self, _other: &VersionRange) -> bool {
        false
    }

    /// Whether some version is in both.
    pub fn overlaps(&self, _other: &VersionRange) -> bool {
        false
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
