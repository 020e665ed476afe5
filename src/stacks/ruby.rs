//! Routes of Rails and Sinatra.

use crate::{
    facts::Method,
    stacks::{
        code::{Code, NodeId},
        definitions::Definition,
        filters,
        project::Project,
        route::{Draft, Step, join},
    },
};

/// The routes of every file.
pub fn routes(project: &Project<'_>) -> Vec<Draft> {
    let befores = befores(project);
    let mut routes = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        for node in code.ids().filter(|node| code.kind(*node) == "call") {
            routes.extend(registered(project, &befores, file, node));
        }
    }
    routes
}

/// The name of the method that is called.
pub(super) fn method<'s>(code: &Code<'s>, call: NodeId) -> &'s str {
    code.field(call, "method").map_or("", |method| code.text(method))
}

/// The arguments of a call.
pub(super) fn arguments(code: &Code<'_>, call: NodeId) -> Vec<NodeId> {
    code.field(call, "arguments").map_or(Vec::new(), |list| code.children(list).collect())
}

/// The text of a string or a symbol.
pub(super) fn word<'s>(code: &Code<'s>, node: NodeId) -> Option<&'s str> {
    match code.kind(node) {
        "simple_symbol" => Some(code.text(node).trim_start_matches(':')),
        _ => code.string(node),
    }
}

/// The value under a key among a call's arguments.
pub(super) fn option(code: &Code<'_>, call: NodeId, name: &str) -> Option<NodeId> {
    let pairs = arguments(code, call).into_iter().filter(|argument| code.kind(*argument) == "pair");
    let named = pairs.filter_map(|pair| Some((code.field(pair, "key")?, code.field(pair, "value")?)));
    named.into_iter().find(|(key, _)| code.text(*key).trim_matches(':') == name).map(|(_, value)| value)
}

/// `post '/x', to: 'c#a'`, `post '/x' => 'c#a'`, `match '/x', to: 'c#a', via: :post`, `post '/x' do … end`.
fn registered(project: &Project<'_>, befores: &[Before<'_>], file: usize, call: NodeId) -> Option<Draft> {
    let code = &project.files[file];
    let is_match = || {
        let via = option(code, call, "via").map_or("", |via| code.text(via));
        method(code, call) == "match" && (via.contains("post") || via.contains("all"))
    };
    if code.field(call, "receiver").is_some() || method(code, call) != "post" && !is_match() {
        return None;
    }
    let arguments = arguments(code, call);
    let mut literal = *arguments.first()?;
    let mut target = option(code, call, "to").and_then(|to| code.string(to));
    for pair in arguments.iter().filter(|argument| code.kind(**argument) == "pair") {
        let (key, value) = (code.field(*pair, "key")?, code.field(*pair, "value")?);
        if code.is_string(key) {
            (literal, target) = (key, code.string(value));
        }
    }
    let path = word(code, literal).filter(|path| project.wants(path))?;
    let (handler, guards) = match code.field(call, "block") {
        Some(block) if target.is_none() => {
            let concerned = befores.iter().filter(|before| before.concerns(path));
            (Some((file, block)), concerned.map(|before| before.step.clone()).collect())
        }
        Some(_) => return None,
        None => {
            let target = target.map(str::to_owned).or_else(|| implied(code, call, path))?;
            action(project, &target)?
        }
    };
    Some(Draft {
        path: join("", &join(&prefix(code, call), path)),
        literal: code.span(literal),
        span: code.span(call),
        method: Method::Post,
        guards,
        handler,
        anchor: None,
    })
}

/// The action of a route that does not say it: of the controller beside it or around it, or of the path's two parts.
fn implied(code: &Code<'_>, call: NodeId, path: &str) -> Option<String> {
    let name = |call: NodeId, key: &str| option(code, call, key).and_then(|value| word(code, value));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let action = name(call, "action").or(parts.last().copied())?;
    let around = || {
        let mut calls = code.ancestors(call).filter(|above| code.kind(*above) == "call");
        calls.find_map(|above| match method(code, above) {
            "controller" => arguments(code, above).first().and_then(|first| word(code, *first)),
            "scope" => name(above, "controller"),
            "resources" => name(above, "controller")
                .or_else(|| arguments(code, above).first().and_then(|first| word(code, *first))),
            _ => None,
        })
    };
    let of_path = || Some(parts.first().copied()?).filter(|_| parts.len() == 2);
    let controller = name(call, "controller").or_else(around).or_else(of_path)?;
    Some(format!("{controller}#{action}"))
}

/// A `before` block of Sinatra.
struct Before<'s> {
    /// The paths that it is for; all, without one.
    pattern: Option<&'s str>,
    step: Step,
}

impl Before<'_> {
    fn concerns(&self, path: &str) -> bool {
        self.pattern.is_none_or(|pattern| path.starts_with(pattern.trim_end_matches(['*', '/'])))
    }
}

fn befores<'s>(project: &Project<'s>) -> Vec<Before<'s>> {
    let mut befores = Vec::new();
    for (file, code) in project.files.iter().enumerate() {
        for call in code.ids().filter(|node| code.kind(*node) == "call" && method(code, *node) == "before") {
            let pattern = arguments(code, call).first().and_then(|first| code.string(*first));
            let step = code.field(call, "block").and_then(|block| project.block("before", file, block));
            befores.extend(step.map(|step| Before { pattern, step }));
        }
    }
    befores
}

/// The scopes, namespaces and resources around a route.
fn prefix(code: &Code<'_>, call: NodeId) -> String {
    let mut prefix = String::new();
    let mut of_all = option(code, call, "on").is_some_and(|on| word(code, on) == Some("collection"));
    for above in code.ancestors(call).filter(|above| code.kind(*above) == "call") {
        let first = arguments(code, above).first().and_then(|first| word(code, *first));
        let part = match method(code, above) {
            "scope" => option(code, above, "path").and_then(|path| word(code, path)).or(first),
            "namespace" => first,
            "collection" => {
                of_all = true;
                continue;
            }
            "resources" => {
                prefix = if of_all { prefix } else { join(":id", &prefix) };
                option(code, above, "path").and_then(|path| word(code, path)).or(first)
            }
            _ => continue,
        };
        prefix = join(part.unwrap_or_default(), &prefix);
    }
    prefix
}

type Action = (Option<(usize, NodeId)>, Vec<Step>);

/// `controller#action`, with the filters of the controller and its parents.
fn action(project: &Project<'_>, target: &str) -> Option<Action> {
    let (controller, action) = target.split_once('#')?;
    let name: String = controller.rsplit('/').next()?.split('_').map(capitalised).collect();
    let class = format!("{name}Controller");
    let mut controllers = project.definitions.classes(&class);
    let Some(found) = controllers.next().filter(|_| controllers.next().is_none()) else {
        return Some((None, Vec::new()));
    };
    let lineage = filters::lineage(project, found);
    let own =
        |class: &Definition<'_>| project.definitions.method(project.files[class.file].last_name(class.name), action);
    let handler = lineage.iter().find_map(own).map(|method| (method.file, method.node));
    Some((handler, filters::of_action(project, &lineage, action)))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
