//! Express, and what copies its interface: `app.post(path, …)`, `router.use(path, …)`, `router.route(path).post(…)`.

use crate::{
    facts::Method,
    javascript::{
        guards::Convention,
        ir::{Kind, NodeId},
        routes::{Entry, Path, RouterKey, Step, Walker},
        values::{At, Chain, Link, Root, Value, Values},
    },
    source::Label,
};

/// Packages whose apps and routers have Express' interface.
const PACKAGES: [&str; 9] = [
    "express", "express-promise-router", "polka", "restify", "connect", "router", "find-my-way", "express-ws",
    "@awaitjs/express",
];

/// Whether a method of a router registers what a POST can reach.
pub fn is_registration(name: &str) -> bool {
    matches!(name, "post" | "all" | "use" | "route")
}

/// What a value is to Express: a router, or what `route(path)` gives.
struct Registrar {
    router: RouterKey,
    is_app: bool,
    /// The path given to `route`.
    route: Option<Value>,
}

/// Reads one call; says whether it registers something.
pub fn register(walker: &mut Walker<'_, '_, '_>, at: &At, callee: NodeId, arguments: &[NodeId], deferred: bool) -> bool {
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
    if !is_registration(&property) && !matches!(property.as_str(), "get" | "put" | "delete" | "patch" | "head" | "options")
    {
        return false;
    }
    let Some(registrar) = registrar(values, &values.of(&at.with(object))) else { return false };
    if property == "route" {
        return true;
    }
    if property == "get" && arguments.len() < 2 {
        return false;
    }
    walker.routers.entry(registrar.router).or_default().is_app |= registrar.is_app;
    if !is_registration(&property) {
        return true;
    }
    let given = steps(values, at, arguments);
    match property.as_str() {
        "use" => mount(walker, at, registrar.router, given, deferred),
        _ => route(walker, at, &registrar, &property, given, deferred),
    }
    true
}

/// The arguments; what a spread stands for is put in its place.
fn steps(values: &Values<'_, '_>, at: &At, arguments: &[NodeId]) -> Vec<Step> {
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

fn route(
    walker: &mut Walker<'_, '_, '_>, at: &At, registrar: &Registrar, method: &str, mut given: Vec<Step>, deferred: bool,
) {
    let values = walker.values;
    let path = match &registrar.route {
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
    let entry = Entry::Route { method, paths, steps: given, at: at.clone(), convention: Convention::Express };
    walker.add(registrar.router, entry, deferred);
}

fn mount(walker: &mut Walker<'_, '_, '_>, at: &At, router: RouterKey, mut given: Vec<Step>, deferred: bool) {
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
            Some(elements) => {
                elements.into_iter().map(|value| Step { value, at: step.at.clone() }).collect()
            }
            None => vec![step],
        })
        .collect();
    let routers = given.iter().filter_map(|step| router_key(values, &step.value)).collect();
    let entry = Entry::Use { paths, steps: given, routers, at: at.clone(), convention: Convention::Express };
    walker.add(router, entry, deferred);
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
fn paths(values: &Values<'_, '_>, step: &Step) -> Vec<Path> {
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
        Value::List(elements) => {
            elements.iter().flat_map(|value| paths(values, &Step { value: value.clone(), at: step.at.clone() })).collect()
        }
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

/// Which router a value is, if it is one.
pub fn router_key(values: &Values<'_, '_>, value: &Value) -> Option<RouterKey> {
    registrar(values, value).filter(|registrar| registrar.route.is_none()).map(|registrar| registrar.router)
}

fn registrar(values: &Values<'_, '_>, value: &Value) -> Option<Registrar> {
    let Value::Chain(chain) = value else {
        return match value {
            Value::Choice(choices) => choices.iter().find_map(|choice| registrar(values, choice)),
            _ => None,
        };
    };
    let (router, is_app, used) = root_router(values, chain)?;
    let mut route = None;
    let mut rest = chain.links[used..].iter();
    while let Some(link) = rest.next() {
        let Link::Member(name) = link else { return None };
        let Some(Link::Call { arguments, .. }) = rest.next() else { return None };
        match name.as_str() {
            "route" => route = arguments.first().cloned(),
            "post" | "all" | "use" | "get" | "put" | "delete" | "patch" | "options" | "head" | "set" | "enable"
            | "disable" | "param" | "engine" => {}
            _ => return None,
        }
    }
    Some(Registrar { router, is_app, route })
}

/// The router a chain begins with, whether it is an app, and how many links make it.
fn root_router(values: &Values<'_, '_>, chain: &Chain) -> Option<(RouterKey, bool, usize)> {
    match &chain.root {
        Root::Package(package) if PACKAGES.contains(&package.as_str()) => match &chain.links[..] {
            [Link::Call { at, .. }, ..] => Some((at.key(), package != "express-promise-router", 1)),
            [Link::Member(name), Link::Call { at, .. }, ..] if name == "Router" => Some((at.key(), false, 2)),
            [Link::Member(name), Link::Call { at, .. }, ..] if matches!(name.as_str(), "createServer" | "express") => {
                Some((at.key(), true, 2))
            }
            _ => None,
        },
        Root::Parameter { name, module, function, index } => {
            let members: Vec<&str> = chain.members().collect();
            let (name, used) = match members.first() {
                Some(first) if is_router_name(first) => (*first, 1),
                _ => (name.as_str(), 0),
            };
            let number = u32::try_from(*index).unwrap_or(u32::MAX);
            let last = values.project.module(*module).nodes.len() as u32;
            let key = (*module, *function, last.saturating_add(number));
            is_router_name(name).then_some((key, is_app_name(name), used))
        }
        Root::Unknown(name) => {
            let members: Vec<&str> = chain.members().collect();
            let (name, used) = match members.first() {
                Some(first) if is_router_name(first) => (*first, 1),
                _ => (name.as_str(), 0),
            };
            let name = name.rsplit(['/', '.']).next().unwrap_or(name);
            is_router_name(name).then(|| ((ModuleId::NONE, NodeId(hash(name)), 0), is_app_name(name), used))
        }
        _ => None,
    }
}

use crate::javascript::project::ModuleId;

/// A number for the name of a router that could not be followed.
fn hash(name: &str) -> u32 {
    name.bytes().fold(2_166_136_261, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// Whether a name is that of a router, for want of anything better.
fn is_router_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_app_name(&name) || name == "router" || name.ends_with("router") || name == "routes" || name == "api"
}

fn is_app_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "app" | "server" | "application" | "expressapp" | "express") || name.ends_with("app")
}

/// Whether a middleware parses JSON bodies.
pub fn parses_body(value: &Value) -> bool {
    let Value::Chain(chain) = value else { return false };
    let is_called = matches!(chain.links.last(), Some(Link::Call { .. }));
    match chain.package() {
        Some("express") => is_called && chain.members().eq(["json"]),
        Some("body-parser") => is_called && (chain.members().eq(["json"]) || chain.members().next().is_none()),
        _ => false,
    }
}
