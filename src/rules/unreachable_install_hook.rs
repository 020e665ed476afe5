use crate::{
    app::{ACE, App, Hook},
    facts::GuardClass,
    finding::Finding,
    rule::Rule,
};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    if !app.resolves_within(ACE, ">=7.0.0") {
        return Vec::new();
    }
    let own = app.hooks.iter().filter(|hook| hook.is_signed() && app.ace_serves(&hook.route.path.value));
    own.filter_map(|hook| finding(rule, app, hook)).collect()
}

fn finding(rule: &Rule, app: &App, hook: &Hook) -> Option<Finding> {
    if hook.route.decisive() == GuardClass::PassThrough {
        return None;
    }
    let path = &hook.route.path.value;
    let message = if app.is_dead(hook) {
        format!("this route never runs: it is registered after an `await`, and ACE's own `{path}` is there before it")
    } else if repeats_ace(app, hook) {
        format!("this route does again what ACE's own `{path}` does, and hides it: without its guard, nothing verifies")
    } else {
        return None;
    };
    let finding = rule.finding(app, hook.route.anchor(), path.clone(), message).trace(hook.trace());
    Some(finding.help("remove the route, or set `setupInstallRoute` to `false` in `config.json` to make it yours"))
}

/// Whether a verified route hands the storing to the method that ACE's own uses.
fn repeats_ace(app: &App, hook: &Hook) -> bool {
    let storing = hook.route.addon.as_ref().map(|addon| format!("{addon}.postInstallation()"));
    hook.route.decisive().is_asymmetric() && storing.as_deref() == Some(app.sources.text(hook.route.handler.span))
}
