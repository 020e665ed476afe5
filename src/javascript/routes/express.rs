//! Express, and what copies its interface: `app.post(path, …)`, `router.use(path, …)`, `router.route(path).post(…)`.

use crate::{
    facts::Method,
    javascript::{
        ir::{Kind, NodeId},
        routes::{
            Entry, Path, Step, Walker, fastify,
            routers::{self, Family, Found},
        },
        values::{At, Chain, Link, Value, Values},
    },
    source::Label,
};

/// Whether a method of a router registers what a POST can reach.
pub fn is_registration(name: &str) -> bool {
    matches!(name, "post" | "all" | "use" | "route" | "register" | "addHook")
}

/// Reads one call; says whether it registers something.
pub fn register(
    walker: &mut Walker<'_, '_, '_>,
    at: &At,
    callee: NodeId,
    arguments: &[NodeId],
    deferred: bool,
) -> bool {
    let values = walker.values;
    let module = values.project.module(at.module);
    let (object, property) = match module.kind(callee) {
        Kind::Member { object, property, .. } => (*object, property.clone()),
        Kind::Index { object, index } => match values.of(&at.with(*index)) {
            Value::Text(name, _) => (*object, name),
            _ => return false,
        },
        _ => return false,
    };
    if let ("prefix", [prefix]) = (property.as_str(), arguments) {
        return prefix_of(walker, &values.of(&at.with(object)), &values.of(&at.with(*prefix)));
    }
    let is_other = matches!(property.as_str(), "get" | "put" | "delete" | "del" | "patch" | "head" | "options");
    if !is_registration(&property) && !is_other || is_other && arguments.len() < 2 {
        return false;
    }
    let object = values.of(&at.with(object));
    let Some(found) = routers::find(values, &object) else { return false };
    walker.learn(&found);
    if found.family == Family::Fastify {
        return fastify::register(walker, at, &object, &found, &property, arguments, deferred);
    }
    let given = steps(values, at, arguments);
    match property.as_str() {
        "use" => mount(walker, at, &found, given, deferred),
        "route" if given.len() > 1 => mount(walker, at, &found, given, deferred), // as Hono has it
        "post" | "all" => route(walker, at, &found, &property, given, deferred),
        "route" => table_route(walker, at, &found, arguments, deferred),
        _ => {}
    }
    true
}

/// `router.prefix('/connect')`, as Koa's routers have it.
fn prefix_of(walker: &mut Walker<'_, '_, '_>, router: &Value, prefix: &Value) -> bool {
    let found = routers::find(walker.values, router).filter(|found| found.family == Family::Koa);
    let (Some(found), Some(prefix)) = (found, prefix.as_text()) else { return false };
    walker.learn(&Found { prefix: Some(prefix.to_owned()), ..found });
    true
}

/// `route({ method, path, handler })`, as some frameworks have it.
fn table_route(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, arguments: &[NodeId], deferred: bool) {
    if let [only] = arguments {
        let values = walker.values;
        let option = values.of(&at.with(*only));
        let all = values.elements(&option).unwrap_or_else(|| vec![option]);
        for option in all {
            fastify::route_object(walker, at, found, &option, deferred);
        }
    }
}

/// The arguments; what a spread stands for is put in its place.
pub(super) fn steps(values: &Values<'_, '_>, at: &At, arguments: &[NodeId]) -> Vec<Step> {
    let module = values.project.module(at.module);
    let mut steps = Vec::new();
    for argument in arguments {
        match module.kind(*argument) {
            Kind::Spread(operand) => {
                let value = values.of(&at.with(*operand));
                let elements = values.elements(&value).unwrap_or_else(|| vec![Value::unknown("...")]);
                steps.extend(elements.into_iter().map(|value| Step { value, at: at.with(*argument) }));
            }
            _ => steps.push(Step { value: values.of(&at.with(*argument)), at: at.with(*argument) }),
        }
    }
    steps
}

fn route(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, method: &str, mut given: Vec<Step>, deferred: bool) {
    let values = walker.values;
    if found.family == Family::Koa && given.len() > 2 && given[1].value.as_text().is_some() {
        given.remove(0); // a route's name comes first
    }
    let path = match &found.route {
        Some(path) => Step { value: path.clone(), at: at.clone() },
        None if given.len() < 2 => return,
        None => given.remove(0),
    };
    let method = if method == "all" { Method::Any } else { Method::Post };
    let paths = paths(values, &path);
    if paths.iter().any(|path| path.text.is_none()) || paths.is_empty() {
        let span = values.project.node(at.module, at.node).span;
        walker.opaque.push(Label::new(span, "the path of this route is computed"));
    }
    let steps = given.into_iter().flat_map(|step| listed(values, step)).collect();
    let entry = Entry::Route { method, paths, steps, at: at.clone(), convention: found.family.convention() };
    walker.add(found.key, entry, deferred);
}

/// The steps of a list that is written in the registration, each at its own place.
fn listed(values: &Values<'_, '_>, step: Step) -> Vec<Step> {
    match values.project.module(step.at.module).kind(step.at.node) {
        Kind::Array(elements) if !elements.is_empty() => {
            steps(values, &step.at, elements).into_iter().flat_map(|step| listed(values, step)).collect()
        }
        _ => vec![step],
    }
}

fn mount(walker: &mut Walker<'_, '_, '_>, at: &At, found: &Found, mut given: Vec<Step>, deferred: bool) {
    let values = walker.values;
    let is_path = given.first().is_some_and(|first| given.len() > 1 && is_path(values, &first.value));
    let span = values.project.node(at.module, at.node).span;
    let paths = if is_path {
        let path = given.remove(0);
        paths(values, &path)
    } else {
        vec![Path { text: Some(String::new()), span, is_pattern: false }]
    };
    if paths.iter().any(|path| path.text.is_none()) {
        walker.opaque.push(Label::new(span, "the path of this mount is computed"));
    }
    let given: Vec<Step> = given
        .into_iter()
        .flat_map(|step| match values.elements(&step.value) {
            Some(elements) => elements.into_iter().map(|value| Step { value, at: step.at.clone() }).collect(),
            None => vec![step],
        })
        .collect();
    walker.hands_away |= given.iter().any(|step| step.value.is_unknown());
    let inner: Vec<Found> = given.iter().filter_map(|step| routers::mounted(values, &step.value)).collect();
    inner.iter().for_each(|found| walker.learn(found));
    let routers = inner.iter().map(|found| found.key).collect();
    let entry = Entry::Use { paths, steps: given, routers, at: at.clone(), convention: found.family.convention() };
    walker.add(found.key, entry, deferred);
}

fn is_path(values: &Values<'_, '_>, value: &Value) -> bool {
    match value {
        Value::Text(..) | Value::Partial(..) => true,
        Value::Literal(at) => match values.project.module(at.module).kind(at.node) {
            Kind::Pattern(_) => true,
            Kind::Array(_) => values.elements(value).is_some_and(|elements| {
                !elements.is_empty() && elements.iter().all(|element| is_path(values, element))
            }),
            _ => false,
        },
        Value::Chain(chain) => names_path(chain),
        _ => false,
    }
}

/// Whether something that could not be followed is a path by its name: `config.basePath`, `process.env.PREFIX`.
fn names_path(chain: &Chain) -> bool {
    let Some(Link::Member(name)) = chain.links.last() else { return false };
    let name = name.to_ascii_lowercase();
    ["path", "url", "prefix", "endpoint", "pathname"].iter().any(|word| name.ends_with(word)) || name == "base"
}

/// The paths that a path argument stands for.
pub(super) fn paths(values: &Values<'_, '_>, step: &Step) -> Vec<Path> {
    let span = values.project.node(step.at.module, step.at.node).span;
    match &step.value {
        Value::Text(text, written) => {
            let span = if written.file == span.file && span.start <= written.start && written.end <= span.end {
                *written
            } else {
                span
            };
            let is_pattern = text.contains(['*', '(', '?', '+']);
            vec![Path { text: Some(text.clone()), span, is_pattern }]
        }
        Value::Literal(at) => match values.project.module(at.module).kind(at.node) {
            Kind::Pattern(pattern) => {
                vec![Path { text: literal_of_pattern(pattern), span, is_pattern: true }]
            }
            Kind::Array(_) => {
                let elements = values.elements(&step.value).unwrap_or_default();
                let of = |value: Value| paths(values, &Step { value, at: step.at.clone() });
                elements.into_iter().flat_map(of).collect()
            }
            _ => vec![Path { text: None, span, is_pattern: false }],
        },
        Value::List(elements) => elements
            .iter()
            .flat_map(|value| paths(values, &Step { value: value.clone(), at: step.at.clone() }))
            .collect(),
        _ => vec![Path { text: None, span, is_pattern: false }],
    }
}

/// The one path that a regular expression is for, if it is for one: `^\/installed\/?$`.
fn literal_of_pattern(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').unwrap_or(inner);
    let inner = inner.strip_suffix("\\/?").or_else(|| inner.strip_suffix("/?")).unwrap_or(inner);
    let plain = inner.replace("\\/", "/").replace("\\-", "-");
    let is_plain = plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'));
    (is_plain && !plain.is_empty()).then_some(plain)
}
