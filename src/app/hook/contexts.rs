//! The paths that a server puts in front of every route.

use crate::facts::{Facts, route::route_path};

/// What Spring puts in front of everything, over the releases and for both of its web stacks.
const SERVER: [&str; 3] = ["server.servlet.context-path", "server.context-path", "spring.webflux.base-path"];

/// What Spring puts behind that, for MVC's dispatcher.
const DISPATCHER: [&str; 3] = ["spring.mvc.servlet.path", "server.servlet.path", "server.servlet-path"];

/// Every path that may stand in front of an app's routes, without duplicates.
pub(super) fn contexts(facts: &Facts) -> Vec<String> {
    let (servers, dispatchers) = (settings(facts, &SERVER), settings(facts, &DISPATCHER));
    let both = servers.iter().flat_map(|server| dispatchers.iter().map(move |path| format!("{server}{path}")));
    let archives = facts.context_paths.iter().map(|path| path.value.clone());
    let mut all: Vec<String> = both.chain(archives).chain(servers.iter().chain(&dispatchers).cloned()).collect();
    all.sort();
    all.dedup();
    all
}

/// The paths that any profile or environment gives one of the settings.
fn settings(facts: &Facts, keys: &[&str]) -> Vec<String> {
    let written = keys.iter().flat_map(|key| {
        let documents = facts.spring.iter().filter_map(move |document| document.find(key)?.0.value.scalar());
        documents.chain(facts.variables.iter().filter_map(move |variable| variable.property(key)))
    });
    let literal = |text: String| match text.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(placeholder) => placeholder.split_once(':').map(|(_, default)| default.to_owned()),
        None => Some(text),
    };
    let paths = written.filter_map(literal).map(|text| route_path(text.trim()));
    paths.filter(|path| path != "/" && !path.contains('$')).collect()
}
