//! How much a finding matters.

/// How much a finding matters. The words are SARIF's levels and the CI systems' annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Note,
    /// Breaks under some configurations, or keeps the app from being judged.
    Warning,
    /// A stranger gets in, or Atlassian is turned away.
    Error,
}
