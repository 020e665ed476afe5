//! For programs: one JSON document.
//!
//! ```json
//! {
//!   "version": 1,
//!   "tool": { "name": "connect-lint", "version": "0.1.0" },
//!   "root": ".",
//!   "summary": {
//!     "apps": 1, "errors": 1, "warnings": 0, "notes": 0,
//!     "fixable": { "safe": 1, "unsafe": 0, "shown": 0 },
//!     "problems": 0, "suppressed": 0
//!   },
//!   "apps": [{ "id": 0, "root": ".", "key": "com.example.app" }],
//!   "findings": [{
//!     "rule": "signed-install-disabled",
//!     "severity": "error",
//!     "app": ".",
//!     "identity": "/apiMigrations/signed-install",
//!     "message": "…",
//!     "path": "atlassian-connect.json",
//!     "start": { "line": 9, "column": 23, "offset": 201 },
//!     "end": { "line": 9, "column": 28, "offset": 206 },
//!     "trace": [{ "path": "…", "start": {}, "end": {}, "message": "…" }],
//!     "labels": [],
//!     "help": null,
//!     "fix": {
//!       "title": "…",
//!       "applicability": "safe",
//!       "edits": [{ "path": "…", "start": {}, "end": {}, "text": "true" }]
//!     }
//!   }],
//!   "suppressed": [{ "rule": "…", "by": "comment", "reason": "…" }],
//!   "errors": [{ "path": "package.json", "message": "permission denied" }]
//! }
//! ```
//!
//! Lines and columns count from 1, columns in Unicode scalar values; offsets count the file's bytes from 0. Paths are
//! relative to `root`, with `/` on every platform. An app is named by its folder, `.` for the root; `key` is absent
//! where no descriptor says it. An element of `suppressed` has the members of a finding, what put it aside (`comment`,
//! `configuration`, `switched-off`, `baseline`, `unchanged`, `old`) and why, which may be null. `help` and `fix` may be null. A later version may add members; `version` changes when
//! one is renamed, removed, or means something else.

use std::io::{self, Write};

mod lines;

pub use lines::ndjson;
use serde::Serialize;

use crate::{
    app::App,
    edit::{Applicability, Edit, Fix},
    finding::Finding,
    problem::Problem,
    report::{Run, places::Places, text},
    severity::Severity,
    source::{Label, Span},
    suppress::Suppressed,
};

/// The version of the report's shape.
const VERSION: u32 = 1;

/// Writes the document.
pub fn json(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let document = Document {
        version: VERSION,
        tool: tool(),
        root: run.root,
        summary: summary(run),
        apps: run.apps.iter().map(|app| app_entry(run, app)).collect(),
        findings: run.findings.iter().map(|finding| finding_entry(run, &places, finding)).collect(),
        suppressed: run.suppressed.iter().map(|suppressed| suppressed_entry(run, &places, suppressed)).collect(),
        errors: run.problems.iter().map(error_entry).collect(),
    };
    text::write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'run> {
    version: u32,
    tool: Tool,
    root: &'run str,
    summary: Summary,
    apps: Vec<AppEntry<'run>>,
    findings: Vec<FindingEntry<'run>>,
    suppressed: Vec<SuppressedEntry<'run>>,
    errors: Vec<ErrorEntry<'run>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    apps: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    fixable: Fixable,
    problems: usize,
    suppressed: usize,
}

#[derive(Serialize)]
struct Fixable {
    safe: usize,
    r#unsafe: usize,
    shown: usize,
}

#[derive(Serialize)]
struct AppEntry<'run> {
    id: usize,
    root: &'run str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'run str>,
}

#[derive(Serialize)]
struct FindingEntry<'run> {
    rule: &'run str,
    severity: Severity,
    app: &'run str,
    identity: &'run str,
    message: &'run str,
    #[serde(flatten)]
    place: Place<'run>,
    trace: Vec<LabelEntry<'run>>,
    labels: Vec<LabelEntry<'run>>,
    help: Option<&'run str>,
    fix: Option<FixEntry<'run>>,
}

#[derive(Serialize)]
struct SuppressedEntry<'run> {
    #[serde(flatten)]
    finding: FindingEntry<'run>,
    by: &'static str,
    reason: Option<&'run str>,
}

#[derive(Serialize)]
struct Place<'run> {
    path: &'run str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct LabelEntry<'run> {
    #[serde(flatten)]
    place: Place<'run>,
    message: &'run str,
}

#[derive(Serialize)]
struct FixEntry<'run> {
    title: &'run str,
    applicability: Applicability,
    edits: Vec<EditEntry<'run>>,
}

#[derive(Serialize)]
struct EditEntry<'run> {
    #[serde(flatten)]
    place: Place<'run>,
    text: &'run str,
}

#[derive(Serialize)]
struct ErrorEntry<'run> {
    path: &'run str,
    message: &'run str,
}

fn tool() -> Tool {
    Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
}

fn error_entry(problem: &Problem) -> ErrorEntry<'_> {
    ErrorEntry { path: &problem.path, message: &problem.message }
}

fn summary(run: &Run) -> Summary {
    let severe = |severity| run.findings.iter().filter(|finding| finding.severity == severity).count();
    let fixes = || run.findings.iter().filter_map(|finding| finding.fix.as_ref());
    let fixable = |applicability| fixes().filter(|fix| fix.applicability == applicability).count();
    Summary {
        apps: run.apps.len(),
        errors: severe(Severity::Error),
        warnings: severe(Severity::Warning),
        notes: severe(Severity::Note),
        fixable: Fixable {
            safe: fixable(Applicability::Safe),
            r#unsafe: fixable(Applicability::Unsafe),
            shown: fixable(Applicability::Shown),
        },
        problems: run.problems.len(),
        suppressed: run.suppressed.len(),
    }
}

fn app_entry<'run>(run: &'run Run, app: &'run App) -> AppEntry<'run> {
    let keys = app.facts.descriptors.iter().filter_map(|descriptor| descriptor.tree.at(&["key"])?.as_str());
    AppEntry { id: app.id.0, root: run.app_root(app.id), key: keys.into_iter().next() }
}

fn finding_entry<'run>(run: &'run Run, places: &Places<'run>, finding: &'run Finding) -> FindingEntry<'run> {
    let labels = |labels: &'run [Label]| labels.iter().map(|label| label_entry(places, label)).collect();
    FindingEntry {
        rule: finding.rule,
        severity: finding.severity,
        app: run.app_root(finding.app),
        identity: &finding.identity,
        message: &finding.message,
        place: place(places, finding.span),
        trace: labels(&finding.trace),
        labels: labels(&finding.labels),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().map(|fix| fix_entry(places, fix)),
    }
}

fn suppressed_entry<'run>(
    run: &'run Run,
    places: &Places<'run>,
    suppressed: &'run Suppressed,
) -> SuppressedEntry<'run> {
    let finding = finding_entry(run, places, &suppressed.finding);
    SuppressedEntry { finding, by: suppressed.by.kind(), reason: suppressed.by.reason() }
}

fn label_entry<'run>(places: &Places<'run>, label: &'run Label) -> LabelEntry<'run> {
    LabelEntry { place: place(places, label.span), message: &label.message }
}

fn fix_entry<'run>(places: &Places<'run>, fix: &'run Fix) -> FixEntry<'run> {
    let entry = |edit: &'run Edit| EditEntry { place: place(places, edit.span), text: &edit.text };
    FixEntry { title: &fix.title, applicability: fix.applicability, edits: fix.edits.iter().map(entry).collect() }
}

fn place<'run>(places: &Places<'run>, span: Span) -> Place<'run> {
    let file = places.file(span.file);
    let (start, end) = places.positions(span);
    Place {
        path: &file.path,
        start: Point { line: start.line, column: start.column, offset: file.byte_offset(span.start) },
        end: Point { line: end.line, column: end.column, offset: file.byte_offset(span.end) },
    }
}
