//! Routes that a file's place in the tree makes: Next.js, Nuxt, Cloudflare Pages, Vercel, Netlify.

use crate::{
    facts::{Guard, GuardClass, Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        ir::{Kind, Module},
        project::{ModuleId, Project},
    },
    source::{Label, Span, Spanned},
    syntax::json,
    tree::Node,
};

/// A file that serves a path.
struct FileRoute {
    path: String,
    /// The exports that answer a POST, in the order they are asked for, with how each is called.
    exports: Vec<(&'static str, Convention)>,
    /// Whether nothing may stand in front of the path.
    mounted: bool,
    /// What makes it a route, for a label.
    reason: &'static str,
}

/// The routes of every file whose place makes one.
pub fn routes(guards: &Guards<'_, '_, '_>) -> Vec<Route> {
    let project = guards.values.project;
    let mut routes = Vec::new();
    for (id, module) in project.modules() {
        let Some(file) = file_route(project, project.path(id)) else { continue };
        let found =
            file.exports.iter().find_map(|(name, convention)| Some((*name, convention, exported(module, name)?)));
        let Some((name, convention, span)) = found else { continue };
        let value = guards.values.export(id, name);
        let handler = guards.handler(&value, span, *convention);
        let method = if name.ends_with("POST") || name.ends_with("Post") { Method::Post } else { Method::Any };
        let rewritten = rewritten(project, &file.path);
        let own = (file.path, Label::new(span, file.reason));
        let all = std::iter::once(own).chain(
            rewritten.into_iter().map(|path| (path.value, Label::new(path.span, "this path is rewritten to the file"))),
        );
        routes.extend(all.map(|(path, label)| Route {
            method,
            reach: if path.contains(['*', ':']) { Reach::Many } else { Reach::One },
            guards: middlewares(guards, project.path(id)),
            handler: handler.clone(),
            path: Spanned { value: path, span },
            span,
            addon: None,
            body_parsed: false,
            deferred: false,
            mounted: file.mounted,
            trace: vec![label],
        }));
    }
    routes
}

/// The paths that a `vercel.json` rewrites to a path.
fn rewritten(project: &Project<'_>, path: &str) -> Vec<Spanned<String>> {
    let tables = project.sources.iter().filter(|(_, file)| file.name() == "vercel.json");
    let trees = tables.filter_map(|(id, file)| json::read(id, file).ok());
    let is_to = |node: &Node| {
        let text = node.as_str().unwrap_or_default().trim_start_matches('/');
        let stem = [".js", ".ts", ".mjs"].iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
        stem.strip_suffix("/index").unwrap_or(stem) == path.trim_start_matches('/')
    };
    let mut found = Vec::new();
    for tree in trees {
        for (list, from, to) in [("rewrites", "source", "destination"), ("routes", "src", "dest")] {
            let entries = tree.at(&[list]).map_or(&[][..], Node::elements);
            let ours = entries.iter().filter(|entry| entry.at(&[to]).is_some_and(is_to));
            found.extend(ours.filter_map(|entry| entry.at(&[from])?.as_text()));
        }
    }
    found
}

/// Where a file exports something by a name.
pub(super) fn exported(module: &Module, name: &str) -> Option<Span> {
    let by_syntax = module.exports.iter().find(|export| export.name == name).map(|export| export.span);
    let by_assignment = || {
        let is_exports =
            |node| module.is_exports(node) || matches!(module.kind(node), Kind::Global(global) if global == "exports");
        module.assigned(name).find(|(object, _)| is_exports(*object)).map(|(_, value)| module.span(value))
    };
    let whole = || module.index.exports.filter(|_| name == "default").map(|value| module.span(value));
    let span = by_syntax.or_else(by_assignment).or_else(whole)?;
    Some(span)
}

fn file_route(project: &Project<'_>, path: &str) -> Option<FileRoute> {
    let parts = parts(path)?;
    of_framework(&parts).or_else(|| vercel(&parts).filter(|_| is_on_vercel(project, &parts)))
}

/// Whether a file's place may make it a route, whatever tables stand beside it, and its text may export what answers there,
/// or what runs before.
pub(in crate::javascript) fn is_place(path: &str, text: &str) -> bool {
    let route = parts(path).and_then(|parts| of_framework(&parts).or_else(|| vercel(&parts)));
    route.is_some_and(|route| {
        let mut names = route.exports.iter().map(|(name, _)| *name).chain(["middleware"]);
        names.any(|name| may_export(text, name))
    })
}

/// Whether a text may export something by a name; nothing is parsed yet.
fn may_export(text: &str, name: &str) -> bool {
    let is_exported = |at: usize| {
        let before = text[..at].trim_end();
        name != "default" || ["export", "as", "{", ","].iter().any(|word| before.ends_with(word))
    };
    text.contains("exports") || text.match_indices(name).any(|(at, _)| is_exported(at))
}

fn parts(path: &str) -> Option<Vec<&str>> {
    Some(path.rsplit_once('.')?.0.split('/').collect())
}

fn of_framework(parts: &[&str]) -> Option<FileRoute> {
    next_app(parts)
        .or_else(|| next_pages(parts))
        .or_else(|| netlify(parts))
        .or_else(|| nuxt(parts))
        .or_else(|| cloudflare(parts))
}

/// `app/api/installed/route.ts` exports `POST`.
fn next_app(parts: &[&str]) -> Option<FileRoute> {
    let (last, folders) = parts.split_last()?;
    let own = folders.windows(2).position(|pair| pair == ["src", "app"]).map(|index| index + 1);
    let start = own.or_else(|| folders.iter().position(|part| *part == "app"))?;
    (*last == "route").then(|| FileRoute {
        path: path_of(&folders[start + 1..]),
        exports: vec![("POST", Convention::Web)],
        mounted: true,
        reason: "Next.js serves this file at its folder's path",
    })
}

/// `pages/api/installed.ts` exports a default function.
fn next_pages(parts: &[&str]) -> Option<FileRoute> {
    let start = parts.windows(2).position(|pair| pair == ["pages", "api"])?;
    Some(FileRoute {
        path: path_of(&parts[start + 1..]),
        exports: vec![("default", Convention::Express)],
        mounted: true,
        reason: "Next.js serves this file at its own path",
    })
}

/// `netlify/functions/installed.js` exports `handler`.
fn netlify(parts: &[&str]) -> Option<FileRoute> {
    let start = parts.windows(2).position(|pair| pair == ["netlify", "functions"])?;
    let name = parts.get(start + 2)?;
    Some(FileRoute {
        path: format!("/.netlify/functions/{name}"),
        exports: vec![("handler", Convention::Context), ("default", Convention::Web)],
        mounted: false,
        reason: "Netlify serves this file by its name",
    })
}

/// `server/api/installed.post.ts` and `server/routes/installed.ts` export an event handler.
fn nuxt(parts: &[&str]) -> Option<FileRoute> {
    let start = parts.windows(2).position(|pair| pair[0] == "server" && matches!(pair[1], "api" | "routes"))?;
    let (last, folders) = parts[start + 1..].split_last()?;
    let (name, method) = last.split_once('.').unwrap_or((last, "post"));
    let folders = if folders.first() == Some(&"routes") { &folders[1..] } else { folders };
    (method == "post" && !folders.is_empty() | (parts[start + 1] == "routes")).then(|| FileRoute {
        path: path_of(&[folders, &[name]].concat()),
        exports: vec![("default", Convention::Context)],
        mounted: true,
        reason: "Nuxt serves this file at its own path",
    })
}

/// `functions/installed.ts` exports `onRequest` or `onRequestPost`.
fn cloudflare(parts: &[&str]) -> Option<FileRoute> {
    let start = parts.iter().position(|part| *part == "functions")?;
    let last = parts.last()?;
    (!last.starts_with('_')).then(|| FileRoute {
        path: path_of(&parts[start + 1..]),
        exports: vec![("onRequestPost", Convention::Context), ("onRequest", Convention::Context)],
        mounted: true,
        reason: "Cloudflare Pages serves this file at its own path",
    })
}

/// `api/installed.ts` beside a `vercel.json` exports a function.
fn vercel(parts: &[&str]) -> Option<FileRoute> {
    let start = parts.iter().position(|part| *part == "api")?;
    (!parts.last()?.starts_with('_')).then(|| FileRoute {
        path: path_of(&parts[start..]),
        exports: vec![("POST", Convention::Web), ("default", Convention::Express)],
        mounted: true,
        reason: "Vercel serves this file at its own path",
    })
}

fn is_on_vercel(project: &Project<'_>, parts: &[&str]) -> bool {
    let folder = parts.split(|part| *part == "api").next().unwrap_or_default().join("/");
    let table = if folder.is_empty() { "vercel.json".to_owned() } else { format!("{folder}/vercel.json") };
    project.sources.find(&table).is_some()
}

/// The path that folders and a file's name make.
fn path_of(parts: &[&str]) -> String {
    let is_shown = |part: &&&str| !(part.starts_with('(') || part.starts_with('@') || **part == "index");
    let segment = |part: &str| match part.strip_prefix('[').and_then(|part| part.strip_suffix(']')) {
        Some(name) if name.trim_start_matches('[').starts_with("...") => "*".to_owned(),
        Some(name) => format!(":{name}"),
        None => part.to_owned(),
    };
    let parts: Vec<String> = parts.iter().filter(is_shown).map(|part| segment(part)).collect();
    format!("/{}", parts.join("/"))
}

/// Middlewares that a framework runs before a file, found by their own place.
fn middlewares(guards: &Guards<'_, '_, '_>, path: &str) -> Vec<Guard> {
    let project = guards.values.project;
    let mut found = Vec::new();
    let mut above = path.rsplit_once('/').map(|(folder, _)| folder);
    while let Some(folder) = above {
        let is_functions = path.contains("functions/");
        let (stem, names): (&str, [&str; 2]) = if is_functions {
            ("_middleware", ["onRequest", "onRequestPost"])
        } else {
            ("middleware", ["middleware", "default"])
        };
        for suffix in ["ts", "js", "mjs"] {
            let file = if folder.is_empty() { format!("{stem}.{suffix}") } else { format!("{folder}/{stem}.{suffix}") };
            let Some(id) = project.sources.find(&file).and_then(|file| project.of_file(file)) else { continue };
            found.extend(names.iter().filter_map(|name| middleware(guards, id, name, is_functions)).flatten());
        }
        above = (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    found
}

fn middleware(guards: &Guards<'_, '_, '_>, id: ModuleId, name: &str, is_context: bool) -> Option<Vec<Guard>> {
    let span = exported(guards.values.project.module(id), name)?;
    let convention = if is_context { Convention::Context } else { Convention::Web };
    let found = guards.guards(&guards.values.export(id, name), span, None, convention);
    let decides = |guard: &Guard| !matches!(guard.class, GuardClass::PassThrough | GuardClass::Unverified);
    Some(found.into_iter().filter(decides).collect())
}
