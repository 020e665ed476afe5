//! Files are written whole or not at all, whatever happens meanwhile.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the figures are of interest to whoever runs it")]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use connect_lint::{source::SourceFile, write::write};
use tempfile::TempDir;

/// A fixture whose fixes edit a descriptor, a manifest and a configuration file together.
const APP: &str = "framework-legacy-fallback/fail-enable";

/// How many copies of it a tree holds, so that writing takes a while.
const COPIES: usize = 12;

/// How many runs are killed.
const KILLS: u64 = 200;

type Files = BTreeMap<String, Vec<u8>>;

fn fill(folder: &Path) {
    for copy in 0..COPIES {
        for (path, bytes) in common::files(&common::fixture(APP)) {
            let target = folder.join(format!("app{copy}")).join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, bytes).unwrap();
        }
    }
}

fn fix(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("connect-lint"));
    command.args(["fix", "--quiet"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// The files without those that a killed run leaves.
fn finished(files: Files) -> (Files, usize) {
    let (left, finished): (Files, Files) = files.into_iter().partition(|(path, _)| path.contains(".connect-lint-"));
    (finished, left.len())
}

/// A sequence that looks random and is the same in every run of the test.
struct Jitter(u64);

impl Jitter {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn a_killed_run_leaves_every_file_old_or_new() {
    let folder = TempDir::new().unwrap();
    fill(folder.path());
    let old = common::files(folder.path());
    fix(folder.path()).status().unwrap();
    let new = common::files(folder.path());
    let changed = old.iter().filter(|(path, bytes)| new[*path] != **bytes).count();
    assert_eq!(changed, 3 * COPIES, "three files of every copy are mended");

    let mut jitter = Jitter(20_211_029);
    let (mut halfway, mut unfinished) = (0, 0);
    for _kill in 0..KILLS {
        fill(folder.path());
        let mut run = fix(folder.path()).spawn().unwrap();
        wait_for_writing(folder.path(), &mut run);
        std::thread::sleep(Duration::from_micros(jitter.below(12_000)));
        let _ = run.kill(); // it may have ended by itself
        run.wait().unwrap();

        let (files, left) = finished(common::files(folder.path()));
        assert_eq!(files.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>(), "a file is lost or new");
        for (path, bytes) in &files {
            assert!(*bytes == old[path] || *bytes == new[path], "{path} is neither old nor new");
        }
        halfway += usize::from(files != old && files != new);
        unfinished += left;
    }
    println!("{KILLS} runs killed: {halfway} between the first file and the last, {unfinished} unfinished files left");
    assert!(halfway > 0, "no run was killed while it wrote");

    fill(folder.path());
    fix(folder.path()).status().unwrap();
    assert_eq!(common::files(folder.path()), new, "the next run removes what killed ones left");
}

/// Waits until a run has begun to write, or has ended.
fn wait_for_writing(folder: &Path, run: &mut std::process::Child) {
    let first = folder.join("app0");
    let entries = fs::read_dir(&first).unwrap().count();
    let limit = Instant::now() + Duration::from_secs(20);
    while fs::read_dir(&first).unwrap().count() == entries && run.try_wait().unwrap().is_none() {
        assert!(Instant::now() < limit, "the run does not end");
    }
}

#[test]
fn files_of_an_app_are_written_together_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    for name in ["a.json", "b.json", "c.json"] {
        fs::write(folder.path().join(name), "old").unwrap();
    }
    let old = ["a.json", "b.json", "c.json"].map(|name| SourceFile::new(name, "old"));
    let new = ["a.json", "b.json", "c.json"].map(|name| SourceFile::new(name, "new"));
    let pairs: Vec<_> = old.iter().zip(&new).collect();
    fs::write(folder.path().join("c.json"), "edited meanwhile").unwrap();
    let error = write(folder.path(), &pairs).unwrap_err();
    assert_eq!(error.path, "c.json");
    let (files, left) = finished(common::files(folder.path()));
    assert_eq!(left, 0);
    assert_eq!([&files["a.json"], &files["b.json"]], [b"old", b"old"]);

    fs::write(folder.path().join("c.json"), "old").unwrap();
    write(folder.path(), &pairs).unwrap();
    assert!(common::files(folder.path()).values().all(|bytes| bytes == b"new"));
}

#[cfg(unix)]
#[test]
fn mode_and_links_inside_the_tree_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    fs::write(folder.path().join("real/a.json"), "old").unwrap();
    fs::set_permissions(folder.path().join("real/a.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/a.json", folder.path().join("a.json")).unwrap();
    write(folder.path(), &[(&SourceFile::new("a.json", "old"), &SourceFile::new("a.json", "new"))]).unwrap();
    assert!(folder.path().join("a.json").is_symlink(), "the link stays one");
    assert_eq!(fs::read(folder.path().join("real/a.json")).unwrap(), b"new");
    let mode = fs::metadata(folder.path().join("real/a.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.json");
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let error = write(folder.path(), &[(&SourceFile::new("a.json", "old"), &SourceFile::new("a.json", "new"))]);
    assert_eq!(error.unwrap_err().reason, "it is read-only");
    assert_eq!(fs::read(&file).unwrap(), b"old");
}
