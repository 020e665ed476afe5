use crate::{app::App, finding::Finding, rule::Rule};

use super::acsb_ignored_jwt::exemption;

/// What to do instead.
pub(super) const ADVICE: &str = "remove the controller's method, and listen to ACSB's `AddonInstalledEvent` and \
                                 `AddonUninstalledEvent` with `@EventListener`";

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for hook in app.hooks.iter().filter(|hook| app.is_shadowed(hook)) {
        let span = hook.route.anchor();
        if exemption(app, hook).is_some() || findings.iter().any(|known| known.span == span) {
            continue; // `acsb-ignored-jwt` says more about it
        }
        let Some(work) = app.facts.controller_work.iter().find(|work| work.route == hook.route.span) else {
            continue; // it only answers: nothing is lost
        };
        let path = &hook.route.path.value;
        let message = format!(
            "the `{}` callback never gets here: ACSB maps `{path}` itself, ahead of every controller",
            hook.event_names()
        );
        let finding = rule.finding(app, span, path.clone(), message).trace(hook.trace());
        findings.push(finding.label(work.span, "this is never done").help(ADVICE));
    }
    findings
}
