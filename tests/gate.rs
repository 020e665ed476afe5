//! Baselines and comparisons with a commit: what is known does not count, and nothing new is taken for it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const FILE: &str = "connect-lint-baseline.jsonl";

fn connect_lint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("connect-lint"));
    command.current_dir(folder).env("SOURCE_DATE_EPOCH", "1780272000").args(arguments).output().unwrap() // 2026-06-01
}

/// The exit code, and what counts: rule, path and line.
fn check(folder: &Path, arguments: &[&str]) -> (i32, Vec<(String, String, usize)>) {
    let output = connect_lint(folder, &[&["check", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let finding = |finding: &Value| {
        let line = finding["start"]["line"].as_u64().unwrap() as usize;
        (finding["rule"].as_str().unwrap().to_owned(), finding["path"].as_str().unwrap().to_owned(), line)
    };
    (output.status.code().unwrap(), report["findings"].as_array().unwrap().iter().map(finding).collect())
}

fn copied(app: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in common::files(&common::fixture(app)) {
        let target = folder.path().join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    folder
}

fn edit(folder: &Path, file: &str, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{file} is as it was");
    fs::write(folder.join(file), changed).unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    let output = command.env("GIT_CONFIG_GLOBAL", "").env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with one app on `main`, and a branch `change` checked out.
fn repository(app: &str) -> TempDir {
    let folder = copied(app);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "--force", "."]);
    git(folder.path(), &["commit", "-q", "-m", "app"]);
    git(folder.path(), &["checkout", "-q", "-b", "change"]);
    folder
}

const HOOK: &str =
    "\napp.post('/uninstalled', (req, res) => {\n  tenants.delete(req.body.clientKey);\n  res.sendStatus(204);\n});\n";

#[test]
fn lines_above_a_finding_make_no_new_one() {
    let mut moved = 0;
    for app in common::folders(&common::fixture("apps")) {
        let folder = copied(&format!("apps/{app}"));
        let (_, before) = check(folder.path(), &[]);
        assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
        assert_eq!(check(folder.path(), &[]), (0, Vec::new()), "{app}");
        let lines: BTreeSet<_> = before.iter().map(|(_, path, line)| (path.clone(), *line)).collect();
        for (path, line) in lines.iter().rev().filter(|(_, line)| *line > 1) {
            edit(folder.path(), path, |text| {
                let (above, below): (Vec<_>, Vec<_>) =
                    text.split_inclusive('\n').enumerate().partition(|(at, _)| at + 1 < *line);
                let joined = |lines: Vec<(usize, &str)>| lines.into_iter().map(|(_, line)| line).collect::<String>();
                joined(above) + &"\n".repeat(30) + &joined(below)
            });
            moved += 1;
        }
        assert_eq!(check(folder.path(), &[]), (0, Vec::new()), "{app}");
        let (_, after) = check(folder.path(), &["--no-baseline"]);
        assert_eq!(after.len(), before.len(), "{app}");
    }
    assert!(moved > 15, "only {moved} findings were moved");
}

#[test]
fn a_finding_that_replaces_another_of_its_rule_counts() {
    let folder = copied("apps/express-custom");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    edit(folder.path(), "server.js", |text| text.replacen("'/uninstalled'", "'/enabled'", 1));
    edit(folder.path(), "public/atlassian-connect.json", |text| {
        text.replacen(
            "\"uninstalled\": \"/uninstalled\"",
            "\"enabled\": \"/enabled\",\n    \"uninstalled\": \"/removed\"",
            1,
        )
    });
    edit(folder.path(), "server.js", |text| text.to_owned() + &HOOK.replace("/uninstalled", "/removed"));
    let (code, found) = check(folder.path(), &["--select", "unauthenticated-lifecycle-hook"]);
    assert_eq!(code, 1);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn what_is_mended_is_pruned_and_what_people_wrote_stays() {
    let folder = copied("apps/express-custom");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    let again = connect_lint(folder.path(), &["baseline", "create"]);
    assert_eq!(again.status.code(), Some(2), "a baseline is not overwritten");
    edit(folder.path(), FILE, |text| text.replacen("{\"rule\":\"signed-", "{\"owner\":\"us\",\"rule\":\"signed-", 1));
    edit(folder.path(), "server.js", |text| text.replacen("'/uninstalled'", "'/other'", 1));
    let report = connect_lint(folder.path(), &["check"]);
    assert!(String::from_utf8_lossy(&report.stdout).contains("of the baseline no longer found"));
    let lines = |folder: &Path| fs::read_to_string(folder.join(FILE)).unwrap().lines().count();
    let before = lines(folder.path());
    assert!(connect_lint(folder.path(), &["baseline", "prune"]).status.success());
    assert!(lines(folder.path()) < before);
    assert!(connect_lint(folder.path(), &["baseline", "update"]).status.success());
    assert!(fs::read_to_string(folder.path().join(FILE)).unwrap().contains("\"owner\":\"us\""));
    assert_eq!(check(folder.path(), &[]).0, 0);
}

#[test]
fn an_entry_past_its_day_counts_again() {
    let folder = copied("apps/express-custom");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    let until = |day: &str| {
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let line = |line: &str| {
            let mut entry: Value = serde_json::from_str(line).unwrap();
            entry["expires"] = day.into();
            entry.to_string() + "\n"
        };
        fs::write(folder.path().join(FILE), text.lines().map(line).collect::<String>()).unwrap();
    };
    until("2026-06-01");
    assert_eq!(check(folder.path(), &[]).0, 0);
    until("2026-05-31");
    assert_eq!(check(folder.path(), &[]).0, 1);
    assert!(connect_lint(folder.path(), &["baseline", "update"]).status.success());
    assert_eq!(check(folder.path(), &[]).0, 1, "an update extends no day");
    fs::write(folder.path().join(FILE), "nonsense\n").unwrap();
    assert_eq!(connect_lint(folder.path(), &["check"]).status.code(), Some(2));
}

#[test]
fn a_part_of_a_tree_leaves_the_entries_of_the_rest() {
    let folder = copied("apps/monorepo-two-apps");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    let whole = fs::read_to_string(folder.path().join(FILE)).unwrap();
    for part in ["apps/boards", "apps"] {
        let (code, found) = check(folder.path(), &[part]);
        assert_eq!((code, found.len()), (0, 0), "{part}");
        assert!(connect_lint(folder.path(), &["baseline", "prune", part]).status.success());
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), whole, "{part}");
    }
    assert!(connect_lint(folder.path(), &["baseline", "prune", "--select", "signed-install-missing"]).status.success());
    assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), whole);
}

#[test]
fn a_change_answers_for_what_it_adds() {
    let folder = repository("apps/ace-custom-installed");
    edit(folder.path(), "atlassian-connect.json", |text| {
        text.replacen("\"installed\":", "\"uninstalled\": \"/uninstalled\",\n    \"installed\":", 1)
    });
    edit(folder.path(), "routes/index.js", |text| {
        let at = text.rfind("};").unwrap();
        format!("{}{}{}", &text[..at], HOOK, &text[at..])
    });
    let (code, found) = check(folder.path(), &["--new-since", "main"]);
    assert_eq!(code, 1);
    let rules: Vec<_> = found.iter().map(|(rule, path, _)| (rule.as_str(), path.as_str())).collect();
    assert_eq!(rules, [("unauthenticated-lifecycle-hook", "routes/index.js")]);
    let (_, changed) = check(folder.path(), &["--changed-since", "main"]);
    assert!(changed.len() > 1 && changed.iter().all(|(_, path, _)| path != "package.json"), "{changed:?}");
    let (_, all) = check(folder.path(), &[]);
    assert!(all.len() > changed.len());
}

#[test]
fn a_change_cannot_silence_its_own_gate() {
    let folder = repository("apps/ace-clean");
    edit(folder.path(), "atlassian-connect.json", |text| {
        text.replacen("\"signed-install\": true", "\"signed-install\": false", 1)
    });
    fs::write(folder.path().join("connect-lint.toml"), "[rules]\nsigned-install-disabled = \"off\"\n").unwrap();
    assert_eq!(check(folder.path(), &[]).0, 0, "the configuration of the change itself");
    assert_eq!(check(folder.path(), &["--new-since", "main"]).0, 1);
    fs::remove_file(folder.path().join("connect-lint.toml")).unwrap();
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    assert_eq!(check(folder.path(), &[]).0, 0);
    assert_eq!(check(folder.path(), &["--new-since", "main"]).0, 1);
    assert_eq!(
        connect_lint(folder.path(), &["check", "--new-since", "main", "--baseline", FILE]).status.code(),
        Some(2)
    );
}

#[test]
fn a_renamed_file_has_nothing_new() {
    let folder = repository("apps/express-custom");
    fs::rename(folder.path().join("server.js"), folder.path().join("main.js")).unwrap();
    edit(folder.path(), "package.json", |text| text.replace("server.js", "main.js"));
    assert_eq!(check(folder.path(), &["--new-since", "main"]), (0, Vec::new()));
}

#[test]
fn what_git_tracks_is_read_whatever_an_ignore_file_says() {
    let folder = repository("apps/acsb-legacy");
    let (_, found) = check(folder.path(), &[]);
    let flagged = |found: &[(String, String, usize)]| found.iter().any(|(rule, _, _)| rule == "signed-install-missing");
    assert!(flagged(&found));
    fs::write(folder.path().join(".gitignore"), "resources/\n").unwrap();
    assert!(flagged(&check(folder.path(), &[]).1), "the descriptor is committed");
    fs::remove_dir_all(folder.path().join(".git")).unwrap();
    assert!(!flagged(&check(folder.path(), &[]).1), "without git the ignore file decides");
}

#[test]
fn a_commit_that_is_not_there_is_an_error() {
    let folder = repository("apps/ace-clean");
    for option in ["--new-since", "--changed-since"] {
        assert_eq!(connect_lint(folder.path(), &["check", option, "no-such-branch"]).status.code(), Some(2));
    }
}

/// Adds an open hook for the end of the app below `folder`, and commits it.
fn add_hook(repository: &Path, app: &str) {
    let folder = repository.join(app);
    edit(&folder, "atlassian-connect.json", |text| {
        text.replacen("\"installed\":", "\"uninstalled\": \"/uninstalled\",\n    \"installed\":", 1)
    });
    edit(&folder, "routes/index.js", |text| {
        let at = text.rfind("};").unwrap();
        format!("{}{}{}", &text[..at], HOOK, &text[at..])
    });
    git(repository, &["add", "--force", "."]);
    git(repository, &["commit", "-q", "-m", "a hook for the end"]);
}

#[test]
fn an_ignore_file_of_a_change_hides_nothing_that_is_committed() {
    let folder = repository("apps/ace-custom-installed");
    add_hook(folder.path(), "");
    let before = check(folder.path(), &["--new-since", "main"]);
    assert_eq!(before.1.len(), 1, "{before:?}");
    for (file, content) in [(".gitignore", "index.js\n"), (".ignore", "*\n"), ("routes/.gitignore", "*\n")] {
        fs::write(folder.path().join(file), content).unwrap();
        git(folder.path(), &["add", "--force", file]);
        git(folder.path(), &["commit", "-q", "-m", "ignored"]);
        assert_eq!(check(folder.path(), &["--new-since", "main"]), before, "{file}");
        git(folder.path(), &["rm", "-q", file]);
    }
    fs::write(folder.path().join(".gitignore"), "local\n").unwrap();
    fs::create_dir(folder.path().join("local")).unwrap();
    fs::copy(folder.path().join("atlassian-connect.json"), folder.path().join("local/atlassian-connect.json")).unwrap();
    assert_eq!(check(folder.path(), &["--new-since", "main"]), before, "what is not committed stays ignored");
}

#[test]
fn paths_that_overlap_are_read_once() {
    let folder = copied("apps/monorepo-two-apps");
    let once = check(folder.path(), &["."]);
    assert_eq!(check(folder.path(), &[".", "apps", "apps/boards"]), once);
}

#[test]
fn a_commit_that_is_not_all_there_is_an_error() {
    let folder = repository("apps/ace-custom-installed");
    let head = Command::new("git").current_dir(folder.path()).args(["rev-parse", "HEAD:routes/index.js"]).output();
    let id = String::from_utf8(head.unwrap().stdout).unwrap();
    let object = folder.path().join(".git/objects").join(&id[..2]).join(id[2..].trim());
    fs::remove_file(object).unwrap();
    for option in ["--new-since", "--changed-since"] {
        assert_eq!(connect_lint(folder.path(), &["check", option, "main"]).status.code(), Some(2), "{option}");
    }
}

#[test]
fn what_is_wrong_at_the_commit_is_named_as_its_own() {
    for file in ["connect-lint.toml", FILE] {
        let folder = repository("apps/ace-clean");
        fs::write(folder.path().join(file), "nonsense\n").unwrap();
        git(folder.path(), &["add", "--force", "."]);
        git(folder.path(), &["commit", "-q", "-m", "broken"]);
        fs::remove_file(folder.path().join(file)).unwrap();
        let output = connect_lint(folder.path(), &["check", "--new-since", "change"]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&format!("change:{file}")), "{said}");
    }
}

#[test]
fn nothing_new_takes_the_place_of_what_was_put_aside() {
    let twice = "\napp.post('/uninstalled', (req, res) => {\n  tenants.delete(req.body.clientKey);\n});\n";
    let open = ["--select", "unauthenticated-lifecycle-hook", "--new-since", "main"];
    for has_baseline in [false, true] {
        let folder = copied("apps/express-custom");
        if has_baseline {
            assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
        }
        git(folder.path(), &["init", "-q", "-b", "main"]);
        git(folder.path(), &["add", "--force", "."]);
        git(folder.path(), &["commit", "-q", "-m", "app"]);
        assert_eq!(check(folder.path(), &open), (0, Vec::new()));
        edit(folder.path(), "server.js", |text| text.to_owned() + twice);
        let (code, found) = check(folder.path(), &open);
        assert_eq!((code, found.len()), (1, 1), "a second route of one path, baseline: {has_baseline}: {found:?}");
        edit(folder.path(), "server.js", |text| text.replacen(twice, "", 1));
        edit(folder.path(), "server.js", |text| {
            let at = text.find("app.post('/uninstalled'").unwrap();
            format!(
                "{}// connect-lint: ignore[unauthenticated-lifecycle-hook] tried\n{}{twice}",
                &text[..at],
                &text[at..]
            )
        });
        let (code, found) = check(folder.path(), &open);
        assert_eq!((code, found.len()), (1, 1), "the first one ignored, baseline: {has_baseline}: {found:?}");
    }
}

#[test]
fn a_renamed_folder_of_an_app_takes_its_findings_along() {
    let folder = repository("apps/monorepo-two-apps");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    edit(folder.path(), FILE, |text| text.replacen("{\"rule\"", "{\"owner\":\"us\",\"rule\"", 1));
    fs::rename(folder.path().join("apps/boards"), folder.path().join("apps/walls")).unwrap();
    assert_eq!(check(folder.path(), &[]), (0, Vec::new()));
    let entries = fs::read_to_string(folder.path().join(FILE)).unwrap().lines().count();
    assert!(connect_lint(folder.path(), &["baseline", "update"]).status.success());
    let updated = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert_eq!(updated.lines().count(), entries, "{updated}");
    assert!(updated.contains("apps/walls") && !updated.contains("apps/boards") && updated.contains("\"owner\":\"us\""));
    fs::remove_file(folder.path().join(FILE)).unwrap();
    assert_eq!(check(folder.path(), &["--new-since", "main"]), (0, Vec::new()));
}

#[test]
fn a_baseline_counts_paths_from_its_own_folder_wherever_it_stands() {
    let folder = copied("apps/monorepo-two-apps");
    fs::create_dir(folder.path().join("ci")).unwrap();
    for file in ["apps/boards/known.jsonl", "ci/known.jsonl"] {
        assert!(
            connect_lint(folder.path(), &["baseline", "create", "apps/boards", "--baseline", file]).status.success()
        );
        let written = fs::read_to_string(folder.path().join(file)).unwrap();
        assert_eq!(check(folder.path(), &["apps/boards", "--baseline", file]), (0, Vec::new()), "{file}: {written}");
        let (_, found) = check(folder.path(), &["--baseline", file]);
        assert!(!found.is_empty() && found.iter().all(|(_, path, _)| !path.contains("boards")), "{file}: {found:?}");
        let output = connect_lint(folder.path(), &["check", "--baseline", file]);
        assert!(!String::from_utf8_lossy(&output.stdout).contains("no longer found"), "{file}");
    }
}

#[test]
fn a_baseline_is_read_whatever_an_editor_made_of_its_lines() {
    let folder = copied("apps/express-custom");
    assert!(connect_lint(folder.path(), &["baseline", "create"]).status.success());
    edit(folder.path(), FILE, |text| {
        let lines: Vec<_> = text.lines().rev().collect();
        format!("\u{feff}{}", lines.join("\r\n"))
    });
    assert_eq!(check(folder.path(), &[]), (0, Vec::new()));
}

#[test]
fn branches_that_each_add_findings_merge() {
    let folder = repository("apps/monorepo-two-apps");
    fs::write(folder.path().join(".gitattributes"), format!("{FILE} merge=union\n")).unwrap();
    fs::write(folder.path().join(FILE), "").unwrap();
    git(folder.path(), &["add", "--force", "."]);
    git(folder.path(), &["commit", "-q", "-m", "none yet"]);
    git(folder.path(), &["branch", "other"]);
    let add = |part: &str| {
        assert!(connect_lint(folder.path(), &["baseline", "update", part, "--baseline", FILE]).status.success());
        git(folder.path(), &["commit", "-q", "-a", "-m", part]);
    };
    add("apps/boards");
    git(folder.path(), &["checkout", "-q", "other"]);
    add(".");
    git(folder.path(), &["merge", "-q", "-m", "both", "change"]);
    assert_eq!(check(folder.path(), &[]), (0, Vec::new()));
}
