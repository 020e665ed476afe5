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
    let all = ["--ci", "github", "--ci", "organisation", "--ci", "reviewdog", "--ci", "gitlab", "--ci", "pre-commit"];
    assert_eq!(init(folder.path(), &all).status.code(), Some(0));
    let written = common::files(folder.path());
    let paths: Vec<_> = written.keys().map(String::as_str).collect();
    let expected = [
        ".github/workflows/connect-lint-organisation.yml",
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
        "ci/organisation.yml",
        "ci/gitlab.yml",
        "ci/reviewdog.yml",
        "ci/pre-commit.yml",
        ".pre-commit-hooks.yaml",
        "action.yml",
    ] {
        let text = read(path);
        let _: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        for command in text.replace("\\\n", " ").lines().filter(|line| line.contains("connect-lint check")) {
            for option in command.split_whitespace().filter(|word| word.starts_with("--")) {
                let help = Command::cargo_bin("connect-lint").unwrap().args(["check", "--help"]).output().unwrap();
                assert!(String::from_utf8_lossy(&help.stdout).contains(option), "{path}: {option}");
                seen += 1;
            }
        }
    }
    assert!(seen > 1);
}

/// Every step of a workflow.
fn steps_of(workflow: &Value) -> Vec<Value> {
    let jobs = workflow["jobs"].as_mapping().unwrap().values();
    jobs.flat_map(|job| job["steps"].as_sequence().unwrap().clone()).collect()
}

#[test]
fn our_own_workflows_run_our_scripts_and_nobody_elses() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let workflow: Value = serde_yaml::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        assert_eq!(workflow["permissions"]["contents"], "read", "{entry:?}");
        for step in steps_of(&workflow) {
            seen += 1;
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "no expression is a part of a script: {script}");
            assert!(step["uses"].as_str().is_none_or(|action| action.starts_with("actions/")), "{step:?}");
            for program in script.split_whitespace().filter(|word| word.starts_with(".ci/")) {
                assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(program).is_file(), "{program}");
            }
        }
    }
    assert!(seen > 15);
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

/// A folder with two programs on the path: the linter, and one that answers for GitHub's.
#[cfg(unix)]
fn runner() -> tempfile::TempDir {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(assert_cmd::cargo::cargo_bin("connect-lint"), bin.join("connect-lint")).unwrap();
    let fixtures = common::fixture("apps");
    let gh = format!(
        "#!/bin/sh\n[ \"$2\" = list ] && exec cat repositories.json\nmkdir -p \"$4\" && cp -r \"{}/${{3#*/}}/.\" \"$4\"\n",
        fixtures.display()
    );
    fs::write(bin.join("gh"), gh).unwrap();
    fs::set_permissions(bin.join("gh"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs a script in a folder, with its programs first on the path. Gives the exit code and all that is said.
#[cfg(unix)]
fn script(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let path = std::env::join_paths(
        [folder.join("bin")].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut bash = std::process::Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).args(arguments).current_dir(folder);
    let output = bash.env("PATH", path.unwrap()).envs(variables.iter().copied()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[cfg(unix)]
fn is_installed(program: &str) -> bool {
    std::process::Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The number of results of each app in a SARIF file.
#[cfg(unix)]
fn results_by_app(file: &Path) -> BTreeMap<String, usize> {
    let document: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let mut apps = BTreeMap::new();
    for result in document["runs"][0]["results"].as_array().unwrap() {
        *apps.entry(result["properties"]["app"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    apps
}

#[cfg(unix)]
#[test]
fn the_workflow_for_an_organisation_fans_out_and_merges() {
    if !is_installed("jq") {
        return; // it is on GitHub's runners
    }
    let workflow: Value = serde_yaml::from_str(&read("ci/organisation.yml")).unwrap();
    let step = |job: &str, name: &str| {
        let steps = workflow["jobs"][job]["steps"].as_sequence().unwrap();
        let script = steps.iter().find(|step| step["name"] == name).unwrap()["run"].as_str().unwrap().to_owned();
        assert!(!script.contains("${{"), "no expression is a part of a script");
        script
    };
    let runner = runner();
    let names: Vec<_> =
        (0..51).map(|number| serde_json::json!({ "nameWithOwner": format!("acme/{number:02}") })).collect();
    fs::write(runner.path().join("repositories.json"), serde_json::to_string(&names).unwrap()).unwrap();
    let outputs = runner.path().join("outputs");
    let list = step("list", "List");
    let (code, said) =
        script(runner.path(), &["-c", &list], &[("OWNER", "acme"), ("GITHUB_OUTPUT", outputs.to_str().unwrap())]);
    assert_eq!(code, Some(0), "{said}");
    let slices = fs::read_to_string(&outputs).unwrap();
    let slices: Vec<Vec<String>> = serde_json::from_str(slices.strip_prefix("slices=").unwrap()).unwrap();
    assert_eq!((slices[0].len(), &*slices[1]), (50, &["acme/50".to_owned()][..]));

    let check = |slice: &str, repositories: &str| {
        script(runner.path(), &["-c", &step("check", "Check")], &[("REPOSITORIES", repositories), ("SLICE", slice)])
    };
    let (code, said) = check("0", r#"["acme/ace-clean", "acme/ace-uninstalled-symmetric"]"#);
    assert_eq!((code, &*said), (Some(1), ""));
    let (code, said) = check("1", r#"["acme/not-there", "acme/ace-uninstalled-symmetric"]"#);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("::error::acme/not-there could not be analysed"), "{said}");
    let (code, said) = script(runner.path(), &["-c", &step("merge", "Merge")], &[]);
    assert_eq!(code, Some(0), "{said}");
    let lines = fs::read_to_string(runner.path().join("connect-lint.ndjson")).unwrap();
    assert_eq!(lines.lines().filter(|line| line.contains(r#""type":"repository""#)).count(), 3);
    let apps = results_by_app(&runner.path().join("connect-lint.sarif"));
    let results: usize = apps.values().sum();
    assert_eq!(
        results,
        lines.lines().filter(|line| line.contains(r#""type":"finding""#)).count()
            - apps["acme+ace-uninstalled-symmetric"]
    );
}

#[cfg(unix)]
#[test]
fn parallel_checks_each_repository_in_a_process_of_its_own() {
    if !is_installed("parallel") {
        return; // few machines have it
    }
    let runner = runner();
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/parallel.sh");
    let apps = runner.path().join("apps");
    fs::create_dir(&apps).unwrap();
    let run = || script(runner.path(), &[recipe.to_str().unwrap(), "apps/", "all.sarif"], &[]);
    let put = |name: &str, fixture: &str| fs::rename(copied(fixture, "").keep(), apps.join(name)).unwrap();
    put("clean", "apps/ace-clean");
    assert_eq!(run().0, Some(0));
    put("open", "apps/ace-uninstalled-symmetric");
    assert_eq!(run().0, Some(1));
    put("wrong", "apps/ace-uninstalled-symmetric");
    fs::write(apps.join("wrong/connect-lint.toml"), "fail_onn = 1").unwrap();
    let (code, said) = run();
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("not analysed: connect-lint check") && said.contains("apps/wrong"), "{said}");
    let found = results_by_app(&runner.path().join("all.sarif"));
    assert!(found.contains_key("open") && !found.contains_key("wrong"), "{found:?}");
}
