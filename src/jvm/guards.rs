//! What stands before controllers on their paths: filters, interceptors, aspects and Spring Security's chains.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{Facts, Guard, GuardClass, Route},
    jvm::{
        bodies,
        filters::{Applies, Filter},
        ir::{Class, Function},
        is_part_of_app,
        project::Project,
        reach::Reach,
        security::Security,
    },
    source::{Sources, Span},
};

/// Puts the guards of the whole tree behind the annotations of each route.
pub fn add(project: &Project, sources: &Sources, facts: &mut Facts) {
    let (filters, security) = (Filter::all(project, sources), Security::read(project));
    let methods: BTreeMap<Span, (&Class, &Function)> = project
        .classes()
        .flat_map(|(_, class)| class.methods.iter().map(move |method| (method.name.span, (class, method))))
        .collect();
    let is_own = |route: &&mut Route| is_part_of_app(&sources.file(route.handler.span.file).path);
    for route in facts.routes.iter_mut().filter(is_own) {
        let demanded = security.guard(&route.path.value);
        let method = methods.get(&route.handler.span);
        let handler = method.map(|(class, function)| Reach::of(project, class, function));
        let annotations =
            method.into_iter().flat_map(|(class, function)| class.annotations.iter().chain(&function.annotations));
        let annotations: BTreeSet<_> = annotations.map(|annotation| annotation.name.as_str()).collect();
        for filter in filters.iter().filter(|filter| filter.bound_by.iter().all(|name| annotations.contains(name))) {
            route.guards.retain(|guard| !filter.bound_by.iter().any(|name| guard.name.strip_prefix('@') == Some(name)));
            let guard = guard(filter, &route.path.value, demanded.is_some(), handler.as_ref());
            route.guards.extend(guard);
        }
        route.guards.extend(demanded);
    }
    facts.permitted_paths.extend(security.permitted());
}

/// What a filter is to a path; none where it verifies nothing there.
fn guard(filter: &Filter<'_>, path: &str, is_demanded: bool, handler: Option<&Reach<'_>>) -> Option<Guard> {
    // who passes it without being known is turned away behind it
    let seen = if is_demanded { filter.seen } else { bodies::judged(&filter.reach, filter.seen, path) };
    let class = match filter.applies_to(path) {
        Applies::No => return None,
        Applies::Unknown => GuardClass::Unknown,
        Applies::Yes if !filter.is_for_callbacks() || !(is_demanded || filter.refuses()) => GuardClass::Unknown,
        Applies::Yes => match seen.class() {
            GuardClass::Unverified => return None,
            GuardClass::Unbound if handler.is_none_or(may_bind) => GuardClass::Asymmetric,
            class => class,
        },
    };
    let unknown = Guard::unknown(filter.class.name.clone(), filter.function.name.span);
    Some(Guard { class, evidence: seen.evidence(), ..unknown })
}

/// Whether a handler asks for what the filter found out, and so may compare it with the body.
fn may_bind(handler: &Reach<'_>) -> bool {
    const WORDS: [&str; 6] = [
        "getAttribute",
        "RequestAttribute",
        "Principal",
        "Authentication",
        "SecurityContextHolder",
        "AuthenticationPrincipal",
    ];
    let is_word = |word: &str| WORDS.contains(&word);
    let in_bodies = handler.frames.iter().any(|frame| frame.body.names.iter().any(|name| is_word(&name.value)));
    let parameters = handler.frames.first().map_or(&[][..], |frame| &frame.function.parameters[..]);
    in_bodies
        || parameters.iter().any(|parameter| parameter.words.iter().any(|word| is_word(word)))
        || bodies::seen(handler).binds
}
