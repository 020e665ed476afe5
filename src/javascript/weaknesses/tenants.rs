//! Where a token's `iss` and the body's `clientKey` come together in a way that could not be read: a function that is given
//! both, a token that is asked for the issuer, a comparison in a later step of the chain.

use std::collections::BTreeSet;

use crate::{
    facts::{Guard, GuardClass, Route},
    javascript::{
        guards::Guards,
        ir::{Kind, NodeId, Property},
        project::ModuleId,
        values::{At, Link, Value},
    },
    source::Label,
};

use super::{logs, reach::Reach};

/// Where a chain asks for a signature of Atlassian's, and may compare the two elsewhere, it is not known what it proves.
pub fn settle(guards: &Guards<'_, '_, '_>, routes: &mut [Route]) {
    for route in routes.iter_mut().filter(|route| route.decisive() == GuardClass::Unbound) {
        let Some(place) = meeting(guards, route) else { continue };
        let span = guards.values.project.node(place.module, place.node).span;
        let label = Label::new(span, "the token's `iss` and the body's `clientKey` may be compared here");
        for guard in route.guards.iter_mut().filter(|guard| guard.class == GuardClass::Unbound) {
            guard.class = GuardClass::Unknown;
            guard.evidence.push(label.clone());
        }
        if route.handler.class == GuardClass::Unbound {
            route.handler.class = GuardClass::Unknown;
            route.handler.evidence.push(label);
        }
    }
}

/// The first place of a chain where the two come together.
fn meeting(guards: &Guards<'_, '_, '_>, route: &Route) -> Option<At> {
    let own: BTreeSet<_> =
        Reach::of(guards, &deciding(route)).functions.iter().map(|at| (at.module, at.node)).collect();
    let reach = Reach::of(guards, route);
    let module = |at: &At| guards.values.project.module(at.module);
    let is_own = |at: &At| {
        let around = module(at).index.functions.around(at.node).map(|function| (at.module, function));
        around.into_iter().any(|function: (ModuleId, NodeId)| own.contains(&function))
    };
    reach.nodes.iter().find(|at| meets(&reach, at, is_own(at))).cloned()
}

/// The route without the steps that do not decide.
fn deciding(route: &Route) -> Route {
    let mut own = route.clone();
    own.guards = route.guard().cloned().into_iter().collect();
    if let [Guard { span, .. }] = own.guards[..] {
        own.handler.span = span;
    }
    own
}

/// Whether an expression brings the two together. What the step that decides compares by their names was read already.
fn meets(reach: &Reach<'_, '_, '_>, at: &At, is_read: bool) -> bool {
    let values = reach.values;
    let module = values.project.module(at.module);
    let of = |node: NodeId| Part::of(reach, &at.with(node));
    match module.kind(at.node) {
        Kind::Call { callee, arguments } | Kind::New { callee, arguments } => {
            if logs::is_log(values, at, *callee) {
                return false;
            }
            let given = arguments.iter().filter(|argument| module.function(**argument).is_none());
            let parts: Vec<Part> = std::iter::once(callee).chain(given.clone()).map(|node| of(*node)).collect();
            Part::meet(&parts) || given.clone().any(|node| compared(reach, &at.with(*node)))
        }
        Kind::Binary { operator: "===" | "!==" | "==" | "!=", left, right } => {
            let is_named = |node: NodeId| {
                let text = values.project.text(at.module, node).to_ascii_lowercase();
                text.contains("iss") || text.contains("clientkey") || text.contains("client_key")
            };
            let is_read = is_read && is_named(*left) && is_named(*right);
            !is_read && Part::meet(&[of(*left), of(*right)])
        }
        Kind::Assign { target, value, .. } => {
            let Kind::Member { object, property, .. } = module.kind(*target) else { return false };
            is_key(property) && is_body(reach, &at.with(*object)) && of(*value).issuer
        }
        Kind::Switch { subject, cases } => cases
            .iter()
            .filter_map(|(test, _)| *test)
            .any(|test| Part::meet(&[of(*subject), of(test)]) || compared(reach, &at.with(test))),
        Kind::Object(properties) => {
            let is_copy = properties
                .iter()
                .any(|property| matches!(property, Property::Spread(copied) if is_body(reach, &at.with(*copied))));
            properties.iter().any(|property| match property {
                Property::Named { key, value, .. } if key == "issuer" => of(*value).key,
                Property::Named { key, value, .. } => is_copy && is_key(key) && of(*value).issuer,
                _ => false,
            })
        }
        _ => false,
    }
}

/// Whether an expression holds a comparison of the two.
fn compared(reach: &Reach<'_, '_, '_>, at: &At) -> bool {
    let module = reach.values.project.module(at.module);
    module.own(at.node).any(|node| match module.kind(node) {
        Kind::Binary { operator: "===" | "!==" | "==" | "!=", left, right } => {
            Part::meet(&[*left, *right].map(|node| Part::of(reach, &at.with(node))))
        }
        _ => false,
    })
}

/// What an expression speaks of.
struct Part {
    issuer: bool,
    key: bool,
}

impl Part {
    fn of(reach: &Reach<'_, '_, '_>, at: &At) -> Part {
        let module = reach.values.project.module(at.module);
        let mut part = Part { issuer: false, key: false };
        for node in module.own(at.node) {
            let name = match module.kind(node) {
                Kind::Member { property, .. } => property,
                Kind::Name(binding) => &module.binding(*binding).name,
                _ => continue,
            };
            let last = match reach.values.of(&at.with(node)) {
                Value::Chain(chain) => match chain.links.last() {
                    Some(Link::Member(name)) => name.clone(),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            for name in [name, &last] {
                part.issuer |= is_issuer(name);
                part.key |= is_key(name);
            }
        }
        part
    }

    /// Whether one speaks of the issuer, and another one of the key.
    fn meet(parts: &[Part]) -> bool {
        let of = |is_it: fn(&Part) -> bool| parts.iter().enumerate().filter(move |(_, part)| is_it(part));
        of(|part| part.issuer).any(|(one, _)| of(|part| part.key).any(|(other, _)| other != one))
    }
}

fn is_issuer(name: &str) -> bool {
    matches!(name, "iss" | "issuer") || ["Iss", "Issuer", "_iss", "_issuer"].iter().any(|end| name.ends_with(end))
}

fn is_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("clientkey") || name.ends_with("client_key")
}

/// Whether an expression is the body of a request.
fn is_body(reach: &Reach<'_, '_, '_>, at: &At) -> bool {
    let Value::Chain(chain) = reach.values.of(at) else { return false };
    matches!(chain.links.last(), Some(Link::Member(name)) if name == "body")
}
