//! Hostile and broken trees: a finding or a clear error each, the rest of the scan unharmed, soon and in little memory.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use assert_cmd::Command;
use serde_json::Value as Json;

/// A folder with a sound app, whose one finding must survive whatever lies beside it.
fn sound_app() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let app = root.path().join("sound");
    fs::create_dir(&app).unwrap();
    let descriptor = r#"{ "key": "a.b", "baseUrl": "https://a.example", "authentication": { "type": "jwt" },
  "lifecycle": { "installed": "/installed" } }"#;
    fs::write(app.join("atlassian-connect.json"), descriptor).unwrap();
    root
}

/// Scans within two seconds; the findings outside the sound app, and the errors, as `path: message`.
fn scan(root: &Path) -> Vec<String> {
    let start = Instant::now();
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    let output = command.current_dir(root).args(["check", "--format", "json"]).output().unwrap();
    let took = start.elapsed();
    // a debug build is some ten times slower than what users run
    assert!(took < Duration::from_secs(20), "{took:?}");
    let report: Json = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let findings = report["findings"].as_array().unwrap().iter().chain(report["errors"].as_array().unwrap());
    let said = findings.map(|row| format!("{}: {}", row["path"].as_str().unwrap(), row["message"].as_str().unwrap()));
    let (sound, others): (Vec<_>, Vec<_>) = said.partition(|row| row.starts_with("sound/"));
    assert!(sound.iter().any(|row| row.contains("signed-install")), "the sound app was lost: {others:?}");
    others
}

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let target = root.join(path);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::write(target, bytes).unwrap();
}

#[test]
fn a_large_file_is_an_error() {
    let root = sound_app();
    write(root.path(), "bad/atlassian-connect.json", format!("[{}1]", "1,".repeat(10 << 20)));
    let said = scan(root.path());
    assert!(said.iter().any(|row| row.starts_with("bad/atlassian-connect.json: is larger than")), "{said:?}");
}

#[test]
fn deep_nesting_is_a_finding() {
    let root = sound_app();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    write(root.path(), "bad/atlassian-connect.json", deep("{\"a\":[", "]}"));
    write(root.path(), "bad/package.json", deep("[", "]"));
    write(root.path(), "bad/pom.xml", deep("<a>", "</a>"));
    write(root.path(), "bad/src/main/resources/application.yml", deep("[", "]"));
    write(root.path(), "bad/routes.js", format!("app.post('/installed', {});", deep("(", ")")));
    write(root.path(), "bad/unary.js", format!("app.post('/installed', {}1);", "!".repeat(100_000)));
    write(root.path(), "bad/binary.js", format!("app.post('/installed', {}1);", "1+".repeat(100_000)));
    let said = scan(root.path());
    for file in ["bad/atlassian-connect.json", "bad/package.json", "bad/pom.xml"] {
        assert!(said.iter().any(|row| row.starts_with(file)), "{file}: {said:?}");
    }
}

#[test]
fn code_beyond_its_reader_is_an_error() {
    let root = sound_app();
    let deep = |before: &str, open: &str, close: &str, behind: &str| {
        let (open, close) = (format!("{open}\n").repeat(5_000), format!("{close}\n").repeat(5_000));
        format!("{before}{open}1{close}{behind}")
    };
    let named = "installed = lifecycle(sharedSecret, clientKey)";
    let files = [
        ("bad/Hosts.java", deep("@RestController class Hosts { int installed = ", "(", ")", "; }")),
        ("bad/Hosts.kt", deep("@RestController class Hosts { val installed = ", "(", ")", " }")),
        ("bad/app.js", deep("app.post('/installed', ", "(", ")", ");")),
        ("bad/app.rb", deep(&format!("{named}\nx = "), "[", "]", "")),
        ("bad/hooks.cs", deep("class Installed { int lifecycle = ", "(", ")", "; }")),
        ("bad/hooks.ts", deep("app.post('/installed', ", "[", "]", ");")),
        ("bad/index.php", deep(&format!("<?php // {named}\n$x = "), "[", "]", ";")),
        ("bad/main.go", deep(&format!("package main\n// {named}\nvar x = "), "(", ")", "")),
        ("bad/views.py", deep(&format!("# {named}\nx = "), "(", ")", "")),
    ];
    for (path, text) in &files {
        write(root.path(), path, text);
    }
    let wanted = files.map(|(path, _)| format!("{path}: is too large, or nests too deep, for code that someone wrote"));
    assert_eq!(scan(root.path()), wanted);
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    assert_eq!(command.arg("check").arg(root.path()).output().unwrap().status.code(), Some(3));
}

#[test]
fn an_alias_bomb_does_not_expand() {
    let root = sound_app();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    bomb.push_str("atlassian: { connect: *a39 }\n");
    write(root.path(), "sound/src/main/resources/application.yml", bomb);
    write(root.path(), "sound/pom.xml", ACSB_POM);
    scan(root.path());
}

const ACSB_POM: &str = "<project><dependencies><dependency><groupId>com.atlassian.connect</groupId>\
<artifactId>atlassian-connect-spring-boot-starter</artifactId><version>2.2.3</version></dependency></dependencies></project>";

#[test]
fn invalid_utf8_is_a_finding() {
    let root = sound_app();
    write(root.path(), "bad/atlassian-connect.json", b"{ \"key\": \"\xff\xfe\" }");
    write(root.path(), "bad/package.json", b"\xff\xfe{\x00}\x00");
    let said = scan(root.path());
    for file in ["bad/atlassian-connect.json", "bad/package.json"] {
        assert!(said.iter().any(|row| row.starts_with(file)), "{file}: {said:?}");
    }
}

#[test]
fn a_folder_with_a_files_name_is_a_folder() {
    let root = sound_app();
    // Next.js serves `/atlassian-connect.json` from a folder of this name
    fs::create_dir_all(root.path().join("app/atlassian-connect.json")).unwrap();
    assert_eq!(scan(root.path()), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_the_tree_or_in_circles() {
    use std::os::unix::fs::symlink;
    let root = sound_app();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "atlassian-connect.json", "{}");
    fs::create_dir_all(root.path().join("bad/circle")).unwrap();
    symlink(root.path(), root.path().join("bad/circle/again")).unwrap();
    symlink("atlassian-connect.json", root.path().join("bad/circle/atlassian-connect.json")).unwrap();
    symlink(elsewhere.path().join("atlassian-connect.json"), root.path().join("bad/atlassian-connect.json")).unwrap();
    let said = scan(root.path());
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("leaves the scanned tree"), "{said:?}");
    assert!(said[1].starts_with("bad/circle/atlassian-connect.json: could not be read"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let root = sound_app();
    write(root.path(), "bad/atlassian-connect.json", "{}");
    let file = root.path().join("bad/atlassian-connect.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        return; // root reads everything
    }
    let said = scan(root.path());
    assert!(said.iter().any(|row| row.starts_with("bad/atlassian-connect.json: could not be read")), "{said:?}");
}

#[test]
fn a_broken_file_does_not_hide_the_rest() {
    let root = sound_app();
    for (path, bytes) in common::files(&common::fixture("broken")) {
        write(root.path(), &format!("bad/{path}"), bytes);
    }
    assert!(!scan(root.path()).is_empty());
}
