//! `fix` edits what a repository has, app by app: what is not committed, or cannot be asked for, is left alone.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A fixture whose fixes edit a descriptor, a manifest and a configuration file together.
const APP: &str = "framework-legacy-fallback/fail-enable";

/// A folder that holds a copy of the app under each name.
fn apps(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    names.iter().for_each(|name| put(&folder.path().join(name)));
    folder
}

fn put(folder: &Path) {
    for (path, bytes) in common::files(&common::fixture(APP)) {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
    command.args(["-c", "protocol.file.allow=always"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["init", "-q", "-b", "main"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "-m", "apps"]);
}

fn fix(folder: &Path, arguments: &[&str]) -> Output {
    let program = assert_cmd::cargo::cargo_bin("connect-lint");
    Command::new(program).arg("fix").args(arguments).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    let whole = [output.stdout.clone(), output.stderr.clone()].concat();
    let whole = String::from_utf8_lossy(&whole).replace('│', " "); // what wraps a line of an error
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many files of the app in a folder differ from those of the fixture.
fn changed(folder: PathBuf) -> usize {
    let old = common::files(&common::fixture(APP));
    common::files(&folder).iter().filter(|(path, bytes)| old.get(*path).is_some_and(|own| own != *bytes)).count()
}

#[test]
fn what_is_committed_is_edited_and_what_is_not_is_left() {
    let folder = apps(&["."]);
    let manifest = folder.path().join("package.json");
    commit(folder.path());
    let committed = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{committed}\n")).unwrap();
    let output = fix(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("`package.json` was not edited"), "{}", said(&output));
    assert_eq!(changed(folder.path().to_owned()), 1, "by hand");
    fs::write(&manifest, committed).unwrap();
    assert_eq!(fix(folder.path(), &[]).status.code(), Some(0));
    assert_eq!(changed(folder.path().to_owned()), 3);
}

#[test]
fn an_app_that_cannot_be_edited_keeps_no_other_from_its_fixes() {
    let folder = apps(&["a", "b"]);
    commit(folder.path());
    let manifest = folder.path().join("a/package.json");
    fs::write(&manifest, format!("{}\n", fs::read_to_string(&manifest).unwrap())).unwrap();
    let output = fix(folder.path(), &[]);
    assert_eq!((changed(folder.path().join("a")), changed(folder.path().join("b"))), (1, 3));
    assert_eq!(output.status.code(), Some(2));
    let said = said(&output);
    assert!(said.contains("`a/package.json` was not edited: it has changes that are not committed"), "{said}");
    assert!(said.contains("applied 3 fixes in 3 files"), "{said}");
    assert!(said.contains("a: ACE `7.4.2`"), "the report is of what is there: {said}");
}

#[cfg(unix)]
#[test]
fn a_read_only_app_keeps_no_other_from_its_fixes() {
    let folder = apps(&["a", "b"]);
    let manifest = folder.path().join("a/package.json");
    let mut permissions = fs::metadata(&manifest).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&manifest, permissions).unwrap();
    let output = fix(folder.path(), &[]);
    assert_eq!((changed(folder.path().join("a")), changed(folder.path().join("b"))), (0, 3));
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("cannot write `a/package.json`: it is read-only"), "{}", said(&output));
}

#[test]
fn a_submodule_is_asked_for_its_own_files() {
    let (inner, outer) = (apps(&["."]), tempfile::tempdir().unwrap());
    commit(inner.path());
    git(outer.path(), &["init", "-q", "-b", "main"]);
    git(outer.path(), &["submodule", "--quiet", "add", &inner.path().to_string_lossy(), "app"]);
    git(outer.path(), &["commit", "-q", "-m", "app"]);
    let output = fix(outer.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(changed(outer.path().join("app")), 3);
    assert_eq!(fix(outer.path(), &["--unsafe-fixes"]).status.code(), Some(2), "it was edited a moment ago");
}

#[test]
fn a_repository_that_cannot_be_read_is_not_taken_for_none() {
    let folder = apps(&["."]);
    fs::write(folder.path().join(".git"), "gitdir: /nowhere").unwrap();
    let output = fix(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("the repository it is in cannot be read"), "{}", said(&output));
    assert_eq!(changed(folder.path().to_owned()), 0);
    assert_eq!(fix(folder.path(), &["--allow-dirty"]).status.code(), Some(0));
}

#[test]
fn a_patch_is_a_patch_when_fixes_are_chosen_too() {
    use std::{io::Write, process::Stdio};
    let folder = apps(&["."]);
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("connect-lint"));
    command.args(["fix", "--interactive", "--diff"]).current_dir(folder.path());
    let mut run = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    run.stdin.take().unwrap().write_all(b"a\n").unwrap();
    let output = run.wait_with_output().unwrap();
    let (patch, asked) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(patch.starts_with("diff --git a/atlassian-connect.json"), "{patch}");
    assert!(asked.contains("[y,n,a,q,p,?]"), "{asked}");
}
