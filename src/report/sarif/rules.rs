//! Rules as SARIF describes them.

use std::collections::BTreeMap;

use super::{
    message::escaped,
    model::{Configuration, Help, Message, ReportingDescriptor, RuleProperties},
};
use crate::{
    report::{key, page, text::sentence},
    rule::Rule,
    severity::Severity,
};

/// How long GitHub lets a description be, in characters.
const LONGEST_DESCRIPTION: usize = 1024;

/// The name of the one short message that each rule has: what it is about, the app, and the rule's title.
pub(super) const MESSAGE: &str = "default";

/// A rule's id in SARIF, `CL` and six digits: the standard asks for an opaque one beside the speaking name, and tools
/// for letters and digits alone. It follows from our id, which is among the tags; a test sees that no two are equal.
pub fn opaque(id: &str) -> String {
    format!("CL{:06}", key::hash(&[id]) % 1_000_000)
}

/// A rule and its page.
pub(super) fn descriptor(rule: &Rule) -> ReportingDescriptor<'_> {
    ReportingDescriptor {
        id: opaque(rule.id),
        name: pascal_case(rule.id),
        short_description: Message::plain(sentence(&rule.meta().title)),
        full_description: Message::plain(description(rule)),
        message_strings: BTreeMap::from([(MESSAGE, Message::plain(short_message(rule)))]),
        help: Help { text: rule.docs, markdown: rule.docs },
        help_uri: page(rule.id),
        default_configuration: Configuration { level: rule.meta().severity },
        properties: properties(rule),
    }
}

/// The word for a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn short_message(rule: &Rule) -> String {
    let title = escaped(&rule.meta().title).replace('{', "{{").replace('}', "}}");
    sentence(&format!("'{{0}}' in the app '{{1}}': {title}"))
}

fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)))
        .collect()
}

/// The first paragraph of the page, on one line.
fn description(rule: &Rule) -> String {
    let paragraph = |block: &&str| !block.is_empty() && !block.starts_with(['#', '`', '|', '-']);
    let first = rule.docs.split("\n\n").map(str::trim).find(paragraph).unwrap_or(&rule.meta().title);
    let words: Vec<&str> = first.split_whitespace().collect();
    let text = sentence(&words.join(" "));
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some(_) => text.chars().take(LONGEST_DESCRIPTION - 1).chain(['…']).collect(),
        None => text,
    }
}

fn properties(rule: &Rule) -> RuleProperties<'_> {
    let security_severity = rule.meta().security_severity.as_deref();
    // GitHub reads the first spelling of the weakness, GitLab the second
    let tags = match security_severity {
        Some(_) => vec!["security", "external/cwe/cwe-347", "cwe-347", "atlassian-connect", rule.id],
        None => vec!["reliability", "atlassian-connect", rule.id],
    };
    let problem_severity = match (security_severity, rule.meta().severity) {
        (Some(_), _) => None,
        (None, Severity::Note) => Some("recommendation"),
        (None, severity) => Some(level(severity)),
    };
    RuleProperties { precision: "high", tags, security_severity, problem_severity }
}
