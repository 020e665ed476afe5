//! Which router a value is: where it was made, and what kind it is.

use crate::javascript::{
    guards::Convention,
    ir::NodeId,
    project::ModuleId,
    routes::RouterKey,
    values::{At, Chain, Link, Root, Value, Values},
};

/// The interface a router has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `post(path, …handlers)`, handlers get `(request, response, next)`.
    Express,
    /// The same, handlers get `(context, next)`.
    Koa,
    /// `post(path, options, handler)`, `register(plugin, options)`.
    Fastify,
}

impl Family {
    /// How its handlers are called.
    pub fn convention(self) -> Convention {
        match self {
            Family::Express => Convention::Express,
            Family::Koa => Convention::Koa,
            Family::Fastify => Convention::Fastify,
        }
    }
}

/// A value that is a router.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which one.
    pub key: RouterKey,
    /// Its interface.
    pub family: Family,
    /// Whether it listens by itself.
    pub is_app: bool,
    /// The path given to `route(path)`.
    pub route: Option<Value>,
    /// The prefix it was made with.
    pub prefix: Option<String>,
    /// Whether only its name says that it is a router.
    pub is_guess: bool,
}

/// Packages that make routers, and their interface.
const PACKAGES: [(&str, Family); 15] = [
    ("express", Family::Express),
    ("express-promise-router", Family::Express),
    ("polka", Family::Express),
    ("restify", Family::Express),
    ("connect", Family::Express),
    ("router", Family::Express),
    ("next-connect", Family::Express),
    ("@awaitjs/express", Family::Express),
    ("hyper-express", Family::Express),
    ("koa", Family::Koa),
    ("koa-router", Family::Koa),
    ("@koa/router", Family::Koa),
    ("hono", Family::Koa),
    ("fastify", Family::Fastify),
    ("@hapi/hapi", Family::Fastify),
];

/// The router that a value is, or a call on one that gives it back.
pub fn find(values: &Values<'_, '_>, value: &Value) -> Option<Found> {
    match value {
        Value::Chain(chain) => of_chain(values, chain),
        Value::Choice(choices) => choices.iter().find_map(|choice| find(values, choice)),
        Value::Instance(class, _) => inherited(values, class),
        _ => None,
    }
}

/// The router that a step of a chain is; not a route of one.
pub fn mounted(values: &Values<'_, '_>, value: &Value) -> Option<Found> {
    find(values, value).filter(|found| found.route.is_none())
}

/// An object of a class of the tree that extends a router.
fn inherited(values: &Values<'_, '_>, class: &At) -> Option<Found> {
    let parent = values.project.module(class.module).class(class.node)?.parent?;
    let Value::Chain(chain) = values.of(&class.with(parent)) else { return None };
    let family = family_of(chain.package()?)?;
    Some(Found { key: class.key(), family, is_app: false, route: None, prefix: None, is_guess: false })
}

/// Whether a package makes routers.
pub(in crate::javascript) fn is_router_package(package: &str) -> bool {
    family_of(package).is_some()
}

fn family_of(package: &str) -> Option<Family> {
    PACKAGES.iter().find(|(name, _)| *name == package).map(|(_, family)| *family)
}

fn of_chain(values: &Values<'_, '_>, chain: &Chain) -> Option<Found> {
    if let (Some("koa-mount"), Some(Link::Call { arguments, .. })) = (chain.package(), chain.links.last()) {
        return arguments.last().and_then(|app| find(values, app));
    }
    let (mut found, used) = root(values, chain)?;
    let mut rest = chain.links[used..].iter();
    while let Some(link) = rest.next() {
        let Link::Member(name) = link else { return None };
        let Some(Link::Call { arguments, at }) = rest.next() else { return None };
        match name.as_str() {
            "register" if found.family == Family::Fastify => {
                found.key = at.key();
                found.is_app = false;
            }
            "route" => found.route = arguments.first().cloned(),
            "prefix" => found.prefix = arguments.first().and_then(Value::as_text).map(str::to_owned),
            "post" | "all" | "use" | "get" | "put" | "delete" | "patch" | "options" | "head" | "set" | "enable"
            | "disable" | "param" | "engine" | "routes" | "middleware" | "withTypeProvider" | "after" | "basePath" => {}
            _ => return None,
        }
    }
    Some(found)
}

/// The router that a chain begins with, and how many links make it.
fn root(values: &Values<'_, '_>, chain: &Chain) -> Option<(Found, usize)> {
    let named = |key: RouterKey, name: &str| Found {
        key,
        family: if name.to_ascii_lowercase().starts_with("fastify") { Family::Fastify } else { Family::Express },
        is_app: is_app_name(name),
        route: None,
        prefix: None,
        is_guess: true,
    };
    let members: Vec<&str> = chain.members().collect();
    let own = |whole: &str| match members.first() {
        Some(first) if is_router_name(first) => ((*first).to_owned(), 1),
        _ => (whole.rsplit(['/', '.']).next().unwrap_or(whole).to_owned(), 0),
    };
    match &chain.root {
        Root::Package(package) => {
            let family = family_of(package)?;
            let (at, arguments, is_app, used) = made(chain)?;
            let prefix = arguments.first().map(|options| values.member(options, "prefix"));
            let prefix = prefix.and_then(|prefix| prefix.as_text().map(str::to_owned));
            let is_app = is_app && !package.contains("router");
            Some((Found { key: at.key(), family, is_app, route: None, prefix, is_guess: false }, used))
        }
        Root::Parameter { name, module, function, index } => {
            let (name, used) = own(name);
            let last = values.project.module(*module).nodes.len() as u32;
            let number = last.saturating_add(u32::try_from(*index).unwrap_or(u32::MAX));
            is_router_name(&name).then(|| (named((*module, *function, number), &name), used))
        }
        Root::Unknown(name) => {
            let (name, used) = own(name);
            is_router_name(&name).then(|| (named((ModuleId::NONE, NodeId(hash(&name)), 0), &name), used))
        }
        Root::Global(_) | Root::Given(_) => None,
    }
}

/// The call that makes a router: `express()`, `express.Router()`, `new Router()`.
fn made(chain: &Chain) -> Option<(&At, &[Value], bool, usize)> {
    match &chain.links[..] {
        [Link::Call { at, arguments }, ..] => Some((at, arguments, true, 1)),
        [Link::Member(name), Link::Call { at, arguments }, ..] => match name.as_str() {
            "Router" => Some((at, arguments, false, 2)),
            "createServer" | "express" | "fastify" | "server" | "Server" | "createRouter" | "Hono" => {
                Some((at, arguments, true, 2))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A number for the name of a router that could not be followed.
fn hash(name: &str) -> u32 {
    name.bytes().fold(2_166_136_261, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
}

/// Whether a name is that of a router, for want of anything better.
pub(in crate::javascript) fn is_router_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_app_name(&name) || name == "router" || name.ends_with("router") || name == "routes" || name == "api"
}

fn is_app_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "app" | "server" | "application" | "expressapp" | "express" | "fastify")
        || name.ends_with("app")
        || name.ends_with("fastify")
}
