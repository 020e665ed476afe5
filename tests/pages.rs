//! Pages, tables and README agree with the list of rules.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use connect_lint::{
    frameworks::FRAMEWORKS,
    rules::{self, RULES},
    severity::Severity,
    version::{Scheme, Version},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names in a folder that end so, without that end.
fn names(folder: &str, end: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter_map(|name| name.strip_suffix(end).map(str::to_owned)).collect()
}

#[test]
fn every_rule_has_a_page_a_check_and_fixtures_and_nothing_else_does() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(names("rules", ".md"), ids);
    let shared = ["closing", "opt_in", "release", "verifier", "weakness"];
    let modules = names("src/rules", ".rs").into_iter().filter(|name| !shared.contains(&name.as_str()));
    assert_eq!(modules.map(|name| name.replace('_', "-")).collect::<BTreeSet<_>>(), ids);
    let fixtures: BTreeSet<_> = common::folders(&root().join("fixtures")).into_iter().collect();
    assert_eq!(fixtures.difference(&ids).collect::<Vec<_>>(), ["apps", "broken", "migrations"]);
    assert!(RULES.is_sorted_by_key(|rule| rule.id));
}

/// Rules about what is written for this tool, or what it cannot read: nobody else is their source.
const OUR_OWN: [&str; 3] = ["framework-below-floor", "syntax-error", "unused-suppression"];

#[test]
fn every_page_has_its_sections_and_a_public_source() {
    for rule in RULES.iter() {
        let headings: Vec<_> = rule.docs.lines().filter(|line| line.starts_with('#')).collect();
        let wanted = ["## What it flags", "## Why it matters", "## Example", "## Solution", "## Exceptions"];
        assert_eq!(headings[0], format!("# {}", rule.id));
        assert!(wanted.iter().all(|heading| headings.contains(heading)), "{}: {headings:?}", rule.id);
        assert!(rule.meta.references.iter().all(|link| link.starts_with("https://")), "{}", rule.id);
        assert!(!rule.meta.references.is_empty() || OUR_OWN.contains(&rule.id), "{} has no source", rule.id);
        let score = rule.meta.security_severity.as_ref().map(|score| score.parse::<f64>().unwrap());
        assert!(score.is_none_or(|score| (0.1..=10.0).contains(&score)), "{}", rule.id);
    }
}

#[test]
fn every_example_stands_in_a_fixture() {
    for rule in RULES.iter() {
        let example = rule.docs.split("## Example").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
        let code: Vec<_> = example.split("```").skip(1).step_by(2).collect();
        assert!(!code.is_empty(), "{} has no example", rule.id);
        let folder = common::fixture(rule.id);
        let fixtures: String = common::files(&folder)
            .iter()
            .filter(|(path, _)| path.starts_with("fail") && !path.ends_with(".snap"))
            .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
            .collect();
        let lines: BTreeSet<_> = fixtures.lines().map(str::trim).collect();
        for line in code.iter().flat_map(|block| block.lines().skip(1)).map(str::trim) {
            let elided = line.is_empty() || line == "…" || line == "...";
            assert!(elided || lines.contains(line), "{}: no fixture has the example's line `{line}`", rule.id);
        }
    }
}

#[test]
fn messages_are_sentences_without_capital_and_stop() {
    let mut seen = 0;
    for rule in RULES.iter() {
        assert!(is_plain(&rule.meta.title), "{}: {}", rule.id, rule.meta.title);
        for case in common::folders(&common::fixture(rule.id)) {
            let scan = common::scan(&common::fixture(rule.id).join(case), &connect_lint::run::Checks::all());
            for finding in &scan.findings {
                seen += 1;
                assert!(is_plain(&finding.message), "{}: {}", finding.rule, finding.message);
                let helped = finding.severity < Severity::Error || finding.help.is_some() || finding.fix.is_some();
                assert!(helped, "{}: an error without a next step: {}", finding.rule, finding.message);
            }
        }
    }
    assert!(seen > 100, "only {seen} messages were read");
}

/// No capital at the start unless of a name, no full stop at the end.
fn is_plain(message: &str) -> bool {
    let first = message.split_whitespace().next().unwrap_or_default();
    let name = first.chars().filter(|c| c.is_uppercase()).count() > 1 || first == "Atlassian" || first == "Connect";
    let capital = first.starts_with(char::is_uppercase);
    !message.ends_with('.') && !message.contains('\n') && (!capital || name)
}

#[test]
fn the_framework_table_is_sound() {
    for framework in FRAMEWORKS.iter() {
        for affected in &framework.affected {
            let rule = rules::find(&affected.rule).unwrap_or_else(|| panic!("no rule {}", affected.rule));
            assert!(rule.id.starts_with("framework-"));
            let scheme = framework.scheme();
            let _ = affected.releases(scheme);
            let target = affected.target(scheme);
            let is_affected = target.is_some_and(|target| affected.releases(scheme).admits(&target));
            assert!(!is_affected, "{}: the release to go to is affected itself", framework.package);
            assert!(affected.source.starts_with("https://") || affected.source.contains('@'), "{}", affected.source);
            assert_eq!(affected.checked.len(), "2026-11-23".len());
        }
    }
}

#[test]
fn every_release_of_ace_and_acsb_has_its_reason() {
    let reason = |package: &str, version: &str| {
        let framework = connect_lint::frameworks::framework(package).unwrap();
        let version = Version::parse(Scheme::of(package), version).unwrap();
        let always = connect_lint::frameworks::Condition::Bitbucket;
        let mut rows = framework.affected.iter().filter(|row| row.when != always);
        rows.find(|row| row.releases(framework.scheme()).admits(&version)).map(|row| row.rule.as_str())
    };
    let (without, bad, legacy) = (
        Some("framework-without-signed-install"),
        Some("framework-known-bad-release"),
        Some("framework-legacy-fallback"),
    );
    let ace = |version| reason(connect_lint::app::ACE, version);
    assert_eq!([ace("3.4.1"), ace("6.6.0"), ace("7.0.0-beta.1")], [without; 3]);
    assert_eq!([ace("7.0.0"), ace("7.1.7"), ace("7.3.9"), ace("8.0.1")], [bad; 4]);
    assert_eq!([ace("7.4.0"), ace("7.4.9")], [legacy; 2]);
    assert_eq!([ace("7.5.0"), ace("7.11.0"), ace("8.0.2"), ace("11.5.3")], [None; 4]);
    let acsb = |version| reason(connect_lint::app::ACSB, version);
    assert_eq!([acsb("1.5.1"), acsb("2.1.5"), acsb("2.1.9")], [without; 3]);
    assert_eq!([acsb("2.2.0"), acsb("2.2.1"), acsb("2.2.2")], [bad; 3]);
    assert_eq!([acsb("2.2.3"), acsb("2.3.6"), acsb("6.0.2")], [None; 3]);
}

#[test]
fn the_readme_lists_every_rule() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let listed = |line: &str| Some(line.strip_prefix("| [`")?.split('`').next()?.to_owned());
    let rows: Vec<_> = readme.lines().filter_map(listed).collect();
    assert_eq!(rows, RULES.iter().map(|rule| rule.id.to_owned()).collect::<Vec<_>>());
    for rule in RULES.iter() {
        assert!(readme.contains(&rule.meta.title), "the README does not give the title of {}", rule.id);
    }
}
