//! What the code behind each route does with tokens, keys and secrets: where a verifier of the app's own may be wrong.
//!
//! A route's functions are gone through with everything of the tree that they call. Whatever is not certain is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{GuardClass, Route, Weakness, WeaknessKind},
    javascript::guards::Guards,
    source::{Label, Span, Spanned},
};

mod algorithms;
mod answers;
mod claims;
mod decoded;
mod imports;
mod keys;
mod legacy;
mod logs;
mod reach;
mod shared;
mod tenants;
mod writes;

use reach::Reach;

pub use tenants::settle;

/// What is found at one place.
struct Found {
    kind: WeaknessKind,
    span: Span,
    labels: Vec<Label>,
}

impl Found {
    fn new(kind: WeaknessKind, span: Span) -> Found {
        Found { kind, span, labels: Vec::new() }
    }
}

/// What the code behind a program's routes does.
pub fn weaknesses(guards: &Guards<'_, '_, '_>, routes: &[Route]) -> Vec<Weakness> {
    let mut known: BTreeMap<Chain, Vec<Found>> = BTreeMap::new();
    let mut weaknesses = Vec::new();
    for route in routes {
        let found = known.entry(chain(route)).or_insert_with(|| {
            let mut seen = BTreeSet::new();
            let mut found = of_route(guards, route, routes);
            found.retain(|found| seen.insert((found.kind.clone(), found.span)));
            found
        });
        weaknesses.extend(found.iter().map(|found| Weakness {
            kind: found.kind.clone(),
            span: found.span,
            route: Spanned { value: route.path.value.clone(), span: route.span },
            labels: found.labels.clone(),
        }));
    }
    weaknesses
}

/// What tells a chain from others: where its steps stand, what they prove, and whether the handler acts before.
type Chain = (Vec<(Span, GuardClass)>, Option<Span>);

/// Routes with the same one run the same code.
fn chain(route: &Route) -> Chain {
    let guards = route.guards.iter().map(|guard| (guard.span, guard.class));
    (guards.chain([(route.handler.span, route.handler.class)]).collect(), route.handler.acts)
}

fn of_route(guards: &Guards<'_, '_, '_>, route: &Route, routes: &[Route]) -> Vec<Found> {
    let reach = Reach::of(guards, route);
    let mut found = imports::found(guards, route);
    if reach.calls.is_empty() && reach.nodes.is_empty() {
        return found;
    }
    found.extend(algorithms::found(&reach, routes));
    found.extend(logs::found(&reach));
    found.extend(keys::found(&reach));
    found.extend(legacy::found(&reach, route));
    found.extend(writes::found(&reach));
    found.extend(answers::found(&reach, route));
    if !has_unknown_step(route) && !reach.is_cut {
        found.extend(claims::found(&reach));
        found.extend(decoded::found(&reach, route));
    }
    found
}

/// Whether something in the chain could not be followed, and may do what the rest leaves out.
fn has_unknown_step(route: &Route) -> bool {
    let classes = route.guards.iter().map(|guard| guard.class).chain([route.handler.class]);
    classes.into_iter().any(|class| class == GuardClass::Unknown)
}
