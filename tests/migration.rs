//! Whole apps mended by `connect-lint fix` alone: the framework raised, the fallback switched off, the flag set.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::fs;

use assert_cmd::Command;

/// What `fix` makes of a copy of `fixtures/migrations/<app>/before`: its lines that changed, and whether it ended well.
fn migrated(app: &str) -> Vec<String> {
    let [before, after] = ["before", "after"].map(|state| common::fixture(&format!("migrations/{app}/{state}")));
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&before) {
        let target = copy.path().join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    let fix = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("connect-lint").unwrap();
        let output = command.current_dir(copy.path()).arg("fix").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let diff = fix(&["--diff"]);
    assert_eq!(common::files(copy.path()), common::files(&before), "`--diff` writes nothing");
    fix(&[]);
    assert_eq!(common::files(copy.path()), common::files(&after), "the app is not what it should have become");
    fix(&[]);
    assert_eq!(common::files(copy.path()), common::files(&after), "a second run changes something");
    let is_change = |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    diff.lines().filter(is_change).map(str::to_owned).collect()
}

#[test]
fn a_maven_app() {
    assert_eq!(
        migrated("acsb-maven"),
        [
            "-        <atlassian-connect-spring-boot.version>2.2.0</atlassian-connect-spring-boot.version> <!-- Connect -->",
            "+        <atlassian-connect-spring-boot.version>2.3.6</atlassian-connect-spring-boot.version> <!-- Connect -->",
            "-    fallback-install-hook-enabled: true",
            "+    fallback-install-hook-enabled: false",
            "-    \"context-qsh\": true",
            "+    \"context-qsh\": true,",
            "+    \"signed-install\": true",
        ]
    );
}

#[test]
fn a_gradle_app_with_a_version_catalog() {
    assert_eq!(
        migrated("acsb-gradle-catalog"),
        [
            "-acsb = \"2.2.1\"          # Connect",
            "+acsb = \"2.3.6\"          # Connect",
            "-atlassian.connect.fallback-install-hook-enabled=true",
            "+atlassian.connect.fallback-install-hook-enabled=false",
            "+  },",
            "+  \"apiMigrations\": {",
            "+    \"signed-install\": true",
        ]
    );
}
