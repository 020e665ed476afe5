//! The rules and their pages as a terminal shows them.

use std::fmt::Write;

use serde::Serialize;

use crate::{
    rule::{FixAvailability, Rule},
    rules::{self, PROBE_RULES, RULES},
    severity::Severity,
};

/// A rule in the list that `rules --format json` prints.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    id: &'static str,
    title: &'static str,
    severity: Severity,
    fix: FixAvailability,
    since: &'static str,
    references: &'static [String],
    reported_by: Command,
}

/// The command that reports a rule's findings.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Command {
    /// `check`, from a tree.
    Check,
    /// `probe`, from a running app.
    Probe,
}

/// Every rule in brief, those of `probe` at the end.
pub fn summaries() -> Vec<Summary> {
    let summary = |(rule, reported_by): (&'static Rule, Command)| Summary {
        id: rule.id,
        title: &rule.meta().title,
        severity: rule.meta().severity,
        fix: rule.meta().fix,
        since: &rule.meta().since,
        references: &rule.meta().references,
        reported_by,
    };
    let checked = RULES.iter().map(|rule| (rule, Command::Check));
    let probed = PROBE_RULES.iter().map(|rule| (rule, Command::Probe));
    checked.chain(probed).map(summary).collect()
}

/// Every rule in two tables, the second of what only a running app can break: id, severity, whether it can be mended,
/// title.
pub fn table() -> String {
    let width = rules::all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let row = |rule: &Rule| {
        let severity = format!("{:?}", rule.meta().severity).to_lowercase();
        let fix = match rule.meta().fix {
            FixAvailability::Never => "",
            FixAvailability::Sometimes | FixAvailability::Always => "fix",
        };
        format!("{:width$}  {severity:7}  {fix:3}  {}\n", rule.id, rule.meta().title)
    };
    let [checked, probed] = [&RULES, &PROBE_RULES].map(|rules| rules.iter().map(row).collect::<String>());
    format!("{checked}\nreported by `connect-lint probe`, about a running app:\n\n{probed}")
}

/// A page's Markdown for a terminal with colours: headings and code stand out, markers are gone.
pub fn render(markdown: &str) -> String {
    let mut rendered = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let _ = match line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()) {
            _ if in_code => writeln!(rendered, "    \u{1b}[36m{line}\u{1b}[0m"),
            Some(heading) => writeln!(rendered, "\u{1b}[1m{heading}\u{1b}[0m"),
            None => writeln!(rendered, "{}", spans(line)),
        };
    }
    rendered
}

/// A line with its `code` coloured and its **strong** words bold.
fn spans(line: &str) -> String {
    let mut rendered = String::new();
    for (index, part) in line.split('`').enumerate() {
        if index % 2 == 1 {
            rendered.push_str(&format!("\u{1b}[36m{part}\u{1b}[0m"));
            continue;
        }
        for (index, part) in part.split("**").enumerate() {
            if index % 2 == 1 {
                rendered.push_str(&format!("\u{1b}[1m{part}\u{1b}[0m"));
            } else {
                rendered.push_str(part);
            }
        }
    }
    rendered
}
