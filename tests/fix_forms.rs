//! Ways to write what a fix changes, and what it leaves of each. `tests/fix_forms/*.forms` holds every form as a tiny
//! tree; a line that begins with `-|` is there before the fix only, one with `+|` afterwards only.
//!
//! `## fixed rule name`: the rule's fixes turn the one into the other. `## kept rule name`: the rule has a finding, and
//! nothing is changed, for the form cannot be edited safely. Every form is also mended with lines that end as on
//! Windows, behind a byte order mark, without a last line break and with tabs: the outcome differs in nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot read its own files fails")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
};

use connect_lint::{
    app::Phase,
    discover::Tree,
    edit::Applicability,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
};

const DESCRIPTOR: &str = r#"{
  "key": "form", "name": "Form", "baseUrl": "https://form.example.com", "authentication": { "type": "jwt" },
  "lifecycle": {
    "installed": "/installed", "uninstalled": "/uninstalled", "enabled": "/enabled", "disabled": "/disabled"
  },
  "apiMigrations": { "signed-install": true }, "modules": {}
}
"#;

const MANIFEST: &str = r#"{
  "name": "form",
  "dependencies": { "atlassian-connect-express": "8.4.1", "atlassian-jwt": "^2.0.2", "express": "^4.18.0" }
}
"#;

/// The app and the addon of ACE, as most apps begin.
const EXPRESS: &str = "const express = require('express');
const ace = require('atlassian-connect-express');
const tenants = require('./tenants');
const app = express();
const addon = ace(app);
app.use(express.json());
";

/// The build of an app on Spring Boot.
const POM: &str = "<project>
  <dependencies>
    <dependency>
      <groupId>com.atlassian.connect</groupId>
      <artifactId>atlassian-connect-spring-boot-starter</artifactId>
      <version>2.2.3</version>
    </dependency>
  </dependencies>
</project>
";

struct Form {
    name: String,
    rule: String,
    is_fixed: bool,
    text: String,
}

/// A way to write a file of a path.
type Spelling = fn(&str, &str) -> String;

const SPELLINGS: [(&str, Spelling); 5] = [
    ("as written", |_, text| text.to_owned()),
    ("CRLF", |_, text| text.replace('\n', "\r\n")),
    ("byte order mark", |_, text| format!("\u{feff}{text}")),
    ("no last line break", |_, text| text.trim_end().to_owned()),
    ("tabs", |path, text| match path.ends_with(".yml") {
        true => text.to_owned(), // where no line may be indented by tabs
        false => text.split('\n').map(tabbed).collect::<Vec<_>>().join("\n"),
    }),
];

/// A line indented by tabs.
fn tabbed(line: &str) -> String {
    let rest = line.trim_start_matches(' ');
    let width = line.len() - rest.len();
    format!("{}{}{rest}", "\t".repeat(width / 2), " ".repeat(width % 2))
}

fn forms() -> Vec<Form> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fix_forms");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut forms = Vec::new();
    for path in paths {
        for part in format!("\n{}", fs::read_to_string(&path).unwrap()).split("\n## ").skip(1) {
            let (title, text) = part.split_once('\n').unwrap_or((part, ""));
            let [kind, rule, name] = title.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{title}") };
            assert!(matches!(kind, "fixed" | "kept"), "{title}");
            let (name, rule) = (format!("{rule}: {name}"), rule.to_owned());
            forms.push(Form { name, rule, is_fixed: kind == "fixed", text: text.to_owned() });
        }
    }
    forms
}

/// The files of a form before or after its fixes.
fn files(form: &Form, is_after: bool) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let (mine, other) = if is_after { ("+|", "-|") } else { ("-|", "+|") };
    for part in format!("\n{}", form.text).split("\n=== ").skip(1) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let lines = text.trim_end().lines().filter(|line| !line.starts_with(other));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(mine).unwrap_or(line)).collect();
        let text = (lines.join("\n") + "\n").replace("EXPRESS\n", EXPRESS).replace("POM\n", POM);
        files.push((path.trim().to_owned(), text));
    }
    let is_built = |name: &str| files.iter().any(|(path, _)| path.starts_with(name));
    let manifest = if is_built("pom.xml") || is_built("build.") { None } else { Some(("package.json", MANIFEST)) };
    for (path, text) in [("atlassian-connect.json", DESCRIPTOR)].into_iter().chain(manifest) {
        if !files.iter().any(|(known, _)| known == path) {
            files.push((path.to_owned(), text.to_owned()));
        }
    }
    files
}

/// What is wrong with the outcome of a form in one spelling.
fn fault(form: &Form, spell: Spelling) -> Option<String> {
    let spelled = |files: Vec<(String, String)>| files.into_iter().map(|(path, text)| (spell(&path, &text), path));
    let sources = spelled(files(form, false)).map(|(text, path)| SourceFile::decode(path, text.into_bytes()));
    let sources = Sources::new(sources.collect());
    let checks = Checks::new(std::slice::from_ref(&form.rule), &[], Phase::Enforced).unwrap();
    let before = Scan::new(Tree { sources, ..Tree::default() }, &checks);
    if before.findings.is_empty() {
        return Some("nothing is found".to_owned());
    }
    if let Some(fault) =
        before.findings.iter().find_map(|found| common::edits_alone_change(&before.sources, found).err())
    {
        return Some(fault);
    }
    let mended = common::mend(&before, &checks, Applicability::Unsafe);
    let expected = spelled(files(form, true)).map(|(text, path)| (path, text.into_bytes())).collect();
    if let Err(difference) = common::same_bytes(&expected, &mended.scan.sources) {
        return Some(format!("{difference}{:?}", mended.refused));
    }
    if !mended.refused.is_empty() {
        return Some(format!("a fix is offered that does not hold: {:?}", mended.refused));
    }
    (form.is_fixed == mended.applied.is_empty()).then(|| "nothing was to be mended".to_owned())
}

#[test]
fn every_form_is_mended_or_kept() {
    let forms = forms();
    let mut wrong = Vec::new();
    for form in &forms {
        for (spelling, spell) in SPELLINGS {
            if let Some(fault) = fault(form, spell) {
                wrong.push(format!("## {} ({spelling})\n{fault}", form.name));
                break;
            }
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
