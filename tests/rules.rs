//! Runs every rule on its fixtures: `fixtures/<rule>/fail*` must be flagged and, mended by that rule alone, must
//! equal `fixed*`; `pass*` must not be flagged. Each folder is a test: `cargo test --test rules signed-install`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{path::PathBuf, process::ExitCode};

use connect_lint::{
    app::Phase,
    edit::Applicability,
    finding::Finding,
    mend::Mended,
    report::Format,
    rule::{FixAvailability, Rule},
    rules::RULES,
    run::{Checks, Scan},
};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for rule in RULES.iter() {
        for case in cases(rule) {
            trials.push(Trial::test(format!("{}::{case}", rule.id), move || run(rule, &case)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn folder(rule: &Rule) -> PathBuf {
    common::fixture(rule.id)
}

fn cases(rule: &Rule) -> Vec<String> {
    let cases: Vec<_> = common::folders(&folder(rule)).into_iter().filter(|name| !name.starts_with("fixed")).collect();
    for kind in ["fail", "pass"] {
        assert!(cases.iter().any(|case| case.starts_with(kind)), "fixtures/{} has no {kind} case", rule.id);
    }
    let misnamed = cases.iter().find(|case| !case.starts_with("fail") && !case.starts_with("pass"));
    assert_eq!(misnamed, None, "fixtures/{} has a folder of another kind", rule.id);
    cases
}

fn run(rule: &'static Rule, case: &str) -> Result<(), Failed> {
    let root = folder(rule).join(case);
    let checks = common::configured(&root, &Checks::new(&[rule.id.to_owned()], &[], Phase::Enforced)?);
    let scan = common::scan(&root, &checks);
    let shown = common::report(&scan, &scan.findings, Format::Human);
    if case.starts_with("pass") {
        return if scan.findings.is_empty() { Ok(()) } else { Err(shown.into()) };
    }
    if scan.findings.is_empty() {
        return Err("nothing was flagged".into());
    }
    spans_are_text(&scan)?;
    fixes_are_as_declared(rule, &scan.findings)?;
    insta::with_settings!({snapshot_path => folder(rule), prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(case, shown);
    });
    fixes_lead_to(&folder(rule).join(case.replacen("fail", "fixed", 1)), &scan, &checks)
}

/// Every span lies in its file, on boundaries of characters.
fn spans_are_text(scan: &Scan) -> Result<(), Failed> {
    for finding in &scan.findings {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        let labels = finding.labels.iter().chain(&finding.trace).map(|label| label.span);
        for span in edits.chain(labels).chain([finding.span]) {
            if scan.sources.file(span.file).text.get(span.range()).is_none() {
                return Err(format!("{span:?} is no text").into());
            }
        }
    }
    Ok(())
}

fn fixes_are_as_declared(rule: &Rule, findings: &[Finding]) -> Result<(), Failed> {
    let fixable = findings.iter().filter(|finding| finding.fix.is_some()).count();
    match rule.meta().fix {
        FixAvailability::Never if fixable > 0 => Err("a rule that never fixes has a fix".into()),
        FixAvailability::Always if fixable < findings.len() => Err("a rule that always fixes has no fix".into()),
        _ => Ok(()),
    }
}

/// Mended until nothing applies, the tree equals `expected`; without such a folder there is nothing to apply.
fn fixes_lead_to(expected: &std::path::Path, scan: &Scan, checks: &Checks) -> Result<(), Failed> {
    for finding in &scan.findings {
        common::edits_alone_change(&scan.sources, finding)?;
    }
    let Mended { scan: mended, applied, .. } = common::mend(scan, checks, Applicability::Unsafe);
    if !expected.exists() {
        return if applied.is_empty() { Ok(()) } else { Err(format!("{} is missing", expected.display()).into()) };
    }
    common::same_bytes(&common::files(expected), &mended.sources)?;
    let left = mended.findings.iter().filter(|finding| {
        finding.fix.as_ref().is_some_and(|fix| fix.applicability >= Applicability::Unsafe && !fix.edits.is_empty())
    });
    match left.count() {
        0 => Ok(()),
        _ => Err("the rule is not silent after its own fix".into()),
    }
}
