//! The commands as a user types them: arguments, exit codes, trees before and after `fix`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use clap::ValueEnum;
use connect_lint::{
    patch::file_patch,
    report::Format,
    rule::Rule,
    rules::{PROBE_RULES, RULES},
    source::SourceFile,
    write::write,
};

fn connect_lint(folder: &Path, arguments: &[&str]) -> Output {
    connect_lint_in(&[], folder, arguments)
}

/// The same with variables of a build server; those of the one that runs this test are gone.
fn connect_lint_in(variables: &[(&str, &Path)], folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    command.env_remove("GITHUB_ACTIONS").env_remove("GITLAB_CI").env_remove("GITHUB_STEP_SUMMARY");
    command.envs(variables.iter().copied()).current_dir(folder).args(arguments).output().unwrap()
}

fn formats() -> Vec<String> {
    Format::value_variants().iter().map(|format| format.to_possible_value().unwrap().get_name().to_owned()).collect()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A copy of a fixture in a folder of its own.
fn copied(fixture: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&common::fixture(fixture)) {
        let target = copy.path().join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    copy
}

#[test]
fn commands_read_as_documented() {
    // what would be printed in addition on a build server
    trycmd::TestCases::new().env("GITHUB_ACTIONS", "").env("GITLAB_CI", "").case("README.md");
}

#[test]
fn exit_codes_are_the_same_in_every_format() {
    let unreadable = copied("apps/ace-clean");
    fs::write(unreadable.path().join("package.json"), " ".repeat(3 << 20)).unwrap();
    let misconfigured = copied("apps/ace-clean");
    fs::write(misconfigured.path().join("connect-lint.toml"), "fail_onn = 1").unwrap();
    for format in formats() {
        let check = |app: &Path, more: &[&str]| {
            let arguments: Vec<_> = ["check", "--format", &format].iter().chain(more).copied().collect();
            let output = connect_lint(app, &arguments);
            complete(&format, &output, more);
            code(&output)
        };
        let fixture = |app: &str, more: &[&str]| check(&common::fixture(app), more);
        assert_eq!(fixture("apps/ace-clean", &[]), 0, "{format}: clean");
        assert_eq!(fixture("apps/not-connect", &[]), 0, "{format}: no app");
        assert_eq!(fixture("apps/not-connect", &["--require-app"]), 3, "{format}: no app, but one is required");
        assert_eq!(fixture("apps/ace-uninstalled-symmetric", &[]), 1, "{format}: findings");
        assert_eq!(
            fixture("apps/ace-uninstalled-symmetric", &["--exit-zero"]),
            0,
            "{format}: findings that do not gate"
        );
        assert_eq!(
            fixture("insecure-base-url/fail", &["--fail-on", "error", "--select", "insecure-base-url"]),
            0,
            "{format}: below the gate"
        );
        assert_eq!(fixture("apps/ace-clean", &["--fail-on", "banana"]), 2, "{format}: wrong usage");
        assert_eq!(fixture("apps/ace-clean", &["--output", "sarif"]), 2, "{format}: no file");
        assert_eq!(fixture("apps/ace-clean", &["--output", "csv=file"]), 2, "{format}: no such format");
        assert_eq!(fixture("apps/ace-clean", &["--select", "no-such-rule"]), 2, "{format}: no such rule");
        assert_eq!(check(misconfigured.path(), &[]), 2, "{format}: wrong configuration");
        assert_eq!(fixture("apps/ace-clean", &["no-such-folder"]), 3, "{format}: no such folder");
        assert_eq!(check(unreadable.path(), &[]), 3, "{format}: a file that cannot be read");
        assert_eq!(check(unreadable.path(), &["--exit-zero"]), 3, "{format}: a file that cannot be read");
        assert_eq!(fixture("apps/ace-clean", &["--output", "sarif=no/such/folder/file"]), 3, "{format}: unwritable");
    }
}

/// Programs get a whole document even where nothing could be analysed; only arguments that cannot be read leave none.
fn complete(format: &str, output: &Output, arguments: &[&str]) {
    let report = text(&output.stdout);
    match format {
        _ if report.is_empty() => {
            assert!(
                format == "human" && code(output) != 0
                    || arguments.iter().any(|a| ["banana", "sarif", "csv=file"].contains(a))
            )
        }
        "json" | "sarif" | "gitlab" | "rdjson" => drop(serde_json::from_str::<serde_json::Value>(&report).unwrap()),
        "ndjson" => {
            let mut lines = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
            let last = lines.next_back().unwrap();
            assert_eq!(last["type"], "repository");
            let is_whole = !arguments.iter().any(|argument| argument.starts_with("sarif=")); // another report fails later
            assert!(!is_whole || last["exit_code"] == code(output), "{arguments:?}: {last}");
        }
        "junit" | "checkstyle" => drop(roxmltree::Document::parse(&report).unwrap()),
        _ => assert!(report.ends_with('\n')),
    }
}

#[test]
fn a_run_that_read_nothing_says_so_in_every_format() {
    for format in formats().into_iter().filter(|format| format != "human") {
        let output = connect_lint(&common::fixture("apps"), &["check", "--format", &format, "no-such-folder"]);
        assert!(text(&output.stdout).contains(&common::not_there()), "{format}: {}", text(&output.stdout));
        assert!(text(&output.stderr).contains("no-such-folder"), "{format}");
    }
    let output = connect_lint(&common::fixture("apps"), &["check", "--format", "sarif", "no-such-folder"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn one_run_gates_and_writes_every_report() {
    let (app, reports) = (common::fixture("apps/ace-uninstalled-symmetric"), tempfile::tempdir().unwrap());
    let file = |format: &str| reports.path().join(format);
    fs::write(file("sarif"), "an old report").unwrap();
    let outputs: Vec<String> =
        formats().iter().map(|format| format!("{format}={}", file(format).to_str().unwrap())).collect();
    let mut arguments = vec!["check"];
    outputs.iter().for_each(|output| arguments.extend(["--output", output]));
    let run = connect_lint(&app, &arguments);
    assert_eq!(code(&run), 1);
    assert_eq!(run.stdout, connect_lint(&app, &["check"]).stdout);
    for format in formats() {
        let alone = connect_lint(&app, &["check", "--format", &format]).stdout;
        assert_eq!(text(&fs::read(file(&format)).unwrap()), text(&alone), "{format}");
    }
    assert_eq!(fs::read_dir(reports.path()).unwrap().count(), outputs.len(), "nothing is left behind");
}

#[cfg(unix)]
#[test]
fn a_report_can_be_read_by_others_and_goes_into_what_is_no_file() {
    use std::os::unix::fs::PermissionsExt;
    let (app, reports) = (common::fixture("apps/ace-clean"), tempfile::tempdir().unwrap());
    let (report, other) = (reports.path().join("report"), reports.path().join("other"));
    fs::write(&other, "").unwrap();
    assert_eq!(code(&connect_lint(&app, &["check", "--output", &format!("json={}", report.to_str().unwrap())])), 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&report), mode(&other));
    assert_eq!(code(&connect_lint(&app, &["check", "--output", "json=/dev/null"])), 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn github_actions_gets_annotations_and_a_summary_and_the_same_findings() {
    let (app, folder) = (common::fixture("apps/ace-uninstalled-symmetric"), tempfile::tempdir().unwrap());
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let actions = [("GITHUB_ACTIONS", Path::new("true")), ("GITHUB_STEP_SUMMARY", &summary)];
    let plain = text(&connect_lint(&app, &["check"]).stdout);
    let run = connect_lint_in(&actions, &app, &["check", "--color", "never"]);
    let there = text(&run.stdout);
    assert_eq!(code(&run), 1);
    let annotations = there.strip_prefix(&plain).expect("people read the same");
    assert!(
        annotations.lines().count() == 4 && annotations.lines().all(|line| line.starts_with("::")),
        "{annotations}"
    );
    let written = fs::read_to_string(&summary).unwrap();
    assert!(written.starts_with("before\n## connect-lint\n"), "{written}");
    assert!(text(&connect_lint_in(&actions, &app, &["check"]).stdout).contains("\u{1b}["), "the log shows colours");
    let json = connect_lint_in(&actions, &app, &["check", "--format", "json"]).stdout;
    assert_eq!(text(&json), text(&connect_lint(&app, &["check", "--format", "json"]).stdout));
    assert_eq!(
        fs::read_to_string(&summary).unwrap().matches("## connect-lint").count(),
        2,
        "no annotations, no summary"
    );
}

#[test]
fn a_category_keeps_runs_apart() {
    let app = common::fixture("apps/ace-clean");
    let id = |more: &[&str]| {
        let output = connect_lint(&app, &[&["check", "--format", "sarif"], more].concat());
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        document["runs"][0]["automationDetails"]["id"].clone()
    };
    assert_eq!(id(&[]), "connect-lint/");
    assert_eq!(id(&["--sarif-category", "connect-lint/backend"]), "connect-lint/backend/");
}

#[test]
fn code_scanning_gets_paths_from_the_top_of_the_repository() {
    let repository = tempfile::tempdir().unwrap();
    let app = repository.path().join("apps/one");
    for (path, bytes) in common::files(&common::fixture("apps/ace-uninstalled-symmetric")) {
        let target = app.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    fs::create_dir(repository.path().join(".git")).unwrap();
    let output = connect_lint(&app, &["check", "--format", "sarif"]);
    assert!(text(&output.stdout).contains("\"uri\": \"apps/one/package.json\""), "{}", text(&output.stdout));
}

#[test]
fn the_gate_is_where_fail_on_puts_it() {
    let app = common::fixture("insecure-base-url/fail");
    let check = |more: &[&str]| {
        let arguments = [&["check", "--select", "insecure-base-url"], more].concat();
        code(&connect_lint(&app, &arguments))
    };
    assert_eq!([check(&["--fail-on", "note"]), check(&[]), check(&["--fail-on", "error"])], [1, 1, 0]);
    assert_eq!(check(&["--ignore", "insecure-base-url"]), 0);
}

#[test]
fn explain_knows_rules_alone_and_proposes_the_nearest() {
    let here = common::fixture("apps");
    let page = connect_lint(&here, &["explain", "signed-install-missing"]);
    assert_eq!(code(&page), 0);
    assert!(text(&page.stdout).starts_with("# signed-install-missing\n"));
    let unknown = connect_lint(&here, &["explain", "signed-install-mising"]);
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("did you mean `signed-install-missing`?"));
    let colored = connect_lint(&here, &["explain", "signed-install-missing", "--color", "always"]);
    assert!(text(&colored.stdout).contains("\u{1b}[1m"));
}

#[test]
fn rules_lists_every_rule() {
    let listed = connect_lint(&common::fixture("apps"), &["rules", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let reported_by = |command: &str| {
        let rows = listed.as_array().unwrap().iter().filter(|row| row["reportedBy"] == command);
        rows.map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>()
    };
    let ids = |rules: &'static [Rule]| rules.iter().map(|rule| rule.id).collect::<Vec<_>>();
    assert_eq!(reported_by("check"), ids(&RULES));
    assert_eq!(reported_by("probe"), ids(&PROBE_RULES));
    let table = connect_lint(&common::fixture("apps"), &["rules"]);
    let table = text(&table.stdout);
    let (checked, probed) = table.split_once("\n\nreported by `connect-lint probe`, about a running app:\n\n").unwrap();
    let first_words =
        |rows: &str| rows.lines().map(|row| row.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(first_words(checked), ids(&RULES));
    assert_eq!(first_words(probed), ids(&PROBE_RULES));
}

#[test]
fn diff_writes_nothing_and_is_what_fix_writes() {
    let app = copied("apps/ace-uninstalled-symmetric");
    let before = common::files(app.path());
    let diff = connect_lint(app.path(), &["fix", "--diff"]);
    assert_eq!(common::files(app.path()), before);
    assert!(text(&diff.stdout).contains("+++ b/"), "{}", text(&diff.stdout));
    let fixed = connect_lint(app.path(), &["fix"]);
    assert!(text(&fixed.stdout).contains("applied "));
    let after = common::files(app.path());
    let changed: Vec<_> = before.iter().filter(|(path, bytes)| after.get(*path) != Some(bytes)).collect();
    assert!(!changed.is_empty());
    for (path, bytes) in changed {
        let (old, new) = (text(bytes), text(&after[path]));
        let patch = text(&file_patch(&SourceFile::new(path.as_str(), old), &SourceFile::new(path.as_str(), new)));
        assert!(text(&diff.stdout).contains(&patch), "{path}");
    }
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no file is left behind");
    connect_lint(app.path(), &["fix"]);
    assert_eq!(common::files(app.path()), after, "a second fix changes nothing");
}

#[test]
fn the_phase_decides_what_a_fix_may_close() {
    let app = copied("framework-legacy-fallback/fail-tilde");
    let mends = |phase: &str| {
        let arguments = ["fix", "--diff", "--select", "framework-legacy-fallback", "--phase", phase];
        text(&connect_lint(app.path(), &arguments).stdout).contains("\"~7.11.0\"")
    };
    assert!(mends("enforced") && mends("transition"), "the descriptor opts in already");
    let descriptor = app.path().join("atlassian-connect.json");
    let opted_in = fs::read_to_string(&descriptor).unwrap();
    let opted_out = opted_in.replace("\"signed-install\": true", "\"signed-install\": false");
    assert_ne!(opted_in, opted_out);
    fs::write(&descriptor, opted_out).unwrap();
    assert!(mends("enforced"));
    assert!(!mends("transition"), "sites may still send what 7.11.0 refuses");
}

#[test]
fn an_error_shows_nothing_that_a_terminal_acts_on() {
    let app = copied("signed-install-missing/fail");
    fs::write(app.path().join("connect-lint.toml"), "\"\\u001b]0;owned\\u0007\" = 1\n").unwrap();
    let output = connect_lint(app.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains(&0x1b) && !output.stderr.contains(&0x07), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("owned"), "the key is named");
}

#[test]
fn a_file_that_changed_since_it_was_read_is_not_written() {
    let app = copied("symmetric-lifecycle-hook/fail");
    let old = SourceFile::new("app.js", fs::read_to_string(app.path().join("app.js")).unwrap());
    let new = SourceFile::new("app.js", "mended");
    fs::write(app.path().join("app.js"), "edited by somebody else").unwrap();
    assert!(write(app.path(), &[(&old, &new)]).is_err());
    assert_eq!(fs::read_to_string(app.path().join("app.js")).unwrap(), "edited by somebody else");
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_link_that_leaves_the_tree_is_not_written() {
    let (app, elsewhere) = (copied("symmetric-lifecycle-hook/fail"), tempfile::tempdir().unwrap());
    fs::rename(app.path().join("app.js"), elsewhere.path().join("app.js")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("app.js"), app.path().join("app.js")).unwrap();
    let before = fs::read_to_string(elsewhere.path().join("app.js")).unwrap();
    let old = SourceFile::new("app.js", before.as_str());
    assert!(write(app.path(), &[(&old, &SourceFile::new("app.js", "x"))]).is_err());
    assert_eq!(fs::read_to_string(elsewhere.path().join("app.js")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn fix_keeps_the_mode_of_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let app = copied("apps/ace-uninstalled-symmetric");
    let routes = common::files(app.path()).into_keys().filter(|path| path.ends_with(".js")).collect::<Vec<_>>();
    for path in &routes {
        fs::set_permissions(app.path().join(path), fs::Permissions::from_mode(0o640)).unwrap();
    }
    connect_lint(app.path(), &["fix"]);
    for path in &routes {
        assert_eq!(fs::metadata(app.path().join(path)).unwrap().permissions().mode() & 0o777, 0o640, "{path}");
    }
}

#[test]
fn completions_name_the_command() {
    let completions = connect_lint(&common::fixture("apps"), &["completions", "bash"]);
    assert!(text(&completions.stdout).contains("connect-lint"));
}
