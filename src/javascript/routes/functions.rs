//! Functions that a platform calls by a table of its own: Firebase, and AWS Lambda as the Serverless framework has it.

use crate::{
    facts::{Method, Reach, Route},
    javascript::{
        guards::{Convention, Guards},
        project::{ModuleId, Project},
        routes::files::exported,
        values::{Chain, Link, Value},
    },
    source::{Label, SourceFile, Sources, Span, Spanned},
    syntax::{json, yaml},
    tree::Node,
};

/// The files that a table of the Serverless framework names, relative to it, without their suffixes.
pub fn handlers(table: &SourceFile) -> Vec<String> {
    if !is_serverless(table) {
        return Vec::new();
    }
    let alone = Sources::new(vec![table.clone()]);
    let documents = alone.iter().flat_map(|(id, file)| yaml::parse(id, &file.text).documents);
    let files = documents.flat_map(|document| {
        let functions = document.at(&["functions"]).map_or(&[][..], Node::members);
        let handlers = functions.iter().filter_map(|function| function.value.at(&["handler"])?.as_str());
        handlers.filter_map(|handler| Some(format!("./{}", handler.rsplit_once('.')?.0))).collect::<Vec<_>>()
    });
    files.collect()
}

fn is_serverless(file: &SourceFile) -> bool {
    matches!(file.name(), "serverless.yml" | "serverless.yaml")
}

/// The routes of every such function.
pub fn routes(guards: &Guards<'_, '_, '_>) -> Vec<Route> {
    let mut routes = firebase(guards);
    routes.extend(serverless(guards));
    routes
}

/// Everything a route of one function needs.
struct Function<'a> {
    path: Spanned<String>,
    method: Method,
    value: &'a Value,
    span: Span,
    convention: Convention,
    mounted: bool,
    trace: Vec<Label>,
}

fn route(guards: &Guards<'_, '_, '_>, function: Function<'_>) -> Route {
    let handler = guards.handler(function.value, function.span, function.convention);
    // the table's line is in the trace; what has to change is the function
    let path = Spanned { value: function.path.value, span: function.span };
    let is_many = path.value.contains(['*', '{', ':']);
    Route {
        method: function.method,
        path,
        reach: if is_many { Reach::Many } else { Reach::One },
        guards: Vec::new(),
        handler,
        span: function.span,
        addon: None,
        body_parsed: function.convention == Convention::Express,
        deferred: false,
        mounted: function.mounted,
        trace: function.trace,
    }
}

/// `exports.installed = functions.https.onRequest(handler)`, served by its name or by a rewrite.
fn firebase(guards: &Guards<'_, '_, '_>) -> Vec<Route> {
    let project = guards.values.project;
    let mut routes = Vec::new();
    for (id, module) in project.modules() {
        let is_firebase = module.requests.iter().any(|request| request.source.starts_with("firebase-functions"));
        if !is_firebase {
            continue;
        }
        let rewrites = rewrites(project, project.path(id));
        for (name, span) in names(project, id) {
            let Value::Chain(chain) = guards.values.export(id, &name) else { continue };
            let Some(handler) = request_handler(&chain) else { continue };
            let mut paths: Vec<(Spanned<String>, bool)> = rewrites
                .iter()
                .filter(|(_, function)| *function == name)
                .map(|(path, _)| (path.clone(), true))
                .collect();
            if paths.is_empty() {
                paths.push((Spanned { value: format!("/{name}"), span }, false));
            }
            for (path, mounted) in paths {
                let trace = vec![Label::new(path.span, "Firebase serves this function here")];
                let convention = Convention::Express;
                routes.push(route(
                    guards,
                    Function { path, method: Method::Any, value: handler, span, convention, mounted, trace },
                ));
            }
        }
    }
    routes
}

/// The names a file exports by, in any way, with their places.
fn names(project: &Project<'_>, id: ModuleId) -> Vec<(String, Span)> {
    let module = project.module(id);
    let by_syntax =
        module.exports.iter().filter(|export| export.name != "*").map(|export| (export.name.clone(), export.span));
    let assigned = module.index.assignments.keys().filter_map(|name| Some((name.clone(), exported(module, name)?)));
    let mut names: Vec<(String, Span)> = by_syntax.chain(assigned).collect();
    names.sort();
    names.dedup_by(|one, other| one.0 == other.0);
    names
}

/// The function inside `functions.https.onRequest(…)`.
fn request_handler(chain: &Chain) -> Option<&Value> {
    let is_firebase = chain.package()?.starts_with("firebase-functions");
    let [.., Link::Member(name), Link::Call { arguments, .. }] = &chain.links[..] else {
        return None;
    };
    if !is_firebase || name != "onRequest" {
        return None;
    }
    arguments.last()
}

/// `hosting.rewrites` of the nearest `firebase.json` above a file: path, and the function's name.
fn rewrites(project: &Project<'_>, path: &str) -> Vec<(Spanned<String>, String)> {
    let Some(tree) =
        nearest(project, path, &["firebase.json"]).and_then(|id| json::read(id, project.sources.file(id)).ok())
    else {
        return Vec::new();
    };
    let hosting = tree
        .at(&["hosting"])
        .map(|node| if node.elements().is_empty() { std::slice::from_ref(node) } else { node.elements() });
    let all = hosting.unwrap_or_default().iter().filter_map(|site| site.at(&["rewrites"])).flat_map(Node::elements);
    all.filter_map(|rewrite| {
        let function = rewrite.at(&["function"])?;
        let name = function.as_str().or_else(|| function.at(&["functionId"])?.as_str())?;
        Some((rewrite.at(&["source"])?.as_text()?, name.to_owned()))
    })
    .collect()
}

/// A file of one of these names in the nearest folder above a path.
fn nearest(project: &Project<'_>, path: &str, names: &[&str]) -> Option<crate::source::FileId> {
    let mut above = path.rsplit_once('/').map_or(Some(""), |(folder, _)| Some(folder));
    while let Some(folder) = above {
        let at = |name: &&str| if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        if let Some(found) = names.iter().find_map(|name| project.sources.find(&at(name))) {
            return Some(found);
        }
        above = (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    None
}

/// `functions.<name>.handler` and its `http` events.
fn serverless(guards: &Guards<'_, '_, '_>) -> Vec<Route> {
    let project = guards.values.project;
    let mut routes = Vec::new();
    for (id, file) in project.sources.iter() {
        if !is_serverless(file) {
            continue;
        }
        for document in yaml::parse(id, &file.text).documents {
            let functions = document.at(&["functions"]).map_or(&[][..], Node::members);
            for function in functions {
                routes.extend(lambda(guards, file.folder(), &function.value));
            }
        }
    }
    routes
}

fn lambda(guards: &Guards<'_, '_, '_>, folder: &str, function: &Node) -> Vec<Route> {
    let Some(handler) = function.at(&["handler"]).and_then(Node::as_str) else { return Vec::new() };
    let Some((file, export)) = handler.rsplit_once('.') else { return Vec::new() };
    let project = guards.values.project;
    let from = if folder.is_empty() { "serverless.yml".to_owned() } else { format!("{folder}/serverless.yml") };
    let target = project.resolver.resolve(&from, &format!("./{file}"));
    let crate::javascript::modules::Target::File(id) = target else { return Vec::new() };
    let Some(id) = project.of_file(id) else { return Vec::new() };
    let Some(span) = exported(project.module(id), export) else { return Vec::new() };
    let value = guards.values.export(id, export);
    let events = function.at(&["events"]).map_or(&[][..], Node::elements);
    let paths = events.iter().filter_map(http_event);
    paths
        .map(|(method, path)| {
            let trace = vec![Label::new(path.span, "this path is served by the function")];
            let convention = Convention::Context;
            route(guards, Function { path, method, value: &value, span, convention, mounted: true, trace })
        })
        .collect()
}

/// `http: { path, method }`, `http: post path`, `httpApi: 'POST /path'`.
fn http_event(event: &Node) -> Option<(Method, Spanned<String>)> {
    let http = event.at(&["http"]).or_else(|| event.at(&["httpApi"]))?;
    let (method, path) = match http.as_text() {
        Some(text) => {
            let (method, path) = text.value.split_once(' ')?;
            (method.to_owned(), Spanned { value: path.trim().to_owned(), span: text.span })
        }
        None => (http.at(&["method"])?.as_str()?.to_owned(), http.at(&["path"])?.as_text()?),
    };
    let value = format!("/{}", path.value.trim_start_matches('/'));
    let method = match method.to_ascii_lowercase().as_str() {
        "post" => Method::Post,
        "any" | "*" => Method::Any,
        _ => return None,
    };
    Some((method, Spanned { value, ..path }))
}
