//! Routes of Rails and Sinatra.

use crate::{
    facts::{Guard, GuardClass, Method, Route},
    stacks::{
        code::{Code, NodeId},
        definitions::Definition,
        project::Project,
        route::{Draft, join},
    },
};

/// The routes of every file.
pub fn routes(project: &Project<'_>) -> Vec<Route> {
    let mut routes = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        for node in code.ids().filter(|node| code.kind(*node) == "call") {
            routes.extend(registered(project, file, node).map(|draft| project.route(draft)));
        }
    }
    routes
}

fn method<'s>(code: &Code<'s>, call: NodeId) -> &'s str {
    code.field(call, "method").map_or("", |method| code.text(method))
}

fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    code.field(call, "arguments").map_or(Vec::new(), |list| code.children(list).collect())
}

/// `post '/x', to: 'c#a'`, `post '/x' => 'c#a'`, `post '/x' do … end`.
fn registered(project: &Project<'_>, file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    if method(code, call) != "post" || code.field(call, "receiver").is_some() {
        return None;
    }
    let arguments = arguments(code, call);
    let (mut literal, mut target) = (*arguments.first()?, None);
    for pair in arguments.iter().filter(|argument| code.kind(**argument) == "pair") {
        let (key, value) = (code.field(*pair, "key")?, code.field(*pair, "value")?);
        if code.is_string(key) {
            (literal, target) = (key, code.string(value));
        } else if code.text(key).trim_matches(':') == "to" {
            target = code.string(value);
        }
    }
    let path = code.string(literal)?;
    let block = code.field(call, "block");
    let (handler, guards) = match (block, target) {
        (Some(block), None) => {
            (Some((file, block)), project.files.iter().flat_map(|code| sinatra(project, code)).collect())
        }
        (None, Some(target)) => action(project, target)?,
        _ => return None,
    };
    Some(Draft {
        path: join(&prefix(code, call), path),
        literal: code.span(literal),
        span: code.span(call),
        method: Method::Post,
        guards,
        handler,
        anchor: None,
    })
}

/// The `before` blocks of a file.
fn sinatra(project: &Project<'_>, code: &Code<'_>) -> Vec<Guard> {
    let guards = code.ids().next().map_or(Vec::new(), |root| befores(project, code, root, None));
    guards.into_iter().filter(|guard| guard.name == "before").collect()
}

/// The scopes and namespaces around a route.
fn prefix(code: &Code<'_>, call: NodeId) -> String {
    let mut prefix = String::new();
    for above in code.ancestors(call).filter(|above| code.kind(*above) == "call") {
        if !matches!(method(code, above), "scope" | "namespace") {
            continue;
        }
        let first = arguments(code, above).first().copied();
        let text = first.map(|first| code.string(first).unwrap_or(code.text(first).trim_start_matches(':')));
        prefix = join(text.unwrap_or_default(), &prefix);
    }
    prefix
}

type Action = (Option<(usize, NodeId)>, Vec<Guard>);

/// `controller#action`, with the filters of the controller and its parents.
fn action(project: &Project<'_>, target: &str) -> Option<Action> {
    let (controller, action) = target.split_once('#')?;
    let name: String = controller.rsplit('/').next()?.split('_').map(capitalised).collect();
    let class = format!("{name}Controller");
    let mut controllers = project.definitions.classes(&class);
    let Some(found) = controllers.next().filter(|_| controllers.next().is_none()) else {
        return Some((None, Vec::new()));
    };
    let mut guards = Vec::new();
    let mut next: Option<&Definition<'_>> = Some(found);
    for _ in 0..4 {
        let Some(class) = next else { break };
        let code = &project.files[class.file];
        guards.extend(befores(project, code, class.node, Some(action)));
        let parent = code.field(class.node, "superclass").map_or("", |parent| code.last_name(parent));
        next = project.definitions.classes(parent).next();
    }
    let handler = project.definitions.method(&class, action).map(|method| (method.file, method.node));
    Some((handler, guards))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The filters that a class, or a file, runs first. One that cannot be read is taken for a guard.
fn befores(project: &Project<'_>, code: &Code<'_>, within: NodeId, action: Option<&str>) -> Vec<Guard> {
    const FILTERS: [&str; 4] = ["before_action", "before_filter", "prepend_before_action", "before"];
    let mut guards = Vec::new();
    for call in code.below(within).filter(|node| code.kind(*node) == "call") {
        if !FILTERS.contains(&method(code, call)) {
            continue;
        }
        let only = arguments(code, call).into_iter().find(|argument| code.text(*argument).starts_with("only"));
        let words = |node: NodeId| {
            code.text(node).split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| Some(word) == action)
        };
        if only.is_some_and(|only| !words(only)) {
            continue;
        }
        let names: Vec<_> =
            arguments(code, call).into_iter().filter(|argument| code.kind(*argument) == "simple_symbol").collect();
        for symbol in &names {
            let name = code.text(*symbol).trim_start_matches(':');
            guards.extend(match project.definitions.named(name).is_empty() {
                true => Some(unknown(name, code.span(*symbol))),
                false => project.guard(name, name, code.span(*symbol)),
            });
        }
        if names.is_empty() {
            guards.push(unknown(method(code, call), code.span(call)));
        }
    }
    guards
}

fn unknown(name: &str, span: crate::source::Span) -> Guard {
    Guard {
        class: GuardClass::Unknown,
        name: name.to_owned(),
        span,
        ace_call: None,
        stores: None,
        evidence: Vec::new(),
    }
}
