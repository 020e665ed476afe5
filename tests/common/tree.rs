//! Runs made by hand, to report.

use std::sync::Arc;

use connect_lint::{
    app::{App, AppId, Phase},
    edit::{Applicability, Edit, Fix},
    facts::Facts,
    finding::Finding,
    problem::Problem,
    report::{Checkout, CodeScanning, Format, Run, Style},
    rule::Rule,
    severity::Severity,
    source::{Label, SourceFile, Sources, Span},
    suppress::Suppressed,
};

pub(crate) const PLAIN: Style = Style { color: false, unicode: true, width: 100, links: false, summary: true };

pub(crate) const SECURITY_PAGE: &str = "---
title: the installed callback is not signed with Atlassian's key
severity: error
fix: sometimes
since: 0.1.0
security-severity: \"7.8\"
references: [https://example.com/signed-install]
---

# What it does

Flags an app whose callbacks anybody can
forge.
";

pub(crate) const PLAIN_PAGE: &str = "---
title: the lock holds an old version
severity: note
fix: never
since: 0.1.0
references: []
---

Flags a lock file that is behind.
";

/// Everything a [`Run`] borrows.
pub(crate) struct Tree {
    pub(crate) rules: Vec<Rule>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) apps: Vec<App>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppressed>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) proven: Vec<String>,
    pub(crate) checkout: Checkout,
}

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Tree {
        Tree::of(files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect())
    }

    pub(crate) fn of(files: Vec<SourceFile>) -> Tree {
        let sources = Arc::new(Sources::new(files));
        let app = App {
            id: AppId(0),
            root: String::new(),
            phase: Phase::Enforced,
            sources: Arc::clone(&sources),
            facts: Facts::default(),
            hooks: Vec::new(),
            floors: Default::default(),
        };
        Tree {
            rules: vec![
                Rule::new("signed-install", SECURITY_PAGE, Some(silent)),
                Rule::new("old-lock", PLAIN_PAGE, Some(silent)),
            ],
            sources,
            apps: vec![app],
            findings: Vec::new(),
            suppressed: Vec::new(),
            problems: Vec::new(),
            proven: Vec::new(),
            checkout: Checkout::default(),
        }
    }

    /// The span of the first occurrence of a text.
    pub(crate) fn span(&self, path: &str, text: &str) -> Span {
        let file = self.sources.find(path).expect("the file exists");
        let start = self.sources.file(file).text.find(text).expect("the text occurs");
        Span { file, start, end: start + text.len() }
    }

    pub(crate) fn finding(&self, rule: usize, span: Span, message: &str) -> Finding {
        self.rules[rule].finding(&self.apps[0], span, "/identity", message)
    }

    pub(crate) fn report(&self, format: Format, style: Style) -> String {
        let run = Run {
            rules: &self.rules,
            sources: &self.sources,
            apps: &self.apps,
            findings: &self.findings,
            suppressed: &self.suppressed,
            problems: &self.problems,
            proven: &self.proven,
            root: "some/where",
            repository: "some/where",
            exit_code: 1,
            checkout: &self.checkout,
            code_scanning: &CodeScanning { lists_suppressed: true, ..CodeScanning::default() },
            style,
        };
        let mut out = Vec::new();
        format.reporter()(&run, &mut out).expect("memory can be written");
        String::from_utf8(out).expect("reports are text")
    }

    pub(crate) fn human(&self) -> String {
        self.report(Format::Human, PLAIN)
    }

    pub(crate) fn json(&self, format: Format) -> serde_json::Value {
        serde_json::from_str(&self.report(format, PLAIN)).expect("the report is JSON")
    }
}

pub(crate) fn silent(_: &Rule, _: &App) -> Vec<Finding> {
    Vec::new()
}

pub(crate) const DESCRIPTOR: &str = "\u{feff}{\r\n\t\"name\": \"𝄞\", \"apiMigrations\": { \"signed-install\": false },\r\n\t\"key\": \"com.example\"\r\n}\r\n";
pub(crate) const PACKAGE: &str = "{\n  \"dependencies\": {\n    \"atlassian-connect-express\": \"^6.6.0\"\n  }\n}\n";
pub(crate) const ROUTES: &str = "const ace = require('atlassian-connect-express');\nfunction routes(app, addon) {\n  app.post('/uninstalled', addon.authenticate(), handler);\n}\n";

/// An app with two findings over three files, one with a fix over two of them.
pub(crate) fn sample() -> Tree {
    let mut tree = Tree::new(&[("a b/é.json", DESCRIPTOR), ("package.json", PACKAGE), ("routes.js", ROUTES)]);
    let (flag, version) = (tree.span("a b/é.json", "false"), tree.span("package.json", "6.6.0"));
    let guard = tree.span("routes.js", "authenticate");
    let edits = [
        Edit { span: version, text: "7.4.4".to_owned() },
        Edit { span: flag, text: "true".to_owned() },
        Edit { span: tree.span("a b/é.json", ",\r\n\t\"key\": \"com.example\""), text: String::new() },
        Edit { span: tree.span("a b/é.json", "\"𝄞\"").before(), text: "\"new\", \"old\": ".to_owned() },
    ];
    let fixed = tree
        .finding(0, flag, "`signed-install` is `false`: anybody can install [this](https://evil.example) app")
        .trace([Label::new(version, "this release reads the flag"), Label::new(guard, "and [this] guard")])
        .label(tree.span("a b/é.json", "\"key\""), "of this app")
        .help("set it to `true`")
        .fix(Fix::new(Applicability::Safe, "set `signed-install` to `true`", edits));
    let shown =
        tree.finding(1, guard, "a guard that checks the wrong algorithm").severity(Severity::Warning).fix(Fix::new(
            Applicability::Shown,
            "call `authenticateInstall` instead",
            [Edit { span: guard, text: "authenticateInstall".to_owned() }],
        ));
    tree.findings = vec![fixed, shown];
    tree
}

pub(crate) const HOSTILE: &str = "x\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}\u{9b}31m\u{202e}\r\n\u{2028}\u{2066}y";

/// A tree whose author wants to draw on the reader's terminal.
pub(crate) fn hostile() -> Tree {
    let path = format!("dir{HOSTILE}/a.json");
    let mut tree = Tree::new(&[(&path, &format!("{{\"{HOSTILE}\": false}}\n")), ("b.json", HOSTILE)]);
    let span = tree.span(&path, "false");
    let whole = tree.span("b.json", HOSTILE);
    let edit = Edit { span: tree.span(&path, "\": f"), text: format!("{HOSTILE}\n") };
    tree.findings = vec![
        tree.finding(0, span, &format!("the key `{HOSTILE}` is wrong"))
            .trace([Label::new(whole, format!("seen in {HOSTILE}"))])
            .label(tree.span(&path, "x\u{1b}"), HOSTILE)
            .help(format!("remove {HOSTILE}"))
            .fix(Fix::new(Applicability::Shown, format!("remove {HOSTILE}"), [edit])),
    ];
    tree.problems = vec![Problem { path: HOSTILE.to_owned(), message: HOSTILE.to_owned() }];
    tree.proven = vec![HOSTILE.to_owned()];
    tree
}
