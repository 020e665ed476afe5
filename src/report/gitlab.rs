//! GitLab's Code Quality report.

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    problem::Problem,
    report::{
        Run,
        entries::{Entry, entries, problem_message, problem_path},
        key,
        places::Places,
        text,
    },
    severity::Severity,
};

/// Writes the issues.
pub fn gitlab(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let problems = run.problems.iter().map(|problem| problem_issue(run, problem));
    let findings = entries(run, &Places::new(run)).into_iter().map(issue);
    text::write_json(&problems.chain(findings).collect::<Vec<_>>(), out)
}

#[derive(Serialize)]
struct Issue<'run> {
    description: String,
    check_name: &'run str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn issue(entry: Entry) -> Issue {
    let severity = match entry.finding.severity {
        Severity::Note => "info",
        Severity::Warning => "major",
        Severity::Error => "critical",
    };
    Issue {
        description: entry.message,
        check_name: entry.finding.rule,
        fingerprint: entry.key,
        severity,
        location: Location { path: entry.path, lines: Lines { begin: entry.start.line, end: entry.end.line } },
    }
}

fn problem_issue(run: &Run, problem: &Problem) -> Issue<'static> {
    let path = problem_path(run, problem).unwrap_or_else(|| ".".to_owned());
    Issue {
        description: problem_message(problem),
        check_name: "not-analysed",
        fingerprint: format!("{:016x}", key::hash(&["not-analysed", &path, &problem.message])),
        severity: "blocker",
        location: Location { path, lines: Lines { begin: 1, end: 1 } },
    }
}
