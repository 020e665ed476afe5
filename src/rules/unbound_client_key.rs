use crate::{
    app::{ACE, App, Hook},
    edit::Fix,
    facts::{Guard, GuardClass},
    finding::Finding,
    rule::Rule,
};

use super::verifier;

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for hook in app.signed_hooks().filter(|hook| hook.route.decisive() == GuardClass::Unbound) {
        let guard = hook.route.guard();
        let (span, name) = guard.map_or((hook.route.handler.span, "the handler"), |guard| (guard.span, &guard.name));
        let message = format!(
            "`{name}` never compares the token's `iss` with the body's `clientKey`: whoever holds one signed callback of any \
             site can replace or remove another"
        );
        let finding = rule.finding(app, span, hook.route.path.value.clone(), message).trace(hook.trace());
        let evidence = guard.map_or(&hook.route.handler.evidence, |guard| &guard.evidence);
        let finding = finding.labels(evidence.iter().filter(|label| label.span != span).cloned());
        findings.push(match guard.and_then(|guard| fix(app, hook, guard)) {
            Some(fix) => finding.fix(fix),
            None if app.dependency(ACE).is_some() => finding
                .help("refuse the callback unless `iss` equals `clientKey`; `authenticateInstall()` of ACE 7.4.1 does"),
            None => finding.help("refuse the callback unless the token's `iss` equals the body's `clientKey`"),
        });
    }
    findings
}

/// The method of the same addon that compares them.
fn fix(app: &App, hook: &Hook, guard: &Guard) -> Option<Fix> {
    let call = guard.ace_call.filter(|_| verifier::is_editable(app, hook) && verifier::binds_client_key(app))?;
    let edits = call.renamed("authenticateInstall");
    Some(Fix::new(verifier::applicability(app), "verify with `authenticateInstall()`", edits))
}
