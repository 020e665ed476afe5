//! All rules together: which fire on which fixture, whether all their fixes settle, whether two runs agree.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use connect_lint::{
    edit::Applicability,
    report::Format,
    run::{Checks, Scan},
};

#[test]
fn matrix() {
    let rows = common::parallel(&common::trees(), |(name, root)| {
        let scan = common::scan(root, &Checks::all());
        let mut fired: Vec<_> = scan.findings.iter().map(|finding| finding.rule).collect();
        fired.sort();
        fired.dedup();
        format!("{name}: {}\n", fired.join(" "))
    });
    insta::assert_snapshot!(rows.concat());
}

#[test]
fn all_fixes_settle() {
    let mended = common::parallel(&common::trees(), |(name, root)| {
        let checks = common::configured(root, &Checks::all());
        let mut mended_trees = 0;
        for trust in [Applicability::Safe, Applicability::Unsafe] {
            let scan = common::scan(root, &checks);
            let mended = common::mend(&scan, &checks, trust);
            let again = common::mend(&mended.scan, &checks, trust);
            assert!(again.applied.is_empty(), "{name}: a second run applies more at {trust:?}");
            assert!(same_text(&mended.scan, &again.scan), "{name}: a second run changes text at {trust:?}");
            let faulty: Vec<_> = mended.refused.iter().filter(|(_, reason)| !reason.contains("RS256")).collect();
            assert!(faulty.is_empty(), "{name}: a fix does not hold what it promises: {faulty:?}");
            mended_trees += usize::from(!mended.applied.is_empty());
        }
        mended_trees
    });
    let mended: usize = mended.into_iter().sum();
    assert!(mended > 20, "only {mended} trees were mended");
}

fn same_text(one: &Scan, other: &Scan) -> bool {
    one.sources.iter().zip(other.sources.iter()).all(|((_, a), (_, b))| a == b)
}

#[test]
fn two_runs_agree() {
    common::parallel(&common::trees(), |(name, root)| {
        let reports = || {
            let scan = common::scan(root, &Checks::all());
            [Format::Human, Format::Json, Format::Sarif].map(|format| common::report(&scan, &scan.findings, format))
        };
        assert_eq!(reports(), reports(), "{name}");
    });
}
