//! Fastify, and frameworks that take a route as one object: `post(path, options, handler)`, `route({…})`,
//! `register(plugin, { prefix })`, `addHook(name, function)`.

use crate::{
    facts::Method,
    javascript::{
        ir::{Kind, NodeId},
        routes::{
            Entry, Path, Step, Walker, express,
            routers::{Family, Found},
        },
        values::{At, Link, Value},
    },
    source::{Label, Span},
};

/// The hooks that run before a handler, in the order they run.
const HOOKS: [&str; 5] = ["onRequest", "preParsing", "preValidation", "preHandler", "pre"];

/// Reads one call on a Fastify instance; says whether it registers something.
pub fn register(
    walker: &mut Walker<'_, '_, '_>,
    at: &At,
    object: &Value,
    found: &Found,
    method: &str,
    arguments: &[NodeId],
    deferred: bool,
) -> bool {
    let values = walker.values;
    match method {
        "post" | "all" => post(walker, at, found, method, arguments, deferred),
        "route" => {
            let option = arguments.first().map(|option| values.of(&at.with(*option)));
            let all = option.map(|option| values.elements(&option).unwrap_or_else(|| vec![option]));
            for option in all.into_iter().flatten() {
                route_object(walker, at, found, &option, deferred);
            }
        }
        "register" => plugin(walker, at, object, found, arguments, deferred),
        "addHook" => hook(walker, at, found, arguments, deferred),
        "use" => {
            let steps = express::steps(values, at, arguments);
            let entry = Entry::Use {
                paths: vec![whole(values.project.node(at.module, at.node).span)],
                steps,
                routers: Vec::new(),
                at: at.clone(),
                convention: found.family.convention(),
            };
            walker.add(found.key, entry, deferred);
        }
        _ => {}
    }
    true
}

/// The path of what is registered for everything.
fn whole(span: Span) -> Path {
    Path { text: Some(String::new()), span, is_pattern: false }
}

fn post(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, method: &str, arguments: &[NodeId], deferred: bool) {
    let values = walker.values;
    let [path, rest @ .., handler] = arguments else { return };
    let step = |node: &NodeId| Step { value: values.of(&at.with(*node)), at: at.with(*node) };
    let options = rest.first().map(step);
    let mut steps: Vec<Step> = options.iter().flat_map(|options| hooks(walker, options)).collect();
    let handler = step(handler);
    let is_options = matches!(&handler.value, Value::Literal(at) if matches!(values.project.node(at.module, at.node).kind, Kind::Object(_)));
    if is_options {
        steps.extend(hooks(walker, &handler));
        steps.push(Step { value: values.member(&handler.value, "handler"), at: handler.at });
    } else {
        steps.push(handler);
    }
    let method = if method == "all" { Method::Any } else { Method::Post };
    let paths = express::paths(values, &step(path));
    add(walker, at, found, method, paths, steps, deferred);
}

/// The functions that a route's options name as its hooks.
fn hooks(walker: &Walker<'_, '_, '_>, options: &Step) -> Vec<Step> {
    let values = walker.values;
    let of = |name: &&str| match values.member(&options.value, name) {
        Value::Null => None,
        value => Some(value),
    };
    let given = HOOKS.iter().filter_map(of);
    given.map(|value| Step { value, at: options.at.clone() }).collect()
}

/// `route({ method, url, handler })`.
pub fn route_object(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, option: &Value, deferred: bool) {
    let values = walker.values;
    if option.as_text().is_some() || matches!(option, Value::Partial(..)) {
        return; // the path of a chained registration
    }
    let Value::Literal(object) = option else {
        let span = values.project.node(at.module, at.node).span;
        walker.opaque.push(Label::new(span, "this route could not be followed"));
        return;
    };
    let methods = values.member(option, "method");
    let methods = values.elements(&methods).unwrap_or_else(|| vec![methods]);
    let names: Vec<String> = methods.iter().filter_map(Value::as_text).map(str::to_ascii_uppercase).collect();
    let method = match names.iter().map(String::as_str).find(|name| matches!(*name, "POST" | "*" | "ALL" | "ANY")) {
        Some("POST") => Method::Post,
        Some(_) => Method::Any,
        None => return,
    };
    let path = ["url", "path"].iter().map(|key| values.member(option, key)).find(|value| !matches!(value, Value::Null));
    let nested = ["options", "config"].map(|key| values.member(option, key));
    let own = Step { value: option.clone(), at: object.clone() };
    let mut steps = hooks(walker, &own);
    for options in nested.iter().filter(|options| !matches!(options, Value::Null)) {
        steps.extend(hooks(walker, &Step { value: options.clone(), at: object.clone() }));
    }
    let more = ["middlewares", "middleware", "guards"].map(|key| values.member(option, key));
    for value in more.into_iter().filter(|value| !matches!(value, Value::Null)) {
        steps.push(Step { value, at: object.clone() });
    }
    let handlers = [values.member(option, "handler"), values.member(&nested[0], "handler")];
    let handler = handlers.into_iter().find(|value| !matches!(value, Value::Null));
    let Some(handler) = handler else { return };
    steps.push(Step { value: handler, at: object.clone() });
    let Some(path) = path else { return };
    let paths = express::paths(values, &Step { value: path, at: object.clone() });
    add(walker, at, found, method, paths, steps, deferred);
}

fn add(
    walker: &mut Walker<'_, '_, '_>,
    at: &At,
    found: &Found,
    method: Method,
    paths: Vec<Path>,
    steps: Vec<Step>,
    deferred: bool,
) {
    if paths.iter().any(|path| path.text.is_none()) || paths.is_empty() {
        let span = walker.values.project.node(at.module, at.node).span;
        walker.opaque.push(Label::new(span, "the path of this route is computed"));
    }
    let entry = Entry::Route { method, paths, steps, at: at.clone(), convention: found.family.convention() };
    walker.add(found.key, entry, deferred);
}

fn hook(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, arguments: &[NodeId], deferred: bool) {
    let values = walker.values;
    let [name, function] = arguments else { return };
    let name = values.of(&at.with(*name));
    if !name.as_text().is_some_and(|name| HOOKS.contains(&name)) {
        return;
    }
    let steps = vec![Step { value: values.of(&at.with(*function)), at: at.with(*function) }];
    let paths = vec![whole(values.project.node(at.module, at.node).span)];
    let convention = Family::Fastify.convention();
    walker.add(found.key, Entry::Use { paths, steps, routers: Vec::new(), at: at.clone(), convention }, deferred);
}

/// `register(plugin, { prefix })`: the plugin is run with an instance of its own.
fn plugin(
    walker: &mut Walker<'_, '_, '_>,
    at: &At,
    object: &Value,
    found: &Found,
    arguments: &[NodeId],
    deferred: bool,
) {
    let values = walker.values;
    let Some(first) = arguments.first() else { return };
    let options = arguments.get(1).map_or(Value::Null, |options| values.of(&at.with(*options)));
    let function = unwrapped(values.of(&at.with(*first)));
    let child = values.linked(object, &["register"], at);
    let span = values.project.node(at.module, at.node).span;
    let path = match values.member(&options, "prefix") {
        Value::Text(text, _) => Path { text: Some(text), span, is_pattern: false },
        Value::Null => whole(span),
        _ if matches!(options, Value::Null) => whole(span),
        _ => Path { text: None, span, is_pattern: false },
    };
    let function = match function {
        Value::Module(id) => values.export(id, "default"),
        function => function,
    };
    let (Value::Literal(function) | Value::Method(function, _), Some(inner)) =
        (function, super::routers::find(values, &child))
    else {
        return;
    };
    walker.learn(&inner);
    let steps = vec![Step { value: child.clone(), at: at.clone() }];
    let entry = Entry::Use {
        paths: vec![path],
        steps,
        routers: vec![inner.key],
        at: at.clone(),
        convention: found.family.convention(),
    };
    walker.add(found.key, entry, deferred);
    let scope = values.frame(&function, vec![child, options], None, Some((at, 0)));
    walker.body(&function, scope, deferred);
}

/// The plugin inside `fastify-plugin`'s wrapper.
fn unwrapped(value: Value) -> Value {
    let Value::Chain(chain) = &value else { return value };
    match (chain.package(), chain.links.last()) {
        (Some("fastify-plugin"), Some(Link::Call { arguments, .. })) => {
            arguments.first().cloned().unwrap_or(Value::Null)
        }
        _ => value,
    }
}
