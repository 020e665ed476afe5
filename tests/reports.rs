//! What the reporters write, checked against the formats' own rules and against the text it speaks of.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::collections::BTreeSet;

use common::tree::{HOSTILE, PACKAGE, PLAIN, Tree, hostile, sample};
use connect_lint::{
    edit::{Applicability, Edit, Fix},
    facts::{Descriptor, Origin},
    problem::Problem,
    report::{
        Format, Style,
        sarif::{MOST_RESULTS, fingerprint::line_hashes, opaque},
        text::is_hostile,
    },
    source::{Label, SourceFile, Span, Spanned},
    suppress::{Suppressed, Suppression},
    tree::{Member, Node, Value},
};
use proptest::prelude::*;

#[test]
fn people_see_every_file_the_fix_and_what_is_left_to_do() {
    insta::assert_snapshot!(sample().human());
}

#[test]
fn a_plain_terminal_gets_plain_characters() {
    let mut tree = sample();
    tree.findings.truncate(1);
    let text = tree.report(Format::Human, Style { unicode: false, width: 60, ..PLAIN });
    let drawn: BTreeSet<char> = text.chars().filter(|character| !character.is_ascii()).collect();
    assert_eq!(drawn, BTreeSet::from(['é', '𝄞']), "{text}");
}

#[test]
fn links_are_written_only_where_they_are_shown() {
    let tree = sample();
    let address = "connect-lint/blob/main/rules/signed-install.md";
    assert!(!tree.human().contains(address));
    let linked = tree.report(Format::Human, Style { links: true, ..PLAIN });
    assert!(linked.contains(&format!("\u{1b}]8;;https://github.com/connect-lint/{address}\u{1b}\\")), "{linked}");
}

#[test]
fn a_clean_run_says_what_was_proven_and_an_empty_one_that_it_saw_nothing() {
    let mut tree = Tree::new(&[]);
    tree.proven = vec!["ACE 11.5.3 locked; 2 of 2 hooks asymmetric".to_owned()];
    assert_eq!(tree.human(), ".: ACE 11.5.3 locked; 2 of 2 hooks asymmetric\n1 app, no findings\n");
    tree.proven.clear();
    tree.apps.clear();
    assert_eq!(tree.human(), "no Atlassian Connect app found in some/where\n");
}

#[test]
fn the_summary_counts_what_each_command_mends() {
    let mut tree = sample();
    let summary = |tree: &Tree| tree.human().lines().last().unwrap_or_default().to_owned();
    assert_eq!(summary(&tree), "1 app, 2 findings: 1 error, 1 warning; `connect-lint fix` mends 1");
    let mut other = tree.findings[0].clone();
    other.fix = other.fix.map(|fix| fix.at_most(Applicability::Unsafe));
    tree.findings.push(other);
    assert_eq!(
        summary(&tree),
        "1 app, 3 findings: 2 errors, 1 warning; `connect-lint fix` mends 1, 1 more with `--unsafe-fixes`"
    );
    tree.findings.drain(..2);
    assert_eq!(summary(&tree), "1 app, 1 finding: 1 error; `connect-lint fix --unsafe-fixes` mends 1");
}

#[test]
fn json_has_the_documented_shape() {
    let mut tree = sample();
    tree.problems = vec![Problem { path: "secret.json".to_owned(), message: "permission denied".to_owned() }];
    let span = |text| tree.span("a b/é.json", text);
    let key = Member {
        key: Spanned { value: "key".to_owned(), span: span("\"key\"") },
        value: Node { span: span("\"com.example\""), value: Value::String("com.example".to_owned()) },
    };
    let (file, node) = (span("{").file, Node { span: span("{"), value: Value::Object(vec![key]) });
    tree.apps[0].facts.descriptors = vec![Descriptor { file, tree: node, origin: Origin::File, not_strict: None }];
    insta::assert_snapshot!(tree.report(Format::Json, PLAIN));
}

#[test]
fn offsets_count_the_bytes_of_the_file() {
    let mut tree = Tree::of(vec![SourceFile::decode("latin.properties", b"\xe4\xf6=\xfc\nkey=value\n".to_vec())]);
    tree.findings = vec![tree.finding(0, tree.span("latin.properties", "value"), "wrong")];
    let document = tree.json(Format::Json);
    let start = &document["findings"][0]["start"];
    assert_eq!((&start["line"], &start["column"], &start["offset"]), (&2.into(), &5.into(), &9.into()));
}

#[test]
fn sarif_is_as_the_snapshot_and_the_same_every_time() {
    let text = sample().report(Format::Sarif, PLAIN);
    assert_eq!(text, sample().report(Format::Sarif, PLAIN));
    insta::assert_snapshot!(text);
}

#[cfg(feature = "schema")]
#[test]
fn sarif_is_valid() {
    let mut tree = sample();
    tree.problems = vec![
        Problem { path: "secret file.json".to_owned(), message: "permission denied".to_owned() },
        Problem { path: "/srv/somebody/app".to_owned(), message: "not found".to_owned() },
    ];
    let text = tree.report(Format::Sarif, PLAIN);
    assert!(!text.contains("somebody"), "no absolute path");
    common::assert_valid_sarif(&serde_json::from_str(&text).unwrap());
    common::assert_valid_sarif(&hostile().json(Format::Sarif));
    let mut put_aside = sample();
    let by = Suppression::Comment { span: put_aside.findings[0].span, reason: "moves in May".to_owned() };
    put_aside.suppressed = vec![Suppressed { finding: put_aside.findings.remove(0), by }];
    common::assert_valid_sarif(&put_aside.json(Format::Sarif));
    let mut empty = Tree::new(&[]);
    empty.apps.clear();
    empty.problems = vec![Problem { path: ".".to_owned(), message: "permission denied".to_owned() }];
    let document = empty.json(Format::Sarif);
    common::assert_valid_sarif(&document);
    assert_eq!(document["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_sarif_rule_is_complete_and_in_its_place() {
    let document = sample().json(Format::Sarif);
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [opaque("old-lock"), opaque("signed-install")]);
    assert_eq!(rules[0]["messageStrings"]["default"]["text"], "'{0}' in the app '{1}': the lock holds an old version.");
    assert_eq!(rules[1]["fullDescription"]["text"], "Flags an app whose callbacks anybody can forge.");
    assert_eq!(rules[1]["name"], "SignedInstall");
    assert_eq!(rules[1]["properties"]["security-severity"], "7.8");
    assert_eq!(rules[0]["properties"]["problem.severity"], "recommendation");
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
        assert_eq!(opaque(result["properties"]["rule"].as_str().unwrap()), ids[index]);
    }
}

#[test]
fn every_sarif_region_read_back_is_the_text_it_speaks_of() {
    let tree = sample();
    let document = tree.json(Format::Sarif);
    let result = &document["runs"][0]["results"][0];
    assert_eq!(read_back(&tree, &result["locations"][0]), "false");
    let related = result["relatedLocations"].as_array().unwrap().iter();
    let related: Vec<String> = related.map(|place| read_back(&tree, place)).collect();
    assert_eq!(related, ["6.6.0", "authenticate", "\"key\""]);
    let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().iter();
    let flow: Vec<String> = flow.map(|step| read_back(&tree, &step["location"])).collect();
    assert_eq!(flow, ["6.6.0", "authenticate", "false"]);
}

/// The text of a location, found as a reader of SARIF finds it.
fn read_back(tree: &Tree, location: &serde_json::Value) -> String {
    let physical = &location["physicalLocation"];
    let (text, range) = (text_at(tree, &physical["artifactLocation"]), &physical["region"]);
    let read = text[utf16_range(&text, range)].to_owned();
    assert_eq!(range["snippet"]["text"], *read);
    read
}

fn text_at(tree: &Tree, artifact: &serde_json::Value) -> String {
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
    let mut bytes = Vec::new();
    let mut rest = artifact["uri"].as_str().unwrap().bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits: String = rest.by_ref().take(2).map(char::from).collect();
        bytes.push(u8::from_str_radix(&digits, 16).unwrap());
    }
    let path = String::from_utf8(bytes).unwrap();
    tree.sources.file(tree.sources.find(&path).unwrap()).text.trim_start_matches('\u{feff}').to_owned()
}

fn utf16_range(text: &str, region: &serde_json::Value) -> std::ops::Range<usize> {
    let place = |line: &str, column: &str| {
        let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(number(line) - 1).map(str::len).sum();
        let units: Vec<u16> = text[start..].encode_utf16().take(number(column) - 1).collect();
        start + String::from_utf16(&units).expect("no half character").len()
    };
    place("startLine", "startColumn")..place("endLine", "endColumn")
}

#[test]
fn applying_the_fixes_of_sarif_gives_our_own_result() {
    let tree = sample();
    let document = tree.json(Format::Sarif);
    let fixes = document["runs"][0]["results"][0]["fixes"].as_array().unwrap();
    let mut mended = Vec::new();
    for change in fixes[0]["artifactChanges"].as_array().unwrap() {
        let mut text = text_at(&tree, &change["artifactLocation"]);
        for replacement in change["replacements"].as_array().unwrap().iter().rev() {
            let range = utf16_range(&text, &replacement["deletedRegion"]);
            text.replace_range(range, replacement["insertedContent"]["text"].as_str().unwrap_or_default());
        }
        mended.push(text);
    }
    let descriptor =
        "{\r\n\t\"name\": \"new\", \"old\": \"𝄞\", \"apiMigrations\": { \"signed-install\": true }\r\n}\r\n";
    assert_eq!(mended, [descriptor.to_owned(), PACKAGE.replace("6.6.0", "7.4.4")]);
    let shown = &document["runs"][0]["results"][1];
    assert_eq!(shown.get("fixes"), None, "a fix that is only shown is not offered");
}

#[test]
fn text_of_the_tree_makes_no_link_in_sarif() {
    let document = sample().json(Format::Sarif);
    let message = document["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert_eq!(
        message,
        "`signed-install` is `false`: anybody can install \\[this\\](https://evil.example) app. Set it to `true`. \
         See: [this release reads the flag](1); [and \\[this\\] guard](2); [of this app](3)."
    );
}

#[test]
fn the_most_severe_results_are_kept() {
    let mut tree = sample();
    let (error, warning) = (tree.findings[0].clone(), tree.findings[1].clone());
    tree.findings = vec![warning; MOST_RESULTS];
    tree.findings.push(error);
    let document = tree.json(Format::Sarif);
    let results = document["runs"][0]["results"].as_array().unwrap();
    assert_eq!((results.len(), &results[0]["level"]), (MOST_RESULTS, &"error".into()));
    let note = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(note, "Left out 1 less severe results, to stay below the limit of code scanning.");
}

#[test]
fn a_result_keeps_its_own_key_when_lines_move() {
    let keys = |text: &str| {
        let mut tree = Tree::new(&[("a.json", text)]);
        let finding = tree.finding(0, tree.span("a.json", "false"), "wrong");
        tree.findings = vec![finding.clone(), finding];
        let results = tree.json(Format::Sarif)["runs"][0]["results"].clone();
        let key = |index: usize| results[index]["partialFingerprints"]["connectLint/v1"].as_str().unwrap().to_owned();
        (key(0), key(1))
    };
    assert_eq!(keys("[false]"), keys("\n\n[1, false]"));
    assert_ne!(keys("[false]").0, keys("[false]").1);
}

/// The values that the tests of GitHub's uploader expect.
#[test]
fn line_hashes_are_those_of_githubs_uploader() {
    let greeting = [
        "e9496ae3ebfced30:1",
        "fb7c023a8b9ccb3f:1",
        "ce8ba1a563dcdaca:1",
        "e20e36e16fcb0cc8:1",
        "b3edc88f2938467e:1",
        "c8e28b0b4002a3a0:1",
        "c129715d7a2bc9a3:1",
    ];
    assert_eq!(all_hashes(""), ["c129715d7a2bc9a3:1"]);
    assert_eq!(
        all_hashes(" a\nb\n  \t\tc\n d"),
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
    );
    for text in [
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
        " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
        " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
    ] {
        assert_eq!(all_hashes(text), greeting, "{text:?}");
    }
    let repeated = all_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
    assert_eq!(repeated[..2], ["a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2"]);
    assert_eq!(repeated[5..8], ["a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1"]);
    assert_eq!(repeated[8..], ["55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"]);
}

fn all_hashes(text: &str) -> Vec<String> {
    line_hashes(&SourceFile::new("a", text), &(1..=100).collect()).into_values().collect()
}

#[test]
fn hostile_text_cannot_act_on_a_terminal() {
    let tree = hostile();
    for format in [Format::Human, Format::Json, Format::Sarif] {
        let text = tree.report(format, PLAIN);
        let acting: Vec<char> = text.chars().filter(|c| is_hostile(*c) && *c != '\n').collect();
        assert!(acting.is_empty(), "{acting:?}\n{text}");
        assert!(!text.lines().any(|line| line.starts_with('y')), "no line of the tree's own making\n{text}");
    }
    let message = tree.json(Format::Json)["findings"][0]["message"].clone();
    assert_eq!(message, format!("the key `{HOSTILE}` is wrong"), "programs get what is written");
}

#[test]
fn a_mark_stays_below_what_it_marks() {
    let mut tree = Tree::new(&[("a.json", "{\"a\u{1b}\u{202e}é\u{7f}\": false}\n")]);
    tree.findings = vec![tree.finding(0, tree.span("a.json", "false"), "wrong")];
    let text = tree.human();
    let lines: Vec<&str> = text.lines().collect();
    let column = |line: &str, mark: &str| line.find(mark).map(|at| line[..at].chars().count());
    let source = lines.iter().position(|line| line.contains("false")).unwrap();
    assert_eq!(column(lines[source], "false"), column(lines[source + 1], "─"), "{text}");
    assert!(text.contains("a.json:1:11"), "{text}");
}

#[test]
fn long_lines_and_tall_spans_are_clipped() {
    let line = format!("[{}false{}]\n", "1, ".repeat(100_000), ", 2".repeat(100_000));
    let mut tree = Tree::new(&[("min.json", &line), ("tall.json", &"[],\n".repeat(10_000))]);
    let tall = tree.sources.find("tall.json").unwrap();
    tree.findings = vec![
        tree.finding(0, tree.span("min.json", "false"), "wrong"),
        tree.finding(0, Span { file: tall, start: 4, end: 39_000 }, "wrong"),
    ];
    let text = tree.human();
    assert!(text.contains("min.json:1:300002"), "{text}");
    assert!(text.contains("false") && text.contains("tall.json:2:1"), "{text}");
    assert!(text.len() < 4_000, "{} bytes", text.len());
}

#[test]
fn the_time_does_not_grow_with_findings_times_lines() {
    const LINE: &str = "  \"some key\": false,\n";
    let mut tree = Tree::new(&[("big.json", &LINE.repeat(20_000))]);
    let file = tree.sources.find("big.json").unwrap();
    let spans = (0..5_000).map(|number| number * 4 * LINE.len() + 14).map(|start| Span { file, start, end: start + 5 });
    tree.findings = spans.map(|span| tree.finding(0, span, "wrong")).collect();
    let started = std::time::Instant::now();
    for format in [Format::Human, Format::Json, Format::Sarif] {
        assert!(tree.report(format, PLAIN).len() > 5_000);
    }
    // without an index, and without optimisation, it takes minutes
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_text_and_no_span_stops_a_reporter(
        text in "(\\PC|[\\r\\n\\t \u{1b}\u{202e}\u{feff}𝄞é]){0,60}",
        ends in proptest::collection::vec((0_usize..80, 0_usize..80), 1..8),
    ) {
        let mut tree = Tree::new(&[("a", &text), ("b", &text)]);
        let files = [tree.sources.find("a").unwrap(), tree.sources.find("b").unwrap()];
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let spans: Vec<Span> = ends.iter().enumerate().map(|(index, (a, b))| {
            let (a, b) = (boundary(*a), boundary(*b));
            Span { file: files[index % 2], start: a.min(b), end: a.max(b) }
        }).collect();
        let edits = spans.iter().map(|span| Edit { span: *span, text: text.clone() });
        tree.findings = vec![tree.finding(0, spans[0], &text)
            .trace(spans[1..].iter().map(|span| Label::new(*span, text.as_str())))
            .fix(Fix::new(Applicability::Shown, text.as_str(), edits))];
        for format in [Format::Human, Format::Json, Format::Sarif] {
            let report = tree.report(format, PLAIN);
            prop_assert!(!report.contains("Failed to read"), "{}", report);
            prop_assert!(!report.chars().any(|c| !matches!(c, '\n' | '\t') && is_hostile(c)));
        }
    }
}
