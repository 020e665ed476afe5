//! For programs that read while it is written: one JSON object a line.
//!
//! ```json
//! { "repository": "acme/portal", "type": "finding", "rule": "…", "severity": "error", … }
//! { "repository": "acme/portal", "type": "suppressed", "rule": "…", …, "by": "comment", "reason": "…" }
//! { "repository": "acme/portal", "type": "problem", "path": "package.json", "message": "permission denied" }
//! { "repository": "acme/portal", "type": "repository", "version": 1, "tool": { … }, "root": "…", "summary": { … },
//!   "apps": [ … ], "exit_code": 1 }
//! ```
//!
//! The members beside `repository` and `type` are those of the document, and mean the same. `repository` is the name of a
//! repository among several, else the root as the user named it. The line of type `repository` is the last one of its
//! repository, so that a reader knows that it has them all; `exit_code` is what a check of it alone ends with.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    AppEntry, ErrorEntry, FindingEntry, Summary, SuppressedEntry, Tool, VERSION, app_entry, error_entry, finding_entry,
    summary, suppressed_entry, tool,
};
use crate::report::{Run, places::Places, text};

/// Writes the lines.
pub fn ndjson(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(run);
    let mut write = |what: What| text::write_json_line(&Line { repository: run.repository, what }, out);
    for finding in run.findings {
        write(What::Finding(finding_entry(run, &places, finding)))?;
    }
    for suppressed in run.suppressed {
        write(What::Suppressed(suppressed_entry(run, &places, suppressed)))?;
    }
    for problem in run.problems {
        write(What::Problem(error_entry(problem)))?;
    }
    write(What::Repository(Whole {
        version: VERSION,
        tool: tool(),
        root: run.root,
        summary: summary(run),
        apps: run.apps.iter().map(|app| app_entry(run, app)).collect(),
        exit_code: run.exit_code,
    }))
}

#[derive(Serialize)]
struct Line<'run> {
    repository: &'run str,
    #[serde(flatten)]
    what: What<'run>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum What<'run> {
    Finding(FindingEntry<'run>),
    Suppressed(SuppressedEntry<'run>),
    Problem(ErrorEntry<'run>),
    Repository(Whole<'run>),
}

#[derive(Serialize)]
struct Whole<'run> {
    version: u32,
    tool: Tool,
    root: &'run str,
    summary: Summary,
    apps: Vec<AppEntry<'run>>,
    exit_code: u8,
}
