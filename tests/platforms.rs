//! Names, links and files as platforms have them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value as Json;

const APP: &str = "apps/ace-uninstalled-symmetric";
const FILE: &str = "routes/index.js";
const RULE: &str = "symmetric-lifecycle-hook";

fn connect_lint(folder: &Path, arguments: &[&str]) -> Output {
    Command::cargo_bin("connect-lint").unwrap().current_dir(folder).args(arguments).output().unwrap()
}

fn put(folder: &Path) -> PathBuf {
    for (path, bytes) in common::files(&common::fixture(APP)) {
        let target = folder.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    folder.join(FILE)
}

/// The paths of the findings of one rule.
fn found(folder: &Path) -> Vec<String> {
    let output = connect_lint(folder, &["check", "--format", "json", "--select", RULE]);
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().iter().map(|finding| finding["path"].as_str().unwrap().to_owned()).collect()
}

/// Two folders whose names differ in a byte that is not UTF-8, where the file system takes such names.
#[cfg(target_os = "linux")]
fn misnamed(root: &Path) -> [PathBuf; 2] {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    [b"caf\xe8", b"caf\xe9"].map(|name| root.join(OsStr::from_bytes(name)))
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_hides_no_app() {
    let root = tempfile::tempdir().unwrap();
    let folders = misnamed(root.path());
    folders.iter().for_each(|folder| drop(put(folder)));
    assert_eq!(found(root.path()), ["caf%E8/routes/index.js", "caf%E9/routes/index.js"]);
    assert_eq!(found(&folders[0]), [FILE], "the root itself may have such a name");
    for format in ["sarif", "ndjson", "gitlab", "human"] {
        let output = connect_lint(root.path(), &["check", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
    }
    let output = connect_lint(root.path(), &["check", "--repositories", "--format", "ndjson"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r#""repository":"caf%E8""#) && text.contains(r#""repository":"caf%E9""#), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_named_is_not_fixed_and_keeps_nothing_else_from_it() {
    let root = tempfile::tempdir().unwrap();
    let [first, second] = misnamed(root.path()).map(|folder| put(&folder));
    let named = put(&root.path().join("plain"));
    let before = fs::read(&named).unwrap();
    let output = connect_lint(root.path(), &["fix"]);
    assert_ne!(output.status.code(), Some(0));
    assert_eq!((fs::read(first).unwrap(), fs::read(second).unwrap()), (before.clone(), before.clone()));
    assert_ne!(fs::read(named).unwrap(), before);
}

#[test]
fn spaces_dots_and_other_letters_are_names() {
    let root = tempfile::tempdir().unwrap();
    for name in ["a b", "ünï", "日本", "x.y", "-dash", "aux.d"] {
        put(&root.path().join(name));
    }
    let expected = ["-dash", "a b", "aux.d", "x.y", "ünï", "日本"].map(|name| format!("{name}/{FILE}"));
    assert_eq!(found(root.path()), expected, "with `/` on every platform");
    assert_eq!(connect_lint(root.path(), &["fix", "--select", RULE]).status.code(), Some(0));
    assert!(found(root.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn who_reads_a_file_while_it_is_fixed_reads_the_old_one_to_its_end() {
    let root = tempfile::tempdir().unwrap();
    let path = put(root.path());
    let before = fs::read(&path).unwrap();
    let mut open = fs::File::open(&path).unwrap();
    let mut start = [0; 10];
    open.read_exact(&mut start).unwrap();
    assert_eq!(connect_lint(root.path(), &["fix", "--select", RULE]).status.code(), Some(0));
    let mut rest = Vec::new();
    open.read_to_end(&mut rest).unwrap();
    assert_eq!([&start[..], &rest].concat(), before);
    assert_ne!(fs::read(&path).unwrap(), before);
}

#[cfg(windows)]
#[test]
fn a_file_that_somebody_holds_stays_as_it_is() {
    use std::os::windows::fs::OpenOptionsExt;
    let root = tempfile::tempdir().unwrap();
    let path = put(root.path());
    let before = fs::read(&path).unwrap();
    let held = fs::File::options().read(true).share_mode(1).open(&path).unwrap(); // others may read, and nothing else
    assert_ne!(connect_lint(root.path(), &["fix"]).status.code(), Some(0));
    drop(held);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), common::files(&common::fixture(APP)).len());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_keeps_its_files() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let path = put(root.path());
    let (before, folder) = (fs::read(&path).unwrap(), path.parent().unwrap());
    let mode = |mode| fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let is_locked = fs::write(folder.join("probe"), "").is_err(); // to root no folder is
    let output = connect_lint(root.path(), &["fix", "--only", RULE]);
    mode(0o755);
    if is_locked {
        assert_eq!(output.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&output.stderr).contains("the files of its app are as they were"));
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_no_file_to_wait_for() {
    let root = tempfile::tempdir().unwrap();
    put(&root.path().join("app"));
    let pipe = root.path().join("package.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", root.path().join("pom.xml")).unwrap();
    assert_eq!(found(root.path()), ["app/routes/index.js"]);
}
