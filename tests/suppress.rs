//! Findings that are put aside: by comments of every language, and by the configuration.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use connect_lint::{
    comments::comments,
    config::{self, Configuration},
    discover::Tree,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
    suppress::{Suppression, UNUSED},
};

const DESCRIPTOR: &str = r#"{"key":"a","baseUrl":"https://a.example","authentication":{"type":"jwt"},
"apiMigrations":{"signed-install":true,"context-qsh":true},"lifecycle":{"installed":"/installed"},"modules":{}}"#;

fn configuration(text: &str) -> Configuration {
    config::parse(text.as_bytes().to_vec(), config::FILE, "").unwrap()
}

fn scan(files: &[(&str, &str)], configured: &str) -> Scan {
    let configured_file = (config::FILE, configured);
    let files = files.iter().chain([&("atlassian-connect.json", DESCRIPTOR), &configured_file]);
    let sources = Sources::new(files.map(|(path, text)| SourceFile::new(*path, *text)).collect());
    Scan::new(Tree { sources, ..Tree::default() }, &Checks::all().configured(configuration(configured)))
}

/// The rules of the findings that count, and of those that do not.
fn rules(scan: &Scan) -> (Vec<&str>, Vec<&str>) {
    let suppressed = scan.suppressed.iter().map(|suppressed| suppressed.finding.rule);
    (scan.findings.iter().map(|finding| finding.rule).collect(), suppressed.collect())
}

const OPEN: &str = "unauthenticated-lifecycle-hook";

fn server(before: &str, after: &str) -> String {
    format!(
        "const app = require('express')();\n{before}\napp.post('/installed', (req, res) => save(req.body).then(() => res.sendStatus(204)));{after}\n"
    )
}

#[test]
fn a_comment_reaches_its_line_and_the_one_below() {
    let said = format!("connect-lint: ignore[{OPEN}] the gateway verifies it");
    for (before, after) in [
        (format!("// {said}"), String::new()),
        (format!("/* {said} */"), String::new()),
        (format!("/*\n * {said},\n * in all its clusters\n */"), String::new()),
        (String::new(), format!(" // {said}")),
        (
            format!("// nosemgrep connect-lint:ignore [ {OPEN} , lifecycle-secret-logged ]: the gateway does"),
            String::new(),
        ),
    ] {
        let scan = scan(&[("server.js", &server(&before, &after))], "");
        let (found, suppressed) = rules(&scan);
        assert_eq!(suppressed, [OPEN], "{before}{after}");
        assert!(!found.contains(&OPEN));
        let Suppression::Comment { reason, .. } = &scan.suppressed[0].by else { panic!("no comment") };
        assert!(reason.starts_with("the gateway"), "{reason}");
    }
    let untouched = [
        format!("// {said}\n"),
        format!("other(); // {said}"),
        format!("log('// {said}');"),
        format!("// `{said}`"),
        "// connect-lint: ignore[lifecycle-secret-logged] another one".to_owned(),
        format!("// connect-lint: ignored[{OPEN}] a word of its own"),
    ];
    for before in untouched {
        let scan = scan(&[("server.js", &server(&before, ""))], "");
        assert_eq!(rules(&scan).1, Vec::<&str>::new(), "{before}");
    }
}

#[test]
fn comments_that_suppress_nothing_are_findings() {
    let said = format!("connect-lint: ignore[{OPEN}] the gateway verifies it");
    for (before, message) in [
        (format!("// {said}\n"), "nothing here breaks"),
        (format!("// connect-lint: ignore[{OPEN}] - "), "gives no reason"),
        ("// connect-lint: ignore[no-such] x".to_owned(), "names `no-such`, which is no rule"),
        ("// connect-lint: ignore[] x".to_owned(), "names ``, which is no rule"),
        ("// connect-lint: ignore all".to_owned(), "names no rule in brackets"),
    ] {
        let scan = scan(&[("server.js", &server(&before, ""))], "");
        let unused: Vec<_> = scan.findings.iter().filter(|finding| finding.rule == UNUSED).collect();
        assert_eq!(unused.len(), 1, "{before}");
        assert!(unused[0].message.contains(message), "{}", unused[0].message);
        assert!(rules(&scan).0.contains(&OPEN), "{before}");
    }
    let files = [("server.js", &*server(&format!("// {said}\n"), ""))];
    let sources = Sources::new(files.map(|(path, text)| SourceFile::new(path, text)).to_vec());
    let selected = Checks::new(&["syntax-error".to_owned(), UNUSED.to_owned()], &[], Default::default()).unwrap();
    let scan = Scan::new(Tree { sources, ..Tree::default() }, &selected);
    assert!(scan.findings.is_empty(), "a rule that did not run cannot be judged");
}

#[test]
fn every_language_has_its_comments() {
    let files = [
        ("a.js", "let a = '// @no'; // @yes\n/* @yes */ const b = `# @no ${1 /* @yes */}`; const c = /\\/\\/ @no/;"),
        ("a.ts", "\u{feff}let a: string = \"/* @no */\"; // @yes"),
        ("a.json", "{\"a\": \"// @no\", // @yes\n /* @yes\n @yes */ \"b//\": 'http://@no' }"),
        (
            "a.yml",
            "# @yes\na: '# @no'\nb: x#@no # @yes\nc: |\n  # @no\n  d\n# @yes\ne: >-\n  # @no\nf: [a, # @yes\n  b]\n",
        ),
        ("a.toml", "# @yes\na = '# @no' # @yes\n[b] # @yes\nc = \"\"\"\n# @no\n\"\"\"\n"),
        ("a.properties", "# @yes\n ! @yes\na = b # @no\nc = d \\\n # @no\n"),
        ("pom.xml", "<a><!-- @yes --><b c='@no'><![CDATA[<!-- @no -->]]></b></a>"),
        ("build.gradle", "// @yes\nx 'a // @no'\n"),
        ("Dockerfile", "# @yes\nRUN echo '# @no'\n  # @yes"),
        #[cfg(feature = "jvm")]
        ("A.java", "/** @yes */ class A { String a = \"// @no\"; /* @yes */ int b; // @yes\n}"),
        #[cfg(feature = "jvm")]
        ("A.kt", "val a = \"// @no\" // @yes\n/* @yes */ val b = \"\"\"\n// @no\n\"\"\""),
        #[cfg(feature = "stacks")]
        ("a.py", "a = '# @no' # @yes\n\"\"\"\n# @no\n\"\"\""),
        #[cfg(feature = "stacks")]
        ("a.rb", "a = '# @no' # @yes\n=begin\n@yes\n=end\n"),
        #[cfg(feature = "stacks")]
        ("a.php", "<?php $a = '// @no'; // @yes\n# @yes\n/* @yes */ ?> @no"),
        #[cfg(feature = "stacks")]
        ("a.go", "package a // @yes\nvar b = `// @no` /* @yes */"),
        #[cfg(feature = "stacks")]
        ("a.cs", "class A { string a = \"// @no\"; /* @yes */ int b; } // @yes"),
    ];
    for (path, text) in files {
        let sources = Sources::new(vec![SourceFile::new(path, text)]);
        let (id, file) = sources.iter().next().unwrap();
        let comments = comments(id, file);
        for (at, word) in text.match_indices("@yes").chain(text.match_indices("@no")) {
            let inside = comments.iter().any(|comment| comment.contains(&at));
            assert_eq!(inside, word == "@yes", "{path}: {:?} of {comments:?}", &text[at.saturating_sub(9)..at + 3]);
        }
    }
}

#[test]
fn entries_of_the_configuration_put_aside_what_they_name() {
    let open = server("", "");
    let entry = |more: &str| format!("[[ignore]]\nrule = '{OPEN}'\nreason = 'the gateway verifies it'\n{more}");
    for (more, is_suppressed) in [
        ("path = 'server.js'", true),
        ("path = ['x', 'serv*']\nidentity = '/installed'", true),
        ("path = 'server.js'\nidentity = '/uninstalled'", false),
        ("path = 'src'", false),
    ] {
        let scan = scan(&[("server.js", &open)], &entry(more));
        let (found, suppressed) = rules(&scan);
        assert_eq!((suppressed == [OPEN], found.contains(&OPEN)), (is_suppressed, !is_suppressed), "{more}");
        assert_eq!(found.contains(&UNUSED), !is_suppressed, "{more}");
        let unused = scan.findings.iter().find(|finding| finding.rule == UNUSED);
        assert!(unused.is_none_or(|finding| scan.sources.text(finding.span) == format!("'{OPEN}'")));
    }
}

#[test]
fn levels_hold_for_paths() {
    let files = [("apps/old/server.js", &*server("", "")), ("server.js", &*server("", ""))];
    let severity = |configured: &str| -> Vec<_> {
        let scan = scan(&files, configured);
        let open = scan.findings.iter().filter(|finding| finding.rule == OPEN);
        open.map(|finding| (scan.sources.file(finding.span.file).path.to_string(), finding.severity)).collect()
    };
    use connect_lint::severity::Severity::{Error, Note};
    let (old, new) = ("apps/old/server.js".to_owned(), "server.js".to_owned());
    assert_eq!(severity(""), [(old.clone(), Error), (new.clone(), Error)]);
    assert_eq!(severity(&format!("rules.{OPEN} = 'note'")), [(old.clone(), Note), (new.clone(), Note)]);
    let overridden = format!("[[override]]\npath = 'apps/old'\nrules.{OPEN} = 'off'");
    assert_eq!(severity(&overridden), [(new, Error)]);
    assert_eq!(scan(&files, &overridden).suppressed[0].by, Suppression::SwitchedOff);
    let on_again = format!("rules.{OPEN} = 'off'\n[[override]]\npath = 'apps'\nrules.{OPEN} = 'on'");
    assert_eq!(severity(&on_again), [(old, Error)]);
}
