//! Pages, tables and README agree with the list of rules.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use connect_lint::{
    facts::Event,
    frameworks::FRAMEWORKS,
    probe::{
        Answer, Exchange, Record, Subject, Tenant,
        findings::Reading,
        request::{EVENTS, RACES, Row, TABLE, Wanted},
        target::Target,
        transcript,
    },
    report::exchanges,
    rule::Rule,
    rules::{self, PROBE_RULES, RULES},
    severity::Severity,
    source::SourceFile,
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
    let probed: BTreeSet<_> = PROBE_RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(names("rules", ".md"), &ids | &probed);
    assert!(ids.is_disjoint(&probed));
    let shared = ["closing", "opt_in", "release", "verifier", "weakness"];
    let modules = names("src/rules", ".rs").into_iter().filter(|name| !shared.contains(&name.as_str()));
    assert_eq!(modules.map(|name| name.replace('_', "-")).collect::<BTreeSet<_>>(), ids);
    let fixtures: BTreeSet<_> = common::folders(&root().join("fixtures")).into_iter().collect();
    assert_eq!(fixtures.difference(&ids).collect::<Vec<_>>(), ["apps", "broken", "migrations"]);
    assert!(RULES.is_sorted_by_key(|rule| rule.id));
    assert!(PROBE_RULES.is_sorted_by_key(|rule| rule.id));
}

/// Rules about what is written for this tool, or what it cannot read: nobody else is their source.
const OUR_OWN: [&str; 3] = ["framework-below-floor", "syntax-error", "unused-suppression"];

#[test]
fn every_page_has_its_sections_and_a_public_source() {
    for rule in rules::all() {
        let headings: Vec<_> = rule.docs.lines().filter(|line| line.starts_with('#')).collect();
        let wanted = ["## What it flags", "## Why it matters", "## Example", "## Solution", "## Exceptions"];
        assert_eq!(headings[0], format!("# {}", rule.id));
        assert!(wanted.iter().all(|heading| headings.contains(heading)), "{}: {headings:?}", rule.id);
        assert!(rule.meta().references.iter().all(|link| link.starts_with("https://")), "{}", rule.id);
        assert!(!rule.meta().references.is_empty() || OUR_OWN.contains(&rule.id), "{} has no source", rule.id);
        let score = rule.meta().security_severity.as_ref().map(|score| score.parse::<f64>().unwrap());
        assert!(score.is_none_or(|score| (0.1..=10.0).contains(&score)), "{}", rule.id);
    }
}

/// What stands below a heading of a rule's page.
fn section<'page>(rule: &'page Rule, heading: &str) -> &'page str {
    let mut sections = rule.docs.split("\n## ").filter_map(|section| section.split_once("\n\n"));
    sections.find(|(name, _)| *name == heading).unwrap().1
}

#[test]
fn every_example_stands_in_a_fixture() {
    for rule in RULES.iter() {
        let code: Vec<_> = section(rule, "Example").split("```").skip(1).step_by(2).collect();
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
    for rule in rules::all() {
        assert!(is_plain(&rule.meta().title), "{}: {}", rule.id, rule.meta().title);
    }
    let mut seen = 0;
    for rule in RULES.iter() {
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
    let (checked, probed) = readme.split_once("### What `probe` reports").unwrap();
    for (part, rules) in [(checked, &RULES), (probed, &PROBE_RULES)] {
        let rows: Vec<_> = part.lines().filter(|line| line.starts_with("| [`")).collect();
        assert_eq!(rows.len(), rules.len());
        for (row, rule) in rows.iter().zip(rules.iter()) {
            let severity = format!("{:?}", rule.meta().severity).to_lowercase();
            assert!(row.starts_with(&format!("| [`{id}`](rules/{id}.md) | {severity} |", id = rule.id)), "{row}");
            assert!(row.ends_with(&format!("| {} |", rule.meta().title)), "{row}: {}", rule.meta().title);
        }
    }
}

/// Everything that a probe sends.
fn rows() -> impl Iterator<Item = Row> {
    TABLE.into_iter().chain(EVENTS).chain(RACES)
}

/// The bullets of what a page flags: the request in each, and what is said of it.
fn bullets(rule: &Rule) -> Vec<(&str, &str)> {
    let lines = section(rule, "What it flags").lines();
    lines.filter_map(|line| line.strip_prefix("- `")?.split_once('`')).collect()
}

#[test]
fn pages_of_the_probe_name_what_it_sends() {
    for row in rows() {
        let rule = PROBE_RULES.iter().find(|rule| rule.id == row.rule).unwrap();
        assert!(rule.docs.contains(&format!("`{}`", row.name)), "{} does not name `{}`", rule.id, row.name);
    }
    for rule in PROBE_RULES.iter() {
        let of_rule: Vec<_> = rows().filter(|row| row.rule == rule.id).collect();
        let strongest = of_rule.iter().map(|row| row.severity).max();
        assert_eq!(strongest, Some(rule.meta().severity), "{}: not its strongest severity", rule.id);
        let flagged: Vec<_> = of_rule.iter().filter(|row| row.wanted != Wanted::Either).collect();
        let bullets = bullets(rule);
        let names: Vec<_> = bullets.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, flagged.iter().map(|row| row.name).collect::<Vec<_>>(), "{}", rule.id);
        for ((name, said), row) in bullets.iter().zip(flagged) {
            let is_less = row.severity < rule.meta().severity;
            assert_eq!(said.contains("; a note"), is_less, "{}: the severity of `{name}`", rule.id);
        }
        let twin = |name: &str| rules::find(name).is_some();
        let named = section(rule, "Solution").split('`').skip(1).step_by(2).any(twin);
        assert!(named, "{} names no rule that shows the place in the source", rule.id);
        assert!(section(rule, "Exceptions").contains(&format!("`--ignore {}`", rule.id)));
    }
}

#[test]
fn every_example_of_the_probe_is_a_finding_of_its_rule_alone() {
    let descriptor = r#"{ "key": "an-app", "baseUrl": "http://127.0.0.1:3000", "authentication": { "type": "jwt" },
        "lifecycle": { "installed": "/installed", "uninstalled": "/uninstalled", "disabled": "/disabled" } }"#;
    let target = Target::new("http://127.0.0.1:3000", None, Duration::from_secs(1)).unwrap();
    let app = Subject::read(SourceFile::new("atlassian-connect.json", descriptor.to_owned()), &target).unwrap();
    for rule in PROBE_RULES.iter() {
        let (language, example) = section(rule, "Example").split("```").nth(1).unwrap().split_once('\n').unwrap();
        let read = if language == "json" { told_in_a_transcript } else { told_in_a_table };
        let record = Record { exchanges: read(example), ..Record::default() };
        let reading = Reading::new(&app, &record, true);
        let mut written = Vec::new();
        transcript::write(&record.exchanges, &mut written).unwrap();
        let written = if language == "json" { String::from_utf8(written).unwrap() } else { exchanges::table(&reading) };
        assert_eq!(written.trim_end(), example.trim_end(), "{}: not what probe prints", rule.id);
        let findings = reading.findings();
        let found: BTreeSet<_> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, BTreeSet::from([rule.id]));
        assert!(findings.iter().any(|finding| finding.severity == rule.meta().severity), "{}", rule.id);
        assert!(findings.iter().all(|finding| is_plain(&finding.message)), "{findings:#?}");
    }
}

/// The exchanges behind lines of a transcript.
fn told_in_a_transcript(lines: &str) -> Vec<Exchange> {
    let read = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let tenant = if line["tenant"] == "fresh" { Tenant::Fresh } else { Tenant::Known };
        let row = rows().find(|row| row.name == line["request"]).unwrap();
        let status = line["status"].as_u64().map(|status| u16::try_from(status).unwrap());
        let key_fetched = line["keyFetched"].as_bool().unwrap();
        let detail = line["detail"].as_str().unwrap();
        Exchange { key_fetched, ..exchange(line["path"].as_str().unwrap(), tenant, row, status, detail) }
    };
    lines.lines().map(read).collect()
}

/// The exchanges behind a table of a report for people.
fn told_in_a_table(table: &str) -> Vec<Exchange> {
    let (head, lines) = table.split_once('\n').unwrap();
    let path = head.split_whitespace().next().unwrap();
    let row_of = |words: &str| rows().find(|row| row.words == words).unwrap_or_else(|| panic!("`{words}` is not sent"));
    let read = |line: &str| {
        let columns: Vec<_> = line[4..].split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
        let [words, fresh, known] = columns[..] else { panic!("not three columns: {line}") };
        [(Tenant::Fresh, fresh), (Tenant::Known, known)].map(|(tenant, cell)| {
            let status = cell.split(' ').next().and_then(|status| status.parse().ok());
            exchange(path, tenant, row_of(words), status, "")
        })
    };
    lines.lines().flat_map(read).collect()
}

fn exchange(path: &str, tenant: Tenant, row: Row, status: Option<u16>, detail: &str) -> Exchange {
    let event = Event::ALL.into_iter().find(|event| path == format!("/{}", event.key())).unwrap();
    let body = detail.to_owned();
    let answer = status.map_or(Answer::Silence, |code| Answer::Status { code, unexpected: false, body });
    Exchange { event, path: path.to_owned(), tenant, row, answer, key_fetched: false, stranger_asked: false }
}
