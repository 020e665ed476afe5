//! Fixes of mutated apps: whatever a file looks like, a fix that is applied holds what it promises.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the figures are of interest to whoever runs it")]

mod common;

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex},
};

use connect_lint::{
    discover::Tree,
    edit::Applicability,
    mend::Mended,
    plan::plan,
    run::{Checks, Scan},
    severity::Severity,
    source::{SourceFile, Sources},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// In how many shares the apps are mutated, each with random numbers of its own.
const SHARES: u8 = 8;

/// How many apps are mutated in a share.
const CASES: u32 = 125;

/// The sources of every fixture that has a fix to apply.
static APPS: LazyLock<Vec<Vec<SourceFile>>> = LazyLock::new(|| {
    let scans = common::trees().into_iter().map(|(_, folder)| common::scan(&folder, &Checks::all()));
    let fixable = |scan: &Scan| plan(&scan.findings, Applicability::Unsafe).applied > 0;
    scans.filter(fixable).map(|scan| scan.sources.iter().map(|(_, file)| file.clone()).collect()).collect()
});

/// How a file is changed before it is mended.
#[derive(Clone, Copy, Debug)]
enum Mutation {
    /// Lines end as on Windows.
    Crlf,
    /// A byte order mark stands first.
    Mark,
    /// The last line has no end.
    Unended,
    /// Indentation by tabs.
    Tabs,
    /// All white space between lines is one space.
    OneLine,
    /// Some text is gone.
    Cut(f64, usize),
    /// Some text stands twice.
    Doubled(f64, usize),
    /// A line stands twice.
    Line(f64),
    /// Blank space before the end of every line.
    Trailing,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        Just(Mutation::Crlf),
        Just(Mutation::Mark),
        Just(Mutation::Unended),
        Just(Mutation::Tabs),
        Just(Mutation::OneLine),
        Just(Mutation::Trailing),
        (0.0..1.0f64, 0usize..40).prop_map(|(at, length)| Mutation::Cut(at, length)),
        (0.0..1.0f64, 0usize..40).prop_map(|(at, length)| Mutation::Doubled(at, length)),
        (0.0..1.0f64).prop_map(Mutation::Line),
    ]
}

fn mutate(text: &str, mutation: Mutation) -> String {
    match mutation {
        Mutation::Crlf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        Mutation::Mark => format!("\u{feff}{}", text.trim_start_matches('\u{feff}')),
        Mutation::Unended => text.trim_end().to_owned(),
        Mutation::Tabs => text.replace("  ", "\t"),
        Mutation::OneLine => text.split_inclusive('\n').map(|line| line.trim().to_owned() + " ").collect(),
        Mutation::Trailing => text.replace('\n', " \n"),
        Mutation::Cut(at, length) => {
            let (from, to) = part(text, at, length);
            text[..from].to_owned() + &text[to..]
        }
        Mutation::Doubled(at, length) => {
            let (from, to) = part(text, at, length);
            text[..to].to_owned() + &text[from..]
        }
        Mutation::Line(at) => {
            let lines: Vec<_> = text.split_inclusive('\n').collect();
            let at = (lines.len() as f64 * at) as usize;
            lines[..(at + 1).min(lines.len())].concat() + &lines[at.min(lines.len())..].concat()
        }
    }
}

fn part(text: &str, at: f64, length: usize) -> (usize, usize) {
    let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
    let from = boundary((text.len() as f64 * at) as usize);
    (from, boundary(from + length).max(from))
}

/// The warnings and errors of a tree by what they are about.
fn grave(scan: &Scan) -> BTreeMap<(&'static str, String, String), usize> {
    let mut counts = BTreeMap::new();
    for finding in scan.findings.iter().filter(|finding| finding.severity > Severity::Note) {
        let path = scan.sources.file(finding.span.file).path.to_string();
        *counts.entry((finding.rule, finding.identity.clone(), path)).or_default() += 1;
    }
    counts
}

fn broken(scan: &Scan) -> Vec<String> {
    let errors = scan.apps.iter().flat_map(|app| &app.facts.syntax_errors).map(|error| error.span);
    let code = scan.apps.iter().flat_map(|app| &app.facts.unread_code).copied();
    let mut paths: Vec<_> = errors.chain(code).map(|span| scan.sources.file(span.file).path.to_string()).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// An app, and what happens to its files.
fn case() -> impl Strategy<Value = (prop::sample::Index, Vec<(prop::sample::Index, Mutation)>)> {
    (any::<prop::sample::Index>(), prop::collection::vec((any::<prop::sample::Index>(), mutation()), 1..4))
}

#[test]
fn fixes_of_mutated_apps_hold() {
    let shares: Vec<u8> = (0..SHARES).collect();
    let done = common::parallel(&shares, |share| mend_share(*share));
    let [trees, applied, refused] = [0, 1, 2].map(|at| done.iter().map(|counts| counts[at]).sum::<usize>());
    println!("of {} apps {trees} mended, {applied} fixes applied, {refused} refused", CASES * u32::from(SHARES));
    assert!(trees > 500, "only {trees} apps were mended");
}

/// Mends one share of the apps: how many there was something to mend in, fixes applied, fixes refused.
fn mend_share(share: u8) -> [usize; 3] {
    let counted = Mutex::new([0; 3]);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[share; 32]);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new_with_rng(config, random).run(&case(), |(app, mutations)| {
        let mut files = APPS[app.index(APPS.len())].clone();
        for (file, mutation) in mutations {
            let file = file.index(files.len());
            files[file] = SourceFile::decode(&*files[file].path, mutate(&files[file].text, mutation).into_bytes());
        }
        let mended = holds(Sources::new(files))?;
        let mut counted = counted.lock().unwrap();
        counted[0] += usize::from(!mended.applied.is_empty());
        counted[1] += mended.applied.len();
        counted[2] += mended.refused.len();
        Ok(())
    });
    outcome.unwrap();
    counted.into_inner().unwrap()
}

/// Mends an app and looks at the outcome, without asking what the mending says of itself.
fn holds(sources: Sources) -> Result<Mended, TestCaseError> {
    let checks = Checks::all();
    let before = Scan::new(Tree { sources, ..Tree::default() }, &checks);
    for finding in &before.findings {
        common::edits_alone_change(&before.sources, finding).map_err(TestCaseError::fail)?;
    }
    let mended = common::mend(&before, &checks, Applicability::Unsafe);
    let (old, new) = (grave(&before), grave(&mended.scan));
    let fresh: Vec<_> = new.iter().filter(|(key, count)| old.get(key).is_none_or(|before| before < *count)).collect();
    prop_assert!(fresh.is_empty(), "new findings: {fresh:?}");
    let was_broken = broken(&before);
    let breaks: Vec<_> = broken(&mended.scan).into_iter().filter(|path| !was_broken.contains(path)).collect();
    prop_assert!(breaks.is_empty(), "no longer parse: {breaks:?}");
    let again = common::mend(&mended.scan, &checks, Applicability::Unsafe);
    prop_assert!(again.applied.is_empty(), "a second run applies {:?}", again.applied);
    Ok(mended)
}
