//! What the user says of guards that cannot be resolved: `[authenticators]` in `connect-lint.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    facts::{Facts, GuardClass},
    source::Sources,
};

/// The configuration file's name; it is read at the root of the scanned tree.
pub const FILE: &str = "connect-lint.toml";

/// Guards by name, and what each verifies.
#[derive(Clone, Debug, Default)]
pub struct Authenticators(BTreeMap<String, GuardClass>);

/// The file, as far as this program reads it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    #[serde(default)]
    authenticators: BTreeMap<String, Declared>,
}

/// What a guard is declared to verify.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Declared {
    Asymmetric,
    Symmetric,
    None,
    PassThrough,
}

impl From<Declared> for GuardClass {
    fn from(declared: Declared) -> GuardClass {
        match declared {
            Declared::Asymmetric => GuardClass::Asymmetric,
            Declared::Symmetric => GuardClass::Symmetric,
            Declared::None => GuardClass::Unverified,
            Declared::PassThrough => GuardClass::PassThrough,
        }
    }
}

impl Authenticators {
    /// Reads the file at the root of a tree, if there is one.
    ///
    /// # Errors
    /// When it is not TOML, or has a key or a class that does not exist: the parser's words.
    pub fn read(sources: &Sources) -> Result<Authenticators, String> {
        let Some(file) = sources.find(FILE) else { return Ok(Authenticators::default()) };
        let read: Result<Configuration, _> = toml_edit::de::from_str(&sources.file(file).text);
        let declared = read.map_err(|error| error.to_string().trim_end().to_owned())?.authenticators;
        Ok(Authenticators(declared.into_iter().map(|(name, class)| (name, class.into())).collect()))
    }

    /// Settles the guards that could not be resolved and are declared.
    pub fn settle(&self, facts: &mut Facts) {
        let guards = facts.routes.iter_mut().flat_map(|route| &mut route.guards);
        for guard in guards.filter(|guard| guard.class == GuardClass::Unknown) {
            guard.class = self.class(&guard.name).unwrap_or(GuardClass::Unknown);
        }
    }

    /// What a guard is declared to verify: `addon.guards.requireJwt("install")` is declared as `requireJwt`, or whole.
    fn class(&self, written: &str) -> Option<GuardClass> {
        let callee = written.split(['(', ' ']).next().unwrap_or(written);
        let name = callee.rsplit('.').next().unwrap_or(callee);
        [written, callee, name].iter().find_map(|name| self.0.get(*name)).copied()
    }
}
