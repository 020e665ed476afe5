//! The table of verifying calls, `rules/data/authenticators.yml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A call of a library that verifies a token, or seems to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authenticator {
    /// The package, with the path inside it.
    pub package: String,
    /// The members taken from the package, in order.
    pub call: String,
    /// What it proves.
    pub proves: Proves,
    /// The releases it holds for; without it, all.
    #[serde(default)]
    pub releases: Option<String>,
    /// The argument that switches the verification off when it is `true`.
    #[serde(default)]
    pub flag: Option<usize>,
    /// The argument that is the key.
    #[serde(default)]
    pub key: Option<usize>,
    /// The argument that holds `algorithms`.
    #[serde(default)]
    pub options: Option<usize>,
    /// The argument that is the algorithm.
    #[serde(default)]
    pub algorithm: Option<usize>,
    /// Whether the call makes a middleware.
    #[serde(default)]
    pub guard: bool,
    /// Whether it gives a promise, which tells nothing until it is waited for.
    #[serde(default)]
    pub promise: bool,
    /// Names that stand for the library where it could not be followed.
    #[serde(default)]
    pub receiver: Vec<String>,
    /// Where the fact was read.
    pub source: String,
    /// The day it was checked.
    pub checked: String,
}

/// What a call proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proves {
    /// RS256, bound to the body.
    Asymmetric,
    /// RS256, not bound to the body.
    Unbound,
    /// RS256 or an unsigned first install.
    LegacyFallback,
    /// HS256.
    Symmetric,
    /// Nothing.
    Nothing,
    /// What the algorithms it is given say.
    ByAlgorithm,
    /// What ACE's install verification proves in the resolved release.
    Install,
}

/// Every call of the table.
///
/// # Panics
/// When the table does not load; it is part of the program, and a test reads it.
pub static AUTHENTICATORS: LazyLock<Vec<Authenticator>> = LazyLock::new(|| {
    let table = include_str!("../../rules/data/authenticators.yml");
    serde_yaml::from_str(table).unwrap_or_else(|error| panic!("rules/data/authenticators.yml: {error}"))
});
