//! What holds for a whole app: its prefix, its guards, and the middlewares that its modules apply.

use crate::{
    facts::{Guard, GuardClass},
    javascript::{
        guards::{Convention, Guards},
        ir::{Kind, NodeId},
        project::ModuleId,
        values::{At, Value, Values},
    },
};

use super::{guard, judged};

/// What holds for whole apps, with the file that says it.
#[derive(Default)]
pub(super) struct Whole {
    prefixes: Vec<(ModuleId, String)>,
    guards: Vec<(ModuleId, Guard)>,
    /// Middlewares that a module applies.
    applied: Vec<(ModuleId, Applied)>,
}

/// A middleware that a module applies.
struct Applied {
    /// What it is applied to; nothing where that is not known.
    targets: Vec<Value>,
    guard: Guard,
}

/// Whether two files are parts of one app.
#[derive(Clone, Copy, PartialEq)]
enum Together {
    Yes,
    No,
    Perhaps,
}

impl Whole {
    /// `app.setGlobalPrefix(…)`, `app.useGlobalGuards(…)`, `{ provide: APP_GUARD, useClass }`.
    pub(super) fn read(guards: &Guards<'_, '_, '_>) -> Whole {
        let values = guards.values;
        let mut whole = Whole::default();
        for (id, module) in values.project.modules() {
            if !module.requests.iter().any(|request| request.source.starts_with("@nestjs/")) {
                continue;
            }
            for node in module.ids() {
                match module.kind(node) {
                    Kind::Call { callee, arguments } => {
                        let Kind::Member { property, .. } = module.kind(*callee) else { continue };
                        match property.as_str() {
                            "setGlobalPrefix" => {
                                let prefix = arguments.first().map(|first| values.of(&values.at_top(id, *first)));
                                let prefix = prefix.as_ref().and_then(Value::as_text).map(str::to_owned);
                                whole.prefixes.extend(prefix.map(|prefix| (id, prefix)));
                            }
                            "useGlobalGuards" => {
                                let of = |argument: &NodeId| (id, guard(guards, &values.at_top(id, *argument)));
                                whole.guards.extend(arguments.iter().map(of));
                            }
                            "forRoutes" => {
                                let found = applied(guards, id, *callee, arguments);
                                whole.applied.extend(found.into_iter().map(|found| (id, found)));
                            }
                            _ => {}
                        }
                    }
                    Kind::Object(_) => whole.guards.extend(provided(guards, id, node).map(|guard| (id, guard))),
                    _ => {}
                }
            }
        }
        whole
    }

    /// The prefixes that the routes of a file may have: also none, where they are left out of it, or a proxy takes it off.
    pub(super) fn prefixes_of(&self, values: &Values<'_, '_>, file: ModuleId) -> Vec<String> {
        let own = self.prefixes.iter().filter(|(from, _)| together(values, *from, file) != Together::No);
        let mut prefixes: Vec<String> = own.map(|(_, prefix)| prefix.clone()).collect();
        prefixes.push(String::new());
        prefixes.dedup();
        prefixes
    }

    /// The guards of all routes of a file.
    pub(super) fn guards_of(&self, values: &Values<'_, '_>, file: ModuleId) -> impl Iterator<Item = Guard> {
        self.guards.iter().filter_map(move |(from, guard)| of_app(guard, together(values, *from, file)))
    }

    /// The middlewares that run before a route of a class; its path is that without the prefix of the app.
    pub(super) fn in_front_of(&self, values: &Values<'_, '_>, class: &At, path: &str) -> impl Iterator<Item = Guard> {
        self.applied.iter().filter_map(move |(from, Applied { targets, guard })| {
            let guard = of_app(guard, together(values, *from, class.module))?;
            let is_doubtful = guard.class != GuardClass::PassThrough;
            match is_target(values, targets, class, path) {
                Some(true) => Some(guard),
                Some(false) => None,
                None if is_doubtful => Some(Guard { class: GuardClass::Unknown, ..guard }),
                None => Some(guard),
            }
        })
    }
}

/// A guard, as far as it is of the same app.
fn of_app(guard: &Guard, together: Together) -> Option<Guard> {
    match together {
        Together::Yes => Some(guard.clone()),
        Together::No => None,
        Together::Perhaps if guard.class == GuardClass::PassThrough => Some(guard.clone()),
        Together::Perhaps => Some(Guard { class: GuardClass::Unknown, ..guard.clone() }),
    }
}

/// Whether two files are of one app: of one package, and below one folder `src` if it has several.
fn together(values: &Values<'_, '_>, one: ModuleId, other: ModuleId) -> Together {
    let (one, other) = (values.project.path(one), values.project.path(other));
    let package = |path: &str| {
        let folders = values.project.sources.iter().filter_map(|(_, file)| file.path.strip_suffix("package.json"));
        folders.filter(|folder| path.starts_with(folder)).map(str::len).max().unwrap_or_default()
    };
    let source = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        parts.iter().position(|part| *part == "src").map(|at| parts[..at].join("/"))
    };
    match (package(one), package(other)) {
        (one_package, other_package) if one[..one_package] != other[..other_package] => Together::No,
        _ if source(one) == source(other) => Together::Yes,
        _ => Together::Perhaps,
    }
}

/// `{ provide: APP_GUARD, useClass: Guard }`.
fn provided(guards: &Guards<'_, '_, '_>, id: ModuleId, node: NodeId) -> Option<Guard> {
    let values = guards.values;
    let object = values.of(&values.at_top(id, node));
    let Value::Chain(token) = values.member(&object, "provide") else { return None };
    if token.members().last() != Some("APP_GUARD") {
        return None;
    }
    let value = values.member(&object, "useClass");
    Some(judged(guards, &value, values.project.node(id, node).span))
}

/// `consumer.apply(Middleware).forRoutes(Controller)`: every middleware with what it is applied to. After an `exclude`
/// that is not known.
fn applied(guards: &Guards<'_, '_, '_>, id: ModuleId, callee: NodeId, targets: &[NodeId]) -> Vec<Applied> {
    let values = guards.values;
    let module = values.project.module(id);
    let Kind::Member { object, .. } = module.kind(callee) else { return Vec::new() };
    let Kind::Call { callee: inner, arguments } = module.kind(*object) else { return Vec::new() };
    let of = |node: &NodeId| values.of(&values.at_top(id, *node));
    let (middlewares, targets): (_, Vec<Value>) = match (module.kind(*inner), module.kind(*inner)) {
        (Kind::Member { property, .. }, _) if property == "apply" => (arguments, targets.iter().map(of).collect()),
        (_, Kind::Member { object, .. }) => match module.kind(*object) {
            Kind::Call { arguments, .. } => (arguments, Vec::new()),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let middleware = |node: &NodeId| {
        let span = values.project.node(id, *node).span;
        let value = match of(node) {
            Value::Literal(class) if values.project.module(class.module).class(class.node).is_some() => {
                values.member(&Value::Instance(class, Default::default()), "use")
            }
            value => value,
        };
        guards.guards(&value, span, None, Convention::Express)
    };
    let with_targets = |guard| Applied { targets: targets.clone(), guard };
    middlewares.iter().flat_map(middleware).map(with_targets).collect()
}

/// Whether a middleware's targets hold a controller's route; `None` if that is not known.
fn is_target(values: &Values<'_, '_>, targets: &[Value], class: &At, path: &str) -> Option<bool> {
    let holds = |target: &Value| match target {
        Value::Literal(at) if values.project.module(at.module).class(at.node).is_some() => {
            Some(at.key() == class.key())
        }
        other => {
            let of = values.member(other, "path");
            let text = other.as_text().or_else(|| of.as_text())?;
            if is_for_others(&values.member(other, "method")) { Some(false) } else { takes(text, path) }
        }
    };
    let mut held: Vec<Option<bool>> = targets.iter().map(holds).collect();
    held.sort_by_key(|held| match held {
        Some(true) => 0,
        None => 1,
        Some(false) => 2,
    });
    held.first().copied().flatten().filter(|_| !targets.is_empty())
}

/// Whether a method of a target is one that no callback has: `RequestMethod.GET`.
fn is_for_others(method: &Value) -> bool {
    let Value::Chain(chain) = method else { return false };
    chain.members().last().is_some_and(|name| matches!(name, "GET" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS"))
}

/// Whether a target's path takes a route's: from a wildcard on it takes all. Releases differ on what is below a target.
fn takes(target: &str, path: &str) -> Option<bool> {
    let mut own = path.split('/').filter(|part| !part.is_empty());
    for part in target.split('/').filter(|part| !part.is_empty()) {
        if part.contains(['*', '(', '{']) {
            return Some(true);
        }
        match own.next() {
            Some(other) if part.starts_with(':') || part.eq_ignore_ascii_case(other) => {}
            _ => return Some(false),
        }
    }
    if own.next().is_none() { Some(true) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_takes_paths_as_a_router_does() {
        for target in ["*", "connect/*", "connect/(.*)", "connect/:event", "/Connect/installed/", "{*all}"] {
            assert_eq!(takes(target, "/connect/installed"), Some(true), "{target}");
        }
        for target in ["admin/*", "connect/installed/more", "installed"] {
            assert_eq!(takes(target, "/connect/installed"), Some(false), "{target}");
        }
        for target in ["/", "connect", ":tenant"] {
            assert_eq!(takes(target, "/connect/installed"), None, "{target}");
        }
    }
}
