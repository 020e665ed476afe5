//! Routes that serve lifecycle events: what the descriptor declares, matched with what the code registers.

mod contexts;

use std::collections::BTreeSet;

use crate::facts::{Descriptor, Event, Facts, Origin, Route};
use crate::source::Span;

pub use crate::facts::route::route_path;
use crate::tree::Value;

/// A route that serves a lifecycle event.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The events, in the descriptor's order.
    pub events: Vec<Event>,
    /// Where a descriptor declares the path; empty when no descriptor is in the tree.
    pub declared: Vec<Span>,
    /// The route.
    pub route: Route,
    /// The paths that its server may put in front of every route.
    contexts: Vec<String>,
}

impl Hook {
    /// Whether it serves a path that a descriptor declares.
    pub fn serves(&self, descriptor: &Descriptor, declared: &str) -> bool {
        matches(&self.route.path.value, declared, &base_path(descriptor), &self.contexts)
    }
}

/// The hooks among an app's routes. Without a descriptor the last segment of the path says which event it serves.
pub(super) fn hooks(facts: &Facts) -> Vec<Hook> {
    let declared = facts.descriptors.iter().any(says_paths);
    let contexts = contexts::contexts(facts);
    let hook = |route: &Route| {
        let hook = Hook { events: Vec::new(), declared: Vec::new(), route: route.clone(), contexts: contexts.clone() };
        if declared { declared_hook(facts, hook) } else { named_hook(facts, hook) }
    };
    let mut hooks: Vec<Hook> = Vec::new();
    for found in facts.routes.iter().filter_map(hook) {
        let again = |known: &Hook| known.route.handler.span == found.route.handler.span && known.events == found.events;
        if !hooks.iter().any(again) {
            hooks.push(found); // mounting a router twice makes no second hook
        }
    }
    let written: BTreeSet<Span> =
        hooks.iter().filter(|hook| !has_variable(hook)).flat_map(|hook| &hook.declared).copied().collect();
    hooks.retain(|hook| !has_variable(hook) || hook.declared.iter().all(|declared| !written.contains(declared)));
    hooks
}

/// Whether a part of a hook's path is a variable. A route of the very path goes first.
fn has_variable(hook: &Hook) -> bool {
    hook.route.path.value.split('/').any(is_variable)
}

/// Whether a segment takes whatever stands there: `{tenant}`, `:tenant`.
fn is_variable(segment: &str) -> bool {
    let braced = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let name = braced.or_else(|| segment.strip_prefix(':')).unwrap_or_default();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a descriptor's lifecycle is given, and not in values that a router's names stand for alone.
fn says_paths(descriptor: &Descriptor) -> bool {
    let Some(lifecycle) = descriptor.tree.at(&["lifecycle"]) else { return false };
    let is_named = |value: &Value| match value {
        Value::Unknown => descriptor.origin != Origin::File,
        Value::String(text) => {
            let is_whole = |open: &str, close: &str| {
                text.strip_prefix(open)
                    .and_then(|rest| rest.strip_suffix(close))
                    .is_some_and(|name| !name.contains(close))
            };
            is_whole("{%", "%}") || is_whole("{{", "}}")
        }
        _ => false,
    };
    let members = lifecycle.members();
    members.is_empty() || members.iter().any(|member| !is_named(&member.value.value))
}

fn declared_hook(facts: &Facts, mut hook: Hook) -> Option<Hook> {
    for descriptor in facts.descriptors.iter().filter(|descriptor| descriptor.is_affected()) {
        for (event, member) in descriptor.lifecycle() {
            let Some(path) = member.value.as_str().filter(|path| hook.serves(descriptor, path)) else { continue };
            debug_assert!(!path.is_empty());
            if !hook.events.contains(&event) {
                hook.events.push(event);
            }
            hook.declared.push(member.value.span);
        }
    }
    (!hook.events.is_empty()).then_some(hook)
}

fn named_hook(facts: &Facts, hook: Hook) -> Option<Hook> {
    if !facts.descriptors.is_empty() && !facts.descriptors.iter().any(Descriptor::is_affected) {
        return None;
    }
    let segment = hook.route.path.value.trim_end_matches('/').rsplit('/').next()?;
    let event = Event::from_key(segment)?;
    Some(Hook { events: vec![event], ..hook })
}

/// Whether a route's path is the one declared, below the base URL's own path or not, behind the path that the server
/// puts in front or not.
fn matches(route: &str, declared: &str, base: &str, contexts: &[String]) -> bool {
    if declared.is_empty() {
        return false;
    }
    let (route, declared) = (route_path(route), route_path(declared));
    let same = |path: &str| is_path_of(&route, path);
    let behind = |path: &str| {
        let inner = |context: &String| path.strip_prefix(context.as_str()).filter(|rest| rest.starts_with('/'));
        contexts.iter().filter_map(inner).any(same)
    };
    let whole = format!("{base}{declared}");
    [declared, whole].iter().any(|path| same(path) || behind(path))
}

/// Whether a route takes a path, as routers compare them unless they are told to be strict. The last segment has to be the
/// very one: a route of any path is about other things.
fn is_path_of(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.rsplit('/'), path.rsplit('/'));
    let (own, last) = (route.next(), path.next());
    let same = |own: Option<&str>, other: Option<&str>| match (own, other) {
        (Some(own), Some(other)) => own.eq_ignore_ascii_case(other),
        (own, other) => own == other,
    };
    let mut before = std::iter::from_fn(|| Some((route.next(), path.next())).filter(|pair| *pair != (None, None)));
    same(own, last) && before.all(|(own, other)| same(own, other) || other.and(own).is_some_and(is_variable))
}

/// The path within `baseUrl`: `/connect` of `https://example.com/connect`; empty when it has none.
fn base_path(descriptor: &Descriptor) -> String {
    let url = descriptor.base_url().map(|url| url.value).unwrap_or_default();
    let after_host = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let path = route_path(after_host);
    if path == "/" { String::new() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_path_is_matched_as_a_router_would() {
        assert!(matches("/installed", "installed?version=2", "", &[]));
        assert!(matches("/installed/", "/installed", "", &[]));
        assert!(matches("/connect/installed", "/installed", "/connect", &[]));
        assert!(!matches("/installed", "/connect/installed", "", &[]));
        assert!(!matches("/uninstalled", "/installed", "", &[]));
        assert!(matches("/{tenant}/installed", "/acme/installed", "", &[]));
        assert!(matches("/:tenant/connect/installed", "/connect/installed", "/acme", &[]));
        for other in
            ["/{tenant}/{event}", "/{tenant:[a-z]+}/installed", "/{*rest}/installed", "/installed", "/:a/:b/installed"]
        {
            assert!(!matches(other, "/acme/installed", "", &[]), "{other}");
        }
        assert!(!matches("/{tenant}/installed", "/installed", "", &[]));
    }

    #[test]
    fn a_route_may_be_behind_the_path_of_its_server() {
        let contexts = ["/connect".to_owned()];
        assert!(matches("/installed", "/connect/installed", "", &contexts));
        assert!(matches("/installed", "/installed", "/connect", &contexts));
        assert!(matches("/installed", "/installed", "", &contexts));
        assert!(!matches("/installed", "/connector/installed", "", &contexts));
        assert!(!matches("/installed", "/other/installed", "", &contexts));
    }
}
