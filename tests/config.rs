//! The configuration: where it is found, what it may say, and where an error in it stands.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{fs, path::Path};

use connect_lint::{
    config::{self, Wrong},
    git::Repository,
    severity::Severity,
};

fn wrong(text: &str) -> Wrong {
    config::parse(text.as_bytes().to_vec(), "a/connect-lint.toml", "").expect_err(text)
}

#[test]
fn what_is_unknown_is_an_error_at_its_place_with_the_nearest_word() {
    for (text, shown, help) in [
        ("fail-onn = 'note'", "a/connect-lint.toml:1:1: there is no key `fail-onn`", "did you mean `fail-on`?"),
        ("\n[ignored]\nx = 1", "a/connect-lint.toml:2:2: there is no key `ignored`", "did you mean `ignore`?"),
        (
            "[[ignore]]\nrule = 'syntax-error'\npth = 'x'",
            "a/connect-lint.toml:3:1: there is no key `pth` in `ignore`",
            "did you mean `path`?",
        ),
        ("fail-on = 'warn'", "a/connect-lint.toml:1:11: `warn` is not possible here", "did you mean `warning`?"),
        (
            "[rules]\nsyntax-errr = 'off'",
            "a/connect-lint.toml:2:1: there is no rule `syntax-errr`",
            "did you mean `syntax-error`?",
        ),
        (
            "rules.syntax-error = 'sometimes'",
            "a/connect-lint.toml:1:22: `sometimes` is not possible here",
            "one of `error`, `warning`",
        ),
        ("rules.syntax-error = 3", "a/connect-lint.toml:1:22: this has the wrong type", "it has to be text in quotes"),
        ("rules = 3", "a/connect-lint.toml:1:9: this has the wrong type", "it has to be a table"),
        ("exclude = 'x'", "a/connect-lint.toml:1:11: this has the wrong type", "double brackets"),
        ("[[exclude]]\npath = 'x'", "a/connect-lint.toml:1:1: the key `reason` is missing", "add `reason = \"…\"`"),
        ("[[exclude]]\npath = 'x'\nreason = ' '", "a/connect-lint.toml:3:10: the reason is empty", "say why"),
        ("[[exclude]]\npath = []\nreason = 'x'", "a/connect-lint.toml:2:8: there is no path", "a path from the folder"),
        (
            "[[exclude]]\npath = '../x'\nreason = 'x'",
            "a/connect-lint.toml:2:8: `../x` names nothing below",
            "a path from",
        ),
        ("[[exclude]]\npath = 'a['\nreason = 'x'", "a/connect-lint.toml:2:8: ", "a path from"),
        (
            "[authenticators]\nx = 'asymetric'",
            "a/connect-lint.toml:2:5: `asymetric` is not possible",
            "did you mean `asymmetric`?",
        ),
        ("[frameworks]\nace = '7'", "a/connect-lint.toml:2:1: the package `ace` is not known", "a package URL"),
        (
            "[frameworks]\n'pkg:npm/atlassian-connect-express' = 'new'",
            "a/connect-lint.toml:2:39: `new` is no version of ACE",
            "such as \"7.11.0\"",
        ),
        ("[rules", "a/connect-lint.toml:1:7: this is no TOML: ", "toml.io"),
    ] {
        let error = wrong(text);
        assert!(error.to_string().starts_with(shown), "{error}");
        assert!(error.help.contains(help), "{error}: {}", error.help);
    }
}

#[test]
fn the_nearest_file_holds_up_to_the_top_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    let app = root.join("repository/apps/one");
    fs::create_dir_all(&app).unwrap();
    fs::create_dir(root.join("repository/.git")).unwrap();
    let written = |path: &str| {
        fs::write(root.join(path), "fail-on = 'error'").unwrap();
        root.join(path)
    };
    written("connect-lint.toml");
    assert_eq!(config::find(&app), None, "it is above the repository");
    let top = written("repository/connect-lint.toml");
    assert_eq!(config::find(&app), Some(top.clone()));
    let read = config::read(&top, &app).unwrap();
    assert_eq!(read.below, "apps/one");
    let own = written("repository/apps/one/connect-lint.toml");
    assert_eq!(config::find(&app), Some(own));
    assert_eq!(config::read(&top, &root.join("repository")).unwrap().below, "");
    assert_eq!(config::read(&top, &root).unwrap().below, "", "patterns count from a root that is not below the file");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = config::read(&folder.path().join("missing.toml"), folder.path()).unwrap_err();
    assert!(missing.to_string().contains("missing.toml` cannot be read: "), "{missing}");
    fs::write(folder.path().join("latin.toml"), b"# \xe9").unwrap();
    let latin = config::read(&folder.path().join("latin.toml"), folder.path()).unwrap_err();
    assert!(latin.to_string().ends_with("it is not UTF-8"), "{latin}");
    assert!(config::read(folder.path(), Path::new(".")).is_err(), "a folder is no file");
}

/// An app with an open hook, in a folder of its own.
fn open_app() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&common::fixture("unused-suppression/fail")) {
        let target = folder.path().join("apps/one").join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::cargo_bin("connect-lint").unwrap();
    let output = command.current_dir(folder).arg("check").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_commands_obey_the_file_that_is_found_or_named() {
    let folder = open_app();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    let code = |arguments: &[&str]| check(folder.path(), arguments).0;
    assert_eq!(code(&["apps/one"]), 1);
    write(
        "connect-lint.toml",
        "[[override]]\npath = 'apps/one'\nrules.unauthenticated-lifecycle-hook = 'off'\nrules.unused-suppression = 'note'",
    );
    assert_eq!((code(&["apps/one"]), code(&["."]), code(&["--no-config", "apps/one"])), (0, 0, 1));
    assert_eq!(code(&["--fail-on", "note", "apps/one"]), 1);
    write(
        "strict.toml",
        "fail-on = 'note'\nrules.unauthenticated-lifecycle-hook = 'off'\nrules.unused-suppression = 'note'",
    );
    assert_eq!((code(&["--config", "strict.toml"]), code(&["--config", "strict.toml", "--fail-on", "error"])), (1, 0));
    write("wrong.toml", "\nrulez = 1");
    let (code, _, error) = check(folder.path(), &["--config", "wrong.toml"]);
    assert_eq!(code, 2);
    assert!(
        error.contains("wrong.toml:2:1: there is no key `rulez`") && error.contains("did you mean `rules`?"),
        "{error}"
    );
    assert_eq!(check(folder.path(), &["--config", "missing.toml"]).0, 2);
    assert_eq!(check(folder.path(), &["--config", "strict.toml", "--no-config"]).0, 2);
}

#[test]
fn excluded_files_are_not_read() {
    let folder = open_app();
    fs::write(folder.path().join("connect-lint.toml"), "[[exclude]]\npath = 'apps'\nreason = 'examples'").unwrap();
    let (code, report, _) = check(folder.path(), &["--require-app"]);
    assert_eq!(code, 3, "{report}");
}

#[test]
fn a_commit_has_its_own_configuration() {
    let folder = open_app();
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(folder.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
        assert!(git.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1").status().unwrap().success());
    };
    git(&["init", "-q"]);
    fs::write(folder.path().join("apps/connect-lint.toml"), "fail-on = 'error'").unwrap();
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "apps"]);
    fs::write(folder.path().join("apps/connect-lint.toml"), "fail-on = 'note'").unwrap();
    let head = Repository::around(folder.path()).unwrap().revision("HEAD").unwrap();
    let read = |root: &str| config::read_at(&head, root).unwrap();
    assert_eq!((read("apps/one").fail_on, &*read("apps/one").below), (Some(Severity::Error), "one"));
    assert_eq!((read("apps").fail_on, &*read("apps").below), (Some(Severity::Error), ""));
    assert_eq!(read("").fail_on, None);
}
