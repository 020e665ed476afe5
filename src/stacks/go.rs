//! Routes of Go: net/http, gorilla/mux, chi, gin, echo.

use std::collections::BTreeMap;

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
    let mut routes = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        let routers = Routers::of(project, code);
        for node in code.ids().filter(|node| code.kind(*node) == "call_expression") {
            routes.extend(registered(project, &routers, file, node));
        }
    }
    routes
}

fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    code.field(call, "arguments")
        .map_or(Vec::new(), |list| code.children(list).filter(|argument| code.kind(*argument) != "comment").collect())
}

/// The receiver and the name of a method that is called.
fn method<'s>(code: &Code<'s>, call: NodeId) -> Option<(NodeId, &'s str)> {
    let selector = code.field(call, "function").filter(|function| code.kind(*function) == "selector_expression")?;
    Some((code.field(selector, "operand")?, code.text(code.field(selector, "field")?)))
}

fn registered(project: &Project<'_>, routers: &Routers<'_>, file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let (receiver, name) = method(code, call)?;
    let answers = match name {
        "HandleFunc" | "Handle" | "Any" => Method::Any,
        "POST" | "Post" => Method::Post,
        _ => return None,
    };
    let arguments = arguments(code, call);
    let (first, rest) = arguments.split_first()?;
    let text = project.text(At { file, node: *first })?;
    let path = text.as_str();
    let (path, answers) = match path.split_once(' ') {
        Some(("POST", path)) => (path, Method::Post),
        Some(_) => return None,
        None => (path, answers),
    };
    let handler = *rest.last()?;
    if !path.is_empty() && !path.starts_with('/')
        || path.contains("://")
        || excludes_post(code, call)
        || !project.wants(path)
    {
        return None;
    }
    let mut chain = Chain { guards: Vec::new(), handler: None, anchor: None };
    for guard in &rest[..rest.len() - 1] {
        chain.guard(project, code, *guard);
    }
    chain.handler(project, file, handler, 0);
    let receiver = code.text(receiver);
    let mut guards = routers.uses.get(receiver).cloned().unwrap_or_default();
    guards.append(&mut chain.guards);
    Some(Draft {
        path: join(&prefix(code, routers, receiver, call), path),
        literal: code.span(*first),
        span: code.span(call),
        method: answers,
        guards,
        handler: chain.handler,
        anchor: chain.anchor,
    })
}

/// Whether `.Methods(…)` follows without POST.
fn excludes_post(code: &Code<'_>, call: NodeId) -> bool {
    let calls = code.ancestors(call).take(8).filter(|above| code.kind(*above) == "call_expression");
    let mut methods = calls.filter(|above| method(code, *above).is_some_and(|(_, name)| name == "Methods"));
    methods.next().is_some_and(|above| {
        !arguments(code, above)
            .iter()
            .any(|argument| code.text(*argument).contains("Post") || code.text(*argument).contains("POST"))
    })
}

/// What the routers of a file are called, and what holds for all of their routes.
struct Routers<'s> {
    /// The prefixes that groups' variables stand for.
    prefixes: BTreeMap<&'s str, &'s str>,
    /// What `Use` puts before every route.
    uses: BTreeMap<&'s str, Vec<Step>>,
}

impl<'s> Routers<'s> {
    fn of(project: &Project<'_>, code: &Code<'s>) -> Routers<'s> {
        let mut routers = Routers { prefixes: BTreeMap::new(), uses: BTreeMap::new() };
        for node in code.ids() {
            match code.kind(node) {
                "short_var_declaration" | "assignment_statement" => {
                    let group = code.field(node, "left").zip(group(code, node));
                    let Some((left, prefix)) = group else { continue };
                    routers.prefixes.entry(code.text(left)).or_insert(prefix);
                }
                "call_expression" => {
                    let Some((on, "Use")) = method(code, node) else { continue };
                    let mut chain = Chain { guards: Vec::new(), handler: None, anchor: None };
                    arguments(code, node).into_iter().for_each(|argument| chain.guard(project, code, argument));
                    routers.uses.entry(code.text(on)).or_default().append(&mut chain.guards);
                }
                _ => {}
            }
        }
        routers
    }
}

/// The prefix of the group that an assignment makes.
fn group<'s>(code: &Code<'s>, assignment: NodeId) -> Option<&'s str> {
    let right = code.field(assignment, "right")?;
    let is_group =
        |below: &NodeId| method(code, *below).is_some_and(|(_, name)| matches!(name, "Group" | "PathPrefix"));
    let call = code.below(right).filter(|below| code.kind(*below) == "call_expression").find(is_group)?;
    code.string(*arguments(code, call).first()?)
}

/// The prefix that a group's variable stands for in its file, and the `Route` blocks around.
fn prefix(code: &Code<'_>, routers: &Routers<'_>, receiver: &str, call: NodeId) -> String {
    let mut prefix = routers.prefixes.get(receiver).copied().unwrap_or_default().to_owned();
    for above in code.ancestors(call).filter(|above| code.kind(*above) == "call_expression") {
        if method(code, above).is_some_and(|(_, name)| name == "Route") {
            let text = arguments(code, above).first().and_then(|first| code.string(*first)).unwrap_or_default();
            prefix = join(text, &prefix);
        }
    }
    prefix
}

struct Chain {
    guards: Vec<Step>,
    handler: Option<(usize, NodeId)>,
    anchor: Option<crate::source::Span>,
}

impl Chain {
    /// An expression that wraps a handler, or stands before it.
    fn guard(&mut self, project: &Project<'_>, code: &Code<'_>, node: NodeId) {
        let callee = code.field(node, "function").filter(|_| code.kind(node) == "call_expression").unwrap_or(node);
        let name = code.last_name(callee);
        const INNOCENT: [&str; 4] = ["HandlerFunc", "HandleFunc", "StripPrefix", "MethodHandler"];
        if !INNOCENT.contains(&name) {
            self.guards.extend(project.guard(name, name, code.span(node)));
        }
    }

    fn handler(&mut self, project: &Project<'_>, file: usize, node: NodeId, depth: usize) {
        let code = &project.files[file];
        if depth > 6 {
            return;
        }
        match code.kind(node) {
            "func_literal" => self.handler = Some((file, node)),
            "identifier" | "selector_expression" => self.named(project, code.last_name(node)),
            "composite_literal" => {
                let elements = code.below(node).filter(|below| code.kind(*below) == "keyed_element");
                let mut post = elements.filter(|element| {
                    code.children(*element)
                        .next()
                        .is_some_and(|key| code.text(key).to_ascii_uppercase().contains("POST"))
                });
                if let Some(value) = post.next().and_then(|element| code.children(element).last()) {
                    let inner = code.children(value).next().filter(|_| code.kind(value) == "literal_element");
                    self.handler(project, file, inner.unwrap_or(value), depth + 1);
                }
            }
            "call_expression" => self.wrapped(project, file, node, depth),
            _ => {}
        }
    }

    /// `verify(addon)(handler)`, `verify(handler)`, `NewHandler(addon)`.
    fn wrapped(&mut self, project: &Project<'_>, file: usize, node: NodeId, depth: usize) {
        let code = &project.files[file];
        let Some(callee) = code.field(node, "function") else { return };
        let is_made = code.kind(callee) == "call_expression";
        let last = arguments(code, node).last().copied();
        let is_handler = |argument: &NodeId| {
            matches!(code.kind(*argument), "func_literal" | "selector_expression" | "call_expression")
                || project.definitions.functions(code.last_name(*argument)).next().is_some()
        };
        if let Some(argument) = last.filter(|argument| is_made || is_handler(argument)) {
            self.guard(project, code, callee);
            self.handler(project, file, argument, depth + 1);
            return;
        }
        self.named(project, code.last_name(callee));
    }

    fn named(&mut self, project: &Project<'_>, name: &str) {
        let mut definitions = project.definitions.functions(name);
        let Some(found) = definitions.next().filter(|_| definitions.next().is_none()) else { return };
        self.handler = Some((found.file, found.node));
        self.anchor = Some(project.files[found.file].span(found.name));
    }
}
