use crate::{
    app::{App, Hook},
    edit::{Applicability, Fix},
    facts::{Guard, GuardClass, Route},
    finding::Finding,
    rule::Rule,
    severity::Severity,
    source::Span,
    tree::Node,
};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let events = app.hooks.iter().filter(|hook| !hook.is_signed() && hook.route.decisive().is_asymmetric());
    let modules = app.facts.routes.iter().filter(|route| route.decisive().is_asymmetric());
    let events = events.map(|hook| event_finding(rule, app, hook));
    events.chain(modules.filter_map(|route| module_finding(rule, app, route))).collect()
}

fn event_finding(rule: &Rule, app: &App, hook: &Hook) -> Finding {
    let guard = hook.route.guard();
    let message = format!(
        "{} asks for an RS256 signature, but Atlassian signs the `{}` callback HS256 with the tenant's secret: it is refused",
        named(guard),
        hook.event_names()
    );
    let finding = rule.finding(app, place(&hook.route), hook.route.path.value.clone(), message).trace(hook.trace());
    match guard.and_then(|guard| fix(app, hook, guard)) {
        Some(fix) => finding.fix(fix),
        None => finding.help("verify with the tenant's stored secret: `addon.authenticate()` in ACE"),
    }
}

/// `authenticate()`, where the event is declared literally and no other lifecycle path is in doubt.
fn fix(app: &App, hook: &Hook, guard: &Guard) -> Option<Fix> {
    let call = guard.ace_call.filter(|_| verifier::is_editable(app, hook) && !hook.declared.is_empty())?;
    if app.hooks.iter().any(|other| other.route.decisive() == GuardClass::Unknown) {
        return None;
    }
    Some(Fix::new(Applicability::Safe, "verify with `authenticate()`", call.renamed("authenticate")))
}

/// A webhook or page of the descriptor behind a guard for install callbacks.
fn module_finding(rule: &Rule, app: &App, route: &Route) -> Option<Finding> {
    let served = |url: &Node| url.as_str().is_some_and(|url| same_path(url, &route.path.value));
    let lifecycle = app.hooks.iter().any(|hook| hook.route.span == route.span);
    let url = app
        .affected_descriptors()
        .filter_map(|descriptor| descriptor.tree.at(&["modules"]))
        .find_map(|modules| urls(modules).into_iter().find(|url| served(url)).map(|url| url.span))?;
    if lifecycle {
        return None;
    }
    let message = format!(
        "{} asks for an RS256 signature, but Atlassian signs requests to `{}` HS256 with the tenant's secret: they are refused",
        named(route.guard()),
        route.path.value
    );
    let finding = rule.finding(app, place(route), route.path.value.clone(), message).severity(Severity::Warning);
    Some(
        finding
            .label(url, "declared here")
            .help("verify with the tenant's stored secret: `addon.authenticate()` in ACE"),
    )
}

fn named(guard: Option<&Guard>) -> String {
    guard.map_or("the handler".to_owned(), |guard| format!("`{}`", guard.name))
}

fn place(route: &Route) -> Span {
    route.guard().map_or(route.handler.span, |guard| guard.span)
}

/// The `url` members below a descriptor's modules.
fn urls(node: &Node) -> Vec<&Node> {
    let own = node.members().iter().filter(|member| member.key.value == "url").map(|member| &member.value);
    let nested = node.members().iter().map(|member| &member.value).chain(node.elements()).flat_map(urls);
    own.chain(nested).collect()
}

fn same_path(url: &str, path: &str) -> bool {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    !url.is_empty() && url.trim_matches('/') == path.trim_matches('/') && !path.trim_matches('/').is_empty()
}
