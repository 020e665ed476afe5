use crate::{
    app::{ACE, ACSB, App},
    facts::{Descriptor, Reach},
    finding::Finding,
    rule::Rule,
    tree::Member,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !routes_are_known(app) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors() {
        for (event, member) in descriptor.lifecycle().filter(|(_, member)| !is_served(app, descriptor, member)) {
            let path = member.value.as_str().unwrap_or_default();
            let message = format!(
                "nothing serves `{path}`: ACE answers `/installed` alone, so the `{}` callback gets 404",
                event.key()
            );
            let finding = rule.finding(app, member.value.span, format!("/lifecycle/{}", event.key()), message);
            findings.push(finding.help(format!("serve it with a route of your own, or remove `{}`", event.key())));
        }
    }
    findings
}

/// Whether every route of the app was read: an ACE app with code, none of it dynamic, no route that takes any path.
fn routes_are_known(app: &App) -> bool {
    let one_path = |reach: Reach| reach == Reach::One;
    app.dependency(ACE).is_some()
        && app.dependency(ACSB).is_none()
        && !app.facts.routes.is_empty()
        && app.facts.opaque_routes.is_empty()
        && app.facts.routes.iter().all(|route| one_path(route.reach))
}

fn is_served(app: &App, descriptor: &Descriptor, member: &Member) -> bool {
    let Some(path) = member.value.as_str() else { return true };
    let own = path.split('?').next().unwrap_or(path).trim_matches('/') == "installed";
    own || path.is_empty() || path.contains("{{") || app.hooks.iter().any(|hook| hook.serves(descriptor, path))
}
