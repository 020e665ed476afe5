//! Branches and arguments that let a callback in the old form pass.

use crate::{
    facts::{GuardClass, Route, WeaknessKind},
    javascript::{
        ir::{Kind, NodeId},
        values::{At, Value},
    },
};

use super::{
    Found, algorithms,
    reach::{Call, Reach, choices, last_member},
};

const CONNECT_AUTH: &str = "atlassian-connect-auth";

pub(super) fn found(reach: &Reach<'_, '_, '_>, route: &Route) -> Vec<Found> {
    let mut found: Vec<Found> = reach.calls.iter().filter_map(|call| method(reach, call)).collect();
    if route.decisive() == GuardClass::LegacyFallback {
        found.extend(branches(reach));
    }
    found
}

/// A call of atlassian-connect-auth that accepts more than the public key.
fn method(reach: &Reach<'_, '_, '_>, call: &Call) -> Option<Found> {
    let chain = call.outside().filter(|chain| chain.package() == Some(CONNECT_AUTH))?;
    if chain.members().last() != Some("verifyInstallation") {
        return None;
    }
    let options = reach.object(&call.at.with(*call.arguments.first()?))?;
    // what is written last holds; a spread before it does not matter
    let Ok(written) = reach.property(&options, "authorizationMethod") else { return None };
    let Some(at) = written else {
        return Some(Found::new(WeaknessKind::AuthorizationMethod(None), reach.span(&call.at)));
    };
    match reach.kind(&at) {
        Kind::Text(text) if matches!(text.as_str(), "any" | "sharedSecret") => {
            Some(Found::new(WeaknessKind::AuthorizationMethod(Some(text.clone())), reach.span(&at)))
        }
        _ => None,
    }
}

/// Conditions on the token's algorithm with a shared secret, or nothing at all, on the other side.
fn branches(reach: &Reach<'_, '_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    for at in &reach.nodes {
        let (Kind::If { test, yes, .. } | Kind::Conditional { test, yes, .. }) = reach.kind(at) else { continue };
        let other = match reach.kind(at) {
            Kind::If { no, .. } => *no,
            Kind::Conditional { no, .. } => Some(*no),
            _ => None,
        };
        let old = match algorithm_asked(reach, &at.with(*test)) {
            Some(Asked::Symmetric) => Some(*yes),
            Some(Asked::Asymmetric) => other,
            None => None,
        };
        if old.is_some_and(|branch| verifies_with_secret(reach, &at.with(branch))) {
            found.push(Found::new(WeaknessKind::SecretBranch, reach.span(&at.with(*test))));
        }
    }
    found
}

enum Asked {
    Symmetric,
    Asymmetric,
}

/// What a condition asks of the algorithm in a token's header.
fn algorithm_asked(reach: &Reach<'_, '_, '_>, test: &At) -> Option<Asked> {
    let Kind::Binary { operator, left, right } = reach.kind(test) else { return None };
    let is_it = |node: NodeId| {
        let value = reach.values.of(&test.with(node));
        choices(&value).iter().any(algorithms::is_header_algorithm)
            || matches!(&value, Value::Chain(chain) if last_member(chain) == Some("alg"))
    };
    let name = match (is_it(*left), is_it(*right)) {
        (true, _) => reach.values.of(&test.with(*right)),
        (_, true) => reach.values.of(&test.with(*left)),
        _ => return None,
    };
    let is_symmetric = match name.as_text()? {
        name if name.starts_with("HS") => true,
        name if name.starts_with("RS") => false,
        _ => return None,
    };
    match (*operator, is_symmetric) {
        ("===" | "==", true) | ("!==" | "!=", false) => Some(Asked::Symmetric),
        ("===" | "==", false) | ("!==" | "!=", true) => Some(Asked::Asymmetric),
        _ => None,
    }
}

/// Whether a branch, or a function of the tree that it calls, verifies a token with a shared secret.
fn verifies_with_secret(reach: &Reach<'_, '_, '_>, branch: &At) -> bool {
    let module = reach.module(branch);
    let here = |call: &Call| call.at.module == branch.module && module.contains(branch.node, call.at.node);
    let symmetric = |call: &Call| {
        reach
            .token_calls()
            .any(|token| token.call.at.key() == call.at.key() && token.class == Some(GuardClass::Symmetric))
    };
    let mut calls = reach.calls.iter().filter(|call| here(call));
    calls.any(|call| {
        symmetric(call) || {
            let called = reach.values.of(&call.at.with(call.callee));
            let (Value::Literal(function) | Value::Method(function, _)) = &called else { return false };
            let body = reach.module(function);
            reach.calls.iter().any(|inner| {
                inner.at.module == function.module && body.contains(function.node, inner.at.node) && symmetric(inner)
            })
        }
    })
}
