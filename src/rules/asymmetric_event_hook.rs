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
    let events = app.hooks.iter().filter(|hook| !hook.is_signed() && is_refused(&hook.route));
    let modules = app.facts.routes.iter().filter(|route| is_refused(route));
    let events = events.map(|hook| event_finding(rule, app, hook));
    events.chain(modules.filter_map(|route| module_finding(rule, app, route))).collect()
}

fn event_finding(rule: &Rule, app: &App, hook: &Hook) -> Finding {
    let guard = asking(&hook.route);
    let message = format!(
        "{} asks for an RS256 signature, but Atlassian signs the `{}` callback HS256 with the tenant's secret: it is refused",
        named(guard),
        hook.event_names()
    );
    let finding = rule.finding(app, place(&hook.route), hook.route.path.value.clone(), message).trace(hook.trace());
    let is_verified = hook.route.guards.iter().any(|guard| guard.class == GuardClass::Symmetric);
    match guard.filter(|_| !is_verified).and_then(|guard| fix(app, hook, guard)) {
        Some(fix) => finding.fix(fix),
        None if is_verified => finding.help("remove it: another guard of the route checks the stored secret"),
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
        named(asking(route)),
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
    asking(route).map_or(route.handler.span, |guard| guard.span)
}

/// Whether a route asks for an RS256 signature, so that a request signed HS256 is refused.
fn is_refused(route: &Route) -> bool {
    asking(route).is_some() || route.guard().is_none() && route.handler.class.is_asymmetric()
}

/// The guard that asks for it. One behind a guard that checks HS256 counts if it stands in the same registration and falls
/// back to nothing.
fn asking(route: &Route) -> Option<&Guard> {
    let proves = |guard: &&Guard| !matches!(guard.class, GuardClass::PassThrough | GuardClass::Unverified);
    let mut known = route.guards.iter().filter(proves).take_while(|guard| guard.class != GuardClass::Unknown);
    let first = known.next()?;
    let behind =
        |guard: &&Guard| matches!(guard.class, GuardClass::Asymmetric | GuardClass::Unbound) && route.holds(guard);
    if first.class.is_asymmetric() { Some(first) } else { known.find(behind) }
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
