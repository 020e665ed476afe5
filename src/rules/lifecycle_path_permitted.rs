use crate::{
    app::{ACSB, App, Hook},
    facts::{GuardClass, PermittedPath, spring::matches_path},
    finding::Finding,
    rule::Rule,
};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut opened: Vec<(&PermittedPath, Vec<&Hook>)> = Vec::new();
    for hook in app.signed_hooks() {
        let Some(permitted) = permitted(app, hook) else { continue };
        match opened.iter_mut().find(|(known, _)| known.pattern.span == permitted.pattern.span) {
            Some((_, hooks)) => hooks.push(hook),
            None => opened.push((permitted, vec![hook])),
        }
    }
    opened.iter().map(|(permitted, hooks)| finding(rule, app, permitted, hooks)).collect()
}

fn finding(rule: &Rule, app: &App, permitted: &PermittedPath, hooks: &[&Hook]) -> Finding {
    let callbacks =
        hooks.iter().map(|hook| format!("the `{}` callback to `{}`", hook.event_names(), hook.route.path.value));
    let message = format!(
        "`{}` lets anyone post {}, and {} nothing",
        permitted.by,
        callbacks.collect::<Vec<_>>().join(" and "),
        if hooks.len() > 1 { "their controllers verify" } else { "its controller verifies" }
    );
    let finding = rule.finding(app, permitted.pattern.span, permitted.pattern.value.clone(), message);
    let finding = hooks.iter().take(1).fold(finding, |finding, hook| finding.trace(hook.trace()));
    let finding =
        hooks.iter().fold(finding, |finding, hook| finding.label(hook.route.anchor(), "the controller that answers"));
    finding.help(verifier::advice(app))
}

/// Whether a pattern takes every path: the chain is no guard then, and none was opened.
fn is_catch_all(pattern: &str) -> bool {
    pattern.chars().all(|c| matches!(c, '/' | '*'))
}

/// The pattern that opens the path of a controller that verifies nothing.
pub(super) fn permitted<'app>(app: &'app App, hook: &Hook) -> Option<&'app PermittedPath> {
    let path = app.path(hook.route.span);
    let is_controller = path.ends_with(".java") || path.ends_with(".kt");
    if !is_controller || app.dependency(ACSB).is_some() || hook.route.decisive() != GuardClass::Unverified {
        return None;
    }
    let permitted = app.facts.permitted_paths.iter().filter(|permitted| !permitted.is_for_development);
    permitted
        .filter(|permitted| !is_catch_all(&permitted.pattern.value))
        .find(|permitted| matches_path(&permitted.pattern.value, &hook.route.path.value) == Some(true))
}
