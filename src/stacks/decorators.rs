//! What Python's decorators check before a handler.

use crate::stacks::{
    code::{Code, NodeId},
    definitions::Definition,
    project::Project,
    python::{arguments, keyword},
    route::Step,
    values::At,
};

/// Decorators that check nothing: other routes, and what only limits methods.
const INNOCENT: [&str; 7] =
    ["csrf_exempt", "require_POST", "require_http_methods", "route", "post", "csrf_protect", "never_cache"];

/// What the decorators of a function or a class check.
pub(super) fn of(project: &Project<'_>, definition: &Definition<'_>) -> Vec<Step> {
    let code = &project.files[definition.file];
    let around = code.parent(definition.node).filter(|above| code.kind(*above) == "decorated_definition");
    let decorators = around.into_iter().flat_map(|around| code.children(around).collect::<Vec<_>>());
    let decorators = decorators.filter(|child| code.kind(*child) == "decorator");
    decorators.flat_map(|decorator| guards(project, definition.file, decorator)).collect()
}

/// What one decorator checks: itself, or what `method_decorator` puts around a method that a POST reaches.
pub(super) fn guards(project: &Project<'_>, file: usize, decorator: NodeId) -> Vec<Step> {
    let code = &project.files[file];
    let Some(expression) = code.children(decorator).next() else { return Vec::new() };
    let callee = code.field(expression, "function").unwrap_or(expression);
    match code.last_name(callee) {
        "method_decorator" => of_method(project, file, expression),
        name => guard(project, code, name, expression).into_iter().collect(),
    }
}

fn guard(project: &Project<'_>, code: &Code<'_>, name: &str, expression: NodeId) -> Option<Step> {
    if INNOCENT.contains(&name) {
        return None;
    }
    project.guard(name, code.text(expression), code.span(expression))
}

/// `@method_decorator(signed, name="dispatch")`, `@method_decorator([csrf_exempt, signed])`.
fn of_method(project: &Project<'_>, file: usize, call: NodeId) -> Vec<Step> {
    let code = &project.files[file];
    let method = keyword(code, call, "name").or_else(|| arguments(code, call).get(1).copied());
    let is_reached = method.and_then(|name| code.string(name)).is_none_or(|name| matches!(name, "dispatch" | "post"));
    let Some(first) = arguments(code, call).first().copied().filter(|_| is_reached) else { return Vec::new() };
    let at = At { file, node: first };
    let listed = project.values.of(code, at).filter(|value| is_list(&project.files[value.file], value.node));
    let listed = listed.unwrap_or(at);
    let code = &project.files[listed.file];
    let named = if is_list(code, listed.node) { code.children(listed.node).collect() } else { vec![listed.node] };
    let guard = |node: NodeId| {
        let callee = code.field(node, "function").unwrap_or(node);
        guard(project, code, code.last_name(callee), node)
    };
    named.into_iter().filter_map(guard).collect()
}

fn is_list(code: &Code<'_>, node: NodeId) -> bool {
    matches!(code.kind(node), "list" | "tuple")
}
