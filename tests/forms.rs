//! Ways to write one route and one guard: what is found of each. A line here that says less than the code does is a
//! gap, written down.

use connect_lint::{
    ecosystem,
    facts::{Facts, GuardClass},
    source::{SourceFile, Sources},
};

/// A form: its name, its files (`== path` begins one), and what is found: `path class` of every route.
struct Form(&'static str, &'static str, &'static str);

const MANIFEST: &str = r#"{ "name": "app", "dependencies": { "atlassian-connect-express": "11.5.3" } }"#;

const EXPRESS: &str =
    "const app = require('express')();\nconst ace = require('atlassian-connect-express');\nconst addon = ace(app);\n";

fn facts(files: &str) -> Facts {
    let mut sources = vec![SourceFile::new("package.json", MANIFEST)];
    for part in format!("\n{files}").split("\n== ").filter(|part| !part.trim().is_empty()) {
        let (path, text) = part.split_once('\n').unwrap_or((part, ""));
        let text = text.replace("EXPRESS\n", EXPRESS);
        sources.push(SourceFile::new(path.trim(), text));
    }
    ecosystem::read(&Sources::new(sources))
}

fn found(files: &str) -> String {
    let facts = facts(files);
    let mut lines: Vec<String> =
        facts.routes.iter().map(|route| format!("{} {}", route.path.value, name(route.decisive()))).collect();
    lines.sort();
    lines.join(", ")
}

fn name(class: GuardClass) -> &'static str {
    match class {
        GuardClass::Asymmetric => "asymmetric",
        GuardClass::LegacyFallback => "fallback",
        GuardClass::Unbound => "unbound",
        GuardClass::Symmetric => "symmetric",
        GuardClass::Unverified => "unverified",
        GuardClass::PassThrough => "pass-through",
        GuardClass::Unknown => "unknown",
    }
}

fn check(forms: &[Form]) {
    let gaps: Vec<String> = forms
        .iter()
        .filter_map(|Form(name, files, expected)| {
            let found = found(files);
            (found != *expected).then(|| format!("{name}\n    expected {expected}\n    found    {found}"))
        })
        .collect();
    assert!(gaps.is_empty(), "\n{}", gaps.join("\n"));
}

#[test]
fn registrations() {
    check(&[
        Form(
            "post",
            "== app.js\nEXPRESS\napp.post('/installed', addon.authenticateInstall(), (req, res) => res.send());",
            "/installed asymmetric",
        ),
        Form(
            "all",
            "== app.js\nEXPRESS\napp.all('/installed', addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "array of guards",
            "== app.js\nEXPRESS\napp.post('/installed', [addon.authenticate()], (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "spread of guards",
            "== app.js\nEXPRESS\nconst guards = [addon.authenticate()];\napp.post('/installed', ...guards, (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "named guard",
            "== app.js\nEXPRESS\nconst guard = addon.authenticate();\napp.post('/installed', guard, (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "destructured guard",
            "== app.js\nEXPRESS\nconst { authenticate } = addon;\napp.post('/installed', authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "computed method",
            "== app.js\nEXPRESS\napp['post']('/installed', addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "method by name",
            "== app.js\nEXPRESS\nconst method = 'post';\napp[method]('/installed', addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "route().post",
            "== app.js\nEXPRESS\napp.route('/installed').get((req, res) => res.send()).post(addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "chained",
            "== app.js\nEXPRESS\napp.post('/a', (req, res) => res.send()).post('/installed', addon.authenticate(), (req, res) => res.send());",
            "/a unverified, /installed symmetric",
        ),
        Form(
            "path array",
            "== app.js\nEXPRESS\napp.post(['/installed', '/uninstalled'], addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric, /uninstalled symmetric",
        ),
        Form(
            "regex path",
            "== app.js\nEXPRESS\napp.post(/^\\/installed\\/?$/, addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "constant path",
            "== app.js\nEXPRESS\nconst PATHS = { install: '/installed' };\napp.post(PATHS.install, addon.authenticate(), (req, res) => res.send());",
            "/installed symmetric",
        ),
        Form(
            "template path",
            "== app.js\nEXPRESS\nconst base = '/connect';\napp.post(`${base}/installed`, addon.authenticate(), (req, res) => res.send());",
            "/connect/installed symmetric",
        ),
        Form(
            "enum path",
            "== app.ts\nimport express from 'express';\nenum Path { Installed = '/installed' }\nconst app = express();\napp.post(Path.Installed, (req, res) => { res.send() });",
            "/installed unverified",
        ),
        Form(
            "router mounted",
            "== app.js\nEXPRESS\nconst { Router } = require('express');\nconst router = Router();\nrouter.post('/installed', addon.authenticate(), (req, res) => res.send());\napp.use('/connect', router);",
            "/connect/installed symmetric",
        ),
        Form(
            "mounts in mounts",
            "== app.js\nEXPRESS\nconst express = require('express');\nconst a = express.Router(), b = express.Router();\nb.post('/installed', (req, res) => res.send());\na.use('/b', b);\napp.use('/a', a);",
            "/a/b/installed unverified",
        ),
        Form(
            "mount array",
            "== app.js\nEXPRESS\nconst router = require('express').Router();\nrouter.post('/installed', (req, res) => res.send());\napp.use(['/a', '/b'], router);",
            "/a/installed unverified, /b/installed unverified",
        ),
        Form(
            "router-level use",
            "== app.js\nEXPRESS\nconst router = require('express').Router();\nrouter.use(addon.authenticate());\nrouter.post('/installed', (req, res) => res.send());\napp.use(router);",
            "/installed symmetric",
        ),
        Form(
            "use after the route",
            "== app.js\nEXPRESS\napp.post('/installed', (req, res) => res.send());\napp.use(addon.authenticate());",
            "/installed unverified",
        ),
        Form(
            "use on another path",
            "== app.js\nEXPRESS\napp.use('/admin', addon.authenticate());\napp.post('/installed', (req, res) => res.send());",
            "/installed unverified",
        ),
        Form(
            "table of routes",
            "== app.js\nEXPRESS\nconst routes = [{ path: '/installed', method: 'post', guard: addon.authenticate(), handler: (req, res) => res.send() }];\nroutes.forEach((route) => app[route.method](route.path, route.guard, route.handler));",
            "/installed symmetric",
        ),
        Form(
            "loop over a table",
            "== app.js\nEXPRESS\nfor (const [path, handler] of [['/installed', (req, res) => res.send()]]) { app.post(path, handler); }",
            "/installed unverified",
        ),
        Form(
            "class with a router",
            "== app.js\nEXPRESS\nclass Server { constructor(app, addon) { this.app = app; this.addon = addon; this.routes(); } routes() { this.app.post('/installed', this.addon.authenticate(), (req, res) => res.send()); } }\nnew Server(app, addon);",
            "/installed symmetric",
        ),
        Form(
            "fastify",
            "== app.js\nconst fastify = require('fastify')();\nfastify.post('/installed', async (request, reply) => { return {}; });",
            "/installed unverified",
        ),
        Form(
            "fastify plugin with a prefix",
            "== app.js\nconst fastify = require('fastify')();\nfastify.register(require('./routes'), { prefix: '/connect' });\n== routes.js\nmodule.exports = async function (instance) { instance.post('/installed', async (request, reply) => { reply.send(); }); };",
            "/connect/installed unverified",
        ),
        Form(
            "fastify route object with a hook",
            "== app.js\nconst fastify = require('fastify')();\nconst jwt = require('jsonwebtoken');\nconst guard = async (request) => { jwt.verify(request.headers.authorization, process.env.SECRET, { algorithms: ['HS256'] }); };\nfastify.route({ method: 'POST', url: '/installed', preHandler: guard, handler: async () => ({}) });",
            "/installed symmetric",
        ),
        Form(
            "koa",
            "== app.js\nconst Koa = require('koa');\nconst Router = require('@koa/router');\nconst app = new Koa();\nconst router = new Router({ prefix: '/connect' });\nrouter.post('/installed', async (ctx) => { ctx.body = 'ok'; });\napp.use(router.routes());",
            "/connect/installed unverified",
        ),
        Form(
            "next app router",
            "== src/app/api/installed/route.ts\nexport async function POST(request: Request) { return Response.json({}); }",
            "/api/installed unverified",
        ),
        Form(
            "next pages",
            "== pages/api/installed.js\nexport default async function handler(req, res) { res.status(204).end(); }",
            "/api/installed unverified",
        ),
        Form(
            "cloudflare pages",
            "== functions/installed.js\nexport const onRequestPost = async ({ request, env }) => { await env.STORE.put('x', await request.text()); return new Response('ok'); };",
            "/installed unverified",
        ),
        Form(
            "vercel",
            "== vercel.json\n{}\n== api/installed.js\nmodule.exports = (req, res) => res.status(204).end();",
            "/api/installed unverified",
        ),
        Form(
            "netlify",
            "== netlify/functions/installed.js\nexports.handler = async (event) => ({ statusCode: 204 });",
            "/.netlify/functions/installed unverified",
        ),
        Form(
            "firebase with a rewrite",
            "== firebase.json\n{ \"hosting\": { \"rewrites\": [{ \"source\": \"/installed\", \"function\": \"onInstall\" }] } }\n== functions/index.js\nconst functions = require('firebase-functions');\nexports.onInstall = functions.https.onRequest((req, res) => { res.send(); });",
            "/installed unverified",
        ),
        Form(
            "serverless",
            "== serverless.yml\nfunctions:\n  installed:\n    handler: src/hooks.installed\n    events:\n      - http: { path: connect/installed, method: post }\n== src/hooks.js\nmodule.exports.installed = async (event) => { return { statusCode: 204 }; };",
            "/connect/installed unverified",
        ),
        Form(
            "nest",
            "== hooks.ts\nimport { Controller, Post, Req } from '@nestjs/common';\n@Controller('connect')\nexport class Hooks { @Post('installed') installed(@Req() req) { return {}; } }",
            "/connect/installed unverified",
        ),
        Form(
            "nest guard",
            "== hooks.ts\nimport { Controller, Post, UseGuards } from '@nestjs/common';\nimport { decodeAsymmetric } from 'atlassian-jwt';\nclass Lifecycle { canActivate(context) { const request = context.switchToHttp().getRequest(); decodeAsymmetric(request.headers.authorization, key, 'RS256'); return true; } }\n@Controller()\nexport class Hooks { @UseGuards(Lifecycle) @Post('installed') installed() { return {}; } }",
            "/installed unbound",
        ),
    ]);
}

#[test]
fn modules() {
    check(&[
        Form(
            "function of app and addon",
            "== app.js\nEXPRESS\nrequire('./routes')(app, addon);\n== routes.js\nmodule.exports = function (app, addon) { app.post('/installed', addon.authenticate(), (req, res) => res.send()); };",
            "/installed symmetric",
        ),
        Form(
            "default export",
            "== app.js\nimport express from 'express';\nimport ace from 'atlassian-connect-express';\nimport routes from './routes/index.js';\nconst app = express();\nconst addon = ace(app);\nroutes(app, addon);\n== routes/index.js\nexport default function routes(app, addon) { app.post('/installed', addon.authenticate(), (req, res) => res.send()); }",
            "/installed symmetric",
        ),
        Form(
            "never called",
            "== routes.js\nmodule.exports = (app, addon) => { app.post('/installed', addon.authenticate(), (req, res) => res.send()); };",
            "/installed symmetric",
        ),
        Form(
            "exported router",
            "== app.js\nEXPRESS\napp.use('/connect', require('./router'));\n== router.js\nconst router = require('express').Router();\nrouter.post('/installed', (req, res) => res.send());\nmodule.exports = router;",
            "/connect/installed unverified",
        ),
        Form(
            "router from a function",
            "== app.ts\nimport express from 'express';\nimport { create } from './router';\nconst app = express();\napp.use('/connect', create());\n== router.ts\nimport { Router } from 'express';\nexport function create() { const router = Router(); router.post('/installed', (req, res) => { res.send(); }); return router; }",
            "/connect/installed unverified",
        ),
        Form(
            "barrel",
            "== app.ts\nimport express from 'express';\nimport { hooks } from './routes';\nconst app = express();\napp.use('/connect', hooks);\n== routes/index.ts\nexport * from './hooks';\n== routes/hooks.ts\nimport { Router } from 'express';\nexport const hooks = Router();\nhooks.post('/installed', (req, res) => { res.send(); });",
            "/connect/installed unverified",
        ),
        Form(
            "path alias",
            "== tsconfig.json\n{ \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\"] } } }\n== src/app.ts\nimport express from 'express';\nimport { install } from '@/handlers';\nconst app = express();\napp.post('/installed', install);\n== src/handlers.ts\nexport const install = (req, res) => { res.send(); };",
            "/installed unverified",
        ),
        Form(
            "package of the tree",
            "== apps/web/app.ts\nimport express from 'express';\nimport { install } from '@acme/hooks';\nconst app = express();\napp.post('/installed', install);\n== packages/hooks/package.json\n{ \"name\": \"@acme/hooks\", \"main\": \"src/index.ts\" }\n== packages/hooks/src/index.ts\nexport const install = (req, res) => { res.send(); };",
            "/installed unverified",
        ),
        Form(
            "folder of routes",
            "== app.js\nEXPRESS\nconst fs = require('fs');\nconst path = require('path');\nfs.readdirSync(path.join(__dirname, 'routes')).forEach((file) => { require('./routes/' + file)(app, addon); });\n== routes/install.js\nmodule.exports = (app, addon) => { app.post('/installed', addon.authenticate(), (req, res) => res.send()); };",
            "/installed symmetric",
        ),
        Form(
            "handlers as members",
            "== app.js\nEXPRESS\nconst hooks = require('./hooks');\napp.post('/installed', hooks.installed);\n== hooks.js\nexports.installed = (req, res) => { res.send(); };",
            "/installed unverified",
        ),
        Form(
            "handler of an instance",
            "== app.ts\nimport express from 'express';\nimport { Hooks } from './hooks';\nconst app = express();\nconst hooks = new Hooks();\napp.post('/installed', hooks.installed.bind(hooks));\n== hooks.ts\nexport class Hooks { async installed(req, res) { await this.store.save(req.body); res.sendStatus(204); } }",
            "/installed unverified",
        ),
        Form(
            "addon from another file",
            "== app.js\nconst app = require('express')();\nconst addon = require('./addon');\napp.post('/installed', addon.authenticate(), (req, res) => res.send());\n== addon.js\nconst ace = require('atlassian-connect-express');\nmodule.exports = ace(require('express')());",
            "/installed symmetric",
        ),
        Form(
            "broken file beside",
            "== app.js\nEXPRESS\napp.post('/installed', (req, res) => res.send());\n== broken.js\nfunction (",
            "/installed unverified",
        ),
    ]);
}

#[test]
fn guards() {
    let route = |guard: &str| format!("== app.js\nEXPRESS\nconst jwt = require('jsonwebtoken');\n{guard}");
    let forms: Vec<(&str, String, &str)> = vec![
        (
            "factory",
            route(
                "const validate = (kind) => async (req, res, next) => { switch (kind) { case 'asymmetric': jwt.verify(req.headers.authorization, key, { algorithms: ['RS256'] }); break; default: jwt.verify(req.headers.authorization, secret, { algorithms: ['HS256'] }); } next(); };\napp.post('/installed', validate('asymmetric'), (req, res) => res.send());\napp.post('/enabled', validate('symmetric'), (req, res) => res.send());",
            ),
            "/enabled symmetric, /installed unbound",
        ),
        (
            "bound",
            route(
                "const guard = (req, res, next) => { const claims = jwt.verify(req.query.jwt, key, { algorithms: ['RS256'] }); if (claims.iss !== req.body.clientKey) return res.sendStatus(401); next(); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed asymmetric",
        ),
        (
            "wrapper of the tree",
            route(
                "const wrap = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);\napp.post('/installed', wrap(async (req, res) => { await save(req.body); res.send(); }));",
            ),
            "/installed unverified",
        ),
        (
            "wrapper of a package",
            route(
                "const wrap = require('express-async-handler');\napp.post('/installed', wrap(async (req, res) => { res.send(); }));",
            ),
            "/installed unverified",
        ),
        (
            "callback",
            route(
                "const guard = (req, res, next) => { jwt.verify(req.query.jwt, secret, { algorithms: ['HS256'] }, (err) => { if (err) return res.sendStatus(401); next(); }); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed symmetric",
        ),
        (
            "boolean result",
            route(
                "async function isValid(token) { try { jwt.verify(token, key, { algorithms: ['RS256'] }); return true; } catch (e) { return false; } }\napp.post('/installed', async (req, res) => { if (!(await isValid(req.headers.authorization))) { return res.status(401).end(); } res.send(); });",
            ),
            "/installed unbound",
        ),
        (
            "caught and continued",
            route(
                "const guard = (req, res, next) => { try { jwt.verify(req.query.jwt, key, { algorithms: ['RS256'] }); } catch (e) { console.error(e); } next(); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "only decoded",
            route(
                "app.post('/installed', (req, res) => { const claims = jwt.decode(req.query.jwt); save(claims.iss); res.send(); });",
            ),
            "/installed unverified",
        ),
        (
            "mere presence",
            route(
                "const guard = (req, res, next) => { if (!req.headers.authorization) return res.sendStatus(401); next(); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "logging before",
            route(
                "app.use((req, res, next) => { console.log(req.url); next(); });\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "ordinary middlewares",
            route(
                "app.use(require('cors')());\napp.use(require('express').json());\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "pass-through",
            route("app.post('/installed', (req, res, next) => { req.body.key = 'x'; next(); });"),
            "/installed pass-through",
        ),
        (
            "guard that is missing",
            route(
                "const { verifyInstall } = require('./missing');\napp.post('/installed', verifyInstall, (req, res) => res.send());",
            ),
            "/installed unknown",
        ),
        (
            "handler that is missing",
            route("app.post('/installed', require('./missing').install);"),
            "/installed unknown",
        ),
        (
            "call that cannot be followed",
            route(
                "const auth = require('./missing');\napp.post('/installed', async (req, res) => { await auth.run(req); res.send(); });",
            ),
            "/installed unknown",
        ),
        (
            "a package for tokens",
            route("app.post('/installed', require('some-jwt-guard')(), (req, res) => res.send());"),
            "/installed unknown",
        ),
        (
            "branch of algorithms",
            route(
                "const guard = (req, res, next) => { const { header } = jwt.decode(req.query.jwt, { complete: true }); if (header.alg === 'RS256') { jwt.verify(req.query.jwt, key, { algorithms: ['RS256'] }); } else { jwt.verify(req.query.jwt, secret, { algorithms: ['HS256'] }); } next(); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed fallback",
        ),
        (
            "one of two",
            route(
                "const guard = process.env.DEV ? (req, res, next) => next() : addon.authenticate();\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed unknown",
        ),
        (
            "called by a middleware of the tree",
            route(
                "app.use((req, res, next) => addon.authenticate()(req, res, next));\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed symmetric",
        ),
        (
            "but for some paths",
            route(
                "app.use((req, res, next) => { if (req.path === '/health') { return next(); } addon.authenticate()(req, res, next); });\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unknown",
        ),
        (
            "but during development",
            route(
                "const guard = (req, res, next) => { if (process.env.NODE_ENV === 'development') return next(); jwt.verify(req.query.jwt, key, { algorithms: ['RS256'] }); next(); };\napp.post('/installed', guard, (req, res) => res.send());",
            ),
            "/installed unknown",
        ),
        (
            "logging of a path",
            route(
                "app.use('/installed', (req, res, next) => { if (req.url.includes('x')) { console.log(req.url); } next(); });\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "a router as a guard",
            route(
                "function authenticate() { return require('express').Router().use(addon.authenticate()); }\napp.post('/installed', authenticate(), (req, res) => res.send());",
            ),
            "/installed symmetric",
        ),
        (
            "an instance from a container",
            route(
                "const Container = require('typedi').Container;\nclass Service { authenticate() { return addon.authenticate(); } }\nconst service = Container.get(Service);\napp.post('/installed', service.authenticate(), (req, res) => res.send());",
            ),
            "/installed symmetric",
        ),
        (
            "a call that is given another header",
            route(
                "const tracing = require('./missing');\napp.use(async (req, res, next) => { req.id = await tracing.begin(req.headers['x-trace-id']); next(); });\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unverified",
        ),
        (
            "a call that is given the token",
            route(
                "const checks = require('./missing');\napp.use(async (req, res, next) => { await checks.run(req.get('authorization')); next(); });\napp.post('/installed', (req, res) => res.send());",
            ),
            "/installed unknown",
        ),
        (
            "jose",
            route(
                "const { jwtVerify } = require('jose');\napp.post('/installed', async (req, res) => { await jwtVerify(req.query.jwt, key, { algorithms: ['RS256'] }); res.send(); });",
            ),
            "/installed unbound",
        ),
        (
            "tooling",
            route(
                "const { composeAtlassianConnectInstallationMiddleware } = require('@seibert/atlassian-connect-tooling');\napp.post('/installed', composeAtlassianConnectInstallationMiddleware({ baseUrl: 'x' }), (req, res) => res.send());",
            ),
            "/installed asymmetric",
        ),
        (
            "deep import of ACE",
            route(
                "const verify = require('atlassian-connect-express/lib/middleware/verify-installation');\napp.post('/installed', verify(addon), (req, res) => res.send());",
            ),
            "/installed asymmetric",
        ),
    ];
    let gaps: Vec<String> = forms
        .iter()
        .filter_map(|(name, files, expected)| {
            let found = found(files);
            (found != *expected).then(|| format!("{name}\n    expected {expected}\n    found    {found}"))
        })
        .collect();
    assert!(gaps.is_empty(), "\n{}", gaps.join("\n"));
}

#[test]
fn what_is_no_route() {
    check(&[
        Form(
            "commented",
            "== app.js\nEXPRESS\n// app.post('/installed', (req, res) => res.send());\n/* app.post('/installed', h); */",
            "",
        ),
        Form("get", "== app.js\nEXPRESS\napp.get('/installed', addon.authenticate(), (req, res) => res.send());", ""),
        Form("client", "== app.js\nconst axios = require('axios');\naxios.post('/installed', { a: 1 });", ""),
        Form(
            "supertest",
            "== client.js\nconst request = require('supertest');\nconst app = require('./app');\nrequest(app).post('/installed').send({});",
            "",
        ),
        Form("test", "== test/app.js\nEXPRESS\napp.post('/installed', (req, res) => res.send());", ""),
        Form("spec", "== app.spec.js\nEXPRESS\napp.post('/installed', (req, res) => res.send());", ""),
        Form(
            "fetch and jQuery",
            "== app.js\nfetch('/installed', { method: 'POST' });\n$.post('/installed', {});\nhttp.post('/installed', {}, cb);",
            "",
        ),
        Form("string", "== app.js\nEXPRESS\nif (req.url === '/installed') { next(); }", ""),
        Form("event of the addon", "== app.js\nEXPRESS\naddon.on('installed', (clientKey, settings) => {});", ""),
    ]);
}

#[test]
fn only_a_call_of_the_addon_itself_can_be_edited() {
    let edits = |files: &str| -> Vec<bool> {
        facts(files).routes.iter().flat_map(|route| &route.guards).map(|guard| guard.ace_call.is_some()).collect()
    };
    assert_eq!(
        edits("== app.js\nEXPRESS\napp.post('/installed', addon.authenticate(), (req, res) => res.send());"),
        [true]
    );
    assert_eq!(
        edits(
            "== app.js\nEXPRESS\nconst own = { authenticate: () => addon.authenticate() };\napp.post('/installed', own.authenticate(), (req, res) => res.send());"
        ),
        [false]
    );
    assert_eq!(
        edits("== app.js\nEXPRESS\napp.use(addon.authenticate());\napp.post('/installed', (req, res) => res.send());"),
        [false]
    );
}

#[test]
fn the_addon_in_scope_is_named() {
    let addon = |files: &str| facts(files).routes.first().and_then(|route| route.addon.clone());
    assert_eq!(
        addon("== app.js\nEXPRESS\napp.post('/installed', (req, res) => res.send());").as_deref(),
        Some("addon")
    );
    let parameter = "== routes.js\nmodule.exports = (app, connect) => { app.post('/installed', (req, res) => res.send()); };\n== app.js\nEXPRESS\nrequire('./routes')(app, addon);";
    assert_eq!(addon(parameter).as_deref(), Some("connect")); // the name that it has there
    let two = format!("{parameter}\nrequire('./routes')(app, other);");
    let named: Vec<_> = facts(&two).routes.into_iter().map(|route| route.addon).collect();
    assert_eq!(named, [Some("connect".to_owned()), None]); // the two calls register at one place: no fix there
    let absent = "== routes.js\nconst router = require('express').Router();\nrouter.post('/installed', (req, res) => res.send());\nmodule.exports = router;";
    assert_eq!(addon(absent), None);
    let field = "== app.js\nEXPRESS\nclass S { constructor(app, addon) { this.addon = addon; app.post('/installed', (req, res) => res.send()); } }\nnew S(app, addon);";
    assert_eq!(addon(field).as_deref(), Some("addon"));
}

#[test]
fn descriptors_in_code() {
    let declared = |files: &str| -> Vec<Option<String>> {
        let of = |descriptor: &connect_lint::facts::Descriptor| {
            let installed = descriptor.tree.at(&["lifecycle", "installed"])?;
            installed.as_str().map(str::to_owned)
        };
        facts(files).descriptors.iter().map(of).collect()
    };
    let found = Some("/installed".to_owned());
    for files in [
        "== app.js\nmodule.exports = { key: 'k', baseUrl: url, lifecycle: { installed: '/installed' } };",
        "== app.js\nconst INSTALLED = '/installed';\nexport const descriptor = { baseUrl, lifecycle: { installed: INSTALLED } };",
        "== app.js\nconst lifecycle = { installed: '/installed' };\nconst base = { baseUrl: 'x', modules: {} };\nconst d = { ...base, baseUrl: 'y', lifecycle };",
        "== app.js\nEXPRESS\napp.get('/atlassian-connect.json', (req, res) => res.json({ modules: {}, lifecycle: { installed: `/${'installed'}` } }));",
    ] {
        assert_eq!(declared(files), std::slice::from_ref(&found), "{files}");
    }
    assert!(declared("== app.js\nconst machine = { lifecycle: { mounted: 'x' }, modules: {} };").is_empty());
    assert!(declared("== app.js\nconst x = { lifecycle: { installed: 'x' } };").is_empty());
}
