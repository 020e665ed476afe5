use crate::{
    app::{ACE, ACSB, App},
    facts::{Descriptor, Event, Reach, Route, spring::any_matches},
    finding::Finding,
    rule::Rule,
    tree::Member,
};

/// A framework that serves some lifecycle events by itself.
#[derive(Clone, Copy, PartialEq)]
enum Framework {
    Ace,
    Acsb,
}

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let Some(framework) = framework(app).filter(|framework| routes_are_known(app, *framework)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for descriptor in app.affected_descriptors() {
        let declared = descriptor.lifecycle();
        for (event, member) in declared.filter(|(event, member)| !is_served(app, framework, descriptor, *event, member))
        {
            let path = member.value.as_str().unwrap_or_default();
            let own = match framework {
                Framework::Ace => "ACE answers `/installed` alone",
                Framework::Acsb => "ACSB answers `installed` and `uninstalled` alone",
            };
            let message = format!("nothing serves `{path}`: {own}, so the `{}` callback gets 404", event.key());
            let finding = rule.finding(app, member.value.span, format!("/lifecycle/{}", event.key()), message);
            findings.push(finding.help(format!("serve it with a route of your own, or remove `{}`", event.key())));
        }
    }
    findings
}

/// The app's one framework.
fn framework(app: &App) -> Option<Framework> {
    match (app.dependency(ACE), app.dependency(ACSB)) {
        (Some(_), None) => Some(Framework::Ace),
        (None, Some(_)) => Some(Framework::Acsb),
        _ => None,
    }
}

/// Whether every route of the app was read: an app with code, none of it dynamic, no route that takes any path.
fn routes_are_known(app: &App, framework: Framework) -> bool {
    let one_path = |reach: Reach| reach == Reach::One;
    let has_code = match framework {
        Framework::Ace => !app.facts.routes.is_empty() || !app.facts.ace_setups.is_empty(),
        Framework::Acsb => !app.facts.spring_classes.is_empty(),
    };
    let known = |route: &Route| one_path(route.reach) || framework == Framework::Acsb; // whose patterns are compared
    has_code && app.facts.opaque_routes.is_empty() && app.facts.routes.iter().all(known)
}

fn is_served(app: &App, framework: Framework, descriptor: &Descriptor, event: Event, member: &Member) -> bool {
    let Some(path) = member.value.as_str() else { return true };
    let own = match framework {
        Framework::Ace => path.split('?').next().unwrap_or(path).trim_matches('/') == "installed",
        Framework::Acsb => event.is_signed(),
    };
    let is_template = path.contains("{{") || path.contains("${");
    let is_pattern = |route: &&Route| route.path.value.contains(['*', '{']);
    let patterns = app.facts.routes.iter().filter(is_pattern).map(|route| route.path.value.as_str());
    if any_matches(patterns, path) != Some(false) {
        return true;
    }
    own || path.is_empty() || is_template || app.hooks.iter().any(|hook| hook.serves(descriptor, path))
}
