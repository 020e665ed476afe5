//! A folder of many repositories, checked one by one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_json::Value as Json;

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    command.env_remove("GITHUB_ACTIONS").env_remove("GITLAB_CI").env_remove("GITHUB_STEP_SUMMARY");
    command.current_dir(folder).arg("check").args(arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn lines(output: &Output) -> Vec<Json> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines of one type.
fn of<'lines>(lines: &'lines [Json], kind: &str) -> Vec<&'lines Json> {
    lines.iter().filter(|line| line["type"] == kind).collect()
}

/// The names of the repositories that ended, and their exit codes.
fn ends(lines: &[Json]) -> Vec<(&str, u64)> {
    let end = |line: &'_ &Json| line["type"] == "repository";
    let ended = lines.iter().filter(end);
    ended.map(|line| (line["repository"].as_str().unwrap(), line["exit_code"].as_u64().unwrap())).collect()
}

fn put(folder: &Path, fixture: &str) {
    for (path, bytes) in common::files(&common::fixture(fixture)) {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

/// Two apps, one of them in a group, and one that is no app.
fn organisation() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("team/portal"), "apps/ace-uninstalled-symmetric");
    put(&folder.path().join("clean"), "apps/ace-clean");
    put(&folder.path().join("other"), "apps/not-connect");
    folder
}

#[test]
fn each_line_has_its_repository_and_the_last_one_of_each_says_that_it_is_complete() {
    let folder = organisation();
    let output = check(folder.path(), &["--repositories", "--format", "ndjson"]);
    assert_eq!(code(&output), 1, "the highest of all");
    let lines = lines(&output);
    assert_eq!(ends(&lines), [("clean", 0), ("other", 0), ("team/portal", 1)]);
    let alone = check(&folder.path().join("team/portal"), &["--format", "json"]);
    let alone: Json = serde_json::from_slice(&alone.stdout).unwrap();
    let of_portal: Vec<_> = lines.iter().filter(|line| line["repository"] == "team/portal").collect();
    for (line, finding) in of_portal.iter().zip(alone["findings"].as_array().unwrap()) {
        let mut line = (**line).clone();
        line.as_object_mut().unwrap().retain(|key, _| key != "repository" && key != "type");
        assert_eq!(line, *finding);
    }
    let end = of_portal.last().unwrap();
    assert_eq!(of_portal.len(), 1 + alone["findings"].as_array().unwrap().len());
    assert_eq!((&end["summary"], &end["apps"], &end["tool"]), (&alone["summary"], &alone["apps"], &alone["tool"]));
}

#[test]
fn the_same_folder_gives_the_same_bytes_whatever_the_number_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..40 {
        let app = ["apps/ace-uninstalled-symmetric", "apps/ace-clean", "apps/not-connect"][number % 3];
        put(&folder.path().join(format!("repository-{number}")), app);
    }
    let run = |jobs: &str| check(folder.path(), &["--repositories", "--jobs", jobs, "--format", "ndjson"]).stdout;
    let one = run("1");
    assert_eq!(one, run("7"));
    assert_eq!(one, run("100"));
    let human = |jobs: &str| check(folder.path(), &["--repositories", "--jobs", jobs]).stdout;
    assert_eq!(human("1"), human("9"));
}

#[test]
fn a_bad_repository_is_a_problem_of_its_own() {
    let folder = organisation();
    let app = |name: &str| {
        put(&folder.path().join(name), "apps/ace-clean");
        folder.path().join(name)
    };
    fs::write(app("bad-configuration").join("connect-lint.toml"), "fail_onn = 1").unwrap();
    fs::write(app("bad-baseline").join("connect-lint-baseline.jsonl"), "no entry").unwrap();
    fs::write(app("bad-file").join("package.json"), " ".repeat(3 << 20)).unwrap();
    for (name, below) in [("bare.git", "objects"), ("bare.git", "refs")] {
        fs::create_dir_all(folder.path().join(name).join(below)).unwrap();
    }
    fs::write(folder.path().join("bare.git/HEAD"), "ref: refs/heads/main\n").unwrap();
    let output = check(folder.path(), &["--repositories", "--format", "ndjson"]);
    assert_eq!(code(&output), 3);
    let lines = lines(&output);
    let expected = [
        ("bad-baseline", 2),
        ("bad-configuration", 2),
        ("bad-file", 3),
        ("bare.git", 3),
        ("clean", 0),
        ("other", 0),
        ("team/portal", 1),
    ];
    assert_eq!(ends(&lines), expected);
    let problems = of(&lines, "problem");
    let named: Vec<_> = problems.iter().map(|line| line["repository"].as_str().unwrap()).collect();
    assert_eq!(named, ["bad-baseline", "bad-configuration", "bad-file", "bare.git"]);
    assert!(problems.iter().all(|line| !line["message"].as_str().unwrap().is_empty()));
}

#[test]
fn people_read_of_the_repositories_with_apps_and_a_total() {
    let folder = organisation();
    let output = check(folder.path(), &["--repositories", "--select", "symmetric-lifecycle-hook"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let headings: Vec<_> = text.lines().filter(|line| line.starts_with("repository ")).collect();
    assert_eq!(headings, ["repository clean", "repository team/portal"]);
    assert!(text.ends_with("\n\n3 repositories, 2 apps\n"), "{text}");
}

#[test]
fn each_repository_has_its_own_configuration_baseline_and_commits() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["configured", "known", "open"] {
        put(&folder.path().join(name), "apps/ace-uninstalled-symmetric");
        fs::create_dir(folder.path().join(name).join(".git")).unwrap(); // what is above is not of the repository
    }
    fs::write(folder.path().join("connect-lint.toml"), "fail_onn = 1").unwrap();
    let off = "[rules]\nsymmetric-lifecycle-hook = \"off\"\nframework-legacy-fallback = \"off\"\n";
    fs::write(folder.path().join("configured/connect-lint.toml"), off).unwrap();
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    command.current_dir(folder.path().join("known")).args(["baseline", "create"]).assert().success();
    let output = check(folder.path(), &["--repositories", "--format", "ndjson"]);
    let lines = lines(&output);
    assert_eq!(ends(&lines), [("configured", 0), ("known", 0), ("open", 1)]);
    assert!(of(&lines, "suppressed").iter().any(|line| line["repository"] == "known" && line["by"] == "baseline"));
}

#[test]
fn a_path_is_a_repository_or_a_folder_of_them() {
    let folder = organisation();
    fs::write(folder.path().join("README.md"), "our apps").unwrap();
    let ends_of = |paths: &[&str]| {
        let output = check(folder.path(), &[&["--repositories", "--format", "ndjson"], paths].concat());
        ends(&lines(&output)).iter().map(|(name, code)| format!("{name} {code}")).collect::<Vec<_>>()
    };
    let all = ["clean 0", "other 0", "team/portal 1"];
    assert_eq!(ends_of(&[]), all);
    assert_eq!(ends_of(&["other", "clean", "team", "team"]), all);
    assert_eq!(ends_of(&["clean"]), [". 0"]);
    fs::write(folder.path().join("package.json"), "{}").unwrap();
    assert_eq!(ends_of(&[]), [". 1"], "an app with others in it");
}

#[test]
fn one_app_in_all_is_enough_where_one_is_required() {
    let folder = organisation();
    let required = ["--repositories", "other", "--format", "ndjson", "--require-app"];
    assert_eq!(code(&check(folder.path(), &required)), 3, "no app in any of them");
    assert_eq!(code(&check(folder.path(), &[&required[..], &["clean"]].concat())), 0, "an app in one of them");
}

#[cfg(unix)]
#[test]
fn links_are_followed_nowhere_and_those_that_leave_are_told() {
    let (folder, outside) = (organisation(), tempfile::tempdir().unwrap());
    put(outside.path(), "apps/ace-clean");
    std::os::unix::fs::symlink(folder.path().join("clean"), folder.path().join("latest")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("team/loop")).unwrap();
    let output = check(folder.path(), &["--repositories", "--format", "ndjson"]);
    assert_eq!(ends(&lines(&output)), [("clean", 0), ("other", 0), ("team/portal", 1)]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("elsewhere")).unwrap();
    let output = check(folder.path(), &["--repositories", "--format", "ndjson"]);
    assert_eq!(ends(&lines(&output))[1], ("elsewhere", 3));
}

#[test]
fn what_is_wrong_of_the_whole_run_is_said_once() {
    let folder = organisation();
    let wrong = |arguments: &[&str]| {
        let output = check(folder.path(), &[&["--repositories"], arguments].concat());
        assert!(output.stdout.is_empty(), "{arguments:?}");
        code(&output)
    };
    assert_eq!(wrong(&["--format", "sarif"]), 2);
    assert_eq!(wrong(&["--select", "no-such-rule"]), 2);
    assert_eq!(wrong(&["--jobs", "0"]), 2);
    assert_eq!(wrong(&["no-such-folder"]), 3);
    assert_eq!(code(&check(folder.path(), &["--jobs", "2"])), 2, "one tree is one job");
}
