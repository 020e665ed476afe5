//! A rule: what `rules/<id>.md` says, and the function that checks it.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::{app::App, finding::Finding, severity::Severity, source::Span};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id, which also names its page, its module and its fixtures.
    pub id: &'static str,
    /// The page below the front matter, in Markdown.
    pub docs: &'static str,
    front_matter: &'static str,
    /// Read when it is first asked for: a check needs that of few rules.
    meta: OnceLock<Meta>,
    check: Option<Check>,
}

/// What a rule does with an app.
pub type Check = fn(&Rule, &App) -> Vec<Finding>;

/// The front matter of a rule's page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// What it flags, in one line.
    pub title: String,
    /// How much it matters, unless a finding says otherwise.
    pub severity: Severity,
    /// Whether its findings carry a fix.
    pub fix: FixAvailability,
    /// The release of this tool that brought it.
    pub since: String,
    /// GitHub's score from 0.1 to 10.0 for a weakness; absent from rules that are about reliability alone.
    #[serde(default, rename = "security-severity")]
    pub security_severity: Option<String>,
    /// Where its facts come from.
    pub references: Vec<String>,
}

/// Whether a rule's findings carry a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FixAvailability {
    /// None does.
    Never,
    /// Some do.
    Sometimes,
    /// All do.
    Always,
}

impl Rule {
    /// A rule with its page. Pages are part of the program, so a bad one is a bug. A rule without a check is one that
    /// only a running app can break.
    ///
    /// # Panics
    /// When the page has no front matter; `tests/pages.rs` reads them all.
    pub fn new(id: &'static str, page: &'static str, check: Option<Check>) -> Rule {
        let (front_matter, docs) = page
            .strip_prefix("---\n")
            .and_then(|page| page.split_once("\n---\n"))
            .unwrap_or_else(|| panic!("rules/{id}.md has no front matter"));
        Rule { id, docs: docs.trim_start(), front_matter, meta: OnceLock::new(), check }
    }

    /// The front matter of its page.
    ///
    /// # Panics
    /// When it does not load; `tests/pages.rs` reads them all.
    pub fn meta(&self) -> &Meta {
        let read = || serde_yaml::from_str(self.front_matter);
        self.meta.get_or_init(|| read().unwrap_or_else(|error| panic!("rules/{}.md: {error}", self.id)))
    }

    /// Runs the rule.
    pub fn check(&self, app: &App) -> Vec<Finding> {
        self.check.map_or_else(Vec::new, |check| check(self, app))
    }

    /// A finding of this rule; `identity` names what it is about without lines.
    pub fn finding(&self, app: &App, span: Span, identity: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            rule: self.id,
            severity: self.meta().severity,
            app: app.id,
            identity: identity.into(),
            message: message.into(),
            span,
            trace: Vec::new(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }
}
