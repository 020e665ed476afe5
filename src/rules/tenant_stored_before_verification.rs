use crate::{
    app::{App, Hook},
    facts::GuardClass,
    finding::Finding,
    rule::Rule,
    source::Span,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for hook in app.signed_hooks() {
        let Some(write) = early_write(app, hook).filter(|write| findings.iter().all(|known| known.span != *write))
        else {
            continue;
        };
        let message = format!(
            "the tenant is stored here before anything verifies the `{}` callback: a stranger's is refused too late",
            hook.event_names()
        );
        let finding = rule.finding(app, write, hook.route.path.value.clone(), message).trace(hook.trace());
        findings.push(finding.help("verify first: put the verifying guard before whatever stores"));
    }
    findings
}

/// Where a step of the chain, or the handler that verifies by itself, stores before it is verified; or a handler that
/// hands on to ACE's own route.
pub(super) fn early_write(app: &App, hook: &Hook) -> Option<Span> {
    let route = &hook.route;
    if route.handler.class.is_asymmetric() && route.guard().is_none() && route.handler.stores.is_some() {
        return route.handler.stores;
    }
    let verifying = route.guards.iter().position(|guard| guard.class.is_asymmetric());
    if let Some(position) = verifying {
        return route.guards[..position].iter().find_map(|guard| guard.stores);
    }
    let unverified = matches!(route.decisive(), GuardClass::PassThrough | GuardClass::Unverified);
    let before_ace = unverified && route.handler.hands_on && app.ace_serves(&route.path.value);
    route.guards.iter().find_map(|guard| guard.stores).or(route.handler.stores).filter(|_| before_ace)
}
