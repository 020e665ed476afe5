//! What `check` says of code and `probe` of answers: the table of `tests/e2e/apps.json`, as far as no app has to be
//! started. `.ci/e2e` starts them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use connect_lint::{
    rules::{PROBE_RULES, RULES},
    run::Checks,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    reasons: BTreeMap<String, String>,
    alone: BTreeMap<String, String>,
    apps: Vec<App>,
}

#[derive(Deserialize)]
struct App {
    app: serde_json::Value,
    #[serde(default)]
    instead: Vec<Vec<String>>,
    #[serde(flatten)]
    said: Said,
    fixed: Option<Said>,
}

/// What is said of an app: by both, with what shows it, and by one of the two, with the reason why the other does not.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    both: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    check: BTreeMap<String, String>,
    #[serde(default)]
    probe: BTreeMap<String, String>,
}

impl Said {
    fn by_check(&self) -> BTreeSet<&str> {
        self.both.keys().chain(self.check.keys()).map(String::as_str).collect()
    }

    fn by_probe(&self) -> BTreeSet<&str> {
        self.both.values().flat_map(BTreeMap::keys).chain(self.probe.keys()).map(String::as_str).collect()
    }
}

fn table() -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/apps.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn said(table: &Table) -> Vec<&Said> {
    table.apps.iter().flat_map(|app| [Some(&app.said), app.fixed.as_ref()]).flatten().collect()
}

#[test]
fn fixtures_are_found_to_be_what_the_table_says() {
    let mut fixtures = 0;
    for app in table().apps {
        let Some(path) = app.app.as_str().and_then(|path| path.strip_prefix("fixtures/")) else { continue };
        assert!(app.instead.is_empty(), "{path}: a fixture is asked as it is");
        let scan = common::scan(&common::fixture(path), &Checks::all());
        let found: BTreeSet<_> = scan.findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(found, app.said.by_check(), "{path}");
        fixtures += 1;
    }
    assert!(fixtures > 20, "only {fixtures} fixtures are asked");
}

#[test]
fn every_rule_is_in_the_table_or_has_a_reason_not_to_be() {
    let table = table();
    let by_check: BTreeSet<_> = said(&table).into_iter().flat_map(Said::by_check).collect();
    let alone: BTreeSet<_> = table.alone.keys().map(String::as_str).collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert!(by_check.is_disjoint(&alone), "{:?}", by_check.intersection(&alone));
    assert_eq!(&by_check | &alone, rules);

    let by_probe: BTreeSet<_> = said(&table).into_iter().flat_map(Said::by_probe).collect();
    let probe_rules: BTreeSet<_> = PROBE_RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(&by_probe | &BTreeSet::from(["probe-lifecycle-race"]), probe_rules);
}

#[test]
fn what_one_of_them_says_alone_has_its_reason() {
    let table = table();
    for reason in said(&table).into_iter().flat_map(|said| said.check.values().chain(said.probe.values())) {
        assert!(table.reasons.contains_key(reason), "{reason}");
    }
}
