//! Routes of ASP.NET: controllers' attributes, and `MapPost`.

use crate::{
    facts::Method,
    stacks::{
        code::{Code, NodeId},
        project::Project,
        route::{Draft, Step, join},
        values::At,
    },
};

/// The routes of every file.
pub fn routes(project: &Project<'_>) -> Vec<Draft> {
    let middlewares = middlewares(project);
    let mut routes = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        for node in code.ids() {
            let draft = match code.kind(node) {
                "method_declaration" => action(project, file, node),
                "invocation_expression" => mapped(project, file, node),
                _ => None,
            };
            let Some(mut draft) = draft else { continue };
            let path = draft.path.to_ascii_lowercase();
            let concerned = middlewares.iter().filter(|middleware| middleware.concerns(&path));
            draft.guards.extend(concerned.map(|middleware| middleware.step.clone()));
            routes.push(draft);
        }
    }
    routes
}

fn attributes(code: &Code<'_>, of: NodeId) -> Vec<NodeId> {
    let lists = code.children(of).filter(|child| code.kind(*child) == "attribute_list");
    let all = lists.flat_map(|list| code.children(list).collect::<Vec<_>>());
    all.filter(|node| code.kind(*node) == "attribute").collect()
}

fn attribute_name<'s>(code: &Code<'s>, attribute: NodeId) -> &'s str {
    let name = code.field(attribute, "name").map_or("", |name| code.text(name));
    let name = name.split('<').next().unwrap_or(name).rsplit('.').next().unwrap_or(name);
    name.strip_suffix("Attribute").unwrap_or(name)
}

fn first_string<'s>(code: &Code<'s>, within: NodeId) -> Option<(NodeId, &'s str)> {
    code.below(within).find_map(|node| Some((node, code.string(node)?)))
}

/// A controller's method with `[HttpPost("x")]`.
fn action(project: &Project<'_>, file: usize, method: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let own = attributes(code, method);
    let post = own.iter().copied().find(|attribute| attribute_name(code, *attribute) == "HttpPost")?;
    let class = code.ancestors(method).find(|above| code.kind(*above) == "class_declaration")?;
    let of_class = attributes(code, class);
    let route = |attributes: &[NodeId]| {
        let mut routes = attributes.iter().filter(|attribute| attribute_name(code, **attribute) == "Route");
        routes.find_map(|attribute| first_string(code, *attribute))
    };
    let suffix = first_string(code, post).or_else(|| route(&own));
    let prefix = route(&of_class).map_or("", |(_, text)| text);
    let suffix_text = suffix.map_or("", |(_, text)| text);
    let is_absolute = suffix_text.starts_with(['/', '~']);
    let path = if is_absolute { suffix_text.trim_start_matches('~').to_owned() } else { join(prefix, suffix_text) };
    let class_name = code.field(class, "name").map_or("", |name| code.text(name));
    let controller = class_name.strip_suffix("Controller").unwrap_or(class_name).to_ascii_lowercase();
    let method_name = code.field(method, "name").map_or("", |name| code.text(name)).to_ascii_lowercase();
    let path = path.replace("[controller]", &controller).replace("[action]", &method_name);
    if !project.wants(&path) {
        return None;
    }
    let is_guard =
        |attribute: &&NodeId| !matches!(attribute_name(code, **attribute), "HttpPost" | "Route" | "AllowAnonymous");
    let guards = of_class.iter().chain(&own).filter(is_guard).filter_map(|attribute| guard(project, code, *attribute));
    let literal = suffix.map_or(post, |(node, _)| node);
    Some(Draft {
        path,
        literal: code.span(literal),
        span: code.span(post),
        method: Method::Post,
        guards: guards.collect(),
        handler: Some((file, code.field(method, "body").unwrap_or(method))),
        anchor: None,
    })
}

/// An attribute that may check: the class it names, in `typeof` or by its own name.
fn guard(project: &Project<'_>, code: &Code<'_>, attribute: NodeId) -> Option<Step> {
    let name = attribute_name(code, attribute);
    let is_filter = name.ends_with("Filter");
    let target = if is_filter { code.last_name(attribute) } else { name };
    let full = format!("{target}Attribute");
    let target = if project.definitions.named(&full).is_empty() { target } else { full.as_str() };
    project.guard(target, target, code.span(attribute))
}

/// `app.MapPost("/x", handler)`.
fn mapped(project: &Project<'_>, file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let function = code.field(call, "function")?;
    if code.last_name(function) != "MapPost" {
        return None;
    }
    let list = code.field(call, "arguments")?;
    let arguments: Vec<_> = code.children(list).filter_map(|argument| code.children(argument).last()).collect();
    let [path, handler, ..] = arguments.as_slice() else { return None };
    let is_root = code.text(function).trim_end().starts_with("app.");
    let text = project.text(At { file, node: *path }).filter(|text| is_root && project.wants(text))?;
    let handler = match code.kind(*handler) {
        "lambda_expression" => Some((file, *handler)),
        _ => {
            let mut named = project.definitions.functions(code.last_name(*handler));
            named.next().filter(|_| named.next().is_none()).map(|found| (found.file, found.node))
        }
    };
    let chained = code.ancestors(call).take_while(|above| !code.kind(*above).ends_with("statement"));
    let chained = chained.filter(|above| code.kind(*above) == "invocation_expression");
    let guards = chained.filter_map(|above| {
        let name = code.last_name(code.field(above, "function")?);
        project.guard(name, name, code.span(above))
    });
    Some(Draft {
        path: text,
        literal: code.span(*path),
        span: code.span(call),
        method: Method::Post,
        guards: guards.collect(),
        handler,
        anchor: None,
    })
}

/// What `UseMiddleware<X>()` puts before routes.
struct Middleware {
    step: Step,
    /// The paths that it names, in lower case; one that names any concerns those alone.
    paths: Vec<String>,
}

impl Middleware {
    fn concerns(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|prefix| path.starts_with(prefix))
    }
}

fn middlewares(project: &Project<'_>) -> Vec<Middleware> {
    let mut middlewares = Vec::new();
    for code in &project.files {
        for generic in code.ids().filter(|node| code.kind(*node) == "generic_name") {
            if !code.text(generic).starts_with("UseMiddleware") || in_pipeline(code, generic) {
                continue;
            }
            let name = code.last_name(generic);
            let paths = project.definitions.classes(name).flat_map(|class| {
                let code = &project.files[class.file];
                let strings = code.below(class.node).filter_map(|node| code.string(node)).collect::<Vec<_>>();
                strings.into_iter().filter(|text| text.starts_with('/') && text.len() > 1)
            });
            let paths = paths.map(str::to_ascii_lowercase).collect();
            let step = project.guard(name, name, code.span(generic));
            middlewares.extend(step.map(|step| Middleware { step, paths }));
        }
    }
    middlewares
}

/// Whether a middleware is part of a pipeline that filters name, not of the app's.
fn in_pipeline(code: &Code<'_>, node: NodeId) -> bool {
    let class = code.ancestors(node).find(|above| code.kind(*above) == "class_declaration");
    class.and_then(|class| code.field(class, "name")).is_some_and(|name| code.text(name).ends_with("Pipeline"))
}
