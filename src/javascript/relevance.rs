//! Whether a file says something of an app by itself, decided on its text before anything is parsed.
//!
//! What registers a route, builds a descriptor or names Connect does. All else matters only where a file that does
//! imports it, or where it registers on what such a file gives it.

use std::sync::LazyLock;

use crate::{
    javascript::{
        project::is_bundle,
        routes::{
            files,
            routers::{is_router_name, is_router_package},
        },
    },
    literals::{Around, Hit, Literals, Relevance, has},
};

/// The words of which code that matters has at least one. They are fewer than those of all languages together, and up to
/// 32 are looked for twice as fast as more.
pub static WORDS: LazyLock<Literals> =
    LazyLock::new(|| Literals::new(OWN.into_iter().chain(SETUP).chain(EVENTS).chain(REGISTRATIONS)));

/// Words that no file has by chance.
const OWN: [&str; 13] = [
    "atlassian",
    "ATLASSIAN_CONNECT",
    "AC_OPTS",
    "CONNECT_KEYS_CDN_URL",
    "AC_SIGNED_INSTALL",
    "signed-install",
    "@Controller",
    "sharedSecret",
    "shared-secret",
    "shared_secret",
    "SharedSecret",
    "HS256",
    "RS256",
];

/// What sets up an app of Nest, in a file that imports it.
const SETUP: [&str; 4] = ["setGlobalPrefix", "useGlobalGuards", "APP_GUARD", ".forRoutes("];

/// Words of events, which are words of any program too.
const EVENTS: [&str; 3] = ["installed", "Installed", "lifecycle"];

/// What registers a route, or looks like it.
const REGISTRATIONS: [&str; 5] = [".post(", ".all(", ".use(", ".route(", ".register("];

/// What else is looked for, once one of the words is there: the members of a descriptor, and packages that serve.
static OTHERS: LazyLock<Literals> = LazyLock::new(|| {
    Literals::new([
        "baseUrl",
        "modules",
        "firebase-functions",
        "express",
        "polka",
        "restify",
        "connect",
        "router",
        "koa",
        "hono",
        "fastify",
        "hapi",
    ])
});

/// How much the file at `path` matters for its text, in which `hits` were found.
pub fn relevance(path: &str, text: &str, hits: &[Hit]) -> Relevance {
    match of_words(path, text, hits) {
        relevance if relevance == Relevance::None || !is_bundle(text) => relevance,
        _ => Relevance::None,
    }
}

fn of_words(path: &str, text: &str, hits: &[Hit]) -> Relevance {
    let is_registration = |hit: &&Hit| match hit.word {
        // a plugin with options, as a prefix is: other things are registered far more often
        ".register(" => {
            let around = hit.around(text);
            has_arguments(around.after) && (is_of_router(&around) || text.contains("fastify"))
        }
        word => REGISTRATIONS.contains(&word) && !hit.around(text).before.trim_end().ends_with("Promise"),
    };
    let registrations: Vec<&Hit> = hits.iter().filter(is_registration).collect();
    let is_registering = !registrations.is_empty();
    let serves_path = |hit: &&Hit| hit.word != ".use(" || has_arguments(hit.around(text).after);
    let is_serving = || registrations.iter().any(serves_path);
    let is_event = |hit: &Hit| {
        let around = hit.around(text);
        EVENTS.contains(&hit.word) && !is_prose(&around) && !is_imported(&around)
    };
    let is_named = hits.iter().any(is_event);
    let is_own = |hit: &Hit| OWN.contains(&hit.word) && (hit.word != "@Controller" || is_decorator(&hit.around(text)));
    let sets_up = || hits.iter().any(|hit| SETUP.contains(&hit.word)) && text.contains("@nestjs/");
    let is_own = hits.iter().any(is_own) || sets_up() || files::is_place(path, text) || is_named && is_serving();
    if is_own || registrations.iter().any(|hit| is_of_router(&hit.around(text))) {
        return Relevance::Own;
    }
    let others = if is_named || is_registering { OTHERS.hits(text.as_bytes()) } else { Vec::new() };
    if others.iter().any(|hit| serves(text, hit)) || builds_descriptor(text, hits, &others) {
        return Relevance::Own;
    }
    if is_registering { Relevance::Connected } else { Relevance::None }
}

/// Whether a word may be a decorator, not what a remark or a message names: it begins a line, or stands behind another one,
/// its end, or `export`.
fn is_decorator(around: &Around<'_>) -> bool {
    let Some(line) = around.line().map(str::trim_start) else { return true };
    line.is_empty() || ["@", ")", "}", "/*", "export"].iter().any(|word| line.starts_with(word))
}

/// Whether a call whose arguments a text begins with may have several of them: `use('/hook', store)`. One alone is run for
/// every path.
fn has_arguments(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' | b'\'' | b'`' => while bytes.next().is_some_and(|(_, inside)| inside != byte) {},
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' | b']' | b'}' => return false,
            b',' if depth == 0 => return !text[at + 1..].trim_start().starts_with(')'),
            b'.' if depth == 0 && text[at..].starts_with("...") => return true,
            _ => {}
        }
    }
    true // too much to tell
}

/// Whether a word stands between others: ` installed by `.
fn is_prose(around: &Around<'_>) -> bool {
    let mut next = around.after.chars();
    let goes_on = match next.next() {
        Some(' ') => next.next().is_some_and(char::is_alphabetic),
        Some('.') => next.next().is_none_or(char::is_whitespace),
        _ => false,
    };
    goes_on && around.before.ends_with([' ', '\t', '\n', '(', '-', '*'])
}

/// Whether a word stands inside a name that is imported: `import a from './lifecycle`.
fn is_imported(around: &Around<'_>) -> bool {
    let line = around.line().unwrap_or(around.before);
    let before = line.rsplit_once(['"', '\'', '`']).map_or("", |(before, _)| before.trim_end());
    let is_call = before.strip_suffix('(').is_some_and(|call| call.ends_with("require") || call.ends_with("import"));
    is_call || before.ends_with("from") || before.ends_with("import")
}

/// Whether a literal is in the import of a package that makes routers, or functions that serve by their names.
fn serves(text: &str, hit: &Hit) -> bool {
    let is_of_package = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '@' | '/');
    let around = hit.around(text);
    let start = hit.at - (around.before.len() - around.before.trim_end_matches(is_of_package).len());
    let rest = around.after.trim_start_matches(is_of_package);
    let name = &text[start..hit.at + hit.word.len() + around.after.len() - rest.len()];
    let is_whole = text[..start].ends_with(['"', '\'', '`']) && rest.starts_with(['"', '\'', '`']);
    let is_server = || is_router_package(name) || name.starts_with("firebase-functions");
    is_whole && is_server() && is_imported(&around)
}

/// Whether an object may have the members of a descriptor: `lifecycle`, beside `baseUrl` or `modules`.
fn builds_descriptor(text: &str, hits: &[Hit], others: &[Hit]) -> bool {
    let is_key = |hit: &Hit| {
        let after = hit.around(text).after.trim_start_matches(['"', '\'', '`', ']']).trim_start();
        after.starts_with([':', ',', '}', '(']) || after.starts_with("//") || after.starts_with("/*")
    };
    let mut lifecycles = hits.iter().filter(|hit| hit.word == "lifecycle");
    lifecycles.any(is_key) && (has(others, "baseUrl") || has(others, "modules"))
}

/// Whether what a word is a member of may be a router by a name in it: `app`, `this.server`, `router.route('/a').get(b)`.
fn is_of_router(around: &Around<'_>) -> bool {
    let mut rest = around.before;
    loop {
        rest = rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '?' | '!' | '.'));
        rest = match rest.chars().next_back() {
            Some(')' | ']') => match before_brackets(rest) {
                Some(before) => before,
                None => return true, // too much to tell
            },
            Some(c) if is_of_name(c) => {
                let before = rest.trim_end_matches(is_of_name);
                if is_router_name(&rest[before.len()..]) {
                    return true;
                }
                let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '?' | '!'));
                if !before.ends_with('.') {
                    return before.is_empty() && around.is_cut;
                }
                before
            }
            Some(_) => return false,
            None => return around.is_cut,
        }
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// What stands before the brackets that a text ends with; brackets in strings count too.
fn before_brackets(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' | b']' => depth += 1,
            b'(' | b'[' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[..at]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(path: &str, text: &str) -> Relevance {
        relevance(path, text, &WORDS.hits(text.as_bytes()))
    }

    #[test]
    fn what_serves_or_names_connect_matters() {
        for text in [
            "app.post('/hook', store)",
            "router\n  .route('/hook')\n  .post(store)",
            "this.server?.use(log)",
            "app.get('/', index('a)')).post('/hook', store)",
            "import { App } from 'koa'; web.use(log)",
            "const web = require('fastify')(); web.register(hooks, { prefix: '/hooks' })",
            "import { NestFactory } from '@nestjs/core'; web.setGlobalPrefix('api')",
            "import { APP_GUARD } from '@nestjs/core'; const guard = { provide: APP_GUARD, useClass: Signed }",
            "web.post(paths.installed, store)",
            "const app = require(\"express\")(); app[verb]('/installed', store)",
            "exports.installed = require('firebase-functions').https.onRequest(store)",
            "export default { key, baseUrl, lifecycle: events }",
            "export default { lifecycle, modules }",
            "store(body.sharedSecret)",
            "web.use('/installed', store)",
            "web.use(hook('a(', {}), (request, response) => response.send('installed'))",
            "web.use(...installed)",
            "/** The hooks. */\n@Controller('hooks')\nexport class Hooks {}",
            "@UseGuards(Signed) @Controller() class Hooks {}",
            "@Tags({\n  name: 'hooks',\n}) @Controller() class Hooks {}",
            &format!("app{}.post('/hook', store)", ".get('/a', show)".repeat(100)),
            &format!("app{}.post('/hook', store)", ".hooks".repeat(200)),
            &format!("app.get('/a', () => {{ {} }}).post('/hook', store)", "show(); ".repeat(200)),
            &format!("{} const web = require('express'); web.listen(installed)", "show(); ".repeat(200)),
        ] {
            assert_eq!(weighed("src/a.js", text), Relevance::Own, "{text}");
        }
        for text in [
            "export default installed",
            "export { installed as default }",
            "module.exports = installed",
            "export const middleware = guard(paths.installed)",
        ] {
            assert_eq!(weighed("pages/api/hook.ts", text), Relevance::Own, "{text}");
        }
    }

    #[test]
    fn what_registers_on_something_else_matters_where_that_does() {
        for text in [
            "import { web } from './web'; web.use(log)",
            "axios.post(url, body)",
            "import './lifecycle'; x.all(y)",
            "this.scope.use(new Watcher(frame, ')'),); this.lifecycle.end()",
        ] {
            assert_eq!(weighed("src/a.js", text), Relevance::Connected, "{text}");
        }
    }

    #[test]
    fn what_has_a_word_by_chance_does_not_matter() {
        for text in [
            "// must be installed before",
            "throw new Error(`${name} is not installed.`)",
            "Promise.all(jobs)",
            "await Promise\n  .all(jobs)",
            "import { Disposable } from './lifecycle.js'",
            "const hooks = { lifecycle: [] }",
            "this.lifecycleHooks.modules()",
            "/**\n * Whether a class has the `@Controller()` decorator.\n */",
            "fail('a class without @Controller()')",
        ] {
            assert_eq!(weighed("src/a.js", text), Relevance::None, "{text}");
        }
        assert_eq!(
            weighed("src/api/Page.ts", "/** Once installed: the default. */\nexport class Page {}"),
            Relevance::None
        );
        let long = format!("app.post('/installed', {})", "x".repeat(3_000));
        let webpack =
            "module.exports =\n/******/ (() => { // webpackBootstrap\napp.post('/installed', store)\n/******/ })()";
        let mapped = "app.post('/installed', store);\n//# sourceMappingURL=a.js.map";
        for bundle in [&*long, webpack, mapped] {
            assert_eq!(weighed("src/a.js", bundle), Relevance::None, "{bundle}");
        }
    }
}
