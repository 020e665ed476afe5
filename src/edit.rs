//! Changes to source text.

use crate::source::Span;

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown, never applied: a person must decide or complete it.
    Shown,
    /// Applied on request: it may turn away a callback that was accepted before.
    Unsafe,
    /// Applied by default: every callback that Atlassian may send and that was accepted before still is.
    Safe,
}

/// A change that resolves a finding; applied whole or not at all.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as a command: ``set `apiMigrations.signed-install` to `true` ``.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// Its edits, in any files.
    pub edits: Vec<Edit>,
    /// Whether hosts sign callbacks RS256 because of it: held back as long as something would refuse them.
    pub opts_in: bool,
}

/// Puts `text` in the place of `span`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes to replace; empty to insert.
    pub span: Span,
    /// The replacement; empty to delete.
    pub text: String,
}

impl Fix {
    /// A fix.
    pub fn new(applicability: Applicability, title: impl Into<String>, edits: impl IntoIterator<Item = Edit>) -> Fix {
        Fix { title: title.into(), applicability, edits: edits.into_iter().collect(), opts_in: false }
    }

    /// The same fix, after which hosts sign callbacks RS256.
    pub fn opting_in(self) -> Fix {
        Fix { opts_in: true, ..self }
    }

    /// The same fix, trusted no further than `applicability`.
    pub fn at_most(mut self, applicability: Applicability) -> Fix {
        self.applicability = self.applicability.min(applicability);
        self
    }
}
