//! How the app of a tree is told to take its keys from the fake host, `rules/data/key-servers.yml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::{app::App, frameworks::framework};

/// How a library is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its package URL without a version.
    pub package: String,
    /// The first release that can be told.
    #[serde(default)]
    since: Option<String>,
    /// The environment variable that it reads.
    #[serde(default)]
    pub variable: Option<String>,
    /// The key of the application's configuration that it reads.
    #[serde(default)]
    pub property: Option<String>,
    /// Why it cannot be told.
    #[serde(default)]
    pub why_not: Option<String>,
    /// Where the fact was read.
    pub source: String,
    /// The day it was checked.
    pub checked: String,
}

/// Every library whose way is known.
///
/// # Panics
/// When the table does not load; it is part of the program, and its test reads it.
pub static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let table = include_str!("../../rules/data/key-servers.yml");
    serde_yaml::from_str(table).unwrap_or_else(|error| panic!("rules/data/key-servers.yml: {error}"))
});

/// The settings of the libraries that apps use.
pub fn of(apps: &[App]) -> Vec<&'static Setting> {
    let is_used = |setting: &&Setting| {
        apps.iter().any(|app| match &setting.since {
            _ if app.dependency(&setting.package).is_none() => false,
            Some(since) => app.resolves_within(&setting.package, &format!(">={since}")),
            None => true,
        })
    };
    SETTINGS.iter().filter(is_used).collect()
}

impl Setting {
    /// What to do, in a sentence, for keys served at `keys`.
    pub fn advice(&self, keys: &str) -> String {
        let name = framework(&self.package).map_or(self.package.as_str(), |framework| &framework.name);
        match (&self.variable, &self.property, &self.why_not) {
            (Some(variable), _, _) => format!("{name}: start the app with {variable}={keys}"),
            (_, Some(property), _) => format!("{name}: set {property}={keys} in the app's configuration"),
            (_, _, why_not) => format!("{name}: {}", why_not.as_deref().unwrap_or("no way is known")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_how_or_why_not_and_from_where() {
        for setting in SETTINGS.iter() {
            assert!(framework(&setting.package).is_some(), "{}", setting.package);
            let ways = [&setting.variable, &setting.property, &setting.why_not];
            assert_eq!(ways.into_iter().flatten().count(), 1, "{}", setting.package);
            assert!(setting.source.starts_with("https://") || setting.source.contains('@'), "{}", setting.source);
            assert_eq!(setting.checked.len(), "2026-11-23".len());
        }
    }
}
