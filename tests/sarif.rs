//! The SARIF of every fixture tree: valid, and each region read back is the text that the finding points to.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![cfg(feature = "schema")]

mod common;

use std::collections::BTreeSet;

use connect_lint::{
    report::{Format, sarif::opaque},
    rules,
    run::Checks,
    source::Span,
};
use serde_json::Value as Json;

#[test]
fn every_fixture_tree_has_a_valid_report_with_true_regions() {
    let schema = common::sarif_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let regions = common::parallel(&common::trees(), |(name, root)| {
        let scan = common::scan(root, &Checks::all());
        let report: Json = serde_json::from_str(&common::report(&scan, &scan.findings, Format::Sarif)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let results = report["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), scan.findings.len(), "{name}");
        for result in results {
            let physical = &result["locations"][0]["physicalLocation"];
            let read = region_text(&scan, physical);
            let mut spans = scan.findings.iter().map(|finding| finding.span);
            let meant = spans.any(|span: Span| scan.sources.text(span).trim_start_matches('\u{feff}') == read);
            assert!(meant, "{name}: no finding points to `{read}`");
        }
        results.len()
    });
    let regions: usize = regions.into_iter().sum();
    assert!(regions > 300, "only {regions} regions were read");
}

/// The text of a region, found by its lines and UTF-16 columns alone.
fn region_text(scan: &connect_lint::run::Scan, physical: &Json) -> String {
    let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
    let text = &scan.sources.file(scan.sources.find(uri).unwrap()).text;
    let text = text.trim_start_matches('\u{feff}');
    let number = |key: &str| usize::try_from(physical["region"][key].as_u64().unwrap()).unwrap();
    let offset = |line: usize, column: usize| {
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let units: Vec<u16> = text[start..].encode_utf16().take(column - 1).collect();
        start + String::from_utf16(&units).unwrap().len()
    };
    text[offset(number("startLine"), number("startColumn"))..offset(number("endLine"), number("endColumn"))].to_owned()
}

#[test]
fn every_rule_has_an_opaque_id_of_its_own() {
    let ids: BTreeSet<String> = rules::all().map(|rule| opaque(rule.id)).collect();
    assert_eq!(ids.len(), rules::all().count());
    let conventional =
        |id: &String| id.len() == 8 && id.starts_with("CL") && id[2..].bytes().all(|b| b.is_ascii_digit());
    assert!(ids.iter().all(conventional), "{ids:?}");
}
