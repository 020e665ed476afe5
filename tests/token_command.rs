//! `connect-lint token` as a user types it: arguments, files, pipes, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use assert_cmd::Command;
use connect_lint::{
    jwt::{Signing, sign},
    query_hash::query_hash,
};
use serde_json::json;

const NOW: i64 = 1_638_270_700;
const BASE: &str = "https://polls.example.com/connect";
const SECRET: &str = "the-stored-secret";

/// A token for one request, with a quarter of an hour to go.
fn bound() -> String {
    let claims = json!({ "iss": "tenant", "qsh": query_hash("GET", "/page", ""), "iat": NOW, "exp": NOW + 900 });
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    sign(header.as_object().unwrap(), claims.as_object().unwrap(), Signing::Secret(SECRET.as_bytes()))
}

fn token(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::cargo_bin("connect-lint").unwrap();
    command
        .env_remove("GITHUB_ACTIONS")
        .env_remove("GITLAB_CI")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/token"));
    let output = command.arg("token").args(arguments).write_stdin(input).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const THEN: [&str; 2] = ["--at", "2021-11-30T11:20:00Z"];

#[test]
fn the_command_reads_arguments_files_and_pipes() {
    let request = include_str!("data/token/installed.http");
    let asked = |more: &[&str], input: &str| token(&[&THEN, more].concat(), input);
    let (code, from_file, _) = asked(&["@installed.http", "--key", "public.pem", "--base-url", BASE], "");
    assert_eq!((code, from_file.contains("by the given key")), (0, true), "{from_file}");
    let piped = asked(&["--key", "public.pem", "--base-url", BASE], request).1;
    assert_eq!(piped, from_file);
    assert_eq!(asked(&["-", "--key", "public.pem", "--base-url", BASE], request).1, from_file);
    assert_eq!(asked(&[request, "--key", "public.pem", "--base-url", BASE], "").1, from_file);
    insta::assert_snapshot!("json", asked(&["@installed.http", "--format", "json"], "").1);
    insta::assert_snapshot!("wrong", asked(&["@installed.http", "--base-url", "http://polls.example.com"], "").1);
    let quiet = asked(&["@installed.http", "--base-url", "http://polls.example.com", "--quiet"], "").1;
    assert!(quiet.lines().all(|line| !line.starts_with("  ok")) && quiet.contains("error"), "{quiet}");
}

#[test]
fn the_exit_code_says_what_came_out() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), format!("{SECRET}\n")).unwrap();
    let from_file = format!("@{}", secret.path().to_str().unwrap());
    let (at, bound) = (NOW.to_string(), bound());
    let code = |arguments: &[&str], input: &str| token(arguments, input).0;
    assert_eq!(code(&["--at", &at, "--secret", &from_file], &bound), 0);
    assert_eq!(code(&["--at", &at, "--secret", SECRET, "--fail-on", "note"], &bound), 1, "it is still valid");
    assert_eq!(code(&["--at", &at, "--secret", "other-secret"], &bound), 1);
    assert_eq!(code(&[], &bound), 1, "it expired long ago");
    assert_eq!(code(&["--at", "yesterday"], &bound), 2);
    assert_eq!(code(&["--base-url", "polls.example.com"], &bound), 2);
    assert_eq!(code(&["--key", "installed.http"], &bound), 2);
    assert_eq!(code(&["--key", "no-such-file"], &bound), 2);
    assert_eq!(code(&["--secret", "@no-such-file"], &bound), 2);
    assert_eq!(code(&["@no-such-file"], ""), 3);
    assert_eq!(code(&["garbage"], ""), 3);
    assert_eq!(code(&[], ""), 3);
    assert_eq!(code(&[], &" ".repeat((1 << 20) + 1)), 3);
    let request = include_str!("data/token/installed.http");
    let without_token = request.lines().filter(|line| !line.contains("JWT")).collect::<Vec<_>>().join("\n");
    let (_, out, error) = token(&["--secret", SECRET, "--at", &at], &without_token);
    assert!(out.is_empty() && !error.contains("a-secret-that-nobody-should-see") && !error.contains(SECRET), "{error}");
}
