use crate::{
    app::{ACSB, App, Hook},
    facts::{GuardClass, PermittedPath, spring::matches_path},
    finding::Finding,
    rule::Rule,
};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for hook in app.signed_hooks() {
        let Some(permitted) = permitted(app, hook) else { continue };
        let span = permitted.pattern.span;
        if findings.iter().any(|known| known.span == span) {
            continue;
        }
        let path = &hook.route.path.value;
        let message = format!(
            "`{}` lets anyone post the `{}` callback to `{path}`, and its controller verifies nothing",
            permitted.by,
            hook.event_names()
        );
        let finding = rule.finding(app, span, permitted.pattern.value.clone(), message).trace(hook.trace());
        let finding = finding.label(hook.route.anchor(), "the controller that answers");
        findings.push(finding.help(verifier::advice(app)));
    }
    findings
}

/// The pattern that opens the path of a controller that verifies nothing.
pub(super) fn permitted<'app>(app: &'app App, hook: &Hook) -> Option<&'app PermittedPath> {
    let path = app.path(hook.route.span);
    let is_controller = path.ends_with(".java") || path.ends_with(".kt");
    if !is_controller || app.dependency(ACSB).is_some() || hook.route.decisive() != GuardClass::Unverified {
        return None;
    }
    let mut permitted = app.facts.permitted_paths.iter().filter(|permitted| !permitted.is_for_development);
    permitted.find(|permitted| matches_path(&permitted.pattern.value, &hook.route.path.value))
}
