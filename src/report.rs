//! Reporters: findings in, bytes out. One file per format.
//!
//! A reporter is a function of its [`Run`]: the same run gives the same bytes.

use std::io::{self, Write};

use crate::{
    app::{App, AppId},
    finding::Finding,
    problem::Problem,
    rule::Rule,
    source::Sources,
    suppress::Suppressed,
};

mod checkout;
pub mod checkstyle;
mod diff;
mod entries;
mod excerpt;
pub mod exchanges;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
mod key;
pub mod markdown;
mod places;
pub mod rdjson;
pub mod readiness;
pub mod sarif;
mod summary;
pub mod text;
pub mod token;
mod xml;

pub use checkout::Checkout;

/// Where the page of a rule is found: this, the rule's id, `.md`.
pub const PAGE_BASE: &str = "https://github.com/connect-lint/connect-lint/blob/main/rules/";

/// Where the tool itself is found.
pub const HOME_PAGE: &str = "https://github.com/connect-lint/connect-lint";

/// The category of a run that was given none.
pub const CATEGORY: &str = "connect-lint";

/// What a reporter reports.
pub struct Run<'run> {
    /// The rules that ran.
    pub rules: &'run [Rule],
    /// The text that the findings point into.
    pub sources: &'run Sources,
    /// The apps of the tree.
    pub apps: &'run [App],
    /// The findings, in the order to report them.
    pub findings: &'run [Finding],
    /// The findings that somebody put aside, in the same order; every report that has a place for it counts them.
    pub suppressed: &'run [Suppressed],
    /// What could not be analysed.
    pub problems: &'run [Problem],
    /// What was shown to hold, a sentence each: `ACE 11.5.3 locked; 2 of 2 hooks asymmetric`.
    pub proven: &'run [String],
    /// The scanned root, as the user named it.
    pub root: &'run str,
    /// What tells this tree from the others of a run over several.
    pub repository: &'run str,
    /// The exit code that the findings and problems ask for.
    pub exit_code: u8,
    /// Where that root is in its repository.
    pub checkout: &'run Checkout,
    /// What code scanning is told beside the findings.
    pub code_scanning: &'run CodeScanning,
    /// How to write for people.
    pub style: Style,
}

/// What code scanning is told beside the findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeScanning {
    /// Under which name it keeps the results apart from those of other runs.
    pub category: String,
    /// Whether it gets the findings that somebody put aside, too. GitHub shows those as open ones.
    pub lists_suppressed: bool,
}

impl Default for CodeScanning {
    /// The tool's own name, and the findings alone.
    fn default() -> CodeScanning {
        CodeScanning { category: CATEGORY.to_owned(), lists_suppressed: false }
    }
}

/// What the reader's terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it shows box-drawing characters.
    pub unicode: bool,
    /// How many columns it has.
    pub width: usize,
    /// Whether it shows hyperlinks.
    pub links: bool,
    /// Whether the reader wants to know what was shown to hold, and what is left to do.
    pub summary: bool,
}

impl Default for Style {
    /// What a pipe gets: no colours, no links, eighty columns and the summary.
    fn default() -> Style {
        Style { color: false, unicode: true, width: 80, links: false, summary: true }
    }
}

/// Writes a run in one format.
pub type Reporter = fn(&Run, &mut dyn Write) -> io::Result<()>;

/// The formats a run can be written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people, with source excerpts
    #[default]
    Human,
    /// For programs: a versioned document
    Json,
    /// For programs: a JSON object a line, each with its repository
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// Markdown, for comments and summaries
    Markdown,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// reviewdog's diagnostics
    Rdjson,
}

impl Format {
    /// The reporter of this format.
    pub fn reporter(self) -> Reporter {
        match self {
            Format::Human => human::human,
            Format::Json => json::json,
            Format::Ndjson => json::ndjson,
            Format::Sarif => sarif::sarif,
            Format::Github => github::github,
            Format::Gitlab => gitlab::gitlab,
            Format::Markdown => markdown::markdown,
            Format::Junit => junit::junit,
            Format::Checkstyle => checkstyle::checkstyle,
            Format::Rdjson => rdjson::rdjson,
        }
    }
}

impl Run<'_> {
    /// The folder of an app as reports name it: `.` for the root.
    fn app_root(&self, id: AppId) -> &str {
        match self.apps.iter().find(|app| app.id == id) {
            Some(app) if !app.root.is_empty() => &app.root,
            _ => ".",
        }
    }
}

/// The address of a rule's page.
fn page(rule: &str) -> String {
    format!("{PAGE_BASE}{rule}.md")
}
