//! The commands as a user types them: arguments, exit codes, trees before and after `fix`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use connect_lint::{patch::file_patch, source::SourceFile, write::write};

fn connect_lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("connect-lint").unwrap().current_dir(folder).args(arguments).output().unwrap()
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
    trycmd::TestCases::new().case("README.md");
}

#[test]
fn exit_codes_are_the_same_in_every_format() {
    for format in ["human", "json", "sarif"] {
        let check = |app: &str, more: &[&str]| {
            let arguments: Vec<_> = ["check", "--format", format].iter().chain(more).copied().collect();
            code(&connect_lint(&common::fixture(app), &arguments))
        };
        assert_eq!(check("apps/ace-clean", &[]), 0, "{format}: clean");
        assert_eq!(check("apps/not-connect", &[]), 0, "{format}: no app");
        assert_eq!(check("apps/not-connect", &["--require-app"]), 3, "{format}: no app, but one is required");
        assert_eq!(check("apps/ace-uninstalled-symmetric", &[]), 1, "{format}: findings");
        assert_eq!(check("apps/ace-clean", &["--fail-on", "banana"]), 2, "{format}: wrong usage");
        assert_eq!(check("apps/ace-clean", &["--select", "no-such-rule"]), 2, "{format}: no such rule");
        assert_eq!(check("apps/ace-clean", &["no-such-folder"]), 3, "{format}: no such folder");
    }
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
    assert_eq!(listed.as_array().unwrap().len(), connect_lint::rules::RULES.len());
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
