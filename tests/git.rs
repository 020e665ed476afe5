//! Commits are read as folders are, and nothing of a repository runs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use connect_lint::{
    discover::{Scope, discover, discover_at},
    git::{Repository, top},
};

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with every fixture app below `apps`, committed.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&common::fixture("apps")) {
        let target = folder.path().join("apps").join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "--force", "."]);
    git(folder.path(), &["commit", "-q", "-m", "apps"]);
    folder
}

fn scope(root: &Path) -> Scope {
    Scope {
        root: root.to_owned(),
        paths: vec![root.to_owned()],
        honour_ignore_files: false,
        tracked: Vec::new(),
        excluded: Vec::new(),
    }
}

#[test]
fn a_commit_is_read_as_the_folder_it_was_made_of() {
    let folder = repository();
    for root in [folder.path().to_owned(), folder.path().join("apps"), folder.path().join("apps/ace-clean")] {
        let on_disk = discover(&scope(&root)).sources;
        let repository = Repository::around(&root).unwrap();
        let committed = discover_at(&scope(&root), &repository, &repository.revision("HEAD").unwrap()).unwrap().sources;
        let texts = |sources: &connect_lint::source::Sources| -> Vec<_> {
            sources.iter().map(|(_, file)| (file.path.to_string(), file.text.to_string())).collect()
        };
        assert!(!texts(&on_disk).is_empty());
        assert_eq!(texts(&on_disk), texts(&committed), "{}", root.display());
    }
}

#[test]
fn the_fork_point_is_where_two_branches_went_apart() {
    let folder = repository();
    git(folder.path(), &["checkout", "-q", "-b", "change"]);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "change"]);
    git(folder.path(), &["checkout", "-q", "main"]);
    fs::write(folder.path().join("later"), "later").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "later"]);
    git(folder.path(), &["checkout", "-q", "change"]);
    let repository = Repository::around(folder.path()).unwrap();
    assert!(repository.revision("main").unwrap().file("later").unwrap().is_some());
    assert!(repository.fork_point("main").unwrap().file("later").unwrap().is_none());
    assert!(repository.revision("no-such-branch").is_err());
    assert!(repository.revision("HEAD:apps").is_err(), "a folder is no commit");
}

#[test]
fn nothing_of_a_repository_runs() {
    let folder = repository();
    let ran = folder.path().join("ran");
    let script = folder.path().join("script");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", ran.display())).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let script = script.to_str().unwrap();
    let included = folder.path().join("included");
    fs::write(&included, format!("[core]\n\tfsmonitor = {script}\n")).unwrap();
    let configuration = format!(
        "\n[core]\n\tfsmonitor = {script}\n\thooksPath = {0}\n\tpager = {script}\n\tsshCommand = {script}\n[filter \"x\"]\n\tsmudge = \
         {script}\n\tclean = {script}\n\trequired = true\n[include]\n\tpath = {1}\n[extensions]\n\tpartialClone = origin\n[remote \
         \"origin\"]\n\turl = ext::{script}\n\tpromisor = true\n\tuploadpack = {script}\n",
        folder.path().display(),
        included.display()
    );
    let written = folder.path().join(".git/config");
    fs::write(&written, fs::read_to_string(&written).unwrap() + &configuration).unwrap();
    fs::write(folder.path().join(".gitattributes"), "* filter=x\n").unwrap();
    let repository = Repository::around(folder.path()).unwrap();
    let revision = repository.fork_point("HEAD").unwrap();
    let tree = discover_at(&scope(folder.path()), &repository, &revision).unwrap();
    assert!(tree.sources.iter().next().is_some());
    assert!(!ran.exists(), "the configuration ran a program");
}

#[test]
fn the_top_is_the_nearest_folder_with_a_repository() {
    let folder = repository();
    let inner = folder.path().join("apps/ace-clean");
    assert_eq!(top(&inner), fs::canonicalize(folder.path()).ok());
    assert_eq!(top(Path::new("/")), None);
    assert!(Repository::around(Path::new("/")).is_err());
}

/// What `git` prints when it is given a text.
fn answer(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Lets `main` be a commit of a tree.
fn commit_of(folder: &Path, tree: &str) {
    let commit = answer(folder, &["commit-tree", "-m", "a", tree], b"");
    git(folder, &["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn a_commit_that_claims_to_be_endless_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    let files = || Repository::around(root).unwrap().revision("HEAD").unwrap().files("");
    let blob = answer(root, &["hash-object", "-w", "--stdin"], b"x");
    let mut tree = answer(root, &["mktree"], format!("100644 blob {blob}\ta.js\n").as_bytes());
    commit_of(root, &tree);
    assert_eq!(files().unwrap().len(), 1);

    // twice the same folder in each: a quarter of a million paths of four kilobytes
    for _ in 0..18 {
        let twice = ["a", "b"].map(|name| format!("040000 tree {tree}\t{}\n", name.repeat(250))).concat();
        tree = answer(root, &["mktree"], twice.as_bytes());
    }
    commit_of(root, &tree);
    assert!(files().unwrap_err().contains("endless paths"));

    // in the repository it takes a hundredth of what it takes in memory
    let id = [b'\x11'; 20];
    let entry = |number: usize| [format!("100644 {number:0>72}").as_bytes(), b"\0", &id[..]].concat();
    let large: Vec<u8> = (0..700_000).flat_map(entry).collect();
    assert!(large.len() > 64 << 20);
    let large = answer(root, &["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], &large);
    commit_of(root, &large);
    assert!(files().is_err());
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_in_a_repository_is_not_waited_for() {
    for name in
        ["HEAD", "config", "packed-refs", "refs/heads/main", "objects/info/alternates", "objects/ab/cd", "commondir"]
    {
        for device in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            git(folder.path(), &["init", "-q", "-b", "main"]);
            git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "a"]);
            assert!(Repository::around(folder.path()).is_ok());
            let path = folder.path().join(".git").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let _ = fs::remove_file(&path);
            match device {
                true => std::os::unix::fs::symlink("/dev/zero", &path).unwrap(),
                false => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
            }
            let reason = Repository::around(folder.path()).err().unwrap();
            assert!(reason.contains("it is no file"), "{name}: {reason}");
        }
    }
}
