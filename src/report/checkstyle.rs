//! Checkstyle's XML, which many servers and review tools read.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{
    report::{
        Run,
        entries::{Entry, entries, problem_message, problem_path},
        places::Places,
        xml::Element,
    },
    severity::Severity,
};

/// The release of Checkstyle whose format this is.
const VERSION: &str = "10.0";

/// What the names of rules start with.
const SOURCE: &str = "connect-lint";

/// Writes the findings file by file.
pub fn checkstyle(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let mut files: BTreeMap<String, Vec<Element>> = BTreeMap::new();
    for problem in run.problems {
        let path = problem_path(run, problem).unwrap_or_else(|| ".".to_owned());
        let error = Element::new("error").with("line", 1).with("severity", "error");
        let error = error.with("message", problem_message(problem)).with("source", SOURCE);
        files.entry(path).or_default().push(error);
    }
    for entry in entries(run, &places) {
        files.entry(entry.path.clone()).or_default().push(error(&entry));
    }
    let files = files.into_iter().map(|(path, errors)| Element::new("file").with("name", path).children(errors));
    Element::new("checkstyle").with("version", VERSION).children(files).write_document(out)
}

fn error(entry: &Entry) -> Element {
    let severity = match entry.finding.severity {
        Severity::Note => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    Element::new("error")
        .with("line", entry.start.line)
        .with("column", entry.start.column)
        .with("severity", severity)
        .with("message", &entry.message)
        .with("source", format!("{SOURCE}.{}", entry.finding.rule))
}
