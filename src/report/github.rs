//! Annotations for a pull request: GitHub's workflow commands.
//!
//! GitHub shows ten of each kind a step. The most severe findings of a run come first; what would not be shown stands in the log
//! as plain lines, and all of it in the summary of the step, which is the Markdown report.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{
    report::{
        Run,
        entries::{Entry, entries, problem_message, problem_path},
        places::Places,
        summary::summary,
        text::{clean, inert},
    },
    severity::Severity,
};

/// How many annotations of one kind GitHub shows a step.
pub const MOST_SHOWN: usize = 10;

/// Writes the annotations, what GitHub would not show of them, and how many there are.
pub fn github(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines { annotations: BTreeMap::new(), others: Vec::new() };
    for problem in run.problems {
        let (path, message) = (problem_path(run, problem), problem_message(problem));
        let file = path.iter().map(|path| ("file", path.clone()));
        let command = command("error", file.chain([("title", "connect-lint".to_owned())]), &message);
        lines.add(Severity::Error, command, format!("{}: {message}", path.as_deref().unwrap_or(".")));
    }
    let mut entries = entries(run, &Places::new(run));
    entries.sort_by_key(|entry| Reverse(entry.finding.severity));
    for entry in &entries {
        let (path, message, rule) = (&entry.path, &entry.message, entry.finding.rule);
        let plain = format!("{path}:{}:{}: {message} [{rule}]", entry.start.line, entry.start.column);
        lines.add(entry.finding.severity, annotation(entry), plain);
    }
    for line in lines.annotations.into_values().rev().flatten() {
        writeln!(out, "{line}")?;
    }
    if run.style.summary {
        lines.others.push(summary(run));
    }
    lines.others.iter().try_for_each(|line| writeln!(out, "{}", inert(&clean(line))))
}

struct Lines {
    annotations: BTreeMap<Severity, Vec<String>>,
    others: Vec<String>,
}

impl Lines {
    /// Adds a command where it would be shown, and else the plain line.
    fn add(&mut self, severity: Severity, command: String, plain: String) {
        let alike = self.annotations.entry(severity).or_default();
        if alike.len() < MOST_SHOWN { alike.push(command) } else { self.others.push(plain) }
    }
}

fn annotation(entry: &Entry) -> String {
    let kind = match entry.finding.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let (start, end) = (entry.start, entry.end);
    let mut properties =
        vec![("file", entry.path.clone()), ("line", start.line.to_string()), ("endLine", end.line.to_string())];
    // columns are refused where an annotation has several lines
    if start.line == end.line {
        properties.extend([("col", start.column.to_string()), ("endColumn", end.column.to_string())]);
    }
    properties.push(("title", entry.finding.rule.to_owned()));
    command(kind, properties, &entry.message)
}

fn command(kind: &str, properties: impl IntoIterator<Item = (&'static str, String)>, message: &str) -> String {
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", escaped_property(&value))).collect();
    format!("::{kind} {}::{}", properties.join(","), escaped(message))
}

/// Text of a command. Clean text has no line breaks, but it may spell them as the runner does.
fn escaped(text: &str) -> String {
    clean(text).replace('%', "%25")
}

fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
