//! The rules and their pages as a terminal shows them.

use std::fmt::Write;

use serde::Serialize;

use crate::{rule::FixAvailability, rules, severity::Severity};

/// A rule in the list that `rules --format json` prints.
#[derive(Debug, Serialize)]
pub struct Summary {
    id: &'static str,
    title: &'static str,
    severity: Severity,
    fix: FixAvailability,
    since: &'static str,
    references: &'static [String],
}

/// Every rule in brief.
pub fn summaries() -> Vec<Summary> {
    let summary = |rule: &'static crate::rule::Rule| Summary {
        id: rule.id,
        title: &rule.meta.title,
        severity: rule.meta.severity,
        fix: rule.meta.fix,
        since: &rule.meta.since,
        references: &rule.meta.references,
    };
    rules::all().map(summary).collect()
}

/// Every rule in a table: id, severity, whether it can be mended, title.
pub fn table() -> String {
    let width = rules::all().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut table = String::new();
    for rule in rules::all() {
        let severity = format!("{:?}", rule.meta.severity).to_lowercase();
        let fix = match rule.meta.fix {
            FixAvailability::Never => "",
            FixAvailability::Sometimes | FixAvailability::Always => "fix",
        };
        let _ = writeln!(table, "{:width$}  {severity:7}  {fix:3}  {}", rule.id, rule.meta.title);
    }
    table
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
