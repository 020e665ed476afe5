use crate::{
    app::{App, Hook},
    edit::Fix,
    facts::GuardClass,
    finding::Finding,
    javascript::edit::insert_before,
    rule::Rule,
};

use super::{lifecycle_path_permitted::permitted, tenant_stored_before_verification::early_write, verifier};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for hook in app.signed_hooks() {
        let Some(acts) = hook.route.handler.acts.filter(|_| hook.route.decisive() == GuardClass::Unverified) else {
            continue;
        };
        if early_write(app, hook).is_some() || permitted(app, hook).is_some() {
            continue; // `tenant-stored-before-verification` and `lifecycle-path-permitted` say more
        }
        let message = format!(
            "nothing verifies the `{}` callback: a stranger who posts to `{}` is taken for Atlassian",
            hook.event_names(),
            hook.route.path.value
        );
        let finding = rule.finding(app, hook.route.anchor(), hook.route.path.value.clone(), message);
        let finding = finding.trace(hook.trace()).label(acts, "acts without verification");
        let idle = hook.route.guards.iter().filter(|guard| guard.class == GuardClass::Unverified);
        let finding = finding.labels(idle.flat_map(|guard| guard.evidence.iter().cloned()));
        findings.push(match fix(app, hook) {
            Some(fix) => finding.fix(fix),
            None => finding.help(verifier::advice(app)),
        });
    }
    findings
}

/// ACE's own verification before the handler, where it exists and reads a parsed body.
fn fix(app: &App, hook: &Hook) -> Option<Fix> {
    let addon = hook.route.addon.as_ref().filter(|_| verifier::is_editable(app, hook) && hook.route.body_parsed)?;
    if !verifier::binds_client_key(app) {
        return None;
    }
    let handler = hook.route.handler.span;
    let edit = insert_before(app.sources.file(handler.file), handler, &format!("{addon}.authenticateInstall()"));
    let title = format!("verify the callback with `{addon}.authenticateInstall()`");
    Some(Fix::new(verifier::applicability(app), title, [edit]))
}
