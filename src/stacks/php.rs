//! Routes of Laravel, Lumen and Slim, and of Symfony's attributes.

use crate::{
    facts::Method,
    stacks::{
        code::{Code, NodeId},
        php_guards::Names,
        project::Project,
        route::{Draft, Step, join},
        values::At,
    },
};

/// The routes of every file.
pub fn routes(project: &Project<'_>) -> Vec<Draft> {
    let names = Names::of(project);
    let mut routes: Vec<Draft> = project.declared.iter().filter_map(|path| served(project, path)).collect();
    for (file, code) in project.files.iter().enumerate() {
        for node in code.ids() {
            let draft = match code.kind(node) {
                "scoped_call_expression" | "member_call_expression" => registered(project, &names, file, node),
                "attribute" => annotated(file, code, node),
                _ => None,
            };
            routes.extend(draft);
        }
    }
    routes
}

/// A file that a declared path names: `/connect/installed.php`.
fn served(project: &Project<'_>, declared: &str) -> Option<Draft> {
    let name = declared.split(['?', '#']).next()?.trim_start_matches('/');
    let is_it = |path: &str| path.ends_with(".php") && (path == name || path.ends_with(&format!("/{name}")));
    let mut files = project.files.iter().enumerate().filter(|(_, code)| is_it(code.path));
    let (file, code) = files.next().filter(|_| files.next().is_none())?;
    let tag = code.ids().find(|node| code.kind(*node) == "php_tag")?;
    Some(Draft {
        path: declared.to_owned(),
        literal: code.span(tag),
        span: code.span(tag),
        method: Method::Any,
        guards: Vec::new(),
        handler: Some((file, 0)),
        anchor: None,
    })
}

/// The arguments of a call.
pub(super) fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    let Some(list) = code.field(call, "arguments").or_else(|| code.child(call, "arguments")) else { return Vec::new() };
    code.children(list)
        .filter(|argument| code.kind(*argument) == "argument")
        .filter_map(|argument| code.children(argument).last())
        .collect()
}

/// The name of the method that is called.
pub(super) fn name<'s>(code: &Code<'s>, call: NodeId) -> &'s str {
    code.field(call, "name").map_or("", |name| code.text(name))
}

/// `Route::post('/x', handler)`, `$router->post('/x', handler)`.
fn registered(project: &Project<'_>, names: &Names<'_>, file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let arguments = arguments(code, call);
    let (method, path, handler) = match (name(code, call), arguments.as_slice()) {
        ("post", [path, handler, ..]) => (Method::Post, *path, *handler),
        ("any", [path, handler, ..]) => (Method::Any, *path, *handler),
        ("match" | "map", [methods, path, handler, ..])
            if code.text(*methods).to_ascii_lowercase().contains("post") =>
        {
            (Method::Post, *path, *handler)
        }
        _ => return None,
    };
    let path_text = project.text(At { file, node: path })?;
    if path_text.contains("://") || !project.wants(&path_text) {
        return None; // a request of a client
    }
    let target = target(project, names, file, handler)?;
    let around = surroundings(project, names, code, call);
    let mut guards = around.guards;
    guards.extend(target.guards);
    let without: Vec<&str> = around.without.iter().map(|name| names.class(name)).collect();
    guards.retain(|step| !without.contains(&names.class(&step.name)));
    Some(Draft {
        path: join(&around.prefix, &path_text),
        literal: code.span(path),
        span: code.span(call),
        method,
        guards,
        handler: target.handler,
        anchor: None,
    })
}

struct Target {
    handler: Option<(usize, NodeId)>,
    guards: Vec<Step>,
}

/// What the second argument stands for; `None` where it is no handler.
fn target(project: &Project<'_>, names: &Names<'_>, file: usize, handler: NodeId) -> Option<Target> {
    let code = &project.files[file];
    let (class, method) = match code.kind(handler) {
        "anonymous_function" | "anonymous_function_creation_expression" | "arrow_function" => {
            return Some(Target { handler: Some((file, handler)), guards: Vec::new() });
        }
        "array_creation_expression" => {
            let parts: Vec<_> = code.children(handler).collect();
            let [class, method] = parts.as_slice() else { return None };
            let class = code.below(*class).find(|node| code.is_name(*node)).map(|_| class_name(code.text(*class)))?;
            let method = code.below(*method).find_map(|node| code.string(node))?;
            (class, method)
        }
        "class_constant_access_expression" => (class_name(code.text(handler)), "__invoke"),
        _ => {
            let text = code.string(handler)?;
            let (class, method) = text.split_once(['@', ':']).unwrap_or((text, "__invoke"));
            (class_name(class), method.trim_start_matches(':'))
        }
    };
    let found = project.definitions.method(class, method);
    let constructor = project.definitions.method(class, "__construct");
    let guards = constructor.into_iter().flat_map(|constructor| {
        let code = &project.files[constructor.file];
        let calls = code.below(constructor.node).filter(|node| code.kind(*node) == "member_call_expression");
        let calls = calls.filter(|call| concerns(code, *call, method));
        calls.flat_map(|call| middleware(project, names, code, call)).collect::<Vec<_>>()
    });
    Some(Target { handler: found.map(|found| (found.file, found.node)), guards: guards.collect() })
}

/// Whether `->only(…)` and `->except(…)` behind a controller's middleware, or its options, let it concern a method.
fn concerns(code: &Code<'_>, call: NodeId, method: &str) -> bool {
    let links = || code.ancestors(call).take_while(|above| code.kind(*above) == "member_call_expression");
    let written = |key: &str| {
        let chained = links().filter(|link| name(code, *link) == key).flat_map(|link| arguments(code, link));
        let strings = chained.flat_map(|argument| code.below(argument)).filter_map(|node| code.string(node));
        strings.map(str::to_owned).chain(options(code, call, key)).collect::<Vec<_>>()
    };
    let (only, except) = (written("only"), written("except"));
    (only.is_empty() || only.iter().any(|name| name == method)) && !except.iter().any(|name| name == method)
}

/// `PluginController` of `\App\Http\PluginController::class`.
pub(super) fn class_name(text: &str) -> &str {
    let text = text.trim().trim_end_matches("::class").trim_end();
    text.rsplit('\\').next().unwrap_or(text)
}

struct Surroundings {
    prefix: String,
    guards: Vec<Step>,
    /// The middlewares that the route leaves out.
    without: Vec<String>,
}

/// The groups and chained calls around a registration.
fn surroundings(project: &Project<'_>, names: &Names<'_>, code: &Code<'_>, call: NodeId) -> Surroundings {
    let mut found = Surroundings { prefix: String::new(), guards: Vec::new(), without: Vec::new() };
    let mut prefixes: Vec<String> = Vec::new();
    let mut chained = chain(code, call);
    for above in code.ancestors(call) {
        if matches!(code.kind(above), "scoped_call_expression" | "member_call_expression") {
            let is_group = name(code, above) == "group";
            let is_chained = code.field(above, "object").is_some_and(|object| code.below(object).contains(&call));
            if is_group {
                prefixes.extend(options(code, above, "prefix"));
                chained.push(above);
                chained.extend(chain(code, above));
            } else if is_chained {
                chained.push(above);
            }
        }
    }
    for link in chained {
        found.guards.extend(middleware(project, names, code, link));
        if name(code, link) == "withoutMiddleware" {
            found.without.extend(written_names(code, link));
        }
        if name(code, link) == "prefix" {
            prefixes.extend(arguments(code, link).first().and_then(|prefix| code.string(*prefix)).map(str::to_owned));
        }
    }
    for prefix in prefixes {
        found.prefix = join(&prefix, &found.prefix);
    }
    found
}

/// The calls that a call is chained to.
fn chain(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    let mut links = Vec::new();
    let mut next = code.field(call, "object");
    while let Some(link) = next {
        if matches!(code.kind(link), "scoped_call_expression" | "member_call_expression") {
            links.push(link);
        }
        next = code.field(link, "object");
    }
    links
}

/// The strings under a key of an array among a call's arguments.
fn options(code: &Code<'_>, call: NodeId, key: &str) -> Vec<String> {
    let arrays = arguments(code, call).into_iter().filter(|node| code.kind(*node) == "array_creation_expression");
    let elements = arrays.flat_map(|array| code.children(array).collect::<Vec<_>>());
    let named = elements.filter(|element| {
        code.children(*element).next().and_then(|first| code.string(first)) == Some(key)
            && code.children(*element).count() == 2
    });
    let texts = |value: NodeId| {
        let strings: Vec<_> = code.below(value).filter_map(|node| code.string(node)).map(str::to_owned).collect();
        if strings.is_empty() { vec![code.text(value).to_owned()] } else { strings }
    };
    named.flat_map(|element| code.children(element).nth(1)).flat_map(texts).collect()
}

/// The guards that a link of a chain or a group names.
fn middleware(project: &Project<'_>, names: &Names<'_>, code: &Code<'_>, link: NodeId) -> Vec<Step> {
    let mut written = if name(code, link) == "group" { options(code, link, "middleware") } else { Vec::new() };
    if matches!(name(code, link), "middleware" | "add") {
        written.extend(written_names(code, link));
    }
    let span = code.span(link);
    let guard = |name: String| names.step(project, &name, span_of_name(code, link, &name).unwrap_or(span));
    written.into_iter().filter_map(guard).collect()
}

/// The names and classes among a call's arguments.
fn written_names(code: &Code<'_>, call: NodeId) -> Vec<String> {
    let names = |argument: NodeId| {
        let strings: Vec<_> = code.below(argument).filter_map(|node| code.string(node)).map(str::to_owned).collect();
        if strings.is_empty() { vec![code.text(argument).to_owned()] } else { strings }
    };
    arguments(code, call).into_iter().flat_map(names).collect()
}

fn span_of_name(code: &Code<'_>, link: NodeId, name: &str) -> Option<crate::source::Span> {
    code.below(link).find(|node| code.string(*node) == Some(name)).map(|node| code.span(node))
}

/// `#[Route('/x', methods: ['POST'])]` on a method.
fn annotated(file: usize, code: &Code<'_>, attribute: NodeId) -> Option<Draft> {
    let is_route = code.children(attribute).next().is_some_and(|name| class_name(code.text(name)) == "Route");
    let method = code.ancestors(attribute).take(4).find(|above| code.kind(*above) == "method_declaration")?;
    let literal = code.below(attribute).find(|node| code.is_string(*node)).filter(|_| is_route)?;
    let text = code.text(attribute);
    if text.contains("methods") && !text.to_ascii_uppercase().contains("POST") {
        return None;
    }
    let class = code.ancestors(method).find(|above| code.kind(*above) == "class_declaration")?;
    let prefix = code.child(class, "attribute_list").and_then(|list| {
        let mut routes = code.below(list).filter(|node| code.kind(*node) == "attribute");
        let route = routes.find(|node| code.text(*node).starts_with("Route"))?;
        code.below(route).find_map(|node| code.string(node))
    });
    Some(Draft {
        path: join(prefix.unwrap_or_default(), code.string(literal)?),
        literal: code.span(literal),
        span: code.span(attribute),
        method: Method::Any,
        guards: Vec::new(),
        handler: Some((file, method)),
        anchor: None,
    })
}
