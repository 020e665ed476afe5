//! What hostile, broken and odd code does to the reader: nothing.

use std::{
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use connect_lint::{
    ecosystem, javascript,
    source::{SourceFile, Sources},
};
use proptest::prelude::*;

const SEED: &str = r#"import express, { Router } from 'express';
const ace = require('atlassian-connect-express');
const jwt = require('jsonwebtoken');
const app = express();
const addon = ace(app);
const router = Router();
class Hooks { constructor(store) { this.store = store; } async installed(req, res) { await this.store.set(req.body); res.send(); } }
const hooks = new Hooks(new Map());
const guard = (kind) => async (req, res, next) => {
  try { const claims = jwt.verify(req.query.jwt, key, { algorithms: ['RS256'] }); if (claims.iss !== req.body.clientKey) return res.sendStatus(401); }
  catch (error) { return res.status(401).end(); }
  switch (kind) { case 'a': next(); break; default: for (const x of [1, 2]) { next(x); } }
};
router.use(guard('a'));
router.route(`/${'installed'}`).post(addon.authenticate(), ...[guard('b')], hooks.installed.bind(hooks));
app.use('/connect', router);
module.exports = { app, descriptor: { key: 'k', baseUrl: 'https://x', lifecycle: { installed: '/installed' }, ...rest } };
"#;

/// Reads one file; a panic inside is seen by the hook, for the reader itself survives it.
fn read(path: &str, text: &str) {
    static PANICKED: AtomicBool = AtomicBool::new(false);
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map_or("", |location| location.file());
            PANICKED.fetch_or(place.contains("src/javascript"), Ordering::Relaxed);
            before(info);
        }));
    });
    let began = Instant::now();
    let files = vec![
        SourceFile::new("package.json", r#"{"dependencies":{"atlassian-connect-express":"7.4.4"}}"#),
        SourceFile::new(path, text),
    ];
    let sources = Sources::new(files);
    let facts = ecosystem::read(&sources);
    for route in &facts.routes {
        let spans =
            route.guards.iter().map(|guard| guard.span).chain([route.span, route.path.span, route.handler.span]);
        spans.for_each(|span| assert!(sources.file(span.file).text.get(span.range()).is_some()));
    }
    assert!(!PANICKED.load(Ordering::Relaxed), "the reader panicked on\n{}", &text[..text.len().min(2_000)]);
    let spent = began.elapsed();
    assert!(spent.as_secs() < 20, "it took {spent:?}: {}", &text[..text.len().min(200)]);
}

#[test]
fn the_seed_is_read() {
    let sources = Sources::new(vec![SourceFile::new("app.js", SEED)]);
    let facts = ecosystem::read(&sources);
    let paths: Vec<&str> = facts.routes.iter().map(|route| route.path.value.as_str()).collect();
    assert_eq!(paths, ["/connect/installed"]);
    assert_eq!(facts.descriptors.len(), 1);
}

#[test]
fn deep_code_ends() {
    let bodies = [
        "(".repeat(300_000),
        format!("{}1{}", "(".repeat(1_500), ")".repeat(1_500)),
        format!("x = {}1", "!".repeat(100_000)),
        format!("x = 1{}", "+1".repeat(100_000)),
        format!("x{}", ".a".repeat(100_000)),
        format!("x{}", ".a()".repeat(50_000)),
        format!("app{}", ".use('/a', h)".repeat(5_000)),
        "if (a) b; else ".repeat(20_000),
        format!("x = {}1", "a ? b : ".repeat(50_000)),
        "`${".repeat(50_000),
        "<a>".repeat(50_000),
    ];
    for body in bodies {
        read("app.js", &format!("const app = require('express')();\napp.post('/installed', h);\n{body}"));
    }
}

#[test]
fn code_that_refers_to_itself_ends() {
    read("app.js", "const a = b, b = c, c = a; a.post('/x', a, b);");
    read(
        "app.js",
        "let s = ''; s = s + s; s += s; const app = require('express')(); app.post(s, (q, r) => { f(); function f() { g(); } function g() { f(); r.send(); } });",
    );
    read("app.js", "const f = () => f(); const app = require('express')(); app.post('/installed', f());");
    read("app.js", "const app = require('express')(); app.use('/a', app); app.post('/installed', (q, r) => r.send());");
    read("app.js", "module.exports = require('./app'); module.exports.post('/installed', module.exports);");
    read("app.js", "class A extends A { m() { return this.m; } } new A().m.post('/installed', new A().m);");
    let spreads: String = (0..60)
        .map(|i| {
            format!("const l{} = [...l{i}, ...l{i}], s{} = s{i} + s{i}, c{} = x(c{i}, c{i});\n", i + 1, i + 1, i + 1)
        })
        .collect();
    read(
        "app.js",
        &format!(
            "const l0 = [1], s0 = 'ab', c0 = y;\n{spreads}const app = require('express')();\napp.post(s60, ...l60, (q, r) => {{ z(c60, q.body); r.send(); }});"
        ),
    );
    let doubling: String = (0..60).map(|i| format!("const f{} = () => [f{i}(), f{i}()];\n", i + 1)).collect();
    read(
        "app.js",
        &format!("const f0 = () => 1;\n{doubling}const app = require('express')();\napp.post('/installed', f60());"),
    );
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    let text = "\u{feff}const app = require('express')();\napp.post('/installed', (req, res) => res.send());";
    let sources = Sources::new(vec![SourceFile::new("app.js", text)]);
    let facts = ecosystem::read(&sources);
    assert_eq!(sources.text(facts.routes[0].path.span), "'/installed'");
}

#[test]
fn every_spelling_of_an_import_is_followed() {
    let files = vec![
        SourceFile::new("tsconfig.json", r#"{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}"#),
        SourceFile::new("src/app.ts", "import { verify } from '@/auth/verify';\nimport './known';\nimport 'express';"),
        SourceFile::new("src/known.ts", ""),
    ];
    let sources = Sources::new(files.clone());
    let named = javascript::follow(&sources)(&files[1]);
    let [verify, known] = &named[..] else { panic!("{named:?}") };
    assert!(verify.contains(&"src/auth/verify.ts".to_owned()), "{verify:?}");
    assert!(known.contains(&"src/known.ts".to_owned()), "{known:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn mutated_code_is_read_without_a_panic(
        cuts in prop::collection::vec((0..SEED.len(), 0..40_usize, "[ (){}\\[\\];,.:=>!?&|`'\"$a-z0-9/*+-]{0,6}"), 1..6),
        typescript in any::<bool>(),
    ) {
        let mut text = SEED.to_owned();
        for (start, length, insert) in cuts {
            let start = start.min(text.len());
            let end = (start + length).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &insert);
            }
        }
        read(if typescript { "app.ts" } else { "app.js" }, &text);
    }
}
