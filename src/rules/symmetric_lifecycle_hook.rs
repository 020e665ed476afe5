use crate::{
    app::{ACE, App, Hook},
    edit::Fix,
    facts::{Guard, GuardClass},
    finding::Finding,
    frameworks::framework,
    rule::Rule,
};

use super::{release, verifier};

pub(super) fn check(rule: &Rule, app: &App) -> Vec<Finding> {
    let mut findings = Vec::new();
    for hook in app.signed_hooks() {
        if hook.route.decisive() != GuardClass::Symmetric {
            continue;
        }
        let guard = hook.route.guard();
        let (span, name) = guard.map_or((hook.route.handler.span, "the handler"), |guard| (guard.span, &guard.name));
        let message = format!(
            "`{name}` checks an HS256 signature, but Atlassian signs the `{}` callback RS256: it is answered 401",
            hook.event_names()
        );
        let finding = rule.finding(app, span, hook.route.path.value.clone(), message).trace(hook.trace());
        let evidence = guard.map_or(&hook.route.handler.evidence, |guard| &guard.evidence);
        let finding = finding.labels(evidence.iter().filter(|label| label.span != span).cloned());
        let is_verified = hook.route.guards.iter().any(|guard| guard.class.is_asymmetric());
        findings.push(match guard.filter(|_| !is_verified).and_then(|guard| fix(app, hook, guard)) {
            Some(fix) => finding.fix(fix),
            None if is_verified => finding.help("remove it: another guard of the route verifies RS256"),
            None => finding.help(verifier::advice(app)),
        });
    }
    findings
}

/// The right method of the same addon; one fix with the upgrade where this release of ACE does not have it.
fn fix(app: &App, hook: &Hook, guard: &Guard) -> Option<Fix> {
    let edits = guard.ace_call.filter(|_| verifier::is_editable(app, hook))?.renamed("authenticateInstall");
    let title = "verify with `authenticateInstall()`";
    if verifier::binds_client_key(app) {
        return Some(Fix::new(verifier::applicability(app), title, edits));
    }
    let dependency = app.dependency(ACE)?;
    let (_, affected) = release::reason(app, dependency)?;
    let target = affected.target(framework(ACE)?.scheme())?;
    let upgrade = release::upgrade(app, dependency, &target)?;
    let edits = upgrade.edits.into_iter().chain(edits);
    Some(Fix::new(upgrade.applicability, format!("{} and {title}", upgrade.title), edits))
}
