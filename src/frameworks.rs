//! The framework table, `rules/data/frameworks.yml`: which releases of which libraries get signed installs wrong.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{
    severity::Severity,
    version::{Scheme, Version, VersionRange},
};

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
    /// The release to go to.
    pub upgrade: String,
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

    /// The release to go to.
    ///
    /// # Panics
    /// When the table's version does not parse; `tests/pages.rs` parses them all.
    pub fn target(&self, scheme: Scheme) -> Version {
        Version::parse(scheme, &self.upgrade).unwrap_or_else(|| panic!("frameworks.yml: upgrade {}", self.upgrade))
    }
}
