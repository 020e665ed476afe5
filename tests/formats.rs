//! Every format: valid, the same findings in each, and nothing in it of the scanned tree's own making.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{collections::BTreeMap, fs, path::Path};

use clap::ValueEnum;
use common::tree::{PLAIN, Tree, hostile, sample};
use connect_lint::{
    edit::{Applicability, Edit, Fix},
    problem::Problem,
    report::{Checkout, Format, PAGE_BASE, github::MOST_SHOWN, text::is_hostile},
    severity::Severity,
    source::{Label, Span},
    suppress::{Suppressed, Suppression},
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value as Json;

fn schema(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schemas").join(name);
    fs::read_to_string(path).unwrap()
}

/// Runs of every kind: findings, none, no app, what could not be read, and a hostile tree.
fn runs() -> Vec<Tree> {
    let mut clean = Tree::new(&[]);
    clean.proven = vec!["ACE 11.5.3 locked".to_owned()];
    let mut nothing = Tree::new(&[]);
    nothing.apps.clear();
    let mut unread = Tree::new(&[]);
    unread.apps.clear();
    unread.problems = vec![
        Problem { path: "package.json".to_owned(), message: "permission denied".to_owned() },
        Problem { path: "/srv/somebody/app".to_owned(), message: "not found".to_owned() },
    ];
    vec![sample(), clean, nothing, unread, hostile()]
}

#[test]
fn xml_is_valid() {
    for tree in runs() {
        for (format, schema_name) in [(Format::Junit, "junit-10.xsd"), (Format::Checkstyle, "checkstyle.xsd")] {
            let report = tree.report(format, PLAIN);
            let errors = common::xsd::errors(&schema(schema_name), &report);
            assert!(errors.is_empty(), "{errors:#?}\n{report}");
            assert!(!report.contains("somebody"), "no absolute path");
        }
    }
}

#[test]
fn what_is_not_valid_is_seen() {
    let errors = |document: &str| common::xsd::errors(&schema("checkstyle.xsd"), document).len();
    assert_eq!(errors("<checkstyle version=\"1\"><file name=\"a\"/></checkstyle>"), 0);
    assert_eq!(errors("<checkstyle><file name=\"a\">text<line/></file></checkstyle>"), 4);
    let error = "<checkstyle version=\"1\"><file name=\"a\"><error line=\"0\" severity=\"fatal\" message=\"\"/></file></checkstyle>";
    assert_eq!(errors(error), 3);
}

#[cfg(feature = "schema")]
#[test]
fn json_is_valid() {
    for (format, name) in [(Format::Gitlab, "code-quality.schema.json"), (Format::Rdjson, "rdjson.schema.json")] {
        let validator = jsonschema::validator_for(&serde_json::from_str(&schema(name)).unwrap()).unwrap();
        for tree in runs() {
            let report = tree.json(format);
            let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
            assert!(!report.to_string().contains("somebody"), "no absolute path");
        }
    }
}

#[test]
fn code_quality_tells_findings_apart_whatever_their_lines() {
    let fingerprints = |text: &str| {
        let mut tree = Tree::new(&[("a.json", text)]);
        let finding = tree.finding(0, tree.span("a.json", "false"), "wrong");
        tree.findings = vec![finding.clone(), finding];
        let issues = tree.json(Format::Gitlab);
        [0, 1].map(|at| issues[at]["fingerprint"].as_str().unwrap().to_owned())
    };
    assert_eq!(fingerprints("[false]"), fingerprints("\n\n[1, false]"));
    assert_ne!(fingerprints("[false]")[0], fingerprints("[false]")[1]);
}

#[test]
fn reviewdog_gets_columns_in_bytes_and_fixes_of_one_edit() {
    let mut tree = sample();
    let flag = tree.span("a b/é.json", "false");
    tree.findings[0].fix =
        Some(Fix::new(Applicability::Safe, "set it", [Edit { span: flag, text: "true".to_owned() }]));
    let diagnostics = tree.json(Format::Rdjson)["diagnostics"].clone();
    assert_eq!(diagnostics[0]["location"]["range"]["start"]["column"], 55, "`𝄞` is four bytes");
    assert_eq!(diagnostics[0]["suggestions"][0]["text"], "true");
    assert_eq!(sample().json(Format::Rdjson)["diagnostics"][0].get("suggestions"), None, "half a fix is none");
}

#[test]
fn paths_start_at_the_top_of_the_repository() {
    let mut tree = sample();
    tree.problems = vec![Problem { path: "pom.xml".to_owned(), message: "permission denied".to_owned() }];
    tree.checkout = Checkout { folder: "apps/one".to_owned(), origin: Some("https://example.com/team/app".to_owned()) };
    for format in Format::value_variants() {
        let report = tree.report(*format, PLAIN);
        let from_root = matches!(format, Format::Human | Format::Json | Format::Ndjson);
        assert_ne!(from_root, report.contains("apps/one/routes.js"), "{format:?}: {report}");
        assert_ne!(from_root, report.contains("apps/one/pom.xml"), "{format:?}: {report}");
    }
    let run = &tree.json(Format::Sarif)["runs"][0];
    assert_eq!(run["versionControlProvenance"][0]["repositoryUri"], "https://example.com/team/app");
}

#[test]
fn annotations_are_as_many_as_are_shown_and_the_rest_is_in_the_log() {
    let mut tree = sample();
    let (error, warning) = (tree.findings[0].clone(), tree.findings[1].clone());
    tree.findings = [vec![warning; 3], vec![error; MOST_SHOWN + 2]].concat();
    let report = tree.report(Format::Github, PLAIN);
    let lines: Vec<&str> = report.lines().collect();
    assert!(lines[..MOST_SHOWN].iter().all(|line| line.starts_with("::error file=a b/é.json,line=2,")), "{report}");
    assert!(lines[MOST_SHOWN..MOST_SHOWN + 3].iter().all(|line| line.starts_with("::warning file=routes.js,")));
    assert!(lines[MOST_SHOWN + 3..MOST_SHOWN + 5].iter().all(|line| line.starts_with("a b/é.json:2:")), "{report}");
    assert!(lines[MOST_SHOWN + 5].starts_with("1 app, 15 findings"), "{report}");
    insta::assert_snapshot!(sample().report(Format::Github, PLAIN));
}

#[test]
fn people_read_the_markdown_report() {
    insta::assert_snapshot!(sample().report(Format::Markdown, PLAIN));
}

#[test]
fn servers_read_junit() {
    let mut tree = sample();
    tree.findings[1].severity = Severity::Note;
    tree.problems = vec![Problem { path: "pom.xml".to_owned(), message: "permission denied".to_owned() }];
    insta::assert_snapshot!(tree.report(Format::Junit, PLAIN));
}

#[test]
fn what_somebody_put_aside_is_counted_and_never_a_finding() {
    let mut tree = sample();
    let (flag, key) = (tree.findings.remove(0), tree.span("a b/é.json", "\"key\""));
    let keys = |tree: &Tree| tree.json(Format::Sarif)["runs"][0]["results"][0]["partialFingerprints"].clone();
    let before = keys(&tree);
    let by = Suppression::Comment { span: key, reason: "moves in May".to_owned() };
    tree.suppressed = vec![Suppressed { finding: flag, by }];
    let said = |format: Format| match format {
        Format::Human | Format::Github => Some("1 app, 1 finding: 1 warning; 1 suppressed\n"),
        Format::Json => Some("\"reason\": \"moves in May\""),
        Format::Ndjson => Some("\"reason\":\"moves in May\""),
        Format::Sarif => Some("\"text\": \"1 finding suppressed.\""),
        Format::Markdown => Some("### Suppressed\n\n- `a b/é.json signed-install`: moves in May\n"),
        Format::Junit => Some("<skipped message=\"suppressed: moves in May\"/>"),
        Format::Gitlab | Format::Checkstyle | Format::Rdjson => None,
    };
    for format in Format::value_variants() {
        let report = tree.report(*format, PLAIN);
        assert!(said(*format).is_none_or(|said| report.contains(said)), "{format:?}: {report}");
    }
    assert!(common::xsd::errors(&schema("junit-10.xsd"), &tree.report(Format::Junit, PLAIN)).is_empty());
    let results = tree.json(Format::Sarif)["runs"][0]["results"].clone();
    let suppression = &results[1]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["justification"]), (&"inSource".into(), &"moves in May".into()));
    assert_eq!(suppression["location"]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(results[0].get("suppressions"), None);
    assert_eq!(keys(&tree), before, "another finding keeps its key");
}

/// What a hostile tree may try in a name or in code, against some format or terminal.
const FORGERIES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\n::error file=a.js,line=1::forged",
    "::error::forged",
    "\n  ::warning::forged",
    "##[error]forged",
    "##vso[task.logissue type=error]forged",
    "##teamcity[message text='forged']",
    "\u{1b}[2J",
    "\u{1b}]8;;https://evil.example\u{7}",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2066}",
    "\u{2028}",
    "\u{200b}",
    "\u{feff}",
    "%0A",
    "%0A::error::forged",
    "%",
    "`",
    "``",
    "|",
    "\\|",
    "\\",
    "\n| forged | row |",
    "[forged](https://evil.example)",
    "![forged](https://evil.example/x.png)",
    "](2)",
    "[",
    "]",
    "<img src=x onerror=y>",
    "<script>",
    "<!--",
    "-->",
    "]]>",
    "</error>",
    "</testsuite>",
    "&",
    "&lt;",
    "\"",
    "'",
    "@somebody",
    "#1",
    "https://evil.example",
    "www.evil.example",
    "<https://evil.example>",
    "{0}",
    "{{1}}",
    "\u{0}",
    "\u{fffe}",
    "*b*",
    "_i_",
    "~~s~~",
    "$x$",
    ":tada:",
    "\t",
    " ",
    ",",
    ":",
    "a",
    "é",
    "𝄞",
    "# h",
    "- l",
    "1. l",
    "```",
    "---",
];

fn hostile_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(FORGERIES), 1..7).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 160, ..ProptestConfig::default() })]
    #[test]
    fn no_text_of_the_tree_forges_anything(path in hostile_text(), code in hostile_text(), words in hostile_text()) {
        let path = format!("dir{path}/a.js");
        let text = format!("{code}\nx = {code};\nfalse\n");
        let mut tree = Tree::new(&[(&path, &text)]);
        let (span, other) = (tree.span(&path, "false"), tree.span(&path, "x ="));
        let file = span.file;
        let edit = Edit { span, text: code.clone() };
        let finding = tree.finding(0, span, &format!("`{words}` {words}"))
            .trace([Label::new(other, words.as_str())])
            .label(Span { file, start: 0, end: code.len() }, words.as_str())
            .help(words.as_str())
            .fix(Fix::new(Applicability::Shown, words.as_str(), [edit]));
        let mut note = finding.clone().severity(Severity::Note);
        note.identity = words.clone();
        tree.findings = vec![finding, note];
        tree.problems = vec![Problem { path: path.clone(), message: words.clone() }];
        let by = Suppression::Comment { span: other, reason: words.clone() };
        tree.suppressed = vec![Suppressed { finding: tree.findings[1].clone(), by }];
        tree.proven = vec![words.clone()];
        tree.apps[0].root = words.clone();
        tree.checkout.folder = words;
        for format in Format::value_variants() {
            let report = tree.report(*format, PLAIN);
            nothing_acts(*format, &report);
            match format {
                Format::Human => {}
                Format::Json | Format::Gitlab | Format::Rdjson => drop(serde_json::from_str::<Json>(&report).unwrap()),
                Format::Ndjson => {
                    let types = report.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["type"].clone());
                    let expected = ["finding", "finding", "suppressed", "problem", "repository"];
                    assert!(types.eq(expected), "a line for each: {report}");
                }
                Format::Sarif => links_are_ours(&serde_json::from_str(&report).unwrap()),
                Format::Github => annotations_are_ours(&report),
                Format::Junit | Format::Checkstyle => elements_are_ours(*format, &report),
                Format::Markdown => markup_is_ours(&report),
            }
        }
    }
}

/// Neither a terminal nor a build server finds a command, but for the annotations that GitHub is to find.
fn nothing_acts(format: Format, report: &str) {
    let acting: Vec<char> = report.chars().filter(|c| !matches!(c, '\n' | '\t') && is_hostile(*c)).collect();
    assert!(acting.is_empty(), "{format:?} {acting:?}\n{report}");
    for command in ["##[", "##vso[", "##teamcity["] {
        assert!(!report.contains(command), "{format:?}\n{report}");
    }
    let commands = report.lines().filter(|line| line.trim_start().starts_with("::")).count();
    assert_eq!(commands, if format == Format::Github { 3 } else { 0 }, "{format:?}\n{report}");
}

/// Reads commands as GitHub's runner does.
fn annotations_are_ours(report: &str) {
    let unescaped = |text: &str| {
        text.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    };
    for line in report.lines().filter(|line| line.starts_with("::")) {
        let (command, _) = line[2..].split_once("::").unwrap();
        let (kind, properties) = command.split_once(' ').unwrap();
        let properties: BTreeMap<&str, String> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap())
            .map(|(name, value)| (name, unescaped(value)))
            .collect();
        assert!(["error", "notice"].contains(&kind), "{line}");
        assert!(["signed-install", "connect-lint"].contains(&properties["title"].as_str()), "{line}");
        assert!(properties["file"].ends_with("/a.js") && !properties["file"].contains(['\r', '\n']), "{line}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(properties.keys().all(|name| known.contains(name)), "{line}");
    }
}

/// Links go to related locations alone.
fn links_are_ours(document: &Json) {
    for result in document["runs"][0]["results"].as_array().unwrap() {
        let message = result["message"]["text"].as_str().unwrap();
        let (mut escaped, mut open, mut links, mut rest) = (false, false, 0, message.chars());
        while let Some(character) = rest.next() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => {
                    assert!(!open, "{message}");
                    open = true;
                }
                ']' => {
                    assert!(open, "{message}");
                    links += 1;
                    assert!(rest.as_str().starts_with(&format!("({links})")), "{message}");
                    open = false;
                }
                _ => {}
            }
        }
        assert_eq!(links, result["relatedLocations"].as_array().unwrap().len(), "{message}");
    }
}

/// The elements of the report are those of two findings, a problem, and where there is a place for it one put aside.
fn elements_are_ours(format: Format, report: &str) {
    let (schema_name, element, expected) = match format {
        Format::Junit => ("junit-10.xsd", "testcase", 4),
        _ => ("checkstyle.xsd", "error", 3),
    };
    let errors = common::xsd::errors(&schema(schema_name), report);
    assert!(errors.is_empty(), "{errors:#?}\n{report}");
    let document = roxmltree::Document::parse(report).unwrap();
    assert_eq!(document.descendants().filter(|node| node.has_tag_name(element)).count(), expected, "{report}");
    assert!(document.descendants().all(|node| !node.is_comment() && !node.is_pi()), "{report}");
}

/// Two rows, the links to two pages, and no markup but what keeps names from being taken for people.
fn markup_is_ours(report: &str) {
    let (mut rows, mut links, mut words, mut outside_code) = (0, 0, String::new(), report.to_owned());
    for (event, range) in Parser::new_ext(report, Options::all()).into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(Tag::Link { .. })) {
            outside_code.replace_range(range.clone(), &" ".repeat(range.len()));
        }
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Link { dest_url, .. }) => {
                links += 1;
                assert!(dest_url.starts_with(PAGE_BASE), "{report}");
            }
            Event::Start(tag) => {
                let known = matches!(
                    tag,
                    Tag::Table(_)
                        | Tag::TableHead
                        | Tag::TableCell
                        | Tag::Paragraph
                        | Tag::Heading { .. }
                        | Tag::List(_)
                        | Tag::Item
                        | Tag::Strong
                );
                assert!(known, "{tag:?}\n{report}");
            }
            Event::InlineHtml(html) => {
                assert_eq!(&*html, "<!-- -->", "{report}");
                words.push('\u{0}');
            }
            Event::Text(text) => words.push_str(&text),
            Event::Code(_) | Event::End(_) | Event::SoftBreak => words.push('\n'),
            other => panic!("{other:?}\n{report}"),
        }
    }
    assert_eq!((rows, links), (2, 2), "{report}");
    assert!(!words.contains("@s") && !words.contains("#1"), "somebody is named\n{report}");
    // GitHub makes links of bare addresses, too, where nothing in them is escaped
    assert!(!outside_code.contains("www.") && !outside_code.replace("\\:", "").contains("://"), "{report}");
}
