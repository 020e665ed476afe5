//! The framework table, `rules/data/frameworks.yml`: which releases of which libraries get signed installs wrong.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    severity::Severity,
    version::{Scheme, Version, VersionRange},
};

/// The package URL of atlassian-connect-express.
pub const ACE: &str = "pkg:npm/atlassian-connect-express";

/// The package URL under which every artifact of atlassian-connect-spring-boot is recorded.
pub const ACSB: &str = "pkg:maven/com.atlassian.connect/atlassian-connect-spring-boot";

/// A library of Connect apps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its package URL without a version: `pkg:npm/atlassian-connect-express`.
    pub package: String,
    /// What its users call it.
    pub name: String,
    /// Whether depending on it makes a project a Connect app; some helpers are used elsewhere too.
    #[serde(default = "yes")]
    pub evidence: bool,
    /// The releases to speak about, the gravest first.
    #[serde(default)]
    pub affected: Vec<Affected>,
}

/// A range of releases, and what is wrong with them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// The rule that reports them.
    pub rule: String,
    /// The releases, as comparators: `>=7.4.0 <7.5.0`.
    pub range: String,
    /// When the row holds at all.
    #[serde(default)]
    pub when: Condition,
    /// How much it matters, if not as the rule says.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// What is wrong with them and what follows from it, to stand behind "ACE 6.6.0".
    pub reason: String,
    /// The release to go to, if one gets it right.
    #[serde(default)]
    pub upgrade: Option<String>,
    /// What to do where none does.
    #[serde(default)]
    pub instead: Option<String>,
    /// Where the fact was read.
    pub source: String,
    /// The day it was checked.
    pub checked: String,
}

/// What else must hold for a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Nothing.
    #[default]
    Always,
    /// The app is for Bitbucket.
    Bitbucket,
    /// The app serves a lifecycle path with code of its own.
    OwnHooks,
    /// ACE's `config.json` does not set a top-level `"signed-install": "force"`.
    NotForced,
    /// ACE's `config.json` sets `expressErrorHandling` to `true`.
    ErrorHandling,
}

fn yes() -> bool {
    true
}

/// Every library of the table.
///
/// # Panics
/// When the table does not load; it is part of the program, and `tests/pages.rs` reads it.
pub static FRAMEWORKS: LazyLock<Vec<Framework>> = LazyLock::new(|| {
    let table = include_str!("../rules/data/frameworks.yml");
    serde_yaml::from_str(table).unwrap_or_else(|error| panic!("rules/data/frameworks.yml: {error}"))
});

/// The library of a package URL.
pub fn framework(package: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.package == package)
}

impl Framework {
    /// How versions of it are ordered.
    pub fn scheme(&self) -> Scheme {
        Scheme::of(&self.package)
    }
}

impl Affected {
    /// Its range, in the library's scheme.
    ///
    /// # Panics
    /// When the table's range does not parse; `tests/pages.rs` parses them all.
    pub fn releases(&self, scheme: Scheme) -> VersionRange {
        VersionRange::parse(scheme, &self.range).unwrap_or_else(|| panic!("frameworks.yml: range {}", self.range))
    }

    /// The release to go to; `None` where no release gets it right.
    ///
    /// # Panics
    /// When the table's version does not parse; `tests/pages.rs` parses them all.
    pub fn target(&self, scheme: Scheme) -> Option<Version> {
        let target = self.upgrade.as_ref()?;
        Some(Version::parse(scheme, target).unwrap_or_else(|| panic!("frameworks.yml: upgrade {target}")))
    }

    /// What to do about it, to stand before a comma: a release to ask for, or another way out.
    pub fn advice(&self) -> String {
        match (&self.upgrade, &self.instead) {
            (Some(release), _) => format!("ask for {release}"),
            (None, Some(instead)) => instead.clone(),
            (None, None) => "verify install callbacks with code of your own".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule of the first row that holds for a release, with the row's condition taken for fulfilled or not.
    fn rule(package: &str, version: &str, holds: impl Fn(Condition) -> bool) -> Option<&'static str> {
        let framework = framework(package).unwrap();
        let version = Version::parse(framework.scheme(), version).unwrap();
        let affects = |row: &&Affected| row.releases(framework.scheme()).admits(&version) && holds(row.when);
        framework.affected.iter().find(affects).map(|row| row.rule.as_str())
    }

    #[test]
    fn rows_name_a_rule_a_way_out_and_a_source() {
        const RULES: [&str; 3] =
            ["framework-without-signed-install", "framework-known-bad-release", "framework-legacy-fallback"];
        for framework in FRAMEWORKS.iter() {
            for row in &framework.affected {
                assert!(RULES.contains(&row.rule.as_str()), "{}", row.rule);
                assert!(row.upgrade.is_some() != row.instead.is_some(), "{} {}", framework.name, row.range);
                if let Some(target) = row.target(framework.scheme()) {
                    let mut bad =
                        framework.affected.iter().filter(|row| row.releases(framework.scheme()).admits(&target));
                    assert!(bad.next().is_none(), "{} {target} is affected too", framework.name);
                }
                assert!(!row.reason.ends_with('.') && row.reason.starts_with(char::is_lowercase), "{}", row.reason);
                assert!(row.source.contains("://") || row.source.contains('@'), "{}", row.source);
                assert_eq!(row.checked.len(), "2026-11-23".len());
            }
        }
    }

    #[test]
    fn a_package_stands_once() {
        let mut packages: Vec<&str> = FRAMEWORKS.iter().map(|framework| framework.package.as_str()).collect();
        packages.sort_unstable();
        packages.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
    }

    #[test]
    fn each_release_of_ace_has_its_rule() {
        let jira = |when| when != Condition::Bitbucket;
        let rows = [
            ("0.9.4", Some("framework-without-signed-install")),
            ("6.6.0", Some("framework-without-signed-install")),
            ("7.0.0-beta.1", Some("framework-without-signed-install")),
            ("7.0.0", Some("framework-known-bad-release")),
            ("7.3.9", Some("framework-known-bad-release")),
            ("7.4.0", Some("framework-legacy-fallback")),
            ("7.4.9", Some("framework-legacy-fallback")),
            ("7.5.0", None),
            ("7.11.0", None),
            ("8.0.0", Some("framework-known-bad-release")),
            ("8.0.1", Some("framework-known-bad-release")),
            ("8.0.2", None),
            ("11.5.3", None),
        ];
        for (version, expected) in rows {
            assert_eq!(rule(ACE, version, jira), expected, "{version}");
        }
        assert_eq!(rule(ACE, "7.4.9", |when| when == Condition::Always), None);
        let bitbucket = |when| when == Condition::Bitbucket;
        assert_eq!(rule(ACE, "7.4.9", bitbucket), None);
        assert_eq!(rule(ACE, "7.5.0", bitbucket), Some("framework-known-bad-release"));
        assert_eq!(rule(ACE, "7.7.0", bitbucket), None);
    }

    #[test]
    fn each_release_of_acsb_has_its_rule() {
        let rows = [
            ("0.9.0-alpha", Some("framework-without-signed-install")),
            ("2.1.2", Some("framework-without-signed-install")),
            ("2.1.3", Some("framework-without-signed-install")),
            ("2.1.5", Some("framework-without-signed-install")),
            ("2.2.0-SNAPSHOT", Some("framework-without-signed-install")),
            ("2.2.0", Some("framework-known-bad-release")),
            ("2.2.1", Some("framework-known-bad-release")),
            ("2.2.2", Some("framework-known-bad-release")),
            ("2.2.3", None),
            ("6.0.2", None),
        ];
        for (version, expected) in rows {
            assert_eq!(rule(ACSB, version, |_| true), expected, "{version}");
        }
    }
}
