//! The table of verifying calls, `rules/data/jvm-verifiers.yml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::jvm::ir::Call;

/// A call of a library that verifies a token, or seems to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verifier {
    /// The method or constructor.
    pub call: String,
    /// What it is called on, where its own name could be another library's; empty otherwise.
    #[serde(default)]
    pub on: Vec<String>,
    /// What it proves.
    pub proves: Proves,
    /// The claims that the library compares by itself.
    #[serde(default)]
    pub compares: Vec<String>,
    /// The call that verifies with what this one makes; none where it verifies by itself.
    #[serde(default)]
    pub finished_by: Option<String>,
    /// How it is told that a token is not genuine.
    #[serde(default)]
    pub tells: Tells,
    /// Where the fact was read.
    pub source: String,
    /// The day it was checked.
    pub checked: String,
}

/// What a call proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proves {
    /// A signature by a private key.
    Asymmetric,
    /// A signature with a shared secret.
    Symmetric,
    /// What the key that it is given says.
    ByKey,
    /// Nothing: the token is only read.
    Nothing,
}

/// How it is told that a token is not genuine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// Something is thrown.
    #[default]
    Throwing,
    /// The value is `false`.
    Answering,
}

/// Every call of the table.
///
/// # Panics
/// When the table does not load; it is part of the program, and a test reads it.
pub static VERIFIERS: LazyLock<Vec<Verifier>> = LazyLock::new(|| {
    let table = include_str!("../../rules/data/jvm-verifiers.yml");
    serde_yaml::from_str(table).unwrap_or_else(|error| panic!("rules/data/jvm-verifiers.yml: {error}"))
});

/// The row of a call.
pub fn verifier(call: &Call) -> Option<&'static Verifier> {
    let is_on =
        |row: &Verifier| row.on.is_empty() || call.receiver.as_ref().is_some_and(|receiver| row.on.contains(receiver));
    VERIFIERS.iter().find(|row| row.call == call.name && is_on(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_loads_and_says_where_each_row_is_from() {
        assert!(VERIFIERS.iter().all(|row| !row.source.is_empty() && row.checked.len() == 10));
    }
}
