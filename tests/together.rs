//! All rules together: which fire on which fixture, whether all their fixes settle, whether two runs agree.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{fmt::Write, path::PathBuf};

use connect_lint::{
    edit::Applicability,
    report::Format,
    rules::RULES,
    run::{Checks, Scan},
};

/// Every fixture tree: the cases of the rules, and the whole apps.
fn trees() -> Vec<(String, PathBuf)> {
    let groups = RULES.iter().map(|rule| rule.id).chain(["apps"]);
    let trees = groups.flat_map(|group| {
        common::folders(&common::fixture(group)).into_iter().map(move |case| format!("{group}/{case}"))
    });
    trees.map(|name| (name.clone(), common::fixture(&name))).collect()
}

#[test]
fn matrix() {
    let mut matrix = String::new();
    for (name, root) in trees() {
        let scan = common::scan(&root, &Checks::all());
        let mut fired: Vec<_> = scan.findings.iter().map(|finding| finding.rule).collect();
        fired.sort();
        fired.dedup();
        writeln!(matrix, "{name}: {}", fired.join(" ")).unwrap();
    }
    insta::assert_snapshot!(matrix);
}

#[test]
fn all_fixes_settle() {
    let mut mended_trees = 0;
    for (name, root) in trees() {
        let checks = common::configured(&root, &Checks::all());
        for trust in [Applicability::Safe, Applicability::Unsafe] {
            let scan = common::scan(&root, &checks);
            let mended = common::mend(&scan, &checks, trust);
            let again = common::mend(&mended.scan, &checks, trust);
            assert!(again.applied.is_empty(), "{name}: a second run applies more at {trust:?}");
            assert!(same_text(&mended.scan, &again.scan), "{name}: a second run changes text at {trust:?}");
            let faulty: Vec<_> = mended.refused.iter().filter(|(_, reason)| !reason.contains("RS256")).collect();
            assert!(faulty.is_empty(), "{name}: a fix does not hold what it promises: {faulty:?}");
            mended_trees += usize::from(!mended.applied.is_empty());
        }
    }
    assert!(mended_trees > 20, "only {mended_trees} trees were mended");
}

fn same_text(one: &Scan, other: &Scan) -> bool {
    one.sources.iter().zip(other.sources.iter()).all(|((_, a), (_, b))| a == b)
}

#[test]
fn two_runs_agree() {
    for (name, root) in trees() {
        for format in [Format::Human, Format::Json, Format::Sarif] {
            let report = || {
                let scan = common::scan(&root, &Checks::all());
                common::report(&scan, &scan.findings, format)
            };
            assert_eq!(report(), report(), "{name} as {format:?}");
        }
    }
}
