//! Ways to write a lifecycle hook, from the descriptor to the finding. `tests/hook_forms/*.forms` holds every form as a
//! tiny tree in two versions: one with a wrong guard, one with a right one.
//!
//! `## found name`: the wrong version has the findings that its marks say, the right one has none and is known to be
//! right. `## half`: the same, but the right version could not be resolved. `## gap`: both are silent, wrongly. `## silent`:
//! nothing is to be said. A line that begins with `-|` is in the wrong version only, one with `+|` in the right one;
//! `GUARD` is the wrong or the right method of ACE. `//! U` and `//! S` mark the lines with the finding
//! `unauthenticated-lifecycle-hook` and `symmetric-lifecycle-hook`.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use connect_lint::{
    discover::Tree,
    finding::Finding,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
};

const RULES: [&str; 3] = ["asymmetric-event-hook", "symmetric-lifecycle-hook", "unauthenticated-lifecycle-hook"];

const DESCRIPTOR: &str = r#"{
  "key": "form", "name": "Form", "baseUrl": "https://form.example.com", "authentication": { "type": "jwt" },
  "lifecycle": { "installed": "/installed", "uninstalled": "/uninstalled" },
  "apiMigrations": { "signed-install": true }, "modules": {}
}
"#;

const MANIFEST: &str = r#"{
  "name": "form",
  "dependencies": { "atlassian-connect-express": "^8.0.2", "atlassian-jwt": "^2.0.2", "express": "^4.18.0" }
}
"#;

/// The app and the addon of ACE, as most apps begin.
const EXPRESS: &str = "const express = require('express');
const ace = require('atlassian-connect-express');
const app = express();
const addon = ace(app);
app.use(express.json());
";

/// A verifier of the app's own.
const VERIFY: &str = "import { AsymmetricAlgorithm, decodeAsymmetric, getKeyId } from 'atlassian-jwt';

const KEYS = 'https://connect-install-keys.atlassian.com';

export async function verifySigned(token, body) {
  const answer = await fetch(`${KEYS}/${getKeyId(token)}`);
  const claims = decodeAsymmetric(token, await answer.text(), AsymmetricAlgorithm.RS256);
  if (claims.iss !== body.clientKey) throw new Error('the token is another tenant\\'s');
  return claims;
}
";

#[derive(Debug)]
struct Form {
    name: String,
    expected: String,
    text: String,
}

/// The forms of every file.
fn forms() -> Vec<Form> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hook_forms");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut forms = Vec::new();
    for path in paths {
        let group = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for part in format!("\n{}", fs::read_to_string(&path).unwrap()).split("\n## ").skip(1) {
            let (title, text) = part.split_once('\n').unwrap_or((part, ""));
            let (expected, name) = title.split_once(' ').unwrap();
            let name = format!("{group}/{}", name.trim());
            forms.push(Form { name, expected: expected.to_owned(), text: text.to_owned() });
        }
    }
    forms
}

/// The files of one version.
fn files(form: &Form, is_right: bool) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let (mine, other) = if is_right { ("+|", "-|") } else { ("-|", "+|") };
    for part in format!("\n{}", form.text).split("\n=== ").skip(1) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let lines = text.lines().filter(|line| !line.starts_with(other));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(mine).unwrap_or(line)).collect();
        let text = lines.join("\n") + "\n";
        let guard = if is_right { "addon.authenticateInstall()" } else { "addon.authenticate()" };
        let text = text.replace("EXPRESS\n", EXPRESS).replace("VERIFY\n", VERIFY).replace("GUARD", guard);
        files.push((path.trim().to_owned(), text));
    }
    for (path, text) in [("atlassian-connect.json", DESCRIPTOR), ("package.json", MANIFEST)] {
        if !files.iter().any(|(known, _)| known == path) {
            files.push((path.to_owned(), text.to_owned()));
        }
    }
    files.retain(|(_, text)| text.trim() != "ABSENT");
    files
}

/// Reads a version.
fn scan(form: &Form, is_right: bool) -> Scan {
    let files = files(form, is_right);
    let sources = files.iter().map(|(path, text)| SourceFile::new(path.as_str(), text.as_str())).collect();
    Scan::new(Tree { sources: Sources::new(sources), ..Tree::default() }, &Checks::all())
}

/// What is said of hooks: `rule path:line`.
fn said(scan: &Scan) -> Vec<String> {
    let findings = scan.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    let line = |finding: &Finding| {
        let file = scan.sources.file(finding.span.file);
        let line = file.text[..finding.span.start].matches('\n').count() + 1;
        format!("{} {}:{line}", finding.rule, file.path)
    };
    let mut said: Vec<String> = findings.map(line).collect();
    said.sort();
    said.dedup(); // a registration that serves two paths is one line
    said
}

/// What the marks of a version say.
fn marked(form: &Form) -> Vec<String> {
    let mut marked = Vec::new();
    for (path, text) in files(form, false) {
        for (number, line) in text.lines().enumerate() {
            for (mark, rule) in [("//! U", RULES[2]), ("//! S", RULES[1]), ("//! E", RULES[0])] {
                if line.trim_end().ends_with(mark) {
                    marked.push(format!("{rule} {path}:{}", number + 1));
                }
            }
        }
    }
    marked.sort();
    marked
}

/// Whether the right version's hook is known to be right.
fn is_known_right(scan: &Scan) -> bool {
    let hooks: Vec<_> = scan.apps.iter().flat_map(|app| &app.hooks).filter(|hook| hook.is_signed()).collect();
    !hooks.is_empty() && hooks.iter().all(|hook| hook.route.decisive().is_asymmetric())
}

fn verdict(form: &Form) -> String {
    let wrong = said(&scan(form, false));
    let right = scan(form, true);
    let said_of_right = said(&right);
    let marked = marked(form);
    if !said_of_right.is_empty() {
        return format!("FALSE: the right version has {said_of_right:?}");
    }
    match (wrong == marked, wrong.is_empty()) {
        (true, true) => "silent".to_owned(),
        (true, false) if is_known_right(&right) => "found".to_owned(),
        (true, false) => "half".to_owned(),
        (false, true) => "gap".to_owned(),
        (false, false) => format!("FALSE: marked {marked:?}, but said {wrong:?}"),
    }
}

#[test]
fn every_form_is_found_or_a_known_gap() {
    let forms = forms();
    let mut wrong = Vec::new();
    for form in &forms {
        let verdict = verdict(form);
        if verdict != form.expected {
            wrong.push(format!("{}: expected {}, is {verdict}", form.name, form.expected));
        }
    }
    assert!(wrong.is_empty(), "{} of {} forms:\n{}", wrong.len(), forms.len(), wrong.join("\n"));
}

#[test]
fn forms_have_names_of_their_own() {
    let mut names: Vec<String> = forms().into_iter().map(|form| form.name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}
