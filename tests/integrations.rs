//! `init`, and the files that other systems run the linter with, run as those systems run them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{collections::BTreeMap, fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_yaml::Value;

fn init(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("connect-lint").unwrap().current_dir(folder).arg("init").args(arguments).output().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn init_writes_what_is_asked_for_and_never_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let all = ["--ci", "github", "--ci", "reviewdog", "--ci", "gitlab", "--ci", "pre-commit"];
    assert_eq!(init(folder.path(), &all).status.code(), Some(0));
    let written = common::files(folder.path());
    let paths: Vec<_> = written.keys().map(String::as_str).collect();
    let expected = [
        ".github/workflows/connect-lint.yml",
        ".github/workflows/reviewdog.yml",
        ".gitlab/connect-lint.yml",
        ".pre-commit-config.yaml",
        "connect-lint.toml",
    ];
    assert_eq!(paths, expected);
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join(".pre-commit-config.yaml"), "mine").unwrap();
    let refused = init(other.path(), &["--ci", "pre-commit"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("`.pre-commit-config.yaml` is there already"));
    assert_eq!(common::files(other.path()).len(), 1, "all or nothing");
    assert_eq!(init(other.path(), &["--ci", "pre-commit", "--force"]).status.code(), Some(0));
    assert_ne!(fs::read_to_string(other.path().join(".pre-commit-config.yaml")).unwrap(), "mine");
}

#[test]
fn the_configuration_of_init_holds_with_and_without_its_comments() {
    let text = read("ci/connect-lint.toml");
    let commented = |line: &str| {
        let code = line.strip_prefix("# ").filter(|code| code.contains(" = ") || code.starts_with("[["));
        code.map_or(line.to_owned(), str::to_owned)
    };
    let uncommented: Vec<_> = text.lines().map(commented).collect();
    for text in [text, uncommented.join("\n")] {
        connect_lint::config::parse(text.clone().into_bytes(), "connect-lint.toml", "")
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
    assert!(uncommented.iter().filter(|line| line.starts_with("[[")).count() == 3);
}

#[test]
fn the_files_for_ci_systems_are_yaml_and_name_arguments_that_exist() {
    let mut seen = 0;
    for path in [
        "ci/github.yml",
        "ci/gitlab.yml",
        "ci/reviewdog.yml",
        "ci/pre-commit.yml",
        ".pre-commit-hooks.yaml",
        "action.yml",
    ] {
        let text = read(path);
        let _: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        for command in text.lines().filter(|line| line.contains("connect-lint check")) {
            for option in command.split_whitespace().filter(|word| word.starts_with("--")) {
                let help = Command::cargo_bin("connect-lint").unwrap().args(["check", "--help"]).output().unwrap();
                assert!(String::from_utf8_lossy(&help.stdout).contains(option), "{path}: {option}");
                seen += 1;
            }
        }
    }
    assert!(seen > 1);
}

/// The steps of `action.yml` that are scripts.
fn steps() -> Vec<Value> {
    let action: Value = serde_yaml::from_str(&read("action.yml")).unwrap();
    action["runs"]["steps"].as_sequence().unwrap().iter().filter(|step| step["run"].is_string()).cloned().collect()
}

#[test]
fn no_expression_is_a_part_of_a_script_of_the_action() {
    assert_eq!(steps().len(), 2);
    for step in steps() {
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step:?}");
    }
}

/// Runs the checking step of the action as GitHub runs composite steps, with inputs, on a folder.
#[cfg(unix)]
fn act(folder: &Path, inputs: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let binary = assert_cmd::cargo::cargo_bin("connect-lint").to_str().unwrap().to_owned();
    let mut values: BTreeMap<_, _> = [("path", "."), ("args", ""), ("sarif-file", "")].into();
    values.insert("binary", &binary);
    values.extend(inputs.iter().copied());
    let step = steps().pop().unwrap();
    let outputs = tempfile::NamedTempFile::new().unwrap();
    let mut bash = std::process::Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]).current_dir(folder);
    bash.env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", outputs.path()).env("RUNNER_TEMP", "nowhere");
    for (name, value) in step["env"].as_mapping().unwrap() {
        let input = value.as_str().unwrap().strip_prefix("${{ inputs.").unwrap().strip_suffix(" }}").unwrap();
        bash.env(name.as_str().unwrap(), values[input]);
    }
    let output = bash.output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), report, fs::read_to_string(outputs.path()).unwrap())
}

#[cfg(unix)]
fn copied(fixture: &str, below: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&common::fixture(fixture)) {
        let target = copy.path().join(below).join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    copy
}

#[cfg(unix)]
#[test]
fn the_action_checks_annotates_and_reports() {
    let app = copied("apps/ace-uninstalled-symmetric", "");
    let (code, report, outputs) = act(app.path(), &[("sarif-file", "report.sarif")]);
    assert_eq!((code, &*outputs), (Some(1), "exit-code=1\n"), "{report}");
    assert!(report.contains("::error "), "{report}");
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(app.path().join("report.sarif")).unwrap()).unwrap();
    assert!(!sarif["runs"][0]["results"].as_array().unwrap().is_empty());
    let clean = copied("apps/ace-clean", "");
    assert_eq!(act(clean.path(), &[("args", "--require-app\n\n--fail-on=note\n")]).2, "exit-code=0\n");
    let none = tempfile::tempdir().unwrap();
    assert_eq!(act(none.path(), &[("args", "--require-app")]).2, "exit-code=3\n");
}

#[cfg(unix)]
#[test]
fn nothing_that_the_action_is_given_runs() {
    let hostile = "$(touch ran)`touch ran`; touch ran; \"' --fix";
    let app = copied("apps/ace-uninstalled-symmetric", hostile);
    let (code, report, outputs) =
        act(app.path(), &[("path", hostile), ("args", "--fail-on=error"), ("sarif-file", "$(touch ran)")]);
    assert_eq!((code, &*outputs), (Some(1), "exit-code=1\n"), "{report}");
    assert!(app.path().join("$(touch ran)").exists() && !app.path().join("ran").exists());
    let (code, ..) = act(app.path(), &[("args", "; touch ran")]);
    assert_eq!(code, Some(3), "it is a path that does not exist");
    assert!(!app.path().join("ran").exists());
    assert_eq!(act(app.path(), &[("path", "--version")]).0, Some(3), "it is a path, too");
}
