//! A run in one line.

use crate::{
    edit::Applicability,
    report::{
        Run,
        text::{clean, count},
    },
    severity::Severity,
};

/// How many findings of which severity, and what mends them.
pub(super) fn summary(run: &Run) -> String {
    if run.apps.is_empty() && run.findings.is_empty() {
        return format!("no Atlassian Connect app found in {}", clean(run.root));
    }
    let apps = count(run.apps.len(), "app");
    let suppressed = match run.suppressed.len() {
        0 => String::new(),
        number => format!("; {number} suppressed"),
    };
    if run.findings.is_empty() {
        return format!("{apps}, no findings{suppressed}");
    }
    let severe = |severity, noun| {
        let number = run.findings.iter().filter(|finding| finding.severity == severity).count();
        (number > 0).then(|| count(number, noun))
    };
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let severities: Vec<String> =
        severities.into_iter().filter_map(|(severity, noun)| severe(severity, noun)).collect();
    let findings = count(run.findings.len(), "finding");
    format!("{apps}, {findings}: {}{}{suppressed}", severities.join(", "), mended(run))
}

fn mended(run: &Run) -> String {
    let fixes = |applicability| {
        run.findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref())
            .filter(|f| f.applicability == applicability)
            .count()
    };
    match (fixes(Applicability::Safe), fixes(Applicability::Unsafe)) {
        (0, 0) => String::new(),
        (0, more) => format!("; `connect-lint fix --unsafe-fixes` mends {more}"),
        (safe, 0) => format!("; `connect-lint fix` mends {safe}"),
        (safe, more) => format!("; `connect-lint fix` mends {safe}, {more} more with `--unsafe-fixes`"),
    }
}
