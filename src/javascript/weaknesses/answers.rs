//! How a handler answers when all is well.

use crate::{
    facts::{Route, WeaknessKind},
    javascript::{
        ir::Kind,
        values::{Chain, Given, Link, Root, Value},
    },
};

use super::{Found, reach::Reach};

pub(super) fn found(reach: &Reach<'_, '_, '_>, route: &Route) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for call in &reach.calls {
        let Some(status) = call.outside().and_then(status) else { continue };
        if (200..400).contains(&status) && status != 200 && status != 204 {
            found.push(Found::new(WeaknessKind::Status(status), reach.span(&call.at)));
        }
    }
    if never_answers(reach, route) {
        found.push(Found::new(WeaknessKind::NoAnswer, route.handler.span));
    }
    found
}

/// The status that a response is given by the last call of a chain, if it is written there.
fn status(chain: &Chain) -> Option<u16> {
    if !matches!(chain.root, Root::Given(Given::Response)) {
        return None;
    }
    let [.., Link::Member(name), Link::Call { arguments, .. }] = &chain.links[..] else { return None };
    match (name.as_str(), arguments.first()) {
        ("status" | "sendStatus" | "writeHead", Some(Value::Number(status))) => Some(*status as u16),
        ("redirect", Some(Value::Number(status))) => Some(*status as u16),
        ("redirect", Some(_)) => Some(302),
        _ => None,
    }
}

/// Whether an Express handler, and all that it calls, never touches the response nor whatever hands on.
fn never_answers(reach: &Reach<'_, '_, '_>, route: &Route) -> bool {
    let Some(handler) = reach.handler.as_ref().filter(|_| !reach.returns_answer) else { return false };
    let Some(function) = reach.module(handler).function(handler.node) else { return false };
    let given = function.parameters.first().and_then(|parameter| parameter.binding);
    if given.is_none()
        || function.parameters.len() > 3
        || reach.is_cut
        || function.parameters.iter().any(|parameter| parameter.is_rest)
    {
        return false;
    }
    let is_own = route.handler.acts.is_some() && route.guards.iter().all(|guard| guard.span != route.handler.span);
    let touches = |value: &Value| match value {
        Value::Chain(chain) => matches!(chain.root, Root::Given(Given::Response | Given::Next | Given::Context)),
        _ => false,
    };
    let module = reach.module(handler);
    let mut names =
        reach.nodes.iter().filter(|at| at.module == handler.module && module.contains(handler.node, at.node));
    let names_any = names.any(|at| match reach.kind(at) {
        Kind::Name(_) => touches(&reach.values.of(at)),
        Kind::Global(name) => name == "arguments" || name == "Response",
        _ => false,
    });
    is_own && !names_any && is_express(reach, handler)
}

/// Whether the function's second parameter is the response.
fn is_express(reach: &Reach<'_, '_, '_>, handler: &crate::javascript::values::At) -> bool {
    let module = reach.module(handler);
    let Some(function) = module.function(handler.node) else { return false };
    let second = function.parameters.get(1);
    second.is_none_or(|parameter| parameter.binding.is_some()) && !returns_value(reach, handler)
}

/// Whether the function gives something back, which a wrapper may answer with.
fn returns_value(reach: &Reach<'_, '_, '_>, handler: &crate::javascript::values::At) -> bool {
    let module = reach.module(handler);
    let Some(function) = module.function(handler.node) else { return false };
    match &function.body {
        crate::javascript::ir::Body::Statements(_) => {
            module.own(handler.node).any(|node| matches!(module.kind(node), Kind::Return(Some(_))))
        }
        _ => true,
    }
}
