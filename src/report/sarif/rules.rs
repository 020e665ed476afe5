//! Rules as SARIF describes them.

use super::{
    message::sentence,
    model::{Configuration, Help, Message, ReportingDescriptor, RuleProperties},
};
use crate::{report::page, rule::Rule, severity::Severity};

/// How long GitHub lets a description be, in characters.
const LONGEST_DESCRIPTION: usize = 1024;

/// A rule and its page.
pub(super) fn descriptor(rule: &Rule) -> ReportingDescriptor<'_> {
    ReportingDescriptor {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: Message::plain(sentence(&rule.meta.title)),
        full_description: Message::plain(description(rule)),
        help: Help { text: rule.docs, markdown: rule.docs },
        help_uri: page(rule.id),
        default_configuration: Configuration { level: level(rule.meta.severity) },
        properties: properties(rule),
    }
}

/// The word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)))
        .collect()
}

/// The first paragraph of the page, on one line.
fn description(rule: &Rule) -> String {
    let paragraph = |block: &&str| !block.is_empty() && !block.starts_with(['#', '`', '|', '-']);
    let first = rule.docs.split("\n\n").map(str::trim).find(paragraph).unwrap_or(&rule.meta.title);
    let words: Vec<&str> = first.split_whitespace().collect();
    let text = sentence(&words.join(" "));
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some(_) => text.chars().take(LONGEST_DESCRIPTION - 1).chain(['…']).collect(),
        None => text,
    }
}

fn properties(rule: &Rule) -> RuleProperties<'_> {
    let security_severity = rule.meta.security_severity.as_deref();
    // GitHub reads the first spelling of the weakness, GitLab the second
    let tags = match security_severity {
        Some(_) => vec!["security", "external/cwe/cwe-347", "cwe-347", "atlassian-connect"],
        None => vec!["reliability", "atlassian-connect"],
    };
    let problem_severity = match (security_severity, rule.meta.severity) {
        (Some(_), _) => None,
        (None, Severity::Note) => Some("recommendation"),
        (None, severity) => Some(level(severity)),
    };
    RuleProperties { precision: "high", tags, security_severity, problem_severity }
}
