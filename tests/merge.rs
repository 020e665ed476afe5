//! `merge`: SARIF files of the parts of a repository, or of several repositories, as one for code scanning.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use common::tree::{PLAIN, sample};
use connect_lint::report::{Checkout, Format, sarif::MOST_RESULTS};
use serde_json::Value as Json;

fn connect_lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("connect-lint").unwrap().current_dir(folder).args(arguments).output().unwrap()
}

fn merge(folder: &Path, files: &[&str]) -> Json {
    let output = connect_lint(folder, &[&["merge"], files].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What is said of files that cannot be merged.
fn refused(folder: &Path, files: &[&str]) -> String {
    let output = connect_lint(folder, &[&["merge"], files].concat());
    assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()));
    String::from_utf8(output.stderr).unwrap().replace('│', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn put(folder: &Path, fixture: &str) {
    for (path, bytes) in common::files(&common::fixture(fixture)) {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

/// A repository with two apps, and a remote if one is given.
fn repository(remote: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("apps/one"), "apps/ace-uninstalled-symmetric");
    put(&folder.path().join("apps/two"), "signed-install-disabled/fail");
    let mut git = std::process::Command::new("git");
    assert!(git.current_dir(folder.path()).args(["init", "-q"]).status().unwrap().success());
    if let Some(remote) = remote {
        let mut git = std::process::Command::new("git");
        assert!(git.current_dir(folder.path()).args(["remote", "add", "origin", remote]).status().unwrap().success());
    }
    folder
}

fn sarif(tree: &Path, file: &Path) {
    let output = connect_lint(tree, &["check", "--output", &format!("sarif={}", file.to_str().unwrap())]);
    assert!(output.status.code().unwrap() < 2);
}

fn results(document: &Json) -> &Vec<Json> {
    document["runs"][0]["results"].as_array().unwrap()
}

fn uri(result: &Json) -> &str {
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap()
}

/// Every address in a document that counts from its base.
fn addresses(value: &Json) -> BTreeSet<&str> {
    match value {
        Json::Object(members) => {
            let own = members.get("uri").filter(|_| members.contains_key("uriBaseId")).and_then(Json::as_str);
            members.values().flat_map(addresses).chain(own).collect()
        }
        Json::Array(elements) => elements.iter().flat_map(addresses).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn the_parts_of_a_repository_are_the_whole() {
    let (tree, out) = (repository(Some("https://example.com/acme/portal.git")), tempfile::tempdir().unwrap());
    sarif(&tree.path().join("apps/one"), &out.path().join("one.sarif"));
    sarif(&tree.path().join("apps/two"), &out.path().join("two.sarif"));
    sarif(tree.path(), &out.path().join("whole.sarif"));
    let merged = merge(out.path(), &["two.sarif", "one.sarif"]);
    let whole: Json = serde_json::from_slice(&fs::read(out.path().join("whole.sarif")).unwrap()).unwrap();
    let without_app = |document: &Json| {
        let mut document = document.clone();
        for result in document["runs"][0]["results"].as_array_mut().unwrap() {
            result["properties"]["app"] = Json::Null; // counts from the folder that was checked
            result["message"]["arguments"] = Json::Null;
        }
        document
    };
    assert_eq!(without_app(&merged), without_app(&whole));
    let again = merge(out.path(), &["one.sarif", "whole.sarif", "two.sarif", "one.sarif"]);
    assert_eq!(results(&again).len(), results(&whole).len(), "each result once");
}

#[test]
fn the_order_of_the_files_does_not_matter_and_a_merged_file_can_be_written_over() {
    let (tree, out) = (repository(Some("https://example.com/acme/portal.git")), tempfile::tempdir().unwrap());
    sarif(&tree.path().join("apps/one"), &out.path().join("one.sarif"));
    sarif(&tree.path().join("apps/two"), &out.path().join("two.sarif"));
    let run = |arguments: &[&str]| connect_lint(out.path(), arguments);
    let one = run(&["merge", "one.sarif", "two.sarif"]);
    assert_eq!(one.stdout, run(&["merge", "./two.sarif", "./one.sarif"]).stdout);
    assert_eq!(run(&["merge", "--output", "all.sarif", "two.sarif", "one.sarif"]).status.code(), Some(0));
    assert_eq!(fs::read(out.path().join("all.sarif")).unwrap(), one.stdout);
    assert_eq!(run(&["merge", "--output", "all.sarif", "all.sarif", "one.sarif"]).status.code(), Some(0));
    let again: Json = serde_json::from_slice(&fs::read(out.path().join("all.sarif")).unwrap()).unwrap();
    assert_eq!(results(&again).len(), results(&serde_json::from_slice(&one.stdout).unwrap()).len());
}

#[test]
fn each_repository_is_a_folder_of_its_own() {
    let out = tempfile::tempdir().unwrap();
    for (remote, file) in [(Some("git@example.com:acme/portal.git"), "a.sarif"), (None, "shop 1.sarif")] {
        let tree = repository(remote);
        sarif(tree.path(), &out.path().join(file));
    }
    let merged = merge(out.path(), &["a.sarif", "shop 1.sarif"]);
    let alone: Json = serde_json::from_slice(&fs::read(out.path().join("a.sarif")).unwrap()).unwrap();
    let run = &merged["runs"][0];
    let expected = serde_json::json!([
        { "repositoryUri": "https://example.com/acme/portal",
          "mappedTo": { "uri": "example.com/acme/portal/", "uriBaseId": "%SRCROOT%" } },
        { "repositoryUri": "data:,unknown", "mappedTo": { "uri": "shop%201/", "uriBaseId": "%SRCROOT%" } },
    ]);
    assert_eq!(run["versionControlProvenance"], expected);
    assert_eq!(run["tool"], alone["runs"][0]["tool"], "each rule once");
    let all = addresses(&merged);
    assert!(
        all.iter().all(|uri| uri.starts_with("example.com/acme/portal/") || uri.starts_with("shop%201/")),
        "{all:?}"
    );
    let own = |result: &Json| result["partialFingerprints"]["connectLint/v1"].as_str().unwrap().to_owned();
    let keys: BTreeSet<_> = results(&merged).iter().map(own).collect();
    assert_eq!(keys.len(), results(&merged).len(), "the same mistake in two repositories is two");
    for (result, before) in results(&merged).iter().zip(results(&alone)) {
        assert_eq!(uri(result), format!("example.com/acme/portal/{}", uri(before)));
        assert_eq!(result["ruleIndex"], before["ruleIndex"]);
        let line = |result: &Json| result["partialFingerprints"]["primaryLocationLineHash"].clone();
        assert_eq!(line(result), line(before), "as the uploader computes it");
        let app = before["properties"]["app"].as_str().unwrap();
        assert_eq!(result["properties"]["app"], format!("example.com/acme/portal/{app}"));
    }
    assert_eq!(results(&merged).len(), 2 * results(&alone).len());
}

#[cfg(feature = "schema")]
#[test]
fn what_is_merged_is_valid() {
    let out = tempfile::tempdir().unwrap();
    for (remote, file) in [(Some("https://example.com/acme/portal"), "a.sarif"), (None, "b.sarif")] {
        sarif(repository(remote).path(), &out.path().join(file));
    }
    common::assert_valid_sarif(&merge(out.path(), &["a.sarif", "b.sarif"]));
    common::assert_valid_sarif(&merge(out.path(), &["b.sarif"]));
}

#[test]
fn the_most_severe_results_of_all_are_kept() {
    let out = tempfile::tempdir().unwrap();
    for (number, severe) in [(0, false), (1, true), (2, false)] {
        let mut tree = sample();
        let (error, warning) = (tree.findings[0].clone(), tree.findings[1].clone());
        tree.findings = vec![warning; MOST_RESULTS - 1];
        tree.findings.extend(severe.then_some(error));
        tree.checkout = Checkout { folder: String::new(), origin: Some(format!("https://example.com/app-{number}")) };
        fs::write(out.path().join(format!("{number}.sarif")), tree.report(Format::Sarif, PLAIN)).unwrap();
    }
    let merged = merge(out.path(), &["0.sarif", "1.sarif", "2.sarif"]);
    assert_eq!((results(&merged).len(), &results(&merged)[0]["level"]), (MOST_RESULTS, &"error".into()));
    let told = &merged["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    let left_out = 3 * (MOST_RESULTS - 1) + 1 - MOST_RESULTS;
    assert_eq!(*told, format!("Left out {left_out} less severe results, to stay below the limit of code scanning."));
}

#[test]
fn what_could_not_be_analysed_stays_said() {
    let (out, tree) = (tempfile::tempdir().unwrap(), repository(Some("https://example.com/acme/portal")));
    let nowhere = out.path().join("b.sarif");
    sarif(tree.path(), &out.path().join("a.sarif"));
    let output = connect_lint(tree.path(), &["check", "nowhere", "--output", &format!("sarif={}", nowhere.display())]);
    assert_eq!(output.status.code(), Some(3));
    let invocation = &merge(out.path(), &["a.sarif", "b.sarif"])["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = invocation["toolExecutionNotifications"].as_array().unwrap().last().unwrap();
    assert_eq!(addresses(told), BTreeSet::from(["nowhere"]));
}

#[test]
fn what_is_not_ours_is_refused_with_the_reason() {
    let out = tempfile::tempdir().unwrap();
    let write = |name: &str, document: &Json| fs::write(out.path().join(name), document.to_string()).unwrap();
    let ours = || sample().json(Format::Sarif);
    write("ours.sarif", &ours());
    let changed = |change: fn(&mut Json)| {
        let mut document = ours();
        change(&mut document["runs"][0]);
        document
    };
    write("tool.sarif", &changed(|run| run["tool"]["driver"]["name"] = "eslint".into()));
    write("release.sarif", &changed(|run| run["tool"]["driver"]["semanticVersion"] = "9.9.9".into()));
    write("category.sarif", &changed(|run| run["automationDetails"]["id"] = "nightly/".into()));
    write("shape.sarif", &changed(|run| run["results"][0]["level"] = "fatal".into()));
    write(
        "base.sarif",
        &changed(|run| {
            run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "HOME".into();
        }),
    );
    let merged = merge(out.path(), &["ours.sarif", "release.sarif"].map(|_| "ours.sarif"));
    write("two.sarif", &serde_json::json!({ "runs": [merged["runs"][0], merged["runs"][0]] }));
    fs::write(out.path().join("text.sarif"), "no JSON").unwrap();
    for (file, reason) in [
        ("tool.sarif", "`eslint` wrote it: code scanning takes the files of each tool by themselves"),
        ("release.sarif", "release 9.9.9 wrote it"),
        ("category.sarif", "its category is `connect-lint`, that of the others is `nightly`"),
        ("shape.sarif", "it has another shape"),
        ("base.sarif", "it has another shape"),
        ("two.sarif", "it has 2 runs, not one"),
        ("text.sarif", "it is no SARIF"),
        ("gone.sarif", &common::not_there()),
    ] {
        let said = refused(out.path(), &["ours.sarif", file]);
        assert!(said.contains(reason), "{file}: {said}");
    }
    let folder: PathBuf = out.path().join("a");
    fs::create_dir(&folder).unwrap();
    let other = changed(|run| run["versionControlProvenance"][0]["repositoryUri"] = "https://example.com/b".into());
    fs::write(folder.join("other.sarif"), other.to_string()).unwrap();
    write("merged.sarif", &merge(out.path(), &["ours.sarif", "a/other.sarif"]));
    assert!(refused(out.path(), &["merged.sarif"]).contains("it is merged already"));
}
