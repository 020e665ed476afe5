//! Things that nest or repeat without end, in every language and format: they are read in less stack than any platform
//! gives a program, and soon.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod common;

use std::{
    thread,
    time::{Duration, Instant},
};

use connect_lint::{
    discover::Tree,
    edit::Applicability,
    run::{Checks, Scan},
    source::{SourceFile, Sources},
};

/// Half of what a main thread has on Windows; elsewhere it has more.
const LEAST_STACK: usize = 512 << 10;

/// How many levels a file has: 260 bytes of the stack for each are too much. What a level costs must not grow with them.
const LEVELS: usize = 2_000;

/// Files of one kind: their name, what stands before the levels, and behind them.
struct Kind {
    name: &'static str,
    before: &'static str,
    behind: &'static str,
    /// What opens a level, what stands in the innermost, and what closes a level.
    levels: &'static [(&'static str, &'static str, &'static str)],
}

const DATA: &[Kind] = &[
    Kind {
        name: "atlassian-connect.json",
        before: "{\"key\": \"a.b\", \"lifecycle\": ",
        behind: "}",
        levels: &[
            ("{\"a\":", "1", "}"),
            ("[", "1", "]"),
            ("{{#a}}", "1", "{{/a}}"),
            ("/*", "1", "*/"),
            ("{{", "", "}}"),
        ],
    },
    Kind {
        name: "package.json",
        before: "{\"dependencies\": {\"atlassian-connect-express\": \"6.0.0\"}, \"scripts\": {\"a\": \"",
        behind: "\"}}",
        levels: &[
            ("AC_OPTS=$(", "no-auth", ")"),
            ("sh -c '", "AC_OPTS=no-auth", "'"),
            ("\\\"", "AC_OPTS=no-auth", "\\\""),
        ],
    },
    Kind {
        name: "src/main/resources/application.yml",
        before: "atlassian:\n  connect: ",
        behind: "\n",
        levels: &[
            ("[", "", "]"),
            ("{a: ", "b", "}"),
            ("- ", "b", ""),
            ("? ", "b", ""),
            ("&a ", "b", ""),
            ("!t ", "b", ""),
            ("${", "b", "}"),
            ("${a:", "b", "}"),
            ("*a ", "b", ""),
        ],
    },
    Kind {
        name: "src/main/resources/application.properties",
        before: "spring.profiles.active=",
        behind: "\natlassian.connect.allow-reinstall-missing-host=true\n",
        levels: &[("${a:", "b", "}"), ("a.", "b", ""), ("\\\n", "b", ""), ("!(", "b", ")"), ("a[", "b", "]")],
    },
    Kind {
        name: "pom.xml",
        before: "<project>",
        behind: "</project>",
        levels: &[
            ("<a>", "1", "</a>"),
            ("<a b='>'>", "1", "</a>"),
            ("<!--", "1", "-->"),
            ("<![CDATA[", "1", "]]>"),
            ("<parent><version>${", "a", "}</version></parent>"),
            ("<?a ", "1", "?>"),
            ("&amp;", "1", ""),
        ],
    },
    Kind {
        name: "gradle/libs.versions.toml",
        before: "a = ",
        behind: "\n",
        levels: &[
            ("[", "1", "]"),
            ("{a = ", "1", "}"),
            ("\na.", "b = 1", ""),
            ("\n[a.", "b]", ""),
            ("\n[[a]]", "", ""),
        ],
    },
    Kind {
        name: "connect-lint.toml",
        before: "exclude = ['",
        behind: "']\n",
        levels: &[("{", "a", "}"), ("**/", "a", ""), ("[", "a", "]"), ("a/", "b", ""), ("{a,", "b", "}")],
    },
    Kind {
        name: "yarn.lock",
        before: "",
        behind: "",
        levels: &[("atlassian-connect-express@", "1", ""), ("  ", "a", ""), ("a:\n  ", "b", "")],
    },
    Kind {
        name: "package-lock.json",
        before: "{\"packages\": ",
        behind: "}",
        levels: &[("{\"a\":", "1", "}"), ("{\"node_modules/a\": {\"dependencies\":", "{}", "}}")],
    },
    Kind {
        name: "pnpm-lock.yaml",
        before: "packages:\n",
        behind: "\n",
        levels: &[("{a: ", "b", "}"), ("  /a:\n", "", "")],
    },
];

const SCRIPTS: &[Kind] = &[
    Kind {
        name: "build.gradle",
        before: "dependencies { implementation 'com.atlassian.connect:atlassian-connect-spring-boot-starter:",
        behind: "'}",
        levels: &[
            ("' + (", "1", ")"),
            ("${", "a", "}"),
            ("'\ndependencies {", "", "}"),
            ("' + '", "1", ""),
            ("'[", "1", "]"),
            ("'/*", "1", "*/"),
            ("'\nfoo(", "1", ")"),
            ("'.a", "", ""),
        ],
    },
    Kind {
        name: "build.sbt",
        before: "libraryDependencies ++= Seq(",
        behind: ")",
        levels: &[("Seq(", "1", ")"), ("/*", "1", "*/"), ("\"\"\"", "1", ""), ("${", "1", "}")],
    },
    Kind {
        name: "project.clj",
        before: "(defproject a \"1\" :dependencies [",
        behind: "])",
        levels: &[("[", "a", "]"), ("(", "a", ")"), ("#_", "a", ""), ("{", "a", "}"), ("'", "a", ""), ("\\", "a", "")],
    },
    Kind {
        name: "Gemfile",
        before: "gem 'atlassian-jwt', ",
        behind: "\n",
        levels: &[("[", "1", "]"), ("\n=begin\n", "", "\n=end\n"), ("{", "1", "}"), ("\"#{", "1", "}\"")],
    },
    Kind {
        name: "Dockerfile",
        before: "FROM a\nENV AC_OPTS=",
        behind: "\n",
        levels: &[
            ("\\\n", "no-auth", ""),
            ("\"", "no-auth", "\""),
            ("$(", "a", ")"),
            ("${a:-", "a", "}"),
            ("\nFROM a AS ", "b", ""),
        ],
    },
    Kind {
        name: "run.sh",
        before: "AC_OPTS=",
        behind: "\n",
        levels: &[
            ("$(", "a", ")"),
            ("`", "a", "`"),
            ("\"$(", "a", ")\""),
            ("sh -c \"", "a", "\""),
            ("'", "a", "'"),
            ("\\", "a", ""),
            ("((", "a", "))"),
            ("JAVA_OPTS='-Da=", "b", "'"),
            ("<<A\n", "A\n", ""),
        ],
    },
    Kind {
        name: "docker-compose.yml",
        before: "services:\n  a:\n    environment:\n      AC_OPTS: ",
        behind: "\n",
        levels: &[("[", "a", "]"), ("{name: AC_OPTS, value: ", "a", "}"), ("sh -c '", "a", "'")],
    },
    Kind {
        name: "requirements.txt",
        before: "atlassian-connect-flask",
        behind: "\n",
        levels: &[("[", "a", "]"), (">=1,", "2", ""), ("1-", "1", ""), ("(", "1", ")")],
    },
    Kind {
        name: "composer.json",
        before: "{\"require\": {\"a/b\": \"",
        behind: "\"}}",
        levels: &[("1 || ", "2", ""), ("(", "1", ")"), ("1-", "1", "")],
    },
    Kind {
        name: "go.mod",
        before: "module a\nrequire ",
        behind: "\n",
        levels: &[("(\n", "a v1", "\n)"), ("a/", "b v1", ""), ("//", "a", "")],
    },
];

const CODE: &[Kind] = &[
    Kind {
        name: "routes.js",
        before: "const app = require('express')();\nconst ace = require('atlassian-connect-express');\n\
            const addon = ace(app);\napp.post('/installed', addon.authenticate(), (req, res) => ",
        behind: ");\n",
        levels: &[
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{", "", "}"),
            ("!", "1", ""),
            ("1+", "1", ""),
            ("a ? b : ", "c", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("a().", "b", ""),
            ("() => ", "1", ""),
            ("new ", "A", ""),
            ("a = ", "b", ""),
            ("await ", "b", ""),
            ("`${", "b", "}`"),
            ("<a>", "b", "</a>"),
            ("function () { return ", "b", "}"),
            ("a && ", "b", ""),
            ("a, ", "b", ""),
            ("...", "b", ""),
        ],
    },
    Kind {
        name: "chains.js",
        before: "const app = require('express')();\n",
        behind: "\napp.post('/installed', f);\n",
        levels: &[
            ("if (a) b(); else ", "c();", ""),
            ("app.use('/a', f);\n", "", ""),
            ("{", "", "}"),
            ("const a = b;\n", "", ""),
            ("for (;;) ", ";", ""),
            ("a: ", "b;", ""),
            ("try {", "", "} finally {}"),
            ("switch (a) { default: ", "", "}"),
            ("class A { b() {", "", "} }"),
            ("function f() {", "", "}"),
            ("var ", "a;", ""),
            ("app.post('/installed', (q, r) => { save(q.body); });\n", "", ""),
            ("app.post('/installed', addon.authenticate(), f);\n", "const addon = ace(app);\n", ""),
            ("set(app);\n", "function set(app) { app.post('/installed', (q, r) => { save(q.body); }); }\n", ""),
        ],
    },
    #[cfg(feature = "jvm")]
    Kind {
        name: "A.java",
        before: "@RestController class A { @PostMapping(\"/installed\") Object installed(@RequestBody Host host) { return ",
        behind: "; } }",
        levels: &[
            ("(", "1", ")"),
            ("!", "a", ""),
            ("1+", "1", ""),
            ("a ? b : ", "c", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("() -> ", "a", ""),
            ("(B) ", "a", ""),
            ("new A() { Object a = ", "1", "; }"),
            ("new int[", "1", "]"),
            ("; if (a) ", "return 1", ""),
            ("; {", "", "}"),
            ("; class A {", "", "}"),
            ("; @A(", "b", ")"),
            ("; List<", "B", "> c"),
            ("; try {", "", "} finally {}"),
        ],
    },
    #[cfg(feature = "jvm")]
    Kind {
        name: "A.kt",
        before: "@RestController class A { @PostMapping(\"/installed\") fun installed(@RequestBody host: Host): Any = ",
        behind: " }",
        levels: &[
            ("(", "1", ")"),
            ("!", "a", ""),
            ("1+", "1", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("{ ", "a", "}"),
            ("\"${", "a", "}\""),
            ("a ?: ", "b", ""),
            ("if (a) b else ", "c", ""),
            ("when { else -> ", "c", "}"),
            ("object { val a = ", "1", "}"),
            ("1\n@A(arrayOf(", "b", ")) val c = 1"),
            ("1\n@A(b = [", "c", "]) val d = 1"),
        ],
    },
];

#[cfg(feature = "stacks")]
const STACKS: &[Kind] = &[
    Kind {
        name: "app.py",
        before: "@app.route('/installed', methods=['POST'])\ndef installed():\n    return ",
        behind: "\n",
        levels: &[
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{1: ", "1", "}"),
            ("not ", "a", ""),
            ("1+", "1", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("lambda: ", "a", ""),
            ("a if b else ", "c", ""),
            ("f\"{", "a", "}\""),
            ("a\n    if b: ", "c", ""),
            ("-", "1", ""),
            ("1\n@app.route('/installed', methods=['POST'])\ndef installed():\n    save(request.json); ", "1", ""),
            (
                "1\nb = Blueprint()\nfrom a import b\napp.register_blueprint(b)\n@b.post('/installed')\ndef f(): ",
                "1",
                "",
            ),
        ],
    },
    Kind {
        name: "config/routes.rb",
        before: "post '/installed', to: ",
        behind: "\n",
        levels: &[
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("{ a: ", "1", "}"),
            ("\"#{", "a", "}\""),
            ("a.", "b", ""),
            ("a ", "b", ""),
            ("a do\n", "b", "\nend"),
            ("-> { ", "a", "}"),
            ("!", "a", ""),
            ("\nscope '/a' do\n", "post '/installed', to: 'a#b'", "\nend"),
            ("<<A\n", "A\n", ""),
            ("if a\n", "b", "\nend"),
            ("1\npost '/installed' do\n  save(params)\nend\n", "", ""),
        ],
    },
    Kind {
        name: "routes/web.php",
        before: "<?php\nRoute::post('/installed', ",
        behind: ");\n",
        levels: &[
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("!", "$a", ""),
            ("1+", "1", ""),
            ("$a->", "b", ""),
            ("a(", "b", ")"),
            ("function () { return ", "1", "; }"),
            ("fn () => ", "1", ""),
            ("\"{$a[", "1", "]}\""),
            ("$a ? $b : ", "$c", ""),
            ("new class { public $a = ", "1", "; }"),
            ("Route::prefix('a')->group(", "", ")"),
            ("1); Route::post('/installed', function ($a) { save($a); })->middleware('b'", "", ""),
        ],
    },
    Kind {
        name: "main.go",
        before: "package main\nfunc main() { http.HandleFunc(\"/installed\", ",
        behind: ") }\n",
        levels: &[
            ("(", "1", ")"),
            ("[]int{", "1", "}"),
            ("!", "a", ""),
            ("1+", "1", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("func() { a := ", "1", "}"),
            ("*", "a", ""),
            ("map[a]", "b", "{}"),
            ("[]", "a", "{}"),
            ("a); b.Use(a); b.POST(\"/installed\", ", "a", ""),
        ],
    },
    Kind {
        name: "Startup.cs",
        before: "class A { [HttpPost(\"/installed\")] object Installed() => ",
        behind: "; }",
        levels: &[
            ("(", "1", ")"),
            ("!", "a", ""),
            ("1+", "1", ""),
            ("a.", "b", ""),
            ("a(", "b", ")"),
            ("() => ", "a", ""),
            ("$\"{", "a", "}\""),
            ("new A { B = ", "1", "}"),
            ("a ? b : ", "c", ""),
            ("; class A { object B = ", "1", "; }"),
            ("; List<", "A", "> b"),
            ("1; [HttpPost(\"/installed\")] object Installed(Host a) => ", "save(a)", ""),
        ],
    },
];

/// Reads, checks and mends apps whose one file nests: once with what closes the levels, once without.
fn withstands(kinds: &'static [Kind]) {
    let cases = kinds.iter().flat_map(|kind| kind.levels.iter().map(move |level| (kind, level)));
    for (kind, (open, inner, close)) in cases {
        let closes = [close.repeat(LEVELS), String::new()];
        for close in closes.into_iter().take(1 + usize::from(!close.is_empty())) {
            let text = format!("{}{}{inner}{close}{}", kind.before, open.repeat(LEVELS), kind.behind);
            let case = format!("{open:?} in {}", kind.name);
            // an overflow of the stack ends the process with the name of the thread
            let thread = thread::Builder::new().name(case.clone()).stack_size(LEAST_STACK);
            let begun = Instant::now();
            let mended = thread.spawn(move || mend(kind.name, text)).unwrap().join();
            assert!(mended.is_ok(), "{case}");
            let took = begun.elapsed();
            // a debug build on a busy machine is a hundred times slower than what users run
            assert!(took < Duration::from_secs(30), "{case} took {took:?}");
        }
    }
}

fn mend(name: &str, text: String) {
    let mut files = vec![SourceFile::new(name, text)];
    for (path, text) in [
        ("atlassian-connect.json", "{\"key\": \"a.b\", \"lifecycle\": {\"installed\": \"/installed\"}}"),
        ("package.json", "{\"dependencies\": {\"atlassian-connect-express\": \"6.0.0\"}}"),
    ] {
        files.extend((path != name).then(|| SourceFile::new(path, text)));
    }
    let checks = Checks::all();
    let scan = Scan::new(Tree { sources: Sources::new(files), ..Tree::default() }, &checks);
    common::mend(&scan, &checks, Applicability::Unsafe);
}

#[test]
fn data_is_read() {
    withstands(DATA);
}

#[test]
fn scripts_are_read() {
    withstands(SCRIPTS);
}

#[test]
fn code_is_read() {
    withstands(CODE);
}

#[cfg(feature = "stacks")]
#[test]
fn code_of_other_stacks_is_read() {
    withstands(STACKS);
}
