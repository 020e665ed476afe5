//! reviewdog's diagnostic format.

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    edit::{Applicability, Fix},
    lines::{Lines, Position},
    report::{
        HOME_PAGE, Run,
        entries::{Entry, entries, problem_message, problem_path},
        page,
        places::Places,
        text,
    },
    severity::Severity,
    source::{FileId, Span},
};

/// Writes the diagnostics.
pub fn rdjson(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let problems = run.problems.iter().map(|problem| Diagnostic {
        message: problem_message(problem),
        location: Location { path: problem_path(run, problem).unwrap_or_else(|| ".".to_owned()), range: None },
        severity: "ERROR",
        code: None,
        suggestions: Vec::new(),
    });
    let findings = entries(run, &places).into_iter().map(|entry| diagnostic(&places, entry));
    let source = Source { name: env!("CARGO_PKG_NAME"), url: HOME_PAGE };
    text::write_json(&DiagnosticResult { source, diagnostics: problems.chain(findings).collect() }, out)
}

#[derive(Serialize)]
struct DiagnosticResult<'run> {
    source: Source,
    diagnostics: Vec<Diagnostic<'run>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'run> {
    message: String,
    location: Location,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'run>>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Suggestion<'run> {
    range: Range,
    text: &'run str,
}

fn diagnostic<'run>(places: &Places<'run>, entry: Entry<'run>) -> Diagnostic<'run> {
    let finding = entry.finding;
    let severity = match finding.severity {
        Severity::Note => "INFO",
        Severity::Warning => "WARNING",
        Severity::Error => "ERROR",
    };
    Diagnostic {
        message: entry.message,
        location: Location { path: entry.path, range: Some(range(places, finding.span)) },
        severity,
        code: Some(Code { value: finding.rule, url: page(finding.rule) }),
        suggestions: finding.fix.iter().filter_map(|fix| suggestion(places, fix, finding.span.file)).collect(),
    }
}

/// A safe fix that is one edit of the finding's file: a reviewer can take it where it is shown. Several edits would be
/// several suggestions, and each alone is half a fix.
fn suggestion<'run>(places: &Places, fix: &'run Fix, file: FileId) -> Option<Suggestion<'run>> {
    match &fix.edits[..] {
        [edit] if fix.applicability == Applicability::Safe && edit.span.file == file => {
            Some(Suggestion { range: range(places, edit.span), text: &edit.text })
        }
        _ => None,
    }
}

/// Columns count the bytes of UTF-8.
fn range(places: &Places, span: Span) -> Range {
    let lines = places.lines(span.file);
    Range { start: byte_position(lines, span.start), end: byte_position(lines, span.end) }
}

fn byte_position(lines: &Lines, offset: usize) -> Position {
    let line = lines.line_of(offset);
    Position { line, column: offset.saturating_sub(lines.start(line)) + 1 }
}
