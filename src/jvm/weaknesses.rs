//! What the code behind each route does with tokens, keys and secrets: where a verifier of the app's own may be wrong.
//!
//! Whatever is not certain is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{Facts, GuardClass, Route, Weakness, WeaknessKind},
    jvm::{
        bodies,
        ir::{Class, Function},
        project::Project,
        reach::Reach,
    },
    source::{Label, Span, Spanned},
};

mod claims;
mod decoded;
mod keys;
mod logs;

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

/// Adds what the code behind the routes does. A route's handler and guards are known by the names of their methods.
pub fn add(project: &Project, facts: &mut Facts) {
    let methods: BTreeMap<Span, (&Class, &Function)> = project
        .classes()
        .flat_map(|(_, class)| class.methods.iter().map(move |method| (method.name.span, (class, method))))
        .collect();
    for route in &facts.routes {
        let Some(handler) = methods.get(&route.handler.span) else { continue };
        let guards = route.guards.iter().filter_map(|guard| methods.get(&guard.span));
        let chain = guards.chain([handler]).map(|(class, function)| Reach::of(project, class, function)).collect();
        let mut seen = BTreeSet::new();
        for Found { kind, span, labels } in of_chain(route, &Chain(chain)) {
            if seen.insert((kind.clone(), span)) {
                let route = Spanned { value: route.path.value.clone(), span: route.span };
                facts.weaknesses.push(Weakness { kind, span, route, labels });
            }
        }
    }
}

/// What each step of a route's chain leads to, the handler last.
struct Chain<'project>(Vec<Reach<'project>>);

impl Chain<'_> {
    /// Whether a name or a text occurs for which `is_it` holds.
    fn mentions(&self, is_it: impl Fn(&str) -> bool) -> bool {
        let mut bodies = self.0.iter().flat_map(|reach| &reach.frames).map(|frame| frame.body);
        bodies.any(|body| body.names.iter().chain(&body.texts).any(|word| is_it(&word.value)))
    }
}

fn of_chain(route: &Route, chain: &Chain<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for reach in &chain.0 {
        found.extend(keys::found(reach));
        let chosen = bodies::judged(reach, bodies::seen(reach), &route.path.value).falls_back;
        let has_secret = reach.steps.iter().any(|step| step.proves == Some(false));
        let kind = if has_secret { WeaknessKind::SecretBranch } else { WeaknessKind::OpenBranch };
        found.extend(chosen.map(|span| Found::new(kind, span)));
    }
    found.extend(chain.0.last().into_iter().flat_map(logs::found));
    if !has_unknown_step(route) && !chain.0.iter().any(|reach| reach.is_cut) {
        found.extend(claims::found(chain));
        found.extend(decoded::found(route, chain));
    }
    found
}

/// Whether something in the chain could not be followed, and may do what the rest leaves out.
fn has_unknown_step(route: &Route) -> bool {
    let classes = route.guards.iter().map(|guard| guard.class).chain([route.handler.class]);
    classes.into_iter().any(|class| class == GuardClass::Unknown)
}
